"""Make a .deb of dist/pressmark: program, menu entry, icons, MIME type, and the packages it stands on."""

from __future__ import annotations

import gzip
import os
import shutil
import subprocess
import sys
from importlib import metadata
from pathlib import Path

from check_system import PACKAGES_FILE, Need, read_needs

ROOT = Path(__file__).resolve().parent.parent
HERE = ROOT / "packaging" / "linux"
PROGRAM = ROOT / "dist" / "pressmark"
RENDERED_ICONS = ROOT / "build" / "icons"
APP_ID = "org.pressmark.Pressmark"
VERSION = metadata.version("pressmark")

DESCRIPTION = """offline reader for saved articles
 Pressmark keeps the articles you have saved, makes clean pages of them and
 finds any word in them at once, in Chinese from a single character.
 .
 Files, folders and archives are dropped on the window. The originals are kept
 unchanged, and nothing leaves the computer unless it is asked for."""


def main() -> int:
    """Build dist/pressmark_VERSION_ARCH.deb, where dpkg-deb is at hand."""
    if shutil.which("dpkg-deb") is None:
        sys.stdout.write("dpkg-deb is not here, so there is a folder and no .deb: dist/pressmark\n")
        return 0
    architecture = _output("dpkg", "--print-architecture")
    tree = ROOT / "build" / "deb"
    shutil.rmtree(tree, ignore_errors=True)
    _lay_out(tree)
    _write_control(tree, architecture)
    package = ROOT / "dist" / f"pressmark_{VERSION}_{architecture}.deb"
    subprocess.run(
        ["dpkg-deb", "--root-owner-group", "-Zxz", "--build", tree, package],
        check=True,
        stdout=subprocess.DEVNULL,
    )
    sys.stdout.write(f"{package.relative_to(ROOT)}  {package.stat().st_size / 1e6:.0f} MB\n")
    return 0


def _lay_out(tree: Path) -> None:
    """Put each file where Debian and the freedesktop standards want it."""
    shutil.copytree(PROGRAM, tree / "usr/lib/pressmark", symlinks=True)
    command = tree / "usr/bin/pressmark"
    command.parent.mkdir(parents=True)
    command.symlink_to("../lib/pressmark/pressmark")
    share = tree / "usr/share"
    _copy(HERE / f"{APP_ID}.desktop", share / "applications")
    _copy(HERE / f"{APP_ID}.xml", share / "mime/packages")
    _copy(HERE / f"{APP_ID}.metainfo.xml", share / "metainfo")
    icons = share / "icons/hicolor"
    _copy(ROOT / "resources/icons/pressmark.svg", icons / "scalable/apps", f"{APP_ID}.svg")
    for icon in sorted(RENDERED_ICONS.glob("*.png")):
        _copy(icon, icons / f"{icon.stem}x{icon.stem}/apps", f"{APP_ID}.png")
    _copy(HERE / "copyright", share / "doc/pressmark")
    changelog = gzip.compress((ROOT / "CHANGELOG.md").read_bytes(), 9, mtime=0)
    (share / "doc/pressmark/changelog.gz").write_bytes(changelog)
    _set_modes(tree)


def _write_control(tree: Path, architecture: str) -> None:
    control = tree / "DEBIAN"
    control.mkdir()
    depends, recommends = _dependencies()
    size = sum(file.lstat().st_size for file in (tree / "usr").rglob("*")) // 1024
    fields = {
        "Package": "pressmark",
        "Version": VERSION,
        "Architecture": architecture,
        "Maintainer": "Pressmark developers <developers@pressmark.invalid>",
        "Installed-Size": str(size),
        "Section": "text",
        "Priority": "optional",
        "Depends": ", ".join(depends),
        "Recommends": ", ".join(recommends),
        "Description": DESCRIPTION,
    }
    (control / "control").write_text("".join(f"{name}: {value}\n" for name, value in fields.items()), "utf-8")
    for script in ("postinst", "postrm"):
        _copy(HERE / script, control)
        (control / script).chmod(0o755)


def _dependencies() -> tuple[list[str], list[str]]:
    """Return what the package depends on and recommends: what is named in the list and not in the folder."""
    carried = {file.name for file in PROGRAM.rglob("*.so*")}
    wanted = [need for need in read_needs(PACKAGES_FILE.read_text("utf-8")) if need.name not in carried]
    # The libraries of the build machine that are carried along ask for its C library or a newer one.
    libc = os.confstr("CS_GNU_LIBC_VERSION") or ""
    depends = [f"libc6 (>= {libc.split()[-1]})", *_names(wanted, "tests", "window")]
    recommends = ["shared-mime-info", "desktop-file-utils", *_names(wanted, "wayland", "optional")]
    return depends, recommends


def _names(needs: list[Need], *when: str) -> list[str]:
    return list(dict.fromkeys(need.package for need in needs if need.when in when))


def _copy(source: Path, folder: Path, name: str | None = None) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, folder / (name or source.name))


def _set_modes(tree: Path) -> None:
    """Make folders and programs 755 and all else 644, whatever the umask of the build."""
    for path in [tree, *tree.rglob("*")]:
        if path.is_symlink():
            continue
        runs = path.is_dir() or path == tree / "usr/lib/pressmark/pressmark"
        path.chmod(0o755 if runs else 0o644)


def _output(*command: str) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


if __name__ == "__main__":
    sys.exit(main())

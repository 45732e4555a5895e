"""Check that the system has what Qt and a virtual environment need; as root, install what is missing.

Runs with the system's own Python and nothing else. It looks for the libraries and fonts themselves, not for
packages, so it also passes on systems that are not Debian's kin.
"""

from __future__ import annotations

import argparse
import ctypes
import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

PACKAGES_FILE = Path(__file__).with_name("debian-packages.txt")
PURPOSES = {
    "setup": frozenset[str](),
    "tests": frozenset({"tests"}),
    "window": frozenset({"tests", "window"}),
}


@dataclass(frozen=True)
class Need:
    """One thing the system should have: `kind` is library, font or module, `name` what to look for."""

    package: str
    when: str
    kind: str
    name: str


def read_needs(text: str) -> Iterator[Need]:
    """Read the lines of debian-packages.txt."""
    for line in text.splitlines():
        if line.strip() and not line.startswith("#"):
            package, when, probe = line.split()
            kind, _, name = probe.partition("=")
            yield Need(package, when, kind, name)


def is_met(need: Need) -> bool:
    """Look for the thing itself."""
    if need.kind == "library":
        return _loads(need.name)
    if need.kind == "module":
        return importlib.util.find_spec(need.name) is not None
    return _has_font_for(need.name)


def missing_needs(purpose: str) -> list[Need]:
    """Return what is not there; what is only optional comes along when something else is missing."""
    wanted = set(PURPOSES[purpose])
    if purpose == "window" and os.environ.get("WAYLAND_DISPLAY"):
        wanted.add("wayland")
    needs = list(read_needs(PACKAGES_FILE.read_text("utf-8"))) if sys.platform == "linux" else []
    missing = [need for need in (_venv_need(), *(n for n in needs if n.when in wanted)) if not is_met(need)]
    if missing and purpose != "setup":
        missing += [need for need in needs if need.when == "optional" and not is_met(need)]
    return missing


def main(argv: list[str] | None = None) -> int:
    """Return 0 when all is there (perhaps only now), 1 when the person has to do something."""
    parser = argparse.ArgumentParser(description="Check that the system has what Pressmark needs.")
    parser.add_argument("purpose", choices=sorted(PURPOSES))
    purpose = parser.parse_args(argv).purpose
    missing = missing_needs(purpose)
    if missing and _may_install():
        _say("Installing what Pressmark needs from the system: " + _packages(missing))
        _install(missing)
        importlib.invalidate_caches()
        missing = missing_needs(purpose)
    required = [need for need in missing if need.when != "optional"]
    if required:
        _explain(missing)
    return int(bool(required))


def _venv_need() -> Need:
    """Name the module without which `python -m venv` fails; Debian packs it apart."""
    return Need(f"python{sys.version_info.major}.{sys.version_info.minor}-venv", "setup", "module", "ensurepip")


def _loads(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def _has_font_for(language: str) -> bool:
    """Ask fontconfig itself: `fc-list` need not be installed."""
    try:
        fontconfig = ctypes.CDLL("libfontconfig.so.1")
    except OSError:
        return False
    for function in ("FcInitLoadConfigAndFonts", "FcNameParse", "FcObjectSetCreate", "FcFontList"):
        getattr(fontconfig, function).restype = ctypes.c_void_p
    fontconfig.FcFontList.argtypes = [ctypes.c_void_p] * 3
    config = fontconfig.FcInitLoadConfigAndFonts()
    pattern = fontconfig.FcNameParse(f":lang={language}".encode())
    found = fontconfig.FcFontList(config, pattern, fontconfig.FcObjectSetCreate())
    # A FcFontSet begins with the number of its fonts.
    return bool(found) and ctypes.c_int.from_address(found).value > 0


def _may_install() -> bool:
    return sys.platform == "linux" and os.geteuid() == 0 and shutil.which("apt-get") is not None


def _install(needs: list[Need]) -> None:
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    install = ["apt-get", "install", "-y", "-q", "--no-install-recommends", *_packages(needs).split()]
    for command in (["apt-get", "update", "-q"], install):
        subprocess.run(command, env=environment, stdout=sys.stderr, check=False)


def _explain(missing: list[Need]) -> None:
    if shutil.which("apt-get"):
        _say("Pressmark needs a few things from the system. Install them, then try again:")
        _say(f"\n    sudo apt install {_packages(missing)}\n")
        return
    _say("Pressmark needs a few things from the system that are not there; your package manager has them:")
    for need in missing:
        _say(f"    {need.kind} {need.name} (on Debian: {need.package})")


def _packages(needs: list[Need]) -> str:
    return " ".join(dict.fromkeys(need.package for need in needs))


def _say(sentence: str) -> None:
    sys.stderr.write(sentence + "\n")
    sys.stderr.flush()


if __name__ == "__main__":
    sys.exit(main())

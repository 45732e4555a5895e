"""Make the wheel, and try it: installed into an empty environment with the pinned packages, the program runs."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

from try_package import VERSION, TrialError, expect, run, try_command_line, try_window

ROOT = Path(__file__).resolve().parent.parent
DIST = ROOT / "dist"
PARTS = ("main.py", "reader", "ui", "resources", "pyproject.toml", "README.md", "LICENSE")
RESOURCES = (".svg", ".qm", ".bin")
# Run by the Python of the environment, far from the checkout.
LOOK = """
import sys
from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication
from reader.paths import RESOURCES
from ui.look.icons import ICONS, app_icon, pixmap
from ui.words import translations
app = QApplication([])
translations.install(app, "zh_CN")
assert QCoreApplication.translate("LibraryCounts", "All articles") != "All articles", "no translation"
assert not app_icon().isNull(), "no icon of the program"
for file in ICONS.glob("*.svg"):
    image = pixmap(file.stem, "#000000", 32, 1.0).toImage().convertToFormat(QImage.Format.Format_Alpha8)
    assert any(image.pixelColor(x, y).alpha() for x in range(32) for y in range(32)), f"nothing drawn: {file}"
sys.stdout.write(str(RESOURCES))
"""


def main() -> int:
    """Build dist/pressmark-*.whl; return 0 if the program runs from it."""
    with tempfile.TemporaryDirectory(prefix="pressmark-wheel-") as name:
        folder = Path(name)
        try:
            wheel = build(folder / "source")
            try_wheel(wheel, folder)
        except TrialError as error:
            sys.stderr.write(f"FAILED: {error}\n")
            return 1
    return 0


def build(source: Path) -> Path:
    """Build from a copy: a build folder of before would bring modules along that are gone."""
    source.mkdir()
    for name in PARTS:
        path = ROOT / name
        if path.is_dir():
            shutil.copytree(path, source / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(path, source)
    pip = (sys.executable, "-m", "pip", "--disable-pip-version-check")
    run(
        *pip,
        "wheel",
        "--quiet",
        "--no-deps",
        "--no-build-isolation",
        "--no-index",
        "--wheel-dir",
        str(DIST),
        str(source),
    )
    return DIST / f"pressmark-{VERSION}-py3-none-any.whl"


def try_wheel(wheel: Path, folder: Path) -> None:
    """Install the wheel into an environment of its own, and run what it installs."""
    with zipfile.ZipFile(wheel) as archive:
        inside = set(archive.namelist())
    wanted = {path.relative_to(ROOT).as_posix() for path in (ROOT / "resources").rglob("*") if path.suffix in RESOURCES}
    expect(any(name.endswith(".qm") for name in wanted) and wanted <= inside, "the wheel has all resources")
    subprocess.run([sys.executable, "-m", "venv", folder / "env"], check=True)
    programs = folder / "env" / ("Scripts" if os.name == "nt" else "bin")
    install = (str(programs / "python"), "-m", "pip", "--disable-pip-version-check", "install", "--quiet", "--no-deps")
    pinned = str(ROOT / "packaging" / "requirements.txt")
    run(*install, "--require-hashes", "--only-binary", ":all:", "-r", pinned)
    run(*install, "--no-index", str(wheel))
    program = str(programs / "pressmark")
    try_command_line(program, folder / "by-command")
    try_window(program, folder / "by-window")
    look = folder / "look.py"
    look.write_text(LOOK, "utf-8")
    resources = run(str(programs / "python"), str(look))
    expect(Path(resources).is_relative_to(folder.resolve() / "env"), "its window has its own translations and icons")


if __name__ == "__main__":
    sys.exit(main())

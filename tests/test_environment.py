"""The Python, the Qt and the pins that the program runs on are the ones that were found sound."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version
from PySide6 import __version__ as qt_for_python
from PySide6.QtGui import QImage, QPainter

ROOT = Path(__file__).resolve().parent.parent
PACKAGING = ROOT / "packaging"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
PINNED_FILES = {
    "requirements.txt": None,
    "requirements-dev.txt": "dev",
    "requirements-package.txt": "package",
    "requirements-bench.txt": "bench",
}
PYTHONS = ("3.11.2", "3.11.9", "3.12.3", "3.13.0")
SYSTEMS = {"linux": "Linux", "darwin": "Darwin", "win32": "Windows"}


def pins(file: str) -> Iterator[Requirement]:
    text = (PACKAGING / file).read_text("utf-8").replace("\\\n", " ")
    for line in text.splitlines():
        if line.strip() and not line.startswith("#"):
            yield Requirement(line.partition("--hash")[0])


def surroundings(python: str, system: str) -> dict[str, str]:
    short = ".".join(python.split(".")[:2])
    return {
        "python_version": short,
        "python_full_version": python,
        "sys_platform": system,
        "platform_system": SYSTEMS[system],
        "platform_python_implementation": "CPython",
        "implementation_name": "cpython",
    }


def declared(extra: str | None) -> list[str]:
    return [*PROJECT["dependencies"], *(PROJECT["optional-dependencies"][extra] if extra else [])]


def test_none_is_not_used_up_by_qt() -> None:
    """PySide6 6.12 on Python 3.11 drops a reference to None at each call that returns it, and then dies."""
    image = QImage(4, 4, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    before = sys.getrefcount(None)
    for _ in range(300):
        painter.save()
        painter.restore()
    after = sys.getrefcount(None)
    painter.end()
    assert after > before - 100


def test_qt_is_of_a_version_that_runs_on_this_python() -> None:
    assert Version("6.8") <= Version(qt_for_python)
    if sys.version_info < (3, 12):
        assert Version(qt_for_python) < Version("6.12")


@pytest.mark.parametrize("file", PINNED_FILES)
@pytest.mark.parametrize("system", SYSTEMS)
@pytest.mark.parametrize("python", PYTHONS)
def test_each_declared_dependency_has_one_pin_that_fits(file: str, system: str, python: str) -> None:
    here = surroundings(python, system)
    pinned: dict[str, list[str]] = {}
    for pin in pins(file):
        if pin.marker is None or pin.marker.evaluate(here):
            (specifier,) = pin.specifier
            assert specifier.operator == "=="
            pinned.setdefault(canonicalize_name(pin.name), []).append(specifier.version)
    assert {name: versions for name, versions in pinned.items() if len(versions) > 1} == {}
    for wanted in map(Requirement, declared(PINNED_FILES[file])):
        if wanted.marker is None or wanted.marker.evaluate(here):
            assert pinned.get(canonicalize_name(wanted.name)), f"{wanted} is not pinned"
            assert wanted.specifier.contains(pinned[canonicalize_name(wanted.name)][0])


@pytest.mark.parametrize("file", PINNED_FILES)
def test_each_pin_carries_hashes_and_no_file_names_a_registry(file: str) -> None:
    text = (PACKAGING / file).read_text("utf-8")
    assert "://" not in text
    assert "index-url" not in text
    entries = [entry for entry in text.replace("\\\n", " ").splitlines() if entry and not entry.startswith("#")]
    assert all("--hash=sha256:" in entry for entry in entries)


def test_the_development_pins_are_the_runtime_pins_and_more() -> None:
    runtime = {str(pin) for pin in pins("requirements.txt")}
    assert runtime <= {str(pin) for pin in pins("requirements-dev.txt")}
    assert runtime <= {str(pin) for pin in pins("requirements-package.txt")}


def check_system(folder: Path, packages: str) -> subprocess.CompletedProcess[str]:
    """Run the system check with a list of its own, where there is no apt-get to install with."""
    script = shutil.copy(PACKAGING / "check_system.py", folder)
    (folder / "debian-packages.txt").write_text(packages, "utf-8")
    command = [sys.executable, script, "tests"]
    return subprocess.run(command, env={"PATH": ""}, capture_output=True, text=True, check=False)


@pytest.mark.skipif(sys.platform != "linux", reason="the list is of Debian's packages")
class TestSystemCheck:
    def test_a_library_that_is_there_passes_in_silence(self, tmp_path: Path) -> None:
        done = check_system(tmp_path, "# a comment\n\nlibc6  tests  library=libc.so.6\n")
        assert (done.returncode, done.stderr) == (0, "")

    def test_a_library_that_is_missing_is_named_with_its_package(self, tmp_path: Path) -> None:
        done = check_system(tmp_path, "libnowhere1  tests  library=libnowhere.so.1\n")
        assert done.returncode == 1
        assert "libnowhere.so.1" in done.stderr
        assert "libnowhere1" in done.stderr

    def test_what_only_a_window_needs_is_not_asked_of_the_tests(self, tmp_path: Path) -> None:
        assert check_system(tmp_path, "libnowhere1  window  library=libnowhere.so.1\n").returncode == 0

    def test_what_is_optional_never_stops_anything(self, tmp_path: Path) -> None:
        done = check_system(tmp_path, "fonts-nowhere  optional  font=tlh\n")
        assert (done.returncode, done.stderr) == (0, "")

    def test_a_font_is_looked_for_by_the_language_it_can_write(self, tmp_path: Path) -> None:
        assert check_system(tmp_path, "fonts-noto-cjk  tests  font=zh-cn\n").returncode == 0
        assert check_system(tmp_path, "fonts-klingon  tests  font=tlh\n").returncode == 1

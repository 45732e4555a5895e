"""The Qt that the program runs on is one that was found sound, and the system has what both need."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from packaging.version import Version
from PySide6 import __version__ as qt_for_python
from PySide6.QtGui import QImage, QPainter

ROOT = Path(__file__).resolve().parent.parent
PACKAGING = ROOT / "packaging"


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

"""The tools that keep the pins, uv and pip-audit, pinned themselves, in an environment that is thrown away."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import venv
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_PINS = Path(__file__).with_name("requirements-tools.txt")


@contextmanager
def pinned_tools() -> Iterator[Path]:
    """Install the tools and yield the folder of their programs, Python among them.

    Raises:
        subprocess.CalledProcessError: they cannot be installed; pip has said why on standard error.
    """
    with tempfile.TemporaryDirectory() as folder:
        venv.create(folder, with_pip=True)
        programs = Path(folder) / ("Scripts" if sys.platform == "win32" else "bin")
        install = [programs / "python", "-m", "pip", "install", "--quiet", "--no-deps", "--require-hashes"]
        command = [*install, "--only-binary", ":all:", "-r", _PINS]
        subprocess.run(command, check=True)
        yield programs

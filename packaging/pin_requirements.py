"""Write the four requirements files: every version pinned, every file's hash, no registry's address.

The pins hold on Python 3.11 and newer and on Linux, macOS and Windows: uv resolves for all of them at once
and writes markers where they part. uv itself is installed into a folder that is thrown away.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import tomllib
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
UV = "uv==0.13.9"
OLDEST_PYTHON = "3.11"
HEADER = "# Written by `make requirements` from pyproject.toml. Change that file, not this one.\n"
EXTRAS = {
    "requirements.txt": None,
    "requirements-dev.txt": "dev",
    "requirements-package.txt": "package",
    "requirements-bench.txt": "bench",
}


def main() -> int:
    """Write the files anew, to the newest versions that pyproject.toml allows."""
    with tempfile.TemporaryDirectory() as folder:
        tools = Path(folder)
        venv.create(tools, with_pip=True)
        scripts = tools / ("Scripts" if sys.platform == "win32" else "bin")
        subprocess.run([scripts / "python", "-m", "pip", "install", "--quiet", UV], check=True)
        build_tools = tools / "build-tools.in"
        build_tools.write_text("\n".join(_build_requirements()), "utf-8")
        for name, extra in EXTRAS.items():
            _compile(scripts / "uv", build_tools, extra, ROOT / "packaging" / name)
    return 0


def _build_requirements() -> list[str]:
    """Return what installs the project itself: pinned too, as it is used without build isolation."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    requires: list[str] = project["build-system"]["requires"]
    return requires


def _compile(uv: Path, build_tools: Path, extra: str | None, output: Path) -> None:
    command: list[str | Path] = [uv, "pip", "compile", "pyproject.toml", build_tools, "--output-file", output]
    command += ["--universal", "--python-version", OLDEST_PYTHON, "--upgrade", "--generate-hashes"]
    command += ["--quiet", "--no-header", "--no-annotate", "--no-emit-index-url", "--no-emit-find-links"]
    if extra is not None:
        command += ["--extra", extra, "--constraints", ROOT / "packaging" / "requirements.txt"]
    subprocess.run(command, cwd=ROOT, check=True)
    output.write_text(HEADER + output.read_text("utf-8"), "utf-8")


if __name__ == "__main__":
    sys.exit(main())

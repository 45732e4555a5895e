"""Write the requirements files, every version pinned with the hashes of its files, and what each version requires.

The pins hold on Python 3.11 and newer and on Linux, macOS and Windows: uv resolves for all of them at once
and writes markers where they part.

The set-up installs the pins without resolving anything, so that nobody's newer release can break it. That they are
closed is therefore tested: offline, and for other systems too, by the metadata that requires-dist.json keeps.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pinned_tools import pinned_tools

ROOT = Path(__file__).resolve().parent.parent
OLDEST_PYTHON = "3.11"
# Every pin has a wheel for this one, whatever its marker says.
NEWEST_PYTHON = "3.13"
HEADER = "# Written by `make requirements` from pyproject.toml. Change that file, not this one.\n"
RUNTIME, TOOLS = "requirements.txt", "requirements-tools.txt"
EXTRAS = {
    RUNTIME: None,
    "requirements-dev.txt": "dev",
    "requirements-package.txt": "package",
    "requirements-bench.txt": "bench",
}


def main() -> int:
    """Pin the newest versions that pyproject.toml allows."""
    with tempfile.TemporaryDirectory() as folder, pinned_tools() as programs:
        build_tools = Path(folder) / "build-tools.in"
        build_tools.write_text("\n".join(_build_requirements()), "utf-8")
        for name, extra in EXTRAS.items():
            _compile(programs / "uv", name, ["pyproject.toml", build_tools, *_extra(extra)])
        _compile(programs / "uv", TOOLS, ["--group", "tools"])
        write_metadata(programs / "python", Path(folder))
    return 0


def _build_requirements() -> list[str]:
    """Return what installs the project itself: pinned too, as it is used without build isolation."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    requires: list[str] = project["build-system"]["requires"]
    return requires


def _extra(extra: str | None) -> list[str | Path]:
    return [] if extra is None else ["--extra", extra, "--constraints", ROOT / "packaging" / RUNTIME]


def _compile(uv: Path, name: str, sources: list[str | Path]) -> None:
    output = ROOT / "packaging" / name
    command: list[str | Path] = [uv, "pip", "compile", *sources, "--output-file", output]
    command += ["--universal", "--python-version", OLDEST_PYTHON, "--upgrade", "--generate-hashes"]
    command += ["--quiet", "--no-header", "--no-annotate", "--no-emit-index-url", "--no-emit-find-links"]
    subprocess.run(command, cwd=ROOT, check=True)
    output.write_text(HEADER + output.read_text("utf-8"), "utf-8")


def write_metadata(python: Path, folder: Path) -> None:
    """Write what each pinned version requires, as its own metadata says."""
    pins = sorted({pin for name in (*EXTRAS, TOOLS) for pin in _pins(ROOT / "packaging" / name)})
    metadata = {pin: found for versions in _one_version_each(pins) for pin, found in _ask(python, versions, folder)}
    (ROOT / "packaging" / "requires-dist.json").write_text(
        json.dumps(metadata, indent=1, sort_keys=True) + "\n", "utf-8"
    )


def _pins(requirements: Path) -> Iterator[str]:
    for line in requirements.read_text("utf-8").splitlines():
        if "==" in line:
            yield line.split()[0]


def _one_version_each(pins: list[str]) -> Iterator[list[str]]:
    """Part the pins, as pip takes one version of a name at a time."""
    while pins:
        first = {pin.partition("==")[0]: pin for pin in pins}
        yield list(first.values())
        pins = [pin for pin in pins if pin not in first.values()]


def _ask(python: Path, pins: list[str], folder: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """Let pip report the metadata of the pins, and install nothing."""
    report = folder / "report.json"
    command: list[str | Path] = [
        python,
        "-m",
        "pip",
        "install",
        "--quiet",
        "--no-deps",
        "--dry-run",
        "--ignore-installed",
    ]
    command += ["--only-binary", ":all:", "--ignore-requires-python", "--python-version", NEWEST_PYTHON]
    subprocess.run([*command, "--target", folder / "nothing", "--report", report, *pins], check=True)
    told = [item["metadata"] for item in json.loads(report.read_text("utf-8"))["install"]]
    metadata = {f"{_normal(each['name'])}=={each['version']}": each for each in told}
    for pin in pins:
        yield pin, {key: metadata[pin][key] for key in ("requires_python", "requires_dist") if key in metadata[pin]}


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


if __name__ == "__main__":
    sys.exit(main())

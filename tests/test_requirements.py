"""The pinned packages are all that is needed, on every Python and system: what is installed resolves nothing.

What each pinned version requires stands in requires-dist.json, so that this holds offline and for other systems, too.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent
PACKAGING = ROOT / "packaging"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
# Beside each other in .venv, and what each adds to the program's own dependencies.
IN_VENV = {
    "requirements.txt": None,
    "requirements-dev.txt": "dev",
    "requirements-package.txt": "package",
    "requirements-bench.txt": "bench",
}
TOOLS = "requirements-tools.txt"
PINNED_FILES = (*IN_VENV, TOOLS)
PYTHONS = ("3.11.0", "3.11.2", "3.11.9", "3.12.3", "3.13.0", "3.14.0")
SYSTEMS = {"linux": "Linux", "darwin": "Darwin", "win32": "Windows"}
METADATA: dict[str, dict[str, Any]] = json.loads((PACKAGING / "requires-dist.json").read_text("utf-8"))


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
        "os_name": "nt" if system == "win32" else "posix",
        "platform_python_implementation": "CPython",
        "implementation_name": "cpython",
    }


def pinned(file: str, here: dict[str, str]) -> dict[str, str]:
    """Return the version of each package that is installed in these surroundings."""
    versions: dict[str, str] = {}
    for pin in pins(file):
        if applies(pin, here):
            (specifier,) = pin.specifier
            assert specifier.operator == "=="
            assert canonicalize_name(pin.name) not in versions, f"{pin.name} is pinned twice"
            versions[canonicalize_name(pin.name)] = specifier.version
    return versions


def applies(wanted: Requirement, here: dict[str, str], extra: str = "") -> bool:
    return wanted.marker is None or wanted.marker.evaluate({**here, "extra": extra})


def wanted_at_first(file: str) -> Iterator[Requirement]:
    """List what pyproject.toml names for a file, with what installs the program itself."""
    if file == TOOLS:
        yield from map(Requirement, PROJECT["dependency-groups"]["tools"])
        return
    project, extra = PROJECT["project"], IN_VENV[file]
    names = [*project["dependencies"], *(project["optional-dependencies"][extra] if extra else [])]
    yield from map(Requirement, [*names, *PROJECT["build-system"]["requires"]])


def required_by(name: str, version: str, extras: frozenset[str], here: dict[str, str]) -> Iterator[Requirement]:
    for wanted in map(Requirement, METADATA[f"{name}=={version}"].get("requires_dist", [])):
        if any(applies(wanted, here, extra) for extra in ("", *extras)):
            yield wanted


@pytest.mark.parametrize("file", PINNED_FILES)
@pytest.mark.parametrize("system", SYSTEMS)
@pytest.mark.parametrize("python", PYTHONS)
def test_the_pins_are_closed(file: str, system: str, python: str) -> None:
    """Whatever a package requires is pinned and fits; and each package that is pinned is required."""
    here = surroundings(python, system)
    versions = pinned(file, here)
    waiting = [wanted for wanted in wanted_at_first(file) if applies(wanted, here)]
    seen: set[tuple[str, frozenset[str]]] = set()
    while waiting:
        wanted = waiting.pop()
        name, extras = canonicalize_name(wanted.name), frozenset(wanted.extras)
        assert name in versions, f"{wanted} is not pinned"
        assert wanted.specifier.contains(versions[name]), f"{wanted}, but {versions[name]} is pinned"
        if (name, extras) not in seen:
            seen.add((name, extras))
            waiting += required_by(name, versions[name], extras, here)
    assert {name for name, _ in seen} == set(versions)


@pytest.mark.parametrize("file", PINNED_FILES)
@pytest.mark.parametrize("python", PYTHONS)
def test_each_pinned_version_runs_on_the_python_that_gets_it(file: str, python: str) -> None:
    for name, version in pinned(file, surroundings(python, "linux")).items():
        supported = SpecifierSet(METADATA[f"{name}=={version}"].get("requires_python", ""))
        assert supported.contains(python), f"{name} {version} needs Python {supported}"


def test_the_metadata_on_file_is_that_of_the_pins_and_of_what_is_installed() -> None:
    named = {f"{canonicalize_name(pin.name)}{pin.specifier}" for file in PINNED_FILES for pin in pins(file)}
    assert set(METADATA) == named
    compared = 0
    for pin, metadata in METADATA.items():
        name, _, version = pin.partition("==")
        try:
            installed = distribution(name)
        except PackageNotFoundError:
            continue
        if installed.version == version:
            assert set(map(Requirement, installed.requires or [])) == set(
                map(Requirement, metadata.get("requires_dist", []))
            ), pin
            assert installed.metadata.get("Requires-Python") == metadata.get("requires_python"), pin
            compared += 1
    # What runs this test, at least, is installed.
    assert compared >= len(list(pins("requirements.txt")))


def test_the_files_agree_as_they_are_installed_beside_each_other() -> None:
    versions: dict[str, set[str]] = {}
    for file in IN_VENV:
        for pin in pins(file):
            versions.setdefault(f"{pin.name}; {pin.marker}", set()).add(str(pin.specifier))
    assert {name: several for name, several in versions.items() if len(several) > 1} == {}


@pytest.mark.parametrize("file", PINNED_FILES)
def test_each_pin_carries_hashes_and_no_file_names_a_registry(file: str) -> None:
    text = (PACKAGING / file).read_text("utf-8")
    assert "://" not in text
    assert "index-url" not in text
    entries = [entry for entry in text.replace("\\\n", " ").splitlines() if entry and not entry.startswith("#")]
    assert all("--hash=sha256:" in entry for entry in entries)


def test_the_runtime_pins_are_in_every_file_of_the_environment() -> None:
    runtime = {str(pin) for pin in pins("requirements.txt")}
    for file in IN_VENV:
        assert runtime <= {str(pin) for pin in pins(file)}


def test_nothing_is_installed_by_resolving() -> None:
    """A resolver asks for the newest releases, and a pinned extra once made one of them win over its pin."""
    texts = [ROOT / "Makefile", ROOT / "README.md", *PACKAGING.glob("*.py")]
    installing = [re.findall(r"pip(?:\)|\", \")? ?install.*", path.read_text("utf-8"), re.IGNORECASE) for path in texts]
    installs = [part for lines in installing for line in lines for part in re.split(r"; |&& ", line)]
    assert installing[0]
    assert installing[1]
    assert [each for each in installs if "--no-deps" not in each] == []

"""The contracts of import-linter hold every room: what is planted in a copy of the program is found."""

from __future__ import annotations

import ast
import os
import re
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
LINTER = Path(sys.executable).with_name("lint-imports")
ROOMS = sorted(
    path.parent.relative_to(ROOT) for room in ("reader", "ui") for path in (ROOT / room).rglob("__init__.py")
)


def broken(root: Path, tmp_path: Path) -> str:
    """Return what import-linter says of a copy, without colours and with each line whole."""
    environment = {**os.environ, "PYTHONPATH": str(root), "COLUMNS": "400", "NO_COLOR": "1"}
    command = [str(LINTER), "--no-cache", "--config", str(root / "pyproject.toml")]
    done = subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True, check=False)
    assert "Contracts: " in done.stdout, done.stdout + done.stderr
    return re.sub(r"\x1b\[[0-9;]*m", "", done.stdout)


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    """Return a copy of the program."""
    for room in ("reader", "ui"):
        shutil.copytree(ROOT / room, tmp_path / room, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def test_the_program_itself_breaks_none(copied: Path, tmp_path: Path) -> None:
    assert "0 broken" in broken(copied, tmp_path)


@pytest.mark.parametrize(
    ("planted", "permitted"),
    [("socket", "reader/fetching"), ("whoosh", "reader/index"), ("PySide6", "ui")],
)
def test_what_a_room_may_not_import_is_found_in_every_room(
    copied: Path, tmp_path: Path, planted: str, permitted: str
) -> None:
    others = [room for room in ROOMS if not room.is_relative_to(permitted)]
    for room in others:
        with (copied / room / "__init__.py").open("a", encoding="utf-8") as file:
            file.write(f"\nimport {planted}\n")
    said = broken(copied, tmp_path)
    names = [".".join(room.parts) for room in others]
    assert [name for name in names if f"{name} -> {planted} (l." not in said] == []


@pytest.mark.parametrize("room", ["reader", "reader/index", "reader/library", "reader/store", "ui"])
def test_a_module_without_a_layer_is_found(copied: Path, tmp_path: Path, room: str) -> None:
    (copied / room / "forgotten.py").write_text('"""Nothing."""\n', "utf-8")
    said = broken(copied, tmp_path)
    assert f"- {room.replace('/', '.')}.forgotten" in said


def test_a_name_is_of_one_thing() -> None:
    """A class or function of a module has a name that no other module has for one of its own."""
    places: dict[str, set[Path]] = {}
    for path in (ROOT / "main.py", *(ROOT / "reader").rglob("*.py"), *(ROOT / "ui").rglob("*.py")):
        for node in ast.parse(path.read_text("utf-8")).body:
            if isinstance(node, ast.ClassDef | ast.FunctionDef):
                places.setdefault(node.name.lstrip("_"), set()).add(path.relative_to(ROOT))
    assert {name: where for name, where in places.items() if len(where) > 1} == {
        "main": {Path(name) for name in ("main.py", "reader/cli/main.py", "reader/worker/main.py", "ui/app.py")}
    }


def test_no_folder_holds_more_than_16_modules() -> None:
    """So many names can be read at a glance; a folder with more has parts that have a name of their own."""
    modules = Counter(
        path.parent
        for room in ("reader", "ui", "tests", "tools", "packaging")
        for path in (ROOT / room).rglob("*.py")
        if path.name != "__init__.py"
    )
    assert {str(folder.relative_to(ROOT)): count for folder, count in modules.items() if count > 16} == {}

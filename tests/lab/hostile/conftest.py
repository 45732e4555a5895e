"""A small world with a home, a library and what lies around them, and no network."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.lab.hostile.forbidding import Forbidden
from tests.lab.hostile.materials import write_hostile
from tests.lab.hostile.snapshot import snapshot
from tests.ui.conftest import captures as captures
from tests.ui.conftest import data as data
from tests.ui.conftest import filled as filled
from tests.ui.conftest import start as start
from tests.ui.conftest import undressed as undressed


@dataclass(frozen=True)
class World:
    """Everything within reach of a program: only `library` is its own."""

    root: Path
    forbidden: Forbidden
    hostile: list[Path]

    @property
    def library(self) -> Path:
        return self.root / "library"

    @property
    def log(self) -> Path:
        return self.library / "pressmark.log"

    def around(self) -> dict[str, str]:
        """Return what there is but for the library."""
        return snapshot(self.root, self.library)

    def measured(self, paths: Iterable[Path], library: str = "") -> list[dict[str, Any]]:
        """Import, find and show each path in one process, in a library of its own; return what each cost."""
        lines = "".join(json.dumps(str(path)) + "\n" for path in paths)
        done = self.forbidden.run("-m", "tests.lab.hostile.measuring", self.library / library, stdin=lines)
        assert done.returncode == 0, done.stderr[-4000:]
        return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.fixture
def world(tmp_path: Path, own_home: Path) -> World:
    canary = tmp_path / "outside" / "canary.png"
    for folder in (canary.parent, tmp_path / "home"):
        folder.mkdir()
    canary.write_bytes(b"nobody may change this")
    (tmp_path / "home" / ".profile").write_text("untouched", "utf-8")
    paths = write_hostile(tmp_path / "drop", canary)
    return World(tmp_path, Forbidden(own_home / "guard", tmp_path / "home"), paths)

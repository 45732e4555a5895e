"""The folder of a run: what was made there is used again while nothing changed that it was made of."""

from __future__ import annotations

import hashlib
import json
import logging
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.lab.benchmarks.plan import ROOT

logger = logging.getLogger(__name__)


class Workspace:
    """Files and folders by name, each with a stamp that says what it was made of."""

    def __init__(self, folder: Path, *, trusted: bool = False) -> None:
        """Work in `folder`; `trusted`, what is there is used though it may be made of something else."""
        self.folder = folder
        self._trusted = trusted
        folder.mkdir(parents=True, exist_ok=True)
        self._stamps = folder / "stamps"
        self._stamps.mkdir(exist_ok=True)

    def place(self, name: str) -> Path:
        """Return where something lies, or is to lie."""
        return self.folder / name

    def empty(self, name: str) -> Path:
        """Remove what lies there with its stamp, and return the place."""
        place = self.place(name)
        self._stamp_of(name).unlink(missing_ok=True)
        if place.is_dir():
            shutil.rmtree(place)
        else:
            place.unlink(missing_ok=True)
        place.parent.mkdir(parents=True, exist_ok=True)
        return place

    def has(self, name: str, stamp: object) -> bool:
        """Say whether it is there, made of the same."""
        return self.place(name).exists() and self.told(name, stamp) is not None

    def told(self, name: str, stamp: object) -> Any:
        """Return what was noted when it was made; None if it is not there or was made of something else."""
        file = self._stamp_of(name)
        if not file.is_file():
            return None
        noted = json.loads(file.read_text("utf-8"))
        return noted["told"] if self._trusted or noted["stamp"] == _plain(stamp) else None

    def noted(self, name: str) -> Any:
        """Return what was noted when it was last made, whatever of; None if it never was."""
        file = self._stamp_of(name)
        return json.loads(file.read_text("utf-8"))["told"] if file.is_file() else None

    def keep(self, name: str, stamp: object, told: object = True) -> None:
        """Note that it is made, and what is to be told of it."""
        text = json.dumps({"stamp": _plain(stamp), "told": told}, ensure_ascii=False, indent=1)
        self._stamp_of(name).write_text(text, "utf-8")

    def made(self, name: str, stamp: object, make: Callable[[Path], object]) -> Any:
        """Return what `make` told when it made `name`; it is called only if that is not there."""
        told = self.told(name, stamp) if self.place(name).exists() else None
        if told is None:
            logger.info("making %s", name)
            told = make(self.empty(name))
            self.keep(name, stamp, told)
        return told

    def _stamp_of(self, name: str) -> Path:
        return self._stamps / f"{name.replace('/', '-').replace(' ', '-')}.json"


def _plain(value: object) -> object:
    return json.loads(json.dumps(value))


def code_hash(*parts: str, without: tuple[str, ...] = ()) -> str:
    """Hash the Python files of some parts of the project: what was made by others is to be made anew."""
    digest = hashlib.sha256()
    for part in parts:
        place = ROOT / part
        files = sorted(place.rglob("*.py")) if place.is_dir() else [place]
        for file in files:
            name = file.relative_to(ROOT).as_posix()
            if not name.startswith(without):
                digest.update(name.encode() + b"\0" + file.read_bytes() + b"\0")
    return digest.hexdigest()[:16]


def file_hash(file: Path) -> str:
    """Hash a file of any size."""
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()[:16]

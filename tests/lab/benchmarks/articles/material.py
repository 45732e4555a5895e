"""Gives the captures to measure with: the real ones if their archive is there, else invented ones.

Where more are asked for than there are, the rest is made of them: half the paragraphs of one capture and
half those of another, under an address and a date of its own.
"""

from __future__ import annotations

import logging
import re
import tarfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from tests.lab.benchmarks.articles.corpus import Capture, invented
from tests.support.real import TEAHOUSE_ARCHIVE

logger = logging.getLogger(__name__)

_RULE = re.compile(r"^-{3,}[ \t]*$", re.MULTILINE)
_ADDRESS = re.compile(r"https?://[^\s)\"'<>]+")
_DAY = re.compile(r"\b(20[012]\d)-(\d\d)-(\d\d)\b")
_EPOCH = re.compile(r"(?<=<!--)\d{13}(?=-->)")
_LONGEST_HEAD = 4_000
_DAY_MS = 86_400_000
_TOLD = 50_000
_LATER_COPY = 9_999
# The files that say how captures are made.
MAKERS = (
    "tests/lab/benchmarks/articles/material.py",
    "tests/lab/benchmarks/articles/corpus.py",
    "tests/support/captures.py",
)


@dataclass(frozen=True, slots=True)
class Material:
    """Folders of captures: those of the library, those that come later, and what they are."""

    folder: Path
    later: Path
    kind: str
    files: int
    size: int
    real: bool


def make_material(folder: Path, later: Path, articles: int, count_later: int, *, real: bool) -> Material:
    """Write `articles` captures into `folder`, and some more that come later into `later`."""
    if real:
        base = list(_archived(TEAHOUSE_ARCHIVE))
        more = " and variations of them" if articles > len(base) else ""
        kind = f"{min(articles, len(base)):,} real captures{more}"
        captures = multiplied(base, articles)
        step = len(base) // count_later
        others: Iterable[Capture] = (
            _varied(base[at * step], base[at * step - 7], _LATER_COPY) for at in range(count_later)
        )
    else:
        kind = "captures in an invented language (tests/lab/benchmarks/articles/corpus.py)"
        captures, others = invented(articles), invented(count_later, seed=2)
    files, size = _write(folder, captures)
    _write(later, others)
    return Material(folder, later, kind, files, size, real)


def has_archive() -> bool:
    """Say whether the real captures are there."""
    return TEAHOUSE_ARCHIVE.is_file()


def fingerprint() -> list[int]:
    """Return what changes with the archive of real captures."""
    status = TEAHOUSE_ARCHIVE.stat()
    return [status.st_size, int(status.st_mtime)]


def _archived(archive: Path) -> Iterator[Capture]:
    with tarfile.open(archive) as tar:
        for member in tar:
            file = tar.extractfile(member) if member.isfile() else None
            if file is not None:
                yield Capture(member.name, file.read())


def multiplied(base: Sequence[Capture], count: int) -> Iterator[Capture]:
    """Yield `count` captures: a part of the real ones evenly picked, or all of them and variations."""
    if count <= len(base):
        yield from (base[at * len(base) // count] for at in range(count))
        return
    yield from base
    rest = (
        _varied(capture, base[(at * 7 + copy) % len(base)], copy)
        for copy in range(1, count // len(base) + 1)
        for at, capture in enumerate(base)
    )
    yield from islice(rest, count - len(base))


def _varied(capture: Capture, other: Capture, copy: int) -> Capture:
    """Make another capture of two."""
    head, body = _parts(capture)
    _, other_body = _parts(other)
    # All of them: the head may name its address twice, and an article is known by it.
    head = _ADDRESS.sub(lambda match: f"{match[0]}-{copy}", head)
    head = _EPOCH.sub(lambda match: str(int(match[0]) - copy * _DAY_MS), head)
    head = _DAY.sub(lambda match: f"{match[1]}-{match[2]}-{(int(match[3]) + copy) % 28 + 1:02}", head)
    own, others = (re.split(r"(?<=</p>)|(?<=\n)", text) for text in (body, other_body))
    # Of a body in one piece all is kept, and nothing added: so the lengths stay what they are.
    mixed = own[: (len(own) + 1) // 2] + others[(len(others) + 1) // 2 :]
    folder, _, name = capture.path.rpartition("/")
    return Capture(f"{folder}/{copy}-{name[-60:]}", (head + "".join(mixed)).encode())


def _parts(capture: Capture) -> tuple[str, str]:
    """Divide a capture into head and body, at the last rule near its beginning."""
    text = capture.data.decode("utf-8", "replace")
    ends = [match.end() for match in _RULE.finditer(text, 0, _LONGEST_HEAD)]
    end = ends[-1] if ends else 0
    return text[:end], text[end:]


def _write(folder: Path, captures: Iterable[Capture]) -> tuple[int, int]:
    files = size = 0
    folder.mkdir(parents=True, exist_ok=True)
    for capture in captures:
        path = folder / capture.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(capture.data)
        files += 1
        if files % _TOLD == 0:
            logger.info("wrote %d captures", files)
        size += len(capture.data)
    return files, size

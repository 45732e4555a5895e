"""Holds a library to its promises after its program or its disk has failed."""

from __future__ import annotations

import hashlib
import re
import time
from dataclasses import dataclass, field
from pathlib import Path

from reader.index.table_of_contents import TableOfContents
from reader.library import Library
from reader.paths import AppPaths
from reader.query import Query, SortOrder
from reader.scope import EVERYTHING
from tests.lab.reliability.corpus import WORD_OF_ALL, Drop, percentile

# What is kept of purpose: the store of an older format, and a damaged one with its log.
_KEPT = re.compile(r"\.(v\d+-backup|damaged-[\d~-]+(-wal)?)$")


@dataclass
class Starts:
    """How many seconds the starts after a failure took: until rows are shown, and until all is found.

    `busy` are the processor's seconds of the whole, which other programs do not lengthen.
    """

    shown: list[float] = field(default_factory=list)
    whole: list[float] = field(default_factory=list)
    busy: list[float] = field(default_factory=list)

    def __str__(self) -> str:
        return "; ".join(
            f"{name} p50 {percentile(values, 0.5):.2f} s, p95 {percentile(values, 0.95):.2f} s, max {max(values):.2f} s"
            for name, values in (("rows shown", self.shown), ("all found", self.whole), ("processor", self.busy))
            if values
        )


def check_start(paths: AppPaths, acknowledged: set[bytes], starts: Starts, word: str | None = WORD_OF_ALL) -> None:
    """Start as the program does after a failure, let the index catch up, and look at all that there is.

    `word` stands in all articles.
    """
    began, busy = time.perf_counter(), time.thread_time()
    library = Library.open(paths)
    try:
        library.hits(library._store.by_date(SortOrder.NEWEST, EVERYTHING, 30).ids)
        starts.shown.append(time.perf_counter() - began)
        busy = time.thread_time() - busy
        check_store(library, acknowledged)
        told = library._store.has_unindexed()
        began, again = time.perf_counter(), time.thread_time()
        with library.writer("a test") as writer:
            lacking = writer.reconcile()
            for _ in writer.catch_up():
                pass
            check_no_orphans(paths)
        library.refresh()
        starts.whole.append(starts.shown[-1] + time.perf_counter() - began)
        starts.busy.append(busy + time.thread_time() - again)
        # The window lets the index catch up if the store says that it must.
        assert told or not lacking, f"the index lacks {lacking} articles, and the store does not say so"
        check_agreement(library, word)
    finally:
        library.close()
    left = [path.name for path in paths.data.glob("library.sqlite3*") if not _KEPT.search(path.name)]
    assert left == ["library.sqlite3"], f"{sorted(left)} are left behind"


def check_store(library: Library, acknowledged: set[bytes]) -> None:
    """What was acknowledged is there, once, with its bytes."""
    rows = library._store.rows("SELECT sha256, size FROM original")
    held = {row[0] for row in rows}
    assert acknowledged <= held, f"{len(acknowledged - held)} of {len(acknowledged)} acknowledged captures are lost"
    assert len(held) == len(rows) == library._store.one("SELECT count(DISTINCT original) FROM revision")[0]
    assert library._store.one("SELECT count(*) FROM revision")[0] == len(rows), "a capture is held twice"
    for article, revision, digest in library._store.rows(
        "SELECT article, revision.id, sha256 FROM revision JOIN original ON original.id = revision.original"
        " WHERE withdrawn IS NULL"
    ):
        assert hashlib.sha256(library.original(article, revision)).digest() == digest


def check_agreement(library: Library, word: str | None = WORD_OF_ALL) -> None:
    """Index and store hold the same, and nothing is damaged."""
    ids = set(library.ids())
    assert library.index().ids() == ids
    assert not library._store.has_unindexed()
    assert [
        str(problem.sentence) for problem in library.verify() if "belong to no article" not in str(problem.sentence)
    ] == []
    if word is not None:
        assert library.search(Query(text=word)).total == len(ids)


def check_no_orphans(paths: AppPaths) -> None:
    """Nothing half done lies about once a writer has come by."""
    named = _named_by_the_index(paths.index)
    strange = {path.name for path in paths.index.iterdir() if path.is_file()} - named
    assert not strange, f"no table of contents names {sorted(strange)[:5]}"
    assert list((paths.images / "tmp").glob("*")) == []


def _named_by_the_index(folder: Path) -> set[str]:
    contents = TableOfContents(folder)
    generation, segments = contents.read()
    names = {f"_MAIN_{generation}.toc", "MAIN_WRITELOCK"}
    stems = {str(segment.segment_id()) for segment in segments}
    return names | {path.name for path in folder.iterdir() if path.name.split(".")[0] in stems}


def unnamed_pictures(paths: AppPaths) -> int:
    """Count the pictures that no article has."""
    library = Library.open(paths)
    try:
        return len(
            set(library.pictures.hashes()) - {row[0] for row in library._store.rows("SELECT sha256 FROM picture")}
        )
    finally:
        library.close()


def check_complete(paths: AppPaths, drop: Drop) -> None:
    """After an import that nothing has disturbed all is there, and nothing else."""
    library = Library.open(paths)
    try:
        check_store(library, drop.captures(len(drop.digests)))
        check_agreement(library)
        assert library._store.one("SELECT count(*) FROM original")[0] == len(drop.captures(len(drop.digests)))
    finally:
        library.close()
    assert unnamed_pictures(paths) == 0, "pictures that no article has"

"""Measures building: each engine in a process of its own, in turn, several times."""

from __future__ import annotations

import logging
import shutil
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from reader.library import Library
from reader.outcome import OutcomeKind
from reader.paths import AppPaths
from tests.benchmarks.material import Material
from tests.benchmarks.measuring import drop_written, in_child, memory, processor_seconds, spread
from tests.benchmarks.peers.base import Engine
from tests.benchmarks.peers.engines import ENGINES, WHOOSH_ARTICLES
from tests.benchmarks.peers.fts5 import Fts5Bigrams, Fts5Trigrams
from tests.benchmarks.peers.whoosh_ngrams import WhooshNgrams
from tests.benchmarks.prepared import Prepared, Totals, Untimed, batches

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Built:
    """One building of one engine's index."""

    engine: str
    articles: int
    seconds: float
    processor_seconds: float
    peak_bytes: int
    index_bytes: int
    text_bytes: int
    told: dict[str, float]


def import_all(data: Path, captures: Path) -> dict[str, float]:
    """Import a folder as the worker does, to the last article in the index; call it in a process of its own."""
    library = Library.open(AppPaths(data))
    start, worked = time.perf_counter(), processor_seconds()
    with library.writer("a benchmark") as writer:
        outcomes = Counter(outcome.kind for outcome in writer.import_paths([captures]))
        for _ in writer.catch_up():
            pass
    seconds, work = time.perf_counter() - start, processor_seconds() - worked
    info = library.info()
    library.close()
    return {
        "files": outcomes.total(),
        "failed": outcomes[OutcomeKind.FAILED],
        "seconds": seconds,
        "processor_seconds": work,
        "peak_bytes": memory("VmHWM"),
        "articles": info.articles,
        "index_bytes": info.index_bytes,
        "store_bytes": info.store_bytes,
    }


def measure_import(material: Material, data: Path) -> tuple[dict[str, float], dict[str, float]]:
    """Import everything into a new library, then the same again."""
    drop_written()
    first = in_child(import_all, data, material.folder)
    drop_written()
    again = in_child(import_all, data, material.folder)
    return first, again


def measure_building(work: Path, file: Path, totals: Totals, rounds: int) -> dict[str, dict[str, object]]:
    """Build every index `rounds` times, the engines in turn; the last of each stays for the questions."""
    built: dict[str, list[Built]] = {}
    for round_ in range(rounds):
        for at, engine in enumerate(ENGINES):
            folder = folder_of(work, engine().name)
            shutil.rmtree(folder, ignore_errors=True)
            drop_written()
            measured = in_child(_build, at, folder, file, totals.articles)
            logger.info("round %d: %s took %.1f s", round_ + 1, measured.engine, measured.seconds)
            built.setdefault(measured.engine, []).append(measured)
    optimised = {
        engine().name: in_child(_optimise, at, folder_of(work, engine().name))
        for at, engine in enumerate(ENGINES)
        if engine in (Fts5Bigrams, Fts5Trigrams)
    }
    return {name: _summary(runs, optimised.get(name)) for name, runs in built.items()}


def folder_of(work: Path, name: str) -> Path:
    """Return where an engine's index lies."""
    return work / "indexes" / name.replace(" ", "-")


def _rows(engine: Engine, file: Path, articles: int) -> Iterator[list[Prepared]]:
    """Return the batches for an engine: for stock Whoosh a part of the articles, evenly picked."""
    if not isinstance(engine, WhooshNgrams):
        return batches(file)
    step = -(-articles // WHOOSH_ARTICLES)
    return ([row for row in batch if row.rank % step == 0] for batch in batches(file))


def _build(at: int, folder: Path, file: Path, articles: int) -> Built:
    engine = ENGINES[at]()
    source = Untimed(_rows(engine, file, articles))
    start, worked = time.perf_counter(), processor_seconds()
    told = engine.build(folder, source)
    seconds = time.perf_counter() - start - source.seconds
    work = processor_seconds() - worked - source.processor_seconds
    peak = memory("VmHWM")
    text = sum(len(row.folded.encode("utf-8", "replace")) for batch in _rows(engine, file, articles) for row in batch)
    size = engine.index_bytes(folder)
    return Built(engine.name, source.articles, seconds, work, peak, size, text, told)


def _optimise(at: int, folder: Path) -> float:
    """Let SQLite join its segments, and return the seconds; it is no part of building."""
    engine = ENGINES[at]()
    assert isinstance(engine, Fts5Bigrams | Fts5Trigrams)
    engine.open(folder)
    start = time.perf_counter()
    engine.optimise()
    engine.close()
    return time.perf_counter() - start


def _summary(runs: Sequence[Built], optimised: float | None) -> dict[str, object]:
    last = runs[-1]
    rates = spread([run.articles / run.seconds for run in runs])
    cut = [run.articles / (run.seconds - run.told.get("cutting_seconds", 0.0)) for run in runs]
    return {
        "articles": last.articles,
        "articles_per_second": rates["median"],
        "spread": rates["spread"],
        "articles_per_processor_second": spread([run.articles / run.processor_seconds for run in runs])["median"],
        "articles_per_second_without_cutting": spread(cut)["median"],
        "peak_bytes": max(run.peak_bytes for run in runs),
        "index_bytes": last.index_bytes,
        "index_bytes_per_text_byte": last.index_bytes / last.text_bytes,
        "optimise_seconds": optimised,
    }

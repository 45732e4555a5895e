"""Measures building: each engine in a process of its own, in turn, several times."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.lab.benchmarks.articles.prepared import Prepared, Totals, batches
from tests.lab.benchmarks.measuring import drop_written, peak_in_child, processor_seconds, spread
from tests.lab.benchmarks.peers.base import Engine
from tests.lab.benchmarks.peers.engines import WHOOSH_ARTICLES, engine
from tests.lab.benchmarks.peers.fts5 import Fts5Bigrams, Fts5Trigrams
from tests.lab.benchmarks.peers.pressmark import Pressmark
from tests.lab.benchmarks.peers.whoosh_ngrams import WhooshNgrams
from tests.lab.benchmarks.program import import_folder
from tests.lab.benchmarks.workspace import Workspace, code_hash, file_hash

logger = logging.getLogger(__name__)
_TOLD = 50_000


@dataclass(frozen=True, slots=True)
class Built:
    """One building of one engine's index."""

    engine: str
    articles: int
    seconds: float
    processor_seconds: float
    told: dict[str, float]
    peak_bytes: int = 0


def import_all(data: Path, captures: Path) -> dict[str, float]:
    """Import in a process of its own, and tell how long it took and what it held."""
    drop_written()
    told, peak = peak_in_child(_import, data, captures)
    return {**told, "peak_bytes": peak}


def _import(data: Path, captures: Path) -> dict[str, float]:
    worked = processor_seconds()
    told = import_folder(data, captures)
    return {**told, "processor_seconds": processor_seconds() - worked}


def measure_building(
    work: Workspace, file: Path, totals: Totals, names: Sequence[str], rounds: int
) -> dict[str, dict[str, object]]:
    """Build every index `rounds` times, the engines in turn; the last of each stays for the questions."""
    runs: dict[str, list[Built]] = {name: [] for name in names}
    for round_ in range(rounds):
        for name in names:
            built = build_anew(work, name, file, totals.articles)
            logger.info("round %d: %s took %.1f s", round_ + 1, name, built.seconds)
            runs[name].append(built)
    optimised = {name: _optimise(work, name, file) for name in names}
    text = {name: _text_bytes(engine(name), file, totals) for name in names}
    sizes = {name: engine(name).index_bytes(folder_of(work, name)) for name in names}
    return {name: _summary(built, sizes[name], text[name], optimised[name]) for name, built in runs.items()}


def make_indexes(work: Workspace, file: Path, articles: int, names: Sequence[str]) -> None:
    """Build the indexes that are not there, or were built of other text or by other code."""
    for name in names:
        if not work.has(_place(name), _stamp(name, file)):
            logger.info("building %s", name)
            build_anew(work, name, file, articles)
            _optimise(work, name, file)


def folder_of(work: Workspace, name: str) -> Path:
    """Return where an engine's index lies."""
    return work.place(_place(name))


def _place(name: str) -> str:
    return f"indexes/{name.replace(' ', '-')}"


def _stamp(name: str, file: Path) -> list[str]:
    ours = (
        ("reader/index", "resources/folding.bin")
        if name == Pressmark.name
        else ("reader/index/text/analysis.py", "reader/index/text/folding.py", "resources/folding.bin")
    )
    return [file_hash(file), code_hash("tests/lab/benchmarks/peers", "tests/lab/benchmarks/program.py", *ours)]


def build_anew(work: Workspace, name: str, file: Path, articles: int) -> Built:
    """Build one index in a process of its own, in the place of the one that is there."""
    folder = work.empty(_place(name))
    drop_written()
    built, peak = peak_in_child(_build, name, folder, file, articles)
    return Built(built.engine, built.articles, built.seconds, built.processor_seconds, built.told, peak)


def _rows(maker: Engine, file: Path, articles: int) -> Iterator[list[Prepared]]:
    """Return the batches for an engine: for stock Whoosh a part of the articles, evenly picked."""
    if not isinstance(maker, WhooshNgrams):
        return batches(file)
    step = -(-articles // WHOOSH_ARTICLES)
    return ([row for row in batch if row.rank % step == 0] for batch in batches(file))


def _build(name: str, folder: Path, file: Path, articles: int) -> Built:
    maker = engine(name)
    counted = _Counted(_rows(maker, file, articles))
    start, worked = time.perf_counter(), processor_seconds()
    told = maker.build(folder, counted)
    seconds, work = time.perf_counter() - start, processor_seconds() - worked
    return Built(maker.name, counted.articles, seconds, work, told)


class _Counted:
    """Passes batches on and counts their articles."""

    def __init__(self, source: Iterator[list[Prepared]]) -> None:
        self._source = source
        self.articles = 0

    def __iter__(self) -> Iterator[list[Prepared]]:
        for batch in self._source:
            before, self.articles = self.articles, self.articles + len(batch)
            if self.articles // _TOLD > before // _TOLD:
                logger.info("given %d articles", self.articles)
            yield batch


def _text_bytes(maker: Engine, file: Path, totals: Totals) -> int:
    """Measure the text that an engine was given."""
    if not isinstance(maker, WhooshNgrams):
        return totals.text_bytes
    rows = (row for batch in _rows(maker, file, totals.articles) for row in batch)
    return sum(len(row.folded.encode("utf-8", "replace")) for row in rows)


def _optimise(work: Workspace, name: str, file: Path) -> float | None:
    """Let those engines join their segments that want to be told to, and return the seconds: it is no part of building.

    Then note what was built.
    """
    maker = engine(name)
    seconds = None
    if isinstance(maker, Fts5Bigrams | Fts5Trigrams | Pressmark):
        start = time.perf_counter()
        maker.open(folder_of(work, name))
        maker.optimise()
        maker.close()
        seconds = time.perf_counter() - start
    work.keep(_place(name), _stamp(name, file))
    return seconds


def _summary(runs: Sequence[Built], size: int, text_bytes: int, optimised: float | None) -> dict[str, object]:
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
        "index_bytes": size,
        "index_bytes_per_text_byte": size / text_bytes,
        "optimise_seconds": optimised,
    }

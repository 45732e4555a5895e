"""Measures adding a few articles until they are found."""

from __future__ import annotations

import random
import time
from collections import defaultdict
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.lab.benchmarks.articles.corpus import invented
from tests.lab.benchmarks.articles.prepared import Prepared
from tests.lab.benchmarks.articles.questions import Question
from tests.lab.benchmarks.measuring import spread
from tests.lab.benchmarks.peers.base import Engine, Order
from tests.lab.benchmarks.peers.engines import engine
from tests.lab.benchmarks.program import Query, open_library
from tests.support.captures import write_feed

AMOUNTS = (1, 10, 100)
_LETTERS = "bcdfghjklmnpqrstvwxz"
_AFTER_ALL = datetime(2026, 1, 1, tzinfo=UTC)


def measure_adding(
    indexes: Mapping[str, Path], library: Path, articles: int, repeats: int
) -> dict[str, dict[str, float]]:
    """Add to every index in turn, and to the library by a whole import; milliseconds, by engine and amount.

    All of them are changed by it: these are copies.
    """
    times: defaultdict[tuple[str, int], list[float]] = defaultdict(list)
    engines = [engine(name) for name in indexes]
    for opened in engines:
        opened.open(indexes[opened.name])
    texts = [capture.data.decode() for capture in invented(max(AMOUNTS), seed=3)]
    rank = articles
    chance = random.Random("adding")
    for repeat in range(repeats):
        for amount in AMOUNTS:
            mark = "".join(chance.choices(_LETTERS, k=12))
            rows = [_row(rank + at, texts[at % len(texts)], mark) for at in range(1, amount + 1)]
            rank += amount
            for opened in engines:
                times[opened.name, amount].append(_until_found(opened, rows, mark))
            folder = library.parent / "added" / f"{repeat}-{amount}"
            times["Pressmark, whole import", amount].append(_import_until_found(library, folder, texts, amount))
    for opened in engines:
        opened.close()
    found: defaultdict[str, dict[str, float]] = defaultdict(dict)
    for (name, amount), seconds in times.items():
        found[name][str(amount)] = spread(seconds)["median"] * 1000
    return dict(found)


def _row(rank: int, text: str, mark: str) -> Prepared:
    published = _AFTER_ALL + timedelta(minutes=rank)
    return Prepared(rank, rank + 10_000_000, f"{mark} {rank}", text, "added", published)


def _until_found(engine: Engine, rows: list[Prepared], mark: str) -> float:
    question = engine.translate(Question(kind="added", words=(mark,)), Order.COUNT)
    start = time.perf_counter()
    engine.add(rows)
    while engine.ask(question, Order.COUNT) < len(rows):
        time.sleep(0.001)
    return time.perf_counter() - start


def _import_until_found(data: Path, folder: Path, texts: list[str], amount: int) -> float:
    """Import saved files as a drop on the window does, until a reader that was open before finds them."""
    mark = "".join(random.choices(_LETTERS, k=12))
    for at in range(amount):
        body = texts[at].partition("------")[2]
        write_feed(folder, f"{at}.md", title=f"{mark} {at}", url=f"https://added.example/{mark}/{at}", body=body)
    library = open_library(data)
    library.search(Query(text=mark))
    start = time.perf_counter()
    with library.writer("a benchmark") as writer:
        for _ in writer.import_paths([folder]):
            pass
    library.refresh()
    assert library.search(Query(text=mark)).total == amount
    seconds = time.perf_counter() - start
    library.close()
    return seconds

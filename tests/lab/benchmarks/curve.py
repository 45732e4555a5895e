"""Grows one library and measures it at each size: what an article costs, and what a person waits for.

`python -m tests.lab.benchmarks.curve` writes `curve.md` and `curve.svg`. The captures are invented and are removed once
they are imported, so that a million of them need 40 GB of disk and not more.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import shutil
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path

from tests.lab.benchmarks.articles.corpus import Capture, invented
from tests.lab.benchmarks.measuring import in_child, machine, tell_progress
from tests.lab.benchmarks.plan import RESULTS, ROOT
from tests.lab.benchmarks.program import import_folder, rebuild_index, tidy
from tests.lab.benchmarks.report.curve_picture import document, picture
from tests.lab.benchmarks.window.measures import in_window

SIZES = (3_000, 10_000, 30_000, 100_000, 300_000, 1_000_000)
# Bytes of disk that an article takes while it is measured, with the captures of a step and the copy that a window uses.
_DISK = 40_000
_MB = 1 << 20
_STARTS, _WORDS = 5, 20
_HAN = re.compile("[\u4e00-\u9fff]{6}")


@dataclass(frozen=True, slots=True)
class Point:
    """What was measured at a size; times in ms. `importing`, `index` and `disk` (in kB) are for one article."""

    articles: int
    importing: float
    index: float
    keystroke: float
    start: float
    memory: float
    disk: float


def measure(work: Path, sizes: tuple[int, ...]) -> Iterator[Point]:
    """Grow a library in `work` to each of `sizes` articles, and measure it there."""
    captures = invented(max(sizes))
    library, held = work / "library", 0
    words: list[str] = []
    for size in sizes:
        folder = work / "captures"
        words += _write(folder, islice(captures, size - held))
        told = in_child(import_folder, library, folder)
        shutil.rmtree(folder)
        in_child(tidy, library)
        began = time.perf_counter()
        in_child(rebuild_index, library)
        index = time.perf_counter() - began
        in_child(tidy, library)
        yield _at(work, library, size, told["seconds"] / (size - held), index / size, words)
        held = size


def _at(work: Path, library: Path, size: int, importing: float, index: float, words: list[str]) -> Point:
    disk = sum(file.stat().st_size for file in library.rglob("*") if file.is_file())
    typed = work / "words.json"
    typed.write_text(
        json.dumps(random.Random(size).sample(words, min(_WORDS, len(words))), ensure_ascii=False), "utf-8"
    )
    starts = sorted((in_window("start", library) for _ in range(_STARTS)), key=lambda start: start["usable"])
    typing = in_window("type", library, str(typed))
    return Point(
        articles=size,
        importing=importing * 1e3,
        index=index * 1e3,
        keystroke=typing["p95_ms"],
        start=starts[_STARTS // 2]["usable"] * 1e3,
        memory=starts[_STARTS // 2]["rss"] / _MB,
        disk=disk / size / 1e3,
    )


def _write(folder: Path, captures: Iterator[Capture]) -> list[str]:
    """Write captures into a folder; return a word of six characters from some of them."""
    words = []
    for number, capture in enumerate(captures):
        path = folder / capture.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(capture.data)
        if number % 50 == 0 and (found := _HAN.search(capture.data.decode())):
            words.append(found[0])
    return words


def main() -> None:
    """Measure as far as the disk goes, and write the page."""
    parser = argparse.ArgumentParser(prog="python -m tests.lab.benchmarks.curve", description=__doc__)
    parser.add_argument("--most", type=int, default=SIZES[-1], help="the largest library to grow")
    parser.add_argument("--work", type=Path, default=ROOT / "build" / "curve", help="where the library grows")
    parser.add_argument("--out", type=Path, default=RESULTS, help="where the page goes")
    options = parser.parse_args()
    tell_progress()
    os.environ["TZ"] = "UTC"
    shutil.rmtree(options.work, ignore_errors=True)
    options.work.mkdir(parents=True)
    room = shutil.disk_usage(options.work).free // _DISK
    sizes = tuple(size for size in SIZES if size <= min(options.most, room))
    points = []
    for point in measure(options.work, sizes):
        sys.stderr.write(f"{point}\n")
        points.append(point)
    shutil.rmtree(options.work)
    told = {"machine": machine(), "asked": options.most, "room": room, "points": [asdict(point) for point in points]}
    (options.out / "curve.json").write_text(json.dumps(told, indent=1) + "\n", "utf-8")
    (options.out / "curve.md").write_text(document(told), "utf-8")
    (options.out / "curve.svg").write_text(picture(told["points"]), "utf-8")


if __name__ == "__main__":
    main()

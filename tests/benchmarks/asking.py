"""Measures answering: every question goes to each engine in turn, so that noise hits all alike."""

from __future__ import annotations

import logging
import statistics
import time
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.benchmarks.building import folder_of
from tests.benchmarks.measuring import percentile
from tests.benchmarks.peers.base import Engine, Order
from tests.benchmarks.peers.engines import ENGINES
from tests.benchmarks.peers.library import PressmarkLibrary
from tests.benchmarks.prepared import batches
from tests.benchmarks.questions import Question, make_questions
from tests.benchmarks.scanning import Scan

logger = logging.getLogger(__name__)

_OPENINGS = 5
_SCANNED_EACH = 3
# A peer that scans everything is slow enough to be timed by one asking.
_SLOW_SECONDS = 0.05


@dataclass(frozen=True, slots=True)
class _Case:
    engine: Engine
    question: Question
    order: Order
    translated: Any


def measure_answers(work: Path, file: Path, articles: int, each: int, repeats: int) -> dict[str, object]:
    """Ask `each` questions of every class; call it in a process of its own."""
    engines = _engines()
    opening = {engine.name: _open(engine, _place(work, engine)) for engine in engines}
    questions = make_questions(file, articles, each)
    times: defaultdict[tuple[str, str, str], list[float]] = defaultdict(list)
    counts: dict[Question, dict[str, int]] = defaultdict(dict)
    noise: list[float] = []
    for at, question in enumerate(questions):
        for order in Order:
            for engine, seconds, answer in _ask_all(engines, question, order, repeats, at):
                times[question.kind, order, engine.name].append(statistics.median(seconds))
                noise.append((max(seconds) - min(seconds)) / min(seconds))
                if order is Order.COUNT:
                    counts[question][engine.name] = answer
    for engine in engines:
        engine.close()
    return {
        "open_ms": {name: seconds * 1000 for name, seconds in opening.items()},
        "answers": [_summary(key, values) for key, values in times.items()],
        "noise": percentile(noise, 0.5),
        "differing": _differing(counts),
        "scan": _scan(file, counts),
    }


def _engines() -> list[Engine]:
    return [PressmarkLibrary(), *(make() for make in ENGINES[1:])]


def _place(work: Path, engine: Engine) -> Path:
    return work / "library" if isinstance(engine, PressmarkLibrary) else folder_of(work, engine.name)


def _open(engine: Engine, folder: Path) -> float:
    """Return the median seconds from closed to the first answer; the engine stays open."""
    question = Question(kind="opening", words=("中国",))
    seconds = []
    for opening in range(_OPENINGS):
        if opening:
            engine.close()
        start = time.perf_counter()
        engine.open(folder)
        engine.ask(engine.translate(question, Order.NEWEST), Order.NEWEST)
        seconds.append(time.perf_counter() - start)
    return statistics.median(seconds)


def _ask_all(
    engines: Sequence[Engine], question: Question, order: Order, repeats: int, turn: int
) -> list[tuple[Engine, list[float], int]]:
    """Ask each engine `repeats` times in turn; without the engines that cannot answer."""
    cases = [_Case(engine, question, order, engine.translate(question, order)) for engine in engines]
    cases = [case for case in cases if case.translated is not None]
    # Who comes first finds the caches of the processor cold: each engine does so as often.
    cases = cases[turn % len(cases) :] + cases[: turn % len(cases)]
    seconds: defaultdict[str, list[float]] = defaultdict(list)
    answers: dict[str, int] = {}
    for _ in range(repeats):
        for case in cases:
            measured = seconds[case.engine.name]
            if measured and measured[0] > _SLOW_SECONDS:
                continue
            start = time.perf_counter()
            answers[case.engine.name] = case.engine.ask(case.translated, order)
            measured.append(time.perf_counter() - start)
    found = ((case.engine, case.engine.name) for case in cases)
    return [(engine, seconds[name], answers[name]) for engine, name in found]


def _summary(key: tuple[str, str, str], values: Sequence[float]) -> dict[str, object]:
    kind, order, engine = key
    p50, p95 = (percentile(values, share) * 1000 for share in (0.5, 0.95))
    return {"kind": kind, "order": order, "engine": engine, "p50_ms": p50, "p95_ms": p95, "questions": len(values)}


def _differing(counts: dict[Question, dict[str, int]]) -> dict[str, dict[str, int]]:
    """Count, by engine and class, the questions whose number of hits is not ours."""
    found: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for question, of_engines in counts.items():
        for name, count in of_engines.items():
            if count != of_engines[PressmarkLibrary.name]:
                found[name][question.kind] += 1
    return {name: dict(kinds) for name, kinds in found.items()}


def _scan(file: Path, counts: dict[Question, dict[str, int]]) -> dict[str, int]:
    """Scan all text for some questions of every class, and count where our number of hits is another."""
    chosen: defaultdict[str, list[Question]] = defaultdict(list)
    for question in counts:
        if len(chosen[question.kind]) < _SCANNED_EACH:
            chosen[question.kind].append(question)
    scan = Scan([question for questions in chosen.values() for question in questions])
    for batch in batches(file):
        scan.look(batch)
    wrong = [question for question, count in scan.counts.items() if count != counts[question][PressmarkLibrary.name]]
    for question in wrong:
        logger.error("%s: a scan finds %d", question, scan.counts[question])
    return {"questions": len(scan.counts), "wrong": len(wrong)}

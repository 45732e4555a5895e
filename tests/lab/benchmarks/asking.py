"""Measures answering: every question goes to each engine in turn, so that noise hits all alike.

What an engine keeps of an answer must not serve another question. Each order has questions of its own, each is
asked once in a turn, and every turn is a process of its own. Of everything by date there is one question only:
before it the engine is opened anew, and asked something else.
"""

from __future__ import annotations

import logging
import random
import statistics
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.lab.benchmarks.articles.prepared import batches
from tests.lab.benchmarks.articles.questions import EVERYTHING, Question, make_questions
from tests.lab.benchmarks.building import folder_of
from tests.lab.benchmarks.figures import percentile
from tests.lab.benchmarks.measuring import in_child
from tests.lab.benchmarks.peers.base import Engine, Order
from tests.lab.benchmarks.peers.engines import answering
from tests.lab.benchmarks.plan import FTS5, FTS5_SORTING, OURS, SLOW, Plan
from tests.lab.benchmarks.program import every_hit, open_library
from tests.lab.benchmarks.scanning import Scan
from tests.lab.benchmarks.workspace import Workspace

logger = logging.getLogger(__name__)

_OPENINGS = 5
_WARM_EACH = 2
_WARM_WORD = "我们"

Asked = list[tuple[Order, Question]]


@dataclass(frozen=True, slots=True)
class Answer:
    """What one engine answered to one question, in one turn; the turns of a question have the same `at`."""

    at: int
    engine: str
    seconds: float
    count: int


def measure_answers(work: Workspace, file: Path, articles: int, plan: Plan) -> dict[str, object]:
    """Ask every question of every class and order in every turn; take the median of the turns."""
    places = [(name, work.place("library") if name == OURS else folder_of(work, name)) for name in plan.engines]
    if FTS5 in plan.peers:
        places.append((FTS5_SORTING, folder_of(work, FTS5)))
    opening = in_child(_open_all, places)
    asked, warm = in_child(_questions, file, articles, plan.questions)
    found: defaultdict[tuple[int, str], list[Answer]] = defaultdict(list)
    for turn in range(plan.turns):
        asked_now = [(name, folder) for name, folder in places if not (turn and name in SLOW)]
        names = ", ".join(name for name, _ in asked_now)
        logger.info("turn %d of %d: asking %d questions of %s", turn + 1, plan.turns, len(asked), names)
        for answer in in_child(_ask_all, asked_now, asked, warm, turn):
            found[answer.at, answer.engine].append(answer)
    return {
        "open_ms": {name: seconds * 1000 for name, seconds in opening.items()},
        "answers": _summaries(asked, found),
        "noise": _noise(found),
        "differing": _differing(asked, found),
        "scan": in_child(_scan, work.place("library"), file, _to_scan(asked, plan.scanned)),
    }


def _open_all(places: Sequence[tuple[str, Path]]) -> dict[str, float]:
    """Return the median seconds of each engine from closed to the first answer."""
    engines = answering([name for name, _ in places])
    return {engine.name: _open(engine, folder) for engine, (_, folder) in zip(engines, places, strict=True)}


def _open(engine: Engine, folder: Path) -> float:
    question = Question(kind="opening", words=("中国",))
    seconds = []
    for _ in range(_OPENINGS):
        start = time.perf_counter()
        engine.open(folder)
        engine.ask(engine.translate(question, Order.NEWEST), Order.NEWEST)
        seconds.append(time.perf_counter() - start)
        engine.close()
    return statistics.median(seconds)


def _questions(file: Path, articles: int, each: int) -> tuple[Asked, list[Question]]:
    """Make the questions of each order, and some that only warm the engines."""
    *lists, warm = make_questions(file, articles, (each,) * len(Order) + (_WARM_EACH,))
    asked = [(order, question) for order, questions in zip(Order, lists, strict=True) for question in questions]
    # Mixed, so that noise hits all classes and orders alike, and none comes always first.
    random.Random("order of questions").shuffle(asked)
    # Before it an engine is opened anew, and forgets its data: that must not slow the questions after it.
    return sorted(asked, key=lambda pair: pair[1].kind == EVERYTHING), warm


def _ask_all(places: Sequence[tuple[str, Path]], asked: Asked, warm: Sequence[Question], turn: int) -> list[Answer]:
    """Ask everything once; call it in a process of its own."""
    engines = answering([name for name, _ in places])
    folders = {engine.name: folder for engine, (_, folder) in zip(engines, places, strict=True)}
    for engine in engines:
        engine.open(folders[engine.name])
        for order in Order:
            for question in warm:
                _ask(engine, question, order)
    answers: list[Answer] = []
    for at, (order, question) in enumerate(asked):
        # Who comes first finds the caches of the processor cold: each engine does so as often.
        first = (at + turn) % len(engines)
        for engine in engines[first:] + engines[:first]:
            if question.kind == EVERYTHING:
                _open_anew(engine, folders[engine.name], order)
            if (answer := _ask(engine, question, order)) is not None:
                answers.append(Answer(at, engine.name, *answer))
    for engine in engines:
        engine.close()
    return answers


def _open_anew(engine: Engine, folder: Path, order: Order) -> None:
    """Let the engine forget its answers, but not that it is open."""
    engine.close()
    engine.open(folder)
    _ask(engine, Question(kind="warm", words=(_WARM_WORD,)), order)


def _ask(engine: Engine, question: Question, order: Order) -> tuple[float, int] | None:
    """Return the seconds and the answer; None if the engine has no way to answer."""
    translated: Any = engine.translate(question, order)
    if translated is None:
        return None
    start = time.perf_counter()
    count = engine.ask(translated, order)
    return time.perf_counter() - start, count


def _summaries(asked: Asked, found: dict[tuple[int, str], list[Answer]]) -> list[dict[str, object]]:
    """Return p50 and p95 by class, order and engine, over the questions' medians."""
    times: defaultdict[tuple[str, str, str], list[float]] = defaultdict(list)
    for (at, engine), answers in found.items():
        order, question = asked[at]
        times[question.kind, order, engine].append(statistics.median(answer.seconds for answer in answers))
    return [_summary(key, values) for key, values in times.items()]


def _summary(key: tuple[str, str, str], values: Sequence[float]) -> dict[str, object]:
    kind, order, engine = key
    p50, p95 = (percentile(values, share) * 1000 for share in (0.5, 0.95))
    return {"kind": kind, "order": order, "engine": engine, "p50_ms": p50, "p95_ms": p95, "questions": len(values)}


def _noise(found: dict[tuple[int, str], list[Answer]]) -> float:
    """Return how far the turns of a question lie apart, as a share of the quickest; the median of all."""
    spans = [[answer.seconds for answer in answers] for answers in found.values() if len(answers) > 1]
    if not spans:
        return 0.0
    return statistics.median((max(seconds) - min(seconds)) / min(seconds) for seconds in spans)


def _differing(asked: Asked, found: dict[tuple[int, str], list[Answer]]) -> dict[str, dict[str, int]]:
    """Count, by engine and class, the questions whose number of hits is not ours."""
    differing: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for (at, engine), answers in found.items():
        order, question = asked[at]
        if order is Order.COUNT and answers[0].count != found[at, OURS][0].count:
            differing[engine][question.kind] += 1
    return {name: dict(kinds) for name, kinds in differing.items()}


def _to_scan(asked: Asked, each: int) -> list[Question]:
    """Choose questions to compare with a scan, `each` of every class."""
    chosen: defaultdict[str, dict[Question, None]] = defaultdict(dict)
    for order, question in asked:
        if order is Order.COUNT and len(chosen[question.kind]) < each:
            chosen[question.kind][question] = None
    return [question for questions in chosen.values() for question in questions]


def _scan(library: Path, file: Path, questions: Sequence[Question]) -> dict[str, int]:
    """Scan all text for some questions, and count those to which the library answers with other articles."""
    scan = Scan(questions)
    for batch in batches(file):
        scan.look(batch)
    (ours,) = answering([OURS])
    wrong = 0
    with closing(open_library(library)) as opened:
        for question, ids in scan.found.items():
            query = every_hit(ours.translate(question, Order.NEWEST))
            wrong += not _same(question, ids, opened.search(query).ids)
    return {"questions": len(scan.found), "wrong": wrong}


def _same(question: Question, scanned: Iterable[int], answered: Iterable[int]) -> bool:
    there, ours = sorted(scanned), sorted(answered)
    if there != ours:
        logger.error("%s: a scan finds %d articles, Pressmark %d", question, len(there), len(ours))
    return there == ours

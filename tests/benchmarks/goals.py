"""What is to be reached, beside what was measured."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

Results = dict[str, Any]
Row = tuple[str, str, str, str, str, str]
_MB = 1_000_000
_FTS5 = "FTS5 bigrams"
_LARGE = 100_000


def goals(results: Results) -> list[Row]:
    """Return rows of: what, measured, against, ratio, goal, whether it is reached."""
    large = results["material"]["articles"] > _LARGE
    return [*_building(results, large), *_answers(results, large), *_window(results, large), *_changes(results, large)]


def _row(what: str, measured: str, against: str, ratio: float, goal: float, *, at_least: bool = False) -> Row:
    reached = ratio >= goal if at_least else ratio <= goal
    sign = "≥" if at_least else "≤"
    return what, measured, against, f"{ratio:.2f} ×", f"{sign} {goal:g} ×", "yes" if reached else "**no**"


def _limit(what: str, measured: float, goal: float, unit: str) -> Row:
    return what, f"{measured:.3g} {unit}", "", "", f"≤ {goal:g} {unit}", "yes" if measured <= goal else "**no**"


def _building(results: Results, large: bool) -> Iterator[Row]:
    ours, fts5 = results["building"]["Pressmark"], results["building"][_FTS5]
    rate, peer = ours["articles_per_second"], fts5["articles_per_second"]
    against = f"{peer:,.0f} (FTS5)"
    goal = 2 if large else 2.5
    yield _row(
        "building the index, articles/s", f"{rate:,.0f}", against, rate / peer, 2 if large else 2.5, at_least=True
    )
    worked, peer_worked = ours["articles_per_processor_second"], fts5["articles_per_processor_second"]
    against_work = f"{peer_worked:,.0f} (FTS5)"
    yield _row("… per processor second", f"{worked:,.0f}", against_work, worked / peer_worked, goal, at_least=True)
    whole = max(run["files"] / run["seconds"] for run in results["import"])
    yield _row(
        "whole import, articles/s", f"{whole:,.0f}", f"{against}, its index alone", whole / peer, 1, at_least=True
    )
    work = max(run["files"] / run["processor_seconds"] for run in results["import"])
    yield _row("… per processor second", f"{work:,.0f}", against_work, work / peer_worked, 1, at_least=True)
    if results["recoll"]:
        recoll = results["recoll"]["files"] / results["recoll"]["seconds"]
        yield _row(
            "whole import, articles/s", f"{whole:,.0f}", f"{recoll:,.0f} (Recoll)", whole / recoll, 4, at_least=True
        )
    size, other = ours["index_bytes"], fts5["index_bytes"]
    measured, against = f"{size / _MB:.0f} MB", f"{other / _MB:.0f} MB (FTS5)"
    yield _row("index without text", measured, against, size / other, 0.65 if large else 0.6)


def _answers(results: Results, large: bool) -> Iterator[Row]:
    times = {(row["order"], row["kind"], row["engine"]): row for row in results["asking"]["answers"]}
    kinds = sorted({kind for _, kind, _ in times})
    for order, key in (("newest", "p50_ms"), ("newest", "p95_ms"), ("relevance", "p50_ms"), ("relevance", "p95_ms")):
        yield _faster(times, kinds, order, key, _FTS5, 1)
    yield _faster(times, kinds, "count", "p50_ms", _FTS5, 1.5 if large else 1)
    for order in ("newest", "relevance"):
        yield _faster(times, kinds, order, "p50_ms", "tantivy", 3 if large else 1.2)


def _faster(times: dict[Any, Any], kinds: list[str], order: str, key: str, peer: str, goal: float) -> Row:
    """Say in how many classes the goal is reached, and which is the worst."""
    ratios = {kind: times[order, kind, "Pressmark"][key] / times[order, kind, peer][key] for kind in kinds}
    reached = sum(ratio <= goal for ratio in ratios.values())
    worst = max(kinds, key=lambda kind: ratios[kind])
    what = f"{order}, {key.removesuffix('_ms')}"
    measured = f"{reached} of {len(kinds)} classes"
    return (
        what,
        measured,
        f"{peer}; worst: {worst}",
        f"{ratios[worst]:.1f} ×",
        f"≤ {goal:g} ×",
        _verdict(reached, kinds),
    )


def _verdict(reached: int, kinds: list[str]) -> str:
    return "yes" if reached == len(kinds) else "**no**"


def _window(results: Results, large: bool) -> Iterator[Row]:
    if "window" not in results:
        return
    start, typing, importing = (results["window"][part] for part in ("start", "typing", "importing"))
    yield _limit("keystroke to painted list, p95", typing["p95_ms"], 40 if large else 16, "ms")
    without = typing["p95_ms"] - typing["pause_ms"]
    yield _limit(f"… without the pause of {typing['pause_ms']} ms", without, 40 if large else 16, "ms")
    bare, usable = start["bare_shown_s"], start["usable_s"]
    against = f"{bare * 1000:.0f} ms (bare PySide6)"
    yield _row("start to usable window", f"{usable * 1000:.0f} ms", against, usable / bare, 2.5 if large else 2)
    yield _limit("resident memory, idle", start["rss"] / _MB, 250 if large else 150, "MB")
    yield _limit("longest gap of the GUI thread in an import", importing["import"]["longest_ms"][0], 20, "ms")
    yield _limit("… of which its own work", importing["import"]["longest_work_ms"][0], 20, "ms")
    other = importing["control"]["longest_ms"][0]
    yield "… and of an idle process at the same time", f"{other:.3g} ms", "", "", "", ""


def _changes(results: Results, large: bool) -> Iterator[Row]:
    yield _limit("the same folder again, unchanged", results["again"]["seconds"], 100 if large else 10, "s")
    adding = results["adding"]["Pressmark, whole import"]["1"] / 1000
    yield _limit("one article saved and dropped, until found", adding, 0.3, "s")

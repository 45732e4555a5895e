"""What is to be reached, beside what was measured."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tests.lab.benchmarks.plan import FTS5, FTS5_SORTING, LARGE, OURS, TANTIVY

Results = dict[str, Any]
Row = tuple[str, str, str, str, str, str]
_MB = 1_000_000


def goals(results: Results) -> list[Row]:
    """Return rows of: what, measured, against, ratio, goal, whether it is reached; of phases that were left out, none."""
    large = results["material"]["articles"] > LARGE
    return [
        *_building(results, large),
        *_importing(results),
        *_answers(results, large),
        *_window(results, large),
        *_recorded(results),
        *_changes(results, large),
    ]


def _row(what: str, measured: str, against: str, ratio: float, goal: float, *, at_least: bool = False) -> Row:
    reached = ratio >= goal if at_least else ratio <= goal
    sign = "≥" if at_least else "≤"
    return what, measured, against, f"{ratio:.2f} ×", f"{sign} {goal:g} ×", "yes" if reached else "**no**"


def _limit(what: str, measured: float, goal: float, unit: str) -> Row:
    return what, f"{measured:.3g} {unit}", "", "", f"≤ {goal:g} {unit}", "yes" if measured <= goal else "**no**"


def _building(results: Results, large: bool) -> Iterator[Row]:
    built = results.get("building", {})
    if FTS5 not in built:
        return
    ours, fts5 = built[OURS], built[FTS5]
    rates = (("building the index, articles/s", "articles_per_second"),)
    for what, key in (*rates, ("… per processor second", "articles_per_processor_second")):
        measured, peer = ours[key], fts5[key]
        against = f"{peer:,.0f} (FTS5)"
        yield _row(what, f"{measured:,.0f}", against, measured / peer, 2 if large else 2.5, at_least=True)
    size, other = ours["index_bytes"], fts5["index_bytes"]
    measured, against = f"{size / _MB:.0f} MB", f"{other / _MB:.0f} MB (FTS5)"
    yield _row("index without text", measured, against, size / other, 0.65 if large else 0.6)


def _importing(results: Results) -> Iterator[Row]:
    runs = results.get("import", ())
    fts5 = results.get("building", {}).get(FTS5)
    if runs and fts5:
        times = (("whole import, articles/s", "seconds", "articles_per_second"),)
        for what, key, of_peer in (
            *times,
            ("… per processor second", "processor_seconds", "articles_per_processor_second"),
        ):
            measured, peer = max(run["files"] / run[key] for run in runs), fts5[of_peer]
            against = f"{peer:,.0f} (FTS5, its index alone)"
            yield _row(what, f"{measured:,.0f}", against, measured / peer, 1, at_least=True)
    recoll = results.get("recoll")
    if runs and recoll:
        measured, peer = (max(run["files"] / run["seconds"] for run in some) for some in (runs, [recoll]))
        yield _row(
            "whole import, articles/s", f"{measured:,.0f}", f"{peer:,.0f} (Recoll)", measured / peer, 4, at_least=True
        )
    elif "recoll" in results:
        yield "whole import, articles/s", "", "Recoll is not installed: `apt install recollcmd`", "", "≥ 4 ×", ""


def _answers(results: Results, large: bool) -> Iterator[Row]:
    if "asking" not in results:
        return
    times = {(row["order"], row["kind"], row["engine"]): row for row in results["asking"]["answers"]}
    kinds = sorted({kind for _, kind, _ in times})
    for order, key in (("newest", "p50_ms"), ("newest", "p95_ms"), ("relevance", "p50_ms"), ("relevance", "p95_ms")):
        yield from _faster(times, kinds, order, key, FTS5, 1)
    for key in ("p50_ms", "p95_ms"):
        yield from _faster(times, kinds, "newest", key, FTS5_SORTING, 1)
    yield from _faster(times, kinds, "count", "p50_ms", FTS5, 1.5 if large else 1)
    for order in ("newest", "relevance"):
        yield from _faster(times, kinds, order, "p50_ms", TANTIVY, 3 if large else 1.2)


def _faster(times: dict[Any, Any], kinds: list[str], order: str, key: str, peer: str, goal: float) -> Iterator[Row]:
    """Say in how many classes the goal is reached, and which is the worst."""
    kinds = [kind for kind in kinds if (order, kind, peer) in times]
    if not kinds:
        return
    ratios = {kind: times[order, kind, OURS][key] / times[order, kind, peer][key] for kind in kinds}
    reached = sum(ratio <= goal for ratio in ratios.values())
    worst = max(kinds, key=lambda kind: ratios[kind])
    what, measured = f"{order}, {key.removesuffix('_ms')}", f"{reached} of {len(kinds)} classes"
    verdict = "yes" if reached == len(kinds) else "**no**"
    yield what, measured, f"{peer}; worst: {worst}", f"{ratios[worst]:.1f} ×", f"≤ {goal:g} ×", verdict


def _window(results: Results, large: bool) -> Iterator[Row]:
    if "window" not in results:
        return
    start, typing, importing = (results["window"][part] for part in ("start", "typing", "importing"))
    yield _limit("keystroke to painted list, p95", typing["p95_ms"], 40 if large else 16, "ms")
    bare, usable = start["bare_shown_s"], start["usable_s"]
    against = f"{bare * 1000:.0f} ms (bare PySide6)"
    yield _row("start to usable window", f"{usable * 1000:.0f} ms", against, usable / bare, 2.5 if large else 2)
    yield _limit("resident memory, idle", start["rss"] / _MB, 250 if large else 150, "MB")
    if changing := results["window"].get("changing"):
        slowest = max(changing["ms"], key=changing["ms"].get)
        what = f"a command on {changing['articles']:,} selected articles, the slowest ({slowest})"
        yield _limit(what, changing["ms"][slowest], 500, "ms")
    yield from _gaps(f"importing {importing['files']:,} more files", importing)


def _recorded(results: Results) -> Iterator[Row]:
    if "gaps" in results:
        yield from _gaps(f"importing {results['gaps']['what']}", results["gaps"])


def _gaps(what: str, importing: Results) -> Iterator[Row]:
    yield _limit(f"longest gap of the GUI thread, {what}", importing["import"]["longest_ms"][0], 20, "ms")
    yield _limit("… of which its own work", importing["import"]["longest_work_ms"][0], 20, "ms")
    other = importing["control"]["longest_ms"][0]
    yield "… and of an idle process at the same time", f"{other:.3g} ms", "", "", "", ""


def _changes(results: Results, large: bool) -> Iterator[Row]:
    if "again" in results:
        yield _limit("the same folder again, unchanged", results["again"]["seconds"], 100 if large else 10, "s")
    if "adding" in results:
        adding = results["adding"]["Pressmark, whole import"]["1"] / 1000
        yield _limit("one article saved and dropped, until found", adding, 0.3, "s")

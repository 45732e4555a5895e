"""Writes what was measured: JSON for machines, tables for people, and a picture of the answers."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from tests.lab.benchmarks.plan import FTS5, FTS5_SORTING, OURS, PEERS, WHOOSH
from tests.lab.benchmarks.report.goals import goals
from tests.lab.benchmarks.report.picture import picture
from tests.lab.benchmarks.window.gaps_picture import RECORDED, gaps_picture

Results = dict[str, Any]
_ORDERS = {
    "newest": "the first 50, newest first",
    "relevance": "the first 50, most relevant first",
    "count": "how many there are",
}
_MB = 1_000_000


def write_results(results: Results, folder: Path, name: str) -> None:
    """Write `name`.json, `name`.md and `name`.svg into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    results = _rounded(results)
    if _is_recording(results.get("gaps")):
        write_gaps(results["gaps"], folder)
        results = {**results, "gaps": _without_recording(results["gaps"])}
    _write_json(results, folder / f"{name}.json")
    (folder / f"{name}.md").write_text(document(results, name), "utf-8")
    if "asking" in results:
        (folder / f"{name}.svg").write_text(picture(results), "utf-8")


def write_gaps(recording: Results, folder: Path) -> None:
    """Write the recording of gaps as gui-gaps.json and gui-gaps.svg into `folder`."""
    _write_json(recording, folder / "gui-gaps.json")
    (folder / "gui-gaps.svg").write_text(gaps_picture(recording), "utf-8")


def _write_json(value: Results, file: Path) -> None:
    file.write_text(json.dumps(value, indent=1, ensure_ascii=False) + "\n", "utf-8")


def _is_recording(gaps: Results | None) -> bool:
    return gaps is not None and "histogram" in gaps["import"]


def _without_recording(gaps: Results) -> Results:
    """Leave out what gui-gaps.json holds."""
    kept = {key: value for key, value in gaps.items() if key not in ("import", "control")}
    return kept | {
        who: {key: value for key, value in gaps[who].items() if key not in RECORDED} for who in ("import", "control")
    }


def document(results: Results, name: str) -> str:
    """Return the tables of what was measured; phases that were left out are not in it."""
    return "\n\n".join(_sections(results, name)) + "\n"


def _rounded(value: Any) -> Any:
    """Keep four digits: the rest is noise, and would change with every run."""
    if isinstance(value, float):
        return float(f"{value:.4g}")
    if isinstance(value, dict):
        return {key: _rounded(inner) for key, inner in value.items()}
    return [_rounded(inner) for inner in value] if isinstance(value, list) else value


def _sections(results: Results, name: str) -> Iterable[str]:
    yield f"# {results['material']['articles']:,} articles, side by side"
    yield _circumstances(results)
    yield "## What is to be reached"
    yield _table(("", "measured", "against", "ratio", "goal", ""), goals(results))
    if "building" in results or "import" in results:
        yield "## Building"
        yield _building(results)
    if "asking" in results:
        yield f"![How long answers take]({name}.svg)"
        yield "## Answering"
        yield _explained(results)
        for order, words in _ORDERS.items():
            yield f"### {words.capitalize()}"
            yield _answers(results, order)
    if "adding" in results:
        yield "## Adding a few articles until they are found, ms"
        yield _adding(results)
    if "window" in results:
        yield "## The window, offscreen"
        yield _window(results["window"])
    if "gaps" in results:
        yield "## The window during a whole import"
        yield _recording(results["gaps"])
    yield "## How it was measured"
    yield _NOTES


def _circumstances(results: Results) -> str:
    machine, material, phases = results["machine"], results["material"], results["phases"]
    minutes = sum(phase["minutes"] for phase in phases.values())
    took = ", ".join(f"{name} {phase['minutes']:.1f}" for name, phase in phases.items())
    imports = results.get("import", ())
    failed = f" ({imports[0]['failed']:,} could not be read)" if imports else ""
    return (
        f"Measured in {minutes:.0f} minutes ({took}): {material['kind']}, {material['files']:,} files of "
        f"{material['bytes'] / _MB:.0f} MB{failed}, {material['text_bytes'] / _MB:.0f} MB of folded text. Python "
        f"{machine['python']}, {machine['system']}, {machine['cores']} cores; the load was {machine['load']} when the run "
        f"began, so other programs may have shared the cores.{_apart(phases)}\n\n{_noise(results)}"
    )


def _apart(phases: Results) -> str:
    """Name the phases that are of another run, or of another state of the program."""
    apart = [name for name, phase in phases.items() if not phase["now"]]
    other = [name for name, phase in phases.items() if not phase["same_program"]]
    words = f" Measured in a run of their own: {', '.join(apart)}." if apart else ""
    return words + (f" By an earlier state of the program: {', '.join(other)}." if other else "")


def _noise(results: Results) -> str:
    parts = []
    if results.get("rounds", 1) > 1:
        spreads = [built["spread"] for built in results["building"].values()]
        parts.append(f"building the same index {results['rounds']} times differed by up to {max(spreads):.0%}")
    took = [f"{run['seconds']:.0f} s" for run in results.get("import", ())]
    if took:
        parts.append(f"the whole import took {' and '.join(took)}")
    if results.get("turns", 1) > 1:
        parts.append(f"asking in {results['turns']} turns differed by {results['asking']['noise']:.0%} (median)")
    return (
        f"Noise: {'; '.join(parts) or 'unknown'}. Engines take turns within the run, so that noise hits all alike; ratios "
        "are worth more than figures."
    )


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _building(results: Results) -> str:
    head = (
        "",
        "articles",
        "articles/s",
        "cutting aside",
        "articles per processor second",
        "index, MB",
        "bytes a byte of text",
        "peak, MB",
        "open, ms",
    )
    rows: list[tuple[str, ...]] = []
    opening = results.get("asking", {}).get("open_ms", {})
    for name, built in results.get("building", {}).items():
        rate, aside = built["articles_per_second"], built["articles_per_second_without_cutting"]
        rows.append(
            (
                name,
                f"{built['articles']:,}",
                f"{rate:,.0f}",
                f"{aside:,.0f}" if aside != rate else "",
                f"{built['articles_per_processor_second']:,.0f}",
                f"{built['index_bytes'] / _MB:.1f}",
                f"{built['index_bytes_per_text_byte']:.2f}",
                f"{built['peak_bytes'] / _MB:.0f}",
                f"{opening[name]:.1f}" if name in opening else "",
            )
        )
    first, recoll = (results.get("import") or [None])[0], results.get("recoll") or {}
    runs = (
        ("**Pressmark, whole import**", first),
        ("the same again, unchanged", results.get("again")),
        (f"{recoll.get('version')}, whole import", recoll),
    )
    rows += [_import_row(what, run) for what, run in runs if run]
    return _table(head, rows) + _tidying(first)


def _tidying(run: Results | None) -> str:
    """Say what was done after the import."""
    if not run or "tidy_seconds" not in run:
        return ""
    joined = f"{run['segments']} segments to {run['segments_tidied']}"
    return f"\n\nTidying the index after the import took {run['tidy_seconds']:.1f} s ({joined})."


def _import_row(name: str, run: dict[str, float]) -> tuple[str, ...]:
    wall, work = (f"{run['files'] / run[key]:,.0f}" for key in ("seconds", "processor_seconds"))
    return name, f"{run['files']:,}", wall, "", work, "", "", f"{run['peak_bytes'] / _MB:.0f}", ""


def _explained(results: Results) -> str:
    asking = results["asking"]
    differing = asking["differing"]
    lines = [
        f"{results['questions']} questions of each class and order; p50 / p95 in ms, warm. {_HOW_TO_READ}\n",
    ]
    scan = asking["scan"]
    lines.append(
        f"All text was scanned for {scan['questions']} of them; Pressmark found other articles in {scan['wrong']}.\n"
    )
    for name in (name for name in PEERS if name in asking["open_ms"] and name != WHOOSH):
        kinds = ", ".join(f"{kind} {count}" for kind, count in sorted(differing.get(name, {}).items()))
        lines.append(f"- {name}: number of hits other than Pressmark's in {kinds or 'none'}.")
    return "\n".join(lines)


def _answers(results: Results, order: str) -> str:
    found = {(row["kind"], row["engine"]): row for row in results["asking"]["answers"] if row["order"] == order}
    kinds = list(dict.fromkeys(kind for kind, _ in sorted(found, key=_place)))
    known = (FTS5, FTS5_SORTING, *PEERS[1:])
    names = [name for name in known if any(engine == name for _, engine in found)]
    rows: list[tuple[str, ...]] = []
    for kind in kinds:
        ratio = _ratio(found[kind, OURS], found.get((kind, FTS5)))
        cells = [_times(found.get((kind, name))) for name in names]
        rows.append((kind, _times(found[kind, OURS]), ratio, *cells))
    return _table(("", OURS, "ratio", *names), rows)


def _ratio(ours: dict[str, Any], fts5: dict[str, Any] | None) -> str:
    if fts5 is None:
        return ""
    return " / ".join(f"{ours[key] / fts5[key]:.2g}" for key in ("p50_ms", "p95_ms"))


def _place(key: tuple[str, str]) -> tuple[bool, str]:
    """Sort the classes: by length of the query, then by name."""
    return not key[0][0].isdigit(), key[0]


def _times(row: dict[str, Any] | None) -> str:
    return "" if row is None else f"{row['p50_ms']:.2f} / {row['p95_ms']:.2f}"


def _adding(results: Results) -> str:
    rows = [(name, *(f"{times[amount]:.0f}" for amount in times)) for name, times in results["adding"].items()]
    return _table(("", "1", "10", "100"), rows)


def _window(window: Results) -> str:
    start, typing, importing = window["start"], window["typing"], window["importing"]
    scrolling, opening = window["scrolling"], window["opening"]
    after = " / ".join(f"{part['rss'] / _MB:.0f}" for part in (typing, scrolling, opening, importing))
    rows = [
        ("bare PySide6 window: first paint", f"{start['bare_shown_s'] * 1000:.0f} ms"),
        ("Pressmark: first paint", f"{start['shown_s'] * 1000:.0f} ms"),
        ("Pressmark: list painted with all rows", f"{start['usable_s'] * 1000:.0f} ms"),
        (f"keystroke to painted list, {typing['count']} keys", _spread(typing)),
        (f"scrolling the list to painted, {scrolling['frames']['count']} steps", _spread(scrolling["frames"])),
        ("… until all rows in view are there", _spread(scrolling["filled"])),
        (f"going to the next article until it is painted, {opening['count']} articles", _spread(opening)),
        ("resident memory idle, bare / Pressmark", f"{start['bare_rss'] / _MB:.0f} / {start['rss'] / _MB:.0f} MB"),
        (
            "resident memory after typing / scrolling / reading / importing",
            f"{after} MB",
        ),
        *_gap_rows(f"importing {importing['files']:,} more files", importing),
    ]
    return _table(("", "p50 / p95 / longest, in ms"), rows)


def _gap_rows(what: str, importing: Results) -> list[tuple[str, str]]:
    gaps, control = importing["import"], importing["control"]
    return [
        (f"longest gaps of the GUI thread, {what}", _list(gaps["longest_ms"])),
        ("longest work of the GUI thread in one gap", _list(gaps["longest_work_ms"])),
        ("gaps over 20 ms", f"{gaps['over_20_ms']} of {gaps['ticks']:,}"),
        ("longest gaps of an idle process at the same time", _list(control["longest_ms"])),
        ("gaps over 20 ms there", f"{control['over_20_ms']} of {control['ticks']:,}"),
    ]


def _recording(gaps: Results) -> str:
    took = (
        f"{gaps['rows']:,} articles came into the list in {gaps['seconds']:.0f} s, the first after "
        f"{gaps['first_rows_s']:.1f} s, more after never more than {gaps['longest_wait_s']:.1f} s"
    )
    table = _table(("", took), _gap_rows(f"importing {gaps['what']}", gaps))
    return f"{table}\n\n![Gaps of the GUI thread](gui-gaps.svg)"


def _spread(times: Results) -> str:
    return " / ".join(f"{times[key]:.1f}" for key in ("p50_ms", "p95_ms", "max_ms"))


def _list(milliseconds: Sequence[float]) -> str:
    return ", ".join(f"{value:.0f}" for value in milliseconds[:3]) + " ms"


_HOW_TO_READ = (
    "The ratios are Pressmark to FTS5 bigrams, p50 / p95. Pressmark counts all hits exactly with every answer. What "
    "tantivy finds is not verified; stock Whoosh answers from its part of the articles only; an empty cell is a "
    "question that an engine has no way to answer."
)

_NOTES = """\
- All engines get the articles of the imported library, from the oldest to the newest, and fold and cut them themselves; "cutting
  aside" leaves that out, as if it were free. Each index is built in a process of its own; reading the articles from a file is in
  the time of all. Pressmark builds in two processes, tantivy with as many threads as it wants, the others in one; what each of them
  does in a second of a processor stands beside. Peaks are of all processes of an engine, looked at twenty times a second.
  Bytes are the index without its copy of the text, after FTS5 was optimised and Pressmark's segments joined, as its worker does when
  there is nothing else to do; neither is in the time of building.
- FTS5 bigrams: words, bigrams and single characters as terms, contentless, asked as a phrase; row ids rise with the date. It finds a Latin phrase, or a word beside Chinese, over
  punctuation too, so its answers to these may be more.
- "FTS5, sorting" answers from the same tables where row ids do not rise with the date, as in a program whose articles come in any
  order: it looks up the date of every hit and sorts. Pressmark takes articles in any order, too.
- FTS5 trigrams: the tokenizer of SQLite, which matches inside Latin words too; words of less than three characters are a scan. It
  is left out above 100,000 articles, where it scans for seconds.
- tantivy: the same terms as an AND, with frequencies, without positions.
- stock Whoosh: `NgramTokenizer(1, 2)` on evenly picked articles, as it takes in too few a second; for its whole size, its rate
  at best stays, and its times grow with the articles.
- Recoll imports some of the same captures, evenly picked, as HTML files with a title; it gets slower with more of them.
- Questions are pieces of the articles, cut out at random, the same in every run. No engine can answer from what it kept of an
  answer: each order has questions of its own, each question is asked once in a turn, and each turn is a process of its own, warmed
  by other questions; the median of the turns counts (FTS5 trigrams and stock Whoosh have one turn). Data that an engine keeps in
  memory stays warm. Of everything by date there is only one question: it comes last, and before it the engine is opened anew and
  asked something else.
- The scan is a search for substrings in all folded text, with no index; the very articles are compared, not their number.
- Pressmark is asked through its library, once its worker has tidied the index, as it does when the window has nothing else for it
  to do; that is not in the time of the import, as joining its tables is not in that of FTS5. Opening it is what a window does
  until it is painted: the newest 200 articles and their number are read then, and stay in memory until the library changes. So
  everything by date is a look whether it has changed. Pressmark counts all hits with every answer; the others do only if asked to.
- The window's program starts with warm file caches, over a copy of the library. Keys are typed at 60 ms from the last painted
  answer: Chinese of four and six characters, and Latin words. Half of the steps of scrolling are notches of the wheel, half are
  pages. A gap is the time between two ticks of a 5 ms timer; its work is the processor time of the GUI thread in it, the rest of
  it the thread did not have a processor or waited for Python's lock. The idle process does nothing but tick, and shows what the
  machine does to a timer."""

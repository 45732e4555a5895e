"""Writes what was measured: JSON for machines, tables for people, and a picture of the answers."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from tests.benchmarks.goals import goals
from tests.benchmarks.picture import picture

Results = dict[str, Any]
_PEERS = ("FTS5 bigrams", "tantivy", "FTS5 trigrams", "stock Whoosh")
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
    text = json.dumps(results, indent=1, ensure_ascii=False)
    (folder / f"{name}.json").write_text(text + "\n", "utf-8")
    (folder / f"{name}.svg").write_text(picture(results), "utf-8")
    (folder / f"{name}.md").write_text("\n\n".join(_sections(results, name)) + "\n", "utf-8")


def _rounded(value: Any) -> Any:
    """Keep four digits: the rest is noise, and would change with every run."""
    if isinstance(value, float):
        return float(f"{value:.4g}")
    if isinstance(value, dict):
        return {key: _rounded(inner) for key, inner in value.items()}
    return [_rounded(inner) for inner in value] if isinstance(value, list) else value


def _sections(results: Results, name: str) -> Iterable[str]:
    material = results["material"]
    yield f"# {material['articles']:,} articles, side by side"
    yield _circumstances(results)
    yield "## What is to be reached"
    yield _table(("", "measured", "against", "ratio", "goal", ""), goals(results))
    yield f"![How long answers take]({name}.svg)"
    yield "## Building"
    yield _building(results)
    yield "## Answering"
    yield _explained(results)
    for order, words in _ORDERS.items():
        yield f"### {words.capitalize()}"
        yield _answers(results, order)
    yield "## Adding a few articles until they are found, ms"
    yield _adding(results)
    if "window" in results:
        yield "## The window, offscreen"
        yield _window(results["window"])
    yield "## How it was measured"
    yield _NOTES


def _circumstances(results: Results) -> str:
    machine, material = results["machine"], results["material"]
    spreads = [built["spread"] for built in results["building"].values()]
    imports = [run["seconds"] for run in results["import"]]
    recoll = "" if results["recoll"] else " Recoll is not installed here and was left out."
    return (
        f"Written by `make bench` in {results['minutes']:.0f} minutes: {material['kind']}, {material['files']:,} files of "
        f"{material['bytes'] / _MB:.0f} MB ({results['import'][0]['failed']:,} could not be read), {material['text_bytes'] / _MB:.0f} MB of folded text. Python {machine['python']}, "
        f"{machine['system']}, {machine['cores']} cores; the load was {machine['load']} when the run began, so other programs "
        f"may have shared the cores.\n\nNoise: building the same index {results['rounds']} times differed by up to "
        f"{max(spreads):.0%}, the whole import took {' and '.join(f'{seconds:.0f} s' for seconds in imports)}, and asking the same "
        f"question {results['repeats']} times differed by {results['asking']['noise']:.0%} (median). Engines take turns within the "
        f"run, so that noise hits all alike; ratios are worth more than figures.{recoll}"
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
    for name, built in results["building"].items():
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
                f"{results['asking']['open_ms'][name]:.1f}",
            )
        )
    rows += [
        _import_row("**Pressmark, whole import**", results["import"][0]),
        _import_row("the same again, unchanged", results["again"]),
    ]
    return _table(head, rows)


def _import_row(name: str, run: dict[str, float]) -> tuple[str, ...]:
    wall, work = (f"{run['files'] / run[key]:,.0f}" for key in ("seconds", "processor_seconds"))
    return name, f"{run['files']:,}", wall, "", work, "", "", f"{run['peak_bytes'] / _MB:.0f}", ""


def _explained(results: Results) -> str:
    asking = results["asking"]
    differing = asking["differing"]
    lines = [
        f"{results['questions']} questions of each class; p50 / p95 in ms, warm. {_HOW_TO_READ}\n",
    ]
    scan = asking["scan"]
    lines.append(
        f"All text was scanned for {scan['questions']} of them; Pressmark's count was wrong in {scan['wrong']}.\n"
    )
    for name in _PEERS[:3]:
        kinds = ", ".join(f"{kind} {count}" for kind, count in sorted(differing.get(name, {}).items()))
        lines.append(f"- {name}: number of hits other than Pressmark's in {kinds or 'none'}.")
    return "\n".join(lines)


def _answers(results: Results, order: str) -> str:
    found = {(row["kind"], row["engine"]): row for row in results["asking"]["answers"] if row["order"] == order}
    kinds = list(dict.fromkeys(kind for kind, _ in sorted(found, key=_place)))
    rows: list[tuple[str, ...]] = []
    for kind in kinds:
        ours, fts5 = found[kind, "Pressmark"], found[kind, "FTS5 bigrams"]
        ratio = " / ".join(f"{ours[key] / fts5[key]:.1f}" for key in ("p50_ms", "p95_ms"))
        cells = [_times(found.get((kind, name))) for name in ("Pressmark", *_PEERS)]
        rows.append((kind, cells[0], cells[1], ratio, *cells[2:]))
    return _table(("", "Pressmark", _PEERS[0], "ratio", *_PEERS[1:]), rows)


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
    gaps, control = importing["import"], importing["control"]
    rows = [
        ("bare PySide6 window: first paint", f"{start['bare_shown_s'] * 1000:.0f} ms"),
        ("Pressmark: first paint", f"{start['shown_s'] * 1000:.0f} ms"),
        ("Pressmark: list painted with all rows", f"{start['usable_s'] * 1000:.0f} ms"),
        ("resident memory idle, bare / Pressmark", f"{start['bare_rss'] / _MB:.0f} / {start['rss'] / _MB:.0f} MB"),
        ("resident memory after typing", f"{typing['rss'] / _MB:.0f} MB"),
        (f"keystroke to painted list, {typing['keys']} keys, p50 / p95", _times(typing)),
        ("of which the pause for the fingers to rest", f"{typing['pause_ms']} ms"),
        (f"longest gaps of the GUI thread, importing {importing['files']:,} files", _list(gaps["longest_ms"])),
        ("longest work of the GUI thread in one gap", _list(gaps["longest_work_ms"])),
        ("gaps over 20 ms", f"{gaps['over_20_ms']} of {gaps['ticks']:,}"),
        ("longest gaps of an idle process at the same time", _list(control["longest_ms"])),
        ("gaps over 20 ms there", f"{control['over_20_ms']} of {control['ticks']:,}"),
    ]
    return _table(("", ""), rows)


def _list(milliseconds: Sequence[float]) -> str:
    return ", ".join(f"{value:.0f}" for value in milliseconds[:3]) + " ms"


_HOW_TO_READ = (
    "The ratios are Pressmark to FTS5 bigrams, p50 / p95. Pressmark counts all hits exactly with every answer. What "
    "tantivy finds is not verified; stock Whoosh answers from its part of the articles only; an empty cell is a "
    "question that an engine has no way to answer."
)

_NOTES = """\
- All engines get the articles of the imported library, from the oldest to the newest, and fold and cut them themselves; "cutting
  aside" leaves that out, as if it were free. Each index is built in a process of its own; the time to read the articles from a file
  is subtracted. Bytes are the index without its copy of the text.
- FTS5 bigrams: words, bigrams and single characters as terms, contentless, asked as a phrase; row ids rise with the date, and the
  tables were optimised before the questions (not in the time of building). It finds a Latin phrase, or a word beside Chinese, over
  punctuation too, so its answers to these may be more.
- FTS5 trigrams: the tokenizer of SQLite, which matches inside Latin words too; words of less than three characters are a scan.
- tantivy: the same terms as an AND, with frequencies, without positions; as many threads as it wants.
- stock Whoosh: `NgramTokenizer(1, 2)` on evenly picked articles, as it takes in too few a second; for its whole size, its rate
  at best stays, and its times grow with the articles.
- Pressmark is asked through its library, in the state that the import left it in (segments as they were committed and merged).
- The window's program starts with warm file caches. A gap is the time between two ticks of a 5 ms timer; its work is the processor
  time of the GUI thread in it, the rest of it the thread did not have a processor or waited for Python's lock."""

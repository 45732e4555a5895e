"""The command line: the same library, without a window."""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from reader import __version__
from reader.article import ArticleId, Hit
from reader.errors import ReaderError
from reader.exporters import DEFAULT_EXPORTERS
from reader.exporters.jsonl import article_object, iso_time
from reader.library import Library
from reader.outcome import ImportOutcome, OutcomeKind
from reader.paths import AppPaths
from reader.query import Query, SortOrder

DONE, FAILURES, COULD_NOT = 0, 1, 2
_PROGRAM = "pressmark on the command line"
_PROGRESS_SECONDS = 0.5
_ROWS = 200


def main(arguments: Sequence[str]) -> int:
    """Run one command; return 0 when done, 1 when done with failures listed, 2 when it could not be done."""
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        stream.reconfigure(encoding="utf-8", errors="backslashreplace")  # type: ignore[union-attr]
    options = _parser().parse_args(arguments)
    try:
        library = Library.open(AppPaths(options.data_dir) if options.data_dir else AppPaths.default())
        try:
            code: int = options.run(library, options)
        finally:
            library.close()
    except ReaderError as error:
        print(f"pressmark: {error}", file=sys.stderr)
        return COULD_NOT
    except BrokenPipeError:
        # Whoever read us has enough, as `head` does; nothing more may be written, not even at exit.
        sys.stdout = None
        return DONE
    except KeyboardInterrupt:
        print("pressmark: stopped; what was imported is in the library", file=sys.stderr)
        return COULD_NOT
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="pressmark",
        description="Read, search and keep saved articles. Without a command, the window opens.",
        epilog="Exit codes: 0 done, 1 done with failures listed, 2 could not be done.",
    )
    parser.add_argument("--version", action="version", version=f"Pressmark {__version__}")
    parser.add_argument("--data-dir", type=Path, metavar="DIR", help="the library's folder")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    _add(commands, "import", _import, "import files, folders and archives").add_argument(
        "paths", nargs="+", type=Path, metavar="PATH"
    )
    search = _add(commands, "search", _search, "find articles")
    search.add_argument("query", nargs="?", metavar="QUERY", help="what to find; everything, if it is empty")
    search.add_argument("--stdin", action="store_true", help="answer one query a line of standard input")
    search.add_argument("--limit", type=_count, help="so many hits at the most")
    search.add_argument("--order", type=SortOrder, choices=list(SortOrder), default=SortOrder.NEWEST)
    _add(commands, "show", _show, "show an article").add_argument("id", type=int, metavar="ID")
    _add(commands, "info", _info, "say what the library holds")
    _add(commands, "verify", _verify, "check the library against its content hashes")
    _add(commands, "rebuild-index", _rebuild_index, "build the search index anew from the store")
    export = _add(commands, "export", _export, "write articles to files")
    export.add_argument("ids", nargs="*", type=int, metavar="ID")
    export.add_argument("--all", action="store_true", help="every article")
    export.add_argument("--format", required=True, choices=[exporter.name for exporter in DEFAULT_EXPORTERS])
    export.add_argument("--to", required=True, type=Path, metavar="PATH")
    return parser


def _add(commands: Any, name: str, run: object, text: str) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = commands.add_parser(name, help=text, description=text.capitalize() + ".")
    parser.set_defaults(run=run)
    parser.add_argument("--json", action="store_true", help="answer in JSON")
    parser.add_argument("--data-dir", type=Path, metavar="DIR", help="the library's folder", default=argparse.SUPPRESS)
    return parser


def _count(text: str) -> int:
    number = int(text)
    if number < 0:
        raise ValueError(text)
    return number


def _print_json(value: object) -> None:
    print(json.dumps(value, ensure_ascii=False))


class _Progress:
    """A line on standard error that is written over, and only where a person sees it."""

    def __init__(self) -> None:
        self._last = 0.0
        self._began = time.monotonic()

    def show(self, done: int, total: int | None = None) -> None:
        """Say how far it is, twice a second."""
        now = time.monotonic()
        if now - self._last < _PROGRESS_SECONDS:
            return
        self._last = now
        rate = done / max(now - self._began, 0.001)
        of = f" of {total:,}" if total else ""
        left = f" · {max(total - done, 0) / rate:.0f} s left" if total and rate else ""
        print(f"\r{done:,}{of} · {rate:.0f}/s{left}  ", end="", file=sys.stderr, flush=True)

    def end(self) -> None:
        """Leave the line."""
        if self._last:
            print(file=sys.stderr)


def _import(library: Library, options: argparse.Namespace) -> int:
    """Import, listing on standard error each file that was not, and print the counts."""
    counts: Counter[str] = Counter()
    progress = _Progress()
    with library.writer(_PROGRAM) as writer:
        for _ in writer.catch_up():
            pass
        total = writer.count_sources(options.paths)
        for outcome in writer.import_paths(options.paths):
            counts[outcome.kind.value] += 1
            if outcome.kind in (OutcomeKind.SKIPPED, OutcomeKind.FAILED):
                _print_not_imported(outcome)
            progress.show(counts.total(), total)
    progress.end()
    result = {"seen": counts.total(), **{kind.value: counts[kind.value] for kind in OutcomeKind}}
    if options.json:
        _print_json(result)
    else:
        print(" · ".join(f"{name} {count:,}" for name, count in result.items()))
    return FAILURES if counts["failed"] else DONE


def _print_not_imported(outcome: ImportOutcome) -> None:
    print(f"{outcome.kind.value}: {outcome.origin}: {outcome.reason}", file=sys.stderr)


def _search(library: Library, options: argparse.Namespace) -> int:
    """Answer one query, or with --stdin one a line."""
    if options.stdin:
        for line in sys.stdin:
            _answer_line(library, line.rstrip("\n"), options)
        return DONE
    query = Query(text=options.query or "", order=options.order, limit=options.limit)
    page = library.search(query)
    if page.hint is not None:
        print(page.hint, file=sys.stderr)
    for hit in _hits(library, page.ids, query):
        if options.json:
            _print_json(_hit_object(hit))
        else:
            print(f"{hit.id}\t{_date(hit)}\t{hit.source}\t{hit.title}\n\t{hit.snippet.text}")
    if not options.json:
        print(f"{page.total:,} found", file=sys.stderr)
    return DONE


def _answer_line(library: Library, text: str, options: argparse.Namespace) -> None:
    query = Query(text=text, order=options.order, limit=options.limit)
    began = time.perf_counter()
    page = library.search(query)
    ids = list(page.ids)
    ms = round((time.perf_counter() - began) * 1000, 3)
    answer = {"query": text, "total": page.total, "ids": ids, "ms": ms}
    if page.hint is not None:
        answer["hint"] = str(page.hint)
    _print_json(answer)
    sys.stdout.flush()


def _hits(library: Library, ids: Sequence[ArticleId], query: Query) -> Iterator[Hit]:
    for start in range(0, len(ids), _ROWS):
        yield from library.hits(ids[start : start + _ROWS], query)


def _hit_object(hit: Hit) -> dict[str, Any]:
    return {
        "id": hit.id,
        "title": hit.title,
        "url": hit.url,
        "source": hit.source,
        "author": hit.author,
        "published": iso_time(hit.published),
        "captured": iso_time(hit.captured),
        "snippet": hit.snippet.text,
    }


def _date(hit: Hit) -> str:
    return hit.published.astimezone().strftime("%Y-%m-%d") if hit.published else "–"


def _show(library: Library, options: argparse.Namespace) -> int:
    """Print an article: its head and its text, or everything with --json."""
    article = library.article(ArticleId(options.id))
    revisions = library.revisions(article.id)
    if options.json:
        shown = article_object(article)
        shown["revisions"] = [
            {
                "revision": revision.revision,
                "title": revision.title,
                "captured": iso_time(revision.captured),
                "published": iso_time(revision.published),
                "imported": iso_time(revision.imported),
                "origin": str(revision.origin),
                "current": revision.current,
            }
            for revision in revisions
        ]
        _print_json(shown)
        return DONE
    published = article.published.astimezone().strftime("%Y-%m-%d %H:%M") if article.published else None
    byline = (article.source, article.author, published, article.url)
    print(article.title, *(line for line in byline if line), "", article.text, sep="\n")
    return DONE


def _info(library: Library, options: argparse.Namespace) -> int:
    """Print what the library holds."""
    info = {"folder": str(library.paths.data), **asdict(library.info())}
    if options.json:
        _print_json(info)
    else:
        for name, value in info.items():
            print(f"{name.replace('_', ' ')}: {value:,}" if isinstance(value, int) else f"{name}: {value}")
    return DONE


def _verify(library: Library, options: argparse.Namespace) -> int:
    """Print what is wrong with the library; nothing, if all is well."""
    problems = list(library.verify())
    if options.json:
        shown = [{"problem": str(problem.sentence), "repairable": problem.repairable} for problem in problems]
        _print_json({"articles": library.store.article_count(), "problems": shown})
    elif problems:
        print(*(problem.sentence for problem in problems), sep="\n")
    else:
        print(f"All {library.store.article_count():,} articles are as they were stored.")
    return FAILURES if problems else DONE


def _rebuild_index(library: Library, options: argparse.Namespace) -> int:
    """Empty the search index and build it from the store."""
    progress = _Progress()
    done = 0
    with library.writer(_PROGRAM, fresh_index=True) as writer:
        for done in writer.catch_up():
            progress.show(done, library.store.article_count())
    progress.end()
    if options.json:
        _print_json({"indexed": done})
    else:
        print(f"{done:,} articles can be found again.")
    return DONE


def _export(library: Library, options: argparse.Namespace) -> int:
    """Write articles with the chosen exporter."""
    if bool(options.ids) == options.all:
        print("pressmark export: name the articles, or say --all", file=sys.stderr)
        return COULD_NOT
    ids = list(library.store.ids()) if options.all else [ArticleId(id_) for id_ in options.ids]
    exporter = next(exporter for exporter in DEFAULT_EXPORTERS if exporter.name == options.format)
    progress = _Progress()
    done = 0
    for done, _ in enumerate(exporter.export(library.store, ids, options.to), start=1):
        progress.show(done, len(ids))
    progress.end()
    summary = {"exported": done, "to": str(options.to)}
    if options.json:
        print(json.dumps(summary, ensure_ascii=False), file=sys.stderr if str(options.to) == "-" else sys.stdout)
    else:
        print(f"{done:,} articles written to {options.to}", file=sys.stderr)
    return DONE

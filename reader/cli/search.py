"""The commands that read articles: search, show and export; and rebuild-index, as a search may need it."""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from reader.article import ArticleId, Hit
from reader.cli.maintenance import (
    PROGRAM,
    Add,
    add_force,
    hits,
    print_answer,
    show_catching_up,
    tidy_index,
    would_replace,
)
from reader.errors import LibraryInUseError, SearchIndexError, StoreError
from reader.exporters import DEFAULT_EXPORTERS
from reader.exporters.jsonl import article_object, iso_time
from reader.library import Library
from reader.long_work import drive
from reader.output import ProgressLine, counted, json_line, local_time, plain, tell
from reader.query import HitPage, Query, SortOrder
from reader.system.exit_codes import COULD_NOT, DONE, FAILURES

# The largest integer of SQLite.
_MOST_HITS = 2**63 - 1


def add_reading_commands(add: Add) -> None:
    """Add the commands to the parser; `add` takes a name, what runs it, and what it does."""
    search = add("search", _search, "find articles")
    search.add_argument(
        "query",
        nargs="?",
        metavar="QUERY",
        help="what to find; everything, if it is empty; put -- before one that begins with -",
    )
    search.add_argument("--stdin", action="store_true", help="answer one query a line of standard input")
    search.add_argument("--limit", type=_count, help="the most hits to print")
    search.add_argument("--order", type=SortOrder, choices=list(SortOrder), default=SortOrder.NEWEST)
    add("show", _show_article, "show an article").add_argument("id", type=int, metavar="ID")
    add("rebuild-index", _rebuild_index, "rebuild the search index from the store")
    export = add("export", _export, "write articles to files")
    export.add_argument("ids", nargs="*", type=int, metavar="ID")
    export.add_argument("--all", action="store_true", help="every article")
    export.add_argument("--format", required=True, choices=[exporter.name for exporter in DEFAULT_EXPORTERS])
    export.add_argument("--to", required=True, type=Path, metavar="PATH")
    add_force(export)


def _count(text: str) -> int:
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"not a number of hits: {text!r}")
    return min(int(text), _MOST_HITS)


def _search(library: Library, options: argparse.Namespace) -> int:
    """Answer one query, or with --stdin one a line."""
    _index_missing(library)
    if options.stdin:
        for line in sys.stdin:
            _answer_line(library, line.rstrip("\r\n"), options)
        return DONE
    query = Query(text=options.query or "", order=options.order, limit=options.limit)
    page = _find_or_rebuild(library, query)
    if page.hint is not None:
        tell(page.hint)
    for hit in hits(library, page.ids, query):
        line = f"{hit.id}\t{_date(hit)}\t{hit.source}\t{hit.title}\n\t{_version_line(hit)}{hit.snippet.text}"
        print_answer(options, _hit_object(hit), line)
    if not options.json:
        tell(f"{page.total:,} found")
    return DONE


def _index_missing(library: Library) -> None:
    """Index whatever is missing (after a kill, for example) before answering; if that is impossible, say so."""
    try:
        if not library.is_behind():
            return
    except SearchIndexError as error:
        tell(f"pressmark: {error} It has to be rebuilt.")
    try:
        with library.writer(PROGRAM) as writer, ProgressLine(writer.reconcile()) as progress:
            drive(writer.catch_up(), progress.show)
        library.refresh()
        _tell_damaged(library)
    except (LibraryInUseError, StoreError, SearchIndexError) as error:
        tell(f"pressmark: some articles cannot be found yet. {error}")


def _find_or_rebuild(library: Library, query: Query) -> HitPage:
    """Answer a query; rebuild an index that turns out to be damaged, and ask again."""
    try:
        return library.search(query)
    except SearchIndexError as error:
        tell(f"pressmark: {error} It has to be rebuilt.")
    with library.writer(PROGRAM, fresh_index=True) as writer:
        show_catching_up(library, writer)
    library.refresh()
    return library.search(query)


def _tell_damaged(library: Library) -> bool:
    """Say how many articles could not be indexed because they are damaged; return whether there are any."""
    left = library.unindexed_count()
    if left:
        tell(f"pressmark: articles that are damaged and cannot be found: {left:,}; `pressmark verify` names them.")
    return left > 0


def _answer_line(library: Library, text: str, options: argparse.Namespace) -> None:
    query = Query(text=text, order=options.order, limit=options.limit)
    began = time.perf_counter()
    page = _find_or_rebuild(library, query)
    ids = list(page.ids)
    ms = round((time.perf_counter() - began) * 1000, 3)
    answer = {"query": text, "total": page.total, "ids": ids, "ms": ms}
    if page.hint is not None:
        answer["hint"] = str(page.hint)
    print(json_line(answer))
    sys.stdout.flush()


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
        "version": hit.version and {"revision": hit.version.revision, "date": iso_time(hit.version.date)},
    }


def _date(hit: Hit) -> str:
    return local_time(hit.published, "%m-%d") if hit.published else "–"


def _version_line(hit: Hit) -> str:
    if hit.version is None:
        return ""
    if hit.version.date is None:
        return "in another version: "
    return f"in the version of {local_time(hit.version.date, '%m-%d')}: "


def _show_article(library: Library, options: argparse.Namespace) -> int:
    """Print an article: its head and its text, or everything with --json."""
    article = library.article(ArticleId(options.id))
    revisions = library.revisions(article.id)
    also_at = library.also_at(article.id)
    if options.json:
        shown = article_object(article, library.older_lines(article))
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
        print(json_line({**shown, "also_at": also_at}))
        return DONE
    published = local_time(article.published, "%m-%d %H:%M") if article.published else None
    byline = (article.source, article.author, published, article.url, *(f"also at {url}" for url in also_at))
    print(plain("\n".join((article.title, *(line for line in byline if line), "", article.text))))
    return DONE


def _rebuild_index(library: Library, options: argparse.Namespace) -> int:
    """Empty the search index and build it from the store."""
    with library.writer(PROGRAM, fresh_index=True) as writer:
        done = show_catching_up(library, writer)
        tidy_index(writer)
    print_answer(options, {"indexed": done}, f"{counted(done, 'article')} can be found again.")
    return FAILURES if _tell_damaged(library) else DONE


def _export(library: Library, options: argparse.Namespace) -> int:
    """Write articles with the chosen exporter."""
    if bool(options.ids) == options.all:
        tell("pressmark export: name the articles, or say --all")
        return COULD_NOT
    if str(options.to) != "-" and would_replace(options.to, options):
        return COULD_NOT
    ids = library.ids() if options.all else _checked_ids(library, options.ids)
    exporter = next(exporter for exporter in DEFAULT_EXPORTERS if exporter.name == options.format)
    counts = Counter(exported=0, failed=0)
    with ProgressLine(len(ids)) as progress:
        for outcome in library.export(exporter, ids, options.to):
            counts["exported" if outcome.reason is None else "failed"] += 1
            if outcome.reason is not None:
                progress.end()
                tell(f"failed: {outcome.reason}")
            progress.show(counts.total())
    summary = {**counts, "to": str(options.to)}
    if options.json:
        say = tell if str(options.to) == "-" else print
        say(json_line(summary))
    else:
        tell(f"{counted(counts['exported'], 'article')} written to {options.to}")
    return FAILURES if counts["failed"] else DONE


def _checked_ids(library: Library, ids: Sequence[int]) -> list[ArticleId]:
    """Return the ids, each once, if all articles can be read: no export is begun that cannot be finished."""
    wanted = [ArticleId(id_) for id_ in dict.fromkeys(ids)]
    for id_ in wanted:
        library.revisions(id_)
    return wanted

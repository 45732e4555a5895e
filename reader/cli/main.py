"""The command line: the same library, without a window."""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any

from reader import __version__
from reader.article import ArticleId, Hit
from reader.cli import maintenance
from reader.cli.import_report import WHAT_IS_READ, has_failed, report_lines, report_object
from reader.errors import (
    NO_MEMORY,
    DamagedStoreError,
    LibraryInUseError,
    ReaderError,
    SearchIndexError,
    StoreError,
    lacks_memory,
)
from reader.exporters import DEFAULT_EXPORTERS
from reader.exporters.jsonl import article_object, iso_time
from reader.library import Library
from reader.library.writer import LibraryWriter
from reader.long_work import drive
from reader.outcome import ImportOutcome, NotImported, OutcomeKind, Problem, group_by_reason
from reader.output import ProgressLine, counted, json_line, local_time, plain, tell
from reader.paths import AppPaths
from reader.query import HitPage, Query, SortOrder
from reader.system.exit_codes import COULD_NOT, DONE, FAILURES
from reader.system.standard_streams import silence

_REBUILD = " `pressmark rebuild-index` rebuilds it; nothing is lost."
_REPAIR = " `pressmark repair` saves what can be read, and keeps the damaged file."
_KEPT = " What was imported is in the library."
# SQLite counts no further.
_MOST_HITS = 2**63 - 1
# What takes longer than this is told.
_TIDYING_SECONDS = 2.0


def main(arguments: Sequence[str]) -> int:
    """Run one command; return 0 when done, 1 with failures listed or nothing taken, 2 when it could not be done."""
    importing = False
    try:
        options = _parser().parse_args(arguments)
        importing = options.run is _import
        code = _run_command(options)
        return code if _flush() or _is_work(options) else COULD_NOT
    except ReaderError as error:
        tell(f"pressmark: {error}{_advice(error)}")
        return COULD_NOT
    except BrokenPipeError:
        # Whoever read us has enough, as `head` does; nothing more may be written, not even at exit.
        silence(sys.stdout)
        return DONE
    except OSError as error:
        # The library's own come as ReaderErrors; this is standard output, on a full disk for example.
        silence(sys.stdout)
        tell(f"pressmark: this could not be done: {error}")
        return COULD_NOT
    except (MemoryError, RuntimeError) as error:
        if not lacks_memory(error):
            raise
        tell(f"pressmark: {NO_MEMORY}{_KEPT if importing else ''}")
        return COULD_NOT
    except KeyboardInterrupt:
        tell(f"pressmark: stopped{'; what was imported is in the library' if importing else ''}")
        return COULD_NOT


def _flush() -> bool:
    """Write what is left of the answer; say, and tell people, where that is impossible."""
    try:
        sys.stdout.flush()
    except OSError as error:
        silence(sys.stdout)
        if isinstance(error, BrokenPipeError):
            return True
        tell(f"pressmark: the answer cannot be written: {error}")
        return False
    return True


def _is_work(options: argparse.Namespace) -> bool:
    """Say whether a command does something that is done also where nobody can be told of it."""
    to_file = options.run is _export and str(options.to) != "-"
    return to_file or options.run in (_import, _rebuild_index, *maintenance.WORK)


def _advice(error: ReaderError) -> str:
    if isinstance(error, DamagedStoreError):
        return _REPAIR
    return _REBUILD if isinstance(error, SearchIndexError) else ""


def _run_command(options: argparse.Namespace) -> int:
    paths = AppPaths(options.data_dir) if options.data_dir else AppPaths.default()
    run: Callable[[object, argparse.Namespace], int] = options.run
    if run in maintenance.WITHOUT_LIBRARY:
        return run(paths, options)
    with closing(Library.open(paths)) as library:
        return run(library, options)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="pressmark",
        description="Read, search and keep saved articles. Without a command, the window opens.",
        epilog="Exit codes: 0 done; 1 done, with failures listed; 2 could not be done.",
    )
    parser.add_argument("--version", action="version", version=f"Pressmark {__version__}")
    parser.add_argument("--data-dir", type=_folder, metavar="DIR", help="the library's folder")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    import_ = _add(commands, "import", _import, "import files, folders and archives", about=WHAT_IS_READ)
    import_.add_argument("paths", nargs="+", type=Path, metavar="PATH")
    import_.add_argument("--verbose", action="store_true", help="name every file that was not imported")
    search = _add(commands, "search", _search, "find articles")
    search.add_argument(
        "query",
        nargs="?",
        metavar="QUERY",
        help="what to find; everything, if it is empty; put -- before one that begins with -",
    )
    search.add_argument("--stdin", action="store_true", help="answer one query a line of standard input")
    search.add_argument("--limit", type=_count, help="so many hits at the most")
    search.add_argument("--order", type=SortOrder, choices=list(SortOrder), default=SortOrder.NEWEST)
    _add(commands, "show", _show_article, "show an article").add_argument("id", type=int, metavar="ID")
    _add(commands, "info", _info, "say what the library holds")
    _add(commands, "verify", _verify, "check the library against its content hashes")
    _add(commands, "rebuild-index", _rebuild_index, "rebuild the search index from the store")
    export = _add(commands, "export", _export, "write articles to files")
    export.add_argument("ids", nargs="*", type=int, metavar="ID")
    export.add_argument("--all", action="store_true", help="every article")
    export.add_argument("--format", required=True, choices=[exporter.name for exporter in DEFAULT_EXPORTERS])
    export.add_argument("--to", required=True, type=Path, metavar="PATH")
    maintenance.add_force(export)
    maintenance.add_commands(partial(_add, commands))
    return parser


def _add(commands: Any, name: str, run: object, text: str, about: str | None = None) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = commands.add_parser(
        name,
        help=text,
        description=text.capitalize() + ".",
        epilog=about,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.set_defaults(run=run, command=name)
    parser.add_argument("--json", action="store_true", help="answer in JSON")
    parser.add_argument(
        "--data-dir", type=_folder, metavar="DIR", help="the library's folder", default=argparse.SUPPRESS
    )
    return parser


def _folder(text: str) -> Path:
    if not text:
        raise argparse.ArgumentTypeError("a folder is missing")
    return Path(text)


def _count(text: str) -> int:
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"not a number of hits: {text!r}")
    return min(int(text), _MOST_HITS)


def _print_json(value: object) -> None:
    print(json_line(value))


def _import(library: Library, options: argparse.Namespace) -> int:
    """Import, print the counts, and on standard error what was not imported, by reason."""
    counts: Counter[str] = Counter()
    not_imported: list[NotImported] = []

    def take(outcome: ImportOutcome) -> None:
        counts[outcome.kind.value] += 1
        if outcome.not_imported is not None:
            not_imported.append(outcome.not_imported)
        progress.show(counts.total(), counter.total)

    with library.writer(maintenance.PROGRAM) as writer:
        drive(writer.catch_up())
        counter = writer.count_sources(options.paths)
        try:
            with ProgressLine() as progress:
                drive(writer.import_paths(options.paths), take)
        finally:
            # Of an import that is stopped, or ends by an error, too.
            _report(counts, not_imported, options)
        _tidy_index(writer)
    if not counts:
        tell("there was nothing to import")
    return FAILURES if has_failed(counts) else DONE


def _report(counts: Counter[str], not_imported: Sequence[NotImported], options: argparse.Namespace) -> None:
    """Say what an import came to, and what it did not take in."""
    groups = group_by_reason(not_imported)
    result = {"seen": counts.total(), **{kind.value: counts[kind.value] for kind in OutcomeKind}}
    if options.json:
        _print_json({**result, "not_imported": report_object(groups)} if groups else result)
        return
    for line in report_lines(groups, verbose=options.verbose):
        tell(line)
    print(" · ".join(f"{name} {count:,}" for name, count in result.items()))


def _tidy_index(writer: LibraryWriter) -> None:
    """Make the index faster to search, saying so if it takes a while; Ctrl-C leaves it as it is."""
    began = time.monotonic()
    told = False

    def tell_in_time() -> bool:
        nonlocal told
        if not told and time.monotonic() - began >= _TIDYING_SECONDS:
            tell("tidying the index; Ctrl-C skips it")
            told = True
        return False

    try:
        while writer.tidy(tell_in_time):
            pass
    except KeyboardInterrupt:
        tell("the index is left as it is; it finds everything")


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
    for hit in maintenance.hits(library, page.ids, query):
        if options.json:
            _print_json(_hit_object(hit))
        else:
            print(plain(f"{hit.id}\t{_date(hit)}\t{hit.source}\t{hit.title}\n\t{_version_line(hit)}{hit.snippet.text}"))
    if not options.json:
        tell(f"{page.total:,} found")
    return DONE


def _index_missing(library: Library) -> None:
    """Let the index take up what it lacks, after a kill for one, before it is asked; say so where it cannot."""
    try:
        if not library.is_behind():
            return
    except SearchIndexError as error:
        tell(f"pressmark: {error} It has to be rebuilt.")
    try:
        with library.writer(maintenance.PROGRAM) as writer, ProgressLine(writer.reconcile()) as progress:
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
    with library.writer(maintenance.PROGRAM, fresh_index=True) as writer:
        maintenance.show_catching_up(library, writer)
    library.refresh()
    return library.search(query)


def _tell_damaged(library: Library) -> bool:
    """Say, after the index has caught up, what it could not take up, and whether there is such."""
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
    _print_json(answer)
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
        shown["also_at"] = library.also_at(article.id)
        _print_json(shown)
        return DONE
    published = local_time(article.published, "%m-%d %H:%M") if article.published else None
    also = [f"also at {url}" for url in library.also_at(article.id)]
    byline = (article.source, article.author, published, article.url, *also)
    print(plain("\n".join((article.title, *(line for line in byline if line), "", article.text))))
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
    """Print what is wrong with the library, or that nothing is."""
    problems: list[Problem] = []
    remark = drive(library.verify(), problems.append)
    articles, binned = library.article_count(), library.bin.count()
    if options.json:
        shown = [{"problem": str(problem.sentence), "repairable": problem.repairable} for problem in problems]
        said = {} if remark is None else {"remark": str(remark)}
        _print_json({"articles": articles, "problems": shown, **said})
    elif problems:
        print(*(plain(problem.sentence) for problem in problems), sep="\n")
    else:
        in_bin = f", and {binned:,} in the bin," if binned else ""
        print(
            f"All {counted(articles, 'article')}{in_bin} can be read; originals and pictures are as they were stored."
        )
    if remark is not None:
        tell(f"pressmark: {remark}")
    return FAILURES if problems else DONE


def _rebuild_index(library: Library, options: argparse.Namespace) -> int:
    """Empty the search index and build it from the store."""
    with library.writer(maintenance.PROGRAM, fresh_index=True) as writer:
        done = maintenance.show_catching_up(library, writer)
        _tidy_index(writer)
    if options.json:
        _print_json({"indexed": done})
    else:
        print(f"{counted(done, 'article')} can be found again.")
    return FAILURES if _tell_damaged(library) else DONE


def _export(library: Library, options: argparse.Namespace) -> int:
    """Write articles with the chosen exporter."""
    if bool(options.ids) == options.all:
        tell("pressmark export: name the articles, or say --all")
        return COULD_NOT
    if str(options.to) != "-" and maintenance.would_replace(options.to, options):
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
    """Return the ids, each once, if all of them are there: an export is not begun that cannot be finished."""
    wanted = [ArticleId(id_) for id_ in dict.fromkeys(ids)]
    for id_ in wanted:
        library.revisions(id_)
    return wanted

"""The command line: parses the arguments, runs one command, and turns errors into sentences and exit codes."""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any

from reader import __version__
from reader.cli import maintenance, search
from reader.cli.import_report import WHAT_IS_READ, has_failed, report_lines, report_object
from reader.errors import (
    NO_MEMORY,
    DamagedStoreError,
    ReaderError,
    SearchIndexError,
    lacks_memory,
)
from reader.library import Library
from reader.long_work import drive
from reader.outcome import ImportOutcome, NotImported, OutcomeKind, Problem, group_by_reason
from reader.output import ProgressLine, counted, tell
from reader.paths import AppPaths
from reader.system.exit_codes import COULD_NOT, DONE, FAILURES
from reader.system.standard_streams import silence

_REBUILD = " `pressmark rebuild-index` rebuilds it; nothing is lost."
_REPAIR = " `pressmark repair` saves what can be read, and keeps the damaged file."
_KEPT = " What was imported is in the library."
# The commands that must not open the library first: it is damaged, or not there yet.
_WITHOUT_LIBRARY = ("repair", "restore")
# The commands that change the library, or write a file.
_WORK = frozenset((
    "backup", "delete", "empty-bin", "export", "import", "rebuild-index", "repair", "restore", "star", "tag",
    "undelete", "undo-import", "unstar", "untag",
))  # fmt: skip


def main(arguments: Sequence[str]) -> int:
    """Run one command and return the exit code: see `exit_codes`."""
    importing = False
    try:
        options = _parser().parse_args(arguments)
        importing = options.command == "import"
        code = _run_command(options)
        return code if _flush() or _is_work(options) else COULD_NOT
    except ReaderError as error:
        tell(f"pressmark: {error}{_advice(error)}")
        return COULD_NOT
    except BrokenPipeError:
        # The reader of our output has closed it, as `head` does; nothing may be written, not even at exit.
        silence(sys.stdout)
        return DONE
    except OSError as error:
        # Errors of the library come as ReaderErrors; this is standard output, for example on a full disk.
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
    """Flush standard output; if that fails, report it and return False."""
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
    """Say whether a command has done its work even if its answer cannot be written."""
    return options.command in _WORK and not (options.command == "export" and str(options.to) == "-")


def _advice(error: ReaderError) -> str:
    if isinstance(error, DamagedStoreError):
        return _REPAIR
    return _REBUILD if isinstance(error, SearchIndexError) else ""


def _run_command(options: argparse.Namespace) -> int:
    paths = AppPaths(options.data_dir) if options.data_dir else AppPaths.default()
    run: Callable[[object, argparse.Namespace], int] = options.run
    if options.command in _WITHOUT_LIBRARY:
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
    _add(commands, "info", _info, "say what the library holds")
    _add(commands, "verify", _verify, "check the library against its content hashes")
    search.add_reading_commands(partial(_add, commands))
    maintenance.add_changing_commands(partial(_add, commands))
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


def _import(library: Library, options: argparse.Namespace) -> int:
    """Import files; print the counts and, on standard error, the files that were not imported."""
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
            # Also if the import is stopped or fails.
            _report(counts, not_imported, options)
        maintenance.tidy_index(writer)
    if not counts:
        tell("there was nothing to import")
    return FAILURES if has_failed(counts) else DONE


def _report(counts: Counter[str], not_imported: Sequence[NotImported], options: argparse.Namespace) -> None:
    """Print the counts of an import, and the files that were not imported."""
    groups = group_by_reason(not_imported)
    result = {"seen": counts.total(), **{kind.value: counts[kind.value] for kind in OutcomeKind}}
    if not options.json:
        for line in report_lines(groups, verbose=options.verbose):
            tell(line)
    value = {**result, "not_imported": report_object(groups)} if groups else result
    maintenance.print_answer(options, value, " · ".join(f"{name} {count:,}" for name, count in result.items()))


def _info(library: Library, options: argparse.Namespace) -> int:
    """Print the numbers of things in the library, and their sizes."""
    info = {"folder": str(library.paths.data), **asdict(library.info())}
    lines = (
        f"{name.replace('_', ' ')}: {value:,}" if isinstance(value, int) else f"{name}: {value}"
        for name, value in info.items()
    )
    maintenance.print_answer(options, info, "\n".join(lines))
    return DONE


def _verify(library: Library, options: argparse.Namespace) -> int:
    """Check the library and print its problems, or that there are none."""
    problems: list[Problem] = []
    remark = drive(library.verify(), problems.append)
    articles, binned = library.article_count(), library.bin.count()
    shown = [{"problem": str(problem.sentence), "repairable": problem.repairable} for problem in problems]
    said = {} if remark is None else {"remark": str(remark)}
    in_bin = f", and {binned:,} in the bin," if binned else ""
    sound = f"All {counted(articles, 'article')}{in_bin} can be read; originals and pictures are as they were stored."
    text = "\n".join(str(problem.sentence) for problem in problems) or sound
    maintenance.print_answer(options, {"articles": articles, "problems": shown, **said}, text)
    if remark is not None:
        tell(f"pressmark: {remark}")
    return FAILURES if problems else DONE

"""Starts Pressmark: the window, the command line, or the import worker."""

from __future__ import annotations

import gc
import os
import re
import sys
from contextlib import suppress

from reader.system import standard_streams
from reader.system.exit_codes import COULD_NOT

COMMANDS = frozenset(
    {"import", "search", "show", "info", "verify", "rebuild-index", "export", "repair", "backup", "restore"}
    | {"star", "unstar", "tag", "untag", "tags"}
    | {"library-hash", "clean-again", "delete", "undelete", "bin", "empty-bin", "imports", "undo-import"}
)
# A segment of the index has some 20 files, all of them open; macOS permits no more than 10,240 in all.
_OPEN_FILES = 8192
_NO_MEMORY = re.compile("allocate memory|failed to map|can't start new thread")


def main(argv: list[str] | None = None) -> int:
    """Run what the arguments ask for, and return the exit code."""
    if argv is None:
        _speak_utf8()
    arguments = sys.argv[1:] if argv is None else argv
    # numpy's library for matrices, of which there are no uses here, sets memory aside for each core.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    try:
        standard_streams.prepare()
        _allow_open_files()
        return _start(arguments)
    except (MemoryError, ImportError, RuntimeError) as error:
        from reader.errors import NO_MEMORY, lacks_memory

        # A library that cannot be loaded, or a thread that cannot be started: so the system says it as well.
        if not (lacks_memory(error) or _NO_MEMORY.search(str(error))):
            raise
        standard_streams.write_error(f"pressmark: {NO_MEMORY}\n")
        return COULD_NOT
    finally:
        standard_streams.settle()


def _speak_utf8() -> None:
    """Start again in Python's UTF-8 mode, where names and arguments in the language of articles are no text.

    It is so in the locale C: "café" is searched for as other characters, and no file gets a Chinese name.
    """
    if os.environ.get("PYTHONUTF8") == "1":
        return
    try:
        "é汉".encode(sys.getfilesystemencoding())
    except UnicodeEncodeError:
        # Where that is impossible, what is in English works all the same.
        with suppress(OSError):
            os.execve(sys.executable, sys.orig_argv, {**os.environ, "PYTHONUTF8": "1"})


def _allow_open_files() -> None:
    """Raise this process's limit of open files as far as it may; the processes that it starts inherit the limit.

    macOS begins with 256, which an index of twelve segments uses up.
    """
    if sys.platform == "win32":
        return
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = _OPEN_FILES if hard == resource.RLIM_INFINITY else min(hard, _OPEN_FILES)
    if soft != resource.RLIM_INFINITY and soft < most:
        # Where that is refused, what was possible before is possible still.
        with suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))


def _start(arguments: list[str]) -> int:
    if "--worker" in arguments:
        from reader.worker import main as worker

        return worker.run(arguments)
    if _is_command_line(arguments):
        try:
            from reader.cli import main as cli

            return cli.main(arguments)
        except KeyboardInterrupt:
            # In mid-start; once a command runs, it says itself how far it got.
            return COULD_NOT
    problem = mistyped_command(arguments) or display_problem()
    if problem is not None:
        from reader.output import plain

        standard_streams.write_error(f"pressmark: {plain(problem)}\n")
        return COULD_NOT
    # What a start makes stays: to look for garbage among it takes some ten milliseconds. The window does so later.
    gc.disable()
    from ui import app

    return app.main(arguments)


def display_problem() -> str | None:
    """Return why no window can be shown here, as one sentence that names the command line, or None."""
    if sys.platform != "linux" or os.environ.get("QT_QPA_PLATFORM"):
        return None
    if os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"):
        return None
    return (
        "there is no display to open a window on (neither DISPLAY nor WAYLAND_DISPLAY is set), "
        "but the command line works without one: pressmark import PATH, then pressmark search WORDS"
    )


def mistyped_command(arguments: list[str]) -> str | None:
    """Return why the arguments are neither a command nor files to import, as one sentence, or None."""
    word = _first_word(arguments)
    # With lexists, a link to a file that is gone is left to the import, which names it in its report.
    if word is None or word.startswith("-") or os.path.lexists(word):
        return None
    from difflib import get_close_matches

    near = get_close_matches(word.lower(), sorted(COMMANDS), n=1)
    hint = f"did you mean `pressmark {near[0]}`?" if near else "`pressmark --help` lists the commands."
    return f"“{word}” is neither a command nor a file that exists; {hint}"


def _is_command_line(arguments: list[str]) -> bool:
    """Say whether the arguments hold a command, or a question about the program itself."""
    word = _first_word(arguments)
    return word in ("-h", "--help", "--version") or word in COMMANDS


def _first_word(arguments: list[str]) -> str | None:
    """Return the first argument that does not say where the library is."""
    rest = list(arguments)
    while rest:
        word = rest.pop(0)
        if word == "--data-dir":
            rest[:1] = []
        elif not word.startswith("--data-dir="):
            return word
    return None


if __name__ == "__main__":
    import multiprocessing

    # In a packaged program this is where the processes beside an import begin; elsewhere it does nothing.
    multiprocessing.freeze_support()
    sys.exit(main())

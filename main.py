"""Starts Pressmark: the window, the command line, or the import worker."""

from __future__ import annotations

import os
import sys

COMMANDS = frozenset(
    {"import", "search", "show", "info", "verify", "rebuild-index", "export", "repair", "backup", "restore"}
    | {"star", "unstar", "tag", "untag", "tags"}
    | {"library-hash", "delete", "undelete", "bin", "empty-bin", "imports", "undo-import"}
)
COULD_NOT = 2


def main(argv: list[str] | None = None) -> int:
    """Run what the arguments ask for, and return the exit code."""
    try:
        return _run(sys.argv[1:] if argv is None else argv)
    except (MemoryError, RuntimeError) as error:
        from reader.errors import NO_MEMORY, lacks_memory

        if not lacks_memory(error):
            raise
        sys.stderr.write(f"pressmark: {NO_MEMORY}\n")
        return COULD_NOT


def _run(arguments: list[str]) -> int:
    if "--worker" in arguments:
        from reader import worker

        return worker.run(arguments)
    if _is_command_line(arguments):
        try:
            from reader import cli

            return cli.main(arguments)
        except KeyboardInterrupt:
            # In mid-start; once a command runs, it says itself how far it got.
            return COULD_NOT
    problem = display_problem()
    if problem is not None:
        sys.stderr.write(f"pressmark: {problem}\n")
        return COULD_NOT
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


def _is_command_line(arguments: list[str]) -> bool:
    """Say whether the arguments hold a command, or a question about the program itself."""
    rest = list(arguments)
    while rest:
        word = rest.pop(0)
        if word in ("-h", "--help", "--version"):
            return True
        if word == "--data-dir":
            rest[:1] = []
        elif not word.startswith("--data-dir="):
            return word in COMMANDS
    return False


if __name__ == "__main__":
    import multiprocessing

    # In a packaged program this is where the processes beside an import begin; elsewhere it does nothing.
    multiprocessing.freeze_support()
    sys.exit(main())

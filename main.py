"""Starts Pressmark: the window, the command line, or the import worker."""

from __future__ import annotations

import sys

COMMANDS = frozenset({"import", "search", "show", "info", "verify", "rebuild-index", "export"})


def main(argv: list[str] | None = None) -> int:
    """Run what the arguments ask for, and return the exit code."""
    arguments = sys.argv[1:] if argv is None else argv
    if "--worker" in arguments:
        from reader import worker

        return worker.run(arguments)
    if _is_command_line(arguments):
        from reader import cli

        return cli.main(arguments)
    from ui import app

    return app.main(arguments)


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
    sys.exit(main())

"""What a person does in a session, saying after each step what may not be lost from then on; its disk is recorded.

Run as `python -m tests.lab.reliability.power.session LIBRARY DROP`.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

from reader.importing.workers.pool import PipelineSettings
from reader.library import Library
from reader.outcome import OutcomeKind
from reader.paths import AppPaths
from reader.settings import Settings

SAID = '{"said": '
# A process beside this one reads, after the first files, and this one, too.
_SETTINGS = PipelineSettings(processes=1, alone=12, files_a_task=8)
_HELD = (OutcomeKind.ADDED, OutcomeKind.UPDATED, OutcomeKind.DUPLICATE)


def main(data: Path, drop: Path) -> None:
    """Import in steps, change the settings in between, and tidy the index."""
    paths = AppPaths(data)
    library = Library.open(paths)
    for size, folder in enumerate(sorted(drop.iterdir()), 20):
        with library.writer("a test") as writer:
            for outcome in writer.import_paths([folder], _SETTINGS):
                if outcome.kind in _HELD:
                    say("held", str(outcome.origin))
            for _ in writer.catch_up():
                say("found", True)
        Settings(text_size=size).save(paths.settings)
        say("text size", size)
    with library.writer("a test", fresh_index=True) as writer:
        for _ in writer.catch_up():
            say("found", True)
    with library.writer("a test") as writer:
        while writer.tidy():
            say("found", True)
    library.close()


def say(what: str, value: object) -> None:
    """Say one thing in one write, at once."""
    os.write(1, f"{SAID}{json.dumps([what, value])}}}\n".encode())


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:3]))

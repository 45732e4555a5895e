"""A reader that only the process which writes can load: the first that did."""

from __future__ import annotations

import os
from collections.abc import Iterator

from reader.article import ParsedCapture
from reader.formats.default import read_captures
from reader.sources.saved_file import SavedFile

if os.environ.setdefault("PRESSMARK_TEST_WRITER", str(os.getpid())) != str(os.getpid()):
    os._exit(3)


def read(file: SavedFile) -> Iterator[ParsedCapture]:
    """Read a file."""
    return read_captures(file)

"""Imports Whoosh without `urllib.request`, which Whoosh imports and never calls, and which loads HTTP, TLS and mail.

That saves half of the time of importing Whoosh (25 ms of 50) and 3 MB before the first keystroke after a start.
"""

from __future__ import annotations

import sys
from types import ModuleType

_UNUSED = "urllib.request"


def _import_alone() -> None:
    """Import the module of Whoosh that imports `urllib.request` while a stand-in has that name, then remove it."""
    if _UNUSED in sys.modules:
        return
    stand_in = ModuleType(_UNUSED)
    stand_in.urlretrieve = None  # type: ignore[attr-defined]
    sys.modules[_UNUSED] = stand_in
    try:
        import whoosh.compat  # noqa: F401 - imported for its side effect
    finally:
        del sys.modules[_UNUSED]


_import_alone()

from whoosh import columns, fields  # noqa: E402 - must follow the call
from whoosh.codec.whoosh3 import W3Codec, W3Segment  # noqa: E402
from whoosh.filedb.filestore import FileStorage  # noqa: E402
from whoosh.filedb.structfile import BufferFile, StructFile  # noqa: E402
from whoosh.index import _CURRENT_TOC_VERSION, TOC, EmptyIndexError, clean_files  # noqa: E402
from whoosh.index import IndexError as WhooshIndexError  # noqa: E402

__all__ = [
    "TOC",
    "_CURRENT_TOC_VERSION",
    "BufferFile",
    "EmptyIndexError",
    "FileStorage",
    "StructFile",
    "W3Codec",
    "W3Segment",
    "WhooshIndexError",
    "clean_files",
    "columns",
    "fields",
]

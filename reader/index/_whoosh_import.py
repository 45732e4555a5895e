"""Imports Whoosh without what it asks for and never calls: a module of urllib that brings HTTP, TLS and mail.

That is half of the time of importing Whoosh (25 ms of 50) and 3 MB, in front of the first key after a start.
"""

from __future__ import annotations

import sys
from types import ModuleType

_UNUSED = "urllib.request"


def _import_alone() -> None:
    """Import the module of Whoosh that asks for it, while a stand-in is there; nothing else is to find that."""
    if _UNUSED in sys.modules:
        return
    stand_in = ModuleType(_UNUSED)
    stand_in.urlretrieve = None  # type: ignore[attr-defined]
    sys.modules[_UNUSED] = stand_in
    try:
        import whoosh.compat  # noqa: F401 - it is imported for what comes after
    finally:
        del sys.modules[_UNUSED]


_import_alone()

from whoosh import columns, fields  # noqa: E402 - all this is to come behind the call
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

"""The names of files, which may hold any bytes: how they are shown, and which belong to the system."""

from __future__ import annotations

import re
from contextlib import suppress

_LITTER = frozenset({".ds_store", "thumbs.db", "desktop.ini", ".localized", "__macosx"})
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f]")


def is_litter(name: str) -> bool:
    """Say whether a file of this name belongs to the system, such as .DS_Store."""
    return name.lower() in _LITTER or name.startswith("._")


def printable(name: str) -> str:
    """Return a file's name, which may hold any bytes, as text that can be stored and shown on one line.

    Bytes that are not UTF-8 are read as GB18030, which most such names are in; control characters and undecodable
    bytes become \N{REPLACEMENT CHARACTER}.
    """
    if name.isascii() and name.isprintable():
        return name
    try:
        raw = name.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        # Windows allows lone surrogates in a name.
        raw = name.encode("utf-8", "replace")
    return _CONTROLS.sub("\N{REPLACEMENT CHARACTER}", decode_name(raw) or raw.decode("utf-8", "replace"))


def decode_name(raw: bytes) -> str | None:
    """Decode a name as UTF-8, else as GB18030; None if it is in neither."""
    for encoding in ("utf-8", "gb18030"):
        with suppress(UnicodeDecodeError):
            return raw.decode(encoding)
    return None

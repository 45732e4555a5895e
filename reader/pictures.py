"""The kinds of picture that a library keeps: their names, and the first and last bytes of their files."""

from __future__ import annotations

import re
from typing import NamedTuple


class PictureKind(NamedTuple):
    """A format that is kept: Pillow's name for it, its media type, its file name ending and its magic bytes."""

    name: str
    media_type: str
    ending: str
    head: re.Pattern[bytes]


JPEG = PictureKind("JPEG", "image/jpeg", "jpg", re.compile(rb"\xff\xd8\xff"))
PNG = PictureKind("PNG", "image/png", "png", re.compile(rb"\x89PNG\r\n\x1a\n"))
GIF = PictureKind("GIF", "image/gif", "gif", re.compile(rb"GIF8[79]a"))
WEBP = PictureKind("WEBP", "image/webp", "webp", re.compile(rb"RIFF.{4}WEBP", re.DOTALL))
BMP = PictureKind("BMP", "image/bmp", "bmp", re.compile(rb"BM"))
JPEG_END, PNG_END = b"\xff\xd9", b"IEND\xaeB`\x82"
KINDS = (JPEG, PNG, GIF, WEBP, BMP)
ENDINGS = (*(f".{kind.ending}" for kind in KINDS), ".jpeg")
_FIRST_BYTES = frozenset(b"\xff\x89GRB")


def picture_kind(data: bytes | bytearray) -> PictureKind | None:
    """Return the format by the first twelve bytes, whatever the picture is declared as; None if it is not kept."""
    if not data or data[0] not in _FIRST_BYTES:
        return None
    return next((kind for kind in KINDS if kind.head.match(data)), None)

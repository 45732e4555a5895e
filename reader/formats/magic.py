"""Recognises files of bytes by their magic numbers, and takes no text for one of them."""

from __future__ import annotations

import re
from collections.abc import Sequence

# The bytes that stand at certain places of each file of one kind.
Magic = Sequence[tuple[int, bytes]]

# The pictures that the store keeps.
_PICTURES: Sequence[Magic] = (((0, b"\xff\xd8\xff"),), ((0, b"\x89PNG\r\n\x1a\n"),))
# Those that begin with letters.
_LETTERED_PICTURES: Sequence[Magic] = (((0, b"GIF87a"),), ((0, b"GIF89a"),), ((0, b"RIFF"), (8, b"WEBP")))
_BMP_HEADERS = frozenset(size.to_bytes(4, "little") for size in (12, 16, 40, 52, 56, 64, 108, 124))
# Sizes and versions are small numbers, so a file of bytes has some of these near its beginning; a text has none.
_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
_CONTROL_WITHIN = 64


def is_picture(data: bytes) -> bool:
    """Say whether bytes are a picture of a kind that is kept with the article that shows it."""
    return (
        any(_fits(data, magic) for magic in _PICTURES)
        or (any(_fits(data, magic) for magic in _LETTERED_PICTURES) and _holds_numbers(data))
        or _is_bmp(data)
    )


def _fits(data: bytes, magic: Magic) -> bool:
    return all(data.startswith(piece, at) for at, piece in magic)


def _holds_numbers(data: bytes) -> bool:
    return _CONTROL.search(data, 0, _CONTROL_WITHIN) is not None


def _is_bmp(data: bytes) -> bool:
    """Tell a bitmap from a text that begins with the same two letters: the sizes of its header are small numbers."""
    return data.startswith(b"BM") and data[6:10] == b"\0\0\0\0" and data[14:18] in _BMP_HEADERS

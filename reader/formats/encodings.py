"""Decodes files that do not declare their encoding."""

from __future__ import annotations

import codecs

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_ANY_BOM = tuple(bom for bom, _ in _BOMS)
# How much of the beginning decides between UTF-16 and 8-bit text, and between GB18030 and Big5.
_SAMPLE = 4096
_COMMON = "的一是不了在人有我他中大上来國国这這個个们們，。、"


def decode_text(data: bytes) -> str:
    """Return the text of `data`, whatever its encoding; it holds no NUL and no lone surrogate.

    Tried in this order: the encoding of the byte order mark; UTF-16 without one, known by its zero bytes; UTF-8,
    even if cut or with a few damaged bytes; GB18030 or Big5; at last UTF-8 with its faults replaced.
    """
    text = _decode_as(data)
    # No codec used here lets a lone surrogate through, whether strict or replacing.
    return text.replace("\x00", "") if "\x00" in text else text


def _decode_as(data: bytes) -> str:
    if data.startswith(_ANY_BOM):
        bom, encoding = next(mark for mark in _BOMS if data.startswith(mark[0]))
        return data[len(bom) :].decode(encoding, "replace")
    wide = _utf16_of(data[:_SAMPLE])
    if wide is not None:
        return data.decode(wide, "replace")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        # Cut in its last character, as the first bytes of a file mostly are.
        cut = error.reason == "unexpected end of data"
        return data.decode("utf-8", "replace") if cut else _decode_damaged(data)


def _utf16_of(sample: bytes) -> str | None:
    """Recognise UTF-16 by its ASCII: every line of a capture's head holds some, each with a zero byte on one side."""
    pairs = len(sample) // 2
    if pairs < 2 or b"\x00" not in sample:
        return None
    low, high = sample[0 : pairs * 2 : 2], sample[1 : pairs * 2 : 2]
    ascii_low = sum(1 for a, b in zip(low, high, strict=True) if b == 0 and 0 < a < 128)
    ascii_high = sum(1 for a, b in zip(low, high, strict=True) if a == 0 and 0 < b < 128)
    if max(ascii_low, ascii_high) < pairs * 0.2:
        return None
    return "utf-16-le" if ascii_low >= ascii_high else "utf-16-be"


def _decode_damaged(data: bytes) -> str:
    """Decode bytes that are not valid UTF-8: as damaged UTF-8 if most are valid, else as an older Chinese encoding."""
    mended = data.decode("utf-8", "replace")
    faults = mended.count("\ufffd")
    sound = sum(1 for character in mended if character > "\x7f") - faults
    if faults * 10 <= sound:
        return mended
    readings = [text for encoding in ("gb18030", "big5") if (text := _decode_whole(data, encoding)) is not None]
    # Most text in one of these encodings also decodes in the other, but to rare characters.
    return max(readings, key=_common_characters, default=mended)


def _decode_whole(data: bytes, encoding: str) -> str | None:
    """Decode bytes strictly, except for a character cut by the end of the file; None if that fails."""
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        return data[: error.start].decode(encoding) if error.start >= len(data) - 3 else None


def _common_characters(text: str) -> int:
    """Count the most common characters, which make up at least a tenth of any Chinese text."""
    return sum(map(text[:_SAMPLE].count, _COMMON))

"""Recognises binary files by their magic numbers, and never takes a text for one."""

from __future__ import annotations

import re
from collections.abc import Sequence

from reader.formats.file_kinds import FileKind
from reader.pictures import BMP, GIF, WEBP, picture_kind

# The bytes at certain offsets that mark each file of a kind, as (offset, bytes).
Magic = Sequence[tuple[int, bytes]]

# The first that fits decides. No text that anybody would write begins with these.
_NO_TEXT: Sequence[tuple[FileKind, Magic]] = (
    (FileKind.PDF, ((0, b"%PDF-"),)),
    (FileKind.RTF, ((0, b"{\\rtf"),)),
    (FileKind.ZIM, ((0, b"ZIM\x04"),)),
    (FileKind.WARC, ((0, b"filedesc://"),)),
    (FileKind.OLD_OFFICE, ((0, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"),)),
    (FileKind.PRESSMARK_LIBRARY, ((0, b"SQLite format 3\x00"), (68, b"Pres"))),
    (FileKind.DATABASE, ((0, b"SQLite format 3\x00"),)),
    (FileKind.OTHER_PICTURE, ((0, b"II*\x00"),)),
    (FileKind.OTHER_PICTURE, ((0, b"MM\x00*"),)),
    (FileKind.OTHER_PICTURE, ((0, b"\x00\x00\x01\x00"),)),
    (FileKind.OTHER_PICTURE, ((0, b"\xff\x0a"),)),
    (FileKind.OTHER_PICTURE, ((0, b"\x00\x00\x00\x0cJXL "),)),
    (FileKind.OTHER_PICTURE, ((0, b"\x00\x00\x00\x0cjP  "),)),
    (FileKind.AUDIO, ((0, b"\xff\xfb"),)),
    (FileKind.AUDIO, ((0, b"\xff\xf1"),)),
    (FileKind.VIDEO, ((0, b"\x1a\x45\xdf\xa3"),)),
    (FileKind.VIDEO, ((0, b"FLV\x01"),)),
    (FileKind.VIDEO, ((0, b"\x30\x26\xb2\x75\x8e\x66\xcf\x11"),)),
    (FileKind.VIDEO, ((0, b"\x00\x00\x01\xba"),)),
    (FileKind.FONT, ((0, b"OTTO\x00"),)),
    (FileKind.FONT, ((0, b"\x00\x01\x00\x00\x00"),)),
    (FileKind.PROGRAM, ((0, b"\x7fELF"),)),
    (FileKind.PROGRAM, ((0, b"\x00asm"),)),
    (FileKind.PACKED_OTHERWISE, ((0, b"\x28\xb5\x2f\xfd"),)),
    (FileKind.PACKED_OTHERWISE, ((0, b"\x04\x22\x4d\x18"),)),
    (FileKind.PACKED_OTHERWISE, ((0, b"\x1f\x9d"),)),
    (FileKind.PACKED_OTHERWISE, ((0, b"LZIP\x01"),)),
    (FileKind.OTHER_ARCHIVE, ((0, b"7z\xbc\xaf\x27\x1c"),)),
    (FileKind.OTHER_ARCHIVE, ((0, b"Rar!\x1a\x07"),)),
    (FileKind.OTHER_ARCHIVE, ((0, b"MSCF\x00"),)),
    (FileKind.OTHER_ARCHIVE, ((0, b"!<arch>\n"),)),
    (FileKind.OTHER_ARCHIVE, ((0, b"ITSF\x03"),)),
    (FileKind.OTHER_ARCHIVE, ((0x8001, b"CD001\x01"),)),
    (FileKind.SHORTCUT, ((0, b"L\x00\x00\x00\x01\x14\x02\x00"),)),
)
# A text may begin with these, in English or in Chinese in GB18030, so a control character must follow soon.
_TEXT_OR_NOT: Sequence[tuple[FileKind, Magic]] = (
    (FileKind.KINDLE, ((60, b"BOOKMOBI"),)),
    (FileKind.KINDLE, ((60, b"TEXtREAd"),)),
    (FileKind.OTHER_PICTURE, ((0, b"8BPS"),)),
    (FileKind.OTHER_PICTURE, ((0, b"AT&TFORM"),)),
    (FileKind.OTHER_PICTURE, ((4, b"ftypavif"),)),
    (FileKind.OTHER_PICTURE, ((4, b"ftyphei"),)),
    (FileKind.OTHER_PICTURE, ((4, b"ftypmif1"),)),
    (FileKind.AUDIO, ((4, b"ftypM4A"),)),
    (FileKind.AUDIO, ((4, b"ftypM4B"),)),
    (FileKind.AUDIO, ((0, b"ID3"),)),
    (FileKind.AUDIO, ((0, b"fLaC"),)),
    (FileKind.AUDIO, ((0, b"OggS"),)),
    (FileKind.AUDIO, ((0, b"MThd"),)),
    (FileKind.AUDIO, ((0, b"RIFF"), (8, b"WAVE"))),
    (FileKind.AUDIO, ((0, b"RF64"), (8, b"WAVE"))),
    (FileKind.AUDIO, ((0, b"FORM"), (8, b"AIFF"))),
    (FileKind.AUDIO, ((0, b"FORM"), (8, b"AIFC"))),
    (FileKind.VIDEO, ((4, b"ftyp"),)),
    (FileKind.VIDEO, ((4, b"moov"),)),
    (FileKind.VIDEO, ((0, b"RIFF"), (8, b"AVI "))),
    (FileKind.FONT, ((0, b"wOFF"),)),
    (FileKind.FONT, ((0, b"wOF2"),)),
    (FileKind.FONT, ((0, b"ttcf"),)),
    (FileKind.PROGRAM, ((0, b"MZ"),)),
    (FileKind.PROGRAM, ((0, b"\xca\xfe\xba\xbe"),)),
    (FileKind.PROGRAM, ((0, b"\xfe\xed\xfa"),)),
    (FileKind.PROGRAM, ((0, b"\xcf\xfa\xed\xfe"),)),
    (FileKind.PROGRAM, ((0, b"\xce\xfa\xed\xfe"),)),
    (FileKind.OTHER_ARCHIVE, ((0, b"xar!"),)),
    (FileKind.OTHER_ARCHIVE, ((2, b"-lh"),)),
)
# Sizes and versions are small numbers, so a binary file has control characters near its beginning; a text has none.
_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
_CONTROL_WITHIN = 64
# A WARC begins with text, and is recognised by its whole first line.
_WARC = re.compile(rb"WARC/\d\.\d+\r?\n")
_BMP_HEADERS = frozenset(size.to_bytes(4, "little") for size in (12, 16, 40, 52, 56, 64, 108, 124))


def kind_by_magic(data: bytes) -> FileKind | None:
    """Return the kind of a binary file; None for a text, a picture that is kept, or an unknown kind."""
    if _WARC.match(data):
        return FileKind.WARC
    table = (*_NO_TEXT, *_TEXT_OR_NOT) if _goes_on_as_no_text(data) else _NO_TEXT
    return next((kind for kind, magic in table if _fits(data, magic)), None)


def is_picture(data: bytes) -> bool:
    """Say whether bytes are a picture of a kind that is kept with the article that shows it."""
    kind = picture_kind(data)
    if kind in (GIF, WEBP):
        return _goes_on_as_no_text(data)
    return _is_bmp(data) if kind is BMP else kind is not None


def _fits(data: bytes, magic: Magic) -> bool:
    return all(data.startswith(piece, at) for at, piece in magic)


def _goes_on_as_no_text(data: bytes) -> bool:
    return _CONTROL.search(data, 0, _CONTROL_WITHIN) is not None


def _is_bmp(data: bytes) -> bool:
    """Tell a bitmap from a text that begins with "BM", by its reserved zeros and the size of its header."""
    return data[6:10] == b"\0\0\0\0" and data[14:18] in _BMP_HEADERS

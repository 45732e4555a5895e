"""Recognises binary files by their magic numbers, and never takes a text for one."""

from __future__ import annotations

import re

from reader.formats.file_kinds import FileKind
from reader.pictures import BMP, GIF, WEBP, picture_kind

# The first that fits decides. No text that anybody would write begins with these.
_NO_TEXT = tuple(
    (kind, re.compile(magic, re.DOTALL))
    for kind, magic in (
        (FileKind.PDF, rb"%PDF-"),
        (FileKind.RTF, rb"\{\\rtf"),
        (FileKind.ZIM, rb"ZIM\x04"),
        (FileKind.WARC, rb"filedesc://|WARC/\d\.\d+\r?\n"),
        (FileKind.OLD_OFFICE, rb"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"),
        (FileKind.PRESSMARK_LIBRARY, rb"SQLite format 3\x00.{52}Pres"),
        (FileKind.DATABASE, rb"SQLite format 3\x00"),
        (FileKind.OTHER_PICTURE, rb"II\*\x00|MM\x00\*|\x00\x00\x01\x00|\xff\x0a|\x00\x00\x00\x0c(?:JXL |jP  )"),
        (FileKind.AUDIO, rb"\xff[\xfb\xf1]"),
        (FileKind.VIDEO, rb"\x1a\x45\xdf\xa3|FLV\x01|\x30\x26\xb2\x75\x8e\x66\xcf\x11|\x00\x00\x01\xba"),
        (FileKind.FONT, rb"OTTO\x00|\x00\x01\x00\x00\x00"),
        (FileKind.PROGRAM, rb"\x7fELF|\x00asm"),
        (FileKind.PACKED_OTHERWISE, rb"\x28\xb5\x2f\xfd|\x04\x22\x4d\x18|\x1f\x9d|LZIP\x01"),
        (FileKind.OTHER_ARCHIVE, rb"7z\xbc\xaf\x27\x1c|Rar!\x1a\x07|MSCF\x00|!<arch>\n|ITSF\x03|.{32769}CD001\x01"),
        (FileKind.SHORTCUT, rb"L\x00\x00\x00\x01\x14\x02\x00"),
    )
)
# A text may begin with these, in English or in Chinese in GB18030, so a control character must follow soon.
_TEXT_OR_NOT = tuple(
    (kind, re.compile(magic, re.DOTALL))
    for kind, magic in (
        (FileKind.KINDLE, rb".{60}(?:BOOKMOBI|TEXtREAd)"),
        (FileKind.OTHER_PICTURE, rb"8BPS|AT&TFORM|.{4}ftyp(?:avif|hei|mif1)"),
        (FileKind.AUDIO, rb".{4}ftypM4[AB]|ID3|fLaC|OggS|MThd|R(?:IFF|F64).{4}WAVE|FORM.{4}AIF[FC]"),
        (FileKind.VIDEO, rb".{4}(?:ftyp|moov)|RIFF.{4}AVI "),
        (FileKind.FONT, rb"wOFF|wOF2|ttcf"),
        (FileKind.PROGRAM, rb"MZ|\xca\xfe\xba\xbe|\xfe\xed\xfa|\xcf\xfa\xed\xfe|\xce\xfa\xed\xfe"),
        (FileKind.OTHER_ARCHIVE, rb"xar!|..-lh"),
    )
)
# Sizes and versions are small numbers, so a binary file has control characters near its beginning; a text has none.
_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
_CONTROL_WITHIN = 64
_BMP_HEADERS = frozenset(size.to_bytes(4, "little") for size in (12, 16, 40, 52, 56, 64, 108, 124))


def kind_by_magic(data: bytes) -> FileKind | None:
    """Return the kind of a binary file; None for a text, a picture that is kept, or an unknown kind."""
    table = (*_NO_TEXT, *_TEXT_OR_NOT) if _goes_on_as_no_text(data) else _NO_TEXT
    return next((kind for kind, magic in table if magic.match(data)), None)


def is_picture(data: bytes) -> bool:
    """Say whether bytes are a picture of a kind that is kept with the article that shows it."""
    kind = picture_kind(data)
    if kind in (GIF, WEBP):
        return _goes_on_as_no_text(data)
    return _is_bmp(data) if kind is BMP else kind is not None


def _goes_on_as_no_text(data: bytes) -> bool:
    return _CONTROL.search(data, 0, _CONTROL_WITHIN) is not None


def _is_bmp(data: bytes) -> bool:
    """Tell a bitmap from a text that begins with "BM", by its reserved zeros and the size of its header."""
    return data[6:10] == b"\0\0\0\0" and data[14:18] in _BMP_HEADERS

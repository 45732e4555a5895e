"""What tells a file of bytes is never found in a text, whatever its first words are."""

from __future__ import annotations

from pathlib import Path

import pytest

from reader.formats.file_kinds import FileKind
from reader.formats.magic import is_picture
from reader.formats.recognition import kind_of
from reader.sources.found import LoosePicture
from reader.sources.saved_file import SavedFile
from reader.sources.walk import walk_sources
from tests.reader.store.pictures import clear_pictures, good_pictures

PICTURES = good_pictures() | clear_pictures()


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_that_the_store_keeps_is_one(name: str) -> None:
    assert is_picture(PICTURES[name])


@pytest.mark.parametrize(
    "text",
    [
        "[Why is WEBP so good?](https://example.org/webp)\n------\n\n<p>Hello</p>\n",
        "# About WEBP\n\nIt is small.\n",
        "RIFF and WEBP are four letters each.",
        "RIFFs, a WEBP",
        "RIFF, i.WEBP is built on it.",
        "GIF89a is the newer of the two.",
        "GIF87a",
        "BM is how the names of many bitmaps begin",
    ],
)
def test_a_picture_is_none_of_the_letters_it_begins_with(tmp_path: Path, text: str) -> None:
    assert not is_picture(text.encode())
    assert not is_picture(text.encode("gb18030"))
    (tmp_path / "a.md").write_text(text, encoding="utf-8")
    (found,) = walk_sources([tmp_path])
    assert isinstance(found, SavedFile)
    assert not isinstance(found, LoosePicture)


@pytest.mark.parametrize(
    "text",
    [
        "The harbour, as it was in the days before it, and then as some President of the country found it.",
        "MZ is the abbreviation of Mozambique.",
        "ID3 is an algorithm for decision trees.",
        "THE NEW WAVE of French cinema began in the fifties.",
        "RIFF   .WAVE files are large.",
        "FORM   .AIFF files are larger.",
        "RIFF is.AVI a kind of it?",
        "ab-lh is a flag, and so is ab-lh5-.",
        "The ftyp box comes first.",
        "The moov box comes later.",
        "8BPS is how it begins.",
        "fLaC, OggS, MThd: four letters each.",
        "OggS is a page.",
        "MThd begins a song.",
        "wOFF and wOF2 are for the web.",
        "wOF2 is the newer one.",
        "ttcf holds many.",
        "xar! they cried.",
        "AT&TFORM is the beginning of DJVU.",
        "WARC/1.1 is the newer version.",
        "filedesc: a description of a file.",
        "x" * 60 + "BOOKMOBI is what it says.",
        "x" * 60 + "TEXtREAd is what it says.",
        "12345678WAVE",
        "12345678AVI ",
        "12345678AIFF",
        "x" * 0x8001 + "CD001 is what it says.",
    ],
)
def test_a_text_is_nothing_but_text_whatever_letters_it_begins_with(text: str) -> None:
    assert kind_of("a.txt", text.encode()) is FileKind.TEXT
    assert kind_of("a.txt", text.encode("gb18030")) is FileKind.TEXT
    assert kind_of("a.txt", text.encode("utf-16")) is FileKind.TEXT


@pytest.mark.parametrize(
    "beginning", [b"\xca\xfe\xba\xbe", b"\xfe\xed\xfa\xce", b"\xcf\xfa\xed\xfe", b"\xce\xfa\xed\xfe"]
)
def test_chinese_in_the_bytes_of_a_program_is_text(beginning: bytes) -> None:
    assert kind_of("a.txt", beginning + "是这样的，他们在这里。".encode("gb18030")) is FileKind.TEXT
    assert kind_of("a.txt", beginning + b"\0\0\0\x34" + bytes(60)) is FileKind.PROGRAM


def test_a_page_about_a_film_is_a_page() -> None:
    assert kind_of("a", b"<h1>The AVI format</h1><p>It is old.</p>") is FileKind.WEB_PAGE


K = FileKind
NUMBERS = b"\0\0\0\x12\0\1"
BYTES = {
    "store": (b"SQLite format 3\0".ljust(68, b"\0") + b"Pres", K.PRESSMARK_LIBRARY),
    "database": (b"SQLite format 3\0", K.DATABASE),
    "wave": (b"RIFF\x24\x08\0\0WAVEfmt \x10\0", K.AUDIO),
    "large wave": (b"RF64\xff\xff\xff\xffWAVEds64\x1c\0", K.AUDIO),
    "AIFF": (b"FORM\0\0\x10\0AIFFCOMM\0\0\0\x12", K.AUDIO),
    "AIFF-C": (b"FORM\0\0\x10\0AIFCFVER\0\0\0\x04", K.AUDIO),
    "AVI": (b"RIFF\x24\x08\0\0AVI LIST", K.VIDEO),
    "bytes with WAVE": (bytes(8) + b"WAVE" + NUMBERS, K.UNKNOWN),
    "ID3": (b"ID3\x04\0\0", K.AUDIO),
    "MP3": (b"\xff\xfb\x90\x64", K.AUDIO),
    "FLAC": (b"fLaC\0\0\0\x22", K.AUDIO),
    "Ogg": (b"OggS\0\2", K.AUDIO),
    "MIDI": (b"MThd\0\0\0\6", K.AUDIO),
    "QuickTime": (b"\0\0\x10\0moov", K.VIDEO),
    "old font": (b"\0\1\0\0\0\x0c", K.FONT),
    "WOFF": (b"wOFF\0\1\0\0", K.FONT),
    "fonts": (b"ttcf\0\1\0\0", K.FONT),
    "DOS": (b"MZ\x90\0\3\0", K.PROGRAM),
    "LHA": (b"\x1a\x80-lh5-\x10\0\0\0", K.OTHER_ARCHIVE),
    "xar": (b"xar!\0\x1c\0\1", K.OTHER_ARCHIVE),
    "Debian": (b"!<arch>\ndebian-binary   1700000000  0     0     100644  4         `\n2.0\n", K.OTHER_ARCHIVE),
    "ISO": (bytes(0x8000) + b"\x01CD001\x01\0", K.OTHER_ARCHIVE),
    "Photoshop": (b"8BPS\0\1", K.OTHER_PICTURE),
    "DjVu": (b"AT&TFORM\0\0\x10\0DJVU", K.OTHER_PICTURE),
    "WARC": (b"WARC/1.1\r\nWARC-Type: warcinfo\r\n", K.WARC),
    "old WARC": (b"WARC/0.18\nWARC-Type: warcinfo\n", K.WARC),
    "ARC": (b"filedesc://a.arc 0.0.0.0 20240101000000 text/plain 76\n", K.WARC),
    "Kindle": (b"Tides".ljust(60, b"\0") + b"BOOKMOBI", K.KINDLE),
}


@pytest.mark.parametrize("name", BYTES)
def test_a_file_of_bytes_is_known_by_its_magic_numbers(name: str) -> None:
    data, kind = BYTES[name]
    assert kind_of("a", data) is kind
    assert kind_of("a.txt", data + bytes(600)) is kind

"""Encodes and decodes the postings of a term: ascending article numbers, in a block that stock Whoosh can unpickle.

A block holds the gaps between the numbers, in the shortest of three codes that pickle can read:

- bytes, if every gap is below 256;
- `array('H', …)`, 16-bit numbers;
- `map(ord, "…")`, the gaps as the characters of a text. Its UTF-8 is a code of variable length (one byte
  below 128, two below 2,048, else three) that Python writes and reads faster than any loop of ours.

The block is followed, where stock Whoosh does not read, by the score levels (see score_levels), four per byte, or by
the signatures (see rare_terms), two bytes each.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from reader.index.segment.posting_builder import PostingLists, RareLists
from reader.index.text.score_levels import FEWEST_WITH_LEVELS

# Made once, as a search needs them several times, and each takes a microsecond.
_BYTE, _SHORT = np.dtype("u1"), np.dtype("<u2")
Gaps = NDArray[np.uint8] | NDArray[np.uint16]
Buffer = bytes | memoryview

_HEAD = struct.Struct("!4si")
_MAGIC = b"W3Bl"
# Pickled (entries, last article, 1, 0, 0, 0): MARK, BININT, BININT2, four BININT1, TUPLE, STOP.
_INFO = struct.Struct("<2sicH10s")
_INFO_HEAD, _INFO_NEXT, _INFO_TAIL = b"(J", b"M", b"K\1K\0K\0K\0t."
_DATA_AT = _HEAD.size + _INFO.size
# Pickled (gaps, None, None): the opcode of a short, or of a long, string of bytes or characters; its length.
_LENGTH = struct.Struct("<I")
_BYTES_HEAD, _BYTES_TAIL = b"B", b"NN\x87."
_SHORTS_HEAD, _SHORTS_TAIL = b"carray\narray\n(\x8c\1HB", b"tRNN\x87."
_TEXT_HEAD, _TEXT_TAIL = b"cbuiltins\nmap\n(cbuiltins\nord\nX", b"tRNN\x87."
# Where the gaps begin, and where they end from the end.
_BYTES_AT, _BYTES_END = _DATA_AT + len(_BYTES_HEAD) + _LENGTH.size, -len(_BYTES_TAIL)
_SHORTS_AT, _SHORTS_END = _DATA_AT + len(_SHORTS_HEAD) + _LENGTH.size, -len(_SHORTS_TAIL)
_TEXT_AT, _TEXT_END = _DATA_AT + len(_TEXT_HEAD) + _LENGTH.size, -len(_TEXT_TAIL)
# The second byte of the data tells the two codes that begin with an import from each other.
_KIND_AT, _KIND_OF_SHORTS, _KIND_OF_TEXT = _DATA_AT + 1, _SHORTS_HEAD[1], _TEXT_HEAD[1]
# The four levels in each byte, as one number.
_LEVELS = np.array([[byte >> shift & 3 for shift in (0, 2, 4, 6)] for byte in range(256)], np.uint8).view("<u4")[:, 0]


def encode_blocks(lists: PostingLists) -> Iterator[tuple[int, int, int, bytes, bytes]]:
    """Yield, for each term, the number of articles, the first, the last, the block, and the bytes that follow it."""
    counts = lists.counts
    gaps = _gaps(lists)
    starts = lists.starts[:-1]
    wide = np.maximum.reduceat(gaps, starts) > 255
    text_bytes = np.add.reduceat(1 + (gaps >= 128) + (gaps >= 2048), starts, dtype=np.int64)
    short_bytes = 2 * counts + len(_SHORTS_HEAD) - len(_TEXT_HEAD)
    codes = np.where(wide, np.where(text_bytes < short_bytes, 2, 1), 0)
    narrow, shorts = gaps.astype(np.uint8).tobytes(), gaps.astype("<u2").tobytes()
    text = gaps.astype("<u4").tobytes().decode("utf-32-le", "surrogatepass")
    behind, behind_ends = _signatures(lists) if isinstance(lists, RareLists) else _packed_levels(lists)
    ends = lists.starts[1:]
    firsts, lasts = lists.articles[starts], lists.articles[ends - 1]
    at = 0
    columns = (codes, counts, starts, ends, firsts, lasts, behind_ends)
    for code, count, start, end, first, last, behind_end in zip(*(each.tolist() for each in columns), strict=True):
        if code == 0:
            block = _block(count, last, _BYTES_HEAD, narrow[start:end], _BYTES_TAIL)
        elif code == 1:
            block = _block(count, last, _SHORTS_HEAD, shorts[2 * start : 2 * end], _SHORTS_TAIL)
        else:
            block = _block(count, last, _TEXT_HEAD, text[start:end].encode("utf-8", "surrogatepass"), _TEXT_TAIL)
        yield count, first, last, block, behind[at:behind_end]
        at = behind_end


def _gaps(lists: PostingLists) -> NDArray[np.int32]:
    """Return the distance of each article from the previous one in its list; that of the first is from 0."""
    articles = lists.articles.astype(np.int32)
    gaps = np.diff(articles, prepend=np.int32(0))
    gaps[lists.starts[:-1]] = articles[lists.starts[:-1]]
    return gaps


def _signatures(lists: RareLists) -> tuple[bytes, NDArray[np.int64]]:
    return lists.signatures.astype("<u2").tobytes(), lists.signatures.itemsize * lists.starts[1:]


def _packed_levels(lists: PostingLists) -> tuple[bytes, NDArray[np.int64]]:
    """Pack the levels of each term that has enough articles; return the bytes, and where those of each term end."""
    counts = lists.counts
    levelled = counts >= FEWEST_WITH_LEVELS
    ends = np.cumsum(np.where(levelled, (counts + 3) // 4, 0))
    if not levelled.any():
        return b"", ends
    values = lists.levels[np.repeat(levelled, counts)]
    of_term = counts[levelled]
    places = np.arange(len(values)) - np.repeat(np.cumsum(of_term) - of_term, of_term)
    shifted = values << (places % 4 * 2).astype(np.uint8)
    return np.bitwise_or.reduceat(shifted, np.flatnonzero(places % 4 == 0)).tobytes(), ends


def _block(count: int, last: int, head: bytes, data: bytes, tail: bytes) -> bytes:
    info = _INFO.pack(_INFO_HEAD, count, _INFO_NEXT, last, _INFO_TAIL)
    body = b"".join((info, head, _LENGTH.pack(len(data)), data, tail))
    return _HEAD.pack(_MAGIC, -len(body)) + body


def gaps_of(block: Buffer) -> Gaps:
    """Return the gaps between the article numbers of a block; that of the first is from 0.

    Raises:
        ValueError, IndexError: the block is damaged.
    """
    kind = block[_KIND_AT]
    if kind == _KIND_OF_TEXT and block[_DATA_AT] == _TEXT_HEAD[0]:
        text = str(block[_TEXT_AT:_TEXT_END], "utf-8", "surrogatepass")
        return np.frombuffer(text.encode("utf-16-le", "surrogatepass"), _SHORT)
    if kind == _KIND_OF_SHORTS and block[_DATA_AT] == _SHORTS_HEAD[0]:
        return np.frombuffer(block[_SHORTS_AT:_SHORTS_END], _SHORT)
    return np.frombuffer(block[_BYTES_AT:_BYTES_END], _BYTE)


def decode_levels(data: Buffer, count: int) -> NDArray[np.uint8]:
    """Return the levels of the `count` articles of a term from the bytes that follow its block."""
    return _LEVELS.take(np.frombuffer(data, np.uint8)).view(np.uint8)[:count]


def decode_signatures(data: Buffer) -> NDArray[np.uint16]:
    """Return the signatures of the entries of a shared list from the bytes that follow its block."""
    return np.frombuffer(data, _SHORT)

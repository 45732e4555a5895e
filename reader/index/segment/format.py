"""The bytes of a segment, as stock Whoosh 2.7.4 (codec W3) reads them, too.

A segment is a handful of files that share a stem:

- `.trm`: Whoosh's ordered hash table, from field and term to W3TermInfo (here with CRC32, 80 % full);
- `.pst`: one block of postings a term, and behind it the levels for the score (see posting_codec);
- `.NAME.col`: columns: NumericColumn("q"), NumericColumn("B") and VarBytesColumn;
- `.older.*`: the same files once more, if articles of the segment have other versions: a segment within the segment
  whose rows are what only these say, one for each such article. Its column of dates has the number of the article in
  the outer segment, and its column of tags which version each line is from (see older_rows).

The pickles of postings are fixed templates, so that the reader takes the numbers from where they must lie and
never unpickles them.
"""

from __future__ import annotations

import struct
import sys
from array import array
from collections.abc import Sequence
from typing import Any

import numpy as np

# Raised when the files or the folding change in a way that older indexes cannot answer.
FORMAT_VERSION = 8

BIGRAM, WORD, PREFIX, RARE, LONG, WORD_BIGRAM = range(6)
# As the files have them.
FIELD_NAMES = ("gram", "word", "prefix", "shared", "long", "joint")

TEXT, IDS, PUBLISHED, IMAGES = "text", "id", "published", "image"
SOURCES, AUTHORS, TAGS, STORED = "source", "author", "tags", "_stored"
OLDER = ".older"

# In the column of dates: an article without one. It sorts before all others.
UNDATED = -(2**63)

# A pair or word bigram of fewer articles than this shares a list with others.
COMMON_PAIR = 16
# A word bigram of more characters always shares one.
LONGEST_WORD_BIGRAM = 130
# A longer word is no term; all of them that begin alike share a list.
LONGEST_WORD = 64
LONGEST_PREFIX = 3
# Runs of more characters than this, or in fewer articles, have no term of their own.
COMMON_RUN = 64
LONGEST_RUN = 8

TERMS_MAGIC = b"HSH3"
CRC32 = 1
FIELD_KEY = struct.Struct("!H")
RECORD = struct.Struct("!ii")
POINTER = struct.Struct("!Iq")
TABLE = struct.Struct("!qi")
TABLES = 256
# Flags, weight, articles, shortest, longest, greatest weight, first, last; offset and length in `.pst`.
TERM_INFO = struct.Struct("!BfIBBfIIqi")
# The articles, the last of them, offset and length, of the same.
FOUND_INFO = struct.Struct("!5xI10xIqi")

POSTINGS_FILE_MAGIC = b"PMPS"


def big_endian(values: array[int]) -> bytes:
    """Write an array as Whoosh does."""
    if sys.byteorder == "little":
        values = values[:]
        values.byteswap()
    return values.tobytes()


# How VarBytesColumn says which numbers its lengths are: by the last byte, a typecode of `array`.
LENGTHS: dict[int, np.dtype[Any]] = {ord("B"): np.dtype("u1"), ord("H"): np.dtype(">u2"), ord("i"): np.dtype(">i4")}


def lengths_tail(lengths: Sequence[int]) -> bytes:
    """Write how long the values of a column are, in numbers as short as will do."""
    longest = max(lengths, default=0)
    code = next(code for code, dtype in LENGTHS.items() if longest <= np.iinfo(dtype).max)
    return np.array(lengths, LENGTHS[code]).tobytes() + bytes((code,))

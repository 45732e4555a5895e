"""The file format of a segment, which stock Whoosh 2.7.4 (codec W3) can read, too.

A segment is a handful of files that share a stem:

- `.trm`: Whoosh's ordered hash table, from field and term to W3TermInfo (here with CRC32, 80 % full);
- `.pst`: one block of postings per term, followed by its levels or signatures (see posting_codec);
- `.NAME.col`: columns: NumericColumn("q"), NumericColumn("B") and VarBytesColumn;
- `.older.*`: if articles of the segment have older versions, a segment within the segment with a row for each such
  article. In it, the column of dates has the number of the article in the outer segment, and the column of tags the
  version that each line is from (see older_rows).

The pickles of postings are fixed templates: the reader takes the numbers from their known offsets and never unpickles
anything.
"""

from __future__ import annotations

import struct
import sys
from array import array
from collections.abc import Sequence
from typing import Any

import numpy as np

# Increased whenever the files or the folding change, so that older indexes must be rebuilt.
FORMAT_VERSION = 8

BIGRAM, WORD, PREFIX, RARE, LONG, WORD_BIGRAM = range(6)
# Names of the fields in the files.
FIELD_NAMES = ("gram", "word", "prefix", "shared", "long", "joint")

TEXT, IDS, PUBLISHED, IMAGES = "text", "id", "published", "image"
SOURCES, AUTHORS, TAGS, STORED = "source", "author", "tags", "_stored"
OLDER = ".older"

# The value of an article without a date; it sorts before all dates.
UNDATED = -(2**63)

# A pair or word bigram of fewer articles than this shares a list with others.
COMMON_PAIR = 16
# A word bigram of more characters always shares one.
LONGEST_WORD_BIGRAM = 130
# A longer word is not a term; those with the same prefix share a list.
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
# The fields of TERM_INFO that the reader needs: articles, last, offset, length.
FOUND_INFO = struct.Struct("!5xI10xIqi")

POSTINGS_FILE_MAGIC = b"PMPS"


def big_endian(values: array[int]) -> bytes:
    """Return the bytes of an array in big-endian order, as Whoosh writes numbers."""
    if sys.byteorder == "little":
        values = values[:]
        values.byteswap()
    return values.tobytes()


# The last byte of a VarBytesColumn, a typecode of `array`, gives the type of its lengths.
LENGTHS: dict[int, np.dtype[Any]] = {ord("B"): np.dtype("u1"), ord("H"): np.dtype(">u2"), ord("i"): np.dtype(">i4")}


def lengths_tail(lengths: Sequence[int]) -> bytes:
    """Return the lengths of a column's values as bytes, in the smallest type that holds them."""
    longest = max(lengths, default=0)
    code = next(code for code, dtype in LENGTHS.items() if longest <= np.iinfo(dtype).max)
    return np.array(lengths, LENGTHS[code]).tobytes() + bytes((code,))

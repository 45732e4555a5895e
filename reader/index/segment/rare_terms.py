"""Which list a rare term shares with others, and the signature, 16 bits, that says which entries there are its own.

Most pairs of characters and word bigrams occur in a few articles only, and a term of its own costs as much room
as a hundred entries. Without signatures each of some fifty articles of a list had to be looked at, long ones
mostly (10 µs), for what two or three of them hold; reading a list of a thousand takes 5 µs.

A list of pairs has those that begin with the same unit, and the signature is the other one: nothing is left to
doubt. Of word bigrams the signature is a hash, so that what it says is looked at.
"""

from __future__ import annotations

from typing import TypeVar
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

# Of so many entries that begin with one unit, each sixteenth of the other units gets a list of its own. A pair of
# less than 16 articles, of at most 4,096 in a sixteenth: a list has less than 65,536 entries.
LONGEST_LIST = 1 << 10
PARTS = 16
_LEFT = 0x9E3779B1

Hash = TypeVar("Hash", int, NDArray[np.int64])


def list_of_pairs(first: int, part: int | None = None) -> bytes:
    """Name the list of the pairs that begin with a unit, or of a part of them."""
    return first.to_bytes(2, "big") + (b"" if part is None else bytes((part,)))


def list_of_word_bigrams(number: int) -> bytes:
    """Name a list of word bigrams."""
    return number.to_bytes(4, "big")


def token_hash(token: str) -> int:
    """Hash one side of a word bigram."""
    return crc32(token.encode())


def word_bigram_hash(left: Hash, right: Hash) -> Hash:
    """Hash a word bigram from the hashes of its sides: which list modulo the number of lists; the high half signs."""
    return (left * _LEFT + right) & 0xFFFFFFFF


def word_bigram_signature(hashed: Hash) -> Hash:
    """Return the signature of a word bigram."""
    return hashed >> 16

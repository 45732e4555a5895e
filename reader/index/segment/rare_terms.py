"""Rare terms: they share posting lists, in which a signature of 16 bits marks the entries of each.

Most pairs of characters and most word bigrams occur in a few articles, and a term of its own takes as much space as a
hundred entries. Without signatures, all of some fifty articles of a list had to be verified, mostly long ones (10 µs
each), to find two or three; reading a list of a thousand takes 5 µs.

The pairs in a list begin with the same unit, and their signature is the other one, so that it is exact. The signature
of a word bigram is a hash, so its articles are verified.
"""

from __future__ import annotations

from typing import TypeVar
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

# Pairs that begin with one unit and have more entries than this are divided into 16 lists by the other unit. As a rare
# pair has fewer than 16 articles, and a part at most 4,096 pairs, a list has fewer than 65,536 entries.
LONGEST_LIST = 1 << 10
PARTS = 16
_LEFT = 0x9E3779B1

Hash = TypeVar("Hash", int, NDArray[np.int64])


def list_of_pairs(first: int, part: int | None = None) -> bytes:
    """Return the key of the list of pairs that begin with a unit, or of one part of them."""
    return first.to_bytes(2, "big") + (b"" if part is None else bytes((part,)))


def list_of_word_bigrams(number: int) -> bytes:
    """Return the key of a list of word bigrams."""
    return number.to_bytes(4, "big")


def token_hash(token: str) -> int:
    """Return the hash of one side of a word bigram."""
    return crc32(token.encode())


def word_bigram_hash(left: Hash, right: Hash) -> Hash:
    """Return the 32-bit hash of a word bigram from those of its sides.

    Its remainder by the number of lists is the number of its list, its upper half its signature.
    """
    return (left * _LEFT + right) & 0xFFFFFFFF


def word_bigram_signature(hashed: Hash) -> Hash:
    """Return the signature of a word bigram."""
    return hashed >> 16

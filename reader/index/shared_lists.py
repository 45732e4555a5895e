"""Which list a rare term shares with others, and the signature, 16 bits, that says which entries there are its own.

Most pairs of characters, words and joints occur in a few articles only, and a term of its own costs as much room
as a hundred entries. Without signatures each of some fifty articles of a list had to be looked at, long ones
mostly (10 µs), for what two or three of them hold; reading a list of a thousand takes 5 µs.

A list of pairs has those that begin with the same unit, and the signature is the other one: nothing is left to
doubt. Of words and joints the signature is a hash, so that what it says is looked at.
"""

from __future__ import annotations

from typing import TypeVar
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from reader.index import segment_format as layout

# Of so many entries that begin with one unit, each sixteenth of the other units gets a list of its own. A pair of
# less than 16 articles, of at most 4,096 in a sixteenth: a list has less than 65,536 entries.
LONGEST_LIST = 1 << 10
PARTS = 16
EVERY_BIT = 0xFFFF

_LETTER_BITS, _LETTER_PRIMES = 5, 31
_FOURTH, _FIFTH = (1 << _LETTER_BITS) - 1, (1 << 2 * _LETTER_BITS) - 1
_REST = (1 << 16 - 2 * _LETTER_BITS) - 1
_LEFT = 0x9E3779B1

Hash = TypeVar("Hash", int, NDArray[np.int64])


def list_of_pairs(first: int, part: int | None = None) -> bytes:
    """Name the list of the pairs that begin with a unit, or of a part of them."""
    return first.to_bytes(2, "big") + (b"" if part is None else bytes((part,)))


def list_of_joints(number: int) -> bytes:
    """Name a list of joints."""
    return number.to_bytes(4, "big")


def list_of_words(word: str) -> str:
    """Name the list of the words that begin like this one."""
    return word[: layout.LONGEST_PREFIX]


def word_signature(word: str) -> int:
    """Return five bits each for the fourth and the fifth letter, and six for what follows."""
    signature = 0
    for place, letter in enumerate(word[layout.LONGEST_PREFIX : layout.LONGEST_PREFIX + 2]):
        signature |= 1 + ord(letter) % _LETTER_PRIMES << place * _LETTER_BITS
    return signature | (crc32(word[layout.LONGEST_PREFIX + 2 :].encode()) & _REST) << 2 * _LETTER_BITS


def beginning_bits(beginning: str) -> int:
    """Return the bits that the signature of every word has in common that begins so."""
    return _FOURTH if len(beginning) == layout.LONGEST_PREFIX + 1 else _FIFTH


def token_hash(token: str) -> int:
    """Hash one side of a joint."""
    return crc32(token.encode())


def joint_hash(left: Hash, right: Hash) -> Hash:
    """Hash a joint from the hashes of its sides: which list modulo the number of lists; the high half signs."""
    return (left * _LEFT + right) & 0xFFFFFFFF


def joint_signature(hashed: Hash) -> Hash:
    """Return the signature of a joint."""
    return hashed >> 16

"""The keys of a capture: captures of one address that share a key are connected, so no two are ever compared.

They are made of its title and text alone. A title is a key as a whole, a text likewise, and a text is also known by
the 16 smallest hashes of its clauses (a bottom-k min-hash: Broder, 1997). Clauses need no rule for scripts; runs of
four characters, which were tried, do: English texts share a third of them with any other.
"""

from __future__ import annotations

import re
import struct
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from hashlib import blake2b
from itertools import combinations, pairwise
from zlib import crc32

# Shorter ones are alike by chance.
_SHORTEST_TITLE = 4
_SHORTEST_TEXT = 20
_SHORTEST_CLAUSE = 6
_SHORTEST_PAIR = 8
_SKETCH = 16
_STRONG = 8
_AT_ONCE = 3
# A text of this length that stands under two addresses is one text; a shorter one may be a formula: "page not found".
LONG_TEXT = 200

_NOT_WORD = re.compile(r"[\W_]+")
# Words with nothing but white space between them, which ends a clause where the word before it is not of ASCII.
_CLAUSE = re.compile(r"\w++(?:(?<=[\x00-\x7f])[^\S\n]++\w++)*")
_CJK_RUNS = re.compile("[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uac00-\ud7af\U00020000-\U0003ffff]{3,}")
_NO_LETTERS = re.compile(r"[\W\d_]+")
_LATIN_WORDS = re.compile(r"[^\W\d_\u3040-\U0003ffff]+")
_SITE_AT_END = re.compile(r"(.{2,300}\S)\s+[-–—|｜丨_]\s+(\S.{0,40})")
_HEAD = struct.Struct("<HBq")
_HASH = struct.Struct("<q")


@dataclass(frozen=True, slots=True)
class Likeness:
    """What a capture is compared by: hashes of its title (with and without its site's name), text and clauses.

    A text of 0 is none.
    """

    titles: tuple[int, ...] = ()
    text: int = 0
    clauses: tuple[int, ...] = ()
    title_words: tuple[int, ...] = ()

    def strong(self) -> Iterator[int]:
        """Yield the keys of which one shared is enough to tell one article, the titles aside."""
        if self.text:
            yield self.text
        # A hash of numbers is the same in every process, and takes half the room of a tuple.
        yield from map(hash, combinations(self.clauses[:_STRONG], _AT_ONCE))

    def weak(self) -> Iterator[int]:
        """Yield the keys that tell one article only where the address already says so."""
        for kind, hashes in enumerate((self.clauses, self.title_words)):
            yield from (hash((kind, value)) for value in hashes)

    @property
    def is_blank(self) -> bool:
        """Whether there is nothing to compare: neither a title nor a text."""
        return not (self.titles or self.text or self.clauses or self.title_words)

    def pack(self) -> bytes:
        """Return what the store keeps, some 100 bytes; the words of the title are made of the title again."""
        head = _HEAD.pack(len(self.titles), len(self.clauses), self.text)
        return head + struct.pack(f"<{len(self.titles)}q{len(self.clauses)}I", *self.titles, *self.clauses)

    @classmethod
    def unpack(cls, data: bytes, title: str) -> Likeness:
        """Read what `pack` returned, with the title that it was made of; "" if it was made of pictures.

        Raises:
            struct.error: the bytes are damaged.
        """
        titles, clauses, text = _HEAD.unpack_from(data)
        hashes = struct.unpack_from(f"<{titles}q{clauses}I", data, _HEAD.size)
        return cls(hashes[:titles], text, hashes[titles:], _title_words(title))


def likeness_of(title: str, text: str, sites: Iterable[str | None] = ()) -> Likeness:
    """Return the keys of a capture; `sites` are the names that its title may end with: source and author."""
    forms = dict.fromkeys(filter(None, (_title_hash(form) for form in _title_forms(title, sites))))
    return Likeness(tuple(forms), text_hash(text, _SHORTEST_TEXT), tuple(_sketch(text)), _title_words(title))


def likeness_by_pictures(pictures: Iterable[tuple[int, str]]) -> Likeness:
    """Return the keys of a capture without an address: its bucket is its title and text, so its pictures tell.

    `pictures` are those that came with it: the place in the page, and the hash.
    """
    return Likeness(tuple(sorted(_hash(f"{n} {sha256}") for n, sha256 in pictures)))


def page_hash(title: str, html: str) -> int:
    """Return a hash of what a capture says: its title and its page."""
    return _hash(f"{title}\0{html}")


def text_hash(text: str, shortest: int = LONG_TEXT) -> int:
    """Return a hash of a text without its white space, 0 for one of fewer than `shortest` characters."""
    bare = "".join(text.split())
    return _hash(bare) if len(bare) >= shortest else 0


def _title_forms(title: str, sites: Iterable[str | None]) -> Iterator[str]:
    """Yield a title, and the same without the name of its site at the end."""
    yield title
    found = _SITE_AT_END.fullmatch(title.strip())
    if found and _folded(found[2]) in {_folded(site) for site in sites if site}:
        yield found[1]


def _title_hash(title: str) -> int:
    folded = _folded(title)
    return _hash(folded) if len(folded) >= _SHORTEST_TITLE else 0


def _folded(text: str) -> str:
    """Fold a title; its digits stay, as they are what tells a monthly page from the next."""
    return _NOT_WORD.sub("", unicodedata.normalize("NFKC", text).casefold())


def _hash(text: str) -> int:
    """Return 64 bits of a text, the same on every machine; never 0."""
    return int(_HASH.unpack(blake2b(text.encode("utf-8", "replace"), digest_size=8).digest())[0]) or 1


def _sketch(text: str) -> list[int]:
    """Return the smallest hashes of the clauses of a text, rising."""
    clauses = {clause for clause in _CLAUSE.findall(text.casefold()) if len(clause) >= _SHORTEST_CLAUSE}
    return sorted(map(crc32, map(str.encode, clauses)))[:_SKETCH]


def _title_words(title: str) -> tuple[int, ...]:
    """Return hashes of what parts of a title may be met again: three CJK characters, or two neighbouring words."""
    folded = unicodedata.normalize("NFKC", title).casefold()
    parts = {run[at : at + 3] for run in _CJK_RUNS.findall(_NO_LETTERS.sub("", folded)) for at in range(len(run) - 2)}
    words = _LATIN_WORDS.findall(folded)
    parts |= {f"{one} {other}" for one, other in pairwise(words) if len(one) + len(other) >= _SHORTEST_PAIR}
    return tuple(sorted(crc32(part.encode("utf-8", "replace")) for part in parts))

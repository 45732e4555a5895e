"""The keys of a capture. Captures of one address that share a key are connected, without comparing any two.

Keys are made of title and text alone: the whole title, the whole text, and the 16 smallest hashes of the text's
clauses (a bottom-k min-hash: Broder, 1997). Clauses work in every script; runs of four characters, which were tried,
do not: any two English texts share a third of them.
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

# Characters. Shorter ones coincide by chance.
_SHORTEST_TITLE = 4
_SHORTEST_TEXT = 20
_SHORTEST_CLAUSE = 6
_SHORTEST_PAIR = 8
_SKETCH = 16
_STRONG = 8
_AT_ONCE = 3
# A text of at least this length under two addresses is one text; a shorter one may be a stock phrase: "page not found".
LONG_TEXT = 200

_NOT_WORD = re.compile(r"[\W_]+")
# Words with only white space between them; after a word that is not ASCII, white space ends the clause.
_CLAUSE = re.compile(r"\w++(?:(?<=[\x00-\x7f])[^\S\n]++\w++)*")
_CJK_RUNS = re.compile("[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uac00-\ud7af\U00020000-\U0003ffff]{3,}")
_NO_LETTERS = re.compile(r"[\W\d_]+")
_LATIN_WORDS = re.compile(r"[^\W\d_\u3040-\U0003ffff]+")
_SITE_AT_END = re.compile(r"(.{2,300}\S)\s+[-–—|｜丨_]\s+(\S.{0,40})")
_HEAD = struct.Struct("<HBq")
_HASH = struct.Struct("<q")


@dataclass(frozen=True, slots=True)
class Likeness:
    """The hashes by which captures are connected: of the title (with and without the site's name), text and clauses.

    A `text` of 0 means that there is none, or that it is too short.
    """

    titles: tuple[int, ...] = ()
    text: int = 0
    clauses: tuple[int, ...] = ()
    title_words: tuple[int, ...] = ()

    def strong(self) -> Iterator[int]:
        """Yield the keys, other than titles, of which a single shared one proves that two captures are one article."""
        if self.text:
            yield self.text
        # A tuple of integers hashes the same in every process, and its hash takes half the memory.
        yield from map(hash, combinations(self.clauses[:_STRONG], _AT_ONCE))

    def weak(self) -> Iterator[int]:
        """Yield the keys that prove one article only together with an address that is trusted."""
        for kind, hashes in enumerate((self.clauses, self.title_words)):
            yield from (hash((kind, value)) for value in hashes)

    @property
    def is_blank(self) -> bool:
        """Whether the capture has no keys: neither a title nor a text that is long enough."""
        return not (self.titles or self.text or self.clauses or self.title_words)

    def pack(self) -> bytes:
        """Return the bytes to store, about 100; `title_words` are left out, as `unpack` derives them from the title."""
        head = _HEAD.pack(len(self.titles), len(self.clauses), self.text)
        return head + struct.pack(f"<{len(self.titles)}q{len(self.clauses)}I", *self.titles, *self.clauses)

    @classmethod
    def unpack(cls, data: bytes, title: str) -> Likeness:
        """Read the bytes that `pack` returned; `title` is that capture's title, "" if it is known by its pictures.

        Raises:
            struct.error: the bytes are damaged.
        """
        titles, clauses, text = _HEAD.unpack_from(data)
        hashes = struct.unpack_from(f"<{titles}q{clauses}I", data, _HEAD.size)
        return cls(hashes[:titles], text, hashes[titles:], _title_words(title))


def likeness_of(title: str, text: str, sites: Iterable[str | None] = ()) -> Likeness:
    """Return the keys of a capture; `sites` are the names its title may end with, such as source and author."""
    forms = dict.fromkeys(filter(None, (_title_hash(form) for form in _title_forms(title, sites))))
    return Likeness(tuple(forms), text_hash(text, _SHORTEST_TEXT), tuple(_sketch(text)), _title_words(title))


def likeness_by_pictures(pictures: Iterable[tuple[int, str]]) -> Likeness:
    """Return the keys of a capture without an address.

    Its bucket is already its title and text, so only its pictures can tell it from others. `pictures` are those that
    came with it, as (place in the page, SHA-256).
    """
    return Likeness(tuple(sorted(_hash(f"{n} {sha256}") for n, sha256 in pictures)))


def page_hash(title: str, html: str) -> int:
    """Return a hash of a capture's title and page."""
    return _hash(f"{title}\0{html}")


def text_hash(text: str, shortest: int = LONG_TEXT) -> int:
    """Return a hash of a text without white space; 0 if fewer than `shortest` characters are left."""
    bare = "".join(text.split())
    return _hash(bare) if len(bare) >= shortest else 0


def _title_forms(title: str, sites: Iterable[str | None]) -> Iterator[str]:
    """Yield a title, and the title without the site's name at its end."""
    yield title
    found = _SITE_AT_END.fullmatch(title.strip())
    if found and fold_title(found[2]) in {fold_title(site) for site in sites if site}:
        yield found[1]


def _title_hash(title: str) -> int:
    folded = fold_title(title)
    return _hash(folded) if len(folded) >= _SHORTEST_TITLE else 0


def fold_title(text: str) -> str:
    """Fold a title to lower-case letters and digits; digits stay, as they tell one month's page from the next."""
    return _NOT_WORD.sub("", unicodedata.normalize("NFKC", text).casefold())


def _hash(text: str) -> int:
    """Return a 64-bit hash of a text, the same on every machine, and never 0."""
    return int(_HASH.unpack(blake2b(text.encode("utf-8", "replace"), digest_size=8).digest())[0]) or 1


def _sketch(text: str) -> list[int]:
    """Return the `_SKETCH` smallest hashes of a text's clauses, in ascending order."""
    clauses = {clause for clause in _CLAUSE.findall(text.casefold()) if len(clause) >= _SHORTEST_CLAUSE}
    return sorted(map(crc32, map(str.encode, clauses)))[:_SKETCH]


def _title_words(title: str) -> tuple[int, ...]:
    """Return hashes of the parts of a title that a changed title may share: three CJK characters, or two words."""
    folded = unicodedata.normalize("NFKC", title).casefold()
    parts = {run[at : at + 3] for run in _CJK_RUNS.findall(_NO_LETTERS.sub("", folded)) for at in range(len(run) - 2)}
    words = _LATIN_WORDS.findall(folded)
    parts |= {f"{one} {other}" for one, other in pairwise(words) if len(one) + len(other) >= _SHORTEST_PAIR}
    # No part holds a surrogate, as neither pattern lets one in.
    return tuple(sorted([crc32(part.encode()) for part in parts]))

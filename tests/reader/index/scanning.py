"""A brute-force search of the folded text, which knows nothing of the index, and queries cut out of articles."""

from __future__ import annotations

import random
import re
import unicodedata

from reader.index.text.folding import fold
from reader.library import Library

# What means something in a query is left out of random ones; the query parser has tests of its own.
_OPERATORS = re.compile(r'[\s"“”＂()（）*＊:：]|^-')
_UNSPACED = ("CJK", "HIRAGANA", "KATAKANA", "HANGUL", "BOPOMOFO", "IDEOGRAPHIC", "THAI", "TIBETAN")


def folded_lines(library: Library) -> dict[int, list[str]]:
    """Return the folded lines of all versions of every article, the title of the one shown first."""
    found: dict[int, list[str]] = {}
    for id_ in library.ids():
        for version in library.revisions(id_):
            article = library.article(id_, version.revision)
            found.setdefault(int(id_), []).extend(fold(f"{article.title}\n{article.text}").split("\n"))
    return found


def is_word(character: str) -> bool:
    """Say whether a character belongs to words that are written apart."""
    name = unicodedata.name(character, "")
    return character.isalnum() and not name.startswith(_UNSPACED)


def occurs(needle: str, line: str) -> bool:
    """Look at every place where the needle could stand."""
    at = line.find(needle)
    while at >= 0:
        before, behind = line[at - 1 : at], line[at + len(needle) : at + len(needle) + 1]
        starts = not (before and is_word(needle[0]) and is_word(before))
        ends = not (behind and is_word(needle[-1]) and is_word(behind))
        if starts and ends:
            return True
        at = line.find(needle, at + 1)
    return False


def scan(query: str, lines: dict[int, list[str]]) -> set[int]:
    needle = fold(query)
    return {id_ for id_, of_article in lines.items() if any(occurs(needle, line) for line in of_article)}


def pieces(library: Library, kind: str) -> list[str]:
    """Cut queries out of real articles: any characters, whole Latin words, or where the two meet."""
    chance = random.Random(kind)
    patterns = {
        "word": r"[A-Za-z0-9]+",
        "mixed": r"[A-Za-z0-9\-.]{1,6}[\u4e00-\u9fff]{1,3}|[\u4e00-\u9fff]{1,3}[A-Za-z0-9]{1,6}",
    }
    cut: list[str] = []
    ids = list(library.ids())
    while len(cut) < 250:
        text = library.article(chance.choice(ids)).text
        if kind in patterns:
            found = re.findall(patterns[kind], text)
            cut += chance.sample(found, min(2, len(found)))
        elif len(text) > 10:
            length = chance.randint(1, 8)
            at = chance.randrange(len(text) - length)
            cut.append(text[at : at + length])
    return [query for query in cut if not _OPERATORS.search(query)]

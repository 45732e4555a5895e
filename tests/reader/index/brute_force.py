"""The oracle of the search tests: reads every article to its end, and shares only `fold` with the index."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache

from reader.index import IndexedArticle, fold
from reader.query import States

_NO_SPACES = [
    ("฀", "႟"),
    ("ᄀ", "ᇿ"),
    ("ក", "៿"),
    ("᧠", "᧿"),
    ("⺀", "⿟"),
    ("\u3000", "鿿"),
    ("ꥠ", "꥿"),
    ("ꧠ", "꧿"),
    ("ꩠ", "ꩿ"),
    ("가", "\ud7ff"),
    ("\uf900", "\ufaff"),
    ("ｦ", "ￜ"),
    ("\U0001aff0", "\U0001b16f"),
    ("\U00020000", "\U0003ffff"),
]


def letter(char: str) -> bool:
    return char.isalnum() and not any(first <= char <= last for first, last in _NO_SPACES)


def line_has(line: str, wanted: str, *, open_end: bool) -> bool:
    """`wanted` is folded; a space in it stands for one or more."""
    return any(occurrences(line, wanted, open_end=open_end))


def occurrences(line: str, wanted: str, *, open_end: bool) -> Iterator[bool]:
    """Yield True for each place, overlapping ones too."""
    if wanted.split(" ")[0] not in line:
        return
    pattern = " +".join(re.escape(part) for part in wanted.split(" "))
    for match in re.finditer(f"(?=({pattern}))", line):
        start, end = match.span(1)
        before, behind = line[start - 1 : start] if start else "", line[end : end + 1]
        if letter(wanted[0]) and before and letter(before):
            continue
        if letter(wanted[-1]) and not open_end and behind and letter(behind):
            continue
        yield True


@cache
def folded_lines(title: str, text: str) -> list[str]:
    return [fold(title).replace("\n", " "), *fold(text).split("\n")]


@dataclass(frozen=True)
class Word:
    """A run or phrase as typed."""

    text: str
    quoted: bool = False
    starred: bool = False
    title: bool = False

    def __str__(self) -> str:
        text = f'"{self.text}"' if self.quoted else self.text + "*" * self.starred
        return f"title:{text}" if self.title else text

    @property
    def folded(self) -> str:
        return " ".join(fold(self.text).split())

    @property
    def needle(self) -> tuple[str, bool]:
        """What makes it another word than another: open ends matter behind letters only."""
        return self.folded, self.starred and letter(self.folded[-1])

    def holds(self, article: IndexedArticle) -> bool:
        texts = [(article.title, article.text), *((each.title, "\n".join(each.lines)) for each in article.older)]
        lines = [line for text in texts for line in folded_lines(*text)[: 1 if self.title else None]]
        return any(line_has(line, self.folded, open_end=self.starred) for line in lines)

    def points(self, article: IndexedArticle) -> int:
        """Say how relevant the word is to an article."""
        title, *lines = folded_lines(article.title, article.text)
        if line_has(title, self.folded, open_end=self.starred):
            return 8
        count = sum(len(list(occurrences(line, self.folded, open_end=self.starred))) for line in lines)
        length = len("\n".join([title, *lines]).encode("utf-8", "surrogatepass"))
        if count >= 3 + length // 2048:
            return 2
        return 1 if count >= 2 + length // 8192 else 0


def is_in(state: str, id_: int) -> bool:
    """Say what the person said of an article: by its number, so that it needs no keeping."""
    return {"read": id_ % 3 == 0, "unread": id_ % 3 != 0, "starred": id_ % 7 == 1}[state]


def own_tags(id_: int) -> list[str]:
    return ["歷史"] * (id_ % 5 == 0) + ["To Read"] * (id_ % 11 == 0)


def states_of(most: int) -> States:
    """Return the states of the articles up to a number, whether they are in the index or not."""
    ids = range(1, most)
    tags = {tag: [id_ for id_ in ids if tag in own_tags(id_)] for tag in ("歷史", "To Read")}
    return States(1, [i for i in ids if is_in("read", i)], [i for i in ids if is_in("starred", i)], tags)


@dataclass(frozen=True)
class Fact:
    """A field with its value."""

    field: str
    value: str

    def __str__(self) -> str:
        return f'{self.field}:"{self.value}"' if " " in self.value else f"{self.field}:{self.value}"

    def holds(self, article: IndexedArticle) -> bool:
        if self.field == "source":
            return fold(self.value) in fold(article.source)
        if self.field == "author":
            return fold(self.value) in fold(article.author or "")
        if self.field == "tag":
            return fold(self.value) in [fold(tag) for tag in (*article.tags, *own_tags(article.id))]
        if self.field == "is":
            return is_in(self.value, article.id)
        if self.field == "has":
            return article.has_image
        return article.published is not None and self._dated(article.published.astimezone())

    def _dated(self, local: datetime) -> bool:
        day = local.strftime("%Y-%m-%d")[: len(self.value)]
        if self.field == "after":
            return day >= self.value
        return day < self.value if self.field == "before" else day == self.value


@dataclass(frozen=True)
class Group:
    """Conditions joined by AND or OR, or one that is left out."""

    kind: str
    parts: tuple[Condition, ...]

    def __str__(self) -> str:
        if self.kind == "not":
            return f"-({self.parts[0]})"
        return "(" + (" OR " if self.kind == "or" else " ").join(map(str, self.parts)) + ")"

    def holds(self, article: IndexedArticle) -> bool:
        if self.kind == "not":
            return not self.parts[0].holds(article)
        return (any if self.kind == "or" else all)(part.holds(article) for part in self.parts)


Condition = Word | Fact | Group


def wanted_words(condition: Condition, *, wanted: bool = True) -> list[Word]:
    """Return the words that should be there, in the order they were typed, each once."""
    if isinstance(condition, Group):
        inner = [
            word for part in condition.parts for word in wanted_words(part, wanted=wanted ^ (condition.kind == "not"))
        ]
        return list({word.needle: word for word in inner}.values())
    return [condition] if isinstance(condition, Word) and wanted else []


def by_relevance(articles: list[IndexedArticle], condition: Condition) -> list[int]:
    found = {article.id: article for article in articles}
    words = wanted_words(condition)
    points = {id_: sum(word.points(article) for word in words) for id_, article in found.items()}
    shown = {id_: condition.holds(replace(article, older=())) for id_, article in found.items()}
    return sorted(by_date(articles, newest=True), key=lambda id_: (shown[id_], points[id_]), reverse=True)


def by_date(articles: list[IndexedArticle], *, newest: bool) -> list[int]:
    dated = [(article.published, article.id) for article in articles if article.published is not None]
    undated = [article.id for article in articles if article.published is None]
    return [id_ for _, id_ in sorted(dated, reverse=newest)] + sorted(undated, reverse=newest)

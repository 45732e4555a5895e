"""The index on Whoosh's own files: a plain schema, the stock writer, and exact verification."""

from __future__ import annotations

import threading
from array import array
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from whoosh import columns, fields
from whoosh import index as whoosh_index
from whoosh.analysis import Token, Tokenizer

from reader.article import ArticleId
from reader.errors import SearchIndexError
from reader.index import IndexedArticle, never
from reader.index.analysis import JOINED_RUNS, WORDS, Needle, fold, needle_pattern
from reader.index.periods import microseconds
from reader.index.query_nodes import (
    AndNode,
    AuthorNode,
    DateNode,
    ImageNode,
    Node,
    NotNode,
    OrNode,
    SourceNode,
    TagNode,
    TextNode,
)
from reader.index.query_parser import parse
from reader.query import HitPage, Query, SortOrder


def terms_of(folded: str) -> set[str]:
    found = set(WORDS.findall(folded))
    for run in JOINED_RUNS.findall(folded):
        found.update(run)
        found.update(run[at : at + 2] for at in range(len(run) - 1))
    return found


class _Terms(Tokenizer):
    def __call__(self, value: str, **_: object) -> Iterator[Token]:
        token = Token()
        for term in terms_of(value):
            token.text = term
            yield token


def _schema() -> fields.Schema:
    return fields.Schema(
        key=fields.ID(stored=True, unique=True),
        terms=fields.TEXT(analyzer=_Terms(), phrase=False),
        facts=fields.STORED(),
        text=fields.COLUMN(columns.VarBytesColumn()),
    )


@dataclass(frozen=True, slots=True)
class _Facts:
    id: int
    source: str
    author: str
    tags: tuple[str, ...]
    published: int | None
    image: bool


class _Snapshot:
    def __init__(self, index: Any) -> None:
        self.generation = index.latest_generation()
        self.reader = index.reader()
        self.facts: dict[int, _Facts] = {}
        for doc, stored in self.reader.iter_docs():
            f = stored["facts"]
            self.facts[doc] = _Facts(f[0], fold(f[1]), fold(f[2] or ""), tuple(map(fold, f[3])), f[4], f[5])
        self.texts = self.reader.column_reader("text") if self.facts else None


class WhooshIndex:
    def __init__(self, folder: Path, *, writer: bool) -> None:
        self._folder = folder
        self._lock = threading.RLock()
        self._snapshot: _Snapshot | None = None
        try:
            if whoosh_index.exists_in(str(folder)):
                self._index = whoosh_index.open_dir(str(folder))
            elif writer:
                folder.mkdir(parents=True, exist_ok=True)
                self._index = whoosh_index.create_in(str(folder), _schema())
            else:
                self._index = None
        except Exception as error:
            raise SearchIndexError("The search index is damaged ({cause}).", cause=str(error)) from error

    def update(self, articles: Iterable[IndexedArticle]) -> None:
        writer = self._index.writer(limitmb=256)
        for a in articles:
            folded = fold(f"{a.title}\n{a.text}")
            published = None if a.published is None else microseconds(a.published)
            writer.update_document(
                key=str(a.id),
                terms=folded,
                facts=(a.id, a.source, a.author, a.tags, published, a.has_image),
                text=folded.encode("utf-8"),
            )
        writer.commit()
        self.refresh()

    def refresh(self) -> None:
        with self._lock:
            if self._index is None and whoosh_index.exists_in(str(self._folder)):
                self._index = whoosh_index.open_dir(str(self._folder))
            if self._index is not None and (
                self._snapshot is None or self._snapshot.generation != self._index.latest_generation()
            ):
                self._snapshot = _Snapshot(self._index)

    def _current(self) -> _Snapshot | None:
        if self._snapshot is None:
            self.refresh()
        return self._snapshot

    def search(self, query: Query, cancelled: Callable[[], bool] = never) -> HitPage:
        with self._lock:
            parsed = parse(query.text, typing=query.typing)
            snap = self._current()
            if snap is None:
                return HitPage(ids=[], total=0, hint=parsed.hint)
            docs = set(snap.facts) if parsed.root is None else self._eval(parsed.root, snap)
            facts = [snap.facts[d] for d in docs]
            if query.source is not None:
                wanted = fold(query.source)
                facts = [f for f in facts if f.source == wanted]
            newest = query.order is not SortOrder.OLDEST
            dated = sorted(((f.published, f.id) for f in facts if f.published is not None), reverse=newest)
            undated = sorted((f.id for f in facts if f.published is None), reverse=newest)
            ids = array("q", [i for _, i in dated] + undated)
            return HitPage(ids=ids[: query.limit], total=len(ids), hint=parsed.hint)

    def _eval(self, node: Node, snap: _Snapshot) -> set[int]:
        every = snap.facts
        match node:
            case AndNode(children):
                return set.intersection(*(self._eval(c, snap) for c in children))
            case OrNode(children):
                return set.union(*(self._eval(c, snap) for c in children))
            case NotNode(child):
                return set(every) - self._eval(child, snap)
            case TextNode(needle, title_only):
                return self._text(needle, title_only, snap)
            case SourceNode(folded):
                return {d for d, f in every.items() if folded in f.source}
            case AuthorNode(folded):
                return {d for d, f in every.items() if folded in f.author}
            case TagNode(folded):
                return {d for d, f in every.items() if folded in f.tags}
            case ImageNode():
                return {d for d, f in every.items() if f.image}
            case DateNode(start, end):
                return {
                    d
                    for d, f in every.items()
                    if f.published is not None
                    and (start is None or f.published >= start)
                    and (end is None or f.published < end)
                }

    def _text(self, needle: Needle, title_only: bool, snap: _Snapshot) -> set[int]:
        docs: set[int] | None = None
        joined = set()
        for run in JOINED_RUNS.findall(needle.folded):
            joined.update({run} if len(run) == 1 else {run[at : at + 2] for at in range(len(run) - 1)})
        words = WORDS.findall(needle.folded)
        if words and not needle.end_of_word and needle.folded.endswith(words[-1]):
            words.pop()
        for term in joined | set(words):
            if ("terms", term) not in snap.reader:
                return set()
            found = set(snap.reader.postings("terms", term).all_ids())
            docs = found if docs is None else docs & found
        pattern = needle_pattern(needle)
        hits = set()
        for d in set(snap.facts) if docs is None else docs:
            text = snap.texts[d].decode("utf-8")
            if title_only:
                text = text.split("\n", 1)[0]
            if pattern.search(text):
                hits.add(d)
        return hits

    def count(self) -> int:
        snap = self._current()
        return 0 if snap is None else len(snap.facts)

    def ids(self) -> set[ArticleId]:
        snap = self._current()
        return set() if snap is None else {ArticleId(f.id) for f in snap.facts.values()}

    def close(self) -> None:
        with self._lock:
            if self._snapshot is not None:
                self._snapshot.reader.close()
                self._snapshot = None

"""Exports articles as JSON Lines: one article per line, in UTF-8, with its text and its page."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import IO, Any

from reader.article import Article, ArticleId, PageImage
from reader.errors import DamagedPageError
from reader.exporters.base import ExportOutcome, clear_up, refuse_library, whole_file
from reader.identity.older_lines import OlderLines
from reader.store.library_store import LibraryStore


class JsonLines:
    """Writes one JSON object per line.

    Its members: id, title, url, source, author, published, captured, tags, own_tags, starred, text, html, images,
    origin, other_versions.

    Times are ISO 8601 in UTC. `images` are {url, alt, held} in document order; the page's `img:N` counts them from 0.
    `origin` is the path that the capture came from, with `!member` for an archive. `other_versions` are
    {revision, title, lines}, newest first: what each says that neither the version shown nor a newer one does; `title`
    is null if one of them has it.
    """

    name = "jsonl"

    def export(self, store: LibraryStore, ids: Sequence[ArticleId], to: Path) -> Iterator[ExportOutcome]:
        """Write the articles to the file `to`, or to standard output if it is `-`."""
        if str(to) == "-":
            for id_ in ids:
                yield _write_article(sys.stdout.buffer, store, id_)
            sys.stdout.flush()
            return
        refuse_library(to, store)
        clear_up(Path(os.path.realpath(to)).parent)
        with whole_file(to) as file:
            for id_ in ids:
                yield _write_article(file, store, id_)


def article_object(article: Article, older: Sequence[OlderLines]) -> dict[str, Any]:
    """Return an article as the JSON object that `JsonLines` describes."""
    return {
        "id": article.id,
        "title": article.title,
        "url": article.url,
        "source": article.source,
        "author": article.author,
        "published": iso_time(article.published),
        "captured": iso_time(article.captured),
        "tags": list(article.tags),
        "own_tags": list(article.own_tags),
        "starred": article.starred,
        "text": article.text,
        "html": article.html,
        "images": [image_object(image) for image in article.images],
        "origin": str(article.origin),
        "other_versions": [
            {"revision": each.revision, "title": each.title or None, "lines": list(each.lines)} for each in older
        ],
    }


def image_object(image: PageImage) -> dict[str, Any]:
    """Return a picture of a page as {url, alt, held}."""
    return {"url": image.url, "alt": image.alt, "held": image.sha256 is not None}


def iso_time(moment: datetime | None) -> str | None:
    """Write a moment as ISO 8601 in UTC, with `Z`."""
    return None if moment is None else moment.isoformat().replace("+00:00", "Z")


def _write_article(file: IO[bytes], store: LibraryStore, id_: ArticleId) -> ExportOutcome:
    try:
        article = store.article(id_)
    except DamagedPageError as error:
        return ExportOutcome(id_, error.sentence)
    file.write(_line(article_object(article, store.older_lines(article))))
    return ExportOutcome(id_)


def _line(article: dict[str, Any]) -> bytes:
    return json.dumps(article, ensure_ascii=False).encode("utf-8", "replace") + b"\n"

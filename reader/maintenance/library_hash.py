"""One hash over everything a library holds, the same on every machine; `docs/library-format.md` defines it."""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Generator, Iterator, Sequence
from typing import Any

from reader.article import ArticleId
from reader.store.grouping.likeness import came_with
from reader.store.image_store import ImageStore
from reader.store.library_store import LibraryStore
from reader.store.rows import Row, read_list
from reader.store.schema import SCHEMA_VERSION
from reader.store.tables import BY_NAME

HASH_VERSION = 3

# Columns that depend on when, from where and in what order captures were imported: not part of the content.
_NOT_CONTENT = frozenset(("added", "imported", "origin_path", "origin_member", "withdrawn", "deleted"))
_BY_CAPTURES = (
    "SELECT article.id, article.revision FROM article JOIN revision ON revision.article = article.id"
    " JOIN original ON original.id = revision.original WHERE {where}"
    " GROUP BY article.id ORDER BY bucket, min(sha256), article.id"
)


def library_hash(store: LibraryStore, images: ImageStore, *, content: bool = False) -> Generator[int, None, str]:
    """Hash a library, yielding how many articles are done; return the SHA-256 in hexadecimal.

    The bytes themselves are hashed, not the stored hashes of them: one flipped bit changes the result. With `content`
    the hash is the same for two libraries that were given the same captures in any order: times of import, origins,
    row numbers, the bin and withdrawn versions are left out.

    Raises:
        StoreError: the library cannot be read.
    """
    whole = hashlib.sha256()

    def add(value: dict[str, Any]) -> None:
        whole.update(json.dumps(value, ensure_ascii=True, sort_keys=True, separators=(",", ":")).encode() + b"\n")

    add({"pressmark-content" if content else "pressmark-library": HASH_VERSION})
    where = "deleted IS NULL AND withdrawn IS NULL" if content else "TRUE"
    articles = store.rows(_BY_CAPTURES.format(where=where))
    pictures: set[str] = set()
    for done, (id_, shown) in enumerate(articles, 1):
        add(_hashed_row(store, id_, content))
        for revision, facts in _hashed_versions(store, id_, content):
            add(facts | {"shown": revision == shown})
            pictures.update(picture[2] for picture in facts["images"] if picture[2])
        yield done
    if not content:
        pictures = {row[0] for row in store.rows("SELECT sha256 FROM picture")}
    for sha256 in sorted(pictures):
        data = images.read(sha256)
        add({"picture": sha256, "content": None if data is None else hashlib.sha256(data).hexdigest()})
    return whole.hexdigest()


def _hashed(table: str, content: bool) -> list[str]:
    columns = BY_NAME[table].columns_of(SCHEMA_VERSION)
    return [column.name for column in columns if column.hashed and not (content and column.name in _NOT_CONTENT)]


def _hashed_row(store: LibraryStore, id_: ArticleId, content: bool) -> dict[str, Any]:
    """Return an article's row as it is hashed; with `content`, a star counts without its time, and tags are sorted."""
    names = _hashed("article", content)
    bucket, *values = store.one(f"SELECT bucket, {', '.join(names)} FROM article WHERE id = ?", (id_,))
    said = dict(zip(names, values, strict=True))
    if content:
        said["starred"] = said["starred"] is not None
        said["tags"] = sorted(read_list(said["tags"]))
    return {"article": bucket, "own_tags": said.pop("tags"), **said}


def _hashed_versions(store: LibraryStore, id_: ArticleId, content: bool) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield each version of an article, as revision number and what is hashed of it, ordered by the original's hash."""
    names = _hashed("revision", content)
    sql = (
        f"SELECT revision.id, original.sha256, data, html, text, {', '.join(names)} FROM revision"
        " JOIN original ON original.id = revision.original LEFT JOIN likeness ON likeness.revision = revision.id"
        f" WHERE article = ? AND {'withdrawn IS NULL' if content else 'TRUE'}"
        " ORDER BY original.sha256, pictures, revision.id"
    )
    images = "SELECT url, alt, sha256, width, height FROM image WHERE revision = ? ORDER BY n"
    statements = "SELECT field, item, value, time FROM statement WHERE revision = ? ORDER BY field, item, import"
    rows = store.rows(sql, (id_,))
    outdone = _outdone(store, rows) if content else ()
    for revision, sha256, data, html, text, *values in rows:
        if revision in outdone:
            continue
        facts = {
            "revision": sha256.hex(),
            "original": _content(data),
            "html": _content(html),
            "text": _content(text),
            "images": [list(picture) for picture in store.rows(images, (revision,))],
            **dict(zip(names, values, strict=True)),
        }
        if not content:
            facts["statements"] = [list(statement) for statement in store.rows(statements, (revision,))]
        yield revision, facts


def _outdone(store: LibraryStore, versions: Sequence[Row]) -> set[int]:
    """Return the versions of which another has the same bytes, all of the same pictures, and more pictures.

    Had they been imported after that one, they would not have been added.
    """
    if len({sha256 for _, sha256, *_ in versions}) == len(versions):
        return set()
    came = {row[0]: {sha for _, sha in came_with(store.connections.get(), row[0])} for row in versions}
    return {
        one
        for one, sha256, *_ in versions
        for other, same, *_ in versions
        if sha256 == same and came[one] < came[other]
    }


def _content(packed: bytes) -> str | None:
    """Return the SHA-256 of decompressed bytes; None if they are damaged."""
    try:
        return hashlib.sha256(zlib.decompress(packed)).hexdigest()
    except zlib.error:
        return None

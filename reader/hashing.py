"""One hash over all that a library holds, the same wherever it lies; `docs/library-format.md` says what goes in."""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Generator
from typing import Any

from reader.store.image_store import ImageStore
from reader.store.library_store import LibraryStore

HASH_VERSION = 2

_REVISIONS = (
    "SELECT revision.id, original.sha256, original.data, title, url, source, author, published, captured, imported,"
    " tags, origin_path, origin_member, withdrawn, html, text"
    " FROM revision JOIN original ON original.id = revision.original WHERE article = ? ORDER BY original.sha256"
)
_SAID = ("added", "deleted", "read", "position", "starred", "own_tags")
_FACTS = (
    "title", "url", "source", "author", "published", "captured", "imported", "tags", "origin_path", "origin_member",
    "withdrawn",
)  # fmt: skip


def library_hash(store: LibraryStore, images: ImageStore) -> Generator[int, None, str]:
    """Hash everything, yielding how many articles are done, and return the hash in hexadecimal.

    The bytes are read and hashed, not the hashes that the library keeps of them: one flipped bit changes it.

    Raises:
        StoreError: the library cannot be read.
    """
    whole = hashlib.sha256()

    def add(value: dict[str, Any]) -> None:
        whole.update(json.dumps(value, ensure_ascii=True, sort_keys=True, separators=(",", ":")).encode() + b"\n")

    add({"pressmark-library": HASH_VERSION})
    articles = store.rows(
        "SELECT id, identity, added, deleted, read, position, starred, tags, revision FROM article ORDER BY identity"
    )
    for done, (id_, identity, *said, shown) in enumerate(articles, 1):
        add({"article": identity, **dict(zip(_SAID, said, strict=True))})
        for row in store.rows(_REVISIONS, (id_,)):
            add(_revision(store, row) | {"shown": row[0] == shown})
        yield done
    for (sha256,) in store.rows("SELECT sha256 FROM picture ORDER BY sha256"):
        data = images.read(sha256)
        add({"picture": sha256, "content": None if data is None else hashlib.sha256(data).hexdigest()})
    return whole.hexdigest()


def _revision(store: LibraryStore, row: tuple[Any, ...]) -> dict[str, Any]:
    id_, sha256, data, *facts, html, text = row
    pictures = "SELECT url, alt, sha256, width, height FROM image WHERE revision = ? ORDER BY n"
    return {
        "revision": sha256.hex(),
        "original": _content(data),
        "html": _content(html),
        "text": _content(text),
        "images": [list(picture) for picture in store.rows(pictures, (id_,))],
        **dict(zip(_FACTS, facts, strict=True)),
    }


def _content(packed: bytes) -> str | None:
    """Hash what was packed; None if it is damaged."""
    try:
        return hashlib.sha256(zlib.decompress(packed)).hexdigest()
    except zlib.error:
        return None

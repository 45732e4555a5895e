"""How values stand in the store's rows: times, packed text, articles."""

from __future__ import annotations

import logging
import zlib
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from reader.article import Article, ArticleId, Origin, PageImage, RevisionId

logger = logging.getLogger(__name__)

Row = tuple[Any, ...]
T = TypeVar("T")

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# Level 1 costs 74 µs an article where level 6 costs 119, for 8 % more bytes.
_LEVEL = 1
# So much of a text is kept unpacked, for the list.
LEAD = 200

ARTICLE_COLUMNS = (
    "revision.article, revision.id, title, url, revision.source, author, revision.published, captured,"
    " revision.tags, html, text, origin_path, origin_member, article.tags, starred IS NOT NULL"
)


def to_ms(moment: datetime | None) -> int | None:
    """Write a moment as milliseconds since 1970."""
    return None if moment is None else (moment - _EPOCH) // timedelta(milliseconds=1)


def now_ms() -> int:
    """Return the time now in milliseconds since 1970."""
    return (datetime.now(UTC) - _EPOCH) // timedelta(milliseconds=1)


def moment_of(ms: int) -> datetime:
    """Read milliseconds since 1970 as a moment in UTC."""
    return _EPOCH + timedelta(milliseconds=ms)


def from_ms(ms: int | None) -> datetime | None:
    """Read what `to_ms` wrote."""
    return None if ms is None else moment_of(ms)


def in_parts(ids: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    """Cut `ids` into parts of at most `size`, as many as a statement takes as parameters."""
    for start in range(0, len(ids), size):
        yield ids[start : start + size]


def pack(text: str) -> bytes:
    """Compress text. A lone surrogate, which no file of ours should hold, is kept as a question mark."""
    return zlib.compress(text.encode("utf-8", "replace"), _LEVEL)


def unpack(data: bytes) -> str:
    """Read what `pack` wrote.

    Raises:
        zlib.error: the bytes are damaged.
    """
    return zlib.decompress(data).decode("utf-8", "replace")


def sha256_of(data: bytes) -> bytes:
    """Return the hash of an original; OpenSSL is loaded for the first of them, not for the window."""
    import hashlib

    return hashlib.sha256(data).digest()


def is_intact(data: bytes, sha256: bytes | None = None) -> bool:
    """Say whether packed bytes can be unpacked, and have their hash, where it is known."""
    try:
        unpacked = zlib.decompress(data)
    except zlib.error:
        return False
    return sha256 is None or sha256_of(unpacked) == sha256


def unpack_bytes(data: bytes) -> bytes:
    """Return the bytes of an original; of one that is damaged nothing is left."""
    try:
        return zlib.decompress(data)
    except zlib.error:
        return b""


def unpack_or_nothing(data: bytes) -> str:
    """Read what `pack` wrote; of bytes that are damaged nothing is left."""
    try:
        return unpack(data)
    except zlib.error:
        return ""


def to_article(row: Row, images: Iterable[PageImage]) -> Article:
    """Build an article from a row of ARTICLE_COLUMNS."""
    article, revision, title, url, source, author, published, captured, tags, html, text, path, member, own, starred = (
        row
    )
    return Article(
        id=ArticleId(article),
        revision=RevisionId(revision),
        title=title,
        url=url,
        source=source,
        author=author,
        published=from_ms(published),
        captured=from_ms(captured),
        tags=read_tags(tags),
        html=unpack(html),
        text=unpack(text),
        images=tuple(images),
        origin=Origin(path, member),
        own_tags=read_tags(own),
        starred=bool(starred),
    )


def read_tags(stored: str | None) -> tuple[str, ...]:
    """Read the tags of an article; of a list that is damaged nothing is left, and the article is read without."""
    from reader.system.untrusted_json import UntrustedJsonError, read_json

    try:
        tags = read_json(stored) if stored else []
    except UntrustedJsonError:
        logger.warning("a list of tags is damaged: %.200r", stored)
        return ()
    return tuple(tag for tag in tags if isinstance(tag, str)) if isinstance(tags, list) else ()

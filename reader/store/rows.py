"""Conversions between Python values and the store's columns: times, compressed text, articles."""

from __future__ import annotations

import logging
import sqlite3
import zlib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from reader.article import Article, ArticleId, Origin, PageImage, RevisionId

logger = logging.getLogger(__name__)

Row = tuple[Any, ...]
T = TypeVar("T")

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# Level 1 costs 74 µs an article where level 6 costs 119, for 8 % more bytes.
_LEVEL = 1
# Characters of a text that are also kept uncompressed, for the list.
LEAD = 200

ARTICLE_COLUMNS = (
    "revision.article, revision.id, title, url, revision.source, author, revision.published, captured,"
    " revision.tags, html, text, origin_path, origin_member, article.tags, starred IS NOT NULL"
)


def to_ms(moment: datetime | None) -> int | None:
    """Return a moment as milliseconds since 1970."""
    return None if moment is None else (moment - _EPOCH) // timedelta(milliseconds=1)


def now_ms() -> int:
    """Return the time now in milliseconds since 1970."""
    return (datetime.now(UTC) - _EPOCH) // timedelta(milliseconds=1)


def moment_of(ms: int) -> datetime:
    """Return milliseconds since 1970 as a datetime in UTC."""
    return _EPOCH + timedelta(milliseconds=ms)


def from_ms(ms: int | None) -> datetime | None:
    """Return what `to_ms` was given, to the millisecond and in UTC."""
    return None if ms is None else moment_of(ms)


def placeholders(values: Collection[object]) -> str:
    """Return as many question marks as there are values, for a list in a statement."""
    return ",".join("?" * len(values))


def in_parts(ids: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    """Yield `ids` in parts of at most `size`, for example for the parameters of one statement."""
    for start in range(0, len(ids), size):
        yield ids[start : start + size]


def insert(connection: sqlite3.Connection, table: str, row: Mapping[str, object], conflict: str = "ABORT") -> int:
    """Insert a row, given by column, and return its row number; `conflict` says what SQLite does about a duplicate."""
    sql = f"INSERT OR {conflict} INTO {table} ({', '.join(row)}) VALUES ({placeholders(row)})"
    return connection.execute(sql, tuple(row.values())).lastrowid or 0


def pack(text: str) -> bytes:
    """Compress text as UTF-8; a lone surrogate, which UTF-8 cannot hold, becomes a question mark."""
    return zlib.compress(text.encode("utf-8", "replace"), _LEVEL)


def unpack(data: bytes) -> str:
    """Return the text that `pack` compressed.

    Raises:
        zlib.error: the bytes are damaged.
    """
    return zlib.decompress(data).decode("utf-8", "replace")


def sha256_of(data: bytes) -> bytes:
    """Return the SHA-256 of an original; OpenSSL is loaded only here, as the window starts faster without it."""
    import hashlib

    return hashlib.sha256(data).digest()


def is_intact(data: bytes, sha256: bytes | None = None) -> bool:
    """Say whether compressed bytes can be decompressed, and match their SHA-256 if it is given."""
    try:
        unpacked = zlib.decompress(data)
    except zlib.error:
        return False
    return sha256 is None or sha256_of(unpacked) == sha256


def unpack_bytes(data: bytes) -> bytes:
    """Return the decompressed bytes of an original; empty if they are damaged."""
    try:
        return zlib.decompress(data)
    except zlib.error:
        return b""


def unpack_or_nothing(data: bytes) -> str:
    """Return the text that `pack` compressed; empty if it is damaged."""
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
        tags=read_list(tags),
        html=unpack(html),
        text=unpack(text),
        images=tuple(images),
        origin=Origin(path, member),
        own_tags=read_list(own),
        starred=bool(starred),
    )


def read_list(stored: str | None) -> tuple[str, ...]:
    """Return the strings of a JSON list, such as tags; none if the list is damaged, as the rest can do without it."""
    from reader.system.untrusted_json import UntrustedJsonError, read_json

    try:
        values = read_json(stored) if stored else []
    except UntrustedJsonError:
        logger.warning("a list of tags or paths is damaged: %.200r", stored)
        return ()
    return tuple(value for value in values if isinstance(value, str)) if isinstance(values, list) else ()


@contextmanager
def snapshot(connection: sqlite3.Connection) -> Iterator[None]:
    """Run the block as one read transaction: it sees the store as of one commit, whatever others commit meanwhile."""
    connection.execute("BEGIN")
    try:
        yield
    finally:
        connection.execute("ROLLBACK")

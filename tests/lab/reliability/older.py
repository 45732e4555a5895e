"""Libraries of older formats, as they lie in tests/data: grown, and looked at without the program."""

from __future__ import annotations

import hashlib
import random
import sqlite3
import zlib
from contextlib import closing
from pathlib import Path
from typing import Any

# What every format holds, and no step may change.
_CORE = (
    "SELECT id, sha256, size, data FROM original ORDER BY id",
    "SELECT sum(read <> 0), sum(position) FROM article",
    "SELECT id, original, title, url, captured, html, text FROM revision ORDER BY id",
    "SELECT revision, n, url, sha256 FROM image ORDER BY revision, n",
    "SELECT sha256, size FROM picture ORDER BY sha256",
)


def version_of(path: Path) -> int:
    """Return the format of a library."""
    with closing(sqlite3.connect(path)) as connection:
        return int(connection.execute("PRAGMA user_version").fetchone()[0])


def core_of(path: Path) -> str:
    """Return a hash of what is in a library of any format."""
    digest = hashlib.sha256()
    with closing(sqlite3.connect(path)) as connection:
        for sql in _CORE:
            for row in connection.execute(sql):
                digest.update(repr(row).encode())
    return digest.hexdigest()


def forget_index(path: Path) -> None:
    """Let a library know that there is no index beside it."""
    with closing(sqlite3.connect(path)) as connection, connection:
        # One of the fixtures has no log, and SQLite leaves the end of its journal to the disk unless it is told not to.
        connection.execute("PRAGMA synchronous = EXTRA")
        connection.execute("UPDATE article SET indexed = 0")


def grow(path: Path, articles: int) -> None:
    """Add so many articles of 60 KB to a library, each like its first one, whatever columns its format has."""
    chance = random.Random(articles)
    with closing(sqlite3.connect(path)) as connection, connection:
        for n in range(articles):
            number, data = 10_000 + n, chance.randbytes(60_000)
            new = {
                "id": number,
                "sha256": hashlib.sha256(data).digest(),
                "size": len(data),
                "data": zlib.compress(data),
            }
            _add_like_first(connection, "original", new)
            identity = f"https://grown.example/{n}"
            _add_like_first(
                connection, "article", {"id": number, "identity": identity, "revision": number, "indexed": 0}
            )
            revision = {"id": number, "article": number, "original": number, "url": identity}
            _add_like_first(connection, "revision", revision)


def _add_like_first(connection: sqlite3.Connection, table: str, changed: dict[str, Any]) -> None:
    cursor = connection.execute(f"SELECT * FROM {table} ORDER BY id LIMIT 1")
    columns = [column[0] for column in cursor.description]
    row = dict(zip(columns, cursor.fetchone(), strict=True)) | changed
    sql = f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))})"
    connection.execute(sql, list(row.values()))

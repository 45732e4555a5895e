"""The tables of the store, and how an older file is brought up to date."""

from __future__ import annotations

import sqlite3

from reader.errors import StoreError

SCHEMA_VERSION = 1
APPLICATION_ID = 0x50726573  # "Pres", so that file(1) and we can tell a library from any other database

# Times are integers: milliseconds since 1970 in UTC. `html`, `text` and `data` are zlib streams.
# `article.source` and `article.published` repeat the current revision's, so that the list of everything,
# by date or by source, is one walk along an index.
_TABLES = """
CREATE TABLE original (
    id INTEGER PRIMARY KEY,
    sha256 BLOB NOT NULL UNIQUE,
    size INTEGER NOT NULL,
    data BLOB NOT NULL
);
CREATE TABLE article (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    identity TEXT NOT NULL UNIQUE,
    revision INTEGER NOT NULL,
    source TEXT NOT NULL,
    published INTEGER,
    added INTEGER NOT NULL,
    indexed INTEGER NOT NULL DEFAULT 0,
    read INTEGER NOT NULL DEFAULT 0,
    position REAL NOT NULL DEFAULT 0
);
CREATE INDEX article_by_date ON article (published, id);
CREATE INDEX article_by_source ON article (source, published, id);
CREATE INDEX article_to_index ON article (id) WHERE indexed <> revision;
CREATE TABLE revision (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    article INTEGER NOT NULL REFERENCES article (id),
    original INTEGER NOT NULL REFERENCES original (id),
    title TEXT NOT NULL,
    url TEXT,
    source TEXT NOT NULL,
    author TEXT,
    published INTEGER,
    captured INTEGER,
    imported INTEGER NOT NULL,
    tags TEXT NOT NULL,
    origin_path TEXT NOT NULL,
    origin_member TEXT,
    clean_version INTEGER NOT NULL,
    lead TEXT NOT NULL,
    html BLOB NOT NULL,
    text BLOB NOT NULL
);
CREATE INDEX revision_of_article ON revision (article);
CREATE INDEX revision_of_original ON revision (original);
CREATE TABLE image (
    revision INTEGER NOT NULL REFERENCES revision (id),
    n INTEGER NOT NULL,
    url TEXT NOT NULL,
    alt TEXT NOT NULL,
    sha256 TEXT,
    width INTEGER,
    height INTEGER,
    PRIMARY KEY (revision, n)
) WITHOUT ROWID;
CREATE INDEX image_not_held ON image (url) WHERE sha256 IS NULL;
CREATE TABLE picture (
    sha256 TEXT PRIMARY KEY,
    width INTEGER NOT NULL,
    height INTEGER NOT NULL,
    size INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE web_picture (
    url TEXT PRIMARY KEY,
    sha256 TEXT REFERENCES picture (sha256),
    tried INTEGER NOT NULL
) WITHOUT ROWID;
"""


def prepare(connection: sqlite3.Connection) -> None:
    """Create the tables in an empty file, or check that the file is a library this version can read.

    Raises:
        StoreError: the file is another program's database, or a newer Pressmark wrote it.
    """
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if version == 0:
        _create(connection)
        return
    (application,) = connection.execute("PRAGMA application_id").fetchone()
    if application != APPLICATION_ID:
        raise StoreError("This file is a database of another program, not a Pressmark library.")
    if version > SCHEMA_VERSION:
        raise StoreError("This library was written by a newer Pressmark. Update Pressmark to open it.")


def _create(connection: sqlite3.Connection) -> None:
    """Make an empty library in one transaction; a second program that starts at once finds it made."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        if version == 0:
            (tables,) = connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
            if tables:
                raise StoreError("This file is a database of another program, not a Pressmark library.")
            for statement in _TABLES.split(";\n"):
                connection.execute(statement)
            connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
            connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
        connection.execute("COMMIT")
    except BaseException:
        # A full disk may have made SQLite roll back by itself.
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise

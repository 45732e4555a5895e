"""The tables of the store, and how an older file is brought up to date."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from reader.errors import StoreError

SCHEMA_VERSION = 3
APPLICATION_ID = 0x50726573  # "Pres", so that file(1) and we can tell a library from any other database

# How the states of articles are listed and counted; both a new library and an older one get it.
_STATES = """
CREATE INDEX article_unread ON article (published, id) WHERE read = 0 AND deleted IS NULL;
CREATE INDEX article_read ON article (id) WHERE read <> 0;
CREATE INDEX article_starred ON article (deleted, published, id) WHERE starred IS NOT NULL;
CREATE INDEX article_tagged ON article (id) WHERE tags IS NOT NULL;
CREATE TABLE state (version INTEGER NOT NULL);
INSERT INTO state VALUES (1 + abs(random() % 1000000000));
CREATE TRIGGER state_changed AFTER UPDATE OF read, starred, tags ON article
    BEGIN UPDATE state SET version = version + 1; END;
"""

# Times are integers: milliseconds since 1970 in UTC. `html`, `text` and `data` are zlib streams.
# `article.source` and `article.published` repeat the current revision's, so that the list of everything,
# by date or by source, is one walk along an index. `article.deleted` is when it was moved to the bin.
# `article.import` is the import that last made the article be in the library, `revision.import` the one that
# brought the revision; what an older version brought has none. A revision that is `withdrawn` belongs to an
# import that was undone: it is kept until the bin is emptied, and nobody sees it.
# `article.indexed` is the revision that the index holds as the one shown, 0 if it holds none; below 0, it lacks
# something of the others. `article.starred` is when it was starred, `article.tags` the tags of the person's own, a
# JSON list, or nothing; what the capture brought stands in `revision.tags`. `state.version` is another after any
# change of what the person said of any article, whoever wrote it: what was made of the states can be kept until
# then. It begins anywhere, as a backup that is restored brings its own.
_TABLES = """
CREATE TABLE import (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    began INTEGER NOT NULL,
    finished INTEGER,
    undone INTEGER,
    program TEXT NOT NULL,
    paths TEXT NOT NULL,
    added INTEGER NOT NULL DEFAULT 0,
    updated INTEGER NOT NULL DEFAULT 0,
    duplicate INTEGER NOT NULL DEFAULT 0,
    skipped INTEGER NOT NULL DEFAULT 0,
    failed INTEGER NOT NULL DEFAULT 0
);
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
    position REAL NOT NULL DEFAULT 0,
    deleted INTEGER,
    import INTEGER REFERENCES import (id),
    starred INTEGER,
    tags TEXT
);
CREATE INDEX article_by_date ON article (published, id) WHERE deleted IS NULL;
CREATE INDEX article_by_source ON article (source, published, id) WHERE deleted IS NULL;
CREATE INDEX article_to_index ON article (id) WHERE indexed <> revision AND deleted IS NULL;
CREATE INDEX article_in_bin ON article (deleted, id) WHERE deleted IS NOT NULL;
CREATE INDEX article_to_forget ON article (id) WHERE deleted IS NOT NULL AND indexed <> 0;
CREATE INDEX article_of_import ON article (import) WHERE import IS NOT NULL;
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
    text BLOB NOT NULL,
    withdrawn INTEGER,
    import INTEGER REFERENCES import (id)
);
CREATE INDEX revision_of_article ON revision (article);
CREATE INDEX revision_of_original ON revision (original);
CREATE INDEX revision_of_import ON revision (import) WHERE import IS NOT NULL;
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
CREATE INDEX image_held ON image (sha256) WHERE sha256 IS NOT NULL;
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


# What makes a library of format N one of format N + 1.
_STEPS = {
    1: """
CREATE TABLE import (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    began INTEGER NOT NULL,
    finished INTEGER,
    undone INTEGER,
    program TEXT NOT NULL,
    paths TEXT NOT NULL,
    added INTEGER NOT NULL DEFAULT 0,
    updated INTEGER NOT NULL DEFAULT 0,
    duplicate INTEGER NOT NULL DEFAULT 0,
    skipped INTEGER NOT NULL DEFAULT 0,
    failed INTEGER NOT NULL DEFAULT 0
);
ALTER TABLE article ADD COLUMN deleted INTEGER;
ALTER TABLE article ADD COLUMN import INTEGER REFERENCES import (id);
ALTER TABLE revision ADD COLUMN withdrawn INTEGER;
ALTER TABLE revision ADD COLUMN import INTEGER REFERENCES import (id);
DROP INDEX article_by_date;
DROP INDEX article_by_source;
DROP INDEX article_to_index;
CREATE INDEX article_by_date ON article (published, id) WHERE deleted IS NULL;
CREATE INDEX article_by_source ON article (source, published, id) WHERE deleted IS NULL;
CREATE INDEX article_to_index ON article (id) WHERE indexed <> revision AND deleted IS NULL;
CREATE INDEX article_in_bin ON article (deleted, id) WHERE deleted IS NOT NULL;
CREATE INDEX article_to_forget ON article (id) WHERE deleted IS NOT NULL AND indexed <> 0;
CREATE INDEX article_of_import ON article (import) WHERE import IS NOT NULL;
CREATE INDEX revision_of_import ON revision (import) WHERE import IS NOT NULL;
CREATE INDEX image_held ON image (sha256) WHERE sha256 IS NOT NULL;
""",
    2: """
ALTER TABLE article ADD COLUMN starred INTEGER;
ALTER TABLE article ADD COLUMN tags TEXT;
"""
    + _STATES,
}


def version_of(connection: sqlite3.Connection) -> int:
    """Return the format of a file, 0 for an empty one, once it is sure that the file is a library of ours.

    Raises:
        StoreError: the file is another program's database, or a newer Pressmark wrote it.
    """
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if version == 0:
        return 0
    (application,) = connection.execute("PRAGMA application_id").fetchone()
    if application != APPLICATION_ID:
        raise StoreError("This file is a database of another program, not a Pressmark library.")
    refuse_newer(version)
    return int(version)


def refuse_newer(version: int) -> None:
    """Refuse a library that this version does not understand.

    Raises:
        StoreError: a newer Pressmark wrote it.
    """
    if version > SCHEMA_VERSION:
        raise StoreError("This library was written by a newer Pressmark. Update Pressmark to open it.")


def create(connection: sqlite3.Connection) -> None:
    """Make an empty library in one transaction; a second program that starts at once finds it made."""
    with _whole(connection):
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        if version == 0:
            (tables,) = connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
            if tables:
                raise StoreError("This file is a database of another program, not a Pressmark library.")
            _run(connection, _TABLES + _STATES)
            connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
            connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")


def upgrade(connection: sqlite3.Connection) -> None:
    """Bring a library of an older format up to date, in one transaction; one that is needs nothing."""
    with _whole(connection):
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        for step in range(version, SCHEMA_VERSION):
            _run(connection, _STEPS[step])
        connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")


def _run(connection: sqlite3.Connection, script: str) -> None:
    for statement in script.split(";\n"):
        connection.execute(statement)


@contextmanager
def _whole(connection: sqlite3.Connection) -> Iterator[None]:
    """Run the block as one transaction."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        # A full disk may have made SQLite roll back by itself.
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise

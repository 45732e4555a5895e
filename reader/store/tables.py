"""The tables of the store, described once: creation, upgrade, salvage, hash and documentation derive from this.

Times are integers: milliseconds since 1970 in UTC. `html`, `text` and `data` are zlib streams.
"""

from __future__ import annotations

from reader.store.sqlite import log_link
from reader.store.table import Column, Index, Table

_STATE_CHANGED = (
    "CREATE TRIGGER state_changed AFTER UPDATE OF read, starred, tags ON article\n"
    "    BEGIN UPDATE state SET version = version + 1; END"
)

TABLES = (
    Table(
        "import",
        "an import: when, by which program, of which paths, and what it came to",
        [
            Column("id", "INTEGER PRIMARY KEY AUTOINCREMENT"),
            Column("began", "INTEGER NOT NULL"),
            Column("finished", "INTEGER", "when it last stored something"),
            Column("undone", "INTEGER", "when it was undone"),
            Column("program", "TEXT NOT NULL"),
            Column("paths", "TEXT NOT NULL", "a JSON list"),
            Column("added", "INTEGER NOT NULL DEFAULT 0"),
            Column("updated", "INTEGER NOT NULL DEFAULT 0"),
            Column("duplicate", "INTEGER NOT NULL DEFAULT 0"),
            Column("skipped", "INTEGER NOT NULL DEFAULT 0"),
            Column("failed", "INTEGER NOT NULL DEFAULT 0"),
            Column("incomplete", "INTEGER NOT NULL DEFAULT 0", "1 until it has come to its end", since=4),
        ],
        since=2,
    ),
    Table(
        "refusal",
        "a reason for which an import refused files",
        [
            Column("id", "INTEGER PRIMARY KEY"),
            Column("import", "INTEGER NOT NULL REFERENCES import (id)"),
            Column("kind", "TEXT NOT NULL", "skipped or failed"),
            Column("template", "TEXT NOT NULL", "the sentence, in English"),
        ],
        indexes=[Index("refusal_of_import", "(import)", since=4)],
        since=4,
    ),
    Table(
        "refused_file",
        "a file that was refused for a reason",
        [
            Column("refusal", "INTEGER NOT NULL REFERENCES refusal (id)"),
            Column("n", "INTEGER NOT NULL"),
            Column("path", "TEXT NOT NULL"),
            Column("member", "TEXT"),
            Column("params", "TEXT NOT NULL", "what the sentence names, a JSON object"),
        ],
        key=("refusal", "n"),
        since=4,
    ),
    Table(
        "original",
        "the bytes of a capture, as they were saved",
        [
            Column("id", "INTEGER PRIMARY KEY"),
            Column("sha256", "BLOB NOT NULL UNIQUE", length=32),
            Column("size", "INTEGER NOT NULL", "of the bytes unpacked"),
            Column("data", "BLOB NOT NULL"),
        ],
        sure=3,
    ),
    Table(
        "article",
        "an article: what is shown of it, and what the person said of it",
        [
            Column("id", "INTEGER PRIMARY KEY AUTOINCREMENT"),
            Column("identity", "TEXT NOT NULL UNIQUE", "the name under which its captures met", until=4),
            Column("bucket", "TEXT NOT NULL", "the name under which captures meet", since=4, was="identity"),
            Column("revision", "INTEGER NOT NULL", "the version that is shown"),
            Column(
                "source",
                "TEXT NOT NULL",
                "of the version shown, so that a list is one walk along an index",
            ),
            Column("published", "INTEGER", "of the version shown"),
            Column("added", "INTEGER NOT NULL", hashed=True),
            Column(
                "indexed",
                "INTEGER NOT NULL DEFAULT 0",
                "the version that the index holds, below 0 if it lacks the others' words",
            ),
            Column("read", "INTEGER NOT NULL DEFAULT 0", hashed=True),
            Column("position", "REAL NOT NULL DEFAULT 0", "how far it was read, 0 to 1", hashed=True),
            Column("deleted", "INTEGER", "when it was moved to the bin", since=2, hashed=True),
            Column("import", "INTEGER REFERENCES import (id)", "that last made it be there", since=2, until=4),
            Column("starred", "INTEGER", "when it was starred", since=3, hashed=True),
            Column("tags", "TEXT", "tags of the person's own, a JSON list", since=3, hashed=True),
        ],
        indexes=[
            Index("article_by_date", "(published, id)", until=2),
            Index("article_by_source", "(source, published, id)", until=2),
            Index("article_to_index", "(id) WHERE indexed <> revision", until=2),
            Index("article_by_date", "(published, id) WHERE deleted IS NULL", since=2),
            Index("article_by_source", "(source, published, id) WHERE deleted IS NULL", since=2),
            Index("article_to_index", "(id) WHERE indexed <> revision AND deleted IS NULL", since=2),
            Index("article_in_bin", "(deleted, id) WHERE deleted IS NOT NULL", since=2),
            Index("article_to_forget", "(id) WHERE deleted IS NOT NULL AND indexed <> 0", since=2),
            Index("article_of_import", "(import) WHERE import IS NOT NULL", since=2, until=4),
            Index("article_of_bucket", "(bucket)", since=4),
            Index("article_unread", "(published, id) WHERE read = 0 AND deleted IS NULL", since=3),
            Index("article_read", "(id) WHERE read <> 0", since=3),
            Index("article_starred", "(deleted, published, id) WHERE starred IS NOT NULL", since=3),
            Index("article_tagged", "(id) WHERE tags IS NOT NULL", since=3),
        ],
        triggers=[(3, _STATE_CHANGED)],
    ),
    Table(
        "revision",
        "a version of an article: what a capture says, cleaned",
        [
            Column("id", "INTEGER PRIMARY KEY AUTOINCREMENT"),
            Column("article", "INTEGER NOT NULL REFERENCES article (id)"),
            Column("original", "INTEGER NOT NULL REFERENCES original (id)"),
            Column("title", "TEXT NOT NULL", hashed=True),
            Column("url", "TEXT", hashed=True),
            Column("source", "TEXT NOT NULL", hashed=True),
            Column("author", "TEXT", hashed=True),
            Column("published", "INTEGER", hashed=True),
            Column("captured", "INTEGER", "when it was as it is", hashed=True),
            Column("imported", "INTEGER NOT NULL", hashed=True),
            Column("tags", "TEXT NOT NULL", "those that the capture brought, a JSON list", hashed=True),
            Column("origin_path", "TEXT NOT NULL", hashed=True),
            Column("origin_member", "TEXT", hashed=True),
            Column("clean_version", "INTEGER NOT NULL", "the rules that cleaned it"),
            Column("lead", "TEXT NOT NULL", "the beginning of its text, for the list"),
            Column("html", "BLOB NOT NULL"),
            Column("text", "BLOB NOT NULL"),
            Column("withdrawn", "INTEGER", "when the last import that brought it was undone", since=2, hashed=True),
            Column("import", "INTEGER REFERENCES import (id)", "the import that brought it first", since=2),
        ],
        indexes=[
            Index("revision_of_article", "(article)"),
            Index("revision_of_original", "(original)"),
            Index("revision_by_cleaning", "(clean_version)", since=4),
            Index("revision_of_import", "(import) WHERE import IS NOT NULL", since=2),
        ],
        sure=13,
    ),
    Table(
        "image",
        "a picture of a version, in the order of its page",
        [
            Column("revision", "INTEGER NOT NULL REFERENCES revision (id)"),
            Column("n", "INTEGER NOT NULL"),
            Column("url", "TEXT NOT NULL"),
            Column("alt", "TEXT NOT NULL"),
            Column("sha256", "TEXT", "of a picture that is held"),
            Column("width", "INTEGER"),
            Column("height", "INTEGER"),
        ],
        key=("revision", "n"),
        indexes=[
            Index("image_not_held", "(url) WHERE sha256 IS NULL"),
            Index("image_held", "(sha256) WHERE sha256 IS NOT NULL", since=2),
        ],
    ),
    Table(
        "picture",
        "a picture that is held, by the hash of its bytes",
        [
            Column("sha256", "TEXT PRIMARY KEY", length=64),
            Column("width", "INTEGER NOT NULL"),
            Column("height", "INTEGER NOT NULL"),
            Column("size", "INTEGER NOT NULL"),
        ],
        key=("sha256",),
    ),
    Table(
        "web_picture",
        "an address on the web that was asked for a picture",
        [
            Column("url", "TEXT PRIMARY KEY"),
            Column("sha256", "TEXT REFERENCES picture (sha256)", length=64),
            Column("tried", "INTEGER NOT NULL"),
        ],
        key=("url",),
    ),
    Table(
        "state",
        "one row: what changes with anything that the person says",
        [
            Column("version", "INTEGER NOT NULL", "begins anywhere, as a backup that is restored brings its own"),
            Column("clock", "INTEGER NOT NULL DEFAULT 0", "the time of the newest statement", since=4),
        ],
        since=3,
        telling=False,
        first="INSERT INTO state (version) VALUES (1 + abs(random() % 1000000000))",
    ),
    Table(
        "log_link",
        "one row: tells a log that is this store's from that of another",
        [
            Column("mark", "TEXT NOT NULL"),
            Column("now", "INTEGER NOT NULL", "a random number for the last transaction"),
            Column("before", "INTEGER NOT NULL", "that of the one before it"),
        ],
        since=log_link.SINCE,
        telling=False,
        first=log_link.FIRST,
    ),
    Table(
        "likeness",
        "what tells which captures of a bucket are one article; made again of the original",
        [
            Column("revision", "INTEGER PRIMARY KEY"),
            Column("length", "INTEGER NOT NULL", "of the text, in characters"),
            Column("rest", "TEXT NOT NULL", "what its bucket leaves out of its address although it may name something"),
            Column("pictures", "BLOB NOT NULL", "tells which pictures came with it"),
            Column("page", "INTEGER NOT NULL", "a hash of title and page: two captures that say the same have one"),
            Column("same_text", "INTEGER", "a hash of its text, if that is long"),
            Column("born", "INTEGER", "the number of the article that it was first"),
            Column("keys", "BLOB", "made when its bucket is met again"),
        ],
        indexes=[Index("likeness_same_text", "(same_text) WHERE same_text IS NOT NULL", since=4)],
        since=4,
    ),
    Table(
        "brought",
        "a version that an import brought again; 0 is the person, who took it out of the bin",
        [
            Column("revision", "INTEGER NOT NULL REFERENCES revision (id)"),
            Column("import", "INTEGER NOT NULL"),
        ],
        key=("revision", "import"),
        indexes=[Index("brought_by", "(import)", since=4)],
        since=4,
        telling=False,
    ),
    Table(
        "statement",
        "what was said of an article, kept with the version that it was said of; what an article is follows of them",
        [
            Column("revision", "INTEGER NOT NULL REFERENCES revision (id)"),
            Column("field", "TEXT NOT NULL", "read, position, starred, tag, bin"),
            Column("item", "TEXT NOT NULL", "of a tag, its name"),
            Column("import", "INTEGER NOT NULL", "the import that brought the statement, 0 for the person"),
            Column("value", "REAL NOT NULL", "0 takes it back; of a star, the bin and a tag given back, since when"),
            Column("time", "INTEGER NOT NULL"),
        ],
        key=("revision", "field", "item", "import"),
        since=4,
    ),
    Table(
        "alias",
        "the number of an article that has become part of another",
        [
            Column("id", "INTEGER PRIMARY KEY"),
            Column("article", "INTEGER NOT NULL"),
            Column("indexed", "INTEGER NOT NULL DEFAULT 0", "whether the index may hold it still"),
        ],
        indexes=[Index("alias_of", "(article)", since=4)],
        since=4,
        telling=False,
    ),
)
BY_NAME = {table.name: table for table in TABLES}

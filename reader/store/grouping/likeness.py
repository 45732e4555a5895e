"""Likeness: what captures are compared by. Reads it with the captures of a bucket, and makes what is missing."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Sequence

from reader.article import ArticleId, RevisionId
from reader.identity.addresses import Address, read_address
from reader.identity.keys import Likeness, likeness_by_pictures, likeness_of, page_hash, text_hash
from reader.identity.partition import Member
from reader.identity.shown import Rank, pictures_key
from reader.store.grouping.parts import Capture
from reader.store.rows import is_intact, unpack_or_nothing

_CONTENT = "content:"
_CAPTURES = (
    "SELECT revision.id, revision.article, sha256, coalesce(captured, revision.published, 0), title, revision.source,"
    " author, withdrawn, length, rest, pictures, page, keys, born FROM article"
    " JOIN revision ON revision.article = article.id JOIN original ON original.id = revision.original"
    " LEFT JOIN likeness ON likeness.revision = revision.id WHERE bucket = ?"
)


def address_of(key: str) -> Address:
    """Return the address in a naming key, as far as it identifies; captures without one are told by their pictures."""
    return Address(key) if key.startswith(_CONTENT) else read_address(f"https://{key}") or Address(key)


def came_with(connection: sqlite3.Connection, revision: int) -> list[tuple[int, str]]:
    """Return number and hash of each picture that came with a capture, not of those fetched from the web later."""
    sql = "SELECT n, sha256 FROM image WHERE revision = ? AND sha256 IS NOT NULL AND url NOT LIKE 'http%' ORDER BY n"
    return connection.execute(sql, (revision,)).fetchall()


def note_likeness(
    connection: sqlite3.Connection,
    revision: RevisionId,
    *,
    length: int,
    rest: str,
    pictures: bytes,
    page: int,
    same_text: int | None,
    born: ArticleId | None = None,
) -> None:
    """Record what a version is compared by, replacing an earlier record; its keys are made when they are needed.

    `born` is the number that a new version carries as an article of its own; None leaves a recorded one in place.
    """
    connection.execute(
        "INSERT INTO likeness (revision, length, rest, pictures, page, same_text, born) VALUES (?, ?, ?, ?, ?, ?, ?)"
        " ON CONFLICT (revision) DO UPDATE SET length = excluded.length, rest = excluded.rest,"
        " pictures = excluded.pictures, page = excluded.page, same_text = excluded.same_text, keys = NULL",
        (revision, length, rest, pictures, page, same_text, born),
    )


def captures_in_bucket(
    connection: sqlite3.Connection,
    key: str,
    address: Address,
    rest_of: Callable[[RevisionId], str],
    revision: RevisionId | None = None,
) -> Iterator[Capture]:
    """Yield the captures of a bucket in the order of their numbers, or only that of `revision`.

    `address` is that of the bucket: if it names one article by an id, no capture is compared, and none gets keys.
    `rest_of` returns the rest of a capture's address, which older versions of Pressmark did not record.
    """
    which = " ORDER BY revision.id" if revision is None else " AND revision.id = ?"
    values = (key,) if revision is None else (key, revision)
    for row in connection.execute(_CAPTURES + which, values).fetchall():
        id_, article, sha256, time, title, *sites, withdrawn, length, rest, pictures, page, keys, born = row
        if length is None:
            length, rest, pictures, page = _note_older(connection, id_, title, rest_of(id_))
        if address.named:
            likeness = Likeness()
        elif keys is None:
            likeness = _make_keys(connection, key, id_, title, sites)
        else:
            likeness = Likeness.unpack(keys, "" if key.startswith(_CONTENT) else title)
        yield Capture(id_, article, Member(Rank(time, length, sha256, pictures), likeness, rest), page, withdrawn, born)


def _note_older(
    connection: sqlite3.Connection, revision: RevisionId, title: str, rest: str
) -> tuple[int, str, bytes, int]:
    """Return (length, rest, pictures, page) of a version that an older Pressmark stored without them.

    They are made from the cleaned page, and stored unless that is damaged.
    """
    pictures = pictures_key([sha256 for _, sha256 in came_with(connection, revision)])
    packed = connection.execute("SELECT html, text FROM revision WHERE id = ?", (revision,)).fetchone()
    html, text = map(unpack_or_nothing, packed)
    length, page = len(text), page_hash(title, html)
    if all(map(is_intact, packed)):
        same_text = text_hash(text) or None
        note_likeness(connection, revision, length=length, rest=rest, pictures=pictures, page=page, same_text=same_text)
    return length, rest, pictures, page


def _make_keys(
    connection: sqlite3.Connection, key: str, revision: RevisionId, title: str, sites: Sequence[str | None]
) -> Likeness:
    """Make the keys of a capture, and store them; not those of a damaged page, which is to be cleaned again."""
    (text,) = connection.execute("SELECT text FROM revision WHERE id = ?", (revision,)).fetchone()
    if key.startswith(_CONTENT):
        likeness = likeness_by_pictures(came_with(connection, revision))
    else:
        likeness = likeness_of(title, unpack_or_nothing(text), sites)
    if is_intact(text):
        connection.execute("UPDATE likeness SET keys = ? WHERE revision = ?", (likeness.pack(), revision))
    return likeness

"""Reads the store: articles, their revisions and originals, and what the list shows of them."""

from __future__ import annotations

import logging
import zlib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from reader.article import (
    CLEAN_VERSION,
    Article,
    ArticleId,
    Hit,
    Origin,
    PageImage,
    RevisionId,
    RevisionInfo,
    Snippet,
    SourceCount,
)
from reader.errors import DamagedPageError, DamagedStoreError, NoSuchArticleError
from reader.identity.shown import SHARE, SHORT
from reader.query import NOTHING_CHANGED, Before, SortOrder
from reader.scope import EVERYTHING, InState, Searchable
from reader.store.connection import Connections, store_errors, transaction
from reader.store.date_lists import Asked, DateList, DateLists
from reader.store.grouping.generation import Generation
from reader.store.grouping.statements import POSITION, add_statements
from reader.store.rows import ARTICLE_COLUMNS, Row, from_ms, in_parts, moment_of, sha256_of, to_article, unpack

if TYPE_CHECKING:
    from reader.identity.older_lines import OlderLines, VersionText
    from reader.store.grouping.buckets import Buckets

logger = logging.getLogger(__name__)

# Parameters per statement: SQLite takes 32,766, a list view asks for some 100.
_BATCH = 500
# A text that at least this many articles share is probably their site's, not their own.
_MANY = 4
# The condition for a collapsed version (`identity.shown.has_collapsed`), to be followed by the longest text's length.
_LOST_TEXT = (
    "coalesce(revision.captured, revision.published, 0) > coalesce(shown.captured, shown.published, 0)"
    f" AND length <= {SHORT} AND length * {SHARE} < "
)
# The order in which a version is chosen to be shown; see `identity.shown.Rank`.
_NEWEST_FIRST = "coalesce(revision.captured, revision.published, 0) DESC, length DESC, sha256 DESC, pictures DESC"
_SHOWN = "FROM revision JOIN article ON article.id = revision.article"
_LIST_ROWS = (
    "SELECT article.id, title, url, shown.source, author, shown.published, captured, lead, read, starred IS NOT NULL,"
    " (SELECT sha256 FROM image WHERE image.revision = shown.id AND sha256 IS NOT NULL"
    "  AND coalesce(width, 999) >= 60 AND coalesce(height, 999) >= 60 ORDER BY n LIMIT 1),"
    " EXISTS (SELECT 1 FROM revision JOIN likeness ON likeness.revision = revision.id"
    f" WHERE revision.article = shown.article AND revision.withdrawn IS NULL AND {_LOST_TEXT}"
    "  (SELECT max(length) FROM likeness JOIN revision AS each ON each.id = likeness.revision"
    "   WHERE each.article = shown.article AND each.withdrawn IS NULL))"
    " FROM article JOIN revision AS shown ON shown.id = article.revision WHERE article.id IN ({ids})"
)


class LibraryStore:
    """One library's SQLite file, for reading; safe from any thread."""

    def __init__(self, path: Path, step: Callable[[int, int], None] = lambda done, total: None) -> None:
        """Open the file, creating an empty library if there is none; `step` is as in Connections.

        Raises:
            StoreError: the file cannot be opened, or is not a library.
        """
        self.path = path
        self.connections = Connections(path, step)
        self._generation = Generation()
        self._date_lists = DateLists(self.connections.get)

    @property
    def read_only(self) -> bool:
        """Whether nothing can be written: the file or its folder forbids it."""
        return self.connections.read_only

    def buckets(self) -> Buckets:
        """Return a Buckets, which regroups the captures of this store inside transactions."""
        from reader.store.grouping.buckets import Buckets

        return Buckets(self.connections.get, generation=self._generation)

    def close(self) -> None:
        """Close the file; no other thread may be reading."""
        self.connections.close()

    def rows(self, sql: str, parameters: Sequence[object] = ()) -> list[Row]:
        """Run a query, and return every row.

        Raises:
            StoreError: the file is damaged or cannot be read.
        """
        with store_errors(self.path):
            try:
                return self.connections.get().execute(sql, parameters).fetchall()
            except OverflowError:
                # A number of more than 64 bits, as a person may type it; no row has it.
                return []

    def one(self, sql: str, parameters: Sequence[object] = ()) -> Row:
        """Run a query that always has exactly one row, and return it."""
        rows = self.rows(sql, parameters)
        if not rows:
            raise DamagedStoreError(
                "The library {path_name} is damaged ({cause}).", path_name=str(self.path), cause=sql
            )
        return rows[0]

    def rows_of(self, sql: str, ids: Sequence[object]) -> Iterator[Row]:
        """Ask about `ids`, which stand at `{ids}`, in as many statements as SQLite's limit on parameters wants."""
        for some in in_parts(ids, _BATCH):
            yield from self.rows(sql.format(ids=",".join("?" * len(some))), some)

    def article_count(self) -> int:
        """Count the articles."""
        return int(self.one("SELECT count(*) FROM article WHERE deleted IS NULL")[0])

    def by_date(
        self,
        order: SortOrder,
        scope: Searchable = EVERYTHING,
        limit: int | None = None,
        before: Before = NOTHING_CHANGED,
    ) -> DateList:
        """Return the first `limit` ids by date, or all; articles without a date come last.

        RELEVANCE means NEWEST here, as there is no query. A state includes the articles that `before` reports in it.
        """
        kept = before.were(scope.state) if isinstance(scope, InState) else ()
        with store_errors(self.path):
            return self._date_lists.read(Asked(order is not SortOrder.OLDEST, scope), limit, kept)

    def sources(self) -> list[SourceCount]:
        """Return every source with its number of articles, the largest first."""
        sql = "SELECT source, count(*) AS n FROM article WHERE deleted IS NULL GROUP BY source ORDER BY n DESC, source"
        return [SourceCount(name, count) for name, count in self.rows(sql)]

    def list_rows(self, ids: Sequence[ArticleId]) -> list[Hit]:
        """Return the rows of `ids` in their order, with the beginning of each text; one that is gone is left out."""
        found = {row[0]: row for row in self.rows_of(_LIST_ROWS, ids)}
        return [_to_hit(found[id_]) for id_ in ids if id_ in found]

    def article(self, id_: ArticleId, revision: RevisionId | None = None) -> Article:
        """Return an article in the revision that is shown, or in another one.

        Raises:
            NoSuchArticleError: there is no such article or revision.
            DamagedPageError: the page is damaged.
        """
        revision = self._revision(id_, revision)
        row = self.one(f"SELECT {ARTICLE_COLUMNS} {_SHOWN} WHERE revision.id = ?", (revision,))
        try:
            return to_article(row, self.images(revision))
        except zlib.error as error:
            raise DamagedPageError(
                "The page of article {id} is damaged ({cause}).", id=id_, cause=str(error)
            ) from error

    def is_shown(self, id_: ArticleId, *, outside_bin: bool) -> bool:
        """Say whether an article exists and, with `outside_bin`, is not in the bin."""
        rows = self.rows("SELECT deleted IS NULL FROM article WHERE id = ?", (self.resolve(id_),))
        return bool(rows) and (bool(rows[0][0]) or not outside_bin)

    def also_at(self, id_: ArticleId) -> list[str]:
        """Return the addresses of other articles that are shown with the same long text: reprints and duplicates.

        If many articles share the text, as the videos of a channel share a description, the title must match, too.
        """
        rows = self.rows(
            "SELECT other.url, other.title = mine.title FROM article"
            " JOIN revision AS mine ON mine.id = article.revision"
            " JOIN likeness AS my ON my.revision = mine.id JOIN likeness AS its ON its.same_text = my.same_text"
            " JOIN revision AS other ON other.id = its.revision JOIN article AS there ON there.id = other.article"
            " WHERE article.id = ? AND there.id <> article.id AND there.revision = other.id AND there.deleted IS NULL"
            " AND other.url IS NOT NULL"
            " ORDER BY other.url",
            (self.resolve(id_),),
        )
        return [url for url, titled in rows if titled or len(rows) < _MANY]

    def url_of(self, revision: RevisionId) -> str | None:
        """Return the address of a version."""
        url: str | None = self.one("SELECT url FROM revision WHERE id = ?", (revision,))[0]
        return url

    def source(self, id_: ArticleId) -> str:
        """Return the source of an article, whether its page is intact or not.

        Raises:
            NoSuchArticleError: there is no such article.
        """
        return str(self.one("SELECT source FROM revision WHERE id = ?", (self._revision(id_, None),))[0])

    def texts(self, ids: Sequence[ArticleId]) -> dict[ArticleId, str]:
        """Return the texts of `ids` as they are shown, for snippets, leaving out damaged ones."""
        found: dict[ArticleId, str] = {}
        current = "SELECT revision FROM article WHERE id IN ({ids})"
        for id_, text in self.rows_of(f"SELECT article, text FROM revision WHERE id IN ({current})", ids):
            try:
                found[ArticleId(id_)] = unpack(text)
            except zlib.error as error:
                logger.warning("the text of article %d is damaged: %s", id_, error)
        return found

    def images(self, revision: RevisionId) -> list[PageImage]:
        """Return the pictures of a revision, in the order of the page."""
        sql = "SELECT url, alt, sha256, width, height FROM image WHERE revision = ? ORDER BY n"
        return [
            PageImage(url=url, alt=alt, sha256=sha256, width=width, height=height)
            for url, alt, sha256, width, height in self.rows(sql, (revision,))
        ]

    def revisions(self, id_: ArticleId) -> list[RevisionInfo]:
        """Return an article's versions, the one shown first, then the newest first; one of each set of repeats."""
        order = f"revision.id = shown.id DESC, {_NEWEST_FIRST}"
        sql = (
            "SELECT revision.id, revision.title, revision.captured, revision.published, revision.imported,"
            f" revision.origin_path, revision.origin_member, revision.id = shown.id, {_LOST_TEXT} max(length) OVER (),"
            f" row_number() OVER (PARTITION BY coalesce(page, revision.id) ORDER BY {order})"
            " FROM article JOIN revision AS shown ON shown.id = article.revision"
            " JOIN revision ON revision.article = article.id JOIN original ON original.id = revision.original"
            " LEFT JOIN likeness ON likeness.revision = revision.id"
            f" WHERE article.id = ? AND revision.withdrawn IS NULL ORDER BY {order}"
        )
        rows = [row[:-1] for row in self.rows(sql, (self.resolve(id_),)) if row[-1] == 1]
        if not rows:
            raise NoSuchArticleError("There is no article {id} in this library.", id=id_)
        return [
            RevisionInfo(
                revision=RevisionId(revision),
                title=title,
                captured=from_ms(captured),
                published=from_ms(published),
                imported=moment_of(imported),
                origin=Origin(path, member),
                current=bool(current),
                lost_text=bool(lost),
            )
            for revision, title, captured, published, imported, path, member, current, lost in rows
        ]

    def older_lines(self, article: Article) -> tuple[OlderLines, ...]:
        """Return what only the other versions of an article say, the newest first; damaged ones are left out."""
        from reader.identity.older_lines import older_lines

        return older_lines(article.title, article.text, self._other_versions(article))

    def _other_versions(self, article: Article) -> Iterator[VersionText]:
        """Yield the words of the versions of an article that this one is not, the newest first, but damaged ones."""
        sql = (
            "SELECT revision.id, title, text FROM revision JOIN original ON original.id = revision.original"
            " LEFT JOIN likeness ON likeness.revision = revision.id WHERE article = ? AND revision.id <> ?"
            f" AND withdrawn IS NULL ORDER BY {_NEWEST_FIRST}"
        )
        from reader.identity.older_lines import VersionText

        for revision, title, text in self.rows(sql, (article.id, article.revision)):
            try:
                yield VersionText(RevisionId(revision), title, unpack(text))
            except zlib.error as error:
                logger.warning("revision %d of article %d is damaged: %s", revision, article.id, error)

    def original(self, id_: ArticleId, revision: RevisionId | None = None) -> bytes:
        """Return the bytes that were imported, unchanged.

        Raises:
            NoSuchArticleError: there is no such article or revision.
            DamagedPageError: the bytes are damaged.
        """
        return self.original_of(self._revision(id_, revision))

    def original_of(self, revision: RevisionId) -> bytes:
        """Return the bytes that were imported as a version, unchanged.

        Raises:
            DamagedPageError: the bytes are damaged.
        """
        sql = "SELECT article, sha256, data FROM revision JOIN original ON original.id = original WHERE revision.id = ?"
        article, sha256, packed = self.one(sql, (revision,))
        try:
            data = zlib.decompress(packed)
            if sha256_of(data) != sha256:
                raise zlib.error("other bytes than were imported")
        except zlib.error as error:
            raise DamagedPageError(
                "The original of article {id} is damaged ({cause}).", id=article, cause=str(error)
            ) from error
        return data

    def _revision(self, id_: ArticleId, revision: RevisionId | None) -> RevisionId:
        """Return the revision asked for, by default the one shown."""
        if revision is None:
            rows = self.rows("SELECT revision FROM article WHERE id = ?", (self.resolve(id_),))
        else:
            rows = self.rows(
                "SELECT id FROM revision WHERE article = ? AND id = ? AND withdrawn IS NULL",
                (self.resolve(id_), revision),
            )
        if rows:
            return RevisionId(rows[0][0])
        if revision is None:
            raise NoSuchArticleError("There is no article {id} in this library.", id=id_)
        raise NoSuchArticleError("Article {id} has no revision {revision}.", id=id_, revision=revision)

    def resolve(self, id_: ArticleId) -> ArticleId:
        """Return the number that an article has now: it may have been merged into another."""
        rows = self.rows("SELECT article FROM alias WHERE id = ?", (id_,))
        return ArticleId(rows[0][0]) if rows else id_

    def position(self, id_: ArticleId) -> float:
        """Return how far the article was read, 0 to 1."""
        rows = self.rows("SELECT position FROM article WHERE id = ?", (self.resolve(id_),))
        return float(rows[0][0]) if rows else 0.0

    def set_position(self, id_: ArticleId, fraction: float) -> None:
        """Store how far the article was read, 0 to 1."""
        if self.read_only:
            return
        id_, fraction = self.resolve(id_), min(1.0, max(0.0, fraction))
        connection = self.connections.get()
        with store_errors(self.path), transaction(connection):
            connection.execute("UPDATE article SET position = ? WHERE id = ?", (fraction, id_))
            add_statements(connection, POSITION, {id_: fraction})

    def uncleaned_count(self) -> int:
        """Count the versions whose page was made by older rules."""
        return int(self.one("SELECT count(*) FROM revision WHERE clean_version < ?", (CLEAN_VERSION,))[0])

    def to_index(self) -> list[ArticleId]:
        """Return the articles that are to be indexed, or indexed again."""
        sql = "SELECT id FROM article WHERE indexed <> revision AND deleted IS NULL ORDER BY id"
        return [ArticleId(row[0]) for row in self.rows(sql)]

    def has_unindexed(self) -> bool:
        """Say whether there is an article to be indexed, or indexed again."""
        sql = "SELECT EXISTS (SELECT 1 FROM article WHERE indexed <> revision AND deleted IS NULL)"
        return bool(self.one(sql)[0])

    def has_indexed(self) -> bool:
        """Say whether, by the store's record, the index holds any article."""
        return bool(self.one("SELECT EXISTS (SELECT 1 FROM article WHERE indexed <> 0 AND deleted IS NULL)")[0])

    def changes(self) -> tuple[int, ...]:
        """Return numbers that differ once the articles shown have changed, and are cheap to read."""
        sql = (
            "SELECT (SELECT count(*) FROM article WHERE deleted IS NULL),"
            " (SELECT count(*) FROM article WHERE deleted IS NOT NULL), (SELECT max(id) FROM article),"
            " (SELECT max(id) FROM revision), (SELECT max(deleted) FROM article WHERE deleted IS NOT NULL),"
            " (SELECT max(undone) FROM import)"
        )
        return tuple(number or 0 for number in self.one(sql))

    def indexed(self) -> list[ArticleId]:
        """Return the articles that, by the store's record, the index holds in any revision."""
        return [ArticleId(row[0]) for row in self.rows("SELECT id FROM article WHERE indexed <> 0 ORDER BY id")]

    def ids(self) -> list[ArticleId]:
        """Return the ids of all articles that are not in the bin, in ascending order."""
        return [ArticleId(row[0]) for row in self.rows("SELECT id FROM article WHERE deleted IS NULL ORDER BY id")]

    def has_pictures_to_fetch(self) -> bool:
        """Say whether a shown page has a picture that is not saved yet."""
        sql = (
            "SELECT EXISTS (SELECT 1 FROM image JOIN article ON article.revision = image.revision"
            " AND article.deleted IS NULL WHERE image.sha256 IS NULL AND image.url LIKE 'http%')"
        )
        return bool(self.one(sql)[0])

    def pictures_to_fetch(self) -> list[str]:
        """Return the addresses of pictures that are not saved yet, those of the newest articles first."""
        sql = (
            "SELECT image.url, max(coalesce(article.published, 0)) AS newest FROM image"
            " JOIN article ON article.revision = image.revision AND article.deleted IS NULL"
            " WHERE image.sha256 IS NULL AND image.url LIKE 'http%' GROUP BY image.url ORDER BY newest DESC"
        )
        return [row[0] for row in self.rows(sql)]


def _to_hit(row: Row) -> Hit:
    id_, title, url, source, author, published, captured, lead, read, starred, thumbnail, lost = row
    return Hit(
        id=ArticleId(id_),
        title=title,
        url=url,
        source=source,
        author=author,
        published=from_ms(published),
        captured=from_ms(captured),
        snippet=Snippet(lead),
        thumbnail=thumbnail,
        read=bool(read),
        starred=bool(starred),
        lost_text=bool(lost),
    )

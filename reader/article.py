"""The central values: a capture as it was read from a saved file, and the article that is made from it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import NewType

CLEAN_VERSION = 2
"""Grows when the same capture gives another title, text or page; stored pages of an older version are cleaned again.

It stands here and not in `reader/clean`, which a window that starts does not load.
"""

ArticleId = NewType("ArticleId", int)
RevisionId = NewType("RevisionId", int)


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a capture came from: the path that was dropped or walked to, and the member inside an archive."""

    path: str
    member: str | None = None

    def __str__(self) -> str:
        """Write `path`, or `path!member` for an archive."""
        return self.path if self.member is None else f"{self.path}!{self.member}"


ReadFile = Callable[[str], bytes | None]
"""Reads a file by its name; None if there is no such file."""


def no_file(name: str) -> bytes | None:
    """Return None, where no other file came with a capture."""
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedCapture:
    """A capture as a format read it from a saved file, before cleaning.

    Times are aware and in UTC. `original` is the bytes of this capture as they were saved. `asset` reads a file that
    came with it, by the name that the page uses (a relative path, a cid: name). If `titled` is false, the capture has
    no title, and `title` is the name of its file.
    """

    origin: Origin
    original: bytes
    html: str
    title: str | None = None
    titled: bool = True
    url: str | None = None
    author: str | None = None
    source: str | None = None
    published: datetime | None = None
    captured: datetime | None = None
    tags: tuple[str, ...] = ()
    asset: ReadFile = no_file


@dataclass(frozen=True, slots=True, kw_only=True)
class PageImage:
    """A picture of a page, by its real address: proxies unwrapped, lazy placeholders resolved.

    `url` is http(s), data:, or a name that `ParsedCapture.asset` may read. `sha256` names the stored picture, and is
    None until the picture is held. Width and height are in pixels: those of the stored picture, else those that the
    page states, else None.
    """

    url: str
    alt: str = ""
    sha256: str | None = None
    width: int | None = None
    height: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CleanPage:
    """A capture rebuilt from the allow-list.

    `html` is well-formed and small: pictures are `<img src="img:N" alt="…">` with N an index into `images`, links are
    http, https or mailto. `text` is the text to be indexed: one block per line, without the title. `author`, `source`
    and `published` are facts that the page states and the head of the file does not.
    """

    html: str
    text: str
    images: tuple[PageImage, ...] = ()
    author: str | None = None
    source: str | None = None
    published: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """One revision of an article, as it is read and searched. `html` and `text` are as in CleanPage.

    `tags` came with the capture; `own_tags` were given by the person.
    """

    id: ArticleId
    revision: RevisionId
    title: str
    url: str | None
    source: str
    author: str | None
    published: datetime | None
    captured: datetime | None
    tags: tuple[str, ...]
    html: str
    text: str
    images: tuple[PageImage, ...]
    origin: Origin
    own_tags: tuple[str, ...] = ()
    starred: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RevisionInfo:
    """One version in the history of an article; `current` is the one that is shown.

    `lost_text`: the version is newer than the one shown, and has collapsed (it holds hardly a word).
    """

    revision: RevisionId
    title: str
    captured: datetime | None
    published: datetime | None
    imported: datetime
    origin: Origin
    current: bool
    lost_text: bool = False


@dataclass(frozen=True, slots=True)
class Snippet:
    """A piece of an article's text; `marks` are (start, end) character offsets into `text`."""

    text: str
    marks: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class OlderVersion:
    """A version of an article that is not the one shown, and when it was captured, else published."""

    revision: RevisionId
    date: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """A row of the list: an article and where it matches a search. `title_marks` are as in Snippet.

    `version` is the older version that alone matches, and that the snippet is from; None if the version shown matches.
    `lost_text`: a newer capture than the one shown has collapsed (it holds hardly a word).
    """

    id: ArticleId
    title: str
    url: str | None
    source: str
    author: str | None
    published: datetime | None
    captured: datetime | None
    snippet: Snippet
    title_marks: tuple[tuple[int, int], ...] = ()
    thumbnail: str | None = None
    read: bool = False
    starred: bool = False
    version: OlderVersion | None = None
    lost_text: bool = False


@dataclass(frozen=True, slots=True)
class TagCount:
    """One of the person's own tags, and the number of articles that have it."""

    name: str
    count: int


@dataclass(frozen=True, slots=True)
class SourceCount:
    """A source and its number of articles."""

    name: str
    count: int


@dataclass(frozen=True, slots=True)
class StateCounts:
    """The number of articles in each state, not counting those in the bin."""

    unread: int
    starred: int

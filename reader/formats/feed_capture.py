r"""Reads the feed capture: a Markdown-like head, then the HTML of an article as its feed or page had it.

The format has no specification; this is what the public archives hold (counted on 50,774 files):

    <!--1689156904000-->      epoch in milliseconds, UTC, or NaN: when the article was updated
    [title](address)          nothing in the title is escaped
    ------
                              a blank line, then HTML

This is layout A. B has no comment, and `日期：` with an RFC 2822 date after the rule; C is A after front matter;
D has front matter and HTML only. The body is HTML and never read as Markdown.

Blog posts may begin with front matter and a link, too. A file counts as a capture if it has the comment, `from:` in
its front matter, or a link line with the rule right below it.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from reader.article import ParsedCapture
from reader.errors import CaptureError
from reader.formats.base import AssetReader, Source, read_whole
from reader.formats.dates import epoch_moment, moment
from reader.formats.encodings import decode_text
from reader.formats.front_matter import read_front_matter
from reader.formats.markdown import is_html_alone
from reader.identity.shown import HORIZON

_EPOCH = re.compile(r"<!--\s*(-?\d{1,20}|NaN|undefined|null|Invalid Date)\s*-->")
# The comment in a file that breaks off inside it.
_EPOCH_CUT = re.compile(r"<!--\s*(?:-?\d{1,20}|Na?N?)\s*-{0,2}\Z")
_RULE = re.compile(r"^[ \t]*-{3,}[ \t]*$", re.MULTILINE)
_RULE_BELOW = re.compile(r"\s*^[ \t]*(?:-{3,}[ \t]*$|-{1,2}\Z)", re.MULTILINE)
_RULE_FURTHER_BELOW = re.compile(r"\s*-{3,}[ \t]*$", re.MULTILINE)
_FRONT_TITLE = re.compile(r"^title[ \t]*:", re.MULTILINE)
_FRONT_ADDRESS = re.compile(r"^from[ \t]*:", re.MULTILINE)
_FRONT_LAYOUT = re.compile(r"^layout[ \t]*:", re.MULTILINE)
_DATE_LINE = re.compile(r"\s*日期[：:][ \t]*([^\n<]*)(?:\n|$)")
_HEADING = re.compile(r"<(h[1-6]|title)\b[^>]*>(.{1,2000}?)</\1>", re.DOTALL | re.IGNORECASE)
_TAG = re.compile(r"<[^>]*>")
_NOT_SPACE = re.compile(r"\S")
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|\w{2,32});")
# A title about HTML was escaped to show these: "what &amp;nbsp; means".
_MARKUP = frozenset({"&lt;", "&gt;", "&nbsp;", "&shy;"})
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
# They change the direction of what follows the title, such as the program's name in a title bar.
_TURNING = re.compile(r"[\u202a-\u202e\u2066-\u2069]+")
_NUMBERED_NAME = re.compile(r"^[0-9a-zA-Z]{1,32}_(.+?)(?:\.\w{1,5})?$")
_LEADING_ID = re.compile(r"^(?:\d+_|\d{4}-\d{2}-\d{2}[-_ ])(?=.)")
_NOT_WORD = re.compile(r"[\W_]+")
# Names of folders that say nothing of the source; numbers and dates do not either.
_GENERIC = re.compile(
    r"(?i)[\W\d_]*|seeds?|downloads?|samples?|captures?|articles?|archived?|archives|_posts|posts|saved|inbox|news|"
    r"desktop|documents|下载|文章|桌面|文档"
)
# What tells a capture lies within this many bytes.
_RECOGNISED_BY = 4096
# The head is searched for within this many characters; the longest seen has some 700.
_HEAD = 20_000
_BROKEN_OFF = "The file breaks off before its article begins; it was not saved whole."
_PLACEHOLDERS = frozenset({"", "none", "null", "undefined", "nan"})


@dataclass
class _Head:
    """The facts found in a capture's head; `body` is the offset of the article after it."""

    title: str | None = None
    url: str | None = None
    author: str | None = None
    epoch: datetime | None = None
    date: datetime | None = None
    tags: list[str] = field(default_factory=list)
    front_matter: bool = False
    comment: bool = False
    body: int = 0


class FeedCapture:
    """Reads the feed capture in its four layouts."""

    name = "feed capture"

    def recognises(self, source: Source) -> bool:
        """Say whether a file begins as a feed capture does; a tar may, as it begins with the name of a member."""
        return source.members() is None and begins_as_capture(source.head[:_RECOGNISED_BY])

    def read(self, source: Source) -> Iterator[ParsedCapture]:
        """Yield the file's one capture.

        Raises:
            CaptureError: the file breaks off inside its head, or is too large.
        """
        data = read_whole(source)
        text = _lines(decode_text(data))
        head = _read_head(text)
        title = head.title or _heading(text, head.body)
        if head.epoch is not None and head.epoch > HORIZON and head.date is not None and head.date <= HORIZON:
            head.epoch = None
        yield ParsedCapture(
            origin=source.origin,
            original=data,
            html=text[head.body :].lstrip("\n"),
            title=title or _title_of_name(source.name),
            titled=title is not None,
            url=head.url,
            author=head.author,
            source=_source_of(source, head),
            published=head.epoch or head.date,
            captured=head.epoch,
            tags=tuple(dict.fromkeys(head.tags)),
            asset=AssetReader(source.beside),
        )


def begins_as_capture(head: bytes) -> bool:
    """Say whether a file with this beginning is a feed capture; its name does not matter."""
    text = _lines(decode_text(head))
    if _EPOCH.match(text) or _EPOCH_CUT.match(text) or _is_ruled_link(text, 0):
        return True
    return text.startswith("---\n") and _is_front_matter_of_capture(text)


def _is_front_matter_of_capture(text: str) -> bool:
    """Say whether front matter belongs to a capture, not to a blog post in Markdown."""
    front = read_front_matter(text)
    end = front.end if front else len(text)
    if not _FRONT_TITLE.search(text, 0, end):
        return False
    if _FRONT_ADDRESS.search(text, 0, end):
        return True
    if front is None:
        return False
    start = _next_text(text, front.end)
    if _EPOCH.match(text, start) or _EPOCH_CUT.match(text, start) or _is_ruled_link(text, start, alone=True):
        return True
    return bool(
        _FRONT_LAYOUT.search(text, 0, front.end) and text.startswith("<", start) and is_html_alone(text[start:])
    )


def _is_ruled_link(text: str, start: int, *, alone: bool = False) -> bool:
    """Say whether the line at `start` begins with a link that has a rule below it.

    With `alone`, nothing may follow the link on its line, and the rule must be on the very next line. Each bracket is
    searched for once: a line of 4,096 brackets would keep a regular expression busy for seconds.
    """
    end = text.find("\n", start)
    if not text.startswith("[", start) or end < 0:
        return False
    middle, close = text.find("](", start + 1, end), text.rfind(")", start, end)
    if not 0 <= middle < close:
        return False
    if not alone:
        return _RULE_FURTHER_BELOW.match(text, end + 1) is not None
    return not text[close + 1 : end].strip(" \t") and _RULE.match(text, end + 1) is not None


def _lines(text: str) -> str:
    """Strip leading white space and the byte order mark, and turn every line end into a line feed."""
    text = text.lstrip("\ufeff \t\r\n\x0b\x0c\u3000")
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def _read_head(text: str) -> _Head:
    head = _Head()
    if text.startswith("---\n"):
        _take_front_matter(text, head)
    start = _next_text(text, head.body)
    if epoch := _EPOCH.match(text, start):
        head.comment = True
        head.epoch = epoch_moment(epoch.group(1))
        head.body = epoch.end()
    elif _EPOCH_CUT.match(text, start):
        raise CaptureError(_BROKEN_OFF)
    _read_link(text, head)
    if not head.front_matter and head.epoch is None and (date := _DATE_LINE.match(text, head.body)):
        head.date = moment(date.group(1))
        head.body = date.end()
    return head


def _next_text(text: str, start: int) -> int:
    """Return the offset of the next character that is not white space, at most `_HEAD` characters on."""
    found = _NOT_SPACE.search(text, start, start + _HEAD)
    return found.start() if found else min(len(text), start + _HEAD)


def _read_link(text: str, head: _Head) -> None:
    """Read `[title](address)` and the rule below it, if present.

    Raises:
        CaptureError: the file breaks off inside the link.
    """
    start = _next_text(text, head.body)
    if not text.startswith("[", start):
        _skip_rule(text, start, head)
        return
    end = _end_of_link(text, start)
    line = text[start : max(start, end)]
    begin, close = line.rfind("]("), line.rfind(")")
    if end < 0 or begin < 0 or close < begin:
        if head.front_matter and (end >= 0 or not head.comment):
            return
        raise CaptureError(_BROKEN_OFF)
    rule = _RULE_BELOW.match(text, end)
    if rule is None and head.front_matter and not head.comment:
        # Without a rule, the link is the first line of the article.
        return
    head.title = _plain_fact(line[1:begin]) or head.title
    head.url = line[begin + 2 : close].strip() or head.url
    head.body = rule.end() if rule else end


def _end_of_link(text: str, start: int) -> int:
    """Return the offset where the link ends: at the end of its line, or at the rule if its title holds line breaks.

    -1 if the file ends on this line: the address may be cut.
    """
    end = text.find("\n", start)
    if end < 0:
        return -1
    begin, close = text.rfind("](", start, end), text.rfind(")", start, end)
    if 0 <= begin < close:
        return end
    rule = _RULE.search(text, end, start + _HEAD)
    return rule.start() if rule else end


def _skip_rule(text: str, start: int, head: _Head) -> None:
    """Skip a rule that no link precedes.

    Raises:
        CaptureError: the file holds a comment and nothing more, so it broke off.
    """
    rule = _RULE.match(text, start)
    if rule:
        head.body = rule.end()
    elif not head.front_matter and start == len(text):
        raise CaptureError(_BROKEN_OFF)


def _take_front_matter(text: str, head: _Head) -> None:
    front = read_front_matter(text)
    if front is None:
        raise CaptureError(_BROKEN_OFF)
    head.front_matter = True
    head.body = front.end
    head.title = _plain_fact(front.text("title"))
    head.author = _plain_fact(", ".join(front.items("author")))
    head.url = front.text("from") or front.text("url") or None
    head.date = moment(front.text("date"))
    tags = (_plain_fact(tag) for tag in (*front.items("tags"), *front.items("categories")))
    head.tags = [tag for tag in tags if tag]


def _plain_fact(text: str) -> str | None:
    """Return a fact of the head as one line of plain text; None for a placeholder such as "undefined"."""
    if "&" in text:
        text = _unescaped(text)
    if not text.isprintable():  # control characters never are
        text = _TURNING.sub("", _CONTROLS.sub(" ", text))
    text = " ".join(text.split())
    return None if text.lower() in _PLACEHOLDERS else text


def _unescaped(text: str) -> str:
    """Resolve the entities of a title, including those that a feed has escaped twice."""
    # Whole entities only: html.unescape would turn "a&section" into "a§ion".
    once = _ENTITY.sub(lambda entity: html.unescape(entity.group()), text)
    return _ENTITY.sub(
        lambda entity: entity.group() if entity.group() in _MARKUP else html.unescape(entity.group()), once
    )


def _heading(text: str, start: int) -> str | None:
    """Return the first heading that is not a placeholder, for a capture whose head has no title."""
    for found in _HEADING.finditer(text, start, start + _HEAD):
        if heading := _plain_fact(_TAG.sub("", found.group(2))):
            return heading
    return None


def _title_of_name(name: str) -> str | None:
    """Return a file's name as a title, without its ending and a leading number or date."""
    stem = name.rpartition(".")[0] or name
    return _plain_fact(_LEADING_ID.sub("", stem))


def _source_of(source: Source, head: _Head) -> str | None:
    """Return the source: the first tag, or the folder's name in an archive that is sorted by source."""
    if head.tags:
        return head.tags[0]
    folders = source.parents
    if "articles" in folders[:-1]:
        last = len(folders) - 1 - folders[:-1][::-1].index("articles")
        return _named_folder(folders[last])
    numbered = _NUMBERED_NAME.match(source.name) if folders and head.comment else None
    if numbered and head.title and _begin_alike(numbered.group(1), head.title):
        return _named_folder(folders[-1])
    return None


def _named_folder(name: str) -> str | None:
    return None if _GENERIC.fullmatch(name) else name


def _begin_alike(name: str, title: str) -> bool:
    """Say whether a file is named after its title, as only archives sorted by source name them."""
    name, title = (_NOT_WORD.sub("", text).casefold() for text in (name, title))
    return bool(name) and title.startswith(name[:6])

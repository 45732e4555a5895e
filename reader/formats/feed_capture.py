r"""Reads the feed capture: a Markdown-like head, then the HTML of an article as its feed or page had it.

The format has no specification; this is what the public archives hold (counted on 50,774 files):

    <!--1689156904000-->      epoch in milliseconds, UTC, or NaN: when the article was updated
    [title](address)          nothing in the title is escaped
    ------
                              a blank line, then HTML

Layout A is that; B has no comment and `日期：` with an RFC 2822 date after the rule; C has front matter before A;
D has front matter and HTML only. The body is HTML and never read as Markdown.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from reader.article import ParsedCapture
from reader.errors import CaptureError
from reader.formats.base import AssetsBeside, SourceFile
from reader.formats.encodings import decode

_EPOCH = re.compile(r"<!--\s*(-?\d{1,20}|NaN|undefined|null|Invalid Date)\s*-->")
_EPOCH_BEGUN = re.compile(r"<!--\s*(-?\d|NaN)")
_RULE = re.compile(r"^[ \t]*-{3,}[ \t]*$", re.MULTILINE)
_LINK_HEAD = re.compile(r"\[[^\n]*\n\s*-{3,}[ \t]*$", re.MULTILINE)
_FRONT_MATTER = re.compile(r"---[ \t]*\n(.*?)^---[ \t]*$\n?", re.DOTALL | re.MULTILINE)
_FRONT_KEY = re.compile(r"^(\w+)[ \t]*:[ \t]*(.*?)[ \t]*$")
_FRONT_TITLE = re.compile(r"^title[ \t]*:", re.MULTILINE)
_FRONT_OF_OURS = re.compile(r"^(from|layout)[ \t]*:", re.MULTILINE)
_DATE_LINE = re.compile(r"\s*日期[：:][ \t]*([^\n<]*)(?:\n|$)")
_NUMBERED_NAME = re.compile(r"^[0-9a-zA-Z]{1,32}_(.+?)(?:\.\w{1,5})?$")
_NOT_WORD = re.compile(r"[\W_]+")
# The head is looked for in so many characters; the longest seen has some 700.
_HEAD = 20_000
# A ten-digit epoch is seconds: as milliseconds it would be January 1970.
_SECONDS = range(10**8, 10**11)
_LATEST_MS = 253_402_300_799_000
_START = datetime(1970, 1, 1, tzinfo=UTC)
_PLACEHOLDERS = frozenset({"", "none", "null", "undefined", "nan", "''", '""'})


@dataclass
class _Head:
    """The facts of a capture's head, as far as they were found."""

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
    """The feed capture in its four layouts."""

    def recognises(self, name: str, head: bytes) -> bool:
        """Say whether the file begins as a feed capture does; its name says nothing."""
        text = decode(head).replace("\r\n", "\n").lstrip()
        if _EPOCH_BEGUN.match(text) or _LINK_HEAD.match(text):
            return True
        return text.startswith("---\n") and bool(_FRONT_TITLE.search(text) and _FRONT_OF_OURS.search(text))

    def read(self, file: SourceFile) -> Iterator[ParsedCapture]:
        """Yield the file's one capture.

        Raises:
            CaptureError: the file breaks off inside its head.
        """
        text = decode(file.data).lstrip()
        if "\r" in text:
            text = text.replace("\r\n", "\n").replace("\r", "\n")
        head = _read_head(text, file)
        yield ParsedCapture(
            origin=file.origin,
            original=file.data,
            html=text[head.body :].lstrip("\n"),
            title=head.title,
            url=head.url,
            author=head.author,
            source=_source_of(file, head),
            published=head.epoch or head.date,
            captured=head.epoch,
            tags=tuple(dict.fromkeys(head.tags)),
            assets=AssetsBeside(file.beside),
        )


def _read_head(text: str, file: SourceFile) -> _Head:
    head = _Head()
    if text.startswith("---\n"):
        _read_front_matter(text, head, file)
    start = head.body + len(text[head.body : head.body + _HEAD]) - len(text[head.body : head.body + _HEAD].lstrip())
    epoch = _EPOCH.match(text, start)
    if epoch:
        head.epoch = _epoch_moment(epoch.group(1))
        head.comment = True
        head.body = epoch.end()
    elif _EPOCH_BEGUN.match(text, start) and "-->" not in text[start : start + _HEAD]:
        raise _broken_off(file)
    _read_link(text, head, file)
    if not head.front_matter and not head.comment and (date := _DATE_LINE.match(text, head.body)):
        head.date = _moment(date.group(1))
        head.body = date.end()
    return head


def _read_link(text: str, head: _Head, file: SourceFile) -> None:
    """Read `[title](address)` and the rule below it, where they are."""
    part = text[head.body : head.body + _HEAD]
    offset = len(part) - len(part.lstrip())
    if not part.startswith("[", offset):
        _skip_rule(part, offset, head, file)
        return
    rule = _RULE.search(part, offset)
    line_end = part.find("\n", offset)
    end = rule.start() if rule else (line_end if line_end >= 0 else len(part))
    line = " ".join(part[offset:end].split())
    begin, close = line.rfind("]("), line.rfind(")")
    if begin < 0 or close < begin:
        if head.front_matter:
            return
        raise _broken_off(file)
    head.title = _plain(line[1:begin]) or head.title
    head.url = line[begin + 2 : close].strip() or head.url
    head.body += rule.end() if rule else end


def _skip_rule(part: str, offset: int, head: _Head, file: SourceFile) -> None:
    """Pass over a rule that no link line precedes; a capture that is a comment and nothing more broke off."""
    rule = _RULE.match(part, offset)
    if rule:
        head.body += rule.end()
    elif not head.front_matter and not part[offset:]:
        raise _broken_off(file)


def _read_front_matter(text: str, head: _Head, file: SourceFile) -> None:
    """Read the keys we know of a YAML head, line by line.

    The archives wrote it with a template and no escaping, so that titles with quotes or colons are no YAML.
    """
    found = _FRONT_MATTER.match(text)
    if found is None:
        raise _broken_off(file)
    head.front_matter = True
    head.body = found.end()
    values: dict[str, str] = {}
    last = ""
    for line in found.group(1).split("\n"):
        if key := _FRONT_KEY.match(line):
            last = key.group(1).lower()
            values[last] = key.group(2)
        elif line.lstrip().startswith("- ") and last:
            values[last] = f"{values[last]},{line.lstrip()[2:]}"
    head.title = _plain(_unquoted(values.get("title", "")))
    head.author = _plain(_unquoted(values.get("author", "")))
    head.url = _unquoted(values.get("from", "") or values.get("url", "")) or None
    head.date = _moment(_unquoted(values.get("date", "")))
    head.tags = [*_list_of(values.get("tags", "")), *_list_of(values.get("categories", ""))]


def _broken_off(file: SourceFile) -> CaptureError:
    return CaptureError("The file breaks off before its article begins; it was not saved whole.", path=str(file.origin))


def _plain(text: str) -> str | None:
    """Return a fact of the head as plain text, or None where it is a placeholder."""
    text = " ".join(html.unescape(text).split())
    return None if text.lower() in _PLACEHOLDERS else text


def _unquoted(value: str) -> str:
    """Take the quotes off a YAML value, and the escapes that a quoted one may hold."""
    if len(value) >= 2 and value[0] == value[-1] == '"':
        return value[1:-1].replace('\\"', '"').replace("\\\\", "\\")
    if len(value) >= 2 and value[0] == value[-1] == "'":
        return value[1:-1].replace("''", "'")
    return value


def _list_of(value: str) -> list[str]:
    """Read `[ one, two ]`, or one value."""
    value = value.strip()
    if value.startswith("[") and value.endswith("]"):
        value = value[1:-1]
    items = (_plain(_unquoted(item.strip())) for item in value.split(","))
    return [item for item in items if item]


def _epoch_moment(digits: str) -> datetime | None:
    """Read an epoch in milliseconds; None for NaN, for 0 and for what no calendar holds."""
    try:
        number = int(digits)
    except ValueError:
        return None
    ms = number * 1000 if number in _SECONDS else number
    return _START + timedelta(milliseconds=ms) if 0 < ms <= _LATEST_MS else None


def _moment(text: str) -> datetime | None:
    """Read a date as ISO 8601 or RFC 2822 writes it, in UTC; one without a zone is taken as UTC."""
    text = text.strip()
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        try:
            moment = parsedate_to_datetime(text)
        except ValueError:
            return None
    try:
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except OverflowError:
        return None


def _source_of(file: SourceFile, head: _Head) -> str | None:
    """Name the source: the tag that the archive gave it, or the folder of an archive that sorts by source."""
    if head.front_matter:
        return head.tags[0] if head.tags else None
    if not head.comment or not file.parents:
        return None
    if "articles" in file.parents[:-1]:
        return file.parents[file.parents.index("articles") + 1]
    numbered = _NUMBERED_NAME.match(file.name)
    if numbered and head.title and _begin_alike(numbered.group(1), head.title):
        return file.parents[-1]
    return None


def _begin_alike(name: str, title: str) -> bool:
    """Say whether a file was named after its title, which only archives sorted by source do."""
    name, title = (_NOT_WORD.sub("", text).casefold() for text in (name, title))
    return bool(name) and title.startswith(name[:6])

"""Recognises the kind of a file that no capture format reads, by its content.

The ending of its name decides only between kinds of plain text, which nothing else tells apart.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence

from reader.formats.base import HEAD_BYTES
from reader.formats.encodings import decode_text
from reader.formats.file_kinds import FileKind
from reader.formats.magic import kind_by_magic
from reader.formats.markdown import is_markdown, is_markdown_with_html

_BEGINNING = 4096
# By the root element of an XML document, without its prefix.
_ROOTS = {
    "en-export": FileKind.EVERNOTE,
    "en-note": FileKind.EVERNOTE,
    "rss": FileKind.FEED,
    "feed": FileKind.FEED,
    "opml": FileKind.OPML,
    "fictionbook": FileKind.FICTION_BOOK,
    "svg": FileKind.DRAWING,
    "package": FileKind.BOOK_DESCRIPTION,
}
_HTML_ELEMENTS = frozenset(
    (
        "html", "head", "body", "title", "meta", "link", "base", "style", "script", "noscript", "template", "div", "p",
        "a", "span", "table", "tbody", "tr", "td", "ul", "ol", "li", "dl", "dt", "h1", "h2", "h3", "h4", "h5", "h6",
        "article", "section", "main", "header", "footer", "nav", "aside", "figure", "img", "picture", "form", "iframe",
        "frameset", "center", "font", "b", "i", "em", "strong", "br", "hr", "pre", "blockquote", "button", "label",
    )
)  # fmt: skip
# A file that begins with one of these is a page, whatever lines it holds; Markdown may begin with the others.
_OF_WHOLE_PAGES = frozenset(
    ("html", "head", "body", "title", "meta", "link", "base", "style", "script", "noscript", "template", "frameset")
)
# (names that must all occur, kind): keys of JSON, columns of CSV.
_JSON_KINDS: Sequence[tuple[frozenset[str], FileKind]] = (
    (frozenset({"roots", "bookmark_bar"}), FileKind.BOOKMARKS),
    (frozenset({"guid", "typeCode", "children"}), FileKind.BOOKMARKS),
    (frozenset({"href", "description", "extended", "toread"}), FileKind.PINBOARD),
    (frozenset({"is_archived", "is_starred", "url"}), FileKind.WALLABAG),
    (frozenset({"is_read", "is_fav", "url"}), FileKind.WALLABAG),
    (frozenset({"slug", "savedAt", "url"}), FileKind.OMNIVORE),
    (frozenset({"bookmarks", "createdAt", "content"}), FileKind.KARAKEEP),
    (frozenset({"collections", "pinnedLinks"}), FileKind.LINKWARDEN),
    (frozenset({"collections", "links", "username"}), FileKind.LINKWARDEN),
    (frozenset({"bookmarks", "article__excerpt"}), FileKind.READABILITY),
    (frozenset({"items", "home_page_url"}), FileKind.FEED),
    (frozenset({"items", "feed_url"}), FileKind.FEED),
)
_TABLE_KINDS: Sequence[tuple[frozenset[str], FileKind]] = (
    (frozenset({"title", "url", "time_added", "status"}), FileKind.POCKET),
    (frozenset({"url", "title", "selection", "folder", "timestamp"}), FileKind.INSTAPAPER),
    (frozenset({"excerpt", "url", "folder", "cover"}), FileKind.RAINDROP),
    (frozenset({"title", "url", "document tags", "saved date"}), FileKind.READWISE_READER),
    (frozenset({"highlight", "book title"}), FileKind.READWISE_HIGHLIGHTS),
)
# The keys under which JSON holds articles.
_BODIES = frozenset({"content", "html", "text", "body", "content_html", "article"})
_SOURCE_ENDINGS = (
    "js", "mjs", "cjs", "ts", "py", "rb", "pl", "php", "lua", "sh", "bat", "cmd", "ps1", "c", "h", "cpp", "java", "kt",
    "cs", "go", "rs", "swift", "sql",
)  # fmt: skip
_ENDINGS = {
    "md": FileKind.MARKDOWN,
    "markdown": FileKind.MARKDOWN,
    "css": FileKind.STYLE_SHEET,
    "json": FileKind.JSON,
    "csv": FileKind.TABLE,
    "tsv": FileKind.TABLE,
    **dict.fromkeys(_SOURCE_ENDINGS, FileKind.SCRIPT),
}
# The declarations and comments before a document's first element, by how they begin and end; longest first.
_DECLARATIONS = {"<!--": "-->", "<?": "?>", "<!": ">"}
# Pressmark's export writes these keys first, and "own_tags" before the text, which may be longer than HEAD_BYTES.
_OWN_BEGINNING = re.compile(r'\{"id": \d+, "(?:title|own_tags)":')
# Python's messages for JSON that is cut inside a string; their position is the beginning of the string.
_CUT_JSON = ("Unterminated string", "Invalid \\")
_NOT_SPACE = re.compile(r"\S")
_KEYS = re.compile(r'"([^"\\\n]{1,40})"\s*:')
_TAG = re.compile(r"<([A-Za-z][\w.-]*)(?::([A-Za-z][\w.-]*))?")
_CLOSING = re.compile(r"</(?:p|div|span|a|h[1-6]|li|td|body|html)\s*>", re.IGNORECASE)
_PAGE_KINDS: Sequence[tuple[re.Pattern[str], FileKind]] = tuple(
    (re.compile(mark, re.IGNORECASE), kind)
    for mark, kind in (
        (r"<!--\s*(?:Page saved with|Archive processed by) SingleFile", FileKind.SINGLEFILE),
        (r"<meta\s+name=[\"']?savepage-", FileKind.SAVE_PAGE_WE),
        (r"<title>\s*Pocket Export\s*</title>", FileKind.POCKET),
        (r"<title>\s*Instapaper: Export\s*</title>", FileKind.INSTAPAPER),
        (r"<dt>\s*<(?:a|h3)\b[^>]*\sadd_date=", FileKind.BOOKMARKS),
    )
)
_HEADER = re.compile(r"^([A-Za-z][A-Za-z0-9-]{1,40}):[ \t]*\S", re.MULTILINE)
_RELATED = re.compile(r"^Content-Type:\s*multipart/related", re.MULTILINE | re.IGNORECASE)
_MAIL_ONLY = frozenset({"received", "message-id", "mime-version", "return-path"})
_MAIL_HEADERS = _MAIL_ONLY | {"from", "to", "subject", "date"}
_FRONT_MATTER = re.compile(r"---[ \t]*\n(?:.*\n)*?---[ \t]*(?:\n|\Z)")
_CONTROLS = re.compile(r"[\x01-\x08\x0e-\x1a\x1c-\x1f\x7f]")


def kind_of(name: str, data: bytes) -> FileKind:
    """Return the kind of a file by its first HEAD_BYTES bytes; its `name` decides between kinds of plain text."""
    if kind := kind_by_magic(data):
        return kind
    if data.startswith(b"bplist00"):
        return FileKind.WEBARCHIVE if b"WebMainResource" in data else FileKind.UNKNOWN
    raw = data[:HEAD_BYTES]
    text = decode_text(raw).lstrip("\ufeff \t\r\n\x0b\x0c\u3000")
    if not _is_text(raw, text):
        return FileKind.UNKNOWN
    return _kind_of_text(name, text.replace("\r\n", "\n").replace("\r", "\n"))


def _is_text(raw: bytes, text: str) -> bool:
    """Say whether bytes are text: no control characters, and NULs only as halves of UTF-16."""
    if b"\0" in raw and len(text) * 2 > len(raw) + 4:
        return False
    beginning = text[:_BEGINNING]
    if not beginning.strip():
        return False
    odd = len(_CONTROLS.findall(beginning)) + beginning.count("\ufffd")
    return odd * 20 <= len(beginning) or (odd == beginning.count("\ufffd") and len(beginning) < 20)


def _kind_of_text(name: str, text: str) -> FileKind:
    for look in (_kind_of_markup, _kind_of_json, _kind_of_message, _kind_of_table, _kind_of_lines):
        if kind := look(text):
            return kind
    has_html = len(_CLOSING.findall(text)) >= 3
    if has_html and not is_markdown_with_html(text):
        return _kind_of_page(text)
    ending = name.rpartition(".")[2].lower()
    if ending in _ENDINGS:
        return _ENDINGS[ending]
    return FileKind.MARKDOWN if _FRONT_MATTER.match(text) or has_html or is_markdown(text) else FileKind.TEXT


def _kind_of_markup(text: str) -> FileKind | None:
    """Recognise HTML and XML by the declarations and the first element."""
    rest, declarations = _behind_declarations(text)
    if "netscape-bookmark-file-1" in declarations.lower():
        return FileKind.BOOKMARKS
    tag = _TAG.match(rest)
    prefix, element = (tag.group(1, 2) if tag and tag.group(2) else ("", tag.group(1))) if tag else ("", "")
    element = (element or "").lower()
    if prefix == "rdf" and element == "rdf":
        return FileKind.FEED if "purl.org/rss" in rest or "<channel" in rest else FileKind.XML
    if element == "plist" and ("WebMainResource" in rest or "<key>URL</key>" in rest):
        return FileKind.WEBARCHIVE if "WebMainResource" in rest else FileKind.SHORTCUT
    if element in _ROOTS:
        return _ROOTS[element]
    is_page = element in _OF_WHOLE_PAGES or "<!doctype html" in declarations.lower()
    if tag and not is_page and "<?xml" not in declarations[:5].lower() and is_markdown_with_html(text):
        return FileKind.MARKDOWN
    if is_page or element in _HTML_ELEMENTS:
        return _kind_of_page(text)
    if "<?xml" in declarations[:5].lower() or (tag and rest.rstrip().endswith(">")):
        return FileKind.XML
    return None


def _behind_declarations(text: str) -> tuple[str, str]:
    """Split off the comments and declarations that a document begins with; return the rest, then these."""
    at = _end_of_space(text, 0)
    while start := next((start for start in _DECLARATIONS if text.startswith(start, at)), ""):
        end = _end_of_declaration(text, at, _DECLARATIONS[start])
        if end < 0:
            # The declaration does not end within HEAD_BYTES.
            return "", text
        at = _end_of_space(text, end)
    return text[at:], text[:at]


def _end_of_space(text: str, at: int) -> int:
    found = _NOT_SPACE.search(text, at)
    return found.start() if found else len(text)


def _end_of_declaration(text: str, at: int, close: str) -> int:
    """Return where a comment or declaration ends, -1 if it does not; a DOCTYPE may hold others in brackets."""
    end = text.find(close, at)
    if close == ">" and 0 <= (bracket := text.find("[", at)) < end:
        closed = text.find("]", bracket)
        end = text.find(close, closed) if closed >= 0 else -1
    return end + len(close) if end >= 0 else -1


def _kind_of_page(text: str) -> FileKind:
    """Recognise a page by the program that wrote it."""
    return next((kind for mark, kind in _PAGE_KINDS if mark.search(text)), FileKind.WEB_PAGE)


def _kind_of_json(text: str) -> FileKind | None:
    if not _begins_as_json(text):
        return None
    if "jsonfeed.org/version" in text[:_BEGINNING]:
        return FileKind.FEED
    keys = frozenset(_KEYS.findall(text))
    if "own_tags" in keys and _OWN_BEGINNING.match(text):
        return FileKind.PRESSMARK_EXPORT
    if kinds := [kind for wanted, kind in _JSON_KINDS if wanted <= keys]:
        return kinds[0]
    if text.startswith("[") and {"url", "title"} <= keys and not keys & _BODIES:
        return FileKind.LINKS
    return FileKind.JSON if keys else None


def _begins_as_json(text: str) -> bool:
    """Say whether the first `_BEGINNING` characters of a text are JSON, or JSON Lines."""
    if not text.startswith(("{", "[")):
        return False
    beginning = text[:_BEGINNING]
    try:
        _, end = json.JSONDecoder(strict=False).raw_decode(beginning)
    except json.JSONDecodeError as error:
        # For a cut word or number the position of the error is where it begins, not where it is cut.
        longest = len("-Infinity") if len(text) > len(beginning) else 0
        return error.pos >= len(beginning) - longest or error.msg.startswith(_CUT_JSON)
    except RecursionError:
        # Nothing but JSON nests so deep.
        return True
    return beginning[end:].lstrip()[:1] in ("", "{", "[")


def _kind_of_message(text: str) -> FileKind | None:
    """Recognise e-mails, and pages saved as MHTML, by their headers."""
    head = text.partition("\n\n")[0]
    if text.startswith("------MultipartBoundary") or (_RELATED.search(head) and _HEADER.match(text)):
        return FileKind.MHTML
    if text.startswith("From ") and len(_mail_headers(head)) >= 2:
        return FileKind.MAILBOX
    return FileKind.EMAIL if _HEADER.match(text) and len(_mail_headers(head)) >= 3 else None


def _mail_headers(head: str) -> set[str]:
    """Return the e-mail headers found, in lower case.

    Names written in lower case count only next to a header that is found in e-mails alone: settings look like them.
    """
    names = _HEADER.findall(head)
    headers = {name.lower() for name in names} & _MAIL_HEADERS
    return headers if headers & _MAIL_ONLY else {name.lower() for name in names if not name.islower()} & headers


def _kind_of_table(text: str) -> FileKind | None:
    """Recognise the exports of other programs by the columns of their CSV."""
    first = text.partition("\n")[0]
    columns = frozenset(column.strip().strip('"').lower() for column in first.split(","))
    return next((kind for wanted, kind in _TABLE_KINDS if wanted <= columns), None)


def _kind_of_lines(text: str) -> FileKind | None:
    """Recognise kinds that have a fixed first line."""
    first = text.partition("\n")[0].strip()
    if first.startswith("#!"):
        return FileKind.SCRIPT
    if first in ("[InternetShortcut]", "[Desktop Entry]"):
        return FileKind.SHORTCUT
    return {"BEGIN:VCALENDAR": FileKind.CALENDAR, "BEGIN:VCARD": FileKind.CONTACTS}.get(first)

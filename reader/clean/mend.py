"""Mends a capture's HTML before parsing, so that time and memory are bounded and deep nesting loses no words."""

from __future__ import annotations

import re
from html import unescape

from reader.clean.dom.white_space import visible

MAX_DEPTH = 200  # lxml silently drops what is deeper than about 254
_MOST_TAGS = 150_000  # counted by "<"; with more, a tree takes seconds and gigabytes
_MANY_TAGS = 4_000  # with more, the depth is estimated before a tree is built
_DEEP = 1_000
_LONG_ATTRIBUTE = 5_000_000  # libxml2 mangles values beyond 10 million characters
_LONG_PAGE = 60_000  # a shorter page cannot hold a tag with enough attributes to matter
_MOST_ATTRIBUTES = 2_000  # libxml2 compares each attribute of a tag with all before it, in quadratic time

_SPECIAL = re.compile(
    r"<!--|<!\[CDATA\[|<(script|style|textarea|title|noembed|noframes|xmp|plaintext|iframe|template)\b",
    re.IGNORECASE,
)
# A doctype carries no content, and would send the page to the slower of the two parsers.
_DOCTYPE = re.compile(r"\A\s*<!doctype[^<>]*>", re.IGNORECASE)
_KEPT_RAW = {"iframe", "xmp", "plaintext", "template"}
_TAG_REST = re.compile(r"""(?>[^>"']++|"[^"]*+"|'[^']*+'){0,400}+>""")


def prepared(html: str) -> str | list[str]:
    """Return a page fit for parsing; a page of too many tags is returned as a list of plain paragraphs.

    Comments and raw elements are removed or mended first, so that an unclosed one swallows nothing.
    """
    html = mended(html)
    if len(html) > _LONG_ATTRIBUTE:
        html = _LONG_VALUE.sub(r'\1""', html)
    if len(html) > _LONG_PAGE:
        html = _LONG_TAG.sub(_without_crowd, html)
    tags = html.count("<")
    if tags > _MOST_TAGS:
        return words_only(html)
    if tags > _MANY_TAGS and _depth(html) > _DEEP:
        html = flattened(html)
    return html


def mended(html: str) -> str:
    """Remove comments, scripts and styles, and close frames; an unclosed one must not swallow the rest."""
    html = _DOCTYPE.sub("", visible(html))
    match = _SPECIAL.search(html)
    if not match:
        return html
    out: list[str] = []
    position = 0
    missing: set[str] = set()
    while match:
        out.append(html[position : match.start()])
        kept, position = _mend_one(html, match, missing)
        out.append(kept)
        match = _SPECIAL.search(html, position)
    out.append(html[position:])
    return "".join(out)


def _find_all(html: str, needle: str, start: int, missing: set[str]) -> int:
    """Find `needle` from `start` on; one that is in `missing` is not searched for again, so the total stays linear."""
    if needle in missing:
        return -1
    found = html.find(needle, start)
    if found < 0:
        missing.add(needle)
    return found


def _mend_one(html: str, match: re.Match[str], missing: set[str]) -> tuple[str, int]:
    """Return the replacement of the comment or raw element at `match`, and where to go on after it."""
    opening = match.group()
    if opening == "<!--":
        if html.startswith((">", "->"), match.end()):
            return "", html.index(">", match.end()) + 1
        end = _find_all(html, "-->", match.end(), missing)
        return ("", end + 3) if end >= 0 else ("", match.end())
    if match.group(1) is None:
        return "", match.end()
    name = match.group(1).lower()
    tag_end = end_of_tag(html, match.end())
    closed, after = _close_of(html, name, tag_end, missing)
    if (html[tag_end - 2 : tag_end] == "/>" and name != "plaintext") or closed < 0:
        closed = after = tag_end
    if name not in _KEPT_RAW:
        return " ", after
    return _kept_raw(name, html[match.start() : tag_end], html[tag_end:closed]), after


def _kept_raw(name: str, tag: str, inside: str) -> str:
    if name == "iframe":
        # A frame without an address may hold a link instead (Medium's embeds, gists).
        has_address = re.search(r"\bsrc\s*=\s*[\"']?[^\s\"'>]", tag)
        return f"{tag.removesuffix('/>').removesuffix('>')}></iframe>{'' if has_address else inside}"
    if name == "template":
        return ""
    return f"<pre>{inside.replace('&', '&amp;').replace('<', '&lt;')}</pre>"


def _close_of(html: str, name: str, start: int, missing: set[str]) -> tuple[int, int]:
    """Return the start and end of an element's end tag; (-1, -1) if there is none."""
    if f"</{name}" in missing:
        return -1, -1
    found = _CLOSERS[name].search(html, start)
    if not found:
        missing.add(f"</{name}")
        return -1, -1
    end = html.find(">", found.end())
    return found.start(), len(html) if end < 0 else end + 1


_CLOSERS = {
    name: re.compile(f"</{name}(?=[\\s/>])", re.IGNORECASE)
    for name in (
        "script",
        "style",
        "textarea",
        "title",
        "noembed",
        "noframes",
        "xmp",
        "plaintext",
        "iframe",
        "template",
    )
}


def end_of_tag(html: str, start: int) -> int:
    """Return the position after the tag's `>`; quotes are respected, unless they do not close."""
    match = _TAG_REST.match(html, start)
    if match:
        return match.end()
    end = html.find(">", start)
    return len(html) if end < 0 else end + 1


_LONG_VALUE = re.compile(rf"""(=\s*)(?:"[^"<>]{{{_LONG_ATTRIBUTE},}}+"|'[^'<>]{{{_LONG_ATTRIBUTE},}}+')""")


# The pattern need not reach the end of the tag: failing there would rescan the text from each next tag.
_LONG_TAG = re.compile(r"""<[a-zA-Z](?>[^>"']++|"[^"]*+"|'[^']*+')*+""")
_QUOTED = re.compile(r""""[^"]*+"|'[^']*+'""")


def _without_crowd(match: re.Match[str]) -> str:
    """Return a tag as it is, or only its name if it has more than `_MOST_ATTRIBUTES` attributes."""
    tag = match.group()
    if len(tag) <= 2 * _MOST_ATTRIBUTES or len(_QUOTED.sub("", tag).replace("/", " ").split()) <= _MOST_ATTRIBUTES:
        return tag
    return tag.replace("/", " ").split(maxsplit=1)[0]


_ANY_TAG = re.compile(r"</?([a-zA-Z][a-zA-Z0-9:-]{0,40})((?>[^<>\"']++|\"[^\"<]*+\"|'[^'<]*+'){0,100}+)[^<>]*+>")
_INLINE = frozenset((
    "a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "data", "del", "dfn", "em", "font",
    "i", "ins", "kbd", "label", "mark", "nobr", "o:p", "q", "s", "samp", "small", "span", "strike",
    "strong", "sub", "sup", "time", "tt", "u", "var", "wbr",
))  # fmt: skip
_KEPT_FLAT = frozenset(("a", "img", "br", "hr"))
_FLAT_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_HEADING = re.compile(r"<(/?)h[1-6]\b", re.IGNORECASE)
_MOST_OPEN = 100  # unclosed headings nest in each other


def flattened(html: str) -> str:
    """Rewrite a page to one level of words, pictures, links and headings; containers become paragraph breaks."""
    closing = _HEADING.findall(html)
    unclosed = len(closing) - 2 * closing.count("/")
    kept_names = _KEPT_FLAT if unclosed > _MOST_OPEN else _KEPT_FLAT | _FLAT_HEADINGS

    def replacement(match: re.Match[str]) -> str:
        name = match.group(1).lower()
        if name in kept_names:
            return match.group()
        return "" if name in _INLINE else "<p>"

    return _ANY_TAG.sub(replacement, html)


_INLINE_TAG = re.compile(rf"</?(?:{'|'.join(sorted(_INLINE))})(?=[\s/>])[^<>]*+>", re.IGNORECASE)
_OTHER_TAG = re.compile(r"</?[a-zA-Z!?][^<>]*+>")
_BORDERS = re.compile(r"\x1e[\x1e\s]*+")
_BRACKETS = re.compile("<{2,}")
_MOST_PARAGRAPHS = 50_000


def words_only(html: str) -> list[str]:
    """Reduce a page to the plain text of its paragraphs, joining neighbours to at most `_MOST_PARAGRAPHS`."""
    html = _BRACKETS.sub("<", html)
    text = _BORDERS.sub("\x1e", _OTHER_TAG.sub("\x1e", _INLINE_TAG.sub("", html)))
    if text.count("&") < _MOST_TAGS:
        text = unescape(text)
    paragraphs = text.split("\x1e")
    together = len(paragraphs) // _MOST_PARAGRAPHS + 1
    if together == 1:
        return paragraphs
    return [" ".join(paragraphs[i : i + together]) for i in range(0, len(paragraphs), together)]


_NESTING = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]{0,30})")
# Void elements, and those closed by the next of their kind.
_NOT_NESTING = frozenset((
    "area", "base", "br", "col", "dd", "dt", "embed", "hr", "img", "input", "li", "link", "meta", "option",
    "p", "param", "source", "tbody", "td", "th", "thead", "tr", "track", "wbr",
))  # fmt: skip


def _depth(html: str) -> int:
    """Estimate how deep elements nest, without a tree: building a deep one takes quadratic time."""
    depth = deepest = 0
    for closing, name in _NESTING.findall(html):
        if name.lower() in _NOT_NESTING:
            continue
        depth = max(0, depth - 1) if closing else depth + 1
        deepest = max(deepest, depth)
    return deepest

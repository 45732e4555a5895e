"""Makes captures for these tests, and checks pages by means that share nothing with the cleaner."""

from __future__ import annotations

import re
from html import escape
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from reader.article import CleanPage, Origin, ParsedCapture
from reader.clean import clean_capture

PAGES = Path(__file__).resolve().parents[2] / "data" / "pages"
ADDRESS = "https://www.example.org/2024/harbour.html"

_PLAIN = (
    "p", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "blockquote", "pre", "code", "table", "tr",
    "caption", "figure", "figcaption", "br", "hr", "strong", "em", "b", "i", "u", "s", "sub", "sup",
    "dl", "dt", "dd",
)  # fmt: skip
ALLOWED: dict[str, set[str]] = {
    **{tag: set() for tag in _PLAIN},
    "a": {"href"},
    "img": {"src", "alt"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan"},
}
_VOID = {"br", "hr", "img"}


def capture(html: str, **facts: Any) -> ParsedCapture:
    facts.setdefault("url", ADDRESS)
    return ParsedCapture(origin=Origin("test"), original=b"", html=html, **facts)


def cleaned(html: str, **facts: Any) -> CleanPage:
    return clean_capture(capture(html, **facts))


def page(name: str, **facts: Any) -> CleanPage:
    return cleaned((PAGES / f"{name}.html").read_text("utf-8"), **facts)


def with_images(page: CleanPage) -> str:
    """Write a page's pictures back by their addresses, so that it can be cleaned again."""

    def address(match: re.Match[str]) -> str:
        image = page.images[int(match.group(1))]
        size = "".join(
            f' {name}="{side}"' for name, side in (("width", image.width), ("height", image.height)) if side is not None
        )
        return f'<img src="{escape(image.url)}"{size}'

    return re.sub(r'<img src="img:(\d+)"', address, page.html)


class _Checker(HTMLParser):
    def __init__(self, *, removed: bool) -> None:
        super().__init__()
        self.removed = removed
        self.open: list[str] = []
        self.wrong: list[str] = []
        self.pictures: set[int] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "div" and self.removed and attrs == [("class", "removed")]:
            self.open.append(tag)
            return
        if tag not in ALLOWED or not {name for name, _ in attrs} <= ALLOWED[tag]:
            self.wrong.append(f"<{tag} {attrs}>")
        for name, value in attrs:
            if name == "src":
                match = re.fullmatch(r"img:(\d+)", value or "")
                self.pictures.add(int(match.group(1)) if match else -1)
            if name == "href" and not re.match(r"https?://[^\s\"<>]+\Z|mailto:", value or ""):
                self.wrong.append(f"href {value}")
        if tag not in _VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.wrong.append(f"</{tag}>")

    def handle_comment(self, data: str) -> None:
        self.wrong.append(f"<!--{data}-->")

    def handle_decl(self, decl: str) -> None:
        self.wrong.append(f"<!{decl}>")

    def handle_pi(self, data: str) -> None:
        self.wrong.append(f"<?{data}>")


def faults(page: CleanPage, *, removed: bool = False) -> list[str]:
    """List what must not stand in a clean page, by an independent parser."""
    checker = _Checker(removed=removed)
    checker.feed(page.html)
    checker.close()
    wrong = checker.wrong + [f"<{tag}> is open" for tag in checker.open]
    if checker.pictures != set(range(len(page.images))):
        wrong.append(f"pictures {sorted(checker.pictures)} of {len(page.images)}")
    return wrong

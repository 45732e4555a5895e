"""Captures for tests of the store, cleaned already: addresses, titles and texts are all that they are compared by."""

from __future__ import annotations

from reader.article import CLEAN_VERSION, Origin
from reader.identity.addresses import read_address
from reader.identity.keys import page_hash, text_hash
from reader.store.rows import pack
from reader.store.store_writer import NewCapture, PackedOriginal

PAGE = "https://news.example/2020/the-tide"
SECTION = "https://news.example/news"


def capture(url: str | None, title: str, text: str, time: int = 0, salt: str = "") -> NewCapture:
    """Return a capture of an address, or one without, that was saved at a time; `salt` makes other bytes of the same."""
    address = read_address(url) if url else None
    html = f"<p>{text}</p>"
    return NewCapture(
        bucket=address.key if address else f"content:{text_hash(title + text, 1)}",
        rest=address.rest if address else "",
        original=PackedOriginal.of(f"{url}|{title}|{text}|{time}|{salt}".encode()),
        origin=Origin("capture.html", None),
        title=title,
        url=url,
        source="news.example",
        author=None,
        published=None,
        captured=time,
        tags="[]",
        lead=text[:100],
        html=pack(html),
        text=pack(text),
        images=(),
        pictures=(),
        clean_version=CLEAN_VERSION,
        length=len(text),
        page=page_hash(title, html),
        same_text=text_hash(text) or None,
    )

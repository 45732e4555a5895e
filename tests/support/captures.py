"""Captures written for the tests, in the shapes that real ones have."""

from __future__ import annotations

from pathlib import Path

FEED_FOOTER = '<br><hr><div>获取更多RSS：<br><a href="https://feeds.example">https://feeds.example</a><br></div>'


def feed(
    title: str = "河边的旧书市",
    url: str | None = "https://news.example/a/1",
    body: str = "<p>周六清晨，河边的旧书市又开张了。</p><p>摊主说，来的人比去年多。</p>",
    epoch: int | str = 1_689_156_904_000,
) -> bytes:
    """Return a capture of layout A: epoch comment, link line, rule, body."""
    return f"<!--{epoch}-->\n[{title}]({url or ''})\n------\n\n{body}\n".encode()


def write_feed(folder: Path, name: str, **parts: object) -> Path:
    """Write a capture of layout A and return its path."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(feed(**parts))  # type: ignore[arg-type]
    return path

"""Normalises the tags that a person gives to articles."""

from __future__ import annotations

from collections.abc import Iterable

from reader.output import escaped

# Characters. A tag is a word or two; a longer one was pasted by mistake.
LONGEST_TAG = 100
# A query cannot name a tag that contains a quotation mark.
_QUOTES = dict.fromkeys(map(ord, '"“”＂'), " ")


def clean_tags(tags: Iterable[str]) -> list[str]:
    """Return tags as they are stored: each once, on one line, without quotation marks and unprintable characters."""
    seen = (" ".join(escaped(tag.translate(_QUOTES), lambda _: " ").split()) for tag in tags)
    return list(dict.fromkeys(tag[:LONGEST_TAG].rstrip() for tag in seen if tag))

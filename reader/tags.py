"""How a tag of the person's own is written."""

from __future__ import annotations

from collections.abc import Iterable

from reader.output import escaped

# A tag is a word or two; one that is a whole text is a slip of the hand.
LONGEST_TAG = 100
# A query could not name a tag with one of these in it.
_QUOTES = dict.fromkeys(map(ord, '"“”＂'), " ")


def clean_tags(tags: Iterable[str]) -> list[str]:
    """Return tags as they are kept: each once, on one line, without quotation marks and what nobody sees."""
    seen = (" ".join(escaped(tag.translate(_QUOTES), lambda _: " ").split()) for tag in tags)
    return list(dict.fromkeys(tag[:LONGEST_TAG].rstrip() for tag in seen if tag))

"""How a tag of the person's own is written."""

from __future__ import annotations

from collections.abc import Iterable

# A tag is a word or two; one that is a whole text is a slip of the hand.
LONGEST_TAG = 100


def clean_tags(tags: Iterable[str]) -> list[str]:
    """Return tags as they are kept: each once, on one line, without quotation marks and what nobody sees."""
    seen = (" ".join("".join(char if _stays(char) else " " for char in tag).split()) for tag in tags)
    return list(dict.fromkeys(tag[:LONGEST_TAG].rstrip() for tag in seen if tag))


def _stays(char: str) -> bool:
    """Say whether a sign may stand in a tag: a query could not name one with quotation marks."""
    return char.isprintable() and char not in '"“”＂'

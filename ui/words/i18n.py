"""Marks a text for translation where it stands, to be translated where it is shown."""

from __future__ import annotations


def QT_TRANSLATE_NOOP(context: str, text: str) -> str:  # noqa: N802 - lupdate looks for this name
    """Return `text`; Qt's own function does the same, but its type says that it returns anything."""
    return text

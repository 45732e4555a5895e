"""Marks a text for translation; it is translated where it is shown."""

from __future__ import annotations


def QT_TRANSLATE_NOOP(context: str, text: str) -> str:  # noqa: N802 - lupdate looks for this name
    """Return `text`; Qt's own function does so as well, but is typed as returning anything."""
    return text

"""The sentences of the core, in the language of the window."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from reader.errors import Sentence


def translated(sentence: Sentence) -> str:
    """Translate a sentence of the core by its template, then fill it."""
    return QCoreApplication.translate("reader", sentence.template).format(**sentence.params)

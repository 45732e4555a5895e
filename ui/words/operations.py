"""The sentences of operations: the question before many articles are changed, and the message after it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication

from reader import operation
from reader.operation import Operation
from ui.words.wording import binned_line, number, one_or_many


def question(wanted: Operation) -> tuple[str, str] | None:
    """Return the question before many articles are changed, and its button; None for tags, which have a dialog."""
    match wanted:
        case operation.Star():
            text = QCoreApplication.translate("Wording", "Star {count} articles?")
            button = QCoreApplication.translate("Wording", "Star")
        case operation.Unstar():
            text = QCoreApplication.translate("Wording", "Unstar {count} articles?")
            button = QCoreApplication.translate("Wording", "Unstar")
        case operation.MarkRead():
            text = QCoreApplication.translate("Wording", "Mark {count} articles as read?")
            button = QCoreApplication.translate("Wording", "Mark as Read")
        case operation.MarkUnread():
            text = QCoreApplication.translate("Wording", "Mark {count} articles as unread?")
            button = QCoreApplication.translate("Wording", "Mark as Unread")
        case operation.MoveToBin():
            text = QCoreApplication.translate("Wording", "Move {count} articles to the bin?")
            button = QCoreApplication.translate("Wording", "Move to Bin")
        case operation.RestoreFromBin():
            text = QCoreApplication.translate("Wording", "Restore {count} articles from the bin?")
            button = QCoreApplication.translate("Wording", "Restore")
        case _:
            return None
    return text.format(count=number(len(wanted.articles))), button


def done_line(undone: Sequence[Operation]) -> str:
    """Say what was done, from its inverses; empty for read and unread, which the list shows, and if nothing changed."""
    count = len(operation.changed(undone))
    match undone:
        case [operation.Unstar()]:
            one = QCoreApplication.translate("Wording", "1 article starred.")
            many = QCoreApplication.translate("Wording", "{count} articles starred.")
        case [operation.Star()]:
            one = QCoreApplication.translate("Wording", "1 article unstarred.")
            many = QCoreApplication.translate("Wording", "{count} articles unstarred.")
        case [operation.AddTag() | operation.RemoveTag(), *_]:
            one = QCoreApplication.translate("Wording", "The tags of 1 article are changed.")
            many = QCoreApplication.translate("Wording", "The tags of {count} articles are changed.")
        case [operation.RestoreFromBin()]:
            return binned_line(count)
        case [operation.MoveToBin()]:
            one = QCoreApplication.translate("Wording", "1 article is back from the bin.")
            many = QCoreApplication.translate("Wording", "{count} articles are back from the bin.")
        case _:
            return ""
    return one_or_many(count, one, many)

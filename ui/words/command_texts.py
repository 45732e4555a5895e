"""Texts of commands for several articles, and of the star command by what it would do."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication

from ui.words.wording import number

# The commands that act on all selected articles.
OF_SEVERAL: dict[str, Callable[[], str]] = {
    "export_original": lambda: QCoreApplication.translate("Actions", "&Export the Originals of {count} Articles…"),
    "to_bin": lambda: QCoreApplication.translate("Actions", "Move {count} Articles to &Bin"),
    "from_bin": lambda: QCoreApplication.translate("Actions", "&Restore {count} Articles from Bin"),
    "delete_for_good": lambda: QCoreApplication.translate("Actions", "&Delete {count} Articles Permanently…"),
    "tags": lambda: QCoreApplication.translate("Actions", "&Tags of {count} Articles…"),
    "read": lambda: QCoreApplication.translate("Actions", "Mark {count} Articles as &Read"),
    "unread": lambda: QCoreApplication.translate("Actions", "Mark {count} Articles as &Unread"),
}


def several(name: str, count: int) -> str:
    """Return the text of a command for `count` articles."""
    return OF_SEVERAL[name]().format(count=number(count))


def star_text(count: int, starred: bool | None) -> str:
    """Return the text of the star command; `starred` says whether all are starred, None if that is not known."""
    if starred is None:
        one = many = QCoreApplication.translate("Actions", "&Star or Unstar {count} Articles")
    elif starred:
        one = QCoreApplication.translate("Actions", "Un&star")
        many = QCoreApplication.translate("Actions", "Un&star {count} Articles")
    else:
        one = QCoreApplication.translate("Actions", "&Star")
        many = QCoreApplication.translate("Actions", "&Star {count} Articles")
    return one if count <= 1 and starred is not None else many.format(count=number(count))

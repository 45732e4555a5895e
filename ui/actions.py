"""Every command of the window, in one table; menus, shortcuts and the list of keys are made from it alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QAction

from ui.need import Need
from ui.words.i18n import QT_TRANSLATE_NOOP


class KeyScope(Enum):
    """Where the keys of a command work."""

    WINDOW = auto()
    LIST = auto()
    BOX = auto()
    UNCLAIMED = auto()
    """Anywhere, if the widget with the focus does not use the key."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """One row of the table: a command, which is enabled while everything that it `needs` holds.

    `text` is English; `choice` names a group of commands of which one is checked. A command of the search box has no
    menu entry, only a row in the list of keys.
    """

    name: str
    text: str
    keys: tuple[str, ...] = ()
    scope: KeyScope = KeyScope.WINDOW
    checkable: bool = False
    choice: str | None = None
    line_before: bool = False
    needs: Need = Need.NOTHING
    role: QAction.MenuRole = QAction.MenuRole.NoRole


# The window adds entries of its own to these two.
VIEW = QT_TRANSLATE_NOOP("Actions", "&View")
ARTICLE = QT_TRANSLATE_NOOP("Actions", "&Article")
MENUS = {
    QT_TRANSLATE_NOOP("Actions", "&File"): (
        Command(
            name="import_files",
            text=QT_TRANSLATE_NOOP("Actions", "&Import Files…"),
            keys=("Ctrl+O",),
            needs=Need.WRITABLE,
        ),
        Command(
            name="import_folder",
            text=QT_TRANSLATE_NOOP("Actions", "Import F&older…"),
            keys=("Ctrl+Shift+O",),
            needs=Need.WRITABLE,
        ),
        Command(
            name="last_report",
            text=QT_TRANSLATE_NOOP("Actions", "Import &Report…"),
            keys=("Ctrl+I",),
            needs=Need.REPORT,
        ),
        Command(
            name="import_history",
            text=QT_TRANSLATE_NOOP("Actions", "Import &History…"),
            needs=Need.LIBRARY,
        ),
        Command(
            name="save_pictures",
            text=QT_TRANSLATE_NOOP("Actions", "Save &Pictures for Offline Reading"),
            line_before=True,
            needs=Need.WRITABLE | Need.PICTURES_ON_WEB,
        ),
        Command(
            name="export_original",
            text=QT_TRANSLATE_NOOP("Actions", "&Export Original…"),
            keys=("Ctrl+Shift+E",),
            line_before=True,
            needs=Need.CONCERNED,
        ),
        Command(
            name="undo_import",
            text=QT_TRANSLATE_NOOP("Actions", "&Undo Last Import…"),
            needs=Need.WRITABLE | Need.UNDOABLE_IMPORT,
        ),
        Command(
            name="back_up",
            text=QT_TRANSLATE_NOOP("Actions", "&Back Up Library…"),
            line_before=True,
            needs=Need.LIBRARY,
        ),
        Command(
            name="restore_backup",
            text=QT_TRANSLATE_NOOP("Actions", "Restore &Library…"),
        ),
        Command(
            name="preferences",
            text=QT_TRANSLATE_NOOP("Actions", "Pre&ferences…"),
            keys=("Ctrl+,",),
            line_before=True,
            role=QAction.MenuRole.PreferencesRole,
        ),
        Command(
            name="quit",
            text=QT_TRANSLATE_NOOP("Actions", "&Quit"),
            keys=("Ctrl+Q",),
            role=QAction.MenuRole.QuitRole,
        ),
    ),
    QT_TRANSLATE_NOOP("Actions", "&Edit"): (
        Command(
            name="to_bin",
            text=QT_TRANSLATE_NOOP("Actions", "Move to &Bin"),
            keys=("Del",),
            scope=KeyScope.LIST,
            needs=Need.WRITABLE | Need.SELECTED | Need.OUTSIDE_BIN,
        ),
        Command(
            name="from_bin",
            text=QT_TRANSLATE_NOOP("Actions", "&Restore from Bin"),
            needs=Need.WRITABLE | Need.SELECTED | Need.IN_BIN,
        ),
        Command(
            name="delete_for_good",
            text=QT_TRANSLATE_NOOP("Actions", "&Delete Permanently…"),
            line_before=True,
            needs=Need.WRITABLE | Need.SELECTED | Need.IN_BIN,
        ),
        Command(
            name="empty_bin",
            text=QT_TRANSLATE_NOOP("Actions", "&Empty Bin…"),
            needs=Need.WRITABLE | Need.FULL_BIN,
        ),
    ),
    QT_TRANSLATE_NOOP("Actions", "&Search"): (
        Command(
            name="search",
            text=QT_TRANSLATE_NOOP("Actions", "&Search"),
            keys=("Ctrl+K", "/"),
            needs=Need.READING,
        ),
        Command(
            name="next_result",
            text=QT_TRANSLATE_NOOP("Actions", "From the Box into the List"),
            keys=("Down",),
            scope=KeyScope.BOX,
            needs=Need.READING,
        ),
        Command(
            name="previous_result",
            text=QT_TRANSLATE_NOOP("Actions", "From the Box to the Article Above"),
            keys=("Up",),
            scope=KeyScope.BOX,
            needs=Need.READING,
        ),
        Command(
            name="first_result",
            text=QT_TRANSLATE_NOOP("Actions", "Open the First Article Found"),
            keys=("Return", "Enter"),
            scope=KeyScope.BOX,
            needs=Need.READING,
        ),
        Command(
            name="clear_search",
            text=QT_TRANSLATE_NOOP("Actions", "&Clear Search"),
            keys=("Ctrl+Backspace",),
            needs=Need.SEARCH_TEXT,
        ),
        Command(
            name="find",
            text=QT_TRANSLATE_NOOP("Actions", "&Find in Page"),
            keys=("Ctrl+F",),
            line_before=True,
            needs=Need.ARTICLE,
        ),
        Command(
            name="next_match",
            text=QT_TRANSLATE_NOOP("Actions", "&Next Match"),
            keys=("F3",),
            needs=Need.MATCHES,
        ),
        Command(
            name="previous_match",
            text=QT_TRANSLATE_NOOP("Actions", "&Previous Match"),
            keys=("Shift+F3",),
            needs=Need.MATCHES,
        ),
        Command(
            name="order_newest",
            text=QT_TRANSLATE_NOOP("Actions", "Newest First"),
            choice="order",
            line_before=True,
            needs=Need.OUTSIDE_BIN,
        ),
        Command(
            name="order_oldest",
            text=QT_TRANSLATE_NOOP("Actions", "Oldest First"),
            choice="order",
            needs=Need.OUTSIDE_BIN,
        ),
        Command(
            name="order_relevance",
            text=QT_TRANSLATE_NOOP("Actions", "Most Relevant First"),
            choice="order",
            needs=Need.OUTSIDE_BIN,
        ),
    ),
    VIEW: (
        Command(
            name="sidebar",
            text=QT_TRANSLATE_NOOP("Actions", "&Sidebar"),
            keys=("Ctrl+B",),
            checkable=True,
            needs=Need.READING,
        ),
        Command(
            name="original",
            text=QT_TRANSLATE_NOOP("Actions", "&Original Capture"),
            keys=("Ctrl+U",),
            checkable=True,
            needs=Need.ARTICLE,
        ),
        Command(
            name="zoom_in",
            text=QT_TRANSLATE_NOOP("Actions", "Zoom &In"),
            keys=("Ctrl++", "Ctrl+="),
            line_before=True,
            needs=Need.ARTICLE | Need.LARGER,
        ),
        Command(
            name="zoom_out",
            text=QT_TRANSLATE_NOOP("Actions", "Zoom Ou&t"),
            keys=("Ctrl+-",),
            needs=Need.ARTICLE | Need.SMALLER,
        ),
        Command(
            name="zoom_reset",
            text=QT_TRANSLATE_NOOP("Actions", "&Actual Size"),
            keys=("Ctrl+0",),
            needs=Need.ARTICLE | Need.ZOOMED,
        ),
        Command(
            name="appearance_system",
            text=QT_TRANSLATE_NOOP("Actions", "Match System"),
            choice="appearance",
            line_before=True,
        ),
        Command(name="appearance_light", text=QT_TRANSLATE_NOOP("Actions", "Light"), choice="appearance"),
        Command(name="appearance_dark", text=QT_TRANSLATE_NOOP("Actions", "Dark"), choice="appearance"),
    ),
    QT_TRANSLATE_NOOP("Actions", "&Go"): (
        Command(
            name="next_article",
            text=QT_TRANSLATE_NOOP("Actions", "&Next Article"),
            keys=("J",),
            needs=Need.NEXT_ROW,
        ),
        Command(
            name="previous_article",
            text=QT_TRANSLATE_NOOP("Actions", "&Previous Article"),
            keys=("K",),
            needs=Need.PREVIOUS_ROW,
        ),
        Command(
            name="page_down",
            text=QT_TRANSLATE_NOOP("Actions", "Page &Down, Then the Next Article"),
            keys=("Space",),
            scope=KeyScope.LIST,
            line_before=True,
            needs=Need.PAGE_BELOW,
        ),
        Command(
            name="page_up",
            text=QT_TRANSLATE_NOOP("Actions", "Page &Up, Then the Article Before"),
            keys=("Shift+Space",),
            scope=KeyScope.LIST,
            needs=Need.PAGE_ABOVE,
        ),
        Command(
            name="back",
            text=QT_TRANSLATE_NOOP("Actions", "&Back"),
            keys=("Alt+Left",),
            line_before=True,
            needs=Need.WAY_BACK,
        ),
        Command(
            name="forward",
            text=QT_TRANSLATE_NOOP("Actions", "&Forward"),
            keys=("Alt+Right",),
            needs=Need.WAY_FORWARD,
        ),
        Command(
            name="message",
            text=QT_TRANSLATE_NOOP("Actions", "To the &Message"),
            keys=("F6",),
            line_before=True,
            needs=Need.MESSAGE,
        ),
        Command(
            name="leave",
            text=QT_TRANSLATE_NOOP("Actions", "Back to the List, Then to the Search"),
            keys=("Esc",),
            scope=KeyScope.UNCLAIMED,
            needs=Need.READING,
        ),
    ),
    ARTICLE: (
        Command(
            name="open_web",
            text=QT_TRANSLATE_NOOP("Actions", "Open on the &Web…"),
            keys=("Ctrl+Return",),
            needs=Need.ADDRESS | Need.ALONE,
        ),
        Command(
            name="copy_link",
            text=QT_TRANSLATE_NOOP("Actions", "&Copy Link"),
            keys=("Ctrl+Shift+C",),
            needs=Need.ADDRESS | Need.ALONE,
        ),
        Command(
            name="reveal",
            text=QT_TRANSLATE_NOOP("Actions", "Show the Saved &File"),
            keys=("Ctrl+Shift+R",),
            needs=Need.ARTICLE | Need.ALONE,
        ),
        Command(
            name="star",
            text=QT_TRANSLATE_NOOP("Actions", "&Star / Unstar"),
            keys=("S",),
            line_before=True,
            needs=Need.WRITABLE | Need.CONCERNED | Need.OUTSIDE_BIN,
        ),
        Command(
            name="tags",
            text=QT_TRANSLATE_NOOP("Actions", "&Tags…"),
            keys=("T",),
            needs=Need.WRITABLE | Need.CONCERNED | Need.OUTSIDE_BIN,
        ),
        Command(
            name="read",
            text=QT_TRANSLATE_NOOP("Actions", "Mark as &Read"),
            keys=("Shift+M",),
            needs=Need.WRITABLE | Need.SOME_UNREAD,
        ),
        Command(
            name="unread",
            text=QT_TRANSLATE_NOOP("Actions", "Mark as &Unread"),
            keys=("M",),
            needs=Need.WRITABLE | Need.SOME_READ,
        ),
    ),
    QT_TRANSLATE_NOOP("Actions", "&Help"): (
        Command(name="keys", text=QT_TRANSLATE_NOOP("Actions", "&Keys"), keys=("F1", "?")),
        Command(name="log", text=QT_TRANSLATE_NOOP("Actions", "Show the &Log File"), needs=Need.LOG),
        Command(
            name="about",
            text=QT_TRANSLATE_NOOP("Actions", "&About Pressmark"),
            line_before=True,
            role=QAction.MenuRole.AboutRole,
        ),
    ),
}
COMMANDS = tuple(command for commands in MENUS.values() for command in commands)


def in_scope(scope: KeyScope) -> Iterator[Command]:
    """Return the commands whose keys work in `scope`."""
    return (command for command in COMMANDS if command.scope is scope)


def translated_text(command: Command) -> str:
    """Return the text of a command in the language of the window, with its mnemonic."""
    return QCoreApplication.translate("Actions", command.text)


def plain_text(command: Command) -> str:
    """Return the text of a command as the list of keys shows it."""
    return without_mnemonic(translated_text(command)).removesuffix("…")


def without_mnemonic(text: str) -> str:
    """Remove the mark of the underlined letter; Chinese writes it as `(&F)`."""
    start = text.find("(&")
    if start >= 0 and text[start + 3 : start + 4] == ")":
        text = text[:start] + text[start + 4 :]
    return text.replace("&", "")

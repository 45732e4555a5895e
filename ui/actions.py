"""Every command of the window, as one table: menus, shortcuts and the list of keys are made of it alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QMenuBar, QWidget

from ui.marked import QT_TRANSLATE_NOOP


class Scope(Enum):
    """Where the keys of a command work."""

    WINDOW = auto()
    LIST = auto()
    BOX = auto()
    UNCLAIMED = auto()
    """Anywhere, once nothing that has the focus wanted the key."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """One row of the table. `text` is English; `choice` names a group of which one is on.

    A command with `in_menu` False has no menu entry and stands in the list of keys only.
    """

    name: str
    menu: str
    text: str
    keys: tuple[str, ...] = ()
    scope: Scope = Scope.WINDOW
    checkable: bool = False
    choice: str | None = None
    line_before: bool = False
    in_menu: bool = True
    role: QAction.MenuRole = QAction.MenuRole.NoRole


FILE = QT_TRANSLATE_NOOP("Actions", "&File")
EDIT = QT_TRANSLATE_NOOP("Actions", "&Edit")
SEARCH = QT_TRANSLATE_NOOP("Actions", "&Search")
VIEW = QT_TRANSLATE_NOOP("Actions", "&View")
GO = QT_TRANSLATE_NOOP("Actions", "&Go")
ARTICLE = QT_TRANSLATE_NOOP("Actions", "&Article")
HELP = QT_TRANSLATE_NOOP("Actions", "&Help")
MENUS = (FILE, EDIT, SEARCH, VIEW, GO, ARTICLE, HELP)

COMMANDS = (
    Command(name="import_files", menu=FILE, text=QT_TRANSLATE_NOOP("Actions", "&Import Files…"), keys=("Ctrl+O",)),
    Command(
        name="import_folder",
        menu=FILE,
        text=QT_TRANSLATE_NOOP("Actions", "Import F&older…"),
        keys=("Ctrl+Shift+O",),
    ),
    Command(name="last_report", menu=FILE, text=QT_TRANSLATE_NOOP("Actions", "Import &Report…"), keys=("Ctrl+I",)),
    Command(
        name="save_pictures",
        menu=FILE,
        text=QT_TRANSLATE_NOOP("Actions", "Save &Pictures for Offline Reading"),
        line_before=True,
    ),
    Command(
        name="export_original",
        menu=FILE,
        text=QT_TRANSLATE_NOOP("Actions", "&Export Original…"),
        keys=("Ctrl+Shift+E",),
        line_before=True,
    ),
    Command(
        name="undo_import",
        menu=FILE,
        text=QT_TRANSLATE_NOOP("Actions", "&Undo Last Import…"),
    ),
    Command(
        name="back_up",
        menu=FILE,
        text=QT_TRANSLATE_NOOP("Actions", "&Back Up Library…"),
        line_before=True,
    ),
    Command(
        name="restore_backup",
        menu=FILE,
        text=QT_TRANSLATE_NOOP("Actions", "Restore &Library…"),
    ),
    Command(
        name="preferences",
        menu=FILE,
        text=QT_TRANSLATE_NOOP("Actions", "Pre&ferences…"),
        keys=("Ctrl+,",),
        line_before=True,
        role=QAction.MenuRole.PreferencesRole,
    ),
    Command(
        name="quit",
        menu=FILE,
        text=QT_TRANSLATE_NOOP("Actions", "&Quit"),
        keys=("Ctrl+Q",),
        role=QAction.MenuRole.QuitRole,
    ),
    Command(
        name="to_bin",
        menu=EDIT,
        text=QT_TRANSLATE_NOOP("Actions", "Move to &Bin"),
        keys=("Del",),
        scope=Scope.LIST,
    ),
    Command(name="from_bin", menu=EDIT, text=QT_TRANSLATE_NOOP("Actions", "&Restore from Bin")),
    Command(
        name="delete_for_good",
        menu=EDIT,
        text=QT_TRANSLATE_NOOP("Actions", "&Delete for Good…"),
        line_before=True,
    ),
    Command(name="empty_bin", menu=EDIT, text=QT_TRANSLATE_NOOP("Actions", "&Empty Bin…")),
    Command(name="search", menu=SEARCH, text=QT_TRANSLATE_NOOP("Actions", "&Search"), keys=("Ctrl+K", "/")),
    Command(
        name="next_result",
        menu=SEARCH,
        text=QT_TRANSLATE_NOOP("Actions", "From the Box into the List"),
        keys=("Down",),
        scope=Scope.BOX,
        in_menu=False,
    ),
    Command(
        name="previous_result",
        menu=SEARCH,
        text=QT_TRANSLATE_NOOP("Actions", "From the Box to the Article Above"),
        keys=("Up",),
        scope=Scope.BOX,
        in_menu=False,
    ),
    Command(
        name="first_result",
        menu=SEARCH,
        text=QT_TRANSLATE_NOOP("Actions", "Open the First Article Found"),
        keys=("Return", "Enter"),
        scope=Scope.BOX,
        in_menu=False,
    ),
    Command(
        name="clear_search",
        menu=SEARCH,
        text=QT_TRANSLATE_NOOP("Actions", "&Clear Search"),
        keys=("Ctrl+Backspace",),
    ),
    Command(
        name="find",
        menu=SEARCH,
        text=QT_TRANSLATE_NOOP("Actions", "&Find in Page"),
        keys=("Ctrl+F",),
        line_before=True,
    ),
    Command(name="next_match", menu=SEARCH, text=QT_TRANSLATE_NOOP("Actions", "&Next Match"), keys=("F3",)),
    Command(
        name="previous_match",
        menu=SEARCH,
        text=QT_TRANSLATE_NOOP("Actions", "&Previous Match"),
        keys=("Shift+F3",),
    ),
    Command(
        name="order_newest",
        menu=SEARCH,
        text=QT_TRANSLATE_NOOP("Actions", "Newest First"),
        choice="order",
        line_before=True,
    ),
    Command(name="order_oldest", menu=SEARCH, text=QT_TRANSLATE_NOOP("Actions", "Oldest First"), choice="order"),
    Command(
        name="order_relevance",
        menu=SEARCH,
        text=QT_TRANSLATE_NOOP("Actions", "Most Relevant First"),
        choice="order",
    ),
    Command(
        name="sidebar",
        menu=VIEW,
        text=QT_TRANSLATE_NOOP("Actions", "&Sidebar"),
        keys=("Ctrl+B",),
        checkable=True,
    ),
    Command(
        name="original",
        menu=VIEW,
        text=QT_TRANSLATE_NOOP("Actions", "&Original Capture"),
        keys=("Ctrl+U",),
        checkable=True,
    ),
    Command(
        name="zoom_in",
        menu=VIEW,
        text=QT_TRANSLATE_NOOP("Actions", "Zoom &In"),
        keys=("Ctrl++", "Ctrl+="),
        line_before=True,
    ),
    Command(name="zoom_out", menu=VIEW, text=QT_TRANSLATE_NOOP("Actions", "Zoom Ou&t"), keys=("Ctrl+-",)),
    Command(name="zoom_reset", menu=VIEW, text=QT_TRANSLATE_NOOP("Actions", "&Actual Size"), keys=("Ctrl+0",)),
    Command(
        name="appearance_system",
        menu=VIEW,
        text=QT_TRANSLATE_NOOP("Actions", "Colours of the System"),
        choice="appearance",
        line_before=True,
    ),
    Command(name="appearance_light", menu=VIEW, text=QT_TRANSLATE_NOOP("Actions", "Light"), choice="appearance"),
    Command(name="appearance_dark", menu=VIEW, text=QT_TRANSLATE_NOOP("Actions", "Dark"), choice="appearance"),
    Command(name="next_article", menu=GO, text=QT_TRANSLATE_NOOP("Actions", "&Next Article"), keys=("J",)),
    Command(name="previous_article", menu=GO, text=QT_TRANSLATE_NOOP("Actions", "&Previous Article"), keys=("K",)),
    Command(
        name="page_down",
        menu=GO,
        text=QT_TRANSLATE_NOOP("Actions", "Page &Down, Then the Next Article"),
        keys=("Space",),
        scope=Scope.LIST,
        line_before=True,
    ),
    Command(
        name="page_up",
        menu=GO,
        text=QT_TRANSLATE_NOOP("Actions", "Page &Up, Then the Article Before"),
        keys=("Shift+Space",),
        scope=Scope.LIST,
    ),
    Command(
        name="back",
        menu=GO,
        text=QT_TRANSLATE_NOOP("Actions", "&Back"),
        keys=("Alt+Left",),
        line_before=True,
    ),
    Command(name="forward", menu=GO, text=QT_TRANSLATE_NOOP("Actions", "&Forward"), keys=("Alt+Right",)),
    Command(
        name="message",
        menu=GO,
        text=QT_TRANSLATE_NOOP("Actions", "To the &Message"),
        keys=("F6",),
        line_before=True,
    ),
    Command(
        name="leave",
        menu=GO,
        text=QT_TRANSLATE_NOOP("Actions", "Back to the List, Then to the Search"),
        keys=("Esc",),
        scope=Scope.UNCLAIMED,
    ),
    Command(
        name="open_web",
        menu=ARTICLE,
        text=QT_TRANSLATE_NOOP("Actions", "Open on the &Web…"),
        keys=("Ctrl+Return",),
    ),
    Command(
        name="copy_link",
        menu=ARTICLE,
        text=QT_TRANSLATE_NOOP("Actions", "&Copy Link"),
        keys=("Ctrl+Shift+C",),
    ),
    Command(
        name="reveal",
        menu=ARTICLE,
        text=QT_TRANSLATE_NOOP("Actions", "Show the Saved &File"),
        keys=("Ctrl+Shift+R",),
    ),
    Command(
        name="star",
        menu=ARTICLE,
        text=QT_TRANSLATE_NOOP("Actions", "&Star, or Take the Star Away"),
        keys=("S",),
        line_before=True,
    ),
    Command(name="tags", menu=ARTICLE, text=QT_TRANSLATE_NOOP("Actions", "&Tags…"), keys=("T",)),
    Command(name="read", menu=ARTICLE, text=QT_TRANSLATE_NOOP("Actions", "Mark as &Read"), keys=("Shift+M",)),
    Command(name="unread", menu=ARTICLE, text=QT_TRANSLATE_NOOP("Actions", "Mark as &Unread"), keys=("M",)),
    Command(name="keys", menu=HELP, text=QT_TRANSLATE_NOOP("Actions", "&Keys"), keys=("F1", "?")),
    Command(name="log", menu=HELP, text=QT_TRANSLATE_NOOP("Actions", "Show the &Log File")),
    Command(
        name="about",
        menu=HELP,
        text=QT_TRANSLATE_NOOP("Actions", "&About Pressmark"),
        line_before=True,
        role=QAction.MenuRole.AboutRole,
    ),
)


class Actions:
    """The table as QActions of one window."""

    def __init__(self, window: QWidget) -> None:
        self._groups: dict[str, QActionGroup] = {}
        self._actions = {command.name: self._make(command, window) for command in COMMANDS}
        window.addActions([self[command.name] for command in in_scope(Scope.WINDOW)])

    def __getitem__(self, name: str) -> QAction:
        return self._actions[name]

    def _make(self, command: Command, window: QWidget) -> QAction:
        action = QAction(translated_text(command), window)
        action.setObjectName(command.name)
        action.setMenuRole(command.role)
        action.setCheckable(command.checkable or command.choice is not None)
        if command.choice is not None:
            group = self._groups.setdefault(command.choice, QActionGroup(window))
            group.addAction(action)
        if command.scope in (Scope.LIST, Scope.BOX):
            action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        if command.scope is Scope.UNCLAIMED:
            action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        action.setShortcuts([QKeySequence(key) for key in command.keys])
        return action

    def attach(self, scope: Scope, widget: QWidget) -> None:
        """Let the keys of `scope` work in `widget`."""
        widget.addActions([self[command.name] for command in in_scope(scope)])

    def unclaimed(self, keys: QKeySequence) -> QAction | None:
        """Return the command that takes `keys` when nothing that has the focus wanted them."""
        wanted = (self[command.name] for command in in_scope(Scope.UNCLAIMED))
        return next((action for action in wanted if keys in action.shortcuts() and action.isEnabled()), None)

    def fill(self, bar: QMenuBar) -> None:
        """Build the menus."""
        for title in MENUS:
            menu = bar.addMenu(QCoreApplication.translate("Actions", title))
            menu.setObjectName(title.replace("&", ""))
            for command in COMMANDS:
                if command.menu == title and command.in_menu:
                    if command.line_before:
                        menu.addSeparator()
                    menu.addAction(self[command.name])


def in_scope(scope: Scope) -> Iterator[Command]:
    """Give the commands whose keys work in `scope`."""
    return (command for command in COMMANDS if command.scope is scope)


def translated_text(command: Command) -> str:
    """Return the text of a command in the language of the window, with its mnemonic."""
    return QCoreApplication.translate("Actions", command.text)


def plain_text(command: Command) -> str:
    """Return the text of a command as the list of keys shows it."""
    return without_mnemonic(translated_text(command)).removesuffix("…")


def without_mnemonic(text: str) -> str:
    """Drop the mark of the underlined letter; Chinese carries it as `(&F)`."""
    start = text.find("(&")
    if start >= 0 and text[start + 3 : start + 4] == ")":
        text = text[:start] + text[start + 4 :]
    return text.replace("&", "")

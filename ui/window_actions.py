"""The table of commands as the QActions of one window."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QMenuBar, QWidget

from ui.actions import COMMANDS, MENUS, Command, KeyScope, in_scope, translated_text
from ui.need import Need


class Actions:
    """The commands of the table as QActions, by name."""

    def __init__(self, window: QWidget) -> None:
        self._groups: dict[str, QActionGroup] = {}
        self._actions = {command.name: self._make(command, window) for command in COMMANDS}
        window.addActions([self[command.name] for command in in_scope(KeyScope.WINDOW)])

    def __getitem__(self, name: str) -> QAction:
        return self._actions[name]

    def join(self, commands: Mapping[str, Callable[[], object]]) -> None:
        """Connect commands, by name, to what they do."""
        for name, do in commands.items():
            # The signal carries whether the action is checked, which no command needs.
            self[name].triggered.connect(lambda _=False, do=do: do())

    def enable(self, held: Need) -> None:
        """Enable the commands whose needs all hold."""
        for command in COMMANDS:
            self[command.name].setEnabled(command.needs in held)

    def _make(self, command: Command, window: QWidget) -> QAction:
        action = QAction(translated_text(command), window)
        action.setObjectName(command.name)
        action.setMenuRole(command.role)
        action.setCheckable(command.checkable or command.choice is not None)
        if command.choice is not None:
            group = self._groups.setdefault(command.choice, QActionGroup(window))
            group.addAction(action)
        if command.scope in (KeyScope.LIST, KeyScope.BOX, KeyScope.UNCLAIMED):
            action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        action.setShortcuts([QKeySequence(key) for key in command.keys])
        return action

    def attach(self, scope: KeyScope, widget: QWidget) -> None:
        """Let the keys of `scope` work in `widget`."""
        widget.addActions([self[command.name] for command in in_scope(scope)])

    def unclaimed(self, keys: QKeySequence) -> QAction | None:
        """Return the enabled command for `keys` that the widget with the focus did not use."""
        wanted = (self[command.name] for command in in_scope(KeyScope.UNCLAIMED))
        return next((action for action in wanted if keys in action.shortcuts() and action.isEnabled()), None)

    def fill(self, bar: QMenuBar) -> None:
        """Build the menus."""
        for title, commands in MENUS.items():
            menu = bar.addMenu(QCoreApplication.translate("Actions", title))
            menu.setObjectName(title.replace("&", ""))
            for command in commands:
                if command.line_before:
                    menu.addSeparator()
                if command.scope is not KeyScope.BOX:
                    menu.addAction(self[command.name])

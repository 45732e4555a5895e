from collections import Counter

import pytest
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QLabel, QMainWindow, QWidget

from ui.actions import COMMANDS, KeyScope, plain_text, without_mnemonic
from ui.dialogs.keys import Keys, shown_keys
from ui.window_actions import Actions


def test_names_are_unique():
    assert len({command.name for command in COMMANDS}) == len(COMMANDS)


def test_no_key_means_two_things():
    everywhere = [
        QKeySequence(key).toString()
        for command in COMMANDS
        if command.scope in (KeyScope.WINDOW, KeyScope.UNCLAIMED)
        for key in command.keys
    ]
    assert [key for key, times in Counter(everywhere).items() if times > 1] == []
    for scope in (KeyScope.LIST, KeyScope.BOX):
        here = [QKeySequence(key).toString() for command in COMMANDS if command.scope is scope for key in command.keys]
        assert not set(here) & set(everywhere)
        assert len(here) == len(set(here))


def test_every_key_is_one_that_qt_knows():
    for command in COMMANDS:
        for key in command.keys:
            assert not QKeySequence(key).isEmpty(), command.name


def test_the_menus_hold_every_command_once(qtbot):
    window = QMainWindow()
    qtbot.addWidget(window)
    actions = Actions(window)
    actions.fill(window.menuBar())
    shown = [entry.objectName() for menu in window.menuBar().actions() for entry in menu.menu().actions()]
    assert sorted(name for name in shown if name) == sorted(c.name for c in COMMANDS if c.scope is not KeyScope.BOX)


def test_only_a_free_command_takes_a_key_that_nobody_claimed(qtbot):
    window = QWidget()
    qtbot.addWidget(window)
    actions = Actions(window)
    assert actions.unclaimed(QKeySequence("Esc")) is actions["leave"]
    assert actions.unclaimed(QKeySequence("J")) is None


@pytest.mark.parametrize(
    ("text", "plain"), [("&File", "File"), ("文件(&F)", "文件"), ("导入文件夹(&O)…", "导入文件夹…"), ("a (b)", "a (b)")]
)
def test_mnemonics_go_in_both_languages(text, plain):
    assert without_mnemonic(text) == plain


def test_the_list_of_keys_shows_every_command_that_has_one(qtbot):
    dialog = Keys()
    qtbot.addWidget(dialog)
    shown = {label.text() for label in dialog.findChildren(QLabel)}
    for command in COMMANDS:
        if command.keys:
            assert plain_text(command) in shown
            assert shown_keys(command) in shown

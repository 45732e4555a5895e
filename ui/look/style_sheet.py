"""The style sheet of the window: hairlines and space, no bevels."""

from __future__ import annotations

from dataclasses import asdict
from string import Template

from reader.paths import RESOURCES
from ui.look.colours import Colours

_ICONS = RESOURCES / "icons"


def style_sheet(colours: Colours) -> str:
    """Return the style sheet in `colours`."""
    return _SHEET.substitute(asdict(colours), icons=_ICONS.as_posix())


_SHEET = Template("""
QMainWindow, QDialog { background: $page; }
QToolTip { background: $panel; color: $text; border: 1px solid $hairline; padding: 4px 6px; }

QMenuBar { background: $sidebar; color: $text; border: none; border-bottom: 1px solid $hairline;
    padding: 2px 4px; }
QMenuBar::item { background: transparent; padding: 4px 10px; border-radius: 4px; }
QMenuBar::item:selected { background: $selection; }
QMenu { background: $page; color: $text; border: 1px solid $hairline; padding: 4px; }
QMenu::item { padding: 5px 28px 5px 24px; border-radius: 4px; }
QMenu::item:selected { background: $selection; color: $text; }
QMenu::item:disabled { color: $secondary; }
QMenu::separator { height: 1px; background: $hairline; margin: 4px 8px; }

QSplitter::handle { background: $hairline; }
QSplitter::handle:horizontal { width: 1px; }

QLineEdit { background: $page; color: $text; border: 1px solid $hairline; border-radius: 6px;
    padding: 5px 8px; selection-background-color: $accent; selection-color: $page; }
QLineEdit:focus { border: 1px solid $accent; }

QPushButton { background: $page; color: $text; border: 1px solid $hairline; border-radius: 6px;
    padding: 5px 14px; min-height: 18px; }
QPushButton:hover { background: $panel; }
QPushButton:pressed { background: $selection; }
QPushButton:focus { border: 1px solid $accent; }
QPushButton:default, QPushButton[primary="true"] { background: $accent; color: $page;
    border: 1px solid $accent; }
QPushButton[primary="true"]:hover, QPushButton:default:hover { border: 1px solid $text; }
QPushButton[primary="true"]:focus, QPushButton:default:focus { border: 2px solid $text; padding: 4px 13px; }
QPushButton:disabled { color: $secondary; background: $panel; border: 1px solid $hairline; }
QPushButton[quiet="true"], QToolButton { background: transparent; color: $secondary;
    border: 1px solid transparent; border-radius: 4px; padding: 3px 6px; }
QPushButton[quiet="true"] { color: $accent; }
QPushButton[quiet="true"]:hover, QToolButton:hover { background: $selection; color: $text; }
QPushButton[quiet="true"]:focus, QToolButton:focus { border: 1px solid $accent; }
QToolButton::menu-indicator { image: none; width: 0; }

QComboBox, QSpinBox { background: $page; color: $text; border: 1px solid $hairline; border-radius: 6px;
    padding: 4px 8px; min-height: 20px; min-width: 200px; }
QComboBox:focus, QSpinBox:focus { border: 1px solid $accent; }
QSpinBox QLineEdit { background: transparent; border: none; padding: 0 6px; }
QComboBox::drop-down { border: none; width: 24px; }
QComboBox::down-arrow, QSpinBox::down-arrow { image: url($icons/small-down.svg); width: 14px; height: 14px; }
QSpinBox::up-arrow { image: url($icons/small-up.svg); width: 14px; height: 14px; }
QSpinBox::up-button, QSpinBox::down-button { border: none; background: transparent; width: 24px; }
QComboBox QAbstractItemView { background: $page; color: $text; border: 1px solid $hairline;
    selection-background-color: $selection; selection-color: $text; outline: none; }

QTableView, QTreeView { background: $page; alternate-background-color: $list; color: $text; border: 1px solid $hairline;
    border-radius: 6px; gridline-color: transparent;
    selection-background-color: $selection; selection-color: $text; }
QHeaderView::section { background: $page; color: $secondary; border: none; border-bottom: 1px solid $hairline;
    padding: 6px 8px; }
QTableView, QTreeView { outline: none; }
QTableView::item, QTreeView::item { padding: 0 8px; border: none; }
QTreeView::item { height: 30px; }
QTableView::item:selected { background: $selection; color: $text; }

QListView { border: none; outline: none; }
#tagList, #completions { background: $page; color: $text; border: 1px solid $hairline; padding: 4px; }
#tagList { border-radius: 6px; }
#tagList::item, #completions::item { padding: 3px 4px; border-radius: 4px; }
#tagList::item:selected, #completions::item:selected { background: $selection; color: $text; }
QScrollArea { border: none; background: transparent; }
QScrollBar:vertical { background: transparent; width: 10px; margin: 0; }
QScrollBar:horizontal { background: transparent; height: 10px; margin: 0; }
QScrollBar::handle { background: $hairline; border-radius: 3px; margin: 2px; }
QScrollBar::handle:vertical { min-height: 32px; }
QScrollBar::handle:horizontal { min-width: 32px; }
QScrollBar::handle:hover { background: $secondary; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }

QProgressBar { background: $hairline; border: none; border-radius: 1px; max-height: 3px; min-height: 3px; }
QProgressBar::chunk { background: $accent; border-radius: 1px; }

#sidebar, #sidebar QListView { background: $sidebar; }
#listColumn, #listColumn QTableView { background: $list; border: none; border-radius: 0;
    selection-background-color: transparent; }
#listColumn QTableView::item:selected { background: transparent; }
PageBrowser { background: $page; color: $text; border: none; selection-background-color: $selection;
    selection-color: $text; }
#pagePlace, ReadingPane QStackedWidget > QLabel { background: $page; color: $secondary; }
#messageBar, #searchHint { background: $raised; border: 1px solid $hairline; }
#messageBar { border-radius: 8px; }
#messageBar QLabel { color: $text; background: transparent; }
#searchHint { border-radius: 6px; color: $text; padding: 4px 10px; }
#importBar { background: transparent; border-top: 1px solid $hairline; }
#dropCover { background: transparent; }
QLabel[role="secondary"] { color: $secondary; }
QLabel[role="heading"] { color: $text; }
#emptyState { background: transparent; }
#firstRun { background: $page; }
""")

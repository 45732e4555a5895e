"""The message that floats over the foot of the page, with buttons for the answers to it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import shiboken6
from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QCursor, QEnterEvent, QKeyEvent
from PySide6.QtWidgets import QAbstractButton, QApplication, QHBoxLayout, QLabel, QPushButton, QToolButton, QWidget

from ui.look.colours import Colours
from ui.look.icons import icon
from ui.look.latin_marks import suit
from ui.single_shot import single_shot
from ui.views.shadow import Shadow

_PASSING_MS = 5000
_HEIGHT = 44
_WIDEST = 680
_FROM_EDGE = 20
_BESIDE, _BETWEEN, _ABOVE = 16, 8, 10
_CROSS = 16
_MOVED = frozenset({QEvent.Type.Resize, QEvent.Type.Move, QEvent.Type.Show, QEvent.Type.Hide})
_ACTIVATED = frozenset({QEvent.Type.WindowActivate, QEvent.Type.WindowDeactivate})


@dataclass(frozen=True, slots=True)
class Choice:
    """A button of a message: its text and its action."""

    text: str
    do: Callable[[], object]


@dataclass(frozen=True, slots=True)
class Message:
    """A message. One that `stays` needs an answer; a newer message on the same subject, `about`, replaces it."""

    text: str
    choices: tuple[Choice, ...]
    stays: bool
    about: str

    @property
    def asks(self) -> bool:
        """Whether the message waits for one of its choices."""
        return self.stays and bool(self.choices)


class MessageBar(QWidget):
    """Shows one message at a time, floating over the page.

    A message is hidden after five seconds in which the window is active, unless the pointer or the focus is in it: a
    person who comes back from another program sees the result of a long job. A message that stays is never lost: it
    returns after the one that was shown in its place. A question waits for its turn, other messages are shown at once.

    Signals:
        changed: another message is shown, or none any more.
    """

    changed = Signal()

    def __init__(self, colours: Colours, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("messageBar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._over = parent
        self._foot = parent
        self._shown: Message | None = None
        self._waiting: list[Message] = []
        self.focus_home: QWidget | None = None
        self._focus_before: QWidget | None = None
        self._shadow = Shadow(parent)
        self._text = QLabel(self)
        self._text.setTextFormat(Qt.TextFormat.PlainText)
        self._text.setWordWrap(True)
        self.buttons: list[QPushButton] = []
        self._close = QToolButton(self)
        self._close.setIconSize(QSize(_CROSS, _CROSS))
        self._close.setToolTip(self.tr("Close"))
        self._close.setAccessibleName(self.tr("Close this message"))
        self._close.clicked.connect(self.close_message)
        self._passing = single_shot(self, _PASSING_MS, self._pass)
        self._layout = QHBoxLayout(self)
        self._layout.setContentsMargins(_BESIDE, 0, _BETWEEN, 0)
        self._layout.setSpacing(_BETWEEN)
        self._layout.addWidget(self._text, 1)
        self._layout.addWidget(self._close)
        self.set_colours(colours)
        self.hide()
        parent.installEventFilter(self)
        application = QApplication.instance()
        if isinstance(application, QApplication):
            application.focusChanged.connect(self._follow_focus)

    @property
    def text(self) -> str:
        """The text of the message that is shown; empty if there is none."""
        return "" if self._shown is None else self._shown.text

    def set_colours(self, colours: Colours) -> None:
        """Apply `colours`."""
        self._colours = colours
        self._shadow.set_dark(colours.dark)
        if self._shown is not None:
            self._close.setIcon(icon("close", colours.secondary))

    def stand_over(self, page: QWidget) -> None:
        """Float over the foot of `page`, a widget of the same window."""
        if self._foot is not self._over and shiboken6.isValid(self._foot):
            self._foot.removeEventFilter(self)
        self._foot = page
        page.installEventFilter(self)
        self._place()

    # Messages

    def say(self, text: str, choices: Sequence[Choice] = (), *, stays: bool = False, about: str = "") -> None:
        """Show a message, in place of an older one on the same subject.

        Args:
            text: the words.
            choices: the buttons.
            stays: whether the message stays until it is answered or closed.
            about: the subject; by default the words themselves.
        """
        message = Message(text, tuple(choices), stays, about or text)
        # At most one message that does not stay is queued.
        self._waiting = [
            each for each in self._waiting if each.about != message.about and (each.stays or message.stays)
        ]
        shown = self._shown
        if shown is None or shown.about == message.about:
            self._show(message)
        elif message.asks:
            self._waiting.append(message)
        elif self._is_held():
            self._waiting.insert(0, message)
        else:
            if shown.stays:
                self._waiting.insert(0, shown)
            self._show(message)

    def withdraw(self, about: str) -> None:
        """Remove the message on a subject that is settled."""
        self._waiting = [each for each in self._waiting if each.about != about]
        if self._shown is not None and self._shown.about == about:
            self.close_message()

    def clear(self) -> None:
        """Remove all messages, queued ones included: they are about a library that is not shown any more."""
        self._waiting = []
        self.close_message()

    def close_message(self) -> None:
        """Hide the message, and show the next one in the queue."""
        self._passing.stop()
        self._give_focus_back()
        if self._waiting:
            self._show(self._waiting.pop(0))
            return
        self._shown = None
        self.hide()
        self._shadow.hide()
        self.changed.emit()

    def _show(self, message: Message) -> None:
        had_focus = self._has_focus()
        if had_focus:
            self._close.setFocus()
        for button in self.buttons:
            self._layout.removeWidget(button)
            button.hide()
            button.deleteLater()
        self._shown = message
        self.buttons = [self._button(choice) for choice in message.choices]
        for before, after in pairwise((*self.buttons, self._close)):
            QWidget.setTabOrder(before, after)
        self._text.setText(message.text)
        suit(self._text)
        self.setAccessibleName(message.text)
        self._close.setIcon(icon("close", self._colours.secondary))
        self._go_on_passing()
        self._place()
        self.show()
        self.raise_()
        self._shadow.show()
        self._shadow.stackUnder(self)
        if had_focus:
            self.take_focus()
        self._announce(message)
        self.changed.emit()

    def _announce(self, message: Message) -> None:
        """Announce the message to a screen reader, which would not notice a floating widget."""
        from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent

        event = QAccessibleAnnouncementEvent(self, message.text)
        if message.stays:
            event.setPoliteness(QAccessible.AnnouncementPoliteness.Assertive)
        QAccessible.updateAccessibility(event)

    def _button(self, choice: Choice) -> QPushButton:
        button = QPushButton(choice.text, self)
        button.setProperty("quiet", True)

        def answer() -> None:
            self.close_message()
            choice.do()

        button.clicked.connect(answer)
        self._layout.insertWidget(self._layout.count() - 1, button)
        button.show()
        return button

    # Duration

    def _is_held(self) -> bool:
        """Say whether the pointer or the focus is in the message."""
        if not self.isVisible():
            return False
        return self._has_focus() or self.rect().contains(self.mapFromGlobal(QCursor.pos()))

    def _has_focus(self) -> bool:
        focus = QApplication.focusWidget()
        return focus is not None and self.isAncestorOf(focus)

    def _pass(self) -> None:
        """Hide the message, unless the pointer or the focus is in it."""
        if self._is_held():
            self._passing.start()
        else:
            self.close_message()

    def _go_on_passing(self) -> None:
        """Start the five seconds again, if the message does not stay and the window is active."""
        if self._shown is None or self._shown.stays or not self.isActiveWindow():
            self._passing.stop()
        else:
            self._passing.start()

    def enterEvent(self, event: QEnterEvent) -> None:  # noqa: N802 - as Qt has it
        """Override QWidget.enterEvent: a message under the pointer stays."""
        self._passing.stop()

    def leaveEvent(self, event: QEvent) -> None:  # noqa: N802 - as Qt has it
        """Override QWidget.leaveEvent."""
        self._go_on_passing()

    # The keyboard

    def take_focus(self) -> None:
        """Focus the first button of the message."""
        if self._shown is not None:
            (*self.buttons, self._close)[0].setFocus(Qt.FocusReason.ShortcutFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - as Qt has it
        """Override QWidget.keyPressEvent: Esc returns the focus, and closes a passing message."""
        focus = self.focusWidget()
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and isinstance(focus, QAbstractButton):
            focus.click()
        elif event.key() != Qt.Key.Key_Escape:
            super().keyPressEvent(event)
        elif self._shown is not None and self._shown.stays:
            self._give_focus_back()
        else:
            self.close_message()

    def _follow_focus(self, before: QWidget | None, now: QWidget | None) -> None:
        if not shiboken6.isValid(self):
            return
        was, is_inside = (each is not None and self.isAncestorOf(each) for each in (before, now))
        if is_inside and not was:
            # Not a widget of another window: the focus also returns from dialogs and other programs.
            if before is not None and before.window() is self.window():
                self._focus_before = before
            self._passing.stop()
        elif was and not is_inside:
            self._go_on_passing()

    def _give_focus_back(self) -> None:
        """Return the focus to the widget that had it before, or to `focus_home`; Qt would choose any widget."""
        before, self._focus_before = self._focus_before, None
        if before is None or not shiboken6.isValid(before) or not before.isVisible():
            before = self.focus_home
        if self._has_focus() and before is not None:
            before.setFocus()

    # Place

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - as Qt has it
        """Override QObject.eventFilter: the page was moved, or the window was activated or deactivated."""
        if event.type() in _MOVED:
            self._place()
        elif event.type() in _ACTIVATED:
            self._go_on_passing()
        return False

    def _place(self) -> None:
        """Move to the middle of the page, 20 px above its foot, as wide as the words."""
        if self._shown is None:
            return
        room = self._over.width() - 2 * _FROM_EDGE
        width, height = self._size_within(min(room, _WIDEST))
        foot = self._foot_rect()
        left = foot.left() + (foot.width() - width) // 2
        left = max(_FROM_EDGE, min(left, _FROM_EDGE + room - width))
        self.setGeometry(left, foot.bottom() + 1 - _FROM_EDGE - height, width, height)
        self._shadow.surround(self.geometry())

    def _foot_rect(self) -> QRect:
        foot = self._foot
        if foot is self._over or not shiboken6.isValid(foot) or not foot.isVisible():
            return self._over.rect()
        return QRect(foot.mapTo(self._over, QPoint(0, 0)), foot.size())

    def _size_within(self, widest: int) -> tuple[int, int]:
        parts = [*self.buttons, self._close]
        beside = _BESIDE + _BETWEEN + sum(_BETWEEN + part.sizeHint().width() for part in parts)
        metrics = self._text.fontMetrics()
        longest = max(metrics.horizontalAdvance(line) for line in self.text.split("\n"))
        width = min(beside + longest + 2, widest)
        lines = self._text.heightForWidth(max(1, width - beside))
        return width, max(_HEIGHT, lines + 2 * _ABOVE)

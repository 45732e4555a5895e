"""A link leads to the web or to a mail, is shown before it is followed, and looks like what it is."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from PySide6.QtCore import QTimer, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from reader.clean import clean_capture
from reader.clean.links import link
from tests.lab.hostile.materials import links_worth_trying
from tests.lab.hostile.wandering import odd_places
from tests.reader.clean.pages import capture
from ui.app import Running
from ui.dialogs.open_link import OpenLink, shown_host
from ui.page.browser import is_safe

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")

SAFE = ("http", "https", "mailto")


@pytest.mark.parametrize("base", [None, "https://www.example.org/a/b.html", "file:///etc/", "javascript:x"])
def test_no_scheme_but_three_comes_out_of_the_cleaner(base: str | None) -> None:
    for address in links_worth_trying():
        found = link(address, base)
        assert found is None or urlsplit(found).scheme in SAFE, address
        assert found is None or found.isprintable() or not any(char < " " for char in found), address


def test_no_page_holds_a_link_of_another_scheme() -> None:
    page = clean_capture(capture("".join(f'<p><a href="{address}">x</a></p>' for address in links_worth_trying())))
    found = [part.partition('"')[0] for part in page.html.split('href="')[1:]]
    assert found
    assert {urlsplit(address).scheme for address in found} <= set(SAFE)


def test_the_window_takes_no_scheme_but_three() -> None:
    taken = {QUrl(address).scheme().lower() for address in links_worth_trying() if is_safe(QUrl(address))}
    assert taken <= set(SAFE)


@pytest.fixture
def asked(filled: object, start: object, monkeypatch: pytest.MonkeyPatch) -> tuple[Running, list[str]]:
    run: Running = start()  # type: ignore[operator]
    opened: list[str] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: opened.append(url.toString()) or True)
    return run, opened


def test_nothing_is_opened_that_was_not_shown_and_agreed_to(asked: tuple[Running, list[str]], qtbot: QtBot) -> None:
    run, opened = asked
    for address in links_worth_trying():
        if is_safe(QUrl(address)) and QUrl(address, QUrl.ParsingMode.StrictMode).isValid():
            continue
        run.commands.open_link(address)
        assert QApplication.activeModalWidget() is None, address
    assert opened == []
    shown: list[str] = []

    def answer(accept: bool) -> None:
        dialog = QApplication.activeModalWidget()
        assert isinstance(dialog, OpenLink)
        shown.append(dialog.address.toPlainText())
        dialog.accept() if accept else dialog.reject()

    for accept in (False, True):
        QTimer.singleShot(100, lambda accept=accept: answer(accept))
        run.commands.open_link("https://example.org/a")
    assert shown == ["https://example.org/a"] * 2
    assert opened == ["https://example.org/a"]


@pytest.mark.parametrize(
    "address",
    [
        "https://evil.test/\u202egpj.exe",
        "https://moc.elgoog\u202e.test/",
        "https://a.test/\u200b\u2066x",
        "https://<b>bold</b>.test/<img src=x>",
        "mailto:<img src=x>@a.test",
        "https://" + "a." * 4_000 + "test/",
        "https://аррӏе.com/",
        "https://google.com@evil.test/",
    ],
)
def test_the_dialog_shows_an_address_as_what_it_is(qtbot: QtBot, address: str) -> None:
    dialog = OpenLink(address)
    qtbot.addWidget(dialog)
    assert odd_places(dialog) == []
    assert dialog.address.toPlainText().isprintable()
    labels = [label.text() for label in dialog.findChildren(QLabel)]
    assert all(len(text) <= 253 for text in labels)
    assert "evil" in " ".join(labels) or "evil" not in shown_host(address)

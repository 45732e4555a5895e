"""Nothing that a page says makes Qt open a file: watched by the system itself, through inotify."""

from __future__ import annotations

import ctypes
import os
import select
import struct
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QUrl
from PySide6.QtGui import QImage, QTextDocument
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.ui.page.pages import article, held, no_picture, picture
from ui.page.browser import PageBrowser
from ui.views.reading_pane import ReadingPane

pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="inotify is how Linux tells that a file was opened"),
    pytest.mark.qt_log_ignore("propagateSizeHints"),
]

_IN_OPEN = 0x20


class OpenedFiles:
    """Names the files of a folder that anything opened."""

    def __init__(self, folder: Path) -> None:
        libc = ctypes.CDLL(None, use_errno=True)
        self._inotify = libc.inotify_init1(os.O_NONBLOCK)
        assert self._inotify >= 0
        assert libc.inotify_add_watch(self._inotify, os.fsencode(folder), _IN_OPEN) >= 0

    def names(self) -> list[str]:
        found: list[str] = []
        while select.select([self._inotify], [], [], 0)[0]:
            data = os.read(self._inotify, 65536)
            while data:
                _, _, _, length = struct.unpack_from("iIII", data)
                found.append(data[16 : 16 + length].rstrip(b"\0").decode())
                data = data[16 + length :]
        return found

    def close(self) -> None:
        os.close(self._inotify)


@pytest.fixture
def canaries(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Lay out files that a hostile page may name, and stand among them."""
    for name in ("canary.png", "img:0", "img:0@2x", "img:7", "0"):
        (tmp_path / name).write_bytes(picture(8, 8))
    (tmp_path / "canary.css").write_text("p { color: red }", "utf-8")
    (tmp_path / "canary.html").write_text("<p>let in</p>", "utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def opened(canaries: Path) -> Iterator[OpenedFiles]:
    watch = OpenedFiles(canaries)
    yield watch
    assert (canaries / "canary.png").read_bytes()
    assert "canary.png" in watch.names(), "the watch itself must work"
    watch.close()


def hostile(folder: Path) -> str:
    file = folder / "canary.png"
    sources = [f"file://{file}", str(file), "canary.png", "./canary.png", f"qrc:{file}", "img:7", "img:0/../canary.png"]
    pictures = "".join(f'<img src="{source}">' for source in sources)
    return (
        '<p><img src="img:0"></p>'
        f'<link rel="stylesheet" href="file://{folder}/canary.css"><style>@import url("canary.css");</style>'
        f'<body background="canary.png"><p style="background-image:url(canary.png)">一</p>{pictures}'
        f'<table background="canary.png"><tr><td>a</td><td background="file://{file}">b</td></tr></table>'
        f'<ul style="list-style-image:url(canary.png)"><li>c</li></ul><svg><image href="{file}"/></svg>'
        f'<object data="{file}"></object><img src="data:image/svg+xml;utf8,<svg><image href=\'{file}\'/></svg>">'
    )


def test_a_hostile_page_opens_no_file(pane: ReadingPane, canaries: Path, opened: OpenedFiles, qtbot: QtBot) -> None:
    svg = f'<svg xmlns="http://www.w3.org/2000/svg"><image href="{canaries}/canary.png"/></svg>'.encode()
    images = (held("a", 400, 300),)
    pane.show_article(
        article(hostile(canaries), f'<img src="{canaries}/canary.png">', images=images), picture=lambda _: svg
    )
    view = pane.findChild(PageBrowser)
    with qtbot.waitSignal(view.picture_object.pictures.arrived):
        pane.grab()
    pane.grab()
    view.selectAll()
    view.copy()
    QApplication.clipboard().mimeData().text()
    assert opened.names() == []


def test_no_resource_is_anything_but_a_null_image(pane: ReadingPane, canaries: Path, opened: OpenedFiles) -> None:
    pane.show_article(article("<p>x</p>"), picture=no_picture)
    view = pane.findChild(PageBrowser)
    document = view.document()
    for name in (
        f"file://{canaries}/canary.png",
        "canary.png",
        "canary.css",
        "qrc:/qt-project.org/x",
        "img:0",
        "img:7",
        "",
    ):
        for kind in QTextDocument.ResourceType:
            answer = view.loadResource(kind.value, QUrl(name))
            assert isinstance(answer, QImage)
            assert answer.isNull()
            found = document.resource(kind.value, QUrl(name))
            assert found is None or found.isNull()
    assert opened.names() == []


def test_a_page_goes_nowhere_by_itself(pane: ReadingPane, canaries: Path, opened: OpenedFiles) -> None:
    pane.show_article(article("<p>still here</p>"), picture=no_picture)
    view = pane.findChild(PageBrowser)
    view.setSource(QUrl.fromLocalFile(str(canaries / "canary.html")))
    view.setSource(QUrl("canary.html"))
    view.reload()
    view.home()
    view.backward()
    assert "still here" in view.toPlainText()
    assert opened.names() == []


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "file:///etc/passwd",
        "smb://x/y",
        "ms-msdt:/id",
        "data:text/html,x",
        "//x",
        "x",
        "revision:x",
        "",
    ],
)
def test_unsafe_addresses_are_dropped(pane: ReadingPane, qtbot: QtBot, address: str) -> None:
    pane.show_article(article("<p>x</p>"), picture=no_picture)
    view = pane.findChild(PageBrowser)
    with qtbot.assertNotEmitted(pane.link_requested), qtbot.assertNotEmitted(pane.revision_requested):
        view.anchorClicked.emit(QUrl(address))


@pytest.mark.parametrize("address", ["https://example.com/a?b=c", "http://example.com/", "mailto:a@b.example"])
def test_safe_addresses_come_out_and_open_nothing(pane: ReadingPane, qtbot: QtBot, address: str) -> None:
    pane.show_article(article("<p>x</p>"), picture=no_picture)
    view = pane.findChild(PageBrowser)
    assert not view.openLinks()
    assert not view.openExternalLinks()
    with qtbot.waitSignal(pane.link_requested) as told:
        view.anchorClicked.emit(QUrl(address))
    assert told.args == [address]

from __future__ import annotations

import struct
import threading
import zlib
from pathlib import Path

import pytest
from PySide6.QtCore import QSize
from pytestqt.qtbot import QtBot

from reader.errors import StoreError
from tests.support.patience import PATIENCE_SECONDS
from tests.ui.page.pages import held, picture
from ui.page.pictures import Pictures, decode_picture, picture_size

ROOM = QSize(500, 500)


def png_head(width: int, height: int) -> bytes:
    """Write a PNG that says it is huge; its few bytes are all zero pixels."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = zlib.compress(bytes(1000))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


@pytest.mark.parametrize("image_format", ["PNG", "JPEG", "BMP", "WEBP"])
def test_a_picture_is_made_smaller_but_never_larger(image_format: str) -> None:
    data = picture(1000, 400, image_format=image_format)
    assert picture_size(data) == QSize(1000, 400)
    assert decode_picture(data, ROOM).size() == QSize(500, 200)
    assert decode_picture(data, QSize(4000, 4000)).size() == QSize(1000, 400)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"no picture",
        b"\xff\xd8\xff half of one",
        b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>',
        b"\x89PNG\r\n\x1a\n" + b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>',
        b"RIFF0000WAVE",
    ],
)
@pytest.mark.qt_log_ignore("Unsupported marker type")
def test_what_is_no_picture_of_the_five_kinds_is_null(data: bytes) -> None:
    assert decode_picture(data, ROOM).isNull()
    assert picture_size(data) is None


def test_a_bomb_is_refused_by_its_head() -> None:
    assert decode_picture(png_head(7900, 7900), ROOM).isNull()
    assert picture_size(png_head(20000, 20000)) is None


def test_an_svg_with_the_magic_of_another_kind_reads_no_file(tmp_path: Path) -> None:
    (tmp_path / "canary.png").write_bytes(picture(4, 4))
    svg = f'<svg xmlns="http://www.w3.org/2000/svg"><image href="{tmp_path}/canary.png"/></svg>'
    assert decode_picture(svg.encode(), ROOM).isNull()


def test_pictures_are_decoded_in_another_thread_and_arrive(qtbot: QtBot) -> None:
    threads: list[str] = []

    def read(_sha256: str) -> bytes:
        threads.append(threading.current_thread().name)
        return picture(100, 50)

    pictures = Pictures()
    pictures.show((held("a", 100, 50),), read)
    with qtbot.waitSignal(pictures.arrived):
        assert pictures.image(0, QSize(100, 50)) is None
    image = pictures.image(0, QSize(100, 50))
    assert image is not None
    assert image.size() == QSize(100, 50)
    assert threads == [name for name in threads if name.startswith("picture")] != []
    pictures.close()


def test_a_picture_that_cannot_be_read_is_broken_not_awaited(qtbot: QtBot) -> None:
    def read(_sha256: str) -> bytes:
        raise StoreError("The store is gone.")

    pictures = Pictures()
    pictures.show((held("a", 100, 50),), read)
    with qtbot.waitSignal(pictures.arrived):
        pictures.image(0, ROOM)
    image = pictures.image(0, ROOM)
    assert image is not None
    assert image.isNull()
    pictures.close()


def test_what_another_page_asked_for_never_arrives(qtbot: QtBot) -> None:
    let_go = threading.Event()

    def slow(_sha256: str) -> bytes:
        let_go.wait(PATIENCE_SECONDS)
        return picture(10, 10)

    pictures = Pictures()
    pictures.show((held("a", 100, 50),), slow)
    pictures.image(0, ROOM)
    pictures.show((held("b", 100, 50),), lambda _sha256: picture(20, 20))
    let_go.set()
    with qtbot.waitSignal(pictures.arrived):
        pictures.image(0, ROOM)
    image = pictures.image(0, ROOM)
    assert image is not None
    assert image.width() == 20
    pictures.close()


def test_a_size_that_is_not_known_is_read_from_the_picture() -> None:
    pictures = Pictures()
    pictures.show((held("a", None, None), held("b", None, None)), {"a": picture(30, 40)}.get)
    assert pictures.size_of(0) == QSize(30, 40)
    assert pictures.size_of(1) is None
    pictures.close()


def test_only_names_of_pictures_are_answered(qtbot: QtBot) -> None:
    pictures = Pictures()
    pictures.show((held("a", 10, 10),), lambda _sha256: picture(10, 10))
    with qtbot.waitSignal(pictures.arrived):
        pictures.image(0, ROOM)
    assert not pictures.named("img:0").isNull()
    for name in ("img:1", "img:0/../x", "file:///etc/passwd", "", "IMG:0 "):
        assert pictures.named(name).isNull()
    pictures.close()


def test_a_pane_that_goes_while_pictures_are_decoded_leaves_no_thread(qtbot: QtBot) -> None:
    begun, let_go = threading.Event(), threading.Event()

    def slow(_sha256: str) -> bytes:
        begun.set()
        let_go.wait(PATIENCE_SECONDS)
        return picture(10, 10)

    pictures = Pictures()
    pictures.show((held("a", 100, 50), held("b", 100, 50), held("c", 100, 50)), slow)
    for number in range(3):
        pictures.image(number, ROOM)
    assert begun.wait(PATIENCE_SECONDS)
    let_go.set()
    pictures.close()
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("picture")]
    pictures.image(0, QSize(9, 9))
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("picture")]

"""Opens the bytes of a picture by the kind that their beginning shows, whatever the name says."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QBuffer, QByteArray, QIODevice
from PySide6.QtGui import QImageReader

from reader.pictures import picture_kind

ReadPicture = Callable[[str], bytes | None]


def picture_reader(data: bytes) -> tuple[QImageReader | None, QBuffer]:
    """Open a picture of a kind that Pressmark keeps, None for other bytes; the buffer must outlive the reader."""
    device = QBuffer()
    kind = picture_kind(data)
    if kind is None:
        return None, device
    device.setData(QByteArray(data))
    device.open(QIODevice.OpenModeFlag.ReadOnly)
    reader = QImageReader(device, QByteArray(kind.name.lower().encode()))
    reader.setAutoDetectImageFormat(False)
    reader.setAutoTransform(True)
    return reader, device

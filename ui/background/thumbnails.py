"""The thumbnails of the list: decoded in a thread of low priority, cached as pixmaps in the GUI thread."""

from __future__ import annotations

import logging
from collections import OrderedDict

from PySide6.QtCore import (
    QMutex,
    QObject,
    QRect,
    QRectF,
    Qt,
    QThread,
    QWaitCondition,
    Signal,
    Slot,
)
from PySide6.QtGui import QImage, QPainter, QPainterPath, QPixmap

from reader.errors import ReaderError
from ui.background.picture_reader import ReadPicture, picture_reader

logger = logging.getLogger(__name__)

_KEPT_BYTES = 8 * 1024 * 1024
_WAITING = 24
_LARGEST = 4096


class Thumbnails(QObject):
    """Returns cached thumbnails at once, and signals when another can be painted.

    Signals:
        arrived: the hash of a thumbnail that can be painted now.
    """

    arrived = Signal(str)

    def __init__(self, read: ReadPicture, side: int, radius: int, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._kept: OrderedDict[tuple[str, float], QPixmap] = OrderedDict()
        self._bytes = 0
        self._thread = _Decoder(read, side, radius)
        self._thread.decoded.connect(self._keep, Qt.ConnectionType.QueuedConnection)
        self._thread.start(QThread.Priority.LowPriority)

    def pixmap(self, sha256: str, ratio: float) -> QPixmap | None:
        """Return the thumbnail, a null pixmap if it cannot be shown, or None while it is being decoded."""
        found = self._kept.get((sha256, ratio))
        if found is None:
            self._thread.ask(sha256, ratio)
            return None
        self._kept.move_to_end((sha256, ratio))
        return found

    def close(self) -> None:
        """End the thread."""
        self._thread.end()
        self._thread.wait()

    @Slot(str, float, QImage)
    def _keep(self, sha256: str, ratio: float, image: QImage) -> None:
        older = self._kept.pop((sha256, ratio), None)
        pixmap = self._kept[sha256, ratio] = QPixmap.fromImage(image)
        self._bytes += _bytes_of(pixmap) - (0 if older is None else _bytes_of(older))
        while self._bytes > _KEPT_BYTES:
            self._bytes -= _bytes_of(self._kept.popitem(last=False)[1])
        self.arrived.emit(sha256)


def _bytes_of(pixmap: QPixmap) -> int:
    # An unreadable picture is cached as well, so that it is not asked for again; it takes some bytes.
    return pixmap.width() * pixmap.height() * pixmap.depth() // 8 + 100


class _Decoder(QThread):
    """Decodes the newest request first; the oldest ones, whose rows were scrolled away, are dropped."""

    decoded = Signal(str, float, QImage)

    def __init__(self, read: ReadPicture, side: int, radius: int) -> None:
        super().__init__()
        self._read, self._side, self._radius = read, side, radius
        self._mutex, self._more = QMutex(), QWaitCondition()
        self._waiting: OrderedDict[tuple[str, float], None] = OrderedDict()
        self._ending = False

    def ask(self, sha256: str, ratio: float) -> None:
        """Request a thumbnail, ahead of the others."""
        self._mutex.lock()
        self._waiting[sha256, ratio] = None
        self._waiting.move_to_end((sha256, ratio))
        while len(self._waiting) > _WAITING:
            self._waiting.popitem(last=False)
        self._more.wakeOne()
        self._mutex.unlock()

    def end(self) -> None:
        """Make `run` return."""
        self._mutex.lock()
        self._ending = True
        self._more.wakeOne()
        self._mutex.unlock()

    def run(self) -> None:
        """Override QThread.run."""
        while (wanted := self._next()) is not None:
            sha256, ratio = wanted
            image = self._picture(sha256, ratio)
            image.setDevicePixelRatio(ratio)
            self.decoded.emit(sha256, ratio, image)

    def _picture(self, sha256: str, ratio: float) -> QImage:
        try:
            data = self._read(sha256)
        except ReaderError as error:
            logger.warning("thumbnail %s cannot be read: %s", sha256, error)
            return QImage()
        return QImage() if data is None else rounded_thumbnail(data, round(self._side * ratio), self._radius * ratio)

    def _next(self) -> tuple[str, float] | None:
        self._mutex.lock()
        while not self._waiting and not self._ending:
            self._more.wait(self._mutex)
        wanted = None if self._ending else self._waiting.popitem()[0]
        self._mutex.unlock()
        return wanted


def rounded_thumbnail(data: bytes, side: int, radius: float) -> QImage:
    """Make a square with round corners of a stored thumbnail; null if the bytes are not a picture."""
    reader, _device = picture_reader(data)
    if reader is None or max(reader.size().width(), reader.size().height()) > _LARGEST:
        return QImage()
    image = reader.read()
    return image if image.isNull() else _rounded(image, side, radius)


def _rounded(image: QImage, side: int, radius: float) -> QImage:
    """Crop to a square; of a tall picture to its upper part, where faces and titles are."""
    edge = min(image.width(), image.height())
    part = QRect((image.width() - edge) // 2, (image.height() - edge) // 4, edge, edge)
    made = QImage(side, side, QImage.Format.Format_ARGB32_Premultiplied)
    made.fill(Qt.GlobalColor.transparent)
    painter = QPainter(made)
    painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
    shape = QPainterPath()
    shape.addRoundedRect(QRectF(0, 0, side, side), radius, radius)
    painter.setClipPath(shape)
    scaled = image.copy(part).scaled(
        side, side, Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode.SmoothTransformation
    )
    painter.drawImage(0, 0, scaled)
    painter.end()
    return made

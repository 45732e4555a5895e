"""The pictures of a page: decoded off the GUI thread, by their magic bytes, and drawn into reserved room."""

from __future__ import annotations

import logging
import re
from collections import OrderedDict
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from PySide6.QtCore import (
    QObject,
    QPointF,
    QRect,
    QRectF,
    QSize,
    QSizeF,
    Qt,
    Signal,
    Slot,
)
from PySide6.QtGui import (
    QColor,
    QFont,
    QImage,
    QImageIOHandler,
    QImageReader,
    QPainter,
    QPyTextObject,
    QTextDocument,
    QTextFormat,
)

from reader.article import PageImage
from reader.errors import ReaderError
from ui.background.picture_reader import ReadPicture, picture_reader
from ui.look.colours import Colours
from ui.page.parts import Room
from ui.page.style import INSET, SHARE

logger = logging.getLogger(__name__)

# The limit for one decoded picture; a JPEG is scaled while it is decoded, so large photographs fit as well.
_ALLOCATION_MB = 64
_MOST_PIXELS = _ALLOCATION_MB * 1024 * 1024 // 4
_MOST_JPEG_PIXELS = 100_000_000
_LARGEST_SIDE = 30_000
_KEPT_BYTES = 160 * 1024 * 1024
_NAME = re.compile(r"img:(\d{1,6})")


def picture_size(data: bytes) -> QSize | None:
    """Read the size in px of a picture from its header, None if the picture cannot be shown."""
    reader, _device = picture_reader(data)
    if reader is None or not _acceptable(reader):
        return None
    size = reader.size()
    return size.transposed() if _turned(reader) else size


def decode_picture(data: bytes, room: QSize) -> QImage:
    """Decode a picture, scaled down to `room` in device px; null if it cannot be shown."""
    reader, _device = picture_reader(data)
    if reader is None or not _acceptable(reader):
        return QImage()
    size = reader.size()
    limit = room.transposed() if _turned(reader) else room
    if size.width() > limit.width() or size.height() > limit.height():
        reader.setScaledSize(size.scaled(limit, Qt.AspectRatioMode.KeepAspectRatio).expandedTo(QSize(1, 1)))
    image = reader.read()
    if image.isNull():
        return image
    alpha = image.hasAlphaChannel()
    kind = QImage.Format.Format_ARGB32_Premultiplied if alpha else QImage.Format.Format_RGB32
    return image.convertToFormat(kind)


def _acceptable(reader: QImageReader) -> bool:
    size = reader.size()
    most = _MOST_JPEG_PIXELS if reader.format() == b"jpeg" else _MOST_PIXELS
    fits = max(size.width(), size.height()) <= _LARGEST_SIDE and size.width() * size.height() <= most
    return not size.isEmpty() and fits


def _turned(reader: QImageReader) -> bool:
    return bool(reader.transformation() & QImageIOHandler.Transformation.TransformationRotate90)


class Pictures(QObject):
    """The pictures of the current page: requested while it is painted, decoded in two threads, and cached.

    Signals:
        arrived: a picture can be painted now, or is known to be broken.
    """

    arrived = Signal(int)
    _decoded = Signal(int, int, QSize, QImage)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        QImageReader.setAllocationLimit(_ALLOCATION_MB)
        self._images: Sequence[PageImage] = ()
        self._read: ReadPicture | None = None
        self._page = 0
        self._kept: OrderedDict[int, tuple[QSize, QImage]] = OrderedDict()
        self._asked: dict[int, QSize] = {}
        self._sizes: dict[int, QSize | None] = {}
        self._pool: ThreadPoolExecutor | None = None
        self._decoded.connect(self._keep, Qt.ConnectionType.QueuedConnection)

    def show(self, images: Sequence[PageImage], read: ReadPicture | None) -> None:
        """Take the pictures of another page; requests for the last one are dropped."""
        self._page += 1
        self._images, self._read = images, read
        self._kept.clear()
        self._asked.clear()
        self._sizes.clear()

    def size_of(self, number: int) -> QSize | None:
        """Return the size of picture `number` in its own px, None if it is missing."""
        if number not in self._sizes:
            self._sizes[number] = self._find_size(self._images[number])
        return self._sizes[number]

    def _find_size(self, image: PageImage) -> QSize | None:
        if image.sha256 is None or self._read is None:
            return None
        if image.width and image.height:
            return QSize(image.width, image.height)
        data = _read_quietly(self._read, image.sha256)
        return None if data is None else picture_size(data)

    def image(self, number: int, room: QSize) -> QImage | None:
        """Return picture `number` scaled for `room` device px, null if it is broken, None while it is decoded.

        A picture of another size is returned until the right one is ready.
        """
        kept = self._kept.get(number)
        if kept is None or kept[0] != room:
            self._ask(number, room)
        if kept is None:
            return None
        self._kept.move_to_end(number)
        return kept[1]

    def named(self, name: str) -> QImage:
        """Return the picture with the name `img:N` if it is cached, else a null image."""
        found = _NAME.fullmatch(name)
        kept = self._kept.get(int(found.group(1))) if found else None
        return kept[1] if kept else QImage()

    @Slot()
    def close(self) -> None:
        """End the threads, after the pictures that they are decoding."""
        self._page += 1
        if self._pool is not None:
            self._pool.shutdown(wait=True, cancel_futures=True)
            self._pool = None
        self._read = None

    def _ask(self, number: int, room: QSize) -> None:
        sha256 = self._images[number].sha256 if number < len(self._images) else None
        if number in self._asked or sha256 is None or self._read is None:
            return
        self._asked[number] = room
        if self._pool is None:
            self._pool = ThreadPoolExecutor(2, thread_name_prefix="picture")
        self._pool.submit(self._work, self._page, number, sha256, self._read, room)

    def _work(self, page: int, number: int, sha256: str, read: ReadPicture, room: QSize) -> None:
        """Run in a thread of the pool."""
        if page != self._page:
            return
        data = _read_quietly(read, sha256)
        image = QImage() if data is None else decode_picture(data, room)
        if image.isNull():
            logger.warning("picture %s cannot be shown", sha256)
        if page == self._page:
            self._decoded.emit(page, number, room, image)

    @Slot(int, int, QSize, QImage)
    def _keep(self, page: int, number: int, room: QSize, image: QImage) -> None:
        if page != self._page:
            return
        self._asked.pop(number, None)
        self._kept[number] = (room, image)
        self._kept.move_to_end(number)
        total = sum(kept.sizeInBytes() for _, kept in self._kept.values())
        while total > _KEPT_BYTES and len(self._kept) > 1:
            total -= self._kept.popitem(last=False)[1][1].sizeInBytes()
        self.arrived.emit(number)


def _read_quietly(read: ReadPicture, sha256: str) -> bytes | None:
    """Read a stored picture; log an error, and return None."""
    try:
        return read(sha256)
    except (ReaderError, OSError) as error:
        logger.warning("picture %s cannot be read: %s", sha256, error)
        return None


class PictureObject(QPyTextObject):
    """Draws the pictures in a document in place of Qt, which would look for files by their names."""

    def __init__(self, pictures: Pictures, colours: Colours, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.pictures, self.colours = pictures, colours
        self.column = 600.0
        self.font = QFont()

    def shown_size(self, form: QTextFormat) -> QSizeF:
        """Return the size in which a picture is shown: fitted to its room, never enlarged."""
        width = _number_in(form, QTextFormat.Property.ImageWidth.value)
        height = _number_in(form, QTextFormat.Property.ImageHeight.value)
        room = Room(_number_in(form, SHARE), int(_number_in(form, INSET))).width(self.column)
        scale = min(1.0, room / max(1.0, width))
        return QSizeF(max(1.0, width * scale), max(1.0, height * scale))

    def intrinsicSize(self, doc: QTextDocument, posInDocument: int, format: QTextFormat) -> QSizeF:  # noqa: A002, N802, N803
        """Override QTextObjectInterface.intrinsicSize."""
        return self.shown_size(format)

    def drawObject(  # noqa: N802
        self,
        painter: QPainter,
        rect: QRectF | QRect,
        doc: QTextDocument,
        posInDocument: int,  # noqa: N803
        format: QTextFormat,  # noqa: A002
    ) -> None:
        """Override QTextObjectInterface.drawObject."""
        found = _NAME.fullmatch(str(format.property(QTextFormat.Property.ImageName.value)))
        if found is None:
            return
        ratio = painter.device().devicePixelRatioF()
        size = self.shown_size(format)
        room = QSize(max(1, round(size.width() * ratio)), max(1, round(size.height() * ratio)))
        image = self.pictures.image(int(found.group(1)), room)
        if image is None:
            return
        if image.isNull():
            self._draw_broken(painter, QRectF(rect))
        else:
            self._draw(painter, QRectF(rect), image)

    def _draw(self, painter: QPainter, rect: QRectF, image: QImage) -> None:
        drawn = QSizeF(image.size()).scaled(rect.size(), Qt.AspectRatioMode.KeepAspectRatio)
        place = QRectF(QPointF(0, 0), drawn)
        place.moveCenter(rect.center())
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        if self.colours.dark and image.hasAlphaChannel():
            # Transparent pictures are made for a white page.
            painter.fillRect(place, QColor(self.colours.text))
        painter.drawImage(place, image)
        painter.restore()

    def _draw_broken(self, painter: QPainter, rect: QRectF) -> None:
        painter.save()
        painter.setFont(self.font)
        painter.setPen(QColor(self.colours.secondary))
        words = self.tr("This picture is damaged")
        painter.drawText(rect, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, words)
        painter.restore()


def _number_in(form: QTextFormat, name: int) -> float:
    value = form.property(name)
    return float(value) if isinstance(value, int | float) else 0.0

"""Decodes pictures within limits of memory and time; the only module that uses Pillow.

Whether a picture is too costly is decided from its header, before a pixel is decoded.
"""

from __future__ import annotations

import io
import math
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from PIL import (
    BmpImagePlugin,
    GifImagePlugin,
    Image,
    ImageOps,
    JpegImagePlugin,
    PngImagePlugin,
    WebPImagePlugin,
)

from reader.errors import ImageError
from reader.pictures import JPEG, JPEG_END, PNG, WEBP, PictureKind, picture_kind

THUMBNAIL_SIDE = 144
DISPLAY_WIDTH = 2_000
# The page allows each picture at most 64 MB; 12 million pixels of four bytes stay well below.
DISPLAY_PIXELS = 12_000_000
# Qt's painter counts in 16 bits.
DISPLAY_SIDE = 32_000
MAX_BYTES = 64 * 2**20
MAX_SIDE = 65_535

_MAX_PIXELS = 40_000_000
# A JPEG is decoded at an eighth of its size, at little more cost than its file …
_MAX_JPEG_PIXELS = 100_000_000
# … but a progressive one holds all its coefficients, two bytes each, until its last scan was read.
_MAX_COEFFICIENTS = 90_000_000
# A scan of a few bytes takes as long to decode as a full one; encoders write about ten.
_MAX_SCANS = 40
# libwebp holds two canvases, and Pillow two more copies: 16 bytes per pixel.
_MAX_WEBP_PIXELS = 12_000_000
# Pillow unpacks run-length coded bitmaps in Python.
_MAX_PACKED_BMP_BYTES = 2**20
_BAND_PIXELS = 1_000_000
_LANCZOS_REACH = 3

_ORIENTATION = 0x0112
_TURNED = range(5, 9)

# Naming the five plugins loads them; otherwise Pillow goes through all forty that it has.
_READERS = (BmpImagePlugin, GifImagePlugin, JpegImagePlugin, PngImagePlugin, WebPImagePlugin)

# Catching warnings is not thread-safe, and the memory limits hold for one picture at a time.
_ONE_AT_A_TIME = threading.Lock()


@dataclass(frozen=True, slots=True)
class PictureFacts:
    """What a picture's header says; width and height are in pixels, after any turn by EXIF."""

    kind: PictureKind
    width: int
    height: int


def inspect_picture(data: bytes) -> PictureFacts:
    """Read a picture's header, and nothing else of it.

    Raises:
        ImageError: not a picture of a kind that is kept, or damaged, or too large to be decoded.
    """
    with _opened_image(data) as (kind, image):
        width, height = image.size
        return PictureFacts(kind, *((height, width) if _orientation(image) in _TURNED else (width, height)))


def make_thumbnail(data: bytes) -> bytes:
    """Return a small square cut from the picture's middle, or from above the middle of a tall one.

    It is a JPEG, or a PNG if the picture is transparent in places.

    Raises:
        ImageError: as for inspect_picture, or the pixels are damaged.
    """
    with _opened_image(data) as (_, image):
        ratio = min(1.0, 2 * THUMBNAIL_SIDE / min(image.size))
        small = _scaled_upright(image, ratio)
        high = 0.5 if small.height <= small.width else 1 / 3
        square = (THUMBNAIL_SIDE, THUMBNAIL_SIDE)
        return _encoded(ImageOps.fit(small, square, Image.Resampling.LANCZOS, centering=(0.5, high)), 82)


def make_display(data: bytes) -> bytes | None:
    """Return a copy small enough to be shown, or None if the picture itself is small enough.

    Raises:
        ImageError: as for inspect_picture, or the pixels are damaged.
    """
    with _opened_image(data) as (_, image):
        width, height = image.size
        pixels = width * height
        # A picture of 16 bits per channel takes eight bytes per pixel when shown.
        deep = 2 if image.mode.startswith("I") or _sixteen_bit(data) else 1
        if pixels * deep <= DISPLAY_PIXELS and max(width, height) <= DISPLAY_SIDE:
            return None
        turned = _orientation(image) in _TURNED
        across, along = (height, width) if turned else (width, height)
        ratio = min(1.0, DISPLAY_WIDTH / across, DISPLAY_SIDE / along, (DISPLAY_PIXELS / pixels) ** 0.5)
        return _encoded(_scaled_upright(image, ratio), 86)


@contextmanager
def _opened_image(data: bytes) -> Iterator[tuple[PictureKind, Image.Image]]:
    """Open a picture unless it is too costly; turn any error in the block into an ImageError."""
    kind = picture_kind(data)
    if kind is None:
        raise ImageError("This is no picture of a kind that Pressmark keeps.")
    if len(data) > MAX_BYTES:
        raise ImageError("The picture is too large: {size} MB.", size=len(data) >> 20)
    with _ONE_AT_A_TIME, warnings.catch_warnings(action="ignore"):
        try:
            if kind is WEBP:
                # Checked before: opening the file makes libwebp allocate its canvas.
                _refuse_above(_webp_size(data), _MAX_WEBP_PIXELS)
            # With an end marker a truncated JPEG decodes, grey from where it broke off.
            whole = data + JPEG_END if kind is JPEG else data
            with Image.open(io.BytesIO(whole), formats=[kind.name]) as image:
                _refuse_costly(image, data)
                yield kind, image
        except ImageError:
            raise
        except Image.DecompressionBombError as error:
            raise ImageError("The picture is too large.") from error
        except Exception as error:  # Pillow raises a dozen types over hostile bytes, and all mean the same.
            raise ImageError("The picture is damaged.") from error


def _refuse_above(size: tuple[int, int], pixels: int) -> None:
    width, height = size
    if width * height > pixels or max(width, height) > MAX_SIDE:
        raise ImageError("The picture is too large: {width} × {height} pixels.", width=width, height=height)


def _refuse_costly(image: Image.Image, data: bytes) -> None:
    """Refuse a picture that would take more than 300 MB, or whole seconds, to decode."""
    if isinstance(image, JpegImagePlugin.JpegImageFile):
        scans = _count_scans(data)
        if scans > _MAX_SCANS:
            raise ImageError("The picture is damaged.")
        _refuse_above(image.size, _MAX_JPEG_PIXELS if scans == 1 else _whole_jpeg_pixels(image))
        return
    _refuse_above(image.size, _MAX_PIXELS)
    if isinstance(image, BmpImagePlugin.BmpImageFile):
        packed = image.tile and image.tile[0].codec_name == "bmp_rle"
        if packed and len(data) > _MAX_PACKED_BMP_BYTES:
            raise ImageError("The picture is too large: {size} MB.", size=len(data) >> 20)


def _whole_jpeg_pixels(image: JpegImagePlugin.JpegImageFile) -> int:
    """Return how many pixels a JPEG with this subsampling may have if all its coefficients are held at once."""
    shares = [across * along for _, across, along, _ in image.layer]
    return _MAX_COEFFICIENTS * max(shares, default=1) // max(1, sum(shares))


def _count_scans(data: bytes) -> int:
    """Count the scans of a JPEG: in coded data FF is never followed by DA, only in the segments before it."""
    at = 2
    while data[at : at + 1] == b"\xff" and data[at + 1 : at + 2] != b"\xda":
        at += 2 + max(2, int.from_bytes(data[at + 2 : at + 4], "big"))
    return max(1, data.count(b"\xff\xda", at))


def _webp_size(data: bytes) -> tuple[int, int]:
    """Read the size of the canvas from a WebP's first chunk."""
    chunk, body = data[12:16], data[20:30]
    if len(body) < 10:
        raise ImageError("The picture is damaged.")
    if chunk == b"VP8X":
        return int.from_bytes(body[4:7], "little") + 1, int.from_bytes(body[7:10], "little") + 1
    if chunk == b"VP8L":
        bits = int.from_bytes(body[1:5], "little")
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    return int.from_bytes(body[6:8], "little") & 0x3FFF, int.from_bytes(body[8:10], "little") & 0x3FFF


def _sixteen_bit(data: bytes) -> bool:
    return picture_kind(data) is PNG and data[24:25] == b"\x10"


def _orientation(image: Image.Image) -> int:
    """Return the EXIF orientation of a JPEG; 1, upright, if it has none, and for other kinds."""
    if not isinstance(image, JpegImagePlugin.JpegImageFile):
        return 1
    try:
        value = image.getexif().get(_ORIENTATION, 1)
    except Exception:  # noqa: BLE001  damaged EXIF, in Pillow's many ways, turns nothing
        return 1
    return value if isinstance(value, int) else 1


def _scaled_upright(image: Image.Image, ratio: float) -> Image.Image:
    """Decode to RGB or RGBA, scaled down by `ratio` and turned upright."""
    turn = _TRANSPOSITIONS.get(_orientation(image))
    size = (max(1, round(image.width * ratio)), max(1, round(image.height * ratio)))
    image.draft(None, size)
    image.load()
    small = _resampled(image, size)
    return small if turn is None else small.transpose(turn)


_TRANSPOSITIONS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


def _resampled(image: Image.Image, size: tuple[int, int]) -> Image.Image:
    """Resize to RGB or RGBA one band at a time, as converting a whole picture holds it in memory two or three times."""
    small = Image.new("RGBA" if image.has_transparency_data else "RGB", size)
    step = image.height / size[1]
    margin = math.ceil(_LANCZOS_REACH * max(1.0, step)) + 1
    rows = max(1, int(_BAND_PIXELS / image.width / step))
    for top in range(0, size[1], rows):
        bottom = min(top + rows, size[1])
        above, below = max(0, int(top * step) - margin), min(image.height, math.ceil(bottom * step) + margin)
        band = _in_mode(image.crop((0, above, image.width, below)), small.mode)
        box = (0, top * step - above, image.width, min(bottom * step - above, band.height))
        small.paste(band.resize((size[0], bottom - top), Image.Resampling.LANCZOS, box), (0, top))
    return small


def _in_mode(image: Image.Image, mode: str) -> Image.Image:
    """Convert to RGB or RGBA; 16-bit grey is scaled first, as Pillow would clip it at 255."""
    if image.mode.startswith("I"):
        image = image.point(lambda value: value * (1 / 257)).convert("L")
    return image.convert(mode)


def _encoded(image: Image.Image, quality: int) -> bytes:
    buffer = io.BytesIO()
    if image.mode == "RGBA" and image.getchannel("A").getextrema()[0] != 255:
        image.save(buffer, "PNG", compress_level=4)
    else:
        opaque = image if image.mode == "RGB" else image.convert("RGB")
        opaque.save(buffer, "JPEG", quality=quality)
    return buffer.getvalue()

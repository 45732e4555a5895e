"""Pictures made by the tests: of every kind, and of every way to be hostile."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Iterator
from typing import Any

from PIL import Image

_EXIF = b"Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0%c\0\0\0\0\0\0"


def encoded(image: Image.Image, kind: str, **how: Any) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, kind, **how)
    return buffer.getvalue()


def grey(width: int = 300, height: int = 200) -> Image.Image:
    """Black above, white below."""
    return Image.linear_gradient("L").resize((width, height))


def colour(width: int = 300, height: int = 200) -> Image.Image:
    """Each corner another colour."""
    upright = grey(width, height)
    return Image.merge("RGB", (upright, upright.transpose(Image.Transpose.ROTATE_180), upright))


def turned(image: Image.Image, orientation: int) -> bytes:
    return encoded(image, "JPEG", quality=95, exif=_EXIF % orientation)


def good_pictures() -> dict[str, bytes]:
    """One of every kind and mode that a page may hold, all of 300 × 200."""
    image, tones = colour(), grey()
    deep = tones.convert("I;16").point(lambda value: value * 257)
    indexed = image.convert("P")
    still = {
        "jpeg": encoded(image, "JPEG"),
        "jpeg grey": encoded(tones, "JPEG"),
        "jpeg cmyk": encoded(image.convert("CMYK"), "JPEG"),
        "jpeg progressive": encoded(image, "JPEG", progressive=True),
        "png": encoded(image, "PNG"),
        "png grey": encoded(tones, "PNG"),
        "png palette": encoded(indexed, "PNG"),
        "png bilevel": encoded(tones.convert("1"), "PNG"),
        "png 16 bit": encoded(deep, "PNG"),
        "gif": encoded(image, "GIF"),
        "webp": encoded(image, "WEBP"),
        "webp lossless": encoded(image, "WEBP", lossless=True),
        "bmp": encoded(image, "BMP"),
        "bmp palette": encoded(indexed, "BMP"),
    }
    moving = [image, image.transpose(Image.Transpose.FLIP_LEFT_RIGHT)]
    animated = {
        f"{kind.lower()} moving": encoded(image, kind, save_all=True, append_images=moving[1:])
        for kind in ("GIF", "PNG", "WEBP")
    }
    return still | animated


def clear_pictures() -> dict[str, bytes]:
    """Pictures of which the upper left is clear."""
    image = colour().convert("RGBA")
    image.paste((0, 0, 0, 0), (0, 0, 150, 150))
    flat = Image.new("P", (300, 200), 7)
    flat.putpalette([value for index in range(256) for value in (index, index, index)])
    flat.paste(3, (0, 0, 150, 150))
    return {
        "png rgba": encoded(image, "PNG"),
        "png grey alpha": encoded(image.convert("LA"), "PNG"),
        "png palette": encoded(flat, "PNG", transparency=3),
        "png key colour": encoded(flat.convert("RGB"), "PNG", transparency=(3, 3, 3)),
        "png key grey": encoded(flat.convert("L"), "PNG", transparency=3),
        "gif": encoded(flat, "GIF", transparency=3),
        "webp": encoded(image, "WEBP", lossless=True),
    }


def png_of(width: int, height: int, bits: int = 1, colours: int = 0, *, filled: bool = True) -> bytes:
    """Build a black PNG of any size; without its pixels if it is not to be `filled`."""
    channels = {0: 1, 2: 3, 4: 2, 6: 4}[colours]
    packer = zlib.compressobj(1)
    row = bytes(1 + (width * bits * channels + 7) // 8)
    packed = b"".join(packer.compress(row) for _ in range(height if filled else 0)) + packer.flush()
    head = struct.pack(">IIBBBBB", width, height, bits, colours, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + png_chunk(b"IHDR", head) + png_chunk(b"IDAT", packed) + png_chunk(b"IEND", b"")


def png_chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def jpeg_of_many_scans() -> bytes:
    """Build a progressive JPEG whose last scan comes a hundred times; each would cost as much as a whole picture."""
    data = encoded(colour(2_000, 2_000), "JPEG", progressive=True)
    last = data.rindex(b"\xff\xda")
    return data[:last] + data[last:-2] * 100 + data[-2:]


def gif_of_many_frames(frames: int) -> bytes:
    """Build a GIF of thousands of frames of 1 × 1."""
    head = b"GIF89a" + struct.pack("<HHBBB", 4_000, 3_000, 0x80, 0, 0) + b"\0\0\0\xff\xff\xff"
    frame = b"\x2c" + struct.pack("<HHHHB", 0, 0, 1, 1, 0) + b"\x02\x02\x44\x01\x00"
    return head + frame * frames + b";"


def apng_of_many_frames(frames: int) -> bytes:
    """Build an animated PNG that claims, and has, thousands of frames."""
    data = png_of(300, 200)
    control = b"".join(
        png_chunk(b"fcTL", struct.pack(">IIIIIHHBB", number, 300, 200, 0, 0, 1, 10, 0, 0)) for number in range(frames)
    )
    cut = data.index(b"IDAT") - 4
    claim = png_chunk(b"acTL", struct.pack(">II", frames, 0))
    return data[:cut] + claim + control + data[cut:]


def webp_that_claims(width: int, height: int) -> bytes:
    body = b"VP8X" + struct.pack("<I", 10) + bytes(4) + (width - 1).to_bytes(3, "little")
    body += (height - 1).to_bytes(3, "little")
    return b"RIFF" + struct.pack("<I", len(body) + 4) + b"WEBP" + body


def bmp_of_runs(width: int, height: int) -> bytes:
    """Build a BMP packed in runs of one pixel, the slowest there are."""
    runs = b"\x01\x00" * width * height + b"\x00\x01"
    offset = 14 + 40 + 1024
    head = struct.pack("<IiiHHIIiiII", 40, width, height, 1, 8, 1, len(runs), 0, 0, 256, 0)
    return b"BM" + struct.pack("<IHHI", offset + len(runs), 0, 0, offset) + head + bytes(1024) + runs


def jpeg_that_claims(width: int, height: int, data: bytes) -> bytes:
    """Change the size in a JPEG's header."""
    at = data.index(b"\xff\xc0") + 5
    return data[:at] + struct.pack(">HH", height, width) + data[at + 4 :]


def hostile_pictures() -> Iterator[tuple[str, bytes]]:
    """Yield pictures that must be refused."""
    png, jpeg = encoded(colour(), "PNG"), encoded(colour(), "JPEG")
    svg = b'<svg xmlns="http://www.w3.org/2000/svg"><image href="/etc/passwd"/></svg>'
    yield "nothing", b""
    yield "one byte", b"\xff"
    yield "svg", svg
    yield "svg after a declaration", b'<?xml version="1.0"?>' + svg
    yield "html", b"<!doctype html><script>alert(1)</script>"
    yield "pdf", b"%PDF-1.7\n" + bytes(99)
    yield "tiff", encoded(colour(), "TIFF")
    yield "ico", encoded(colour(), "ICO")
    yield "ppm", encoded(colour(), "PPM")
    yield "avif", b"\0\0\0\x1cftypavif" + bytes(99)
    yield "bomb 20,000²", png_of(20_000, 20_000)
    yield "bomb 7,900²", png_of(7_900, 7_900)
    yield "bomb of lies", png_of(2**31 - 1, 2**31 - 1, 16, 6, filled=False)
    yield "png of no width", png_of(0, 10, filled=False)
    yield "png as thin as a hair", png_of(1, 1_000_000)
    yield "webp that claims a canvas", webp_that_claims(16_384, 16_384)
    yield "webp of a head only", webp_that_claims(10, 10)
    yield "webp cut in its head", webp_that_claims(10, 10)[:24]
    yield "jpeg that claims", jpeg_that_claims(65_500, 65_500, jpeg)
    yield "jpeg of a hundred scans", jpeg_of_many_scans()
    yield "gif that claims", b"GIF89a" + struct.pack("<HH", 65_535, 65_535) + bytes(20)
    yield "bmp that claims", b"BM" + bytes(12) + struct.pack("<Iii", 40, 2**31 - 1, -(2**31)) + bytes(40)
    yield "bmp of runs", bmp_of_runs(1_200, 1_200)
    for name, data in (("png", png), ("jpeg", jpeg), ("gif", encoded(colour(), "GIF"))):
        yield f"{name} of magic only", data[:8]
        yield f"{name} cut in its head", data[:24]
    yield "png cut in its pixels", png[: len(png) // 2]
    yield "png of zeros", png[:60] + bytes(len(png))
    yield "png with a bomb of text", png_with_text(b"zTXt", b"k\0\0" + zlib.compress(bytes(200 * 2**20), 1))


def png_with_text(name: bytes, body: bytes) -> bytes:
    data = encoded(colour(), "PNG")
    return data[:33] + png_chunk(name, body) + data[33:]


def costly_pictures() -> Iterator[tuple[str, bytes]]:
    """Yield pictures that are large, odd or long, and must be kept all the same."""
    yield "png of 40 million pixels", png_of(8_000, 5_000, 8, 6)
    yield "png as long as a page", png_of(1_080, 36_000, 8, 2)
    yield "png of 16 bits", png_of(4_000, 3_000, 16, 6)
    yield "jpeg of 48 million pixels", encoded(Image.new("RGB", (8_000, 6_000)), "JPEG")
    yield "jpeg of 24 million pixels, progressive", encoded(Image.new("RGB", (6_000, 4_000)), "JPEG", progressive=True)
    yield "webp of 12 million pixels", encoded(Image.new("RGB", (4_000, 3_000)), "WEBP", method=0)
    yield "gif of 50,000 frames", gif_of_many_frames(50_000)
    yield "png of 20,000 frames", apng_of_many_frames(20_000)
    yield "polyglot", encoded(colour(), "GIF") + b"<script>alert(1)</script>PK\x05\x06" + bytes(18)

"""Stores pictures in files named by the hash of their content; each file is complete or missing.

`ab/<sha256>.jpg` is a picture as it came; files in `thumbs/` and `display/` are derived from it, and may be deleted
at any time.
"""

from __future__ import annotations

import base64
import binascii
import errno
import hashlib
import logging
import os
import re
import shutil
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote_to_bytes
from zlib import crc32

from reader.errors import ImageError, StoreError
from reader.files import holds, make_folder, remove_if_possible, write_whole
from reader.pictures import JPEG, JPEG_END, KINDS, PNG, PNG_END, picture_kind
from reader.store.thumbnails import (
    MAX_BYTES,
    PictureFacts,
    inspect_picture,
    make_display,
    make_thumbnail,
)

logger = logging.getLogger(__name__)

_HASH = re.compile(r"[0-9a-f]{64}")
_ENDINGS = tuple(kind.ending for kind in KINDS)
_SEAL, _SUM = b"PmCRC32:", 4
_THUMBS, _DISPLAY, _TEMPORARY = "thumbs", "display", "tmp"


@dataclass(frozen=True, slots=True)
class StoredImage:
    """A picture in the store. Width and height are in pixels, after any turn by EXIF; size is in bytes."""

    sha256: str
    media_type: str
    width: int
    height: int
    size: int


class ImageStore:
    """The pictures of one library. May be used from several threads and processes at once."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(self, data: bytes) -> StoredImage:
        """Store a picture and its thumbnail; one that is already there is not written again.

        Raises:
            ImageError: not a JPEG, PNG, GIF, WebP or BMP, or damaged, or too large to be decoded.
            StoreError: the picture cannot be written.
        """
        facts = inspect_picture(data)
        sha256 = hashlib.sha256(data).hexdigest()
        target = self._path(sha256, facts.kind.ending)
        if not holds(target, data):
            self._write_new(sha256, target, data)
        return _stored(sha256, facts, len(data))

    def read(self, sha256: str) -> bytes | None:
        """Return a picture's bytes as they came, or None if it is not held.

        Raises:
            StoreError: the picture is there, but the disk fails to read it, which may pass.
        """
        try:
            return self._first(sha256, "")
        except OSError as error:
            raise StoreError(
                "The picture {name} cannot be read: {cause}.",
                path=self._folder,
                name=sha256,
                cause=error.strerror or str(error),
            ) from error

    def read_sound(self, sha256: str) -> bytes | None:
        """Return a picture's bytes, or None if it is not held, cannot be read, or does not match its hash."""
        data = self._read_if_possible(sha256)
        return data if data is not None and hashlib.sha256(data).hexdigest() == sha256 else None

    def display(self, sha256: str) -> bytes | None:
        """Return a picture for display: its bytes as they came, or a smaller copy of a very large one.

        A JPEG as it came may be turned by EXIF; that is left to the caller.
        """
        copy = self._derived(sha256, _DISPLAY)
        if copy is not None:
            return copy
        data = self._read_if_possible(sha256)
        return data and (self._derive(sha256, _DISPLAY, data, make_display) or data)

    def thumbnail(self, sha256: str) -> bytes | None:
        """Return a picture's thumbnail, a JPEG or PNG of 144 × 144 pixels, making it again if it is missing."""
        thumbnail = self._derived(sha256, _THUMBS)
        if thumbnail is not None:
            return thumbnail
        data = self._read_if_possible(sha256)
        return data and self._derive(sha256, _THUMBS, data, make_thumbnail)

    def hashes(self) -> Iterator[str]:
        """Yield the hash of every picture in the store, in no particular order."""
        for path in self._folder.glob("??/*"):
            if _HASH.fullmatch(path.stem) and path.suffix[1:] in _ENDINGS:
                yield path.stem

    def remove(self, sha256: str) -> None:
        """Delete a picture and its derived files; log a file that cannot be deleted, and leave it."""
        if not _HASH.fullmatch(sha256):
            return
        for part in (_THUMBS, _DISPLAY, ""):
            for ending in _ENDINGS:
                remove_if_possible(self._path(sha256, ending, part))

    def put_back(self, sha256: str, ending: str, data: bytes) -> None:
        """Store a picture from a backup; its derived files are made when they are needed.

        Raises:
            StoreError: the picture cannot be written.
        """
        if not _HASH.fullmatch(sha256) or ending not in _ENDINGS or hashlib.sha256(data).hexdigest() != sha256:
            raise StoreError("The picture {name} is damaged.", name=sha256)
        target = self._path(sha256, ending)
        if holds(target, data):
            return
        try:
            self._write(target, data)
        except OSError as error:
            raise _unwritable(error, self._folder) from error

    def file_of(self, sha256: str) -> Path | None:
        """Return the path of a picture, or None if it is not held."""
        paths = (self._path(sha256, ending) for ending in _ENDINGS)
        return next((path for path in paths if path.exists()), None)

    def remove_derived(self) -> None:
        """Delete all derived files; they are made again when they are needed."""
        for part in (_THUMBS, _DISPLAY):
            shutil.rmtree(self._folder / part, ignore_errors=True)

    def clean_temporary(self) -> None:
        """Delete files that a crash left half written; only for the holder of the writer lock."""
        try:
            for path in (self._folder / _TEMPORARY).glob("*"):
                path.unlink(missing_ok=True)
        except OSError as error:
            logger.warning("temporary files stay: %s", error)

    def _path(self, sha256: str, ending: str, part: str = "") -> Path:
        return self._folder / part / sha256[:2] / f"{sha256}.{ending}"

    def _first(self, sha256: str, part: str) -> bytes | None:
        """Read the file of a picture, whatever its ending; None if there is none, or a derived one is not intact."""
        if not _HASH.fullmatch(sha256):
            return None
        for ending in _ENDINGS:
            try:
                data = self._path(sha256, ending, part).read_bytes()
            except FileNotFoundError:
                continue
            whole = _unsealed(data) if part else data
            if whole is not None:
                return whole
        return None

    def _derived(self, sha256: str, part: str) -> bytes | None:
        """Read a derived file; None if it is missing or cannot be read, and has to be made again."""
        try:
            return self._first(sha256, part)
        except OSError as error:
            logger.warning("a derived picture cannot be read: %s", error)
            return None

    def _read_if_possible(self, sha256: str) -> bytes | None:
        """Read a picture; None if it is not held, or if the disk fails to read it."""
        try:
            return self.read(sha256)
        except StoreError as error:
            logger.warning("a picture is missing: %s", error)
            return None

    def _write_new(self, sha256: str, target: Path, data: bytes) -> None:
        """Write a new picture, its derived files first: once the picture is there, everything is."""
        display = make_display(data)
        derived = {_DISPLAY: display, _THUMBS: make_thumbnail(display or data)}
        try:
            for part, small in derived.items():
                if small is not None:
                    self._write(self._path(sha256, _ending(small), part), _sealed(small))
            self._write(target, data)
        except OSError as error:
            raise _unwritable(error, self._folder) from error

    def _derive(self, sha256: str, part: str, data: bytes, make: Callable[[bytes], bytes | None]) -> bytes | None:
        """Make a derived file and store it; return it even if it cannot be stored."""
        try:
            small = make(data)
        except ImageError as error:
            logger.warning("picture %s cannot be shown: %s", sha256, error)
            return None
        if small is not None:
            try:
                self._write(self._path(sha256, _ending(small), part), _sealed(small))
            except OSError as error:
                logger.warning("a derived picture is not kept: %s", error)
        return small

    def _write(self, target: Path, data: bytes) -> None:
        """Write a file so that after a crash or a power cut it is complete or missing."""
        make_folder(target.parent)
        make_folder(self._folder / _TEMPORARY)
        handle, name = tempfile.mkstemp(dir=self._folder / _TEMPORARY)
        os.close(handle)
        write_whole(target, data, through=Path(name))


def decode_data_url(url: str) -> bytes:
    """Return the bytes that a `data:` address carries, whatever type it claims.

    Raises:
        ImageError: the address carries no bytes, or too many.
    """
    head, comma, body = url.strip().partition(",")
    if not comma or not head.lower().startswith("data:"):
        raise ImageError("The picture's data: address is damaged.")
    if len(body) > 2 * MAX_BYTES:
        raise ImageError("The picture is too large: {size} MB.", size=len(body) >> 20)
    data = unquote_to_bytes(body)
    if head.lower().rstrip().endswith(";base64"):
        data = _decode_base64(data)
    if not data:
        raise ImageError("The picture's data: address is damaged.")
    return data


def _decode_base64(data: bytes) -> bytes:
    """Decode Base64 as browsers do: ignore white space, allow missing padding, accept either alphabet."""
    letters = b"".join(data.split()).rstrip(b"=").translate(bytes.maketrans(b"-_", b"+/"))
    try:
        return base64.b64decode(letters + b"=" * (-len(letters) % 4), validate=True)
    except binascii.Error as error:
        raise ImageError("The picture's data: address is damaged.") from error


def _stored(sha256: str, facts: PictureFacts, size: int) -> StoredImage:
    return StoredImage(sha256, facts.kind.media_type, facts.width, facts.height, size)


def _ending(data: bytes) -> str:
    kind = picture_kind(data)
    return "jpg" if kind is None else kind.ending


def _sealed(derived: bytes) -> bytes:
    """Append a checksum to a derived file, after the end of the picture, where decoders ignore it."""
    return derived + _SEAL + crc32(derived).to_bytes(_SUM, "big")


def _unsealed(stored: bytes) -> bytes | None:
    """Return a derived file without its checksum, or None if it is damaged and has to be made again."""
    head, seal, total = stored[: -len(_SEAL) - _SUM], stored[-len(_SEAL) - _SUM : -_SUM], stored[-_SUM:]
    if seal == _SEAL:
        return head if crc32(head).to_bytes(_SUM, "big") == total else None
    # Older versions of Pressmark wrote no checksum.
    return stored if _is_whole(stored) else None


def _is_whole(derived: bytes) -> bool:
    """Say whether a derived file begins and ends as a picture does: a file cut short by a failing disk does not."""
    ends = {JPEG.ending: JPEG_END, PNG.ending: PNG_END}
    return derived.endswith(ends.get(_ending(derived), b"\0"))


def _unwritable(error: OSError, folder: Path) -> StoreError:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return StoreError("The picture cannot be saved: the disk is full.", path=folder)
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return StoreError("The picture cannot be saved: its folder may not be written to.", path=folder)
    reason = error.strerror or type(error).__name__
    return StoreError("The picture cannot be saved: {reason}.", path=folder, reason=reason)

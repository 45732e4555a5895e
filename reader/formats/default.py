"""The formats that an import reads. A new format is a module next to this one and a line in DEFAULT_FORMATS."""

from __future__ import annotations

from collections.abc import Iterator

from reader.article import ParsedCapture
from reader.errors import Sentence, UnknownFormatError
from reader.formats.base import HEAD_BYTES, CaptureFormat, SourceFile
from reader.formats.feed_capture import FeedCapture
from reader.formats.file_kinds import FileKind, refusal
from reader.formats.magic import is_picture
from reader.formats.recognition import LOOK_BYTES, kind_of

DEFAULT_FORMATS: tuple[CaptureFormat, ...] = (FeedCapture(),)


def read_captures(file: SourceFile) -> Iterator[ParsedCapture]:
    """Read the captures of a file with the first format that recognises it.

    Raises:
        UnknownFormatError: no format recognises the file; the sentence says what it is.
        CaptureError: the file is damaged.
    """
    if capture_format := _format_of(file.name, file.data[:HEAD_BYTES]):
        return capture_format.read(file)
    raise UnknownFormatError(refusal(kind_of(file.name, file.data)).template, path=str(file.origin))


def refusal_by_beginning(name: str, beginning: bytes) -> Sentence | None:
    """Say why a file that is too large would be refused even if it were small; None if it might be read.

    `beginning` must hold the first LOOK_BYTES bytes, or the whole file if that is shorter.
    """
    if is_picture(beginning):
        return refusal(FileKind.PICTURE_NOT_KEPT)
    if _format_of(name, beginning[:HEAD_BYTES]):
        return None
    kind = kind_of(name, beginning[:LOOK_BYTES])
    return None if kind is FileKind.UNKNOWN else refusal(kind)


def _format_of(name: str, head: bytes) -> CaptureFormat | None:
    return next((each for each in DEFAULT_FORMATS if each.recognises(name, head)), None)

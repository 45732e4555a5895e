"""Reads saved files. A new format is one module here and one line in DEFAULT_FORMATS."""

from __future__ import annotations

from collections.abc import Iterator

from reader.article import ParsedCapture
from reader.errors import UnknownFormatError
from reader.file_kinds import refusal
from reader.formats.base import HEAD_BYTES, CaptureFormat, SourceFile
from reader.formats.feed_capture import FeedCapture
from reader.formats.recognition import kind_of

DEFAULT_FORMATS: tuple[CaptureFormat, ...] = (FeedCapture(),)


def read_captures(file: SourceFile) -> Iterator[ParsedCapture]:
    """Read the captures of a file with the first format that recognises it.

    Raises:
        UnknownFormatError: no format recognises it; the sentence names what it is.
        CaptureError: it is damaged.
    """
    head = file.data[:HEAD_BYTES]
    for capture_format in DEFAULT_FORMATS:
        if capture_format.recognises(file.name, head):
            return capture_format.read(file)
    raise UnknownFormatError(refusal(kind_of(file.name, file.data)).template, path=str(file.origin))

"""The formats that an import reads. A new format is a module next to this one and a line in DEFAULT_FORMATS."""

from __future__ import annotations

from collections.abc import Iterator

from reader.article import ParsedCapture
from reader.errors import UnknownFormatError
from reader.formats.base import MAX_FILE_BYTES, CaptureFormat, Source, read_whole
from reader.formats.feed_capture import FeedCapture
from reader.formats.file_kinds import FileKind, refusal
from reader.formats.recognition import kind_of

DEFAULT_FORMATS: tuple[CaptureFormat, ...] = (FeedCapture(),)


def format_of(source: Source) -> CaptureFormat | None:
    """Return the first format that recognises a source; None if no format does.

    Raises:
        CaptureError: the source is damaged.
    """
    return next((each for each in DEFAULT_FORMATS if each.recognises(source)), None)


def read_captures(source: Source) -> Iterator[ParsedCapture]:
    """Read the captures of a source with the first format that recognises it.

    Raises:
        UnknownFormatError: no format recognises the source; the sentence says what it is.
        CaptureError: the source is damaged, or too large.
    """
    if capture_format := format_of(source):
        return capture_format.read(source)
    kind = kind_of(source.name, source.head)
    if kind is FileKind.UNKNOWN and source.size > MAX_FILE_BYTES:
        # It might be read if it were smaller, and this says that it is too large.
        read_whole(source)
    raise UnknownFormatError(refusal(kind).template, path=str(source.origin))

"""Reads saved files. A new format is one module here and one line in DEFAULT_FORMATS."""

from __future__ import annotations

from collections.abc import Iterator

from reader.article import ParsedCapture
from reader.errors import UnknownFormatError
from reader.formats.base import HEAD_BYTES, CaptureFormat, SourceFile
from reader.formats.encodings import decode
from reader.formats.feed_capture import FeedCapture
from reader.formats.markdown import is_markdown_post

DEFAULT_FORMATS: tuple[CaptureFormat, ...] = (FeedCapture(),)


def read_captures(file: SourceFile) -> Iterator[ParsedCapture]:
    """Read the captures of a file with the first format that recognises it.

    Raises:
        UnknownFormatError: no format recognises it.
        CaptureError: it is damaged.
    """
    head = file.data[:HEAD_BYTES]
    for capture_format in DEFAULT_FORMATS:
        if capture_format.recognises(file.name, head):
            return capture_format.read(file)
    if is_markdown_post(decode(head)):
        raise UnknownFormatError(
            "This is a Markdown post or note, not a saved page; Pressmark does not read Markdown.",
            path=str(file.origin),
        )
    raise UnknownFormatError("This is not a saved article that Pressmark knows.", path=str(file.origin))

"""What can go wrong, each as one readable sentence with the path and the cause."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

NO_MEMORY = "There is not enough memory for this. Close other programs and try again."
LIBRARY_GONE = "The library {path_name} is not there any more. Connect its disk and try again."


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence that people read: an English template and what fills it.

    The window translates by `template`, so a template is always a literal in the source; every template
    also stands in `ui/words/core_messages.py`, which a test keeps complete.
    """

    template: str
    params: Mapping[str, str | int] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.template.format(**self.params)


NO_MEMORY_TO_READ = Sentence("There is not enough memory to read this file. Close other programs and import it again.")


def tripped(cause: str) -> Sentence:
    """Say that a file has met a bug of ours; `cause` names the exception."""
    return Sentence(
        "Pressmark tripped over this file; the fault is ours, and the log says more ({cause}).", {"cause": cause}
    )


class ReaderError(Exception):
    """Something that a person should be told: a sentence, the path it concerns, the cause if there is one."""

    def __init__(self, template: str, *, path: Path | str | None = None, **params: str | int) -> None:
        """Keep the sentence apart from its parameters, so that it can be translated.

        Args:
            template: the English sentence, with `{name}` places for `params`.
            path: the file that the sentence is about, as the person knows it.
            **params: what fills the places of the template.
        """
        self.sentence = Sentence(template, params)
        self.path = None if path is None else str(path)
        super().__init__(str(self.sentence))


class CaptureError(ReaderError):
    """A saved file that cannot be read as the capture it seems to be."""


class UnknownFormatError(CaptureError):
    """A file that no capture format knows; it is skipped, and nothing is wrong with it."""


class StoreError(ReaderError):
    """The library's store cannot be opened, read or written."""


class DamagedStoreError(StoreError):
    """The library's store is damaged; `repair` saves what can be read of it."""


class DamagedPageError(StoreError):
    """One article's page or original is damaged; the others can be read."""


class SearchIndexError(ReaderError):
    """The search index cannot be opened or written; it can be rebuilt from the store."""


class LibraryInUseError(ReaderError):
    """Another program holds the library's writer."""


class NoSuchArticleError(ReaderError):
    """There is no article or revision of that number."""


class NoSuchImportError(ReaderError):
    """There is no import of that number."""


class BackupError(ReaderError):
    """A backup that cannot be written, read, or restored here."""


class OutOfMemoryError(ReaderError):
    """The system has no memory left for what was asked."""


class ImageError(ReaderError):
    """Bytes that are no picture we can keep."""


class FetchError(ReaderError):
    """A picture on the web that could not be fetched, or may not be."""


class ExportError(ReaderError):
    """An export that could not be written."""


def lacks_memory(error: Exception) -> bool:
    """Say whether a system without memory is the cause; of a thread or a lock Python says so by a RuntimeError."""
    return isinstance(error, MemoryError) or str(error).startswith(("can't start new thread", "can't allocate"))

"""The errors of the core: each has one sentence for people, the path it concerns, and its cause."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

NO_MEMORY = "There is not enough memory for this. Close other programs and try again."
LIBRARY_GONE = "The library {path_name} is not there any more. Connect its disk and try again."


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence that people read: an English template and its parameters.

    The window translates by `template`, so a template is always a literal in the source. `make translations`
    gathers the templates in `ui/words/core_messages.py`.
    """

    template: str
    params: Mapping[str, str | int] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.template.format(**self.params)


NO_MEMORY_TO_READ = Sentence("There is not enough memory to read this file. Close other programs and import it again.")


def tripped(cause: str) -> Sentence:
    """Return the sentence for a file on which a bug in Pressmark showed; `cause` names the exception."""
    return Sentence(
        "Pressmark tripped over this file; the fault is ours, and the log says more ({cause}).", {"cause": cause}
    )


def unreadable(error: OSError) -> Sentence:
    """Return the sentence for a file that the system does not let us read."""
    return Sentence("The file cannot be read: {cause}.", {"cause": error.strerror or str(error)})


class ReaderError(Exception):
    """An error that a person should be told of: a sentence, and the path it concerns."""

    def __init__(self, template: str, *, path: Path | str | None = None, **params: str | int) -> None:
        """Keep the sentence apart from its parameters, so that it can be translated.

        Args:
            template: the English sentence, with `{name}` places for `params`.
            path: the file that the sentence is about, as the person knows it.
            **params: the values for the places in the template.
        """
        self.sentence = Sentence(template, params)
        self.path = None if path is None else str(path)
        super().__init__(str(self.sentence))


class CaptureError(ReaderError):
    """A saved file that cannot be read as the capture it seems to be."""


class UnknownFormatError(CaptureError):
    """A file that no capture format recognises; it is skipped, though nothing is wrong with it."""


class StoreError(ReaderError):
    """The library's store cannot be opened, read or written."""


class DamagedStoreError(StoreError):
    """The library's store is damaged; `repair` rescues what can still be read."""


class DamagedPageError(StoreError):
    """One article's page or original is damaged; other articles can still be read."""


class SearchIndexError(ReaderError):
    """The search index cannot be opened or written; it can be rebuilt from the store."""


class LibraryInUseError(ReaderError):
    """Another program is writing to the library."""


class NoSuchArticleError(ReaderError):
    """There is no article or revision with that number."""


class NoSuchImportError(ReaderError):
    """There is no import with that number."""


class BackupError(ReaderError):
    """A backup that cannot be written, read, or restored here."""


class OutOfMemoryError(ReaderError):
    """The system does not have enough memory for a request."""


class ImageError(ReaderError):
    """Bytes that are not a picture Pressmark can keep."""


class FetchError(ReaderError):
    """A picture on the web that could not be fetched, or must not be."""


class ExportError(ReaderError):
    """An export that could not be written."""


def lacks_memory(error: Exception) -> bool:
    """Say whether an error means that memory ran out; Python raises a RuntimeError for a thread or a lock."""
    return isinstance(error, MemoryError) or str(error).startswith(("can't start new thread", "can't allocate"))

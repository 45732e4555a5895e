"""The messages between the writer, which alone writes the library, and the workers, which prepare what it writes.

The writer sends tasks; a worker answers each with one message, in the order of the tasks. Before its answer a worker
may ask for files that lie next to the one it reads, one at a time. A worker whose pipe closes ends.

Messages sent for each file have no slots: a dataclass with slots is pickled by slow Python code.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from reader.article import ArticleId, Origin, RevisionId
from reader.errors import ReaderError, Sentence
from reader.index import BuiltSegment
from reader.outcome import ImportOutcome
from reader.store.store_writer import NewCapture


@dataclass(frozen=True)
class FileToRead:
    """A saved file and its SHA-256; files next to it are asked for with Asks."""

    origin: Origin
    name: str
    data: bytes
    parents: tuple[str, ...]
    digest: bytes


@dataclass(frozen=True, slots=True)
class ReadFiles:
    """A task: prepare files. Answered by FilesRead."""

    files: Sequence[FileToRead]


@dataclass(frozen=True, slots=True)
class Build:
    """A task: build segments from rows the worker keeps, and from articles of the store. Answered by Built.

    `ids` are the article ids of the rows by their tickets; the rows under the tickets `dropped` are forgotten.
    """

    ids: Mapping[int, ArticleId]
    dropped: Sequence[int]
    articles: Sequence[ArticleId]


@dataclass(frozen=True, slots=True)
class BesideAnswer:
    """The answer to Asks: the bytes of the file, None if there is no such file, or the reason it cannot be read."""

    data: bytes | None
    reason: Sentence | None = None


@dataclass(frozen=True, slots=True)
class WorkerStarted:
    """A worker has loaded what it needs; sent once, before anything else."""


@dataclass(frozen=True, slots=True)
class Asks:
    """A question: what is in the file `name` next to file `number` of the task?"""

    number: int
    name: str


@dataclass(frozen=True)
class Taken:
    """A capture ready for the store; the worker that prepared it keeps its row for the index, under the ticket.

    Without a ticket no row is kept, and the article is read from the store to be indexed. `characters` is the length
    of the row.
    """

    capture: NewCapture
    ticket: int | None = None
    characters: int = 0


@dataclass(frozen=True, slots=True)
class FilesRead:
    """The captures and outcomes of each file of a task, in the order of the files."""

    files: Sequence[Sequence[Taken | ImportOutcome]]


@dataclass(frozen=True, slots=True)
class Built:
    """Segments to adopt; `held` are the revisions in them that were read from the store."""

    segments: Sequence[BuiltSegment]
    held: Sequence[tuple[ArticleId, RevisionId]]


@dataclass(frozen=True, slots=True)
class CouldNot:
    """A ReaderError that ends the import, taken apart because exceptions do not pickle well."""

    kind: type[ReaderError]
    template: str
    params: Mapping[str, str | int]
    path: str | None

    @classmethod
    def of(cls, error: ReaderError) -> CouldNot:
        """Take an error apart."""
        return cls(type(error), error.sentence.template, dict(error.sentence.params), error.path)

    def error(self) -> ReaderError:
        """Return the error, to be raised in the writer."""
        return self.kind(self.template, path=self.path, **self.params)

"""What is said between the process that writes the library and those that prepare what it writes.

The writer sends tasks, the others answer each with one message, in the order of the tasks. Before its answer a
process may ask for files that lie beside the one it reads, one at a time. Whoever sees the pipe end, ends.

What is sent for each file has no slots: a dataclass with slots is pickled by Python code.
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
    """A saved file and its hash; what lies beside it is asked for."""

    origin: Origin
    name: str
    data: bytes
    parents: tuple[str, ...]
    digest: bytes


@dataclass(frozen=True, slots=True)
class ReadFiles:
    """The task to prepare files. Answered by FilesRead."""

    files: Sequence[FileToRead]


@dataclass(frozen=True, slots=True)
class Build:
    """The task to build segments: of rows kept, by their tickets, and of articles in the store. Answered by Built."""

    ids: Mapping[int, ArticleId]
    dropped: Sequence[int]
    articles: Sequence[ArticleId]


@dataclass(frozen=True, slots=True)
class Beside:
    """The answer to Asks: a file's bytes, or None where there is none; or why it cannot be read."""

    data: bytes | None
    reason: Sentence | None = None


@dataclass(frozen=True, slots=True)
class Started:
    """A process has loaded what it needs; said once, before anything else."""


@dataclass(frozen=True, slots=True)
class Asks:
    """A question: what is the file `name` beside the file of this number in the task?"""

    number: int
    name: str


@dataclass(frozen=True)
class Taken:
    """A capture ready for the store; its row for the index is kept where it was made, under the ticket.

    Without a ticket no row is kept, and the index reads it from the store.
    """

    capture: NewCapture
    ticket: int | None = None
    characters: int = 0


@dataclass(frozen=True, slots=True)
class FilesRead:
    """What each of the files of a task held, in their order."""

    files: Sequence[Sequence[Taken | ImportOutcome]]


@dataclass(frozen=True, slots=True)
class Built:
    """Segments to adopt, and which revisions they hold of the articles that were read from the store."""

    segments: Sequence[BuiltSegment]
    held: Sequence[tuple[ArticleId, RevisionId]]


@dataclass(frozen=True, slots=True)
class CouldNot:
    """A ReaderError that ends the job, taken apart, as exceptions do not travel well."""

    kind: type[ReaderError]
    template: str
    params: Mapping[str, str | int]
    path: str | None

    @classmethod
    def of(cls, error: ReaderError) -> CouldNot:
        """Take an error apart."""
        return cls(type(error), error.sentence.template, dict(error.sentence.params), error.path)

    def error(self) -> ReaderError:
        """Put it together again."""
        return self.kind(self.template, path=self.path, **self.params)

"""The messages between the writer, which alone writes the library, and the workers, which prepare what it writes.

The writer sends tasks; a worker answers each with one message, in the order of the tasks. Before its answer a worker
may ask for files that lie next to the one it reads, one at a time. A worker whose pipe closes ends.

Messages sent for each file have no slots: a dataclass with slots is pickled by slow Python code.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from reader.article import ArticleId
from reader.errors import ReaderError, Sentence
from reader.sources.saved_file import SavedFile


@dataclass(frozen=True, slots=True)
class ReadFiles:
    """A task: prepare files; those next to them are asked for with Asks.

    Answered by a list, for each file in its turn, of captures and outcomes.
    """

    files: Sequence[SavedFile]


@dataclass(frozen=True, slots=True)
class Build:
    """A task: build segments of articles of the store. Answered by Built."""

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

"""Loose pictures: picture files found among those to import, which count as kept if an article shows them."""

from __future__ import annotations

from collections.abc import Iterator

from reader.formats.file_kinds import FileKind, refusal
from reader.library_files import LibraryFiles
from reader.outcome import ImportOutcome, OutcomeKind
from reader.sources.found import LoosePicture


class LoosePictures:
    """Holds the loose pictures that no article shows yet, until the last article is stored."""

    def __init__(self, library: LibraryFiles) -> None:
        self._store, self._images = library.store, library.pictures
        self._waiting: list[LoosePicture] = []

    def take(self, picture: LoosePicture) -> Iterator[ImportOutcome]:
        """Yield the outcome of a picture if an article shows it; otherwise hold it, as a later article may."""
        if self._is_kept(picture):
            yield _picture_outcome(picture, kept=True)
        else:
            self._waiting.append(picture)

    def settle(self) -> list[ImportOutcome]:
        """Return the outcomes of the pictures held back; to be called once everything is stored."""
        waiting, self._waiting = self._waiting, []
        return [_picture_outcome(picture, kept=self._is_kept(picture)) for picture in waiting]

    def _is_kept(self, picture: LoosePicture) -> bool:
        known = self._store.rows("SELECT 1 FROM picture WHERE sha256 = ?", (picture.sha256,))
        return bool(known) and self._images.file_of(picture.sha256) is not None


def _picture_outcome(picture: LoosePicture, *, kept: bool) -> ImportOutcome:
    reason = refusal(FileKind.PICTURE_KEPT) if kept else picture.reason
    return ImportOutcome(kind=OutcomeKind.SKIPPED, origin=picture.origin, reason=reason)

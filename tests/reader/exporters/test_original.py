"""The originals: every version, byte for byte, under names that every file system takes."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reader.article import ArticleId, Origin
from reader.errors import DamagedPageError, ExportError
from reader.exporters.original import Originals, file_name_of, safe_name
from reader.library import Library
from tests.reader.exporters.conftest import left


def contents(folder: Path) -> list[bytes]:
    return sorted(path.read_bytes() for path in folder.rglob("*") if path.is_file())


def test_every_version_comes_out_as_it_went_in_a_folder_a_source(library: Library, tmp_path: Path) -> None:
    out = tmp_path / "out"
    outcomes = list(library.export(Originals(), library.ids(), out))
    assert all(outcome.reason is None for outcome in outcomes)
    assert contents(out) == contents(tmp_path / "drop")
    assert sorted(path.name for path in out.iterdir()) == ["harbour.example", "orchard.example"]
    assert not [name for name in left(out) if name.endswith(".part")]


def test_a_second_export_into_the_same_folder_adds_nothing(library: Library, tmp_path: Path) -> None:
    for _ in range(2):
        list(library.export(Originals(), library.ids(), tmp_path / "out"))
    assert contents(tmp_path / "out") == contents(tmp_path / "drop")


def test_a_file_that_is_another_is_never_overwritten(library: Library, tmp_path: Path) -> None:
    folder = tmp_path / "out" / "harbour.example"
    folder.mkdir(parents=True)
    (folder / "1.txt").write_bytes(b"mine")
    list(library.export(Originals(), library.ids(), tmp_path / "out"))
    assert (folder / "1.txt").read_bytes() == b"mine"
    assert contents(tmp_path / "out") == sorted([b"mine", *contents(tmp_path / "drop")])


def test_one_article_of_one_version_becomes_the_file_that_is_named(library: Library, tmp_path: Path) -> None:
    id_ = next(each for each in library.ids() if len(library._store.revisions(each)) == 1)
    list(library.export(Originals(), [id_], tmp_path / "out" / "one.md"))
    assert (tmp_path / "out" / "one.md").read_bytes() == library._store.original(id_)
    assert left(tmp_path / "out") == ["one.md"]


def test_only_one_article_goes_to_standard_output(library: Library) -> None:
    with pytest.raises(ExportError, match="one article only"):
        list(library.export(Originals(), library.ids(), Path("-")))


def test_a_damaged_version_is_told_and_keeps_no_other_back(
    library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    damaged = library.ids()[0]
    whole = type(library._store).original

    def original(store: object, id_: ArticleId, *rest: object) -> bytes:
        if id_ == damaged:
            raise DamagedPageError("The page of article {number}, “{title}”, is damaged.", number=id_, title="x")
        return whole(store, id_, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(type(library._store), "original", original)
    outcomes = list(library.export(Originals(), library.ids(), tmp_path / "out"))
    assert [outcome.id for outcome in outcomes if outcome.reason is not None] == [damaged]
    assert len(contents(tmp_path / "out")) == 5 - len(library._store.revisions(damaged))


@given(st.text(max_size=300))
def test_a_safe_name_is_one_that_cannot_leave_its_folder(name: str) -> None:
    safe = safe_name(name)
    assert len(safe.encode("utf-8", "replace")) <= 255
    assert safe not in (".", "..")
    assert not set('/\\\0<>:"|?*\n') & set(safe)
    assert file_name_of(Origin(name), ArticleId(7))

"""What a library shows is a function of the captures in it: neither the order in which they came, nor what was undone
or imported again on the way, changes anything that a person sees."""

from __future__ import annotations

import random
import tarfile
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reader.article import ArticleId
from reader.importing import prepare
from reader.importing.workers.pool import PipelineSettings
from reader.library import Library
from reader.long_work import drive
from reader.outcome import ImportId
from reader.paths import AppPaths
from reader.query import Query
from tests.support.captures import feed
from tests.support.real import TEAHOUSE_ARCHIVE

HERE = PipelineSettings(processes=0)


@contextmanager
def new_library() -> Iterator[Library]:
    with tempfile.TemporaryDirectory() as folder:
        library = Library.open(AppPaths(Path(folder) / "library"))
        try:
            yield library
        finally:
            library.close()


def bring(library: Library, captures: dict[str, bytes]) -> ImportId | None:
    """Import captures, each a file of its name; return the number of the import."""
    with tempfile.TemporaryDirectory() as folder:
        for name, data in captures.items():
            (Path(folder) / name).write_bytes(data)
        with library.writer("a test") as writer:
            list(writer.import_paths([Path(folder) / name for name in captures], HERE))
            list(writer.catch_up(HERE))
    library.refresh()
    log = library.imports.all()
    return log[0].id if log else None


def undo(library: Library, id_: ImportId) -> None:
    with library.writer("a test") as writer:
        writer.undo_import(id_)
        list(writer.catch_up(HERE))
    library.refresh()


def content(library: Library) -> str:
    return drive(library.hash(content=True))


def looks(library: Library, words: Sequence[str]) -> dict[str, Any]:
    """Return all that a person sees: what is shown of each article, and what a search finds; numbers aside."""

    def shown(id_: ArticleId) -> tuple[Any, ...]:
        article = library.article(id_)
        return article.title, article.text, len(library.revisions(id_))

    return {
        "hash": content(library),
        "all": sorted(shown(id_) for id_ in library.search(Query()).ids),
        **{word: sorted(shown(id_) for id_ in library.search(Query(text=word)).ids) for word in words},
        "problems": [str(problem.sentence) for problem in library.verify()],
    }


# -- generated captures of a few addresses, alike in every way that counts

ADDRESSES = [
    "https://n.example/the-tide",
    "https://n.example/zh",
    "https://youtu.be/Zk5ZT1uoq3k",
    "https://n.example/a#June",
]
TITLES = ["The tide tonight", "The tide turns", "灯塔不拆了", "灯塔要拆了吗", "2024年02月 清单", "2024年03月 清单", ""]
PARAGRAPHS = [
    "The pilot waits at the mouth of the harbour.",
    "Gulls count the boats before the ferry leaves.",
    "渔民联名写信反对拆除老灯塔。",
    "守塔人在这里点了四十年的灯。",
    "Rye is baked on Fridays, and nobody knows why.",
]
WORDS = ["pilot", "gulls", "灯塔", "守塔人", "rye", "tide", "清单"]
CAPTURES = st.builds(
    lambda url, title, body, epoch: feed(title, url, "".join(f"<p>{words}</p>" for words in body), epoch),
    st.sampled_from(ADDRESSES),
    st.sampled_from(TITLES),
    st.lists(st.sampled_from(PARAGRAPHS), max_size=4, unique=True),
    st.sampled_from([1_600_000_000_000, 1_600_000_000_000, 1_700_000_000_000, "NaN"]),
)
FEW = settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))


@FEW
@given(st.lists(CAPTURES, min_size=2, max_size=8, unique=True), st.randoms(use_true_random=False))
def test_neither_order_nor_undoing_nor_importing_again_changes_what_is_shown(
    captures: list[bytes], chance: random.Random
) -> None:
    files = {f"{n}.md": data for n, data in enumerate(captures)}
    kept = {name: data for name, data in files.items() if chance.random() < 0.7}
    with new_library() as plain, new_library() as mixed:
        bring(plain, kept)
        for _ in range(3):
            some = chance.sample(sorted(files.items()), chance.randint(1, len(files)))
            id_ = bring(mixed, dict(some))
            if id_ is not None and chance.random() < 0.6:
                undo(mixed, id_)
        # In the end these are there, and no others.
        for record in mixed.imports.all():
            undo(mixed, record.id)
        order = list(kept.items())
        chance.shuffle(order)
        middle = chance.randint(0, len(order))
        bring(mixed, dict(order[:middle]))
        bring(mixed, dict(order[middle:]))
        assert looks(mixed, WORDS) == looks(plain, WORDS)


@FEW
@given(st.lists(CAPTURES, min_size=2, max_size=7, unique=True), st.randoms(use_true_random=False))
def test_a_library_that_an_older_version_cleaned_half_becomes_the_same(
    captures: list[bytes], chance: random.Random
) -> None:
    files = {f"{n}.md": data for n, data in enumerate(captures)}
    early = {name: data for name, data in files.items() if chance.random() < 0.5}
    with new_library() as plain, new_library() as older:
        bring(plain, files)
        with cleaned_as_before():
            bring(older, early)
        bring(older, {name: data for name, data in files.items() if name not in early})
        with older.writer("a test") as writer:
            list(writer.clean_again())
            list(writer.catch_up(HERE))
        older.refresh()
        assert older.uncleaned_count() == 0
        assert looks(older, WORDS) == looks(plain, WORDS)


@contextmanager
def cleaned_as_before() -> Iterator[None]:
    """Clean as an older version might have: every other word is missing."""
    clean, version = prepare.clean_capture, prepare.CLEAN_VERSION

    def before(capture: Any) -> Any:
        page = clean(capture)
        return replace(page, text=" ".join(page.text.split(" ")[::2]))

    prepare.clean_capture, prepare.CLEAN_VERSION = before, version - 1
    try:
        yield
    finally:
        prepare.clean_capture, prepare.CLEAN_VERSION = clean, version


@pytest.mark.slow
@pytest.mark.skipif(not TEAHOUSE_ARCHIVE.exists(), reason="the archive of real captures is not there")
def test_real_captures_of_shared_addresses_are_the_same_in_any_order() -> None:
    chance = random.Random(4)
    files = dict(chance.sample(sorted(captures_met_again().items()), 120))
    seen = []
    for _ in range(2):
        order = list(files.items())
        chance.shuffle(order)
        with new_library() as library:
            for start in range(0, len(order), 50):
                bring(library, dict(order[start : start + 50]))
            bring(library, dict(order[:20]))
            seen.append(looks(library, ["中国", "香港", "的"]))
    assert seen[0] == seen[1]
    assert seen[0]["problems"] == []


def captures_met_again() -> dict[str, bytes]:
    """Return captures of the archive whose address others have, too."""
    by_address: dict[bytes, dict[str, bytes]] = {}
    with tarfile.open(TEAHOUSE_ARCHIVE) as archive:
        members = [(member.name, archive.extractfile(member)) for member in archive if member.isfile()]
        files = [(name, file.read()) for name, file in members if file is not None]
    for name, data in files:
        address = next((line for line in data.split(b"\n") if line.startswith(b"from:")), b"")
        by_address.setdefault(address, {})[name.replace("/", "_")[-80:]] = data
    return {name: data for group in by_address.values() if len(group) > 1 for name, data in group.items()}

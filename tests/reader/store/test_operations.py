"""Operations on a real store: whatever is done in whatever order, the inverses give back what was."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reader.article import ArticleId
from reader.library import Library
from reader.operation import (
    AddTag,
    MarkRead,
    MarkUnread,
    MoveToBin,
    Operation,
    RemoveTag,
    RestoreFromBin,
    Star,
    ToggleStar,
    Unstar,
    changed,
    tagging,
)
from reader.paths import AppPaths
from reader.store.grouping.statements import Said, said_of
from reader.store.store_writer import StoreWriter
from reader.worker.protocol import from_line, to_line
from tests.reader.store.captures import capture

COUNT = 5
IDS = st.lists(st.integers(1, COUNT + 1).map(ArticleId), min_size=1, max_size=4).map(tuple)
TAGS = st.sampled_from(["河边", "to read", "x"])
PLAIN = (MarkRead, MarkUnread, Star, Unstar, ToggleStar, MoveToBin, RestoreFromBin)
OPERATION = st.one_of(
    st.builds(lambda kind, ids: kind(ids), st.sampled_from(PLAIN), IDS),
    st.builds(lambda kind, ids, tag: kind(ids, tag=tag), st.sampled_from([AddTag, AddTag, RemoveTag]), IDS, TAGS),
)
# Each is applied as one: the tags of a dialog, for example.
STEPS = st.lists(st.lists(OPERATION, min_size=1, max_size=3), min_size=1, max_size=12)

# Each example writes a library of its own.
SLOW = settings(max_examples=settings().max_examples // 2)


@contextmanager
def made() -> Iterator[Library]:
    """Yield a library of a few articles; the first has two versions, and the last number leads to it."""
    with tempfile.TemporaryDirectory() as folder:
        library = Library.open(AppPaths(Path(folder)))
        writer = StoreWriter(library._store)
        with writer.batch():
            for n in range(COUNT):
                writer.add(capture(f"https://a.example/x/article-{n}", f"The tide {n}", f"Gulls of {n}", n))
            writer.add(capture("https://a.example/x/article-0", "The tide 0", "Gulls of 0, later", 99))
        library._store.rows("INSERT INTO alias (id, article) VALUES (?, 1)", (COUNT + 1,))
        yield library
        library.close()


def states(library: Library) -> dict[int, Said]:
    """Return the state of each article: as its row has it, which is what its statements say."""
    sql = "SELECT id, read, position, starred, tags, deleted FROM article ORDER BY id"
    rows = {id_: Said(*state) for id_, *state in library._store.rows(sql)}
    assert {id_: said_of(library._store.connections.get(), id_) for id_ in rows} == rows
    return rows


def test_the_store_of_these_tests_has_articles_of_several_versions() -> None:
    with made() as library:
        assert sorted(states(library)) == list(range(1, COUNT + 1))
        assert len(library.revisions(ArticleId(COUNT + 1))) == 2


@SLOW
@given(STEPS)
def test_the_inverses_in_reverse_order_give_back_what_was_and_theirs_what_was_done(
    steps: Sequence[Sequence[Operation]],
) -> None:
    with made() as library:
        before = [states(library)]
        inverses: list[tuple[Operation, ...]] = []
        for step in steps:
            inverses.append(library.apply(*step))
            before.append(states(library))
        done = before.pop()
        again: list[tuple[Operation, ...]] = []
        for inverse in reversed(inverses):
            again.append(library.apply(*inverse))
            assert set(changed(again[-1])) == set(changed(inverse))
            assert states(library) == before.pop()
        for redo in reversed(again):
            library.apply(*redo)
        assert states(library) == done


@SLOW
@given(STEPS)
def test_an_inverse_names_those_articles_only_that_were_changed(steps: Sequence[Sequence[Operation]]) -> None:
    with made() as library:
        for operation in (each for step in steps for each in step):
            before = states(library)
            inverse = library.apply(operation)
            after = states(library)
            assert sorted(changed(inverse)) == [id_ for id_ in after if after[id_] != before[id_]]


@given(OPERATION, st.lists(st.integers(0, 2**53), max_size=4).map(tuple))
def test_an_operation_is_read_as_it_was_written(operation: Operation, since: tuple[int, ...]) -> None:
    assert from_line(to_line(operation), Operation) == operation
    for kind in (Star, MoveToBin):
        assert from_line(to_line(kind(operation.articles, since)), Operation) == kind(operation.articles, since)


def test_every_operation_is_tried() -> None:
    assert {*PLAIN, AddTag, RemoveTag} == set(get_args(Operation))


@pytest.fixture
def library() -> Iterator[Library]:
    with made() as library:
        yield library


def ids(*numbers: int) -> tuple[ArticleId, ...]:
    return tuple(map(ArticleId, numbers))


def test_stars_that_were_there_before_stay_when_starring_is_undone(library: Library) -> None:
    library.apply(Star(ids(2, 4)))
    inverse = library.apply(Star(ids(1, 2, 3, 4)))
    assert inverse == (Unstar(ids(1, 3)),)
    library.apply(*inverse)
    assert [hit.id for hit in library.hits(library.ids()) if hit.starred] == [2, 4]


def test_a_tag_that_was_there_before_stays_when_tagging_is_undone(library: Library) -> None:
    library.apply(AddTag(ids(2), tag="x"))
    inverse = library.apply(AddTag(ids(1, 2), tag="x"))
    assert inverse == (RemoveTag(ids(1), tag="x"),)
    library.apply(*inverse)
    assert library.states.own_tags(ArticleId(2)) == ("x",)
    assert library.states.own_tags(ArticleId(1)) == ()


def test_a_tag_that_is_given_back_stands_where_it_stood_also_when_a_newer_capture_comes(library: Library) -> None:
    library.apply(*tagging(ids(1), ["a", "b", "c"]))
    inverse = library.apply(*tagging(ids(1), remove=["b"]))
    writer = StoreWriter(library._store)
    with writer.batch():
        writer.add(capture("https://a.example/x/article-0", "The tide 0", "Gulls of 0, newer", 120))
    assert len(library.revisions(ArticleId(1))) == 3
    library.apply(*inverse)
    assert library.states.own_tags(ArticleId(1)) == ("a", "b", "c")
    states(library)


def test_the_bin_is_in_its_order_again_when_restoring_is_undone(library: Library) -> None:
    library.apply(MoveToBin(ids(3, 1, 2), (3000, 1000, 2000)))
    order = library.bin.ids()
    assert order == [3, 2, 1]
    inverse = library.apply(RestoreFromBin(ids(1, 3)))
    assert (library.ids(), library.bin.ids()) == ([1, 3, 4, 5], [2])
    library.apply(*inverse)
    assert library.bin.ids() == order


def test_what_two_numbers_of_one_article_get_is_got_once(library: Library) -> None:
    assert library.apply(Star(ids(COUNT + 1, 1))) == (Unstar(ids(1)),)
    assert library.apply(AddTag(ids(COUNT + 1, 1), tag="x")) == (RemoveTag(ids(1), tag="x"),)
    assert library.apply(MarkRead((ArticleId(10**30), ArticleId(-1)))) == ()

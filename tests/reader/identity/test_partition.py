"""Which captures of one address are one article, held to the rule written out plainly, in any order."""

from __future__ import annotations

import hashlib
import random
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reader.identity.addresses import Address
from reader.identity.keys import Likeness, likeness_by_pictures, likeness_of
from reader.identity.partition import Change, Member, Partition
from reader.identity.shown import Rank, has_collapsed

ARTICLE = Address("news.example/2020/the-tide")
WEAK = Address("news.example/zh", weak=True)
NAMED = Address("youtube.com/watch?v=Zk5ZT1uoq3k", named=True)


def member(title: str, text: str, time: int = 0, rest: str = "", sites: tuple[str, ...] = ()) -> Member:
    sha256 = hashlib.sha256(f"{title}\0{text}\0{time}\0{rest}".encode()).digest()
    return Member(Rank(time, len(text), sha256), likeness_of(title, text, sites), rest)


def parts(address: Address, members: list[Member]) -> set[frozenset[bytes]]:
    partition = Partition(address)
    for each in members:
        partition.add(each)
    return grouped(members, partition.articles())


def grouped(members: list[Member], articles: list[int]) -> set[frozenset[bytes]]:
    found: dict[int, set[bytes]] = {}
    for each, article in zip(members, articles, strict=True):
        found.setdefault(article, set()).add(each.rank.sha256)
    return {frozenset(group) for group in found.values()}


# -- the oracle: the same rule, by comparing every pair


def components(members: list[Member], keys: list[set[object]]) -> list[list[int]]:
    groups = [{n} for n in range(len(members))]
    for one, other in combinations(range(len(members)), 2):
        if keys[one] & keys[other]:
            first = next(group for group in groups if one in group)
            second = next(group for group in groups if other in group)
            if first is not second:
                first |= second
                groups.remove(second)
    return [sorted(group) for group in groups]


def shown_of(members: list[Member]) -> Rank:
    longest = max(each.rank.length for each in members)
    return max(each.rank for each in members if not has_collapsed(each.rank.length, longest))


def by_the_rule(address: Address, members: list[Member]) -> set[frozenset[bytes]]:
    if address.named:
        return {frozenset(each.rank.sha256 for each in members)}
    blank = [each for each in members if each.likeness.is_blank]
    keyed = [each for each in members if not each.likeness.is_blank]
    strong = [{*each.likeness.strong(), *each.likeness.titles} for each in keyed]
    groups = components(keyed, strong)  # type: ignore[arg-type]
    if len(groups) >= 4:
        alone = [set(each.likeness.titles) or {("x", each.likeness.text or each.rank.sha256)} for each in keyed]
        groups = components(keyed, alone)  # type: ignore[arg-type]
    elif not (address.weak or len({each.rest for each in keyed}) > 1):
        whole = [keys | set(each.likeness.weak()) for keys, each in zip(strong, keyed, strict=True)]
        groups = components(keyed, whole)  # type: ignore[arg-type]
    found = [[keyed[n] for n in group] for group in groups]
    if blank:
        first = max(found, key=shown_of) if found else []
        found = [group for group in found if group is not first] + [[*first, *blank]]
    return {frozenset(each.rank.sha256 for each in group) for group in found}


TITLES = [
    "",
    "Tide",
    "The tide tonight",
    "The tide tonight - The Harbour",
    "灯塔不拆了",
    "灯塔要拆了吗",
    "2024年02月 清单",
    "2024年03月 清单",
]
SENTENCES = [
    "The pilot waits at the mouth",
    "Gulls count the boats",
    "渔民联名写信反对拆除",
    "守塔人点了四十年的灯",
    "Rye on Fridays",
    "Ice between boards",
    "",
]
MEMBERS = st.builds(
    lambda title, sentences, time, rest: member(title, ". ".join(sentences), time, rest, ("The Harbour",)),
    st.sampled_from(TITLES),
    st.lists(st.sampled_from(SENTENCES), max_size=5),
    st.integers(0, 3),
    st.sampled_from(["", "", "", "#June"]),
)
UNIQUE = st.lists(MEMBERS, min_size=1, max_size=9, unique_by=lambda each: each.rank.sha256)


@given(st.sampled_from([ARTICLE, WEAK, NAMED]), UNIQUE, st.randoms(use_true_random=False))
def test_captures_are_parted_by_the_rule_in_any_order(
    address: Address, members: list[Member], chance: random.Random
) -> None:
    expected = by_the_rule(address, members)
    for _ in range(3):
        chance.shuffle(members)
        assert parts(address, members) == expected


@given(st.sampled_from([ARTICLE, WEAK, NAMED]), UNIQUE)
def test_what_a_capture_changes_is_said(address: Address, members: list[Member]) -> None:
    """Whoever follows the changes alone has the same articles as who asks for all of them."""
    partition = Partition(address)
    followed: list[int] = []
    for each in members:
        change: Change = partition.add(each)
        if change.all:
            followed = partition.articles()
        else:
            followed = [
                change.article
                if article in change.joined or (article == change.left and other.likeness.is_blank)
                else article
                for article, other in zip(followed, members, strict=False)
            ]
            followed.append(change.article)
        assert followed == partition.articles()


def test_a_capture_without_a_key_makes_no_other_look_at_all_of_them() -> None:
    partition = Partition(ARTICLE)
    changes = [partition.add(member("", "", 0))]
    for time in range(1, 50):
        changes.append(partition.add(member(f"Number {time} of the series", f"Nobody has seen part {time}", time)))
        changes.append(partition.add(member("", "", time)))
    assert sum(change.all for change in changes) <= 4


@given(st.sampled_from([ARTICLE, WEAK, NAMED]), UNIQUE)
def test_the_version_shown_is_the_newest_that_kept_its_text(address: Address, members: list[Member]) -> None:
    partition = Partition(address)
    for each in members:
        partition.add(each)
    articles = partition.articles()
    for article in set(articles):
        held = [each for each, of in zip(members, articles, strict=True) if of == article]
        assert partition.showing(article).best == shown_of(held)


@given(st.text(max_size=60), st.text(max_size=400), st.text(max_size=10))
def test_keys_are_kept_and_read_again(title: str, text: str, site: str) -> None:
    likeness = likeness_of(title, text, (site,))
    assert Likeness.unpack(likeness.pack(), title) == likeness
    assert len(likeness.pack()) <= 25 + 64


@given(st.lists(st.tuples(st.integers(0, 9), st.text(max_size=9)), max_size=4, unique=True))
def test_keys_by_pictures_are_kept_and_read_again(pictures: list[tuple[int, str]]) -> None:
    likeness = likeness_by_pictures(pictures)
    assert Likeness.unpack(likeness.pack(), "") == likeness
    assert likeness.is_blank == (not pictures)


# -- what was learnt from real captures, in words of our own

LONG = "The keeper counts the ships that pass at night. Each has a lamp of its own, he says. None of them waves."


@pytest.mark.parametrize(
    ("address", "captures", "articles"),
    [
        pytest.param(
            ARTICLE, [("The tide", LONG), ("The tide turns", LONG + " It rains.")], 1, id="retitled and edited"
        ),
        pytest.param(
            ARTICLE, [("Court opens", "He comes in."), ("Something else", "They go out.")], 2, id="slug reused"
        ),
        pytest.param(WEAK, [("February list", ""), ("March list", "")], 2, id="monthly pages without text"),
        pytest.param(NAMED, [("谢谢", ""), ("Another title", LONG)], 1, id="an id alone tells"),
        pytest.param(ARTICLE, [("灯塔的故事", LONG), ("灯塔的故事", "")], 1, id="emptied"),
        pytest.param(ARTICLE, [("The tide - Harbour News", ""), ("The tide", "")], 1, id="with the name of its site"),
        pytest.param(
            ARTICLE,
            [(f"Number {n} of the series", f"Something happens in part {n} of it") for n in range(9)],
            9,
            id="shared",
        ),
        pytest.param(
            ARTICLE,
            [("三号楼的灯", "3楼 大 中 小 发表于"), ("另一个题目", "3楼 大 中 小 发表于")],
            2,
            id="no clause of a form",
        ),
    ],
)
def test_articles_of_one_address(address: Address, captures: list[tuple[str, str]], articles: int) -> None:
    members = [member(title, text, time, sites=("Harbour News",)) for time, (title, text) in enumerate(captures)]
    assert len(parts(address, members)) == articles


def test_captures_that_differ_in_a_fragment_are_one_only_if_they_are_alike() -> None:
    june, july = (
        member("June release", "quokka launched", rest="#June"),
        member("July release", "wombat launched", rest="#July"),
    )
    again = member("June release", "quokka launched", 1, rest="#July")
    assert len(parts(ARTICLE, [june, july])) == 2
    assert len(parts(ARTICLE, [june, again])) == 1


def test_a_bridge_joins_what_was_two() -> None:
    one, other = member("One title of it", LONG), member("Quite another", "Nothing in common with that. At all, I say.")
    bridge = member("One title of it", "Nothing in common with that. At all, I say.", 2)
    assert len(parts(ARTICLE, [one, other])) == 2
    assert len(parts(ARTICLE, [one, other, bridge])) == 1

"""What the version shown lacks is kept once, with the newest version that says it."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from reader.article import RevisionId
from reader.identity.older_lines import OlderLines, VersionText, older_lines

LINES = st.sampled_from(["春", " 春", "夏\u3000", "秋", "冬 夜", "", "  ", "a\x0bb"])
TEXTS = st.lists(LINES, max_size=5).map("\n".join)


def version(number: int, title: str, text: str) -> VersionText:
    return VersionText(RevisionId(number), title, text)


def older(number: int, title: str, *lines: str) -> OlderLines:
    return OlderLines(RevisionId(number), title, lines)


def test_a_line_that_the_version_shown_has_is_left_out() -> None:
    assert older_lines("题", "一\n二", [version(1, "题", "二\n三\n一")]) == (older(1, "", "三"),)


def test_white_space_at_the_ends_of_a_line_says_nothing() -> None:
    assert older_lines("题", "一 \n\u3000二", [version(1, " 题", "  一\n二\t")]) == ()


def test_a_line_of_two_versions_is_the_newer_ones() -> None:
    found = older_lines("题", "一", [version(3, "题", "二\n三"), version(2, "题", "三\n四")])
    assert found == (older(3, "", "二", "三"), older(2, "", "四"))


def test_a_title_that_was_changed_is_kept_once() -> None:
    found = older_lines("新题", "一", [version(3, "旧题", "一"), version(2, "旧题", "一"), version(1, "新题", "一")])
    assert found == (older(3, "旧题"),)


def test_a_line_that_repeats_the_title_is_left_out() -> None:
    assert older_lines("题", "", [version(1, "", "题\n文")]) == (older(1, "", "文"),)


def test_an_article_of_one_version_has_none() -> None:
    assert older_lines("题", "一", []) == ()


@given(st.lists(st.tuples(LINES, TEXTS), min_size=1, max_size=4))
def test_nothing_that_any_version_says_is_lost_or_said_twice(versions: list[tuple[str, str]]) -> None:
    (title, text), *others = versions
    found = older_lines(title, text, [version(at, *other) for at, other in enumerate(others)])
    said = [title.strip(), *(line.strip() for line in text.split("\n"))]
    more = [line for each in found for line in each.lines]
    assert len(more) == len(set(more))
    assert not set(more) & {"", *said}
    assert {*said, *more} >= {line.strip() for _, text in others for line in text.split("\n")} - {""}
    titles = [each.title for each in found if each.title]
    assert len(titles) == len(set(titles))
    assert {"", title.strip(), *titles} == {"", *(title.strip() for title, _ in versions)}

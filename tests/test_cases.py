"""Small inputs that went wrong once, each with its right outcome: through the real import, search and page."""

from __future__ import annotations

import csv
import itertools
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from reader.article import Article
from reader.importing.workers.pool import PipelineSettings
from reader.library import Library
from reader.outcome import ImportOutcome, OutcomeKind
from reader.paths import AppPaths
from reader.query import Query
from tests.support.patience import PATIENCE_SECONDS, wait_until

ROOT = Path(__file__).resolve().parents[1]
CASES = Path(__file__).parent / "data" / "cases"

# What these cases wait for, by the part of the program that will bring it.
formats = pytest.mark.xfail(reason="formats", strict=True)
page = pytest.mark.xfail(reason="page", strict=True)


class Case:
    """A library of its own, and what was imported into it."""

    def __init__(self, data: Path) -> None:
        self.library = Library.open(AppPaths(data))

    def add(self, *names: str) -> list[ImportOutcome]:
        with self.library.writer("a test") as writer:
            paths = [CASES / name for name in names]
            outcomes = list(writer.import_paths(paths, PipelineSettings(processes=0)))
        self.library.refresh()
        return outcomes

    def undo(self) -> None:
        last = self.library.imports.last()
        assert last is not None
        with self.library.writer("a test") as writer:
            writer.undo_import(last.id)
            list(writer.catch_up())
        self.library.refresh()

    def empty_bin(self) -> int:
        with self.library.writer("a test") as writer:
            return list(writer.empty_bin())[-1]

    def find(self, text: str) -> list[str]:
        """Return the titles of what a search finds."""
        query = Query(text=text)
        return [hit.title for hit in self.library.hits(self.library.search(query).ids, query)]

    def article(self, *names: str) -> Article:
        """Import some files and return their one article."""
        self.add(*names)
        (article,) = self.articles()
        return article

    def newest_first(self) -> list[Article]:
        return [self.library.article(id_) for id_ in self.library.search(Query()).ids]

    def articles(self) -> list[Article]:
        return [self.library.article(id_) for id_ in self.library.ids()]


@pytest.fixture
def new_case(tmp_path: Path) -> Iterator[Callable[[], Case]]:
    made: list[Case] = []

    def make() -> Case:
        made.append(Case(tmp_path / f"library {len(made)}"))
        return made[-1]

    yield make
    for case in made:
        case.library.close()


@pytest.fixture
def case(new_case: Callable[[], Case]) -> Case:
    return new_case()


def refusal(outcomes: list[ImportOutcome]) -> str:
    """Return the one reason why nothing was imported."""
    (outcome,) = outcomes
    assert outcome.kind in (OutcomeKind.SKIPPED, OutcomeKind.FAILED)
    return str(outcome.reason)


def test_each_case_stands_in_a_test() -> None:
    with (CASES / "EXPECTED.tsv").open(encoding="utf-8", newline="") as file:
        inputs = [row["input"] for row in csv.DictReader(file, delimiter="\t")]
    tests = Path(__file__).read_text("utf-8")
    names = {name for line in inputs for name in re.findall(r"[\w-]+(?:\.\w+)+|[\w-]+(?=/)", line)} - {"settings.json"}
    assert len(names) > 45
    assert not [name for name in names if f'"{name}' not in tests]


# Reading one capture.


def test_a_title_with_brackets_and_an_address_with_parentheses_are_whole(case: Case) -> None:
    article = case.article("title-brackets.md")
    assert article.title == "[Update] Port (part 2) [closed](really)"
    assert article.url == "https://example.org/wiki/Port_(town)"


def test_an_epoch_in_seconds_is_a_date(case: Case) -> None:
    published = case.article("seconds-epoch.md").published
    assert published == datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC)


def test_an_epoch_of_nan_is_no_date(case: Case) -> None:
    article = case.article("nan-date.md")
    assert (article.published, article.captured) == (None, None)
    assert case.find("harbour") == ["No date at all"]


def test_an_address_may_be_the_title(case: Case) -> None:
    article = case.article("url-as-title.md")
    assert article.title == article.url == "https://example.org/some/long/path?x=1"


def test_a_title_that_was_escaped_twice_is_plain(case: Case) -> None:
    assert case.article("title-escaped-twice.md").title == 'The pilot\'s log "March"'


def test_text_from_right_to_left_is_kept(case: Case) -> None:
    article = case.article("rtl.md")
    assert article.title == "النص العربي"
    assert "ميناء المدينة القديمة يفتح عند الفجر." in article.text
    assert case.find("المدينة") == ["النص العربي"]


def test_a_picture_within_noscript_is_kept(case: Case) -> None:
    article = case.article("poll-noscript.md")
    assert [image.url for image in article.images] == ["https://example.org/n.jpg"]
    assert "img:0" in article.html


def test_relative_links_are_resolved(case: Case) -> None:
    article = case.article("relative-links.md")
    (link,) = re.findall(r'<a href="([^"]*)"', article.html)
    assert link in ("https://blog.example.org/c_su_windows/next.html", "https://cdn.example.org/x/next.html")
    wheels, root = (image.url for image in article.images)
    assert wheels in ("https://blog.example.org/c_su_windows/wheels.png", "https://cdn.example.org/x/wheels.png")
    assert root in ("https://blog.example.org/root.png", "https://cdn.example.org/root.png")


def test_words_are_found_without_their_accents(case: Case) -> None:
    case.add("accents.md")
    for word in ("cafe", "fete", "crepes", "Noel", "jetée"):
        assert case.find(word) == ["Le café du port"]


def test_a_class_alone_takes_no_text_away(case: Case) -> None:
    text = case.article("class-says-sharing.md").text
    assert "The ferry leaves at six and comes back at nine." in text
    assert text.count("The harbour office publishes") == 2


def test_hidden_words_are_absent(case: Case) -> None:
    text = case.article("hidden-text.md").text
    assert text.count("The harbour office publishes") == 2
    assert not re.search("anchors|crew|skip to content", text)
    assert case.find("anchors") == []


def test_a_markdown_post_is_read_or_refused_by_name(case: Case) -> None:
    outcomes = case.add("markdown-post.md")
    if not case.articles():
        assert "Markdown note" in refusal(outcomes)
        return
    (article,) = case.articles()
    assert article.title == "The pilot and the tide"
    assert article.url in (None, "https://example.org/one")
    assert {"<h2>The first part</h2>", "<li>one</li>", "<p>The pilot waits for the tide.</p>"} <= set(
        re.findall(r"<(?:h2|li|p)>[^<]*</\w+>", article.html)
    )


def test_settings_that_are_nested_deep_leave_the_program_starting_with_the_defaults(tmp_path: Path) -> None:
    shutil.copy(CASES / "deep-settings.json", tmp_path / "settings.json")
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    command = [sys.executable, "main.py", "--data-dir", str(tmp_path)]
    with subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.PIPE) as program:
        wait_until((tmp_path / "library.sqlite3").exists, "the library")
        program.terminate()
        _, said = program.communicate(timeout=PATIENCE_SECONDS)
    assert said == b""
    log = (tmp_path / "pressmark.log").read_text("utf-8")
    assert "Traceback" not in log
    assert log.count("settings cannot be read, defaults are used") == 1


# Which captures are one article.


def test_three_articles_of_one_address_are_three(case: Case) -> None:
    case.add("one-address-1.md", "one-address-2.md", "one-address-3.md")
    assert len(case.articles()) == 3
    assert [len(case.find(word)) for word in ("gulls", "rye", "skate")] == [1, 1, 1]


@pytest.mark.parametrize(
    "order",
    [
        pytest.param(("equal-epoch-a-full.md", "equal-epoch-b-teaser.md")),
        ("equal-epoch-b-teaser.md", "equal-epoch-a-full.md"),
    ],
    ids=["full first", "teaser first"],
)
def test_of_equal_times_the_fuller_text_is_shown(case: Case, order: tuple[str, str]) -> None:
    for name in order:
        case.add(name)
    (article,) = case.articles()
    assert len(article.text) > 400
    assert case.find("heliotrope") == [article.title]


def test_a_date_in_the_future_gives_way_to_that_of_the_head(case: Case) -> None:
    assert case.article("future-date.md").published == datetime(2021, 1, 20, 8, tzinfo=UTC)


def test_spellings_of_an_address_are_one_article(case: Case) -> None:
    article = case.article("address-1.md", "address-2.md", "address-3.md")
    assert "First copy of the page on tides" in article.text


def test_the_same_text_again_is_no_new_version(case: Case) -> None:
    article = case.article("address-1.md", "address-2.md", "address-3.md")
    assert len(case.library.revisions(article.id)) == 1


def test_pages_without_text_and_with_other_titles_are_two_articles(case: Case) -> None:
    case.add("empty-page.md", "empty-page-2.md")
    assert sorted(article.title for article in case.articles()) == ["2021年02月 清单", "2021年03月 清单"]


def test_an_emptied_capture_does_not_take_the_place_of_the_fuller_one(case: Case) -> None:
    article = case.article("emptied/2020-10-16.md", "emptied/2020-10-22.md")
    assert len(case.library.revisions(article.id)) == 2
    assert case.find("灯塔") == [article.title]
    assert "灯塔" in article.text


def test_addresses_that_differ_in_the_fragment_are_two_articles_if_nothing_is_alike(case: Case) -> None:
    case.add("fragments/july.md", "fragments/june.md")
    assert len(case.articles()) == 2
    assert case.find("quokka") == ["June release"]


@pytest.mark.parametrize(
    "order",
    [
        pytest.param(("picture-later/1-without", "picture-later/2-with")),
        ("picture-later/2-with", "picture-later/1-without"),
    ],
    ids=["without first", "with first"],
)
def test_a_picture_that_comes_later_is_held(case: Case, order: tuple[str, str]) -> None:
    for folder in order:
        case.add(folder)
    (article,) = case.articles()
    assert [image.sha256 is not None for image in article.images] == [True]


UNDO = ("undo/1", "undo/2", "undo/3")


@pytest.mark.parametrize("order", list(itertools.permutations(UNDO)), ids="-".join)
def test_an_undated_capture_is_older_than_any_dated_one(case: Case, order: tuple[str, ...]) -> None:
    for folder in order:
        case.add(folder)
    # They share neither words nor a title, and the address may be that of a section: three articles.
    assert [article.title for article in case.newest_first()] == ["New", "Old", "Undated"]


def test_the_words_of_an_older_version_are_found(case: Case) -> None:
    case.add(*UNDO)
    assert case.find("gamma") == ["Undated"]


@pytest.mark.parametrize("order", list(itertools.permutations(UNDO)), ids="-".join)
def test_what_an_undone_import_brought_never_comes_back(case: Case, order: tuple[str, ...]) -> None:
    first, second, third = order
    undone = Case(case.library.paths.data.with_name("undone"))
    try:
        undone.add(first)
        gone = {article.title for article in undone.articles()}
        undone.undo()
        undone.add(second)
        undone.add(third)
        titles = {article.title for article in undone.articles()}
    finally:
        undone.library.close()
    assert len(titles) == 2
    assert not gone & titles


def test_emptying_the_bin_counts_what_it_deletes(case: Case) -> None:
    for folder in UNDO:
        case.add(folder)
    for _ in UNDO:
        case.undo()
    assert case.articles() == []
    assert case.empty_bin() == 3


# What is refused says what it is.


def test_a_single_packed_file_is_read_or_said_to_be_one(case: Case) -> None:
    outcomes = case.add("capture.md.gz")
    assert case.articles() or "unpack" in refusal(outcomes)


def test_a_web_page_and_a_picture_beside_it_are_named_as_what_they_are(case: Case) -> None:
    reasons = {Path(str(outcome.origin)).name: str(outcome.reason) for outcome in case.add("refused-with-picture")}
    assert "web page" in reasons["page.html"]
    assert "shows it, and it is not kept" in reasons["a.png"]


@formats
def test_a_note_of_obsidian_clipper_is_read(case: Case) -> None:
    article = case.article("clipping.md")
    assert (article.title, article.url) == ("The pilot and the tide", "https://example.org/clip")
    assert (article.author, article.tags) == ("Ann Shore", ("clippings",))
    assert article.published == datetime(2025, 4, 19, tzinfo=UTC)
    assert article.html.count("<p>") == 2
    assert "<h2>Second</h2>" in article.html


@formats
def test_front_matter_may_hold_colons_in_its_values(case: Case) -> None:
    article = case.article("front-colon.md")
    assert (article.title, article.author) == ("Port: a history: part 2", "Ann Shore")


def test_a_page_that_declares_gb2312_is_read_as_gb18030(case: Case) -> None:
    text = case.article("declared-gb2312.html").text
    assert "朱镕基" in text
    assert "喆" in text
    assert "港務局" in text


def test_a_page_of_singlefile_is_read_or_named(case: Case) -> None:
    outcomes = case.add("singlefile.html")
    if not case.articles():
        assert "web page" in refusal(outcomes)
        return
    (article,) = case.articles()
    assert (article.title, article.url) == ("Saved whole", "https://example.org/single")
    assert article.captured == datetime(2026, 9, 23, 8, tzinfo=UTC)


def test_an_export_of_evernote_is_read_or_named(case: Case) -> None:
    outcomes = case.add("note.enex")
    if not case.articles():
        assert "Evernote" in refusal(outcomes)
        return
    (article,) = case.articles()
    assert (article.title, article.url) == ("The pilot", "https://example.org/pilot")
    assert article.published == datetime(2021, 1, 1, tzinfo=UTC)


def test_a_list_of_links_is_named(case: Case) -> None:
    assert "links" in refusal(case.add("pocket.zip"))


def test_an_archive_in_an_archive_is_read_or_asked_to_be_unpacked(case: Case) -> None:
    outcomes = case.add("zip-in-zip.zip")
    assert case.articles() or "unpack" in refusal(outcomes)


# The page.


@page
def test_a_class_of_related_posts_takes_no_paragraph_away(case: Case) -> None:
    assert "is the argument of the article" in case.article("class-says-related.md").text


@page
def test_a_formula_is_shown_once(case: Case) -> None:
    text = case.article("katex.md").text
    assert text.count("E") == 1
    assert re.search(r"E ?= ?mc\^?2", text)


def test_a_lazy_picture_of_wechat_is_shown(case: Case) -> None:
    (image,) = case.article("lazy-wechat.md").images
    assert image.url == "https://mmbiz.example.org/mmbiz_png/harbour/640?wx_fmt=png"


@page
def test_a_footnote_is_not_glued_to_a_year(case: Case) -> None:
    article = case.article("footnote-glued.md")
    assert re.search(r"1907(?!\d)", article.text)
    assert case.find("1907") == [article.title]


@page
def test_readings_of_characters_stand_apart(case: Case) -> None:
    article = case.article("ruby.md")
    assert case.find("漁師が読む") == [article.title]
    assert "潮汐表は" in article.text


@page
def test_the_time_of_an_agency_is_no_part_of_the_text(case: Case) -> None:
    text = case.article("timestamp-first.md").text
    assert text.startswith("港口1月13日")
    assert "2021-01-14T04:03:35Z" not in text


@page
def test_a_list_of_further_articles_is_left_out(case: Case) -> None:
    article = case.article("more-article.md")
    assert "延伸閱讀" not in article.text
    assert "漁船出港增加" not in article.html


def test_a_large_first_letter_belongs_to_its_word(case: Case) -> None:
    text = case.article("drop-cap.md").text
    assert text.startswith("Masters")
    assert "THESE TINY" in text


def test_line_breaks_within_code_are_kept(case: Case) -> None:
    (code,) = re.findall(r"<pre>.*?</pre>", case.article("pre-br.md").html, re.DOTALL)
    assert "{\n    return h + 1;\n}" in re.sub("<br/?>", "\n", re.sub("</?(?:pre|code|span)>", "", code))


def test_lines_that_are_code_each_are_kept(case: Case) -> None:
    (code,) = re.findall(r"<pre>.*?</pre>", case.article("pre-code-lines.md").html, re.DOTALL)
    assert re.sub("</?(?:pre|code)>", "", code).splitlines() == ["fn tide(h: u32) {", "    h + 1", "}"]


def test_cells_of_a_table_keep_their_spans(case: Case) -> None:
    html = case.article("table-colspan.md").html
    assert 'rowspan="2"' in html
    assert 'colspan="2"' in html


@page
def test_sound_and_film_are_named_with_their_links(case: Case) -> None:
    links = dict(re.findall(r'<a href="([^"]*)">([^<]*)', case.article("audio-video.md").html))
    assert re.search("(?i)audio|sound", links["https://example.org/talk.mp3"])
    assert re.search("(?i)video|film", links["https://example.org/film.mp4"])
    assert "Harbour film" in links["https://player.example.org/embed/9"]


@page
def test_a_drawing_leaves_its_words(case: Case) -> None:
    article = case.article("svg-figure.md")
    assert article.images or "High water" in article.text or "drawing" in article.text


@page
def test_links_in_a_row_stand_apart(case: Case) -> None:
    text = case.article("adjacent-links.md").text
    assert re.search(r"Tide tables\W+Harbour fees", text)
    assert re.search(r"North\W+South", text)

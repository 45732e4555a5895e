from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QLocale, QSize
from PySide6.QtGui import QFont, QFontDatabase, QTextBlock, QTextCharFormat, QTextDocument, QTextTable
from PySide6.QtWidgets import QApplication

from reader.article import PageImage, RevisionId
from reader.settings import Settings
from tests.reader.clean.pages import cleaned
from tests.ui.page.pages import absent, article, held, revision
from ui.look.colours import LIGHT
from ui.page.document import Page, PageSource, fit_title, revision_names, write_page
from ui.page.fonts import Script
from ui.page.parts import Mark
from ui.page.style import PageStyle
from ui.words.dates import day_and_time

WIDTH = 680.0


@pytest.fixture
def style(qapp: QApplication) -> PageStyle:
    return PageStyle.of(LIGHT, Settings(), 100, Script.SC)


def written(html: str, style: PageStyle, images: tuple[PageImage, ...] = ()) -> tuple[QTextDocument, Page]:
    document = QTextDocument()
    shown = article(html, images=images)
    source = PageSource(article=shown, html=html, text=shown.text, images=images)

    def size_of(number: int) -> QSize | None:
        image = images[number]
        return QSize(image.width or 1, image.height or 1) if image.sha256 else None

    return document, write_page(document, source, style, WIDTH, size_of)


def body(document: QTextDocument, page: Page) -> list[str]:
    return [line for line in document.toPlainText()[page.body :].split("\n") if line]


def marks(page: Page) -> list[Mark]:
    return [each.mark for each in page.decorations][1:]  # The first is the hairline under the byline.


def test_the_byline_names_source_author_local_day_and_reading_time(style: PageStyle) -> None:
    document, _ = written("<p>清晨</p>", style)
    assert document.toPlainText().split("\n")[:2] == [
        "老码头重新开放",
        "山城周报 · 林一舟 · 12 Jul 2023 · 1 min read",
    ]


def test_paragraphs_are_blocks_with_lines_of_fixed_height(style: PageStyle) -> None:
    document, page = written("<p>一</p><p>二<br>三</p>四", style)
    assert body(document, page) == ["一", "二", "三", "四"]
    assert document.lastBlock().blockFormat().lineHeight() == style.line == round(18 * 1.75)


def test_two_breaks_are_a_new_paragraph_and_indents_are_left_out(style: PageStyle) -> None:
    document, page = written(cleaned("<p>　　一<br> <br>&nbsp;二</p><p>\u3000</p>").html, style)
    assert body(document, page) == ["一", "二"]


def test_space_is_kept_between_inline_elements(style: PageStyle) -> None:
    document, page = written(cleaned("<p>one <b> two</b>\n<i>three</i></p>").html, style)
    assert body(document, page) == ["one two three"]


def test_lists_are_set_in_and_numbered(style: PageStyle) -> None:
    document, page = written("<ol><li>一</li><li>二<ul><li>三</li></ul></li></ol>", style)
    labels = [each.label for each in page.decorations if each.mark is Mark.ITEM]
    assert labels == ["1.", "2.", "•"]
    assert body(document, page) == ["一", "二", "三"]
    assert document.lastBlock().blockFormat().indent() == 2


def test_quotes_code_and_removed_parts_are_marked(style: PageStyle) -> None:
    html = '<blockquote>引</blockquote><pre>a\n  b</pre><div class="removed"><p>分享</p></div><p><code>x</code></p><hr>'
    document, page = written(html, style)
    assert marks(page) == [Mark.BAR, Mark.PANEL, Mark.REMOVED, Mark.CODE, Mark.RULE]
    assert body(document, page) == ["引", "a", "  b", "分享", "x"]


def test_empty_quotes_leave_no_bar(style: PageStyle) -> None:
    _, page = written("<p>一</p><blockquote><p> </p></blockquote>", style)
    assert marks(page) == []


def test_a_table_keeps_its_cells_and_spans(style: PageStyle) -> None:
    html = '<table><tr><th colspan="2">a</th></tr><tr><td>b</td><td>c</td></tr><tr><td rowspan="9">d</td></tr></table>'
    document, page = written(html, style)
    table = next(frame for frame in document.rootFrame().childFrames() if isinstance(frame, QTextTable))
    assert (table.rows(), table.columns()) == (3, 2)
    assert table.cellAt(0, 1).columnSpan() == 2
    assert body(document, page) == ["a", "b", "c", "d"]


def test_a_table_of_long_words_is_no_wider_than_the_column(style: PageStyle) -> None:
    row = "".join(f"<td>{'x' * 80}</td>" for _ in range(6))
    document, _page = written(f"<table><tr>{row}</tr></table>", style)
    document.setTextWidth(WIDTH)
    table = document.rootFrame().childFrames()[0]
    assert document.documentLayout().frameBoundingRect(table).width() <= WIDTH
    assert document.idealWidth() <= WIDTH + 1


def test_one_column_tables_are_plain_paragraphs(style: PageStyle) -> None:
    document, page = written("<table><tr><td><p>一</p></td></tr><tr><td>二</td></tr></table>", style)
    assert document.rootFrame().childFrames() == []
    assert body(document, page) == ["一", "二"]


def test_pictures_keep_their_room_and_absent_ones_are_one_slim_line(style: PageStyle) -> None:
    images = (held("a", 1600, 900), absent("清晨的港口"), absent(), absent())
    html = '<img src="img:0"><p><img src="img:1"></p><img src="img:2" alt=""><img src="img:3">'
    document, page = written(html, style, images)
    assert body(document, page) == ["\ufffc", "清晨的港口, not saved", "2 pictures not saved"]


def test_an_absent_picture_whose_name_is_its_caption_is_named_once(style: PageStyle) -> None:
    images = (absent("清晨的港口"), absent("灯塔"))
    html = '<figure><img src="img:0"><figcaption>清晨的港口，安娜摄</figcaption></figure><p><img src="img:1"></p>'
    document, page = written(html, style, images)
    assert body(document, page) == ["Picture not saved", "清晨的港口，安娜摄", "灯塔, not saved"]


def test_little_signs_stay_in_their_line(style: PageStyle) -> None:
    document, page = written('<p>笑<img src="img:0">了</p>', style, (held("a", 20, 20),))
    assert body(document, page) == ["笑\ufffc了"]


@pytest.mark.parametrize("source", ["img:9", "file:///etc/passwd", "http://x.example/a.png", "img:0 ", "img:-1", ""])
def test_other_pictures_do_not_exist(style: PageStyle, source: str) -> None:
    document, page = written(f'<p>一<img src="{source}"></p>', style, (held("a", 100, 100),))
    assert body(document, page) == ["一"]


def test_only_safe_links_are_links(style: PageStyle) -> None:
    html = "".join(
        f'<p><a href="{address}">{number}</a></p>'
        for number, address in enumerate(
            [
                "https://a.example",
                "HTTP://b.example",
                "mailto:c@d.example",
                "javascript:x",
                "file:///x",
                "smb://x",
                "revision:3",
                "x",
            ]
        )
    )
    document, page = written(html, style)
    links = []
    block = document.findBlock(page.body)
    while block.isValid():
        links += [part.fragment().text() for part in block if part.fragment().charFormat().isAnchor()]
        block = block.next()
    assert links == ["0", "1", "2"]


def test_emphasis_is_slanted_for_latin_only(style: PageStyle) -> None:
    document, page = written("<p><em>港口</em></p><p><em>quay</em></p>", style)
    first = document.findBlock(page.body)
    assert not first.begin().fragment().charFormat().fontItalic()
    assert first.next().begin().fragment().charFormat().fontItalic()


def test_every_mark_is_set_as_what_it_is(style: PageStyle) -> None:
    html = "<p><strong>a</strong><em>b</em><u>c</u><s>d</s><sub>e</sub><sup>f</sup></p>"
    document, page = written(html, style)
    forms = [part.fragment().charFormat() for part in document.findBlock(page.body)]
    assert [form.fontWeight() > QFont.Weight.Normal for form in forms] == [True] + [False] * 5
    assert [form.fontItalic() for form in forms] == [False, True] + [False] * 4
    assert [form.fontUnderline() for form in forms] == [False, False, True] + [False] * 3
    assert [form.fontStrikeOut() for form in forms] == [False] * 3 + [True] + [False] * 2
    lowered, raised = (
        QTextCharFormat.VerticalAlignment.AlignSubScript,
        QTextCharFormat.VerticalAlignment.AlignSuperScript,
    )
    assert [form.verticalAlignment() for form in forms[4:]] == [lowered, raised]


def test_an_empty_capture_says_so(style: PageStyle) -> None:
    document, page = written("", style)
    assert body(document, page) == ["Only the title and the link of this article were saved. Open it on the web"]


def test_a_title_takes_three_lines_at_most(style: PageStyle) -> None:
    assert fit_title("短标题", style, WIDTH) == ("短标题", style.title_sizes()[0])
    words, size = fit_title("很长的标题" * 60, style, WIDTH)
    assert words.endswith("…")
    assert size == style.title_sizes()[-1]
    assert fit_title("  ", style, WIDTH)[0] == "Untitled"


def test_markup_in_a_title_is_text(style: PageStyle) -> None:
    document = QTextDocument()
    shown = replace(article("<p>x</p>"), title='<img src="file:///x"> & <b>b</b>', author="<i>a</i>")
    source = PageSource(article=shown, html=shown.html, text="x", images=())
    write_page(document, source, style, WIDTH, lambda _number: None)
    assert document.toPlainText().startswith('<img src="file:///x"> & <b>b</b>\n')
    assert "<i>a</i>" in document.toPlainText()


TAGS = ["p", "h2", "ul", "ol", "li", "blockquote", "pre", "table", "tr", "td", "th", "div", "figure", "figcaption"]
TAGS += ["b", "em", "a", "code", "sub", "dl", "dt", "dd", "caption"]
PIECES = st.one_of(
    st.sampled_from([f"<{tag}>" for tag in TAGS] + [f"</{tag}>" for tag in TAGS]),
    st.sampled_from(
        ["<br>", "<hr>", '<img src="img:0">', '<img src="img:1">', "港口", " x ", "\n", "“", "<script>", "&amp;"]
    ),
)


@given(st.lists(PIECES, max_size=40).map("".join))
@settings(max_examples=150)
def test_any_soup_is_set_with_all_of_its_text(qapp: QApplication, html: str) -> None:
    style = PageStyle.of(LIGHT, Settings(), 100, Script.SC)
    images = (held("a", 300, 200), absent("清晨"))
    document, page = written(html, style, images)
    document.setTextWidth(WIDTH)
    shown = document.toPlainText()[page.body :]
    before_script = html.split("<script>")[0]
    in_table = any(f"<{tag}" in html for tag in ("table", "tr", "td", "th"))
    if not in_table:
        assert shown.count("港口") == before_script.count("港口")
    assert all(0 <= each.first <= each.last < document.characterCount() for each in page.decorations)


def test_nothing_nests_deeper_than_qt_can_bear(style: PageStyle) -> None:
    html = "<blockquote>" * 300 + "<table><tr><td>" * 50 + "a" + "</td><td>b</td></tr></table>" * 50
    document, _ = written(html, style)
    document.setTextWidth(WIDTH)
    deepest, frames = 0, [(document.rootFrame(), 0)]
    while frames:
        frame, depth = frames.pop()
        deepest = max(deepest, depth)
        frames += [(child, depth + 1) for child in frame.childFrames()]
    assert deepest <= 6


def test_versions_of_one_moment_are_told_apart() -> None:
    days = [revision(3), revision(2), replace(revision(3), revision=RevisionId(9))]
    third, second = (day_and_time(each.captured or each.imported) for each in days[:2])
    assert revision_names(days) == [f"{third} (2)", second, f"{third} (1)"]


def blocks(document: QTextDocument) -> Iterator[QTextBlock]:
    block = document.begin()
    while block.isValid():
        yield block
        block = block.next()


@pytest.mark.parametrize("language", ["en", "zh_CN"])
@pytest.mark.parametrize("script", [Script.LATIN, Script.SC, Script.TC])
def test_quotes_of_latin_words_are_narrow_whatever_the_language_of_the_window(
    qapp: QApplication, language: str, script: Script
) -> None:
    if "Noto Sans CJK SC" not in QFontDatabase.families():
        pytest.skip("Noto Sans CJK is not installed")
    before = QLocale()
    QLocale.setDefault(QLocale(language))
    try:
        style = PageStyle.of(LIGHT, Settings(), 100, script)
        document, _ = written("<p>err on the side of what’s awesome</p>", style)
        document.setTextWidth(WIDTH)
        document.size()  # Finishes the layout.
        block = next(each for each in blocks(document) if "’" in each.text())
        at = block.text().index("’")
        line = block.layout().lineAt(0)
        assert line.cursorToX(at + 1)[0] - line.cursorToX(at)[0] < style.text / 2
    finally:
        QLocale.setDefault(before)

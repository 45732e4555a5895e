"""One way to write a date, wherever the window shows one."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QLocale, Qt

from reader.paths import AppPaths
from reader.settings import Settings
from tests.ui.driving import EPOCHS, write_capture
from ui.app import Running
from ui.models.article_list_model import HIT
from ui.page.browser import PageBrowser
from ui.words.dates import day, day_and_time

pytestmark = pytest.mark.usefixtures("qapp")

NOON = datetime(2021, 3, 10, 12, 30, tzinfo=UTC)


@pytest.fixture
def shanghai(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", "Asia/Shanghai")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.fixture
def english() -> Iterator[None]:
    before = QLocale()
    QLocale.setDefault(QLocale(QLocale.Language.English))
    yield
    QLocale.setDefault(before)


@pytest.mark.usefixtures("shanghai", "english")
def test_dates_are_local() -> None:
    assert day(NOON) == "10 Mar 2021"
    assert day_and_time(NOON) == "10 Mar 2021, 20:30"
    assert day(NOON + timedelta(hours=4)) == "11 Mar 2021"
    assert day(None) == ""


@pytest.mark.usefixtures("english")
@given(st.datetimes(timezones=st.just(UTC)))
def test_every_moment_has_a_day(moment: datetime) -> None:
    written = day(moment)
    assert abs(datetime.strptime(written, "%d %b %Y").replace(tzinfo=UTC) - moment) < timedelta(days=2)
    assert day_and_time(moment).startswith(f"{written}, ")


@pytest.mark.usefixtures("english")
@pytest.mark.parametrize("moment", [datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)])
@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Pacific/Pago_Pago"])
def test_the_ends_of_the_calendar_have_a_day(moment: datetime, zone: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", zone)
    time.tzset()
    assert day(moment).startswith(("1 Jan", "31 Dec", "30 Dec", "2 Jan"))
    monkeypatch.undo()
    time.tzset()


@pytest.mark.parametrize(
    ("language", "older", "newer", "at"),
    [
        ("en", "15 Nov 2023", "26 Nov 2023", "{}, {}"),
        ("zh_CN", "2023年11月15日", "2023年11月26日", "{} {}"),
    ],
)
@pytest.mark.usefixtures("shanghai")
def test_list_page_and_versions_write_the_same_date(
    request: pytest.FixtureRequest,
    filled: Path,
    start,
    qtbot,
    tmp_path: Path,
    language: str,
    older: str,
    newer: str,
    at: str,
) -> None:
    if language == "zh_CN":
        request.getfixturevalue("chinese")
    Settings(language=language).save(AppPaths(filled).settings)
    body = "<p>" + "灯塔又亮了，说得更长一些。" * 400 + "</p>"
    again = write_capture(tmp_path / "harbour", "lighthouse", title="守灯塔的人", body=body, epoch=EPOCHS[2] + 10**9)
    run: Running = start()
    run.imports.import_paths([str(again)])
    qtbot.waitUntil(lambda: run.imports.report is not None and not run.imports.busy, timeout=20000)
    window = run.window

    def row() -> str:
        hit = window.articles.index(0).data(HIT)
        return "" if hit is None else window.list.itemDelegate()._byline_of(hit, 1000)

    qtbot.waitUntil(lambda: row() == f"harbour.example · {newer}", timeout=10000)
    assert newer in window.articles.index(0).data(Qt.ItemDataRole.AccessibleTextRole)
    window.list.step(1)
    qtbot.waitUntil(lambda: run.session.open_article is not None, timeout=10000)
    page = window.pane.findChild(PageBrowser).toPlainText().replace("\xa0", " ").split("\n")
    assert f"harbour.example · {newer}" in page[1]
    versions = [at.format(newer, "20:00"), at.format(older, "06:13")]
    assert page[2].endswith(" · ".join(versions))
    menu = [action.text() for action in window.revisions.actions()]
    assert [text.endswith(version) for text, version in zip(menu, versions, strict=True)] == [True, True]

"""The settings as a file that people, backups and other programs may have written."""

from __future__ import annotations

import json
import logging
from pathlib import Path

import pytest

from reader.settings import Appearance, Language, PageFont, Settings, WebPictures


def load(tmp_path: Path, text: str | bytes) -> Settings:
    file = tmp_path / "settings.json"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return Settings.load(file)


@pytest.mark.parametrize(
    "text",
    ["[" * 1500, '{"column":' * 5000, "{", "[]", '"sepia"', "null", "7" * 5000, b"\xff\xfe", " " * (1 << 20) + "{}"],
    ids=lambda text: repr(text[:12]),
)
def test_a_file_that_holds_no_settings_means_the_defaults_and_one_warning(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, text: str | bytes
) -> None:
    assert load(tmp_path, text) == Settings()
    assert [record.levelno for record in caplog.records] == [logging.WARNING]


def test_a_missing_file_means_the_defaults_without_a_word(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    assert Settings.load(tmp_path / "settings.json") == Settings()
    assert not caplog.records


def test_numbers_out_of_bounds_become_the_nearest_within(tmp_path: Path) -> None:
    assert load(tmp_path, '{"text_size": 9999, "column": -4}') == Settings(text_size=32, column=28)
    assert load(tmp_path, f'{{"text_size": -{"9" * 400}, "column": {"9" * 400}}}') == Settings(text_size=14, column=60)


@pytest.mark.parametrize("value", ["20", 20.0, True, None, [20], {"px": 20}, "20px"], ids=repr)
def test_a_number_of_another_kind_means_its_default_and_leaves_the_others(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, value: object
) -> None:
    stored = json.dumps({"text_size": value, "column": 40})
    assert load(tmp_path, stored) == Settings(column=40)
    assert [record.levelno for record in caplog.records] == [logging.WARNING]


@pytest.mark.parametrize("value", ["purple", 1, None, [], {}, True], ids=repr)
@pytest.mark.parametrize("name", ["appearance", "language", "page_font", "web_pictures"])
def test_a_choice_that_there_is_not_means_its_default(tmp_path: Path, name: str, value: object) -> None:
    assert load(tmp_path, json.dumps({name: value, "text_size": 20})) == Settings(text_size=20)


def test_what_was_saved_is_loaded_as_it_was(tmp_path: Path) -> None:
    settings = Settings(
        web_pictures=WebPictures.NEVER,
        appearance=Appearance.LIGHT,
        language=Language.CHINESE,
        page_font=PageFont.SERIF,
        text_size=14,
        column=60,
    )
    settings.save(tmp_path / "settings.json")
    assert Settings.load(tmp_path / "settings.json") == settings


def test_a_file_of_an_older_version_is_loaded(tmp_path: Path) -> None:
    assert load(tmp_path, '{"language": "en", "text_size": 21, "theme": "x"}') == Settings(
        language=Language.ENGLISH, text_size=21
    )

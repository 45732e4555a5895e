import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from string import Formatter
from xml.etree import ElementTree

import PySide6
import pytest
from PySide6.QtCore import QLocale

from tests.ui.driving import CHINESE
from ui.actions import COMMANDS, MENUS, KeyScope, plain_text
from ui.words import translations
from ui.words.core_messages import SENTENCES

# What is the same in both languages, as it is a name.
_UNCHANGED = {"Pressmark"}


def _messages() -> Iterator[tuple[str, str, str, bool]]:
    for context in ElementTree.parse(CHINESE).iter("context"):
        for message in context.iter("message"):
            translation = message.find("translation")
            finished = translation.get("type") != "unfinished" and bool(translation.text)
            yield context.findtext("name"), message.findtext("source"), translation.text or "", finished


def _places(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


def test_everything_is_translated():
    assert [(context, source) for context, source, _, finished in _messages() if not finished] == []


def test_translations_have_the_same_places_and_speak_chinese():
    for _, source, text, _ in _messages():
        assert _places(source) == _places(text), source
        assert source.endswith("…") == text.endswith("…"), source
        if source not in _UNCHANGED and re.search(r"[a-z]{3}", re.sub(r"\{\w+\}", "", source)):
            assert re.search(r"[\u4e00-\u9fff]", text), source


def test_the_file_holds_what_the_window_says_now(tmp_path: Path):
    fresh = tmp_path / "fresh.ts"
    files = sorted((CHINESE.parents[2] / "ui").rglob("*.py"))
    tool = Path(PySide6.__file__).parent / "lupdate"
    command = [str(tool), "-silent", "-locations", "none", *map(str, files), "-ts", str(fresh)]
    subprocess.run(command, check=True, capture_output=True)
    now = {
        (context.findtext("name"), message.findtext("source"))
        for context in ElementTree.parse(fresh).iter("context")
        for message in context.iter("message")
    }
    assert now == {(context, source) for context, source, _, _ in _messages()}
    assert {source for context, source in now if context == "reader"} >= set(SENTENCES)


def test_the_window_speaks_chinese(chinese, start, qtbot, captures):
    run = start(captures, wait=False)
    window = run.window
    assert window.first_run.heading.text() == "把存下的文章拖到这里"
    assert window.menuBar().actions()[0].text() == "文件(&F)"
    qtbot.waitUntil(lambda: window.messages.text == "导入完成：新增 3 篇。", timeout=10000)
    qtbot.waitUntil(lambda: window.search.count == "3 篇文章")
    assert all(re.search(r"[\u4e00-\u9fff]", plain_text(command)) for command in COMMANDS)


@pytest.mark.usefixtures("chinese")
def test_underlined_letters_do_not_meet_in_a_menu():
    from PySide6.QtCore import QCoreApplication

    for menu, commands in MENUS.items():
        texts = [c.text for c in commands if c.scope is not KeyScope.BOX]
        for shown in (texts, [QCoreApplication.translate("Actions", text) for text in texts]):
            letters = [found.lower() for text in shown for found in re.findall(r"&(\w)", text)]
            assert len(letters) == len(set(letters)), (menu, letters)


def test_an_unknown_language_is_english_with_english_dates(qapp):
    before = QLocale()
    translations.install(qapp, "fr")
    assert QLocale().language() is QLocale.Language.English
    QLocale.setDefault(before)

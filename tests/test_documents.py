"""What is written for people about versions, keys and files is what the program says and has."""

from __future__ import annotations

import ast
import re
import xml.etree.ElementTree as ElementTree
from configparser import ConfigParser
from pathlib import Path

import pytest
from PySide6.QtGui import QKeySequence

import main
from reader import __version__
from reader.system import exit_codes
from tools import describe_library
from ui.actions import COMMANDS
from ui.app import APP_ID

ROOT = Path(__file__).resolve().parent.parent
LINUX = ROOT / "packaging" / "linux"
VERSION = __version__
ARCHITECTURE = (ROOT / "docs" / "architecture.md").read_text("utf-8")
README = (ROOT / "README.md").read_text("utf-8")


def desktop_entry() -> dict[str, str]:
    parser = ConfigParser(interpolation=None, delimiters=("=",))
    parser.optionxform = str  # type: ignore[assignment, method-assign]
    parser.read(LINUX / f"{APP_ID}.desktop", "utf-8")
    return dict(parser["Desktop Entry"])


def metainfo() -> ElementTree.Element:
    return ElementTree.parse(LINUX / f"{APP_ID}.metainfo.xml").getroot()


def magic_patterns() -> list[tuple[bytes, range]]:
    """Return what the outermost matches of the MIME type look for, and where."""
    tree = ElementTree.parse(LINUX / f"{APP_ID}.xml")
    space = "{http://www.freedesktop.org/standards/shared-mime-info}"
    patterns = []
    for match in tree.iterfind(f".//{space}magic/{space}match"):
        first, _, last = match.attrib["offset"].partition(":")
        patterns.append((match.attrib["value"].encode(), range(int(first), int(last) + 1)))
    return patterns


def test_the_version_is_the_same_everywhere() -> None:
    newest = metainfo().find("releases/release")
    assert newest is not None
    assert newest.attrib["version"] == VERSION
    released = re.search(r"^## (\S+)", (ROOT / "CHANGELOG.md").read_text("utf-8"), re.MULTILINE)
    assert released is not None
    assert released.group(1) == VERSION
    assert f"pressmark_{VERSION}_" in README


def test_each_command_of_the_command_line_is_in_the_readme() -> None:
    for command in main.COMMANDS:
        assert f"| `{command}" in README
    for code in (exit_codes.DONE, exit_codes.FAILURES, exit_codes.COULD_NOT):
        assert f"| {code} |" in README


def test_each_key_in_the_readme_is_one_of_the_window() -> None:
    bound = {QKeySequence(key) for command in COMMANDS for key in command.keys}
    table = README.partition("## Keys")[2].partition("\n## ")[0]
    named = re.findall(r"`([^`]+)`", "".join(row.split("|")[1] for row in table.splitlines() if "|" in row))
    assert named
    assert [key for key in named if QKeySequence(key) not in bound] == []


@pytest.mark.parametrize(
    ("walk", "most"), [("a dropped file to a page that is read", 28), ("a key to a painted list", 14)]
)
def test_each_station_of_a_walk_is_there(walk: str, most: int) -> None:
    section = ARCHITECTURE.partition(f"### From {walk}\n")[2].partition("\n#")[0]
    stations = re.findall(r"^(\d+)\. (.*)$", section, re.M)
    assert [int(number) for number, _ in stations] == list(range(1, len(stations) + 1))
    assert 0 < len(stations) <= most
    places = [re.match(r"`((?:reader|ui)/[\w/]+\.py)`: `(\w+)` \w", station) for _, station in stations]
    assert all(places)
    for path, name in (place.groups() for place in places if place):
        tree = ast.parse((ROOT / path).read_text("utf-8"))
        assert name in {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}, (path, name)


def test_the_glossary_names_what_the_code_names() -> None:
    lines = re.findall(r"^- \*\*.*$", ARCHITECTURE.partition("\n## Glossary\n")[2], re.M)
    assert len(lines) == 20
    named = {name for line in lines for name in re.findall(r"`([^`]+)`", line)}
    files = [path for room in ("reader", "ui") for path in (ROOT / room).rglob("*.py")]
    words = {word for path in files for word in re.findall(r"\w+", path.read_text("utf-8"))}
    folders = {path.parent.relative_to(ROOT).as_posix() for path in files}
    assert [name for name in named if name not in words and not any(folder.endswith(name) for folder in folders)] == []


def test_each_place_in_the_guide_is_there() -> None:
    rows = re.findall(
        r"^\| .* \| `((?:reader|ui)/[\w/]+\.py)`: (.*) \|$", (ROOT / "CONTRIBUTING.md").read_text("utf-8"), re.M
    )
    assert len(rows) >= 16
    for path, names in rows:
        source = (ROOT / path).read_text("utf-8")
        for name in re.findall(r"`(\w+)`", names):
            assert re.search(rf"^ *(?:def |class )?{name}\b *[(:=\[]", source, re.M), f"{path}: {name}"


def test_the_desktop_entry_is_that_of_the_window() -> None:
    entry = desktop_entry()
    assert entry["Exec"] == "pressmark %F"
    assert entry["StartupWMClass"] == APP_ID
    assert entry["Icon"] == APP_ID


def test_no_file_type_of_other_programs_is_claimed() -> None:
    assert desktop_entry()["MimeType"] == "application/x-pressmark-capture;"
    assert [node.text for node in metainfo().iterfind("provides/mediatype")] == ["application/x-pressmark-capture"]


@pytest.mark.parametrize(
    "head", [b"<!--1689156904000-->\n[", b"\xef\xbb\xbf<!--999999999000-->\r\n[", b"<!--NaN-->\n["]
)
def test_the_mime_type_knows_the_head_of_a_capture(head: bytes) -> None:
    assert any(head[at:].startswith(value) for value, places in magic_patterns() for at in places)


def test_ordinary_html_is_not_taken_for_a_capture() -> None:
    head = b"<!-- saved from url=(0014)about:internet -->"
    assert not any(head[at:].startswith(value) for value, places in magic_patterns() for at in places)


def test_the_tables_of_a_library_are_documented_as_they_are_described() -> None:
    text = describe_library.FILE.read_text("utf-8")
    assert describe_library.with_tables(text) == text

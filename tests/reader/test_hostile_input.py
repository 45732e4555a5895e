"""What a stranger types and drops: each ends with a sentence and an exit code, and nothing is lost or held twice."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from reader.output import plain
from tests.reader.cli.command_line import ROOT, CommandLine
from tests.support.captures import feed, write_feed

posix = pytest.mark.skipif(os.name == "nt", reason="Windows has no such thing")


@pytest.fixture
def pressmark(tmp_path: Path) -> CommandLine:
    return CommandLine(tmp_path / "library")


def test_every_file_of_a_bad_folder_ends_as_one_outcome(pressmark: CommandLine, tmp_path: Path) -> None:
    drop = tmp_path / "drop"
    write_feed(drop, "good.txt")
    whole = feed(title="半写", url="https://news.example/half")
    for cut in (3, 12, 20, 30, len(whole) - 7):
        (drop / f"half{cut}.txt").write_bytes(whole[:cut])
    (drop / "empty.txt").write_bytes(b"")
    (drop / "zeros.txt").write_bytes(bytes(3000))
    for encoding in ("gb18030", "utf-16", "utf-8-sig"):
        text = feed(title="编码", url=f"https://news.example/{encoding}").decode()
        (drop / f"{encoding}.txt").write_bytes(text.encode(encoding))
    write_feed(drop, "nan.txt", url="https://news.example/nan", epoch="NaN")
    write_feed(drop, "nothing.txt", url=None, title="", body="")
    write_feed(drop, "far.txt", url="https://news.example/far", epoch=253_402_300_799_000)
    write_feed(drop, "farther.txt", url="https://news.example/farther", epoch=9 * 10**18)
    write_feed(drop, "before.txt", url="https://news.example/before", epoch=-62_135_596_800_000)
    write_feed(drop, "long.txt", url="https://news.example/long", title="长" * 100_000)
    write_feed(drop, "名" * 80 + ".txt", url="https://news.example/name")
    with zipfile.ZipFile(drop / "cut.zip", "w") as archive:
        archive.writestr("a.txt", feed(url="https://news.example/zip"))
    (drop / "cut.zip").write_bytes((drop / "cut.zip").read_bytes()[:-9])
    files = len(list(drop.iterdir()))
    done = pressmark.run("import", drop, "--json")
    assert done.returncode == 1
    counts = json.loads(done.stdout)
    groups = counts.pop("not_imported")
    assert counts["seen"] == files == sum(counts.values()) - counts["seen"]
    assert sum(len(group["files"]) for group in groups) == counts["failed"] + counts["skipped"]
    again = json.loads(pressmark.run("import", drop, "--json").stdout)
    assert again.pop("not_imported") == groups
    assert again == {**counts, "added": 0, "updated": 0, "duplicate": counts["added"] + counts["updated"]}


@posix
def test_names_that_the_system_does_not_let_us_look_at_fail_alone(pressmark: CommandLine, tmp_path: Path) -> None:
    write_feed(tmp_path / "drop", "good.txt")
    (tmp_path / "drop" / "link").symlink_to("/".join(["x" * 200] * 15))
    done = pressmark.run("import", "y" * 300, "z/" * 3000, tmp_path / "drop", tmp_path / "drop" / "good.txt" / "x")
    assert done.returncode == 1
    assert done.stdout == "seen 5 · added 1 · updated 0 · duplicate 0 · skipped 0 · failed 4\n"


@posix
def test_a_folder_that_may_be_listed_but_not_entered_fails_alone(tmp_path: Path) -> None:
    write_feed(tmp_path / "drop", "a.txt")
    write_feed(tmp_path / "drop" / "shut", "b.txt")
    (tmp_path / "drop" / "shut").chmod(0o400)
    try:
        if os.access(tmp_path / "drop" / "shut" / "b.txt", os.R_OK):
            pytest.skip("root may enter every folder")
        done = CommandLine(tmp_path / "library").run("import", tmp_path / "drop")
    finally:
        (tmp_path / "drop" / "shut").chmod(0o700)
    assert done.stdout == "seen 2 · added 1 · updated 0 · duplicate 0 · skipped 0 · failed 1\n"


def test_same_bytes_under_two_names_are_one_article(pressmark: CommandLine, tmp_path: Path) -> None:
    for name in ("one.txt", "two.txt"):
        write_feed(tmp_path / "drop", name, url=None, title="")
    assert {"seen": 2, "added": 1, "duplicate": 1}.items() <= pressmark.json("import", tmp_path / "drop")[0].items()
    assert {"seen": 2, "added": 0, "duplicate": 2}.items() <= pressmark.json("import", tmp_path / "drop")[0].items()


def test_captures_without_an_address_that_differ_in_white_space_are_one_article(
    pressmark: CommandLine, tmp_path: Path
) -> None:
    write_feed(tmp_path / "drop", "1.txt", url=None, body="<p>旧书市 开张</p>")
    write_feed(tmp_path / "drop", "2.txt", url=None, body="<p>旧书市\n开张</p>\n\n")
    assert {"added": 1, "updated": 1}.items() <= pressmark.json("import", tmp_path / "drop")[0].items()


def test_the_newest_of_one_address_is_shown_in_whatever_order_they_come(pressmark: CommandLine, tmp_path: Path) -> None:
    for n, (title, url) in enumerate((("中", "http://n.example/a"), ("新", "https://n.example/a?utm_source=x"))):
        write_feed(tmp_path / "drop", f"{n}.txt", title=title, url=url, epoch=(n + 5) * 10**11)
    write_feed(tmp_path / "drop", "9.txt", title="旧", url="https://n.example/a/", epoch=10**11)
    assert {"added": 1, "updated": 2}.items() <= pressmark.json("import", tmp_path / "drop")[0].items()
    (hit,) = pressmark.json("search", "")
    assert hit["title"] == "新"
    shown = pressmark.json("show", hit["id"])[0]
    assert [revision["title"] for revision in shown["revisions"]] == ["新", "中", "旧"]


def test_titles_cannot_steer_a_terminal(pressmark: CommandLine, tmp_path: Path) -> None:
    write_feed(tmp_path / "drop", "a.txt", title="红\u202eexe.txt", body="<p>\x1b]0;名\x07正文\x9b2J</p>")
    pressmark.run("import", tmp_path / "drop")
    for arguments in (("show", 1), ("search", "正文")):
        printed = pressmark.run(*arguments).stdout
        assert "正文" in printed
        assert not {"\x1b", "\x07", "\x9b", "\u202e"} & set(printed)
    assert plain("a\tb\nc\r\x1b[2J") == "a\tb\nc\N{REPLACEMENT CHARACTER}\N{REPLACEMENT CHARACTER}[2J"


@posix
def test_dates_at_the_ends_of_the_calendar_are_shown(
    pressmark: CommandLine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.md").write_text(
        '---\nlayout: post\ntitle: "元年"\ndate: 0001-01-01\nfrom: https://n.example/1\n---\n\n<p>文</p>', "utf-8"
    )
    write_feed(tmp_path, "b.txt", title="末年", epoch=253_402_300_799_000)
    pressmark.run("import", tmp_path / "a.md", tmp_path / "b.txt")
    for zone in ("America/New_York", "Asia/Shanghai"):
        monkeypatch.setenv("TZ", zone)
        done = pressmark.run("search", "")
        assert done.returncode == 0, done.stderr
        assert "0001-01-0" in done.stdout
        assert "9999-12-31" in done.stdout
        assert pressmark.run("show", 1).returncode == 0


def test_numbers_that_name_no_article_are_told_so(pressmark: CommandLine) -> None:
    for number in (0, 999, 10**30):
        done = pressmark.run("show", number)
        assert done.returncode == 2
        assert done.stderr == f"pressmark: There is no article {number} in this library.\n"


@pytest.mark.parametrize("way", ["original", "jsonl"])
def test_an_export_that_cannot_be_whole_is_not_begun(pressmark: CommandLine, tmp_path: Path, way: str) -> None:
    write_feed(tmp_path, "a.txt")
    pressmark.run("import", tmp_path / "a.txt")
    done = pressmark.run("export", 1, 999, "--format", way, "--to", tmp_path / "out")
    assert (done.returncode, "no article 999" in done.stderr) == (2, True)
    assert not (tmp_path / "out").exists()
    pressmark.run("export", 1, 1, "--format", "jsonl", "--to", tmp_path / "twice")
    assert len((tmp_path / "twice").read_text("utf-8").splitlines()) == 1


def test_an_export_to_an_odd_place_is_a_sentence_or_works(pressmark: CommandLine, tmp_path: Path) -> None:
    write_feed(tmp_path, "a.txt")
    pressmark.run("import", tmp_path / "a.txt")
    for odd in ("", ".", "/", tmp_path, tmp_path / "a.txt" / "b", tmp_path / ("n" * 300)):
        done = pressmark.run("export", 1, "--format", "jsonl", "--to", odd)
        assert done.returncode == 2, odd
        assert "cannot be written" in done.stderr
        assert "Traceback" not in done.stderr
    longest = tmp_path / ("n" * 255)
    assert pressmark.run("export", 1, "--format", "jsonl", "--to", longest).returncode == 0
    assert longest.stat().st_size > 100
    assert pressmark.run("export", 1, "--format", "original", "--to", "-").stdout == feed().decode()
    assert not list(tmp_path.glob(".*"))


@posix
def test_an_export_writes_into_a_pipe_and_through_a_link(pressmark: CommandLine, tmp_path: Path) -> None:
    write_feed(tmp_path, "a.txt")
    pressmark.run("import", tmp_path / "a.txt")
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "link").symlink_to(tmp_path / "target")
    with subprocess.Popen(["cat", tmp_path / "pipe"], stdout=subprocess.PIPE) as reading:
        assert pressmark.run("export", 1, "--format", "jsonl", "--to", tmp_path / "pipe").returncode == 0
        assert reading.stdout is not None
        assert json.loads(reading.stdout.read())["id"] == 1
    assert (tmp_path / "pipe").is_fifo()
    pressmark.run("export", 1, "--format", "jsonl", "--to", tmp_path / "link")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "target").is_file()


def test_nasty_queries_on_standard_input_get_one_answer_each(pressmark: CommandLine, tmp_path: Path) -> None:
    write_feed(tmp_path, "a.txt")
    pressmark.run("import", tmp_path / "a.txt")
    lines = ["", "摊主\r", "\0", "文" * 10_000, "(" * 3000, "OR", "-", '"', "title:", "*", "\ud800", "a\u2028b"]
    stdin = "".join(f"{line}\n" for line in lines).encode("utf-8", "surrogatepass")
    arguments = [sys.executable, ROOT / "main.py", "--data-dir", pressmark.data, "search", "--stdin", "--json"]
    done = subprocess.run(arguments, input=stdin, capture_output=True, check=True)
    answers = [json.loads(line) for line in done.stdout.decode().split("\n")[:-1]]
    assert len(answers) == len(lines)
    assert all(answer["total"] == len(answer["ids"]) for answer in answers)
    assert answers[1]["query"] == "摊主"
    assert [answers[at]["total"] for at in (0, 1, 2)] == [1, 1, 0]


def test_a_folder_must_be_named_after_data_dir(pressmark: CommandLine) -> None:
    done = subprocess.run(
        [sys.executable, ROOT / "main.py", "--data-dir", "", "info"], capture_output=True, encoding="utf-8", check=False
    )
    assert done.returncode == 2
    assert "--data-dir" in done.stderr
    assert pressmark.run("search", "--limit", "-1").returncode == 2


def test_the_folder_may_be_named_before_and_after_the_command(tmp_path: Path) -> None:
    for arguments in (["--data-dir", str(tmp_path), "info"], ["info", "--data-dir", str(tmp_path)]):
        done = subprocess.run(
            [sys.executable, ROOT / "main.py", *arguments, "--json"], capture_output=True, encoding="utf-8", check=True
        )
        assert json.loads(done.stdout)["folder"] == str(tmp_path)

"""The command line, as another program would use it: a real process, its output and its exit code."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from reader.cli import main as cli
from reader.library import Library
from reader.paths import AppPaths
from tests.reader.cli.command_line import CommandLine
from tests.support.captures import feed, write_feed


@pytest.fixture
def pressmark(tmp_path: Path) -> CommandLine:
    return CommandLine(tmp_path / "library")


@pytest.fixture
def drop(tmp_path: Path) -> Path:
    """Return a folder of three captures."""
    for n, title in enumerate(("河边的旧书市", "山里的茶园", "海上的风电")):
        write_feed(
            tmp_path / "drop",
            f"{n}.txt",
            title=title,
            url=f"https://news.example/{n}",
            epoch=1_600_000_000_000 + n * 10**9,
        )
    return tmp_path / "drop"


def test_import_ends_with_one_object_of_counts(pressmark: CommandLine, drop: Path) -> None:
    none = {"updated": 0, "skipped": 0, "failed": 0}
    assert pressmark.json("import", drop) == [{"seen": 3, "added": 3, "duplicate": 0, **none}]
    assert pressmark.json("import", drop) == [{"seen": 3, "added": 0, "duplicate": 3, **none}]


def test_an_import_leaves_the_index_tidy(pressmark: CommandLine, drop: Path, tmp_path: Path) -> None:
    for file in sorted(drop.iterdir()):
        pressmark.json("import", file)
    library = Library.open(AppPaths(tmp_path / "library"))
    with library.writer("a test") as writer:
        assert writer.is_tidy()
    assert library.index().count() == 3
    library.close()


def test_a_failed_file_is_named_and_the_exit_code_says_so(pressmark: CommandLine, drop: Path) -> None:
    (drop / "empty.txt").write_bytes(b"")
    done = pressmark.run("import", drop)
    assert done.returncode == 1
    assert f"failed: {drop / 'empty.txt'}: " in done.stderr
    assert "added 3" in done.stdout


def test_search_gives_one_object_a_line(pressmark: CommandLine, drop: Path) -> None:
    pressmark.run("import", drop)
    (hit,) = pressmark.json("search", "茶園")
    assert list(hit) == ["id", "title", "url", "source", "author", "published", "captured", "snippet", "version"]
    assert hit["version"] is None
    assert hit["title"] == "山里的茶园"
    assert hit["published"] == "2020-09-25T02:13:20Z"
    titles = [hit["title"] for hit in pressmark.json("search", "摊主", "--order", "oldest", "--limit", "2")]
    assert titles == ["河边的旧书市", "山里的茶园"]


def test_search_from_standard_input_answers_each_line_with_all_ids(pressmark: CommandLine, drop: Path) -> None:
    pressmark.run("import", drop)
    answers = pressmark.json("search", "--stdin", stdin="摊主\n风电\n没有的词\n")
    assert [(answer["query"], answer["total"]) for answer in answers] == [
        ("摊主", 3),
        ("风电", 1),
        ("没有的词", 0),
    ]
    assert [len(answer["ids"]) for answer in answers] == [3, 1, 0]
    assert all(answer["ms"] >= 0 for answer in answers)


def test_a_mistake_in_a_query_is_a_hint_and_not_an_error(pressmark: CommandLine, drop: Path) -> None:
    pressmark.run("import", drop)
    done = pressmark.run("search", '"茶园')
    assert done.returncode == 0
    assert done.stderr.strip()
    assert "山里的茶园" in done.stdout


def test_show_carries_the_page_and_its_revisions(pressmark: CommandLine, drop: Path) -> None:
    pressmark.run("import", drop)
    write_feed(drop, "later.txt", title="河边的旧书市（更新）", url="https://news.example/0", epoch=1_700_000_000_000)
    pressmark.run("import", drop)
    (hit,) = pressmark.json("search", "更新")
    (article,) = pressmark.json("show", hit["id"])
    assert {"html", "text", "images", "revisions"} <= set(article)
    assert [revision["title"] for revision in article["revisions"]] == [
        "河边的旧书市（更新）",
        "河边的旧书市",
    ]
    assert "河边的旧书市（更新）" in pressmark.run("show", hit["id"]).stdout


def test_an_article_that_is_not_there_cannot_be_shown(pressmark: CommandLine) -> None:
    done = pressmark.run("show", 7)
    assert (done.returncode, done.stdout) == (2, "")
    assert "no article 7" in done.stderr


def test_the_originals_come_out_as_they_went_in(pressmark: CommandLine, drop: Path, tmp_path: Path) -> None:
    pressmark.run("import", drop)
    assert pressmark.run("export", "--all", "--format", "original", "--to", tmp_path / "out").returncode == 0
    written = sorted(path.read_bytes() for path in (tmp_path / "out").rglob("*") if path.is_file())
    assert written == sorted(path.read_bytes() for path in drop.iterdir())
    again = CommandLine(tmp_path / "second")
    assert again.json("import", tmp_path / "out")[0]["added"] == 3


def test_one_article_can_be_sent_to_a_file(pressmark: CommandLine, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(feed())
    pressmark.run("import", tmp_path / "a.txt")
    pressmark.run("export", 1, "--format", "original", "--to", tmp_path / "b.txt")
    assert (tmp_path / "b.txt").read_bytes() == feed()


def test_json_lines_hold_every_article(pressmark: CommandLine, drop: Path, tmp_path: Path) -> None:
    pressmark.run("import", drop)
    assert pressmark.run("export", "--all", "--format", "jsonl", "--to", tmp_path / "all.jsonl").returncode == 0
    articles = [json.loads(line) for line in (tmp_path / "all.jsonl").read_text("utf-8").splitlines()]
    assert {article["title"] for article in articles} == {"河边的旧书市", "山里的茶园", "海上的风电"}
    head = ["id", "title", "url", "source", "author", "published", "captured", "tags", "own_tags", "starred"]
    keys = [*head, "text", "html", "images", "origin", "other_versions"]
    assert all(list(article) == keys for article in articles)
    assert articles[0]["origin"].startswith(str(drop))


def test_what_only_an_older_version_says_is_found_and_exported(pressmark: CommandLine, tmp_path: Path) -> None:
    write_feed(tmp_path / "drop", "1.txt", title="旧题", body="<p>从前的话。</p>", epoch=1_600_000_000_000)
    write_feed(tmp_path / "drop", "2.txt", title="新题", body="<p>如今的话。</p>", epoch=1_700_000_000_000)
    pressmark.run("import", tmp_path / "drop")
    (hit,) = pressmark.json("search", "从前")
    revisions = pressmark.json("show", 1)[0]["revisions"]
    older = next(revision["revision"] for revision in revisions if not revision["current"])
    assert hit["version"] == {"revision": older, "date": "2020-09-13T12:26:40Z"}
    assert hit["snippet"] == "从前的话。"
    assert "\tin the version of 2020-09-13: 从前的话。" in pressmark.run("search", "从前").stdout
    assert "version" not in pressmark.run("search", "如今").stdout
    pressmark.run("export", 1, "--format", "jsonl", "--to", tmp_path / "all.jsonl")
    (line,) = (tmp_path / "all.jsonl").read_text("utf-8").splitlines()
    assert json.loads(line)["other_versions"] == [{"revision": older, "title": "旧题", "lines": ["从前的话。"]}]


def test_export_wants_to_know_what(pressmark: CommandLine, tmp_path: Path) -> None:
    done = pressmark.run("export", "--format", "jsonl", "--to", tmp_path / "x")
    assert done.returncode == 2
    assert "--all" in done.stderr


def test_info_verify_and_rebuild_answer(pressmark: CommandLine, drop: Path) -> None:
    pressmark.run("import", drop)
    assert pressmark.json("info")[0]["articles"] == 3
    assert pressmark.json("verify") == [{"articles": 3, "problems": []}]
    assert pressmark.json("rebuild-index") == [{"indexed": 3}]
    assert pressmark.json("search", "--stdin", stdin="摊主\n")[0]["total"] == 3
    assert "All 3 articles" in pressmark.run("verify").stdout
    assert "articles: 3" in pressmark.run("info").stdout


def test_a_library_that_cannot_be_opened_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    done = CommandLine(tmp_path / "file").run("info")
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert str(tmp_path / "file") in done.stderr


def test_the_version_is_told(pressmark: CommandLine) -> None:
    assert pressmark.run("--version").stdout.startswith("Pressmark ")


@pytest.fixture
def mixed(tmp_path: Path) -> Path:
    """Return a folder of six web pages, a note and a file that breaks off; nothing of it can be imported."""
    (tmp_path / "mixed").mkdir()
    for n in range(6):
        (tmp_path / "mixed" / f"{n}.html").write_text(f"<html><body><p>Tide {n}</p></body></html>")
    (tmp_path / "mixed" / "note.md").write_text("# Tides\n")
    return tmp_path / "mixed"


def test_equal_refusals_are_one_line_with_a_count(pressmark: CommandLine, mixed: Path) -> None:
    done = pressmark.run("import", mixed)
    page, note = "This is a web page, which", "This is a Markdown note, which"
    said = [line.partition(" this version")[0] for line in done.stderr.splitlines()]
    assert said == [
        f"skipped: 6 files: {page}",
        *(f"    {mixed / name}" for name in ("0.html", "1.html", "2.html")),
        "    and 3 more; --verbose names them",
        f"skipped: {mixed / 'note.md'}: {note}",
    ]
    verbose = pressmark.run("import", "--verbose", mixed).stderr
    assert all(str(path) in verbose for path in mixed.iterdir())
    assert "more" not in verbose


def test_refusals_have_a_kind_for_programs(pressmark: CommandLine, mixed: Path, drop: Path) -> None:
    (drop / "empty.txt").write_bytes(b"")
    done = pressmark.run("import", "--json", mixed, drop)
    answer = json.loads(done.stdout)
    assert (answer["seen"], answer["added"], answer["skipped"], answer["failed"]) == (11, 3, 7, 1)
    shown = [(group["outcome"], group["kind"], group["count"]) for group in answer["not_imported"]]
    assert shown == [("failed", None, 1), ("skipped", "web-page", 6), ("skipped", "markdown", 1)]
    assert sum(len(group["files"]) for group in answer["not_imported"]) == 8
    assert done.stderr.splitlines() == []


def test_an_import_that_is_stopped_says_in_json_what_was_not_imported(
    mixed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def stop(_progress: cli.ProgressLine, done: int, _total: int | None) -> None:
        if done == 7:
            raise KeyboardInterrupt

    monkeypatch.setattr(cli.ProgressLine, "show", stop)
    assert cli.main(["--data-dir", str(tmp_path / "stopped"), "import", "--json", str(mixed)]) == 2
    said = capsys.readouterr()
    answer = json.loads(said.out)
    assert (answer["seen"], answer["skipped"]) == (7, 7)
    assert sum(group["count"] for group in answer["not_imported"]) == 7
    assert said.err.endswith("stopped; what was imported is in the library\n")


def test_an_import_of_which_nothing_was_taken_does_not_end_well(
    pressmark: CommandLine, mixed: Path, drop: Path, tmp_path: Path
) -> None:
    assert pressmark.run("import", mixed).returncode == 1
    assert pressmark.run("import", tmp_path / "missing").returncode == 1
    # Something was taken, or is in the library already: what was skipped beside it is no failure.
    assert pressmark.run("import", mixed, drop).returncode == 0
    assert pressmark.run("import", mixed, drop).returncode == 0
    assert pressmark.run("import", drop).returncode == 0
    (tmp_path / "nothing").mkdir()
    done = pressmark.run("import", tmp_path / "nothing")
    assert (done.returncode, "nothing to import" in done.stderr) == (0, True)


def test_the_help_shows_how_a_capture_begins(pressmark: CommandLine, tmp_path: Path) -> None:
    lines = pressmark.run("import", "--help").stdout.splitlines()
    start = lines.index("  <!--1689156904000-->")
    example = "\n".join(line.strip() for line in lines[start : start + 5])
    (tmp_path / "as in the help").write_text(example)
    assert pressmark.json("import", tmp_path / "as in the help")[0]["added"] == 1
    assert pressmark.json("show", 1)[0]["title"] == "The title"


def test_an_import_that_was_undone_is_not_undone_again(pressmark: CommandLine, drop: Path) -> None:
    pressmark.run("import", drop)
    assert "3 moved to the bin" in pressmark.run("undo-import", 1).stdout
    done = pressmark.run("undo-import", 1)
    assert (done.returncode, done.stdout) == (0, "Import 1 was undone already.\n")
    assert "All 0 articles, and 3 in the bin, can be read" in pressmark.run("verify").stdout

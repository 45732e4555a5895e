"""Damage to any file of a library: it is said in a sentence, and everything that can be read is saved."""

from __future__ import annotations

import random
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from reader.errors import StoreError
from reader.library import Library
from reader.long_work import drive
from reader.maintenance.readable_rows import read_rows
from reader.maintenance.repair import RepairReport, repair_library
from reader.outcome import ImportId
from reader.paths import AppPaths
from reader.query import Query
from reader.store.connection import Connections
from reader.store.library_store import LibraryStore
from reader.store.tables import TABLES
from tests.reader.cli.command_line import CommandLine
from tests.support.captures import feed, write_feed
from tests.support.changes import move_to_bin, set_starred, set_tags

Damage = Callable[[bytearray, int], None]
ARTICLES = 60


def flip(data: bytearray, at: int) -> None:
    data[at] ^= 0x55


def zero(data: bytearray, at: int) -> None:
    page = at // 4096 * 4096
    data[page : page + 4096] = bytes(len(data[page : page + 4096]))


def cut(data: bytearray, at: int) -> None:
    del data[at:]


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory, png: bytes = b"") -> Path:
    """Return a library of 60 articles of many pages each, every tenth of which was captured twice."""
    folder = tmp_path_factory.mktemp("whole")
    chance = random.Random(7)
    for n in range(ARTICLES):
        body = "".join(
            f"<p>{n}：{''.join(chance.choices('河边旧书市周六清晨摊主说来的人多', k=60))}</p>" for _ in range(n % 30)
        )
        write_feed(
            folder / "a", f"{n:02}.txt", title=f"第{n}篇", url=f"https://news.example/{n}", body=body + "<p>末。</p>"
        )
        if n % 10 == 9:
            later = {"title": f"第{n}篇改", "epoch": 1_800_000_000_000}
            write_feed(folder / "b", f"{n:02}.txt", url=f"https://news.example/{n}", body=f"{body}<p>末。</p>", **later)
    library = Library.open(AppPaths(folder / "library"))
    with library.writer("a test") as writer:
        list(writer.import_paths([folder / "a", folder / "b"]))
    library.set_position(library.ids()[4], 0.5)
    set_starred(library, library.ids()[4:6], True)
    set_tags(library, library.ids()[5:7], ["河边", "to read"])
    move_to_bin(library, library.ids()[7:8])
    library.close()
    return folder / "library"


@pytest.fixture
def data(whole: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(whole, tmp_path / "library"))


def repair(data: Path) -> RepairReport:
    report = drive(repair_library(AppPaths(data), "a test", lambda: False))
    assert report is not None
    return report


def check(data: Path) -> set[str]:
    """Hold a repaired library to what every library promises; return the titles that can be read."""
    library = Library.open(AppPaths(data))
    with library.writer("a test") as writer:
        list(writer.catch_up())
    library.refresh()
    assert library._store.rows("PRAGMA integrity_check") == [("ok",)]
    assert library._store.rows("PRAGMA foreign_key_check") == []
    assert library.index().ids() == set(library.ids())
    titles = {library.article(id_).title for id_ in [*library.ids(), *library.bin.ids()]}
    library.close()
    return titles


def damaged(data: Path, damage: Damage, at: int) -> None:
    path = data / "library.sqlite3"
    content = bytearray(path.read_bytes())
    damage(content, at)
    path.write_bytes(content)


def places(whole: Path, number: int) -> list[int]:
    size = (whole / "library.sqlite3").stat().st_size
    return [size * place // number for place in range(number)]


def test_all_that_a_healthy_file_holds_is_read_without_sqlite(data: Path) -> None:
    readable = read_rows(data / "library.sqlite3")
    with closing(sqlite3.connect(data / "library.sqlite3")) as connection:
        connection.row_factory = sqlite3.Row
        for table in (table for table in TABLES if table.telling):
            rows = [dict(row) for row in connection.execute(f"SELECT * FROM {table.name}")]
            rows = [row for row in rows if table.name != "web_picture" or row["sha256"]]
            # The number of a row is kept beside it.
            first = table.columns[0].name
            found = [{**row, first: key} if table.rowid else row for key, row in readable.by_table[table.name].items()]
            assert sorted(found, key=repr) == sorted(rows, key=repr)
        assert len(readable.identities) == ARTICLES


def test_what_was_committed_but_is_in_the_log_only_is_read(tmp_path: Path) -> None:
    library = Library.open(AppPaths(tmp_path / "library"))
    write_feed(tmp_path, "1.txt", title="在日志里")
    with library.writer("a test") as writer:
        list(writer.import_paths([tmp_path / "1.txt"]))
    assert (tmp_path / "library" / "library.sqlite3-wal").stat().st_size > 0
    copy = Path(shutil.copytree(tmp_path / "library", tmp_path / "copy"))
    library.close()
    (copy / "library.sqlite3-shm").unlink()
    assert [row["title"] for row in read_rows(copy / "library.sqlite3").numbered("revision").values()] == ["在日志里"]


def test_a_healthy_library_is_left_as_it_is(data: Path) -> None:
    before = CommandLine(data).json("library-hash")
    report = repair(data)
    assert (report.kept_as, report.lost, report.recleaned, report.articles) == (None, (), 0, ARTICLES - 1)
    assert CommandLine(data).json("library-hash") == before


@pytest.mark.parametrize("damage", [zero, cut, flip])
def test_wherever_the_store_is_damaged_all_but_what_lay_there_is_saved(
    whole: Path, tmp_path: Path, damage: Damage
) -> None:
    saved = []
    for number, at in enumerate(places(whole, 12)):
        data = Path(shutil.copytree(whole, tmp_path / str(number)))
        damaged(data, damage, at + 17)
        report = repair(data)
        titles = check(data)
        saved.append(len(titles))
        known = len(titles) + len(report.lost)
        if damage is not cut:
            # A page holds a few rows at most; of each the original, the page or both are elsewhere.
            assert len(titles) >= ARTICLES - 4
            assert known >= ARTICLES
        if report.kept_as is not None:
            assert (data / report.kept_as).exists()
        shutil.rmtree(data)
    assert max(saved) >= ARTICLES - 4


def test_the_first_page_may_be_gone_and_all_articles_are_saved(data: Path) -> None:
    damaged(data, zero, 0)
    done = CommandLine(data).run("info")
    assert (done.returncode, "is damaged" in done.stderr, "pressmark repair" in done.stderr) == (2, True, True)
    report = repair(data)
    assert report.lost == ()
    assert report.kept_as is not None
    assert len(check(data)) == ARTICLES
    library = Library.open(AppPaths(data))
    assert library.position(library.ids()[4]) == 0.5
    assert library.bin.ids() == [8]
    states = library.states.states()
    assert list(states.starred) == [5, 6]
    assert {tag: list(ids) for tag, ids in states.tags.items()} == {"河边": [6, 7], "to read": [6, 7]}
    assert len(library.revisions(library.ids()[8])) == 2
    library.close()


def test_a_store_that_is_missing_or_empty_is_not_begun_anew_in_silence(data: Path) -> None:
    for damage in (lambda path: path.write_bytes(b""), lambda path: path.unlink()):
        damage(data / "library.sqlite3")
        done = CommandLine(data).run("info")
        assert (done.returncode, "missing or empty" in done.stderr) == (2, True)
    report = repair(data)
    assert report.articles == 0
    assert CommandLine(data).run("info").returncode == 0


def test_a_page_is_made_again_of_its_original_and_the_other_way_round_it_can_be_read(data: Path) -> None:
    connections = Connections(data / "library.sqlite3")
    connections.get().execute("UPDATE revision SET html = x'00' WHERE article = 1")
    connections.get().execute("UPDATE original SET data = x'00' WHERE id = 2")
    connections.get().execute("UPDATE revision SET text = x'00' WHERE article = 3")
    connections.get().execute("UPDATE original SET data = x'00' WHERE id = 3")
    connections.close()
    done = CommandLine(data).run("repair", "--json")
    assert done.returncode == 1
    assert '"recleaned": 1, "lost": ["第2篇"]' in done.stdout
    library = Library.open(AppPaths(data))
    assert "末。" in library.article(library.ids()[0]).html
    assert "末。" in library.article(library.ids()[1]).html
    library.close()


def test_pictures_are_made_again_where_the_capture_holds_them_and_orphans_go(tmp_path: Path, png: bytes) -> None:
    import base64

    picture = f'<img src="data:image/png;base64,{base64.b64encode(png).decode()}">'
    write_feed(tmp_path / "drop", "1.txt", body=f"<p>图。</p>{picture}")
    library = Library.open(AppPaths(tmp_path / "library"))
    with library.writer("a test") as writer:
        list(writer.import_paths([tmp_path / "drop"]))
    (sha256,) = library.pictures.hashes()
    file = library.pictures.file_of(sha256)
    assert file is not None
    file.write_bytes(png[:-5])
    orphan = library.pictures.put(png + b"x" * 9).sha256
    assert len(list(library.verify())) == 2
    library.close()
    report = repair(tmp_path / "library")
    assert (report.orphans, report.pictures_lost) == (1, 0)
    library = Library.open(AppPaths(tmp_path / "library"))
    assert library.pictures.read(sha256) == png
    assert library.pictures.read(orphan) is None
    assert library.pictures.thumbnail(sha256)
    assert list(library.verify()) == []
    library.close()


def test_a_repair_that_is_cancelled_or_has_no_room_leaves_the_damaged_store_in_its_place(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    damaged(data, zero, 0)
    before = (data / "library.sqlite3").read_bytes()
    report = drive(repair_library(AppPaths(data), "a test", lambda: True))
    assert report is None
    assert (data / "library.sqlite3").read_bytes() == before
    assert sorted(path.name for path in data.glob("library*")) == ["library.sqlite3"]
    assert len(check(data) if repair(data) else ()) == ARTICLES


def test_a_repair_that_was_killed_takes_the_copy_that_it_had_made_for_the_log_is_beside_that_only(
    data: Path, tmp_path: Path
) -> None:
    write_feed(tmp_path, "1.txt", title="在日志里", url="https://news.example/log")
    library = Library.open(AppPaths(data))
    with library.writer("a test") as writer:
        list(writer.import_paths([tmp_path / "1.txt"]))
    killed = Path(shutil.copytree(data, tmp_path / "killed"))
    library.close()
    damaged(killed, zero, 0)
    path = killed / "library.sqlite3"
    shutil.copy(path, killed / "library.sqlite3.damaged-20230712-120000")
    # As a kill leaves it between the removal of the log and the new store in its place.
    path.with_name("library.sqlite3-wal").rename(killed / "library.sqlite3.damaged-20230712-120000-wal")
    path.with_name("library.sqlite3-shm").unlink()
    (killed / "library.sqlite3.repairing").write_bytes(b"half a store")
    report = repair(killed)
    assert report.kept_as == "library.sqlite3.damaged-20230712-120000"
    assert "在日志里" in check(killed)
    kept = {"library.sqlite3", report.kept_as, f"{report.kept_as}-wal"}
    assert {path.name for path in killed.glob("library*")} == kept


def test_what_the_index_lost_is_built_anew_by_whoever_comes_first(data: Path) -> None:
    for name in ("*.toc", "*.seg", "MAIN_*"):
        for file in (data / "index").glob(name):
            file.write_bytes(b"damaged")
    done = CommandLine(data).run("search", "末")
    assert done.returncode == 0, done.stderr
    assert "rebuilt" in done.stderr
    assert len(done.stdout.splitlines()) == 2 * (ARTICLES - 1)


@pytest.mark.slow
@pytest.mark.parametrize("damage", [zero, cut, flip])
def test_a_repair_heals_damage_to_any_file(whole: Path, tmp_path: Path, damage: Damage) -> None:
    names = [path.relative_to(whole) for path in sorted(whole.rglob("*")) if path.is_file() and path.stat().st_size]
    for number, name in enumerate(names):
        if name.suffix == ".lock" or name.name == "library.sqlite3":
            continue
        data = Path(shutil.copytree(whole, tmp_path / str(number)))
        content = bytearray((data / name).read_bytes())
        damage(content, len(content) // 2)
        (data / name).write_bytes(content)
        repair(data)
        library = Library.open(AppPaths(data))
        with library.writer("a test", fresh_index=True) as writer:
            list(writer.catch_up())
        library.refresh()
        assert library.search(Query(text="末")).total == ARTICLES - 1
        library.close()
        shutil.rmtree(data)


def test_an_original_that_the_disk_does_not_give_now_is_not_called_damaged(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(store: LibraryStore, revision: int) -> bytes:
        raise StoreError("The library cannot be read: {cause}.", cause="disk I/O error")

    monkeypatch.setattr(LibraryStore, "original_of", fail)
    with pytest.raises(StoreError, match="disk I/O error"):
        repair(data)


def test_an_original_that_no_page_is_left_of_becomes_an_article_again(data: Path) -> None:
    connections = Connections(data / "library.sqlite3")
    connections.get().execute("PRAGMA foreign_keys = OFF")
    connections.get().execute("DELETE FROM revision WHERE article IN (5, 6)")
    connections.get().execute("DELETE FROM article WHERE id = 6")
    connections.close()
    damaged(data, zero, 0)
    repair(data)
    assert len(check(data)) == ARTICLES
    library = Library.open(AppPaths(data))
    assert library.position(library.ids()[4]) == 0.5
    assert library.original(library.ids()[4]).startswith(feed(title="第4篇")[:4])
    library.close()


@pytest.mark.parametrize("salvaged", [False, True])
def test_a_page_that_is_made_again_is_of_the_article_that_it_would_be_of_today(tmp_path: Path, salvaged: bool) -> None:
    url = "https://news.example/2020/01/a-long-walk"
    body = "<p>The harbour pilot walked home in the rain, as he had for forty years.</p><p>末。</p>"
    write_feed(tmp_path, "1.md", title="Alpha bravo charlie", url=url, body=body)
    write_feed(tmp_path, "2.md", title="Xray yankee zulu", url=url, body=body)
    library = Library.open(AppPaths(tmp_path / "library"))
    with library.writer("a test") as writer:
        list(writer.import_paths([tmp_path / "1.md"]))
        library._store.rows("UPDATE revision SET html = x'00', text = x'00'")
        list(writer.import_paths([tmp_path / "2.md"]))
        assert len(library.ids()) == 2
        # As the rules had it that cleaned it first.
        library._store.rows("UPDATE revision SET title = '', url = '', clean_version = 1 WHERE id = 1")
        library._store.rows("UPDATE article SET bucket = 'other' WHERE id = 1")
    library.close()
    if salvaged:
        damaged(tmp_path / "library", zero, 0)
    assert repair(tmp_path / "library").recleaned == 1
    library = Library.open(AppPaths(tmp_path / "library"))
    with library.writer("a test") as writer:
        list(writer.clean_again())
    assert library.ids() == [1]
    assert {each.title for each in library.revisions(library.ids()[0])} == {
        "Alpha bravo charlie",
        "Xray yankee zulu",
    }
    library.close()


def test_an_article_whose_row_is_lost_is_as_its_versions_have_it(tmp_path: Path) -> None:
    for name in ("kept", "undone"):
        write_feed(tmp_path / name, f"{name}.md", title=name, url=f"https://news.example/2020/{name}-article")
    library = Library.open(AppPaths(tmp_path / "library"))
    with library.writer("a test") as writer:
        for name in ("kept", "undone"):
            list(writer.import_paths([tmp_path / name]))
        writer.undo_import(ImportId(2))
    connection = library._store.connections.get()
    connection.execute("PRAGMA foreign_keys = OFF")
    columns = "SELECT id, bucket, revision, source, published, deleted FROM article"
    before = library._store.rows(columns)
    connection.execute("DELETE FROM article")
    library.close()
    damaged(tmp_path / "library", zero, 0)
    assert repair(tmp_path / "library").lost == ()
    library = Library.open(AppPaths(tmp_path / "library"))
    assert library._store.rows(columns) == before
    assert (library.ids(), library.bin.ids()) == ([1], [2])
    library.close()


def test_no_article_is_left_behind_where_the_page_that_is_made_again_has_another_address(tmp_path: Path) -> None:
    write_feed(tmp_path, "1.md", url="https://news.example/2020/01/a-long-walk")
    library = Library.open(AppPaths(tmp_path / "library"))
    with library.writer("a test") as writer:
        list(writer.import_paths([tmp_path / "1.md"]))
    # As the rules had it that cleaned it first.
    library._store.rows("UPDATE revision SET html = x'00', url = 'https://other.example/', clean_version = 1")
    library._store.rows("UPDATE article SET bucket = 'other.example'")
    library.close()
    report = repair(tmp_path / "library")
    assert (report.articles, report.recleaned) == (1, 1)
    assert check(tmp_path / "library") == {"河边的旧书市"}
    library = Library.open(AppPaths(tmp_path / "library"))
    assert [library.article(id_).url for id_ in library.ids()] == ["https://news.example/2020/01/a-long-walk"]
    assert [str(problem.sentence) for problem in library.verify()] == []
    library.close()

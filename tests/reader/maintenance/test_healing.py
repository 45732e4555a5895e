"""Damage to each file of a library, in each way: it opens or says so in a sentence, and is healed of all that can be.

What is done here is what a window does: a look at the index, then reading everything, then the repair that it offers.
"""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from reader.errors import ReaderError
from reader.library import Library
from reader.library.changes import look_at_index
from reader.long_work import drive
from reader.maintenance.repair import repair_library
from reader.outcome import Area
from reader.paths import AppPaths
from reader.query import Query
from tests.reader.cli.command_line import CommandLine
from tests.support.captures import write_feed
from tests.support.changes import move_to_bin
from tests.support.slow_figures import Tell

ARTICLES = 24
STORE = "library.sqlite3"


def cut(data: bytearray) -> None:
    del data[len(data) // 2 :]


def empty(data: bytearray) -> None:
    data.clear()


def zero(data: bytearray) -> None:
    data[:] = bytes(len(data))


def zero_a_part(data: bytearray) -> None:
    middle = len(data) // 2
    data[middle : middle + 512] = bytes(len(data[middle : middle + 512]))


def flip(data: bytearray) -> None:
    data[len(data) // 2] ^= 0x10


def flip_the_first(data: bytearray) -> None:
    data[0] ^= 0x55


def append(data: bytearray) -> None:
    data += random.Random(5).randbytes(300)


DAMAGES: dict[str, Callable[[bytearray], None] | None] = {
    "cut": cut,
    "empty": empty,
    "zero": zero,
    "zero a part": zero_a_part,
    "flip": flip,
    "flip the first": flip_the_first,
    "append": append,
    "delete": None,
}


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a library of articles with pictures, two revisions of one, one in the bin, and all that a window adds."""
    from PIL import Image

    folder, chance = tmp_path_factory.mktemp("whole"), random.Random(3)
    for n in range(ARTICLES):
        picture = f'<img src="{n}.png">' if n < 3 else ""
        write_feed(
            folder / "drop",
            f"{n:02}.txt",
            title=f"第{n}篇 河边旧书市",
            url=f"https://news.example/{n}",
            # What cannot be packed well, so that most of the store is articles.
            body=f"<p>河边的旧书市。{''.join(chance.choices('河边旧书市周六清晨摊主说来的人多', k=800 * n))}</p>{picture}",
        )
    for n in range(3):
        noise = random.Random(n).randbytes(200 * 160 * 3)
        Image.frombytes("RGB", (200, 160), noise).save(folder / "drop" / f"{n}.png")
    write_feed(
        folder / "later", "05.txt", title="第5篇 河边旧书市改", url="https://news.example/5", epoch=1_800_000_000_000
    )
    library = Library.open(AppPaths(folder / "library"))
    with library.writer("a test") as writer:
        list(writer.import_paths([folder / "drop"]))
        list(writer.import_paths([folder / "later"]))
        move_to_bin(library, library.ids()[7:8])
        list(writer.catch_up())
    for sha256 in library.pictures.hashes():
        assert library.pictures.thumbnail(sha256)
    library.close()
    (folder / "library" / "settings.json").write_text('{"text_size": 18}', "utf-8")
    (folder / "library" / "window.ini").write_text("[General]\nzoom=120\n", "utf-8")
    return folder / "library"


def names(whole: Path) -> list[str]:
    """Name every file of the library; of those whose names are drawn by lot, by what they are."""
    return sorted(str(path.relative_to(whole)) for path in whole.rglob("*") if path.is_file())


@dataclass
class Healed:
    """What a person was told, and what is there now."""

    told: list[str] = field(default_factory=list)
    steps: list[str] = field(default_factory=list)
    titles: set[str] = field(default_factory=set)
    found: int = 0
    pictures: int = 0


def heal(data: Path) -> Healed:
    """Do with a damaged library what the window does by itself, and the repair if it offers it."""
    healed = Healed()
    paths = AppPaths(data)
    try:
        library = Library.open(paths)
    except ReaderError as error:
        healed.told.append(str(error))
        _repair(paths, healed)
        library = Library.open(paths)
    library = _heal_open(library, healed)
    problems = [problem for problem in library.verify(lasting=True) if problem.area is not Area.INDEX]
    # What no repair can bring back is named; it is no reason to repair it again.
    assert [str(problem.sentence) for problem in problems if "original" not in problem.sentence.template] == []
    healed.titles = {library.article(id_).title for id_ in (*library.ids(), *library.bin.ids())}
    healed.found = library.search(Query(text="河边")).total
    healed.pictures = sum(library.pictures.thumbnail(sha256) is not None for sha256 in library.pictures.hashes())
    assert library.index().count() == library.article_count()
    library.close()
    return healed


def _heal_open(library: Library, healed: Healed) -> Library:
    paths = library.paths
    try:
        state = look_at_index(library)
        if state.why is not None:
            healed.told.append(str(state.why))
        if state.behind:
            _build(library, healed, fresh=state.why is not None)
        problems = list(library.verify(lasting=True))
    except ReaderError as error:
        healed.told.append(str(error))
        library.close()
        _repair(paths, healed)
        return Library.open(paths)
    healed.told += [str(problem.sentence) for problem in problems]
    if any(problem.area is Area.INDEX for problem in problems):
        _build(library, healed, fresh=True)
    if any(problem.area is not Area.INDEX for problem in problems):
        library.close()
        _repair(paths, healed)
        return Library.open(paths)
    return library


def _build(library: Library, healed: Healed, *, fresh: bool) -> None:
    healed.steps.append("index")
    with library.writer("a test", fresh_index=fresh) as writer:
        list(writer.catch_up())
    library.refresh()


def _repair(paths: AppPaths, healed: Healed) -> None:
    healed.steps.append("repair")
    report = drive(repair_library(paths, "a test", lambda: False))
    assert report is not None
    library = Library.open(paths)
    _build(library, healed, fresh=True)
    library.close()


def damage(data: Path, name: str, how: str) -> None:
    path, change = data / name, DAMAGES[how]
    if change is None:
        path.unlink()
        return
    content = bytearray(path.read_bytes())
    if content:
        change(content)
    elif how == "append":
        append(content)
    path.write_bytes(content)


def check(whole: Path, data: Path, name: str, how: str) -> Healed:
    """Damage a copy, heal it, and hold it to what is promised of the file that was damaged."""
    shutil.copytree(whole, data)
    damage(data, name, how)
    try:
        healed = heal(data)
        _hold(healed, name, how)
    except BaseException as error:
        error.add_note(f"{name}: {how}")
        raise
    return healed


def _hold(healed: Healed, name: str, how: str) -> None:
    for sentence in healed.told:
        assert sentence.endswith(".")
        assert "Error(" not in sentence
    if name == STORE:
        # A store that is gone or all zeros holds nothing any more; else a flip or a page costs an article or two.
        least = {"empty": 0, "zero": 0, "delete": 0, "cut": 6}.get(how, ARTICLES - 2)
        assert len(healed.titles) >= least, healed.titles
        assert healed.told or how in ("append", "flip", "zero a part")
        return
    assert len(healed.titles) == ARTICLES
    assert healed.found == ARTICLES - 1
    is_picture = name.startswith("images") and "thumbs" not in name and "display" not in name
    assert healed.pictures == (2 if is_picture else 3)
    if is_picture:
        assert any("A picture of article" in sentence for sentence in healed.told)


def kinds(whole: Path) -> list[str]:
    """Name one file of each kind."""
    return list({Path(name).parts[0] + "".join(Path(name).suffixes): name for name in names(whole)}.values())


@pytest.mark.parametrize("how", ["cut", "flip", "delete"])
def test_damage_to_a_file_of_each_kind_is_said_in_plain_words_and_healed(whole: Path, tmp_path: Path, how: str) -> None:
    told = [bool(check(whole, tmp_path / str(number), name, how).told) for number, name in enumerate(kinds(whole))]
    # Of locks and settings nothing need be said.
    assert 5 < sum(told) < len(told)


@pytest.mark.slow
def test_each_file_damaged_in_each_way_is_healed_and_said_in_plain_words(
    whole: Path, tmp_path: Path, tell_figure: Tell
) -> None:
    done, repaired, rebuilt, some = 0, 0, 0, kinds(whole)
    for name in names(whole):
        for how in DAMAGES:
            data = tmp_path / str(done)
            healed = check(whole, data, name, how)
            shutil.rmtree(data)
            if name in some and how in ("cut", "flip the first", "delete"):
                shutil.copytree(whole, data)
                damage(data, name, how)
                said = CommandLine(data).run("search", "河边")
                assert said.returncode in (0, 2), f"{name}: {how}: {said.stderr}"
                assert "Traceback" not in said.stderr, f"{name}: {how}"
                shutil.rmtree(data)
            done += 1
            repaired += "repair" in healed.steps
            rebuilt += "index" in healed.steps
    tell_figure("files damaged and healed", f"{done} ({len(DAMAGES)} ways, {len(names(whole))} files)")
    tell_figure("of these the index was built anew for", rebuilt)
    tell_figure("of these the library was repaired for", repaired)


@pytest.mark.parametrize("how", [how for how in DAMAGES if how != "append"])
def test_a_damaged_thumbnail_is_made_again_when_it_is_shown(whole: Path, tmp_path: Path, how: str) -> None:
    data = Path(shutil.copytree(whole, tmp_path / "library"))
    library = Library.open(AppPaths(data))
    before = {sha256: library.pictures.thumbnail(sha256) for sha256 in library.pictures.hashes()}
    for path in (data / "images" / "thumbs").rglob("*.*"):
        damage(data, str(path.relative_to(data)), how)
    assert {sha256: library.pictures.thumbnail(sha256) for sha256 in before} == before
    library.close()

"""What is fuzzed: each target feeds one input to a part of the program and looks at what comes out."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from reader.article import ArticleId, Origin, ParsedCapture, RevisionId
from reader.clean.clean_page import clean_capture, rebuilt, whole_page
from reader.clean.dom.html_parser import soup_tree
from reader.errors import CaptureError, SearchIndexError
from reader.formats.dates import moment
from reader.formats.default import read_captures
from reader.formats.encodings import decode_text
from reader.formats.file_kinds import FileKind
from reader.formats.front_matter import read_front_matter
from reader.formats.recognition import kind_of
from reader.identity.addresses import canonical_url, read_address
from reader.identity.older_lines import OlderLines
from reader.index import IndexedArticle, WhooshIndex, find_matches, fold, make_snippet, open_index, parse
from reader.index.query.parser import needles
from reader.outcome import ImportOutcome
from reader.page import leaves, read_page, to_text
from reader.query import Query, SortOrder
from reader.sources.saved_file import SavedFile
from reader.sources.walk import walk_sources
from tests.lab.fuzz.maintenance_targets import backup_of, damage_a_backup, damage_a_page, raw_pages
from tests.lab.fuzz.mutating import Mutator
from tests.lab.hostile.materials import PAGES, SERVER, TITLES, links_worth_trying
from tests.reader.clean.pages import capture, faults
from tests.reader.sources.test_walk import tar_of, zip_of
from tests.support.captures import feed
from tests.support.indexing import update

_PAGES_OF_OURS = Path(__file__).resolve().parents[2] / "data" / "pages"
QUERIES = (
    "灯塔", "灯塔 海", '"灯塔 海"', "lamp*", "-海", "灯塔 OR 海 OR 夜", "(灯塔 海) OR -夜", "title:灯塔", "source:港 after:2020",
    "tag:x before:2021-03-04", "F-35", "has:image", "is:unread -is:starred", "is:x", "a OR (b AND (c OR (d)))", "author:某 NOT 海", '"a b" "c d"', "ﬀ ß İ", "%_",
)  # fmt: skip
TEXTS = (
    "灯塔与海，夜里的 lamp post，F-35 飞过。",
    "海上的风电 wind 2023",
    "The last ferry left at dusk",
    "臺灣 台湾 ﬀ İstanbul ß",
    "",
)


@dataclass(frozen=True)
class Target:
    """A part of the program. `step` gives it one input, and fails where it does what it should not."""

    name: str
    step: Callable[[Mutator], object]
    # Of a million inputs, how many hundredths are its own; the dear ones have fewer.
    share: int
    close: Callable[[], None] = lambda: None


def page_seeds() -> list[str]:
    """Return the pages that others are made of."""
    hostile = [path.read_text("utf-8").replace("PAGE", SERVER) for path in sorted(PAGES.glob("*.html"))]
    return hostile + [path.read_text("utf-8") for path in sorted(_PAGES_OF_OURS.glob("*.html"))]


def capture_seeds() -> list[bytes]:
    """Return the captures that others are made of, in each layout."""
    body = "<div>12/07/2023 - 12:11</div><p>灯塔与海</p>"
    front = "---\nlayout: post\ntitle: \"灯塔 'x'\"\ndate: 2023-07-12T10:00:00.000+08:00\nauthor: 某\nfrom: https://n.example/1\ntags: [ 一, 二 ]\n---\n"
    plain = feed(body=body)
    return [
        plain,
        feed(title="a](b) [c", url="https://n.example/(x)", epoch="NaN"),
        f"[题](https://n.example/2)\n------\n日期：Thu, 25 Jun 2020 05:44:02 +0000\n\n{body}".encode(),
        front.encode() + plain,
        f"{front}\n{body}".encode(),
        plain.decode().encode("gb18030"),
        plain.decode().encode("utf-16"),
        *(feed(title=title[:500]) for title in TITLES.values()),
    ]


def targets(folder: Path) -> Iterator[Target]:
    """Make every target; files that they need are put into `folder`."""
    yield from (
        _pages(),
        _trees(),
        _captures(),
        _kinds(),
        _heads(),
        _addresses(),
        _words(),
        _queries(folder),
        _archives(folder),
    )
    yield from (_index_files(folder), _store_pages(folder), _backups(folder))


def _pages() -> Target:
    seeds = page_seeds()

    def step(mutator: Mutator) -> None:
        saved = capture(mutator.text(seeds), title="灯塔", url="https://www.example.org/a")
        page = clean_capture(saved)
        assert faults(page) == []
        assert to_text(leaves(read_page(page.html))) == page.text

    return Target("clean pages", step, 5)


def _trees() -> Target:
    seeds = page_seeds()

    def step(mutator: Mutator) -> None:
        saved: ParsedCapture = capture(mutator.text(seeds)[:1_500])
        page = whole_page(saved)
        assert page == rebuilt(saved, keep_removed=True, parse=soup_tree)
        assert faults(page, removed=True) == []

    return Target("both trees", step, 2)


def _captures() -> Target:
    seeds = capture_seeds()

    def step(mutator: Mutator) -> None:
        data = mutator.data(seeds)
        file = SavedFile.of_bytes(Origin("f.md"), "f.md", data)
        try:
            for found in read_captures(file):
                assert found.title is None or re.search(r"[\x00-\x1f\u202a-\u202e]", found.title) is None
        except CaptureError:
            return

    return Target("captures", step, 23)


def _kinds() -> Target:
    """Name files of kinds that are not read; whatever they hold, it does not take long."""
    beginnings = (
        b"<!--",
        b"<!DOCTYPE x [",
        b"<?xml",
        b"<html><dt><a ",
        b"[[",
        b'{"a":',
        b"From: a\nTo: b\n",
        b"---\n",
        b"title,url\n",
    )
    seeds = [beginning * count for beginning in beginnings for count in (1, 200, 8000)]

    def step(mutator: Mutator) -> None:
        assert isinstance(kind_of("a.md", mutator.data(seeds)), FileKind)

    return Target("kinds of files", step, 2)


def _heads() -> Target:
    seeds = [
        *(data.decode("utf-8", "replace") for data in capture_seeds()),
        "2023年7月12日 10:00",
        "Thu, 25 Jun 2020 05:44:02 +0000",
    ]
    raw = capture_seeds()

    def step(mutator: Mutator) -> None:
        text = mutator.text(seeds)
        read_front_matter(text)
        moment(text[:60])
        decode_text(mutator.data(raw)[:400])

    return Target("front matter, dates, encodings", step, 18)


def _addresses() -> Target:
    seeds = [
        *links_worth_trying(),
        "https://www.example.org/a/b?utm_source=x&c=d#e",
        "http://例え.テスト/%E7%81%AF?q=灯",
        "//e.org:80/",
    ]

    def step(mutator: Mutator) -> None:
        url = mutator.text(seeds)
        address, canonical = read_address(url), canonical_url(url)
        assert (address is None) == (canonical is None)
        if address is not None and canonical is not None:
            assert canonical.startswith(("http://", "https://"))
            assert canonical_url(canonical) == canonical
            for spelling in (canonical, f"https://{address.key}"):
                again = read_address(spelling)
                assert again is not None
                assert again.key == address.key

    return Target("addresses", step, 22)


def _words() -> Target:
    seeds = [*TEXTS, *QUERIES, *(title[:300] for title in TITLES.values())]

    def step(mutator: Mutator) -> None:
        text, query = mutator.text(seeds), mutator.text(QUERIES)
        wanted = needles(Query(text=query))
        fold(text)
        found = find_matches(text, wanted)
        assert all(0 <= start < end <= len(text) for start, end in found)
        assert found == sorted(found)
        make_snippet(text, wanted)
        parse(query)
        parse(query, typing=True)

    return Target("words and marks", step, 14)


def _queries(folder: Path) -> Target:
    index = open_index(folder / "queries", writer=True)
    update(index, _articles())

    def step(mutator: Mutator) -> None:
        page = index.search(Query(text=mutator.text(QUERIES), typing=mutator.random.random() < 0.5))
        assert len(page.ids) == page.total <= len(TEXTS) * 8

    return Target("queries", step, 10, index.close)


def _articles() -> list[IndexedArticle]:
    return [
        IndexedArticle(
            id=ArticleId(number + 1), title=TEXTS[number % len(TEXTS)][:6], text=TEXTS[number % len(TEXTS)] + str(number),
            source=f"源{number % 3}", author=None, tags=("x",), published=moment(f"20{number % 20 + 10}-03-04"), has_image=number % 2 == 0,
            older=(OlderLines(RevisionId(number), TEXTS[0][:9], tuple(TEXTS[-1].split("\n"))),) * (number % 3 == 0),
        )
        for number in range(len(TEXTS) * 8)
    ]  # fmt: skip


def _index_files(folder: Path) -> Target:
    """Damage one file of an index: it is refused, or answers; a damaged file is damage, and never a crash."""
    good = folder / "good"
    index = open_index(good, writer=True)
    update(index, _articles())
    index.remove([ArticleId(3)])
    index.close()
    files = {path.name: path.read_bytes() for path in sorted(good.iterdir()) if path.is_file() and path.stat().st_size}
    bad = folder / "bad"
    bad.mkdir()
    for name, data in files.items():
        (bad / name).write_bytes(data)

    def step(mutator: Mutator) -> None:
        name = mutator.random.choice(sorted(files))
        path = bad / name
        path.write_bytes(mutator.data([files[name]]))
        try:
            _use(bad, mutator.random.choice(QUERIES), mutator.random.choice(list(SortOrder)))
        finally:
            path.unlink()
            path.write_bytes(files[name])

    return Target("files of the index", step, 1)


def _use(folder: Path, query: str, order: SortOrder) -> None:
    try:
        index = WhooshIndex(folder, writer=False)
    except SearchIndexError:
        return
    try:
        index.count()
        page = index.search(Query(text=query, order=order))
        index.versions(page.ids, Query(text=query))
    except SearchIndexError:
        return
    finally:
        index.close()


def _store_pages(folder: Path) -> Target:
    path, sound = raw_pages(folder / "store")
    return Target("pages of a store", lambda mutator: damage_a_page(mutator, path, sound), 1)


def _backups(folder: Path) -> Target:
    sound = backup_of(folder / "kept")
    path = folder / "damaged.pressmark-backup"
    return Target("backups", lambda mutator: damage_a_backup(mutator, path, sound), 1)


def _archives(folder: Path) -> Target:
    members = {"a/1.txt": feed(), "a/2.txt": feed(url="https://n.example/2"), "p.png": bytes(60)}
    made = [tar_of(folder / f"s.tar{kind}", members, f"w:{kind}") for kind in ("", "gz", "bz2", "xz")]
    seeds = [path.read_bytes() for path in [*made, zip_of(folder / "s.zip", members)]]
    place = Path(tempfile.mkdtemp(dir=folder))

    def step(mutator: Mutator) -> None:
        path = place / "a.archive"
        path.write_bytes(mutator.data(seeds))
        for found in walk_sources([path]):
            assert isinstance(found, (SavedFile, ImportOutcome))

    return Target("archives", step, 1)

"""The benchmarks measure what they say: their captures import, their peers agree, their tables are of their figures."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.lab.benchmarks.articles.corpus import invented
from tests.lab.benchmarks.articles.material import multiplied
from tests.lab.benchmarks.articles.prepared import Totals, batches, prepare
from tests.lab.benchmarks.articles.questions import make_questions, words_to_type
from tests.lab.benchmarks.curve import measure
from tests.lab.benchmarks.peers.base import Order
from tests.lab.benchmarks.peers.fts5 import Fts5Bigrams, Fts5Sorting
from tests.lab.benchmarks.peers.library import PressmarkLibrary
from tests.lab.benchmarks.plan import PHASES
from tests.lab.benchmarks.program import import_folder
from tests.lab.benchmarks.report.curve_picture import MEASURES, faster_than_logarithm, picture
from tests.lab.benchmarks.report.writing import document, write_gaps, write_results
from tests.lab.benchmarks.scanning import Scan
from tests.lab.benchmarks.window.gaps_picture import gaps_picture
from tests.lab.benchmarks.workspace import Workspace

_ARTICLES = 150
_PARTS = {
    "import": ("import", "again"),
    "recoll": ("recoll",),
    "index": ("building", "rounds"),
    "queries": ("asking", "questions", "turns"),
    "adding": ("adding",),
    "window": ("window",),
    "gaps": ("gaps",),
}
_RESULTS = Path(__file__).resolve().parent.parent / "docs" / "benchmarks"


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Totals]:
    """Import invented captures into `library`, and prepare their text in the file `prepared` beside it."""
    work = tmp_path_factory.mktemp("bench")
    for capture in invented(_ARTICLES):
        path = work / "captures" / capture.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(capture.data)
    import_folder(work / "library", work / "captures")
    return work, prepare(work / "library", work / "prepared")


def test_invented_captures_are_the_same_each_time() -> None:
    assert list(invented(20)) == list(invented(30))[:20]
    assert list(invented(5)) != list(invented(5, seed=2))


def test_invented_captures_are_all_imported(prepared: tuple[Path, Totals]) -> None:
    assert prepared[1].articles == _ARTICLES


def test_pressmark_and_fts5_answer_what_a_scan_finds(prepared: tuple[Path, Totals]) -> None:
    work, totals = prepared
    (questions,) = make_questions(work / "prepared", totals.articles, [3])
    scan = Scan(questions)
    for batch in batches(work / "prepared"):
        scan.look(batch)
    ours, fts5 = PressmarkLibrary(), Fts5Bigrams()
    fts5.build(work / "fts5", batches(work / "prepared"))
    ours.open(work / "library")
    fts5.open(work / "fts5")
    for question, ids in scan.found.items():
        assert ours.ask(ours.translate(question, Order.COUNT), Order.COUNT) == len(ids), question
        if question.kind not in ("mixed", "phrase"):
            assert fts5.ask(fts5.translate(question, Order.COUNT), Order.COUNT) == len(ids), question
    sorting = Fts5Sorting()
    sorting.open(work / "fts5")
    for question in scan.found:
        if question.words:
            newest = [engine.ask(engine.translate(question, Order.NEWEST), Order.NEWEST) for engine in (fts5, sorting)]
            assert newest[0] == newest[1], question
    for engine in (ours, fts5, sorting):
        engine.close()


def test_no_question_is_asked_twice_but_that_for_everything(prepared: tuple[Path, Totals]) -> None:
    work, totals = prepared
    lists = make_questions(work / "prepared", totals.articles, [4, 4, 1])
    asked = [question for questions in lists for question in questions if question.words]
    assert len(set(asked)) == len(asked) == 9 * 13
    assert lists == make_questions(work / "prepared", totals.articles, [4, 4, 1])


def test_as_many_keys_are_typed_as_asked_for(prepared: tuple[Path, Totals]) -> None:
    work, totals = prepared
    assert sum(map(len, words_to_type(work / "prepared", totals.articles, 77))) == 77


def test_what_was_made_is_made_anew_once_it_is_made_of_something_else(tmp_path: Path) -> None:
    made: list[str] = []

    def make(place: Path) -> str:
        place.write_text("made", "utf-8")
        made.append(place.name)
        return "told"

    work = Workspace(tmp_path)
    assert [work.made("thing", stamp, make) for stamp in ([1], [1], [2])] == ["told"] * 3
    assert made == ["thing"] * 2
    assert Workspace(tmp_path, trusted=True).made("thing", [3], make) == "told"
    assert made == ["thing"] * 2


@pytest.mark.parametrize("phase", PHASES)
def test_a_table_is_written_of_whatever_phase_was_measured(phase: str, tmp_path: Path) -> None:
    results = json.loads((_RESULTS / "results.json").read_text("utf-8"))
    if phase not in results.get("phases", ()):
        pytest.skip("not measured yet")
    parts = {part: results[part] for part in ("material", "machine", *_PARTS[phase])}
    text = document({**parts, "phases": {phase: results["phases"][phase]}}, "results")
    assert "## What is to be reached" in text


def test_variations_of_captures_are_articles_of_their_own(tmp_path: Path) -> None:
    base = list(invented(6))
    for capture in multiplied(base, 20):
        path = tmp_path / "captures" / capture.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(capture.data)
    assert import_folder(tmp_path / "library", tmp_path / "captures")["articles"] == 20


def test_gaps_are_counted_and_drawn(tmp_path: Path) -> None:
    recording = {"histogram": [3, 0, 1] + [0] * 10, "by_second_ms": [5.0, 9.0], "work_by_second_ms": [1.0, 2.0]}
    picture = gaps_picture({"what": "a test", "import": recording, "control": recording})
    assert ElementTree.fromstring(picture).tag.endswith("svg")
    assert ">3<" in picture


@pytest.mark.parametrize("name", ["results", "results-large"])
def test_the_tables_are_of_the_figures_beside_them(name: str, tmp_path: Path) -> None:
    figures = _RESULTS / f"{name}.json"
    if not figures.is_file():
        pytest.skip("not measured yet")
    results = json.loads(figures.read_text("utf-8"))
    if "phases" not in results:
        pytest.skip("measured by an earlier state of the benchmarks")
    write_results(results, tmp_path, name)
    for kind in ("json", "md", "svg"):
        written = (tmp_path / f"{name}.{kind}").read_text("utf-8")
        assert written == (_RESULTS / f"{name}.{kind}").read_text("utf-8")


def test_the_picture_of_gaps_is_of_the_recording_beside_it(tmp_path: Path) -> None:
    recording = _RESULTS / "gui-gaps.json"
    if not recording.is_file():
        pytest.skip("not recorded yet")
    write_gaps(json.loads(recording.read_text("utf-8")), tmp_path)
    for kind in ("json", "svg"):
        assert (tmp_path / f"gui-gaps.{kind}").read_text("utf-8") == (_RESULTS / f"gui-gaps.{kind}").read_text("utf-8")


def test_a_curve_says_what_grows_faster_than_the_logarithm() -> None:
    small, large = ({"articles": articles, **dict.fromkeys(MEASURES, 1.0)} for articles in (1_000, 1_000_000))
    # The logarithm doubles, and memory is nothing that a person waits for.
    large |= {"keystroke": 2.0, "start": 3.0, "memory": 9.0}
    assert faster_than_logarithm([small, large]) == ["start to usable window"]
    drawn = ElementTree.fromstring(picture([small, large]))
    assert len(drawn.findall("{http://www.w3.org/2000/svg}polyline")) == len(MEASURES) + 1


@pytest.mark.slow
def test_a_library_is_measured_as_it_grows(tmp_path: Path) -> None:
    points = list(measure(tmp_path, (20, 40)))
    assert [point.articles for point in points] == [20, 40]
    assert all(getattr(point, key) > 0 for point in points for key in MEASURES)
    assert not (tmp_path / "captures").exists()

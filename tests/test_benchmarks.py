"""The benchmarks measure what they say: their captures import, their peers agree, their tables are of their figures."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.benchmarks.corpus import invented
from tests.benchmarks.peers.base import Order
from tests.benchmarks.peers.fts5 import Fts5Bigrams
from tests.benchmarks.peers.library import PressmarkLibrary
from tests.benchmarks.prepared import Totals, batches, prepare
from tests.benchmarks.program import import_folder
from tests.benchmarks.questions import make_questions
from tests.benchmarks.scanning import Scan
from tests.benchmarks.writing import write_results

_ARTICLES = 150
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
    questions = make_questions(work / "prepared", totals.articles, each=3)
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
    ours.close()
    fts5.close()


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

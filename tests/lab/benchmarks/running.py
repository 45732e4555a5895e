"""The order of all measurements of one run, and what each of them needs to be there."""

from __future__ import annotations

import json
import logging
import shutil
import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from tests.lab.benchmarks.adding import measure_adding
from tests.lab.benchmarks.articles.material import MAKERS, Material, fingerprint, has_archive, make_material
from tests.lab.benchmarks.articles.prepared import Totals, prepare
from tests.lab.benchmarks.asking import measure_answers
from tests.lab.benchmarks.building import folder_of, import_all, make_indexes, measure_building
from tests.lab.benchmarks.measuring import in_child, machine
from tests.lab.benchmarks.plan import PHASES, Plan
from tests.lab.benchmarks.program import rebuild_index, segments, tidy
from tests.lab.benchmarks.recoll import measure_recoll
from tests.lab.benchmarks.window.measures import measure_gaps, measure_window
from tests.lab.benchmarks.workspace import Workspace, code_hash
from tests.support.real import TEAHOUSE_ARCHIVE

logger = logging.getLogger(__name__)
# Changes with the names of what is measured: results in another form are measured anew.
_FORM = 2
_LIBRARY, _INDEX, _PREPARED = "library", "library/index", "prepared"


class Run:
    """One run by a plan; what earlier runs left in its folder is used as far as it is what would be made now."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self._work = Workspace(plan.work, trusted=plan.trusted)
        self._code = code_hash("reader", "ui", "main.py", "tests/lab/benchmarks")
        self._phases: dict[str, Callable[[], dict[str, Any]]] = {
            "import": self._import,
            "recoll": self._recoll,
            "index": self._index,
            "queries": self._queries,
            "adding": self._adding,
            "window": self._window,
            "gaps": self._gaps,
        }

    def measure(self) -> dict[str, Any]:
        """Measure the planned phases, each anew; the answer goes as it is into the JSON file."""
        began = machine()
        for phase in self.plan.phases:
            logger.info("phase %s", phase)
            start = time.monotonic()
            measured = self._phases[phase]()
            minutes = (time.monotonic() - start) / 60
            logger.info("phase %s took %.1f minutes", phase, minutes)
            told = {"form": _FORM, "code": self._code, "minutes": minutes, "machine": began, "measured": measured}
            file = self._result_of(phase)
            file.parent.mkdir(exist_ok=True)
            file.write_text(json.dumps(told, ensure_ascii=False), "utf-8")
        return self._results()

    def _result_of(self, phase: str) -> Path:
        return self._work.place("measured") / f"{phase}.json"

    def _results(self) -> dict[str, Any]:
        """Put together what this run measured, and what earlier ones left if this one writes the whole table."""
        plan = self.plan
        results: dict[str, Any] = {"material": self._described(), "phases": {}}
        for phase in plan.phases if plan.out is None else PHASES:
            file = self._result_of(phase)
            told = json.loads(file.read_text("utf-8")) if file.is_file() else {}
            if told.get("form") != _FORM:
                continue
            results["phases"][phase] = {
                "minutes": told["minutes"],
                "now": phase in plan.phases,
                "same_program": told["code"] == self._code,
            }
            results["machine"] = told["machine"]
            results |= told["measured"]
        return results

    def _described(self) -> dict[str, object]:
        """Describe the captures, without making anything for that alone."""
        captures = self._work.noted("captures") or asdict(self._material())
        prepared = self._work.noted(_PREPARED) or asdict(self._prepared()[1])
        return {"kind": captures["kind"], "files": captures["files"], "bytes": captures["size"], **prepared}

    # What is made once, and used by all that come after

    def _material(self) -> Material:
        plan = self.plan
        real = has_archive() and not plan.invented
        stamp = [plan.articles, plan.later, code_hash(*MAKERS), real and fingerprint()]
        told = self._work.made("captures", stamp, lambda place: _make_material(place, plan, real=real))
        return Material(folder=self._work.place("captures"), later=self._work.place("captures-later"), **told)

    def _library_stamp(self) -> list[object]:
        without = (
            "reader/index/",
            "reader/cli/main.py",
            "reader/exporters/",
            "reader/maintenance/check.py",
            "reader/fetching/",
        )
        return [asdict(self._material())["files"], code_hash("reader", without=without)]

    def _library(self) -> Path:
        """Return a library with all captures, whose index is of this very program."""
        folder, material = self._work.place(_LIBRARY), self._material()
        if not self._work.has(_LIBRARY, self._library_stamp()):
            logger.info("importing %d files", material.files)
            self._import_anew(material)
        elif not self._work.has(_INDEX, code_hash("reader/index")):
            logger.info("building the library's index anew")
            in_child(rebuild_index, folder)
            self._tidy()
            self._work.keep(_INDEX, code_hash("reader/index"))
        return folder

    def _import_anew(self, material: Material) -> dict[str, float]:
        # The ids may be others than before: what was prepared with them is of no use.
        self._work.empty(_PREPARED)
        told = import_all(self._work.empty(_LIBRARY), material.folder)
        told |= self._tidy()
        self._work.keep(_LIBRARY, self._library_stamp())
        self._work.keep(_INDEX, code_hash("reader/index"))
        return told

    def _tidy(self) -> dict[str, float]:
        """Leave the library as the window has it some time after an import, with few segments."""
        folder = self._work.place(_LIBRARY)
        before = segments(folder)
        seconds = in_child(tidy, folder)
        logger.info("tidied %d segments to %d in %.1f s", before, segments(folder), seconds)
        return {"segments": before, "segments_tidied": segments(folder), "tidy_seconds": seconds}

    def _prepared(self) -> tuple[Path, Totals]:
        library = self._library()
        stamp = [self._library_stamp(), code_hash("tests/lab/benchmarks/articles/prepared.py")]
        told = self._work.made(_PREPARED, stamp, lambda file: asdict(in_child(prepare, library, file)))
        return self._work.place(_PREPARED), Totals(**told)

    # The phases

    def _import(self) -> dict[str, Any]:
        material, again = self._material(), self._work.place("again")
        first = self._import_anew(material)
        logger.info("imported in %.1f s", first["seconds"])
        unchanged = import_all(self._work.place(_LIBRARY), material.folder)
        logger.info("the same again in %.1f s", unchanged["seconds"])
        others = [import_all(self._work.empty("again"), material.folder) for _ in range(1, self.plan.rounds)]
        shutil.rmtree(again, ignore_errors=True)
        return {"import": [first, *others], "again": unchanged}

    def _recoll(self) -> dict[str, Any]:
        return {"recoll": measure_recoll(self._work, self._material(), self.plan.recoll)}

    def _index(self) -> dict[str, Any]:
        file, totals = self._prepared()
        built = measure_building(self._work, file, totals, self.plan.engines, self.plan.rounds)
        return {"building": built, "rounds": self.plan.rounds}

    def _queries(self) -> dict[str, Any]:
        file, totals = self._prepared()
        make_indexes(self._work, file, totals.articles, self.plan.peers)
        asked = measure_answers(self._work, file, totals.articles, self.plan)
        return {"asking": asked, "questions": self.plan.questions, "turns": self.plan.turns}

    def _adding(self) -> dict[str, Any]:
        file, totals = self._prepared()
        make_indexes(self._work, file, totals.articles, self.plan.engines)
        copies = self._work.empty("adding")
        indexes = {name: copies / f"{at}" for at, name in enumerate(self.plan.engines)}
        for name, copy in indexes.items():
            shutil.copytree(folder_of(self._work, name), copy)
        shutil.copytree(self._work.place(_LIBRARY), copies / "library")
        added = in_child(measure_adding, indexes, copies / "library", totals.articles, self.plan.addings)
        self._work.empty("adding")
        return {"adding": added}

    def _window(self) -> dict[str, Any]:
        file, totals = self._prepared()
        return {"window": measure_window(self._work, self._material(), file, totals.articles, self.plan)}

    def _gaps(self) -> dict[str, Any]:
        material = self._material()
        if self.plan.archive and material.real:
            return {"gaps": measure_gaps(self._work, TEAHOUSE_ARCHIVE, TEAHOUSE_ARCHIVE.name)}
        return {"gaps": measure_gaps(self._work, material.folder, f"{material.files:,} files")}


def _make_material(place: Path, plan: Plan, *, real: bool) -> dict[str, Any]:
    later = place.with_name("captures-later")
    shutil.rmtree(later, ignore_errors=True)
    material = make_material(place, later, plan.articles, plan.later, real=real)
    return {"kind": material.kind, "files": material.files, "size": material.size, "real": real}

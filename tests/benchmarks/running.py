"""The order of all measurements of one run."""

from __future__ import annotations

import argparse
import logging
import shutil
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any

from reader.library import Library
from reader.paths import AppPaths
from tests.benchmarks.adding import measure_adding
from tests.benchmarks.asking import measure_answers
from tests.benchmarks.building import import_all, measure_building, measure_import
from tests.benchmarks.material import Material, has_archive, make_material
from tests.benchmarks.measuring import drop_written, in_child, machine
from tests.benchmarks.prepared import Totals, prepare
from tests.benchmarks.recoll import measure_recoll
from tests.benchmarks.windows import measure_window

logger = logging.getLogger(__name__)
_ADDINGS = 5


def measure_all(work: Path, options: argparse.Namespace) -> dict[str, Any]:
    """Measure everything; the answer goes as it is into the JSON file."""
    began = time.monotonic()
    logger.info("making captures below %s", work)
    material = make_material(work, options.articles * options.factor, real=has_archive() and not options.invented)
    logger.info("importing %d files", material.files)
    first, again = measure_import(material, work / "library")
    logger.info("imported in %.1f s, again in %.1f s", first["seconds"], again["seconds"])
    file = work / "prepared"
    totals = in_child(_prepare, work / "library", file)
    results: dict[str, Any] = {
        "machine": machine(),
        "material": _described(material, totals),
        "import": [first],
        "again": again,
        "recoll": measure_recoll(work, material),
        "building": measure_building(work, file, totals, options.rounds),
    }
    # The import once more, so that the engines' building lies between two measurements of it.
    for _ in range(1, options.rounds):
        shutil.rmtree(work / "again", ignore_errors=True)
        drop_written()
        results["import"].append(in_child(import_all, work / "again", material.folder))
    logger.info("asking")
    asked = in_child(measure_answers, work, file, totals.articles, options.questions, options.repeats)
    results |= {"asking": asked, "questions": options.questions, "repeats": options.repeats, "rounds": options.rounds}
    if options.window:
        logger.info("opening windows")
        results["window"] = measure_window(work, material, file, totals.articles)
    logger.info("adding")
    results["adding"] = in_child(measure_adding, work, totals.articles, _ADDINGS)
    results["minutes"] = (time.monotonic() - began) / 60
    return results


def _described(material: Material, totals: Totals) -> dict[str, object]:
    return {"kind": material.kind, "files": material.files, "bytes": material.size, **asdict(totals)}


def _prepare(data: Path, file: Path) -> Totals:
    library = Library.open(AppPaths(data))
    totals = prepare(library, file)
    library.close()
    return totals

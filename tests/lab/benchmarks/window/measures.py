"""Measures the real window, offscreen: starting, typing, scrolling, reading, and importing while it is used."""

from __future__ import annotations

import json
import logging
import os
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.lab.benchmarks.articles.material import Material
from tests.lab.benchmarks.articles.questions import words_to_type
from tests.lab.benchmarks.plan import ROOT, Plan
from tests.lab.benchmarks.workspace import Workspace

logger = logging.getLogger(__name__)
_RECORDED = "recorded"
# So many articles are starred, read, tagged and binned at once.
CHANGED = 20_000


def measure_window(work: Workspace, material: Material, file: Path, articles: int, plan: Plan) -> dict[str, Any]:
    """Measure over a copy of the library, so that what the window remembers is not measured next time."""
    library = work.empty("window")
    shutil.copytree(work.place("library"), library)
    words = work.place("words.json")
    words.write_text(json.dumps(words_to_type(file, articles, plan.keys), ensure_ascii=False), "utf-8")
    later = sum(1 for path in material.later.rglob("*") if path.is_file())
    measured = {
        "start": _starts(library, plan.starts),
        "typing": in_window("type", library, str(words)),
        "scrolling": in_window("scroll", library, str(plan.frames)),
        "opening": in_window("open", library, str(plan.opened)),
        "changing": {"articles": CHANGED, "ms": in_window("change", library, str(CHANGED))},
        "importing": {"files": later, **_importing(library, material.later)},
    }
    work.empty("window")
    return measured


def measure_gaps(work: Workspace, source: Path, what: str) -> dict[str, Any]:
    """Record the gaps of the GUI thread while a new library is filled through its window."""
    measured = {"what": what, **_importing(work.empty("gaps"), source, _RECORDED)}
    work.empty("gaps")
    return measured


def _starts(library: Path, times: int) -> dict[str, float]:
    """Start the program and a bare window in turn; medians."""
    bare, ours = [], []
    for _ in range(times):
        bare.append(in_window("bare", library))
        ours.append(in_window("start", library))
    return {
        "bare_shown_s": _median(bare, "shown"),
        "bare_rss": _median(bare, "rss"),
        "shown_s": _median(ours, "shown"),
        "usable_s": _median(ours, "usable"),
        "rss": _median(ours, "rss"),
    }


def _median(runs: Sequence[dict[str, Any]], key: str) -> float:
    values: list[float] = [run[key] for run in runs]
    return statistics.median(values)


def _importing(library: Path, source: Path, *recorded: str) -> dict[str, Any]:
    """Import while a process that does nothing shows what the machine itself does to a timer."""
    with _process("gaps", library, *recorded) as control:
        measured = in_window("import", library, str(source), *recorded)
        answer, _ = control.communicate("end\n")
    told = json.loads(answer)
    if "by_second_ms" in told:
        # Both recordings begin with the import, and are as long.
        first = round(measured["import"]["began"] - told["began"])
        told["by_second_ms"] = told["by_second_ms"][first : first + len(measured["import"]["by_second_ms"])]
    return {**measured, "control": told}


def in_window(mode: str, library: Path, *rest: str) -> dict[str, Any]:
    """Measure over a library in a window of its own, and return what it told."""
    with _process(mode, library, *rest) as process:
        answer, _ = process.communicate()
    if process.returncode:
        raise RuntimeError(f"the window process failed in {mode}")
    told: dict[str, Any] = json.loads(answer.splitlines()[-1])
    logger.info("window: %s", mode)
    return told


def _process(mode: str, library: Path, *rest: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "tests.lab.benchmarks.window.process", mode, str(library), str(time.monotonic())]
    # Whoever starts the program has its compiled files, which this variable keeps from being written.
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return subprocess.Popen(
        [*command, *rest],
        cwd=ROOT,
        env={**environment, "QT_QPA_PLATFORM": "offscreen"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )

"""Runs all measurements and writes the table: `python -m tests.benchmarks --articles 30000`."""

from __future__ import annotations

import argparse
import json
import logging
import os
import shutil
import tempfile
import time
from pathlib import Path

_ROOT = Path(__file__).resolve().parents[2]
logger = logging.getLogger("benchmark")


def main() -> None:
    """Measure what the arguments ask for.

    The modules are imported here, not above: a process that is started to measure something reads this file.
    """
    from tests.benchmarks.running import measure_all
    from tests.benchmarks.writing import write_results

    options = _parse()
    if options.written is not None:
        write_results(json.loads(options.written.read_text("utf-8")), options.out, options.written.stem)
        return
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s", datefmt="%H:%M:%S")
    # Years in questions are local ones; all engines are to mean the same.
    os.environ["TZ"] = "UTC"
    if hasattr(time, "tzset"):
        time.tzset()
    work = Path(tempfile.mkdtemp(prefix="pressmark-bench-", dir=options.work))
    try:
        results = measure_all(work, options)
    finally:
        if not options.keep:
            shutil.rmtree(work, ignore_errors=True)
    write_results(results, options.out, "results" if options.factor == 1 else "results-large")


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("--articles", type=int, default=30_000)
    parser.add_argument("--factor", type=int, default=1, help="so many times as many, made of the same captures")
    parser.add_argument("--written", type=Path, help="measure nothing: write the tables of this JSON file anew")
    parser.add_argument("--invented", action="store_true", help="use invented captures though the real ones are there")
    parser.add_argument("--questions", type=int, default=40, help="questions of each class")
    parser.add_argument("--repeats", type=int, default=3, help="how often each question is asked")
    parser.add_argument("--rounds", type=int, default=2, help="how often each index is built")
    parser.add_argument("--no-window", dest="window", action="store_false")
    parser.add_argument("--work", type=Path, help="where there is room for the files of the run")
    parser.add_argument("--keep", action="store_true", help="leave those files")
    parser.add_argument("--out", type=Path, default=_ROOT / "docs" / "benchmarks")
    return parser.parse_args()


if __name__ == "__main__":
    main()

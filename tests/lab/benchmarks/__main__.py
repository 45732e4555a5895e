"""Runs the measurements and writes the table.

`python -m tests.lab.benchmarks` is the whole run of 30,000 articles; `--quick` is a look at 5,000 that prints its
table and writes nothing, `--quick --phases index,queries` a shorter one. What a phase needs and another one
makes is taken from the folder of the last run, if neither the captures nor the code that made it have changed.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from functools import partial
from pathlib import Path

from tests.lab.benchmarks.plan import PEERS, PHASES, RESULTS, chosen, planned


def main() -> None:
    """Measure what the arguments ask for.

    The other modules are imported here, not above: a process that is started to measure something reads this file.
    """
    from tests.lab.benchmarks.measuring import tell_progress
    from tests.lab.benchmarks.report.writing import document, write_results
    from tests.lab.benchmarks.running import Run

    options = _parse()
    if options.written is not None:
        write_results(json.loads(options.written.read_text("utf-8")), options.out or RESULTS, options.written.stem)
        return
    tell_progress()
    # Years in questions are local ones; all engines are to mean the same.
    os.environ["TZ"] = "UTC"
    if hasattr(time, "tzset"):
        time.tzset()
    plan = planned(options)
    results = Run(plan).measure()
    if plan.out is None:
        sys.stdout.write(document(results, plan.name))
    else:
        write_results(results, plan.out, plan.name)


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m tests.lab.benchmarks", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--articles", type=int, help="30,000, or 5,000 with --quick")
    parser.add_argument("--quick", action="store_true", help="a rough look in two minutes, printed only")
    phases = f"of {', '.join(PHASES)}; an empty list writes the tables of what was measured before"
    parser.add_argument("--phases", type=partial(chosen, known=PHASES), help=phases)
    parser.add_argument("--peers", type=partial(chosen, known=PEERS), help=f"of {', '.join(PEERS)}")
    parser.add_argument("--questions", type=int, help="questions of each class and order")
    parser.add_argument("--rounds", type=int, help="how often each index is built")
    parser.add_argument("--invented", action="store_true", help="use invented captures though the real ones are there")
    parser.add_argument(
        "--trusted", action="store_true", help="use what earlier runs made, though the program changed since"
    )
    parser.add_argument("--work", type=Path, help="where the files of runs stay, instead of build/benchmarks")
    parser.add_argument("--out", type=Path, help="where the results go, instead of docs/benchmarks")
    parser.add_argument("--written", type=Path, help="measure nothing: write the tables of this JSON file anew")
    return parser.parse_args()


if __name__ == "__main__":
    main()

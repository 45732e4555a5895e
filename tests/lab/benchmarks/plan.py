"""What a run is to measure: how many articles, which phases, beside which engines, and how often."""

from __future__ import annotations

import argparse
from dataclasses import dataclass, replace
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
RESULTS = ROOT / "docs" / "benchmarks"
PHASES = ("import", "recoll", "index", "queries", "adding", "window", "gaps")
OURS, FTS5, TANTIVY, TRIGRAMS, WHOOSH = "Pressmark", "FTS5 bigrams", "tantivy", "FTS5 trigrams", "stock Whoosh"
# It answers from the index of FTS5 bigrams, and is asked wherever that is.
FTS5_SORTING = "FTS5, sorting"
PEERS = (FTS5, TANTIVY, TRIGRAMS, WHOOSH)
# Above so many articles the goals are the other column, and the files of results are others.
LARGE = 100_000
# They scan, or take some milliseconds, so that one turn says enough.
SLOW = (TRIGRAMS, WHOOSH)
# FTS5's trigrams scan below three characters: at 300,000 articles a second a question, and nothing new to learn.
_LARGE_PEERS = (FTS5, TANTIVY, WHOOSH)
_QUICK_PEERS = (FTS5, TANTIVY)
_QUICK_PHASES = ("import", "index", "queries", "adding", "window")


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """All that the measurements want to know; the sizes are of one run."""

    articles: int = 30_000
    phases: tuple[str, ...] = PHASES
    peers: tuple[str, ...] = PEERS
    invented: bool = False
    # Questions of each class and order, how often each index is built, and in how many turns all is asked.
    questions: int = 60
    rounds: int = 2
    turns: int = 3
    # Questions of each class whose answer is compared with a scan of all text.
    scanned: int = 20
    addings: int = 5
    starts: int = 5
    keys: int = 200
    frames: int = 200
    opened: int = 200
    later: int = 4_000
    recoll: int = 4_000
    # Whether the gaps are recorded in an import of the archive of real captures, not of the run's own.
    archive: bool = True
    # The files of the run; they stay, so that a later run need not make them anew.
    work: Path
    trusted: bool = False
    out: Path | None

    @property
    def large(self) -> bool:
        """Say whether the goals for a large library hold."""
        return self.articles > LARGE

    @property
    def name(self) -> str:
        """What the files of results are called."""
        return "results-large" if self.large else "results"

    @property
    def engines(self) -> tuple[str, ...]:
        """Pressmark and its peers."""
        return (OURS, *self.peers)


def planned(options: argparse.Namespace) -> Plan:
    """Make the plan of what was said on the command line; what was not said depends on the size."""
    work = options.work or ROOT / "build" / "benchmarks"
    plan = Plan(articles=options.articles or 30_000, work=work, out=options.out or RESULTS, invented=options.invented)
    if options.quick:
        plan = replace(_quick(plan, options.articles or 5_000), out=options.out)
    elif plan.large:
        phases = tuple(phase for phase in PHASES if phase not in ("recoll", "gaps"))
        plan = replace(plan, phases=phases, peers=_LARGE_PEERS, rounds=1, turns=2)
    keys = ("phases", "peers", "rounds", "questions", "trusted")
    plan = replace(plan, **{key: getattr(options, key) for key in keys if getattr(options, key) is not None})
    kind = "invented" if plan.invented else "captures"
    return replace(plan, later=min(plan.later, max(100, plan.articles // 5)), work=work / f"{kind}-{plan.articles}")


def _quick(plan: Plan, articles: int) -> Plan:
    """Shrink everything to some two minutes, for whoever changes the program; nothing is written."""
    return replace(
        plan,
        articles=articles,
        phases=_QUICK_PHASES,
        peers=_QUICK_PEERS,
        rounds=1,
        addings=2,
        starts=2,
        keys=100,
        frames=60,
        opened=60,
        recoll=1_000,
        archive=False,
    )


def chosen(names: str, known: tuple[str, ...]) -> tuple[str, ...]:
    """Read a list of names from the command line, in the order in which they are known.

    Raises:
        ArgumentTypeError: one of them is not known.
    """
    wanted = {name.strip() for name in names.split(",") if name.strip()}
    if unknown := wanted - set(known):
        raise argparse.ArgumentTypeError(f"{', '.join(sorted(unknown))}: not among {', '.join(known)}")
    return tuple(name for name in known if name in wanted)

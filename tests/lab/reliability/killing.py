"""Plans kills, runs what is to be killed, and counts what was survived and how long the next starts took."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import cycle, islice
from typing import Any

from tests.lab.reliability.checking import Starts
from tests.lab.reliability.corpus import percentile
from tests.lab.reliability.program import Ended
from tests.support.slow_figures import Tell

SEED = 20230712
AT_ONCE = 2
# What is promised of the start after a kill.
START_SECONDS = 2.0

Kill = dict[str, Any]


@dataclass
class Tally:
    """What was survived: how often at which point, and the starts that followed."""

    kills: Counter[str] = field(default_factory=Counter)
    starts: Starts = field(default_factory=Starts)

    def note(self, kill: Kill, ended: Ended) -> None:
        """Note where a process was killed, if it was; else it must not have failed."""
        once = kill.get("once")
        if ended.killed or (once is not None and once.exists()):
            self.kills[kill["named"]] += 1
        assert ended.killed or "Traceback" not in ended.errors, ended.errors

    def report(self, tell: Tell, what: str, *, timed: bool = True) -> None:
        """Tell the figures, and if `timed` hold the starts to what is promised.

        None of them may work for longer. By the clock, which other programs on the same cores lengthen, a few may.
        """
        tell(f"kills survived: {what}", f"{self.kills.total()} ({_listed(self.kills)})")
        tell(f"next start after them: {what}", self.starts)
        if timed:
            assert max(self.starts.busy) < START_SECONDS
            assert percentile(self.starts.shown, 0.9) < START_SECONDS
            assert percentile(self.starts.whole, 0.5) < START_SECONDS


def _listed(kills: Counter[str]) -> str:
    return ", ".join(f"{point} {number}" for point, number in sorted(kills.items()))


def at_points(passed: Counter[str], kills: int, seed: int, suffix: str = "") -> list[Kill]:
    """Choose so many points, each kind as often as the others, and of each kind any."""
    chance = random.Random(seed)
    points = sorted(passed)
    chance.shuffle(points)
    return [
        {"kill": f"{point}:{chance.randint(1, passed[point])}{suffix}", "named": point}
        for point in islice(cycle(points), kills)
    ]


def at_any_time(seconds: float, kills: int, seed: int) -> list[Kill]:
    """Choose so many moments in the time that a work takes, once Python has started."""
    chance = random.Random(seed)
    return [{"after": chance.uniform(0.3 * seconds, seconds), "named": "any time"} for _ in range(kills)]


def in_system_calls(kills: int, most: dict[str, int], seed: int) -> list[Kill]:
    """Choose so many system calls, of each kind one of the first `most` names, at which strace kills."""
    chance = random.Random(seed)
    chosen = []
    for calls in islice(cycle(most), kills):
        inject = f"inject={calls}:signal=SIGKILL:when={chance.randint(1, most[calls])}"
        # Not with --seccomp-bpf, where strace cannot hand over a signal.
        prefix = ["strace", "-f", "-qq", "-o", "/dev/null", "-e", f"trace={calls}", "-e", inject]
        chosen.append({"prefix": prefix, "named": f"in {calls.split(',')[0]}"})
    return chosen


def options_of(kill: Kill) -> dict[str, Any]:
    """Return what a process is to be run with."""
    return {key: value for key, value in kill.items() if key != "named"}


def two_at_once(work: Callable[[int, Sequence[Kill]], None], kills: Sequence[Kill]) -> None:
    """Share kills among two threads, which wait for their programs."""
    with ThreadPoolExecutor(AT_ONCE) as threads:
        for done in [threads.submit(work, at, kills[at::AT_ONCE]) for at in range(AT_ONCE)]:
            done.result()

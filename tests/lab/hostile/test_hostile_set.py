"""The hostile set is imported, found and shown in memory that is bounded, and nothing around it changes.

`make test-slow` holds the time to its bound, too: a test that passes or fails by the clock fails on a busy machine.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.lab.hostile.conftest import World
from tests.lab.hostile.materials import write_bombs
from tests.support.slow_figures import Tell

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="Linux tells what a process took in memory")

MOST_SECONDS = 2.0
MOST_MEGABYTES = 300
# What can be no article; everything else is one, however hostile.
REFUSED = {
    "bomb.tar.gz", "lie small.zip", "lie.tar", "head only.zip", "nothing but rules.md", "front matter without end.md",
    "bomb.zip", "quine.zip", "many names.zip", "overlap.zip", "pipe", "socket", "zero", "full", "nothing here",
    "bomb of forty.zip", "bomb of overlaps.zip", "bomb by bzip2.zip", "bomb by lzma.zip", "bomb of gzips.tar.gz",
    "bomb of bzips.tar.bz2", "bomb of a dictionary.tar.xz", "bomb of gaps.tar", "chain of long names.tar",
    "chain of attributes.tar", "endless name.tar.gz", "empty gzips.tar.gz", "negative size.tar", "size of words.tar",
    "unknown method.zip", "locked.zip", "no end.zip",
}  # fmt: skip
# Who shares a processor with others takes longer, by its own clock too; what is slow is slow each time.
MOST_TRIES = 3


def faults(told: list[dict[str, Any]]) -> list[str]:
    """Say what cost too much, and what was lost."""
    found = [f"{each['name']}: {each['grown']} MB" for each in told if each["grown"] > MOST_MEGABYTES]
    lost = {each["name"] for each in told if not each["new"]}
    found += [f"{name}: should be an article" for name in lost - REFUSED]
    return found + [f"{each['name']}: an empty page" for each in told if not all(each["drawn"])]


def told_of(world: World, paths: list[Path]) -> list[dict[str, Any]]:
    """Do with each path what a person would; the first one pays for what is loaded once."""
    return world.measured([paths[0], *paths])[1:]


def measured(world: World, paths: list[Path]) -> list[dict[str, Any]]:
    """Measure each path; what takes too long once more, in a library of its own, and the shortest time counts."""
    told = told_of(world, paths)
    for number in range(1, MOST_TRIES):
        slow = [at for at, each in enumerate(told) if each["seconds"] > MOST_SECONDS]
        if not slow:
            break
        again = world.measured([paths[0], *(paths[at] for at in slow)], f"again {number}")[1:]
        for at, each in zip(slow, again, strict=True):
            told[at]["seconds"] = min(told[at]["seconds"], each["seconds"])
    return told


def check(
    world: World, paths: list[Path], meet: Callable[[World, list[Path]], list[dict[str, Any]]], tell_figure: Tell
) -> list[dict[str, Any]]:
    before = world.around()
    told = meet(world, paths)
    assert len(told) == len(paths)
    assert faults([each for each in told if each["name"] != paths[0].name]) == []
    assert world.forbidden.attempts == []
    assert world.around() == before
    tell_figure("hostile inputs imported, found and shown", len(told))
    tell_figure("the most memory one of them took, MB", max(each["grown"] for each in told))
    return told


def test_small_hostile_inputs_stay_in_bounds_and_change_nothing(world: World, tell_figure: Tell) -> None:
    check(world, [path for path in world.hostile if not path.name.startswith("bait")], told_of, tell_figure)


@pytest.mark.slow
def test_the_whole_hostile_set_stays_in_bounds_and_changes_nothing(world: World, tell_figure: Tell) -> None:
    told = check(world, [*world.hostile, *write_bombs(world.root / "bombs")], measured, tell_figure)
    slowest = max(told[1:], key=lambda each: each["seconds"])
    tell_figure("the slowest of them, seconds of processor time", f"{slowest['seconds']} ({slowest['name']})")
    assert slowest["seconds"] <= MOST_SECONDS

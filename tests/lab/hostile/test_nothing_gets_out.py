"""Every feature runs over the hostile and the real captures with the network forbidden, and nothing ever asks for it."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.lab.hostile.conftest import World
from tests.lab.hostile.forbidding import kernel_can_forbid
from tests.support.real import SAMPLE, SEEDS, needs_captures
from tests.support.slow_figures import Tell

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the network is forbidden by way of a POSIX process")

MAIN = Path(__file__).resolve().parents[3] / "main.py"
STEERING = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u202a-\u202e\u2066-\u2069]")
LOG_LINE = re.compile(r"\d{4}-\d\d-\d\d|(INFO|WARNING|ERROR|CRITICAL):[\w.]+:")


def use_window(world: World, paths: list[Path], most: int) -> dict[str, Any]:
    """Let a person use the window; return what they met."""
    out = world.root / "out"
    out.mkdir()
    log = world.library / "run.log"
    world.library.mkdir(exist_ok=True)
    done = world.forbidden.run("-m", "tests.lab.hostile.window_run", log, world.library, most, out, *paths, seconds=900)
    assert done.returncode == 0, done.stderr[-4000:]
    found: dict[str, Any] = json.loads(done.stdout)
    assert found["bugs"] == []
    assert found["read"] > 0
    return found


def commands(world: World, paths: list[Path]) -> list[tuple[object, ...]]:
    """List each command of the command line at least once, in an order in which each finds what it needs."""
    out = world.root / "out"
    return [
        ("import", *paths),
        ("import", *paths),
        ("search", "灯塔"),
        ("search", "a OR b", "--json"),
        ("show", 1),
        ("info",),
        ("verify",),
        ("library-hash",),
        ("library-hash", "--content"),
        ("clean-again",),
        ("imports", 1),
        ("export", "--all", "--format", "jsonl", "--to", out / "all.jsonl"),
        ("export", "--all", "--format", "original", "--to", out / "originals"),
        ("star", 1, 2),
        ("unstar", 2),
        ("tag", "灯\u202e<b>", 1, 2),
        ("tags",),
        ("search", "is:starred"),
        ("untag", "灯\u202e<b>", 2),
        ("backup", "--force", out / "all.pressmark-backup"),
        ("restore", out / "all.pressmark-backup", "--data-dir", world.library / "restored"),
        ("delete", 1, 2),
        ("bin",),
        ("undelete", 1),
        ("empty-bin",),
        ("rebuild-index",),
        ("imports",),
        ("undo-import",),
        ("repair",),
    ]


def use_command_line(world: World, paths: list[Path]) -> None:
    """Run each command of the command line."""
    (world.root / "out").mkdir(exist_ok=True)
    for arguments in commands(world, paths):
        done = world.forbidden.run(MAIN, "--data-dir", world.library, *arguments)
        assert done.returncode in (0, 1), (arguments[0], done.stderr[-2000:])
        assert "Traceback" not in done.stderr, (arguments[0], done.stderr[-2000:])
        assert not STEERING.search(done.stdout + done.stderr.replace("\r", "")), arguments[0]


def test_every_command_of_the_command_line_is_among_those_that_run(world: World) -> None:
    told = world.forbidden.run(MAIN, "--help").stdout
    names = set(re.findall(r"^    ([a-z][a-z-]+)\b", told, re.MULTILINE))
    assert len(names) >= 16
    assert names <= {str(arguments[0]) for arguments in commands(world, [])}


def test_the_guard_sees_python_and_the_kernel_refuses_the_rest(world: World) -> None:
    asking = "import socket\ntry:\n    socket.create_connection(('192.0.2.1', 80))\nexcept OSError:\n    pass\n"
    child = f"import subprocess, sys\nsubprocess.run([sys.executable, '-c', {asking!r}])\n"
    assert world.forbidden.run("-c", child).returncode == 0
    assert len(world.forbidden.attempts) >= 1
    assert world.forbidden.run("-c", "import sqlite3, ssl, socket; socket.socketpair()").returncode == 0
    if kernel_can_forbid():
        by_c = "import ctypes; ctypes.CDLL(None).socket(2, 1, 0)"
        assert world.forbidden.run("-c", by_c).returncode == -31  # SIGSYS
        by_qt = "from PySide6.QtNetwork import *; s = QTcpSocket(); s.connectToHost('192.0.2.1', 80); s.waitForConnected(500)"
        assert world.forbidden.run("-c", by_qt).returncode == -31


def test_the_window_over_the_hostile_set_asks_nobody_and_says_nothing_that_harms(
    world: World, tell_figure: Tell
) -> None:
    before = world.around()
    found = use_window(world, [path for path in world.hostile if not path.name.startswith("bait")], 30)
    assert world.forbidden.attempts == []
    assert found["odd"] == []
    changed = {name for name in world.around().items() ^ before.items() if not name[0].startswith("out")}
    assert changed == set()
    check_log(world.library / "run.log")
    tell_figure("sockets asked for by the window over the hostile set", len(world.forbidden.attempts))


def test_the_command_line_over_the_hostile_set_asks_nobody_and_writes_where_it_may(world: World) -> None:
    before = world.around()
    use_command_line(world, [path for path in world.hostile if not path.name.startswith("bait")])
    assert world.forbidden.attempts == []
    after = world.around()
    assert {name for name in after if not name.startswith("out") and before.get(name) != after[name]} == set()
    assert before.keys() <= after.keys()
    names = [path.name for path in (world.root / "out" / "originals").iterdir()]
    assert all(is_harmless(name) for name in names), names


@needs_captures
@pytest.mark.slow
def test_no_feature_over_the_real_captures_asks_anybody(world: World, tell_figure: Tell) -> None:
    found = use_window(world, [SEEDS, SAMPLE], 400)
    use_command_line(world, [SEEDS, SAMPLE])
    assert world.forbidden.attempts == []
    assert found["odd"] == []
    check_log(world.library / "run.log")
    tell_figure("real captures read in the window with the network forbidden", found["read"])
    tell_figure("sockets asked for meanwhile", len(world.forbidden.attempts))


def check_log(path: Path) -> None:
    """See that nothing in a log begins a line but what was logged."""
    lines = path.read_text("utf-8").splitlines()
    assert [line for line in lines if not LOG_LINE.match(line)] == []
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", path.read_text("utf-8"))


def is_harmless(name: str) -> bool:
    """Say whether a file name is one that every system takes and shows as it is."""
    return name.isprintable() and not re.search(r'[<>:"/\\|?*]', name) and len(name.encode()) <= 255 and name[0] != "."

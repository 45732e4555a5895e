import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.patience import PATIENCE_SECONDS
from ui.system.single_instance import InstanceServer, hand_over, instance_name

_SECOND_START = """
import json, sys
from ui.system.single_instance import hand_over
print(hand_over(sys.argv[1], json.load(sys.stdin)))
"""
_STRANGER = """
import sys
from PySide6.QtNetwork import QLocalSocket
socket = QLocalSocket()
socket.connectToServer(sys.argv[1])
assert socket.waitForConnected(5000)
socket.write(bytes.fromhex(sys.argv[2]) + b"\\n")
print("answered" if socket.waitForReadyRead(10000) else "hung up")
"""


@pytest.fixture
def name(tmp_path: Path) -> str:
    return instance_name(tmp_path)


@pytest.fixture
def second_start(name: str) -> Iterator:
    """Start a second program that hands over paths."""
    started = []

    def begin(paths: list[str]) -> subprocess.Popen[str]:
        child = subprocess.Popen(
            [sys.executable, "-c", _SECOND_START, name],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=Path(__file__).resolve().parents[3],
        )
        started.append(child)
        assert child.stdin is not None
        child.stdin.write(json.dumps(paths))
        child.stdin.close()
        return child

    yield begin
    for child in started:
        child.wait(PATIENCE_SECONDS)
        assert child.stdout is not None
        child.stdout.close()


def _said(qtbot, child: subprocess.Popen[str]) -> str:
    qtbot.waitUntil(lambda: child.poll() is not None, timeout=10000)
    return child.stdout.read().strip()


def test_nobody_listens_at_first(qapp, name):
    assert hand_over(name, ["/a"]) is False


@pytest.mark.parametrize("said", [b"[" * 1500, b'{"paths": 5}', b"[]", b"\xff"], ids=lambda said: repr(said[:16]))
def test_a_program_that_says_nonsense_hands_nothing_over(qtbot, qapp, name, said):
    server = InstanceServer(name)
    handed: list[str] = []
    server.handed_over.connect(handed.extend)
    server.listen()
    child = subprocess.Popen([sys.executable, "-c", _STRANGER, name, said.hex()], stdout=subprocess.PIPE, text=True)
    assert _said(qtbot, child) == "hung up"
    child.stdout.close()
    server.close()
    assert handed == []


@pytest.mark.parametrize(
    "paths",
    [[], ["/存档/一.md", "/b"], [f"/a/rather/long/path/to/file-{number}.md" for number in range(20_000)]],
    ids=["none", "two", "many"],
)
def test_a_second_start_hands_over_its_files(qtbot, name, second_start, paths):
    server = InstanceServer(name)
    server.listen()
    with qtbot.waitSignal(server.handed_over, timeout=10000) as handed:
        child = second_start(paths)
    assert _said(qtbot, child) == "True"
    assert handed.args == [paths]
    server.close()
    assert hand_over(name, []) is False


def test_a_window_that_closes_takes_no_files_any_more(qtbot, name, second_start):
    server = InstanceServer(name)
    server.listen()
    taken: list[list[str]] = []
    server.handed_over.connect(taken.append)
    # The second start is connected already, and has said nothing yet.
    server._server.newConnection.connect(server.close)
    assert _said(qtbot, second_start(["/a"])) == "False"
    assert taken == []


def test_the_socket_of_a_crashed_run_is_taken_over(qtbot, name, second_start):
    first, second = InstanceServer(name), InstanceServer(name)
    first.listen()
    second.listen()
    with qtbot.waitSignal(second.handed_over, timeout=10000):
        child = second_start([])
    assert _said(qtbot, child) == "True"
    first.close()
    second.close()


def test_another_folder_is_another_window(tmp_path):
    assert instance_name(tmp_path / "a") != instance_name(tmp_path / "b")
    assert instance_name(tmp_path) == instance_name(tmp_path / "a" / "..")


@pytest.mark.skipif(os.name == "nt", reason="only root makes symbolic links on Windows")
def test_a_folder_that_is_a_link_to_itself_has_a_name(tmp_path):
    (tmp_path / "loop").symlink_to("loop")
    assert instance_name(tmp_path / "loop") != instance_name(tmp_path)

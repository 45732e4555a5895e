import re
import subprocess
import sys
from pathlib import Path

from PySide6.QtCore import QObject, SignalInstance

from ui.typed_signal import TypedSignal

_ROOT = Path(__file__).resolve().parents[2]
_SENDER = """
from PySide6.QtCore import QObject, Signal
from ui.typed_signal import TypedSignal

class Sender(QObject):
    one = TypedSignal[int]()
    two = TypedSignal[str, int | None]()
    more = TypedSignal[str, int | None]()
    plain = Signal()

def take_text(text: str) -> None: ...
def take_two(text: str, number: int | None) -> bool:
    return True
def take_nothing() -> None: ...

sender = Sender()
"""
_RIGHT = """
sender.one.emit(1)
sender.one.connect(print)
sender.one.connect(take_nothing)
sender.one.connect(sender.plain)
sender.two.emit("", None)
sender.two.connect(take_two)
sender.two.connect(sender.more)
sender.two.connect(lambda text, number: take_text(text))
"""
_WRONG = """
sender.one.emit("1")
sender.one.emit()
sender.one.connect(take_text)
sender.two.emit(1, None)
sender.two.connect(take_text)
sender.two.connect(sender.one)
sender.two.connect(lambda text, number: take_text(number))
"""


class _Sender(QObject):
    one = TypedSignal["Path"]()
    two = TypedSignal[tuple[int, ...], int | None]()


def _lines_with_errors(tmp_path: Path, code: str) -> set[int]:
    module = tmp_path / "planted.py"
    module.write_text(_SENDER + code, "utf-8")
    command = [sys.executable, "-m", "mypy", "--strict", "--cache-dir", str(tmp_path / "cache"), str(module)]
    done = subprocess.run(command, cwd=_ROOT, capture_output=True, text=True, check=False)
    assert not done.stderr
    return {int(line) - _SENDER.count("\n") for line in re.findall(r"planted\.py:(\d+): error", done.stdout)}


def test_mypy_knows_what_a_signal_carries(tmp_path: Path):
    assert _lines_with_errors(tmp_path, _RIGHT) == set()
    assert _lines_with_errors(tmp_path, _WRONG) == set(range(2, 2 + len(_WRONG.split("\n")[1:-1])))


def test_a_typed_signal_is_a_plain_one_at_run_time(qapp):
    sender, got = _Sender(), []
    assert isinstance(sender.one, SignalInstance)
    sender.one.connect(got.append)
    sender.two.connect(lambda *carried: got.append(carried))
    sender.one.emit("any object")
    sender.two.emit((1, 2), None)
    assert got == ["any object", ((1, 2), None)]


def test_every_signal_of_the_window_that_carries_objects_is_typed():
    untyped = [
        f"{path.name}: {found}"
        for path in sorted((_ROOT / "ui").rglob("*.py"))
        if path.name != "typed_signal.py"
        for found in re.findall(r"\bSignal\([^)]*\b(?:object|list|dict|tuple)\b[^)]*\)", path.read_text("utf-8"))
    ]
    assert untyped == []

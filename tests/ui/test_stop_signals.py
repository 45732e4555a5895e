import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows ends programs otherwise")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_closes_the_window_which_keeps_its_state(tmp_path: Path, number: signal.Signals) -> None:
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    command = [sys.executable, "main.py", "--data-dir", str(tmp_path)]
    with subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.PIPE) as program:
        deadline = time.monotonic() + 30
        while not (tmp_path / "library.sqlite3").exists() and time.monotonic() < deadline:
            time.sleep(0.05)
        program.send_signal(number)
        _, said = program.communicate(timeout=20)
    assert program.returncode == 0
    assert said == b""
    assert (tmp_path / "window.ini").exists()

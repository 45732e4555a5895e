"""The program ends as cleanly as it began: what goes wrong after the last line of Python is seen in the exit code alone."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.patience import PATIENCE_SECONDS
from tests.ui.commands.quitting_run import DEEDS

ROOT = Path(__file__).resolve().parents[3]


@pytest.mark.parametrize("deed", DEEDS)
def test_the_program_ends_with_0_and_leaves_nothing_of_pythons_to_qt(filled: Path, deed: str) -> None:
    command = [sys.executable, "-m", "tests.ui.commands.quitting_run", deed, str(filled)]
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    done = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, encoding="utf-8", timeout=PATIENCE_SECONDS, check=False
    )
    assert (done.returncode, done.stdout) == (0, ""), done.stderr

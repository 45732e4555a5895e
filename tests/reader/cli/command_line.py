"""The command line as a process, for the tests that use it as another program would."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.support.patience import PATIENCE_SECONDS

ROOT = Path(__file__).resolve().parents[3]


class CommandLine:
    """Runs `pressmark` on one library."""

    def __init__(self, data: Path) -> None:
        self.data = data

    def run(self, *arguments: object, stdin: str | None = None) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, ROOT / "main.py", "--data-dir", self.data, *map(str, arguments)],
            input=stdin,
            capture_output=True,
            encoding="utf-8",
            timeout=PATIENCE_SECONDS,
            check=False,
        )

    def json(self, *arguments: object, stdin: str | None = None) -> list[Any]:
        done = self.run(*arguments, "--json", stdin=stdin)
        assert done.returncode == 0, done.stderr
        return [json.loads(line) for line in done.stdout.splitlines()]

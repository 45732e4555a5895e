"""Recoll, the desktop search that a Linux user would take, if it is installed: a whole import of the same pages."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import time
from itertools import islice
from pathlib import Path
from typing import Any

from tests.lab.benchmarks.articles.material import Material
from tests.lab.benchmarks.measuring import drop_written, peak_in_child, processor_seconds
from tests.lab.benchmarks.peers.base import folder_bytes
from tests.lab.benchmarks.program import pages_of
from tests.lab.benchmarks.workspace import Workspace

_COMMAND = "recollindex"


def measure_recoll(work: Workspace, material: Material, files: int) -> dict[str, Any] | None:
    """Index the pages of up to `files` captures as HTML, evenly picked; None where Recoll is not installed."""
    if shutil.which(_COMMAND) is None:
        return None
    pages, settings = work.empty("recoll/pages"), work.empty("recoll/settings")
    pages.mkdir(parents=True)
    settings.mkdir(parents=True)
    step = max(1, material.files // files)
    written = size = 0
    for title, body in islice(pages_of(material.folder), 0, None, step):
        page = f'<meta charset="utf-8"><title>{title}</title>{body}'.encode("utf-8", "replace")
        (pages / f"{written}.html").write_bytes(page)
        written += 1
        size += len(page)
    (settings / "recoll.conf").write_text(f"topdirs = {pages}\n", "utf-8")
    drop_written()
    told, peak = peak_in_child(_index, settings)
    return {
        **told,
        "version": _version(),
        "files": written,
        "bytes": size,
        "peak_bytes": peak,
        "index_bytes": folder_bytes(settings / "xapiandb"),
    }


def _index(settings: Path) -> dict[str, float]:
    start, worked = time.perf_counter(), processor_seconds()
    command = [_COMMAND, "-c", str(settings), "-z"]
    subprocess.run(command, env={**os.environ, "HOME": str(settings)}, check=True, capture_output=True)
    return {"seconds": time.perf_counter() - start, "processor_seconds": processor_seconds() - worked}


def _version() -> str:
    """Return what the program calls itself."""
    told = subprocess.run(["recollq", "-v"], check=False, capture_output=True, text=True)
    found = re.search(r"Recoll \d[\d.]*", told.stdout + told.stderr)
    return found[0] if found else "Recoll"

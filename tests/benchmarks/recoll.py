"""Recoll, the desktop search that a Linux user would take, if it is installed: a whole import of the same pages."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from pathlib import Path

from reader.formats import read_captures
from reader.formats.sources import Unreadable, walk_sources
from tests.benchmarks.material import Material
from tests.benchmarks.measuring import drop_written
from tests.benchmarks.peers.base import folder_bytes

_COMMAND = "recollindex"


def measure_recoll(work: Path, material: Material) -> dict[str, float] | None:
    """Index the captures' pages as HTML files; None where Recoll is not installed."""
    if shutil.which(_COMMAND) is None:
        return None
    pages, settings = work / "pages", work / "recoll"
    pages.mkdir()
    settings.mkdir()
    written = _write_pages(material.folder, pages)
    (settings / "recoll.conf").write_text(f"topdirs = {pages}\n", "utf-8")
    drop_written()
    start = time.perf_counter()
    command = [_COMMAND, "-c", str(settings), "-z"]
    subprocess.run(command, env={**os.environ, "HOME": str(work)}, check=True, capture_output=True)
    seconds = time.perf_counter() - start
    return {"files": written, "seconds": seconds, "index_bytes": folder_bytes(settings / "xapiandb")}


def _write_pages(captures: Path, pages: Path) -> int:
    """Write what Recoll can read: the HTML of each capture under its title."""
    written = 0
    for file in walk_sources([captures]):
        if isinstance(file, Unreadable):
            continue
        for capture in read_captures(file):
            written += 1
            page = f'<meta charset="utf-8"><title>{capture.title or ""}</title>{capture.html}'
            (pages / f"{written}.html").write_text(page, "utf-8", "replace")
    return written

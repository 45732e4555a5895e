"""Remembers a folder tree, to tell whether anything in it was changed."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path


def snapshot(folder: Path, leaving_out: Path) -> dict[str, str]:
    """Return what each path below `folder` is and holds, without what lies in `leaving_out`."""
    found: dict[str, str] = {}
    for place, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if Path(place, name) != leaving_out)
        for name in (*folders, *files):
            path = Path(place, name)
            found[str(path.relative_to(folder))] = _content(path)
    return found


def _content(path: Path) -> str:
    if path.is_symlink():
        return f"link to {path.readlink()}"
    if path.is_file():
        return f"{path.stat().st_mode:o} {hashlib.sha256(path.read_bytes()).hexdigest()}"
    return f"{path.stat().st_mode:o} {path.stat().st_mtime_ns}"

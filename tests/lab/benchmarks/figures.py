"""What is read of a process, and a percentile; it imports next to nothing, as processes are measured that import it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

PROC = Path("/proc")


def family(pid: int) -> list[int]:
    """Return a process and those that it started, as far as they live."""
    found = [pid]
    for file in PROC.glob(f"{pid}/task/*/children"):
        for child in read(file).split():
            found += family(int(child))
    return found


def memory(field: str, pid: int | None = None) -> int:
    """Return a field of a process's status in bytes: VmRSS is now, VmHWM the most it ever was; 0 if unknown."""
    for line in read(PROC / str(pid or "self") / "status").splitlines():
        if line.startswith(f"{field}:"):
            return int(line.split()[1]) * 1024
    return 0


def percentile(values: Sequence[float], share: float) -> float:
    """Return the value below which `share` of the values lie; the nearest one, not one in between."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def read(file: Path) -> str:
    """Read a file of /proc, which may be gone with its process, or never have been on another system."""
    try:
        return file.read_text("ascii", "replace")
    except OSError:
        return ""

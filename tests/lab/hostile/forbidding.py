"""Forbids the network to a process and to all it starts: by the kernel where it lets us, and by Python's audit hook.

The kernel refuses what nobody in Python sees, such as a socket of Qt's or of a C library; the hook counts and names.
"""

from __future__ import annotations

import ctypes
import os
import platform
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from tests.support.measured_apart import unmeasured

_ROOT = Path(__file__).resolve().parents[3]
_HOOK = """
import os, sys

def _hear(event, args, _log=os.environ["PRESSMARK_TEST_ATTEMPTS"], _busy=[]):
    if not event.startswith("socket.") or _busy:
        return
    place = args[1] if event in ("socket.connect", "socket.bind", "socket.sendto", "socket.sendmsg") else args[0]
    if event == "socket.__new__":
        if args[1] == 1:  # AF_UNIX, of the file system
            return
        place = args[1:]
    elif isinstance(place, (str, bytes)) and event in ("socket.connect", "socket.bind", "socket.sendto", "socket.sendmsg"):
        return
    elif event == "socket.gethostname":
        return
    _busy.append(1)
    with open(_log, "a") as log:
        log.write(f"{event} {place!r}\\n")
    _busy.pop()
    raise PermissionError(13, f"tried the network: {event} {place!r}")

sys.addaudithook(_hear)
"""

# The system call that makes a socket, and the name by which the kernel knows the processor.
_SOCKET = {"x86_64": (41, 0xC000003E), "aarch64": (198, 0xC00000B7)}
_LOAD, _EQUAL, _RETURN = 0x20, 0x15, 0x06
_ALLOW, _KILL = 0x7FFF0000, 0x80000000
_NO_NEW_PRIVILEGES, _SET_SECCOMP, _FILTER = 38, 22, 2


class _Step(ctypes.Structure):
    _fields_ = (("code", ctypes.c_ushort), ("yes", ctypes.c_ubyte), ("no", ctypes.c_ubyte), ("value", ctypes.c_uint32))


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("steps", ctypes.POINTER(_Step)))


def kernel_can_forbid() -> bool:
    """Say whether `forbid_by_kernel` works here."""
    return sys.platform == "linux" and platform.machine() in _SOCKET


def forbid_by_kernel() -> None:
    """Let the kernel kill this process, and each it will start, at the first socket of IPv4 or IPv6."""
    number, machine = _SOCKET[platform.machine()]
    steps = (
        (_LOAD, 0, 0, 4), (_EQUAL, 0, 5, machine), (_LOAD, 0, 0, 0), (_EQUAL, 0, 3, number),
        (_LOAD, 0, 0, 16), (_EQUAL, 2, 0, 2), (_EQUAL, 1, 0, 10), (_RETURN, 0, 0, _ALLOW), (_RETURN, 0, 0, _KILL),
    )  # fmt: skip
    program = _Program(len(steps), (_Step * len(steps))(*(_Step(*step) for step in steps)))
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0) or libc.prctl(_SET_SECCOMP, _FILTER, ctypes.byref(program)):
        raise OSError(ctypes.get_errno(), "the kernel does not take the filter")


class Forbidden:
    """Runs Python programs without a network, and tells what they tried."""

    def __init__(self, folder: Path, home: Path) -> None:
        folder.mkdir(parents=True)
        self._log = folder / "attempts"
        self._log.touch()
        (folder / "sitecustomize.py").write_text(_HOOK, "utf-8")
        self.environment = {
            **unmeasured(),
            "PYTHONPATH": os.pathsep.join((str(folder), str(_ROOT))),
            "PRESSMARK_TEST_ATTEMPTS": str(self._log),
            "PYTHONDONTWRITEBYTECODE": "1",
            "QT_QPA_PLATFORM": "offscreen",
            "HOME": str(home),
            "XDG_RUNTIME_DIR": str(home),
            "XDG_DATA_HOME": str(home / ".local/share"),
            "XDG_CONFIG_HOME": str(home / ".config"),
            "XDG_STATE_HOME": str(home / ".local/state"),
        }

    def run(self, *arguments: object, stdin: str = "", seconds: float = 900) -> subprocess.CompletedProcess[str]:
        """Run Python with these arguments, and return how it ended."""
        return subprocess.run(
            [sys.executable, *map(str, arguments)],
            env=self.environment,
            input=stdin,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            timeout=seconds,
            preexec_fn=forbid_by_kernel if kernel_can_forbid() else None,
            check=False,
        )

    @property
    def attempts(self) -> Sequence[str]:
        """What was tried, a line each."""
        return self._log.read_text("utf-8").splitlines()

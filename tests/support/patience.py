"""How long a test waits for what must come: only what hangs takes so long, however busy the machine is."""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtCore import QCoreApplication
from pytestqt.qtbot import QtBot

PATIENCE_SECONDS = 300.0
_PATIENCE_MS = round(PATIENCE_SECONDS * 1000)
_TURNS = 10


def wait_until(done: Callable[[], bool], what: str = "it") -> None:
    """Wait until something is done in another thread or process."""
    end = time.monotonic() + PATIENCE_SECONDS
    while not done():
        if time.monotonic() > end:
            raise TimeoutError(f"waited in vain for {what}")
        time.sleep(0.01)


class PatientBot(QtBot):
    """A QtBot whose waits end by what happens: a limit of a few seconds would fail on a busy machine."""

    def waitUntil(self, callback: Callable[[], bool | None], *, timeout: int = _PATIENCE_MS) -> None:  # noqa: N802
        """Override QtBot.waitUntil."""
        super().waitUntil(callback, timeout=max(timeout, _PATIENCE_MS))

    def waitSignal(self, signal, *, timeout: int = _PATIENCE_MS, **options):  # type: ignore[no-untyped-def]  # noqa: N802
        """Override QtBot.waitSignal; who is content without the signal, as assertNotEmitted is, waits as long as it says."""
        if options.get("raising") is not False:
            timeout = max(timeout, _PATIENCE_MS)
        return super().waitSignal(signal, timeout=timeout, **options)

    def wait(self, ms: int) -> None:
        """Override QtBot.wait: the event loop turns a few times at least, which in a short time it might not."""
        super().wait(ms)
        for _ in range(_TURNS):
            QCoreApplication.processEvents()

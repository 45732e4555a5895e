"""One window per library: a second start hands its files to the window that is open."""

from __future__ import annotations

import json
import logging
import os
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from reader.system.untrusted_json import read_json
from ui.typed_signal import TypedSignal

if TYPE_CHECKING:
    from PySide6.QtNetwork import QLocalServer, QLocalSocket

logger = logging.getLogger(__name__)

_ACCEPTED = b"ok\n"
_WAIT_MS = 2000
# How long a second start waits for the first, which may be slow to listen, or be closing.
_TURN_MS, _TURN_SECONDS = 100, 15.0
_LONGEST = 8 * 1024 * 1024


def instance_name(data: Path) -> str:
    """Return the name of the local socket on which the window of a data folder listens."""
    import getpass

    from PySide6.QtCore import QCryptographicHash

    key = f"{getpass.getuser()}\n{os.path.realpath(data)}"
    # Qt's hash is loaded already; Python's would load OpenSSL before the window is shown.
    digest = QCryptographicHash.hash(key.encode("utf-8", "surrogateescape"), QCryptographicHash.Algorithm.Sha256)
    return "pressmark-" + bytes(digest.data()).hex()[:20]


def hand_over(name: str, paths: Sequence[str]) -> bool:
    """Hand `paths` to the window that listens under `name`; return False if none does."""
    from PySide6.QtCore import QDir

    if os.name == "posix" and not Path(QDir.tempPath(), name).exists():
        return False  # On POSIX the name is a file in this folder; without it, no window listens.
    from PySide6.QtNetwork import QLocalSocket

    socket = QLocalSocket()
    socket.connectToServer(name)
    if not socket.waitForConnected(_WAIT_MS):
        return False
    socket.write(json.dumps({"paths": list(paths)}).encode("utf-8") + b"\n")
    answer = b""
    while not answer.endswith(b"\n") and socket.waitForReadyRead(_WAIT_MS):
        answer += bytes(socket.readAll().data())
    socket.disconnectFromServer()
    return answer == _ACCEPTED


class Turn:
    """The right to open the window of a library: of two starts at the same moment only one gets it.

    A window listens only once it is shown; until then, and while it closes, this lock says that there is one. A killed
    program leaves the lock behind, and the next one takes it over.
    """

    def __init__(self, name: str) -> None:
        """Prepare to take the turn for the library whose window listens under `name`."""
        from PySide6.QtCore import QDir, QLockFile

        self._name = name
        self._lock = QLockFile(f"{QDir.tempPath()}/{name}.lock")
        # Never stale by age, as a window may be open for days; only if its process is gone.
        self._lock.setStaleLockTime(0)

    def take(self, paths: Sequence[str]) -> bool:
        """Take the turn; return False if a window is open, which was handed `paths` instead."""
        from PySide6.QtCore import QLockFile

        until = time.monotonic() + _TURN_SECONDS
        while not hand_over(self._name, paths):
            if self._lock.tryLock(_TURN_MS) or self._lock.error() is not QLockFile.LockError.LockFailedError:
                return True
            if time.monotonic() > until:
                logger.warning("the window that is open does not answer")
                return True
        return False

    def give_back(self) -> None:
        """Give the turn back, so that another start can open the window."""
        self._lock.unlock()


class InstanceServer(QObject):
    """Listens for second starts, from `listen` on.

    Signals:
        handed_over: the absolute paths that a second start was given; an empty list means "come to the front".
    """

    handed_over = TypedSignal[list[str]]()

    def __init__(self, name: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._name = name
        self._server: QLocalServer | None = None

    def listen(self) -> None:
        """Listen; to be called once the window is shown, as Qt's network library takes a while to load."""
        from PySide6.QtNetwork import QLocalServer

        server = self._server = QLocalServer(self)
        server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        server.newConnection.connect(self._accept)
        if not server.listen(self._name):
            # No window answered when this start asked, so the name is a socket left by a run that crashed.
            QLocalServer.removeServer(self._name)
            if not server.listen(self._name):
                logger.warning("second starts cannot reach this window: %s", server.errorString())

    def close(self) -> None:
        """Stop listening, so that the next start opens a window of its own."""
        if self._server is not None:
            self._server.close()

    def _accept(self) -> None:
        while self._server is not None and (socket := self._server.nextPendingConnection()) is not None:
            # Not a lambda that holds the socket: the connection would keep it alive longer than its server.
            socket.readyRead.connect(self._read_sender)
            socket.disconnected.connect(socket.deleteLater)
            if socket.canReadLine():
                self._read(socket)

    def _read_sender(self) -> None:
        from PySide6.QtNetwork import QLocalSocket

        socket = self.sender()
        if isinstance(socket, QLocalSocket):
            self._read(socket)

    def _read(self, socket: QLocalSocket) -> None:
        if not socket.canReadLine():
            if socket.bytesAvailable() > _LONGEST:
                socket.abort()
            return
        if self._server is None or not self._server.isListening():
            # A closing window would never import these files; refused here, the second start opens a window for them.
            socket.abort()
            return
        try:
            paths = [path for path in read_json(bytes(socket.readLine().data()))["paths"] if isinstance(path, str)]
        except (ValueError, TypeError, KeyError) as error:
            logger.warning("a second start said something else: %s", error)
            socket.abort()
            return
        socket.write(_ACCEPTED)
        socket.flush()
        self.handed_over.emit(paths)

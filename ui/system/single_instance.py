"""One window for one library: a second start hands its files to the first."""

from __future__ import annotations

import json
import logging
import os
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from reader.system.untrusted_json import read_json

if TYPE_CHECKING:
    from PySide6.QtNetwork import QLocalServer, QLocalSocket

logger = logging.getLogger(__name__)

_ACCEPTED = b"ok\n"
_WAIT_MS = 2000
# A start that comes second waits so long for the first to listen, or to end: it may be slow, or be closing.
_TURN_MS, _TURN_SECONDS = 100, 15.0
_LONGEST = 8 * 1024 * 1024


def instance_name(data: Path) -> str:
    """Return the name under which the window of a data folder listens; another folder is another window."""
    import getpass

    from PySide6.QtCore import QCryptographicHash

    key = f"{getpass.getuser()}\n{os.path.realpath(data)}"
    # Qt's own hash is here already; Python's would load OpenSSL before the window is seen.
    digest = QCryptographicHash.hash(key.encode("utf-8", "surrogateescape"), QCryptographicHash.Algorithm.Sha256)
    return "pressmark-" + bytes(digest.data()).hex()[:20]


def hand_over(name: str, paths: Sequence[str]) -> bool:
    """Give `paths` to the window that listens under `name`; False if there is none."""
    from PySide6.QtCore import QDir

    if os.name == "posix" and not Path(QDir.tempPath(), name).exists():
        return False  # There such a name is a file in this folder; without it, nobody listens.
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
    """The turn to open the window of a library: of two starts at the same moment one alone has it.

    A window listens only once it is seen; until then, and while it closes, this lock says that there is one. It is
    left behind by a program that was killed, and taken over by the next.
    """

    def __init__(self, name: str) -> None:
        """Prepare to take it for the library whose window has that name."""
        from PySide6.QtCore import QDir, QLockFile

        self._name = name
        self._lock = QLockFile(f"{QDir.tempPath()}/{name}.lock")
        # A window is open for days: only that its process is gone makes it stale.
        self._lock.setStaleLockTime(0)

    def take(self, paths: Sequence[str]) -> bool:
        """Take the turn; False if there is a window, which has been given `paths`."""
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
        """Let the next start have it."""
        self._lock.unlock()


class InstanceServer(QObject):
    """Listens for second starts, from `listen` on.

    Signals:
        handed_over: the absolute paths that a second start was given; none means "come to the front".
    """

    handed_over = Signal(list)

    def __init__(self, name: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._name = name
        self._server: QLocalServer | None = None

    def listen(self) -> None:
        """Listen, once the window is seen: Qt's network library takes a while to load."""
        from PySide6.QtNetwork import QLocalServer

        server = self._server = QLocalServer(self)
        server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        server.newConnection.connect(self._accept)
        if not server.listen(self._name):
            # The caller has found nobody answering: what is left is the socket of a run that crashed.
            QLocalServer.removeServer(self._name)
            if not server.listen(self._name):
                logger.warning("second starts cannot reach this window: %s", server.errorString())

    def close(self) -> None:
        """Stop listening, so that the next start opens a window of its own."""
        if self._server is not None:
            self._server.close()

    def _accept(self) -> None:
        while self._server is not None and (socket := self._server.nextPendingConnection()) is not None:
            # No function that holds the socket: it would live on with its own signal, after the server that owns it.
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
            # What is taken over while the window closes would never be imported: the next one is for it.
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

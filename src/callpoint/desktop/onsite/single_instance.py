"""One program for each user: a second one asks the first to show itself, and ends."""

import hashlib
import logging
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, Signal
from PySide6.QtNetwork import QLocalServer, QLocalSocket

logger = logging.getLogger(__name__)

WAIT_MILLISECONDS: Final = 1000


class SingleInstance(QObject):
    """Told apart by where the state is kept. `asked` is emitted when another one was started."""

    asked = Signal()

    def __init__(self, state: Path) -> None:
        super().__init__()
        self._name = f"callpoint-onsite-{hashlib.sha256(str(state).encode()).hexdigest()[:16]}"
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._connected)

    def is_first(self) -> bool:
        """Whether there is no other; that other one has been asked to show itself."""
        socket = QLocalSocket()
        socket.connectToServer(self._name)
        if socket.waitForConnected(WAIT_MILLISECONDS):
            socket.disconnectFromServer()
            return False
        QLocalServer.removeServer(self._name)  # a socket file that a killed program left
        if not self._server.listen(self._name):
            logger.warning("a second program would not be noticed: %s", self._server.errorString())
        return True

    def _connected(self) -> None:
        while (connection := self._server.nextPendingConnection()) is not None:
            connection.close()
            self.asked.emit()

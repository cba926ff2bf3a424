"""The control link: how processes of one host ask each other for something, over a Unix socket.

One JSON object a line, both ways: `{"id": 7, "method": "anchor", "params": {…}}` is answered by `{"id": 7, "result":
{…}}` or `{"id": 7, "error": "why"}`; without an `id` it is a notification, which nobody answers. Either side may ask.
Who may connect is the file system's to say: the socket lies in a directory of the installation's owner. A link is
for work beside a call, never for the call itself: whoever loses it goes on by itself.
"""

import asyncio
import contextlib
import json
import logging
import os
import socket
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any, Final

logger = logging.getLogger(__name__)

MAX_LINE_BYTES: Final = 1_000_000
RECONNECT_SECONDS: Final = (0.05, 0.1, 0.2, 0.5, 1.0)
DEFAULT_SECONDS: Final = 5.0

Params = dict[str, Any]
Handler = Callable[["Peer", Params], Awaitable[Params | None]]
"""Answers one method. Raises ControlError to refuse; anything else is a fault of ours, told to the asker as such."""


class ControlError(Exception):
    """The other side refused, in its words."""


class LinkLostError(ControlError):
    """There is no other side (any more)."""


class Peer:
    """One connection; belongs to one event loop."""

    def __init__(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, methods: dict[str, Handler], name: str
    ) -> None:
        self.name = name
        self._reader = reader
        self._writer = writer
        self._methods = methods
        self._waiting: dict[int, asyncio.Future[Params]] = {}
        self._number = 0
        self._tasks: set[asyncio.Task[None]] = set()

    async def ask(self, method: str, seconds: float = DEFAULT_SECONDS, **params: Any) -> Params:
        """What the other side answers. Raises ControlError, LinkLostError, TimeoutError."""
        self._number += 1
        number = self._number
        answer: asyncio.Future[Params] = asyncio.get_running_loop().create_future()
        self._waiting[number] = answer
        try:
            self._send({"id": number, "method": method, "params": params})
            async with asyncio.timeout(seconds):
                return await answer
        finally:
            self._waiting.pop(number, None)

    def tell(self, method: str, **params: Any) -> None:
        """A notification; lost when the link is. Raises LinkLostError when it is known to be."""
        self._send({"method": method, "params": params})

    async def run(self) -> None:
        """Works on what comes until the link is lost; whoever waits for an answer then hears so."""
        try:
            while line := await self._reader.readline():
                self._take(line)
        except (OSError, ValueError) as error:
            logger.warning("the control link to %s broke: %s", self.name, error)
        finally:
            self.close()
            for answer in self._waiting.values():
                if not answer.done():
                    answer.set_exception(LinkLostError(f"{self.name} is gone"))
            for task in self._tasks:
                task.cancel()

    def close(self) -> None:
        with contextlib.suppress(OSError, RuntimeError):
            self._writer.close()

    def _send(self, document: Params) -> None:
        if self._writer.is_closing():
            raise LinkLostError(f"{self.name} is gone")
        self._writer.write(json.dumps(document).encode() + b"\n")

    def _take(self, line: bytes) -> None:
        """Raises ValueError for what is no line of this protocol."""
        document = json.loads(line)
        if not isinstance(document, dict):
            raise ValueError("a line that is no object")
        if "method" in document:
            task = asyncio.create_task(self._serve(document))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
            return
        answer = self._waiting.get(document.get("id", 0))
        if answer is None or answer.done():
            return  # its asker has given up
        if "error" in document:
            answer.set_exception(ControlError(str(document["error"])))
        else:
            answer.set_result(document.get("result") or {})

    async def _serve(self, document: Params) -> None:
        method, params = str(document["method"]), document.get("params") or {}
        try:
            handler = self._methods.get(method)
            if handler is None:
                raise ControlError(f"{method} is not served here")
            if not isinstance(params, dict):
                raise ControlError("params must be an object")
            reply: Params = {"result": await handler(self, params) or {}}
        except ControlError as error:
            reply = {"error": str(error)}
        except Exception as error:  # a fault of ours must not end the link, on which others depend
            logger.exception("working on %s of %s", method, self.name)
            reply = {"error": f"fault: {error!r}"}
        if "id" in document:
            with contextlib.suppress(LinkLostError):
                self._send({"id": document["id"], **reply})


class ControlServer:
    """Listens at `path`; an old socket there is taken away (`ops` sees to it that there is one installation)."""

    def __init__(self, path: Path, methods: dict[str, Handler], on_lost: Callable[[Peer], None] | None = None) -> None:
        self.peers: set[Peer] = set()
        self._path = path
        self._methods = methods
        self._on_lost = on_lost
        self._server: asyncio.Server | None = None

    async def start(self) -> None:
        """Raises OSError."""
        self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._path.unlink(missing_ok=True)
        listening = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        with _reachable(self._path) as name:
            listening.bind(name)
        os.chmod(self._path, 0o600)
        self._server = await asyncio.start_unix_server(self._accept, sock=listening, limit=MAX_LINE_BYTES)

    async def close(self) -> None:
        if self._server is not None:
            self._server.close()
        for peer in list(self.peers):
            peer.close()
        self._path.unlink(missing_ok=True)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        peer = Peer(reader, writer, self._methods, f"a client of {self._path.name}")
        self.peers.add(peer)
        try:
            await peer.run()
        finally:
            self.peers.discard(peer)
            if self._on_lost is not None:
                self._on_lost(peer)


class ControlClient:
    """Keeps a link to the server at `path`: connects, and again whenever it is lost."""

    def __init__(
        self,
        path: Path,
        methods: dict[str, Handler] | None = None,
        *,
        on_connected: Callable[[Peer], None] | None = None,
        on_lost: Callable[[], None] | None = None,
    ) -> None:
        self._path = path
        self._methods = methods or {}
        self._on_connected = on_connected
        self._on_lost = on_lost
        self._peer: Peer | None = None

    @property
    def connected(self) -> bool:
        return self._peer is not None

    async def ask(self, method: str, seconds: float = DEFAULT_SECONDS, **params: Any) -> Params:
        """As `Peer.ask`; LinkLostError at once while there is no link."""
        return await self._linked().ask(method, seconds, **params)

    def tell(self, method: str, **params: Any) -> None:
        """As `Peer.tell`."""
        self._linked().tell(method, **params)

    async def run(self) -> None:
        """Until cancelled."""
        failures = 0
        while True:
            try:
                reader, writer = await _connect(self._path)
            except OSError:
                pause = RECONNECT_SECONDS[min(failures, len(RECONNECT_SECONDS) - 1)]
                failures += 1
                await asyncio.sleep(pause)
                continue
            failures = 0
            peer = self._peer = Peer(reader, writer, self._methods, self._path.name)
            try:
                if self._on_connected is not None:
                    self._on_connected(peer)
                await peer.run()
            finally:
                self._peer = None
                peer.close()
                if self._on_lost is not None:
                    self._on_lost()

    def _linked(self) -> Peer:
        if self._peer is None:
            raise LinkLostError(f"nobody answers at {self._path.name}")
        return self._peer


async def _connect(path: Path) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    with _reachable(path) as name:
        return await asyncio.open_unix_connection(name, limit=MAX_LINE_BYTES)


@contextlib.contextmanager
def _reachable(path: Path) -> Iterator[str]:
    """A name short enough for a socket's address, which holds 107 bytes: by the descriptor of its directory."""
    if len(os.fsencode(path)) < 100 or not Path("/proc/self/fd").exists():
        yield str(path)
        return
    folder = os.open(path.parent, os.O_PATH)
    try:
        yield f"/proc/self/fd/{folder}/{path.name}"
    finally:
        os.close(folder)

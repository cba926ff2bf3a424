"""All TCP and TLS connections of an endpoint: accepted ones, opened ones, and those being opened."""

import asyncio
import itertools
import resource
import ssl
from collections.abc import Callable, Sequence
from typing import Literal

from callpoint.sip.errors import RemoteProtocolError
from callpoint.sip.hop import Hop
from callpoint.transport.stream import SipStream

CONNECT_SECONDS = 4.0  # a target whose SYN vanishes is given up by then; the reroute time usually strikes before
HANDSHAKE_SECONDS = 10.0  # TLS must be agreed by then: a handshake that drips holds a descriptor like any message
RESERVED_DESCRIPTORS = 256  # for the journal, the audio of 933 and connections of ours, whatever strangers do
MOST_ACCEPTED = 4000  # descriptors are finite, and calls need some

Received = Callable[[bytes, Hop], bool]


class Streams:
    """Finds or opens the connection for a hop. Owner of every `SipStream`."""

    def __init__(
        self,
        on_message: Received,
        on_unframeable: Callable[[RemoteProtocolError, Hop], None],
        on_failed: Callable[[Hop], None],
        outgoing_tls: ssl.SSLContext | None,
        names_of: Callable[[str], Sequence[str]],
    ) -> None:
        """`on_message` says whether the sender is welcome; `names_of(address)` what a TLS target may be called."""
        self._on_message = on_message
        self._on_unframeable = on_unframeable
        self._on_failed = on_failed
        self._outgoing_tls = outgoing_tls
        self._names_of = names_of
        self._numbers = itertools.count(1)
        self._open: dict[int, SipStream] = {}
        self._unproven: dict[int, SipStream] = {}  # accepted and not yet welcome, the oldest first
        self._by_target: dict[tuple[str, str, int], int] = {}
        self._waiting: dict[tuple[str, str, int], list[bytes]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._servers: list[asyncio.Server] = []
        self.closed = False

    async def listen(self, host: str, port: int, tls: ssl.SSLContext | None) -> tuple[str, int]:
        """Accepts at `host`:`port`; returns the bound address. Raises OSError when it is taken."""
        server = await asyncio.get_running_loop().create_server(
            lambda: SipStream(self, next(self._numbers), secure=tls is not None, accepted=True),
            host,
            port,
            ssl=tls,
            ssl_handshake_timeout=HANDSHAKE_SECONDS if tls is not None else None,
        )
        self._servers.append(server)
        name = server.sockets[0].getsockname()
        return name[0], name[1]

    def send(self, data: bytes, hop: Hop) -> None:
        """Over the hop's own connection while it is open, else over one to its address (RFC 3261 §18.2.2)."""
        stream = self._stream(hop)
        if stream is not None:
            stream.write(data)
        else:
            self._open_and_send(data, Hop(hop.transport, hop.host, hop.port))

    def is_open(self, hop: Hop) -> bool:
        return self._stream(hop) is not None

    def _stream(self, hop: Hop) -> SipStream | None:
        stream = self._open.get(hop.connection) if hop.connection is not None else None
        if stream is None or not stream.open:
            stream = self._open.get(self._by_target.get((hop.transport, hop.host, hop.port), 0))
        return stream if stream is not None and stream.open else None

    def peer_names(self, hop: Hop) -> tuple[str, ...]:
        """What the certificate on this hop's connection proves; () without one."""
        stream = self._open.get(hop.connection) if hop.connection is not None else None
        return stream.peer_names if stream is not None else ()

    async def close(self) -> None:
        self.closed = True
        for server in self._servers:
            server.close()
        for task in list(self._tasks):
            task.cancel()
        for stream in list(self._open.values()):
            stream.close()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    # --- what a stream tells its owner (`stream.Owner`)

    def connection_made(self, stream: SipStream) -> bool:
        if self.closed or (stream.accepted and len(self._open) >= most_accepted() and not self._make_room()):
            return False
        self._open[stream.number] = stream
        if stream.accepted:
            self._unproven[stream.number] = stream
        return True

    def message_received(self, stream: SipStream, data: bytes) -> bool:
        welcome = self._on_message(data, self._hop(stream))
        if welcome and not stream.welcome:
            self._unproven.pop(stream.number, None)
        return welcome

    def unframeable(self, stream: SipStream, error: RemoteProtocolError) -> None:
        self._on_unframeable(error, self._hop(stream))

    def connection_lost(self, stream: SipStream) -> None:
        self._forget(stream)
        for target in [target for target, number in self._by_target.items() if number == stream.number]:
            # A target that closes its connection has not refused anything: only those still unanswered are retried
            # by their timers. What was sent into a dead connection is told as failed so that nobody waits.
            del self._by_target[target]
            if not self.closed:
                self._on_failed(Hop(_transport(target[0]), target[1], target[2]))

    def _forget(self, stream: SipStream) -> None:
        self._open.pop(stream.number, None)
        self._unproven.pop(stream.number, None)

    def _make_room(self) -> bool:
        """A flood of connections must not keep a trunk out: the stranger who has been here longest goes, or, where
        nobody is one, the connection that has been quiet longest. Its calls open another when they need it."""
        oldest = next(iter(self._unproven.values()), None)
        if oldest is None:
            accepted = [stream for stream in self._open.values() if stream.accepted]
            oldest = min(accepted, key=lambda stream: stream.heard_at, default=None)
        if oldest is None:
            return False
        self._forget(oldest)
        oldest.close()
        return True

    def _hop(self, stream: SipStream) -> Hop:
        return Hop("tls" if stream.secure else "tcp", stream.host, stream.port, stream.number)

    def _open_and_send(self, data: bytes, hop: Hop) -> None:
        target = (hop.transport, hop.host, hop.port)
        if target in self._waiting:
            self._waiting[target].append(data)
            return
        self._waiting[target] = [data]
        task = asyncio.get_running_loop().create_task(self._connect(hop, target))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _connect(self, hop: Hop, target: tuple[str, str, int]) -> None:
        stream = None
        try:
            async with asyncio.timeout(CONNECT_SECONDS):
                stream = await (self._open_tls(hop) if hop.transport == "tls" else self._open_tcp(hop))
        except (OSError, TimeoutError):
            pass  # refused, unreachable or silent; told below
        if stream is None:
            self._give_up(hop, target)
            return
        self._by_target[target] = stream.number
        for data in self._waiting.pop(target, []):
            stream.write(data)

    async def _open_tcp(self, hop: Hop) -> SipStream:
        stream = SipStream(self, next(self._numbers), secure=False, accepted=False)
        await asyncio.get_running_loop().create_connection(lambda: stream, hop.host, hop.port)
        return stream

    async def _open_tls(self, hop: Hop) -> SipStream | None:
        """With a certificate good for one of the names this address was looked up by, or for the address itself.

        RFC 5922 §7.3: what was dialled is what must be proven. None when no certificate proves it.
        """
        if self._outgoing_tls is None:
            return None
        for name in (*self._names_of(hop.host), hop.host):
            stream = SipStream(self, next(self._numbers), secure=True, accepted=False)
            try:
                await asyncio.get_running_loop().create_connection(
                    lambda stream=stream: stream,  # type: ignore[misc]  # bound now, as each round has its own
                    hop.host,
                    hop.port,
                    ssl=self._outgoing_tls,
                    server_hostname=name,
                )
            except ssl.SSLCertVerificationError:
                continue
            return stream
        return None

    def _give_up(self, hop: Hop, target: tuple[str, str, int]) -> None:
        self._waiting.pop(target, None)
        if not self.closed:
            self._on_failed(hop)


def most_accepted() -> int:
    """How many connections may come from outside: fewer than the process has descriptors, by a reserve."""
    descriptors, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return min(MOST_ACCEPTED, max(descriptors - RESERVED_DESCRIPTORS, descriptors // 2))


def _transport(name: str) -> Literal["tcp", "tls"]:
    return "tls" if name == "tls" else "tcp"

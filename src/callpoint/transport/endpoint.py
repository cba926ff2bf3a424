"""The driver: sockets on one side, `sip.layer.TransactionLayer` in the middle, events out on the other.

Bytes arrive, `screen` may drop or mend a message before any work is spent on it, the layer turns it into events,
`on_event` hears them, and what the layer wants sent leaves at the end of the turn. One timer serves all transactions.

Nothing a peer sends may stop the loop: whatever goes wrong while one message is worked on is told to the loop's
exception handler, and the next message finds everything in place.
"""

import asyncio
import secrets
import socket
import ssl
from collections.abc import Callable, Coroutine, Iterable
from typing import Any, Literal

from callpoint.sip.errors import RemoteProtocolError
from callpoint.sip.events import ClientTransaction, Event, ServerTransaction
from callpoint.sip.hop import Hop
from callpoint.sip.layer import TransactionLayer
from callpoint.sip.message import Request, Response, parse
from callpoint.sip.timers import Timers
from callpoint.transport.resolver import Resolver, is_numeric
from callpoint.transport.streams import Streams
from callpoint.transport.tls import TlsFiles, client_context, server_context
from callpoint.transport.udp import UdpSocket, family_of

Transport = Literal["udp", "tcp", "tls"]
TOKEN_BYTES = 12
UNSPECIFIED = frozenset({"0.0.0.0", "::"})  # bound to all addresses: which one a peer reaches depends on the peer

EventHandler = Callable[[Event], None]
Screen = Callable[[Request | Response, Hop], bool]
Rejected = Callable[[bytes, RemoteProtocolError, Hop], None]


class SipEndpoint:
    """A SIP element on this host. All methods belong to the event loop it was made in."""

    def __init__(
        self,
        on_event: EventHandler,
        *,
        timers: Timers | None = None,
        tls: TlsFiles | None = None,
        advertised_host: str | None = None,
        screen: Screen | None = None,
        on_unparsable: Rejected | None = None,
        new_token: Callable[[], str] | None = None,
    ) -> None:
        """`screen(message, source)` False drops a message unheard; it may mend it in place.

        `new_token` makes the unguessable text of branches and To tags (that of a `LoopGuard`, or plainly `token`).
        `on_unparsable` is told of bytes that are no SIP message. Raises OSError or ssl.SSLError for bad TLS files.
        """
        self._loop = asyncio.get_running_loop()
        self.now: Callable[[], float] = self._loop.time
        self._on_event = on_event
        self._screen = screen
        self._on_unparsable = on_unparsable
        self._advertised_host = advertised_host
        self._tls = tls
        self._udp: list[UdpSocket] = []
        self._bound: dict[tuple[str, socket.AddressFamily], tuple[str, int]] = {}
        self._routes: dict[str, str] = {}
        self._layer = TransactionLayer(sent_by=self.sent_by, token=new_token or token, timers=timers or Timers())
        self.resolver = Resolver()
        outgoing: ssl.SSLContext | None = client_context(tls) if tls is not None else None
        self._streams = Streams(self._bytes_in, self._unframeable, self._unreachable, outgoing, self.resolver.names_of)
        self._timer: asyncio.TimerHandle | None = None
        self._timer_at = 0.0
        self._flush_due = False
        self._closed = False
        self._tasks: set[asyncio.Task[None]] = set()

    # --- sockets

    async def listen(self, transport: Transport, host: str, port: int) -> int:
        """Binds one address; returns its port (useful with port 0). Raises OSError with the reason when it cannot."""
        if transport == "udp":
            udp = UdpSocket(host, port, self._datagram, self._udp_unreachable)
            self._udp.append(udp)
            bound = (udp.host, udp.port)
        else:
            tls = server_context(self._tls or TlsFiles()) if transport == "tls" else None
            bound = await self._streams.listen(host, port, tls)
        self._bound.setdefault((transport, family_of(host)), bound)
        return int(bound[1])

    async def close(self) -> None:
        """Sends what is due, then gives up everything that runs."""
        self._flush()
        self._closed = True
        if self._timer is not None:
            self._timer.cancel()
        for udp in self._udp:
            udp.close()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._streams.close()

    # --- what a user of the endpoint does

    def request(self, request: Request, to: Hop) -> ClientTransaction:
        transaction = self._layer.request(request, to, self.now())
        self._soon()
        return transaction

    def respond(self, transaction: ServerTransaction, response: Response) -> None:
        self._layer.respond(transaction, response, self.now())
        self._soon()

    def cancel(self, transaction: ClientTransaction) -> None:
        self._layer.cancel(transaction, self.now())
        self._soon()

    def acknowledge(self, transaction: ClientTransaction, ack: Request, to: Hop) -> None:
        self._layer.acknowledge(transaction, ack, to, self.now())
        self._soon()

    def send_bytes(self, data: bytes, hop: Hop) -> None:
        """One message without a transaction: a refusal to a stranger costs no memory."""
        self._transmit(data, hop)

    def call_later(self, seconds: float, callback: Callable[[], None]) -> asyncio.TimerHandle:
        return self._loop.call_later(seconds, callback)

    def spawn(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """Runs a coroutine beside the messages; one that fails is told of, and `close` ends it."""
        task = self._loop.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._ended)
        return task

    def is_open(self, hop: Hop) -> bool:
        """Whether a stream connection is there over which the peer at `hop` hears us."""
        return self._streams.is_open(hop)

    def peer_names(self, hop: Hop) -> tuple[str, ...]:
        """Names proven by the TLS certificate on the connection of `hop` (RFC 5922 §7.1)."""
        return self._streams.peer_names(hop)

    def contact(self, user: str, hop: Hop) -> str:
        """A Contact value under which the peer at `hop` reaches us."""
        suffix = "" if hop.transport == "udp" else f";transport={hop.transport}"
        return f"<sip:{user}@{self.sent_by(hop)}{suffix}>"

    def media_hosts(self, hop: Hop) -> tuple[str, str]:
        """The address to bind audio for the peer at `hop` to, and the one to name in the SDP."""
        family = socket.AF_INET6 if ":" in hop.host else socket.AF_INET
        bound = self._bound.get((hop.transport, family)) or next(iter(self._bound.values()), ("127.0.0.1", 0))
        return bound[0], self._reachable_host(bound[0], hop, family, numeric=True)

    def sent_by(self, hop: Hop) -> str:
        """`host:port` under which peers reach us by the transport of `hop` (RFC 3261 §18.1.1)."""
        family = socket.AF_INET6 if ":" in hop.host else socket.AF_INET
        bound = self._bound.get((hop.transport, family))
        if bound is None:  # we only call out over this transport: any of our addresses, peers answer on the connection
            bound = next(iter(self._bound.values()), ("127.0.0.1", 5060))
        host = self._reachable_host(bound[0], hop, family)
        return f"[{host}]:{bound[1]}" if ":" in host else f"{host}:{bound[1]}"

    def _reachable_host(self, bound: str, hop: Hop, family: socket.AddressFamily, numeric: bool = False) -> str:
        if bound not in UNSPECIFIED:
            return bound
        if self._advertised_host and (not numeric or is_numeric(self._advertised_host)):
            return self._advertised_host
        if hop.host not in self._routes:
            self._routes[hop.host] = _source_address(hop.host, family)
        return self._routes[hop.host]

    # --- what arrives

    def _datagram(self, data: bytes, address: tuple[str, int]) -> None:
        if not data.strip(b"\r\n\0 "):
            return  # a keep-alive (RFC 5626 §3.5.1); over UDP nobody waits for an answer
        self._bytes_in(data, Hop("udp", address[0], address[1]))

    def _bytes_in(self, data: bytes, hop: Hop) -> bool:
        """One message; False when nobody wants to hear its sender."""
        try:
            message = parse(data)
            if self._screen is not None and not self._screen(message, hop):
                return False
            events = self._layer.receive(message, hop, self.now())
        except RemoteProtocolError as error:
            if self._on_unparsable is not None:
                self._on_unparsable(data, error, hop)
            return False
        except Exception as error:  # noqa: BLE001 - a message nobody foresaw must not take the others with it
            self._fault("while a message was read", error)
            return False
        self._tell(events)
        return True

    def _unframeable(self, error: RemoteProtocolError, hop: Hop) -> None:
        if self._on_unparsable is not None:
            self._on_unparsable(b"", error, hop)

    def _fault(self, when: str, error: BaseException) -> None:
        self._loop.call_exception_handler({"message": f"SIP endpoint, {when}: {error!r}", "exception": error})

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        error = None if task.cancelled() else task.exception()
        if error is not None:
            self._fault("in a task beside the messages", error)

    def _udp_unreachable(self, address: tuple[str, int]) -> None:
        self._unreachable(Hop("udp", address[0], address[1]))

    def _unreachable(self, hop: Hop) -> None:
        if self._closed:
            return
        self._tell(self._layer.failed(hop, self.now()))

    def _tell(self, events: Iterable[Event]) -> None:
        for event in events:
            try:
                self._on_event(event)
            except Exception as error:  # noqa: BLE001 - the events behind it concern other calls, and must be heard
                self._fault("while an event was heard", error)
        self._flush()

    # --- what leaves

    def _soon(self) -> None:
        """Sends at the end of this turn of the loop, so that what one turn decides leaves together."""
        if not self._flush_due:
            self._flush_due = True
            self._loop.call_soon(self._flush)

    def _flush(self) -> None:
        self._flush_due = False
        if self._closed:
            return
        for outgoing in self._layer.take_outgoing():
            self._transmit(outgoing.data, outgoing.hop)
        self._schedule()

    def _transmit(self, data: bytes, hop: Hop) -> None:
        if hop.transport != "udp":
            self._streams.send(data, hop)
            return
        family = socket.AF_INET6 if ":" in hop.host else socket.AF_INET
        for udp in self._udp:
            if udp.family == family:
                if not udp.send(data, (hop.host, hop.port)):
                    self._loop.call_soon(self._unreachable, hop)
                return
        self._loop.call_soon(self._unreachable, hop)  # no socket of that family: the hop cannot be reached

    def _schedule(self) -> None:
        wake = self._layer.next_wake()
        if wake is None:
            return
        if self._timer is not None and not self._timer.cancelled():
            if self._timer_at <= wake and self._timer_at > self.now():
                return
            self._timer.cancel()
        self._timer_at = wake
        self._timer = self._loop.call_at(wake, self._wake)

    def _wake(self) -> None:
        self._timer = None
        self._tell(self._layer.wake(self.now()))


def token() -> str:
    """Unguessable text for tags, branches and Call-IDs."""
    return secrets.token_hex(TOKEN_BYTES)


def _source_address(host: str, family: socket.AddressFamily) -> str:
    """The address of ours that the system would use towards `host`."""
    with socket.socket(family, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect((host, 9))
        except OSError:
            return "::1" if family == socket.AF_INET6 else "127.0.0.1"
        return str(probe.getsockname()[0])

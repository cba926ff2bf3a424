"""One SIP connection over TCP or TLS, accepted or opened by us, cut into messages (RFC 3261 §18.3)."""

import asyncio
from typing import Any, Protocol

from callpoint.sip.errors import RemoteProtocolError
from callpoint.sip.framing import StreamFramer
from callpoint.transport.tls import certificate_names

UNFINISHED_SECONDS = 10.0  # a message begun must end by then: a peer that drips bytes holds no connection (slow loris)
SILENT_SECONDS = 20.0  # an accepted connection that has said nothing we wanted to hear by then is closed
KEEP_ALIVE_REST = 3  # bytes of blank lines that may be the beginning of the next keep-alive: no message is begun
MOST_UNREAD = 4 * 1024 * 1024  # bytes a peer may leave unread before its connection is given up
KEEP_ALIVE_ANSWER = b"\r\n"  # RFC 5626 §3.5.1: one CRLF answers two


class Owner(Protocol):
    """Whoever keeps the connections."""

    def connection_made(self, stream: "SipStream") -> bool:
        """False: not wanted (too many); the connection is closed."""

    def message_received(self, stream: "SipStream", data: bytes) -> bool:
        """True when the sender of that message is welcome."""

    def unframeable(self, stream: "SipStream", error: RemoteProtocolError) -> None: ...

    def connection_lost(self, stream: "SipStream") -> None: ...


class SipStream(asyncio.Protocol):
    """Bytes to whole messages for one connection; writes go out in order."""

    def __init__(self, owner: Owner, number: int, secure: bool, accepted: bool) -> None:
        self._owner = owner
        self._framer = StreamFramer()
        self._transport: asyncio.Transport | None = None
        self._deadline: asyncio.TimerHandle | None = None
        self.number = number
        self.secure = secure
        self.accepted = accepted
        self.welcome = not accepted  # whoever calls us is only once a message of theirs was wanted
        self.heard_at = 0.0  # of the event loop's clock
        self.host = ""
        self.port = 0
        self.peer_names: tuple[str, ...] = ()

    @property
    def open(self) -> bool:
        return self._transport is not None and not self._transport.is_closing()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        if not isinstance(transport, asyncio.Transport) and not hasattr(transport, "write"):
            raise TypeError("a SIP stream needs a byte stream")
        self._transport = transport  # type: ignore[assignment]  # uvloop's transports are no subclass
        peer: Any = transport.get_extra_info("peername") or ("", 0)
        self.host, self.port = peer[0], peer[1]
        self.peer_names = certificate_names(transport.get_extra_info("ssl_object"))
        if not self._owner.connection_made(self):
            transport.abort()  # type: ignore[attr-defined]
            return
        if self.accepted:
            self._expect_by(SILENT_SECONDS)

    def data_received(self, data: bytes) -> None:
        try:
            messages = self._framer.feed(data)
        except RemoteProtocolError as error:
            self._owner.unframeable(self, error)
            self.close()
            return
        if self._framer.pings and self._transport is not None:
            self._transport.write(KEEP_ALIVE_ANSWER * self._framer.pings)
            self._framer.pings = 0
        for message in messages:
            if self._owner.message_received(self, message):
                self.welcome = True
        if messages:
            self.heard_at = asyncio.get_running_loop().time()
            if self.welcome:
                self._expect_by(None)
        if self._framer.broken is not None:
            self._owner.unframeable(self, self._framer.broken)
            self.close()
        elif self._framer.pending > KEEP_ALIVE_REST and self._deadline is None:
            self._expect_by(UNFINISHED_SECONDS)

    def connection_lost(self, error: Exception | None) -> None:
        self._expect_by(None)
        self._transport = None
        self._owner.connection_lost(self)

    def write(self, data: bytes) -> None:
        if self._transport is None:
            return
        self._transport.write(data)
        if self._transport.get_write_buffer_size() > MOST_UNREAD:
            self._transport.abort()  # it hears nothing any more; told as lost, so that its calls go elsewhere

    def close(self) -> None:
        if self._transport is not None:
            self._transport.close()

    def _expect_by(self, seconds: float | None) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None
        if seconds is not None:
            self._deadline = asyncio.get_running_loop().call_later(seconds, self.close)

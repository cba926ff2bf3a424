"""Mail servers of the tests: a sink that does as it is told, over real sockets."""

import contextlib
import socket
import ssl
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session


@dataclass
class Sink:
    """What came, and how each command is answered ("" or "250 OK": taken)."""

    rcpt: list[str] = field(default_factory=list)  # answers to the next RCPT TO, then all are taken
    data: list[str] = field(default_factory=list)
    mail: list[str] = field(default_factory=list)
    drop_in_data: int = 0  # so many connections are cut after the message's last line
    taken: list[Envelope] = field(default_factory=list)
    peers: set[Any] = field(default_factory=set)
    port: int = 0

    @property
    def messages(self) -> list[EmailMessage]:
        parsed = [message_from_bytes(envelope.content or b"", policy=default) for envelope in self.taken]  # type: ignore[arg-type]
        return [one for one in parsed if isinstance(one, EmailMessage)]

    async def handle_MAIL(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        self.peers.add(session.peer)
        if self.mail:
            return self.mail.pop(0)
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.rcpt and (answer := self.rcpt.pop(0)):
            return answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        if self.drop_in_data:
            self.drop_in_data -= 1
            if server.transport is not None:
                server.transport.close()
            return "250 OK"
        if self.data and (answer := self.data.pop(0)):
            return answer
        self.taken.append(envelope)
        return "250 OK queued as 7"


@contextlib.contextmanager
def running(sink: Sink, **options: Any) -> Iterator[Sink]:
    """The sink behind a port of its own; `options` are aiosmtpd's."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    controller = Controller(sink, hostname="127.0.0.1", port=port, **options)
    controller.start()
    sink.port = port
    try:
        yield sink
    finally:
        controller.stop()


def tls_context(certificate: str, key: str) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    return context


def only(user: bytes, password: bytes) -> Any:
    """An authenticator that knows one user."""

    def check(server: Any, session: Any, envelope: Any, mechanism: str, given: Any) -> AuthResult:
        good = (given.login, given.password) == (user, password)
        return AuthResult(success=good, handled=False)

    return check


@contextlib.contextmanager
def hanging() -> Iterator[int]:
    """The port of a server that takes connections and says nothing at all."""
    open_connections: list[socket.socket] = []
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        with contextlib.suppress(OSError):
            while True:
                open_connections.append(listener.accept()[0])

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield listener.getsockname()[1]
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join(5)
        for connection in open_connections:
            connection.close()

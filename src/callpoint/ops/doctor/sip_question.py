"""One OPTIONS and its answer (RFC 3261 §11), over UDP, TCP or TLS, with the reason when there is none."""

import secrets
import socket
import ssl
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from callpoint.sip.errors import SipError
from callpoint.sip.framing import StreamFramer
from callpoint.sip.hop import Hop
from callpoint.sip.message import Request, Response, parse

MAX_BYTES: Final = 65_535
REPEAT_SECONDS: Final = 0.5  # RFC 3261 §17.1.2.2: T1; a lost datagram alone shall not worry anybody


@dataclass(frozen=True)
class Answer:
    """`status` of the final response, or 0 and the `trouble` in words."""

    status: int = 0
    trouble: str = ""


def ask(hop: Hop, seconds: float, from_host: str, tls: ssl.SSLContext | None = None, name: str = "") -> Answer:
    """Asks whoever serves `hop`; takes `seconds` at most. `name` is the one the peer's certificate must prove."""
    deadline = time.monotonic() + seconds
    kind = socket.SOCK_DGRAM if hop.transport == "udp" else socket.SOCK_STREAM
    try:
        family = socket.AF_INET6 if ":" in hop.host else socket.AF_INET
        with socket.socket(family, kind) as plain:
            plain.settimeout(seconds)
            plain.connect((hop.host, hop.port))
            if hop.transport != "tls" or tls is None:
                return _exchange(plain, hop, from_host, deadline)
            with tls.wrap_socket(plain, server_hostname=name or hop.host) as secure:
                return _exchange(secure, hop, from_host, deadline)
    except TimeoutError:
        return Answer(trouble=f"no answer within {seconds:g} s")
    except ssl.SSLCertVerificationError as error:
        return Answer(trouble=f"its certificate is not believed: {error.verify_message}")
    except OSError as error:
        return Answer(trouble=error.strerror or str(error))
    except SipError as error:
        return Answer(trouble=f"what answers is no SIP server: {error}")


def _exchange(connection: socket.socket, hop: Hop, from_host: str, deadline: float) -> Answer:
    request = _options(hop, connection.getsockname()[:2], from_host)
    messages = _datagrams if hop.transport == "udp" else _stream
    for data in messages(connection, bytes(request), deadline):
        response = parse(data)
        if not isinstance(response, Response) or response.get("Call-ID") != request.get("Call-ID"):
            continue
        if response.status >= 200:
            return Answer(response.status)
    raise ConnectionResetError(0, "it closed the connection without an answer")


def _datagrams(connection: socket.socket, request: bytes, deadline: float) -> Iterator[bytes]:
    """What comes in, with the request sent anew in silence. Raises TimeoutError at the deadline."""
    connection.sendall(request)
    while True:
        connection.settimeout(min(_left(deadline), REPEAT_SECONDS))
        try:
            yield connection.recv(MAX_BYTES)
        except TimeoutError:
            if time.monotonic() >= deadline:
                raise
            connection.sendall(request)


def _stream(connection: socket.socket, request: bytes, deadline: float) -> Iterator[bytes]:
    """Whole messages until the other side closes. Raises TimeoutError at the deadline."""
    connection.sendall(request)
    framer = StreamFramer()
    connection.settimeout(_left(deadline))
    while data := connection.recv(MAX_BYTES):
        yield from framer.feed(data)
        connection.settimeout(_left(deadline))


def _left(deadline: float) -> float:
    """Seconds; never 0, which would mean not to wait at all and be another error."""
    return max(deadline - time.monotonic(), 0.001)


def _options(hop: Hop, own: tuple[str, int], from_host: str) -> Request:
    host = f"[{hop.host}]" if ":" in hop.host else hop.host
    own_host = f"[{own[0]}]" if ":" in own[0] else own[0]
    token = secrets.token_hex(8)
    uri = f"sip:{host}:{hop.port}"
    request = Request("OPTIONS", uri)
    request.extend(
        [
            ("Via", f"SIP/2.0/{hop.transport.upper()} {own_host}:{own[1]};branch=z9hG4bK{token};rport"),
            ("Max-Forwards", "70"),
            ("From", f"<sip:doctor@{from_host}>;tag={token}"),
            ("To", f"<{uri}>"),
            ("Call-ID", f"{token}@{from_host}"),
            ("CSeq", "1 OPTIONS"),
            ("Contact", f"<sip:doctor@{own_host}:{own[1]};transport={hop.transport}>"),
            ("Accept", "application/sdp"),
            ("Content-Length", "0"),
        ]
    )
    return request

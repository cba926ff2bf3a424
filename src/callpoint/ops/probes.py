"""Questions asked from outside: does this server answer? Blocking, each with its own time limit in seconds."""

import asyncio
import http.client
import secrets
import socket
from contextlib import suppress
from pathlib import Path
from typing import Literal

from callpoint.ops.config import Address
from callpoint.transport.control import ControlClient, ControlError, LinkLostError

MAX_DATAGRAM = 65_535
LOOK_SECONDS = 0.01


def http_answers(address: Address, path: str = "/healthz", limit: float = 1.0, host: str = "") -> bool:
    """Whether `GET path` is answered 200. `host` is the name to ask under, where the server takes only some."""
    connection = http.client.HTTPConnection(address.host, address.port, timeout=limit)
    try:
        connection.request("GET", path, headers={"Host": host} if host else {})
        return connection.getresponse().status == http.HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def sip_answers(address: Address, transport: Literal["udp", "tcp"] = "udp", limit: float = 1.0) -> bool:
    """Whether OPTIONS gets any response (RFC 3261 §11): a refusal also proves that somebody serves."""
    kind = socket.SOCK_DGRAM if transport == "udp" else socket.SOCK_STREAM
    with suppress(OSError):
        family, _, _, _, target = socket.getaddrinfo(address.host, address.port, type=kind)[0]
        with socket.socket(family, kind) as connection:
            connection.settimeout(limit)
            connection.connect(target)
            host, port = connection.getsockname()[:2]
            connection.sendall(_options(address, Address(host, port), transport))
            return connection.recv(MAX_DATAGRAM).startswith(b"SIP/2.0 ")
    return False


def control_answers(path: Path, limit: float = 1.0) -> bool:
    """Whether somebody answers at the control socket `path`; a refusal proves it, too. Not to be asked in a loop."""
    return asyncio.run(_control_answers(path, limit))


async def _control_answers(path: Path, limit: float) -> bool:
    client = ControlClient(path)
    linking = asyncio.create_task(client.run())
    try:
        async with asyncio.timeout(limit):
            while not client.connected:
                await asyncio.sleep(LOOK_SECONDS)
            await client.ask("ping", limit)
    except (TimeoutError, LinkLostError):
        return False
    except ControlError:
        return True
    finally:
        linking.cancel()
        await asyncio.gather(linking, return_exceptions=True)
    return True


def _options(to: Address, own: Address, transport: str) -> bytes:
    token = secrets.token_hex(8)
    lines = (
        f"OPTIONS sip:{to} SIP/2.0",
        f"Via: SIP/2.0/{transport.upper()} {own};branch=z9hG4bK{token};rport",
        "Max-Forwards: 70",
        f"From: <sip:probe@{own}>;tag={token}",
        f"To: <sip:{to}>",
        f"Call-ID: {token}@callpoint.invalid",
        "CSeq: 1 OPTIONS",
        "Content-Length: 0",
        "",
        "",
    )
    return "\r\n".join(lines).encode("ascii")

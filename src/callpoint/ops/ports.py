"""Which ports an installation needs, whether they are free, and who has those that are not."""

import contextlib
import errno
import os
import re
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from callpoint.ops.config import Address, Config
from callpoint.ops.errors import OperatorError

PROC = Path("/proc")
LISTENING = "0A"  # state of a listening TCP socket in /proc/net/tcp; UDP sockets are always 07
UNCONNECTED = "07"


@dataclass(frozen=True)
class NeededPort:
    """`purpose` is what an operator calls it; `protocol` is "udp" or "tcp"."""

    purpose: str
    protocol: str
    address: Address


def needed_ports(config: Config, with_lab: bool) -> list[NeededPort]:
    """Every port the processes bind, fixed ones only: port 0 is whatever is free."""
    found = [
        NeededPort("web", "tcp", Address(config.web.host, config.web.port)),
        NeededPort("streams", "tcp", Address(config.web.streams_host, config.web.streams_port)),
    ]
    found += [NeededPort("SIP over UDP", "udp", address) for address in config.sip.udp]
    found += [NeededPort("SIP over TCP", "tcp", address) for address in config.sip.tcp]
    found += [NeededPort("SIP over TLS", "tcp", address) for address in config.sip.tls]
    if with_lab:
        found.append(NeededPort("lab page", "tcp", Address(config.lab.host, config.lab.http_port)))
        stations = (("PSAP", config.psap_sip), ("relay center", config.relay_sip), ("phones", config.phone_sip))
        for name, address in ((f"lab {station}", address) for station, address in stations):
            found += [NeededPort(name, "udp", address), NeededPort(name, "tcp", address)]
    return [port for port in found if port.address.port]


def require_free_ports(config: Config, with_lab: bool) -> None:
    """Returns when every needed port can be bound; else OperatorError names the first taken one and its holder."""
    for needed in needed_ports(config, with_lab):
        error = _bind_error(needed)
        if error is None:
            continue
        what = f"{needed.address} ({needed.purpose}, {needed.protocol.upper()})"
        if error.errno != errno.EADDRINUSE:
            raise OperatorError(
                f"{what} cannot be listened on: {error.strerror}.",
                "Give an address of this host; ports below 1024 need a permission of the system.",
            )
        holder = holder_of(needed.protocol, needed.address.port)
        by = f" by {holder}" if holder else ""
        raise OperatorError(
            f"Port {what} is taken{by}: {error.strerror}.",
            "Stop that program, or start with --port-offset 100 to move every port, and with a --data of its own.",
        )


def _bind_error(needed: NeededPort) -> OSError | None:
    kind = socket.SOCK_DGRAM if needed.protocol == "udp" else socket.SOCK_STREAM
    host, port = needed.address.host, needed.address.port
    try:
        family, _, _, _, target = socket.getaddrinfo(host, port, type=kind, flags=socket.AI_PASSIVE)[0]
        with socket.socket(family, kind) as probe:
            if kind == socket.SOCK_STREAM:
                # As the servers do: connections still winding down (TIME_WAIT) must not look like a program.
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(target)
            if kind == socket.SOCK_STREAM:
                probe.listen(1)
    except OSError as error:
        return error
    return None


def holder_of(protocol: str, port: int) -> str:
    """`sipp (process 4711)`, or "" where the system does not tell (another owner's process, no /proc)."""
    inodes = set(_inodes(protocol, port))
    if not inodes:
        return ""
    with contextlib.suppress(OSError):
        for process in PROC.iterdir():
            if process.name.isdigit() and _has_socket(process, inodes):
                return f"{_title(process)} (process {process.name})"
    return ""


def _inodes(protocol: str, port: int) -> Iterator[str]:
    wanted = UNCONNECTED if protocol == "udp" else LISTENING
    for name in (protocol, f"{protocol}6"):
        with contextlib.suppress(OSError):
            for line in (PROC / "net" / name).read_text().splitlines()[1:]:
                cells = line.split()
                if cells[3] == wanted and int(cells[1].rpartition(":")[2], 16) == port:
                    yield cells[9]


def _has_socket(process: Path, inodes: set[str]) -> bool:
    # Processes end while we look, and other owners' are closed to us: both count as "not this one".
    with contextlib.suppress(OSError):
        for descriptor in (process / "fd").iterdir():
            with contextlib.suppress(OSError):
                found = re.fullmatch(r"socket:\[(\d+)\]", os.readlink(descriptor))
                if found and found[1] in inodes:
                    return True
    return False


def _title(process: Path) -> str:
    with contextlib.suppress(OSError):
        words = (process / "cmdline").read_bytes().replace(b"\0", b" ").decode("utf-8", "replace").split()
        return " ".join(words[:2]) or "a program"
    return "a program"

"""Ports for RTP: pairs of an even port for RTP and the odd one after it for RTCP (RFC 3550 §11)."""

import ipaddress
import socket
from collections.abc import Callable
from dataclasses import dataclass

# Room for the packets of 300 ms: an event loop held up that long loses no audio.
RECEIVE_BUFFER = 64 * 1024


class NoPortError(OSError):
    """Every pair of the range is taken."""


@dataclass(frozen=True)
class PortPair:
    """Both sockets, bound and non-blocking. The RTCP one keeps its port from others; we send no reports."""

    rtp: socket.socket
    rtcp: socket.socket

    @property
    def port(self) -> int:
        """The even port."""
        port: int = self.rtp.getsockname()[1]
        return port

    def close(self) -> None:
        """Give both ports back."""
        self.rtp.close()
        self.rtcp.close()


class PortRange:
    """Ports `first` to `last`. Each request starts behind the pair given last, so that a port rests before it is
    used again and late packets of an ended call do not come into a new one.
    """

    def __init__(self, first: int, last: int) -> None:
        """Raises ValueError when there is not one whole pair between `first` and `last`."""
        self._first = first + first % 2
        self._count = (last - self._first + 1) // 2
        if self._first < 1 or last > 65535 or self._count < 1:
            raise ValueError(f"no pair of ports in {first}-{last}")
        self._next = 0

    @property
    def pairs(self) -> int:
        """How many legs there can be at once."""
        return self._count

    def take(self, host: str) -> PortPair:
        """Bind a pair on `host` (an IP address). Raises NoPortError when all are taken, OSError for a bad host."""
        family = socket.AF_INET6 if ipaddress.ip_address(host).version == 6 else socket.AF_INET
        refused: OSError | None = None
        for attempt in range(self._count):
            index = (self._next + attempt) % self._count
            try:
                pair = _bind_pair(lambda: socket.socket(family, socket.SOCK_DGRAM), host, self._first + 2 * index)
            except OSError as error:
                refused = error
                continue
            self._next = (index + 1) % self._count
            return pair
        raise NoPortError(f"no free pair of ports on {host}: {refused}")


def _bind_pair(new: Callable[[], socket.socket], host: str, port: int) -> PortPair:
    rtp, rtcp = new(), new()
    try:
        rtp.bind((host, port))
        rtcp.bind((host, port + 1))
    except OSError:
        rtp.close()
        rtcp.close()
        raise
    rtp.setblocking(False)
    rtcp.setblocking(False)
    rtp.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, RECEIVE_BUFFER)
    return PortPair(rtp, rtcp)

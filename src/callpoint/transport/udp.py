"""A UDP socket for SIP that learns at once when nobody listens at the other end.

asyncio's datagram transports hide which peer an ICMP error belongs to, and a 911 call must not wait two seconds for
a PSAP host that already said "port unreachable". On Linux `IP_RECVERR` keeps these errors in a queue of the socket
together with the address they are about (ip(7)); elsewhere the timers of the transaction find out.

Under uvloop such an error also ends the watching of the socket (libuv stops a poll handle at POLLERR), and the node
would hear nothing more; so after each error the socket is watched anew.
"""

import asyncio
import ipaddress
import socket
import sys
from collections.abc import Callable

IP_RECVERR = 11  # linux/in.h, linux/in6.h; Python's socket module does not name them
IPV6_RECVERR = 25
MSG_ERRQUEUE = 0x2000
DATAGRAM_BYTES = 65535
BURST = 64  # datagrams read in one turn of the loop, so that timers and streams get their turn too
TRIES = 3  # of one datagram, while errors of others are in the way
BUFFER_BYTES = 4 * 1024 * 1024  # half a second of 911 storms while the process is not scheduled

Address = tuple[str, int]


class UdpSocket:
    """One bound UDP socket in the running event loop."""

    def __init__(
        self,
        host: str,
        port: int,
        on_datagram: Callable[[bytes, Address], None],
        on_unreachable: Callable[[Address], None],
    ) -> None:
        """Binds at once; raises OSError when the address is taken or not ours."""
        self._on_datagram = on_datagram
        self._on_unreachable = on_unreachable
        self.family = family_of(host)
        self._socket = socket.socket(self.family, socket.SOCK_DGRAM)
        self._socket.setblocking(False)
        self._enlarge_buffers()
        self._ask_for_errors()
        try:
            self._socket.bind((host, port))
        except OSError:
            self._socket.close()
            raise
        self.host, self.port = self._socket.getsockname()[:2]
        self._loop = asyncio.get_running_loop()
        self._loop.add_reader(self._socket.fileno(), self._readable)
        self._watch_due = False

    def send(self, data: bytes, address: Address) -> bool:
        """False when the host refused the datagram (unreachable, too large); a full buffer counts as loss."""
        told: OSError | None = None
        for _ in range(TRIES):
            try:
                self._socket.sendto(data, address)
            except BlockingIOError:
                return True
            except OSError as error:
                # A pending ICMP error of an earlier datagram is told here first (refused, host unreachable); it says
                # nothing about this one. An error of this one comes again at once.
                told = error
                self._drain_errors()
                continue
            return True
        return isinstance(told, ConnectionError)  # never about this one: in a hail of others' errors it was lost

    def close(self) -> None:
        if self._socket.fileno() >= 0:
            self._loop.remove_reader(self._socket.fileno())
            self._socket.close()

    def _readable(self) -> None:
        for turn in range(BURST):
            try:
                data, address = self._socket.recvfrom(DATAGRAM_BYTES)
            except BlockingIOError:
                if turn == 0:  # woken for nothing to read: the error that woke us was taken by a send meanwhile
                    self._watch_anew()
                return
            except OSError:
                self._drain_errors()
                continue
            self._on_datagram(data, (address[0], address[1]))
            if self._socket.fileno() < 0:  # closed by what it heard
                return

    def _drain_errors(self) -> None:
        self._watch_anew()
        if not sys.platform.startswith("linux"):
            return
        for _ in range(BURST):
            try:
                _, _, _, address = self._socket.recvmsg(0, 512, MSG_ERRQUEUE)
            except OSError:
                return
            if address:
                self._on_unreachable((address[0], address[1]))

    def _watch_anew(self) -> None:
        """In the next turn of the loop: in this one the event that stops the watching may not have been seen yet."""
        if not self._watch_due:
            self._watch_due = True
            self._loop.call_soon(self._watch)

    def _watch(self) -> None:
        self._watch_due = False
        if self._socket.fileno() >= 0:
            self._loop.remove_reader(self._socket.fileno())
            self._loop.add_reader(self._socket.fileno(), self._readable)

    def _ask_for_errors(self) -> None:
        if not sys.platform.startswith("linux"):
            return
        if self.family == socket.AF_INET6:
            self._socket.setsockopt(socket.IPPROTO_IPV6, IPV6_RECVERR, 1)
            self._socket.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        else:
            self._socket.setsockopt(socket.IPPROTO_IP, IP_RECVERR, 1)

    def _enlarge_buffers(self) -> None:
        for option in (socket.SO_RCVBUF, socket.SO_SNDBUF):
            self._socket.setsockopt(socket.SOL_SOCKET, option, BUFFER_BYTES)


def family_of(host: str) -> socket.AddressFamily:
    """The address family of a numeric host, or of a name as the system resolves it first; raises OSError."""
    try:
        version = ipaddress.ip_address(host).version
    except ValueError:
        return socket.getaddrinfo(host, None, type=socket.SOCK_DGRAM)[0][0]
    return socket.AF_INET6 if version == 6 else socket.AF_INET

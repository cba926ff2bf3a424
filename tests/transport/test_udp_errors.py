"""An ICMP error on the socket: told for the peer it is about, and nobody else is heard or reached any less."""

import asyncio
import socket
from collections.abc import Callable, Coroutine
from typing import Any

import pytest
import uvloop

from callpoint.transport.udp import Address, UdpSocket

HOST = "127.0.0.1"
LOOPS = [asyncio.new_event_loop, uvloop.new_event_loop]


class Ends:
    """The socket under test, and a peer that is there."""

    def __init__(self) -> None:
        self.heard: list[bytes] = []
        self.unreachable: list[Address] = []
        self.udp = UdpSocket(HOST, 0, lambda data, _: self.heard.append(data), self.unreachable.append)
        self.peer = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.peer.bind((HOST, 0))
        self.peer.settimeout(5)

    def close(self) -> None:
        self.udp.close()
        self.peer.close()

    def speak(self, data: bytes) -> None:
        self.peer.sendto(data, (HOST, self.udp.port))


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(5):
        while not condition():
            await asyncio.sleep(0.005)


def closed_port() -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as gone:
        gone.bind((HOST, 0))
        port: int = gone.getsockname()[1]
        return port


def run(loop: Callable[[], asyncio.AbstractEventLoop], play: Callable[[Ends], Coroutine[Any, Any, None]]) -> None:
    async def staged() -> None:
        ends = Ends()
        try:
            await play(ends)
        finally:
            ends.close()

    with asyncio.Runner(loop_factory=loop) as runner:
        runner.run(staged())


@pytest.mark.parametrize("loop", LOOPS)
def test_the_socket_hears_on_after_each_of_many_errors(loop: Callable[[], asyncio.AbstractEventLoop]) -> None:
    async def play(ends: Ends) -> None:
        for number in range(5):
            gone = closed_port()
            assert ends.udp.send(b"anybody?", (HOST, gone))
            await until(lambda gone=gone: (HOST, gone) in ends.unreachable)  # type: ignore[misc]
            ends.speak(b"%d" % number)
            await until(lambda number=number: ends.heard[-1:] == [b"%d" % number])  # type: ignore[misc]

    run(loop, play)


@pytest.mark.parametrize("loop", LOOPS)
def test_an_error_met_by_the_next_send_is_that_of_the_one_before(
    loop: Callable[[], asyncio.AbstractEventLoop],
) -> None:
    async def play(ends: Ends) -> None:
        gone = closed_port()
        here = ends.peer.getsockname()
        # Without a turn of the loop between: the error waits on the socket when the next datagram is sent.
        assert ends.udp.send(b"anybody?", (HOST, gone))
        assert ends.udp.send(b"hello", here)
        assert ends.peer.recv(100) == b"hello"
        assert ends.unreachable == [(HOST, gone)]
        ends.speak(b"hello yourself")
        await until(lambda: ends.heard == [b"hello yourself"])

    run(loop, play)


@pytest.mark.parametrize("loop", LOOPS)
def test_what_cannot_be_sent_at_all_is_told(loop: Callable[[], asyncio.AbstractEventLoop]) -> None:
    async def play(ends: Ends) -> None:
        assert not ends.udp.send(bytes(65_535), ends.peer.getsockname())
        ends.speak(b"still there")
        await until(lambda: ends.heard == [b"still there"])

    run(loop, play)

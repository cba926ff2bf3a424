"""Two hundred connections that drip: they keep nobody out, and are shown the door in time."""

import asyncio
import contextlib
import resource
import ssl
import time
from collections.abc import AsyncIterator

import pytest
from tests.drills.stage import HOST, STRANGER_HOST, Stage
from tests.lab.stage import until
from tests.peers.tls import Authority

from callpoint.sip.hop import Hop
from callpoint.transport.stream import SILENT_SECONDS, UNFINISHED_SECONDS
from callpoint.transport.streams import HANDSHAKE_SECONDS

pytestmark = pytest.mark.stack

CONNECTIONS = 200
DESCRIPTORS = 200
DRIP_SECONDS = 0.5
LOAD_SECONDS = 10.0  # what a busy machine may add to a time limit
BEGINNING = b"OPTIONS sip:127.0.0.1 SIP/2.0\r\nSubject: "
WHOLE = (
    b"OPTIONS sip:127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/TCP 127.0.0.66;branch=z9hG4bKloris;rport\r\n"
    b"From: <sip:loris@127.0.0.66>;tag=1\r\nTo: <sip:127.0.0.1>\r\nCall-ID: loris\r\nCSeq: 1 OPTIONS\r\n"
    b"Max-Forwards: 70\r\nContent-Length: 0\r\n\r\n"
)


class Loris:
    """One connection that says a little at a time and never ends; `closed_after` is seconds from its opening."""

    def __init__(self, first: bytes, host: str) -> None:
        self.welcome = first.startswith(WHOLE) and host == HOST  # it is a trunk's, and has said one whole message
        self._first = first
        self._host = host
        self._opened = 0.0
        self.closed_after: float | None = None

    async def drip(self, port: int) -> None:
        reader, writer = await asyncio.open_connection(HOST, port, local_addr=(self._host, 0))
        self._opened = time.monotonic()
        ending = asyncio.create_task(self._watch(reader))
        try:
            writer.write(self._first)
            while not ending.done():
                await asyncio.wait({ending}, timeout=DRIP_SECONDS)
                writer.write(b"x")
        finally:
            ending.cancel()
            writer.close()

    async def _watch(self, reader: asyncio.StreamReader) -> None:
        try:
            while await reader.read(4096):
                pass
        except ConnectionError:
            pass  # an abrupt end is an end
        self.closed_after = time.monotonic() - self._opened


@pytest.fixture
async def tasks() -> AsyncIterator[set[asyncio.Task[None]]]:
    running: set[asyncio.Task[None]] = set()
    yield running
    for task in running:
        task.cancel()
    await asyncio.gather(*running, return_exceptions=True)


async def test_dripping_connections_hold_up_nobody_and_are_closed(stage: Stage, tasks: set[asyncio.Task[None]]) -> None:
    psap = await stage.desk()
    node = await stage.start([psap], [psap])
    # Half begin at once, half first say one whole message; half of each from a stranger, half from a known trunk.
    herd = [
        Loris((WHOLE if number % 2 else b"") + BEGINNING, HOST if number % 4 < 2 else STRANGER_HOST)
        for number in range(CONNECTIONS)
    ]
    tasks |= {asyncio.create_task(loris.drip(node.port)) for loris in herd}
    await asyncio.sleep(1.0)
    by_tcp = Hop("tcp", HOST, node.port)
    await stage.call_passes(psap, by_tcp)
    assert all(loris.closed_after is None for loris in herd), "nobody was still dripping: the drill shows nothing"
    async with asyncio.timeout(SILENT_SECONDS + LOAD_SECONDS):
        await asyncio.gather(*tasks)
    for loris in herd:
        limit = UNFINISHED_SECONDS if loris.welcome else SILENT_SECONDS
        assert loris.closed_after is not None
        assert loris.closed_after < limit + LOAD_SECONDS
    await stage.call_passes(psap, by_tcp)


async def test_tls_handshakes_that_never_end_are_closed(
    stage: Stage, tasks: set[asyncio.Task[None]], authority: Authority
) -> None:
    psap = await stage.desk()
    node = await stage.start([psap], [psap], tls=(authority.issue("node.callpoint.example"), authority.path))
    hello = _client_hello()
    herd = [Loris(hello[: len(hello) // 2], STRANGER_HOST) for _ in range(50)]
    tasks |= {asyncio.create_task(loris.drip(node.tls_port)) for loris in herd}
    await asyncio.sleep(1.0)
    await stage.call_passes(psap)
    assert all(loris.closed_after is None for loris in herd), "nobody was still dripping: the drill shows nothing"
    async with asyncio.timeout(HANDSHAKE_SECONDS + LOAD_SECONDS):
        await asyncio.gather(*tasks)
    assert all(loris.closed_after is not None for loris in herd)


async def test_silent_connections_do_not_take_the_descriptors_calls_need(stage: Stage) -> None:
    """More of them than the node may have files open; nothing of a first call may depend on opening one either."""
    psap = await stage.desk()
    node = await stage.start([psap], [psap])
    resource.prlimit(node.process.pid, resource.RLIMIT_NOFILE, (DESCRIPTORS, DESCRIPTORS))
    async with contextlib.AsyncExitStack() as herd:
        for _ in range(2 * DESCRIPTORS):
            _, writer = await asyncio.open_connection(HOST, node.port, local_addr=(STRANGER_HOST, 0))
            herd.callback(writer.close)
        await stage.call_passes(psap)
        await stage.call_passes(psap, Hop("tcp", HOST, node.port))
        await until(lambda: len(node.facts("ended")) == 2)


async def test_a_first_call_passes_with_no_descriptor_left(stage: Stage) -> None:
    """Whatever took them: what a call needs is open before it comes. Its facts follow when there is room again."""
    psap = await stage.desk()
    node = await stage.start([psap], [psap])
    limits = resource.prlimit(node.process.pid, resource.RLIMIT_NOFILE)
    resource.prlimit(node.process.pid, resource.RLIMIT_NOFILE, (3, limits[1]))
    await stage.call_passes(psap)
    resource.prlimit(node.process.pid, resource.RLIMIT_NOFILE, limits)
    await until(lambda: len(node.facts("ended")) == 1, 20)


def _client_hello() -> bytes:
    """The first bytes of a TLS client."""
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    client = context.wrap_bio(incoming, outgoing, server_hostname=HOST)
    with pytest.raises(ssl.SSLWantReadError):
        client.do_handshake()
    return outgoing.read()

"""The driver: what one bad turn must not take with it, what leaves when, and how a hop is reached."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from callpoint.sip.events import Event, RequestReceived, TimedOut, TransportFailed
from callpoint.sip.hop import Hop
from callpoint.sip.message import Request, Response
from callpoint.transport.endpoint import SipEndpoint
from tests.transport.pair import Heard, loopback, options, options_bytes, until


@pytest.fixture
async def pair() -> AsyncIterator[tuple[Heard, Heard, int]]:
    ours, theirs = Heard(), Heard()
    await ours.endpoint.listen("udp", "127.0.0.1", 0)
    port = await theirs.endpoint.listen("udp", "127.0.0.1", 0)
    yield ours, theirs, port
    await ours.endpoint.close()
    await theirs.endpoint.close()


async def test_a_handler_that_fails_stops_neither_the_loop_nor_the_next_message() -> None:
    faults: list[dict[str, Any]] = []
    asyncio.get_running_loop().set_exception_handler(lambda loop, context: faults.append(context))
    seen: list[Event] = []

    def handler(event: Event) -> None:
        seen.append(event)
        if len(seen) == 1:
            raise KeyError("nobody foresaw this")
        if isinstance(event, RequestReceived):
            broken.respond(event.tx, event.tx.response(200))

    broken = SipEndpoint(handler)
    port = await broken.listen("udp", "127.0.0.1", 0)
    peer = Heard()
    await peer.endpoint.listen("udp", "127.0.0.1", 0)
    peer.endpoint.request(options(), loopback("udp", port))
    await until(lambda: seen)
    second = options()
    second.set("CSeq", "2 OPTIONS")
    peer.endpoint.request(second, loopback("udp", port))
    await until(lambda: peer.statuses == [200])
    assert isinstance(faults[0]["exception"], KeyError)
    await broken.close()
    await peer.endpoint.close()


async def test_a_screen_that_fails_drops_its_message_only() -> None:
    faults: list[dict[str, Any]] = []
    asyncio.get_running_loop().set_exception_handler(lambda loop, context: faults.append(context))
    calls = 0

    def screen(message: Request | Response, source: Hop) -> bool:
        nonlocal calls
        calls += 1
        if calls == 1:
            raise ZeroDivisionError
        return True

    here, peer = Heard(screen=screen), Heard()
    port = await here.endpoint.listen("udp", "127.0.0.1", 0)
    await peer.endpoint.listen("udp", "127.0.0.1", 0)
    peer.endpoint.request(options(), loopback("udp", port))  # its repetition passes
    await until(lambda: peer.statuses == [200])
    assert isinstance(faults[0]["exception"], ZeroDivisionError)
    await here.endpoint.close()
    await peer.endpoint.close()


async def test_a_task_that_fails_is_told_and_forgotten(pair: tuple[Heard, Heard, int]) -> None:
    faults: list[dict[str, Any]] = []
    asyncio.get_running_loop().set_exception_handler(lambda loop, context: faults.append(context))

    async def work() -> None:
        raise LookupError("lost")

    task = pair[0].endpoint.spawn(work())
    await asyncio.wait({task})
    await until(lambda: faults)
    assert isinstance(faults[0]["exception"], LookupError)


async def test_close_sends_what_is_due_and_ends_tasks() -> None:
    ours, theirs = Heard(), Heard()
    await ours.endpoint.listen("udp", "127.0.0.1", 0)
    port = await theirs.endpoint.listen("udp", "127.0.0.1", 0)
    task = ours.endpoint.spawn(asyncio.sleep(60))
    ours.endpoint.request(options(), loopback("udp", port))
    await ours.endpoint.close()
    await until(lambda: theirs.requests)
    assert task.cancelled()
    ours.endpoint.request(options(), loopback("udp", port))  # after the end: nothing leaves, nothing fails
    await asyncio.sleep(0.02)
    assert len(theirs.requests) == 1
    await theirs.endpoint.close()


async def test_udp_keep_alives_and_garbage(pair: tuple[Heard, Heard, int]) -> None:
    _, theirs, port = pair
    garbage: list[bytes] = []
    theirs.endpoint._on_unparsable = lambda data, error, hop: garbage.append(data)
    loop = asyncio.get_running_loop()
    transport, _ = await loop.create_datagram_endpoint(asyncio.DatagramProtocol, remote_addr=("127.0.0.1", port))
    for data in (b"\r\n\r\n", b"\0\0\0\0", b"", b"\x16\x03\x01 no sip", options_bytes("UDP")):
        transport.sendto(data)
    await until(lambda: theirs.requests)
    assert garbage == [b"\x16\x03\x01 no sip"]
    transport.close()


@pytest.mark.parametrize("transport", ["udp", "tcp"])
@pytest.mark.parametrize("host", ["127.0.0.1", "::1"])
async def test_both_families_and_transports(transport: str, host: str) -> None:
    ours, theirs = Heard(), Heard()
    await ours.endpoint.listen("udp", host, 0)
    port = await theirs.endpoint.listen(transport, host, 0)  # type: ignore[arg-type]
    ours.endpoint.request(options(), loopback(transport, port, host))
    await until(lambda: ours.statuses == [200])
    via = theirs.requests[0].via
    assert via.transport.lower() == transport
    assert via.host.strip("[]") == host
    await ours.endpoint.close()
    await theirs.endpoint.close()


async def test_a_hop_of_a_family_we_do_not_have_fails_at_once() -> None:
    ours = Heard()
    await ours.endpoint.listen("udp", "127.0.0.1", 0)
    ours.endpoint.request(options(), loopback("udp", 5060, "::1"))
    await until(lambda: ours.heard(TransportFailed) == 1)
    await ours.endpoint.close()


async def test_a_refused_connection_fails_at_once() -> None:
    ours, theirs = Heard(), Heard()
    port = await theirs.endpoint.listen("tcp", "127.0.0.1", 0)
    await theirs.endpoint.close()
    ours.endpoint.request(options(), loopback("tcp", port))
    await until(lambda: ours.heard(TransportFailed) == 1)
    assert ours.heard(TimedOut) == 0
    await ours.endpoint.close()


async def test_a_datagram_too_large_fails_at_once(pair: tuple[Heard, Heard, int]) -> None:
    ours, _, port = pair
    ours.endpoint.request(options(body=b"x" * 70_000), loopback("udp", port))
    await until(lambda: ours.heard(TransportFailed) == 1)


async def test_a_connection_is_used_again_and_a_lost_one_fails_what_waits() -> None:
    ours, theirs = Heard(), Heard()
    theirs.endpoint._on_event = theirs.events.append  # never answers
    port = await theirs.endpoint.listen("tcp", "127.0.0.1", 0)
    hop = loopback("tcp", port)
    for _ in range(2):
        ours.endpoint.request(options(), hop)
    await until(lambda: len(theirs.requests) == 1)  # the second one is merged: 482 by the layer
    assert ours.endpoint.is_open(hop)
    await theirs.endpoint.close()
    await until(lambda: ours.heard(TransportFailed) == 1)
    assert not ours.endpoint.is_open(hop)
    await ours.endpoint.close()


async def test_answers_to_a_closed_connection_go_to_the_via() -> None:
    """RFC 3261 §18.2.2: a new connection to the sent-by port."""
    here, caller = Heard(), Heard()
    held: list[RequestReceived] = []
    here.endpoint._on_event = held.append  # type: ignore[assignment]
    port = await here.endpoint.listen("tcp", "127.0.0.1", 0)
    own_port = await caller.endpoint.listen("tcp", "127.0.0.1", 0)
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    request = options()
    request.prepend("Via", f"SIP/2.0/TCP 127.0.0.1:{own_port};branch=z9hG4bKgone")
    writer.write(bytes(request))
    await until(lambda: held)
    writer.close()
    await until(lambda: not here.endpoint.is_open(held[0].source))
    here.endpoint.respond(held[0].tx, held[0].tx.response(200))
    await until(lambda: caller.events)  # a stray answer at the port named in the Via
    assert reader.at_eof() or reader is not None
    await here.endpoint.close()
    await caller.endpoint.close()


async def test_a_name_is_advertised_in_sip_but_never_in_sdp() -> None:
    here = Heard(advertised_host="sip.callpoint.example")
    await here.endpoint.listen("udp", "0.0.0.0", 0)
    hop = Hop("udp", "127.0.0.1", 5060)
    assert here.endpoint.sent_by(hop).startswith("sip.callpoint.example:")
    assert here.endpoint.media_hosts(hop) == ("0.0.0.0", "127.0.0.1")
    numeric = Heard(advertised_host="192.0.2.7")
    await numeric.endpoint.listen("udp", "0.0.0.0", 0)
    assert numeric.endpoint.media_hosts(hop) == ("0.0.0.0", "192.0.2.7")
    await here.endpoint.close()
    await numeric.endpoint.close()

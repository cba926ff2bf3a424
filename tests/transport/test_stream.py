"""Connections: what is cut out of them, and who is not kept on one."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from callpoint.sip.errors import RemoteProtocolError
from callpoint.sip.hop import Hop
from callpoint.sip.message import Request, Response
from callpoint.transport import stream, streams
from tests.transport.pair import Heard, options_bytes, until


class Listener(Heard):
    def __init__(self) -> None:
        self.unparsable: list[RemoteProtocolError] = []
        self.welcomes = True
        super().__init__(screen=self._screen, on_unparsable=lambda data, error, hop: self.unparsable.append(error))

    def _screen(self, message: Request | Response, source: Hop) -> bool:
        return self.welcomes


@pytest.fixture
async def listener() -> AsyncIterator[tuple[Listener, int]]:
    listener = Listener()
    port = await listener.endpoint.listen("tcp", "127.0.0.1", 0)
    yield listener, port
    await listener.endpoint.close()


async def closed(reader: asyncio.StreamReader) -> bytes:
    """What is still to be read; TimeoutError when the connection stays open."""
    async with asyncio.timeout(2):
        return await reader.read()


async def test_two_messages_in_one_read_and_one_in_many(listener: tuple[Listener, int]) -> None:
    here, port = listener
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(options_bytes(branch="z9hG4bK1") + options_bytes(branch="z9hG4bK2"))
    for byte in options_bytes(branch="z9hG4bK3"):
        writer.write(bytes([byte]))
        await asyncio.sleep(0)
    await until(lambda: len(here.requests) == 3)
    answers = await reader.readuntil(b"\r\n\r\n")
    assert answers.startswith(b"SIP/2.0 200")
    writer.close()


async def test_a_double_crlf_is_answered_with_one(listener: tuple[Listener, int]) -> None:
    _, port = listener
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"\r\n\r\n")
    assert await reader.readexactly(2) == b"\r\n"
    writer.close()


async def test_a_single_crlf_begins_no_message(listener: tuple[Listener, int], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream, "UNFINISHED_SECONDS", 0.02)
    here, port = listener
    _, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(options_bytes(branch="z9hG4bK1"))
    await until(lambda: len(here.requests) == 1)
    writer.write(b"\r\n")
    await asyncio.sleep(0.06)
    writer.write(options_bytes(branch="z9hG4bK2"))
    await until(lambda: len(here.requests) == 2)
    writer.close()


async def test_an_unfinished_message_is_not_waited_for(
    listener: tuple[Listener, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stream, "UNFINISHED_SECONDS", 0.02)
    here, port = listener
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(options_bytes())
    await until(lambda: here.requests)
    writer.write(b"INVITE sip:911@callpoint SIP/2.0\r\nVia: ")
    await closed(reader)
    writer.close()


async def test_who_says_nothing_is_not_kept(listener: tuple[Listener, int], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream, "SILENT_SECONDS", 0.02)
    _, port = listener
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    assert await closed(reader) == b""
    writer.close()


async def test_who_is_not_welcome_is_not_kept_either(
    listener: tuple[Listener, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stream, "SILENT_SECONDS", 0.05)
    here, port = listener
    here.welcomes = False
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(options_bytes())
    assert await closed(reader) == b""
    assert here.requests == []
    writer.close()


async def test_messages_before_the_trouble_are_heard_and_the_trouble_is_told(listener: tuple[Listener, int]) -> None:
    here, port = listener
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(options_bytes() + b"OPTIONS sip:a@b SIP/2.0\r\nContent-Length: many\r\n\r\n")
    await closed(reader)
    assert len(here.requests) == 1
    assert here.unparsable[0].status == 400
    writer.close()


async def test_a_flood_of_connections_lets_a_new_one_in(
    listener: tuple[Listener, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(streams, "MOST_ACCEPTED", 3)
    here, port = listener
    flood = [await asyncio.open_connection("127.0.0.1", port) for _ in range(3)]
    flood[0][1].write(options_bytes(branch="z9hG4bK1"))  # the oldest has proven to be a friend
    await until(lambda: len(here.requests) == 1)
    _, trunk = await asyncio.open_connection("127.0.0.1", port)
    assert await closed(flood[1][0]) == b""  # the oldest stranger
    trunk.write(options_bytes(branch="z9hG4bK2"))
    await until(lambda: len(here.requests) == 2)
    flood[0][1].write(options_bytes(branch="z9hG4bK3"))
    await until(lambda: len(here.requests) == 3)
    for _, writer in [*flood, (None, trunk)]:
        writer.close()


async def test_among_friends_the_quietest_goes(listener: tuple[Listener, int], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streams, "MOST_ACCEPTED", 2)
    here, port = listener
    friends = [await asyncio.open_connection("127.0.0.1", port) for _ in range(2)]
    for number in (1, 0):
        friends[number][1].write(options_bytes(branch=f"z9hG4bK{number}"))
        await until(lambda number=number: any(f"z9hG4bK{number}" in str(r.via) for r in here.requests))
    _, trunk = await asyncio.open_connection("127.0.0.1", port)
    await closed(friends[1][0])
    trunk.write(options_bytes(branch="z9hG4bKtrunk"))
    await until(lambda: len(here.requests) == 3)
    for _, writer in [*friends, (None, trunk)]:
        writer.close()


async def test_a_peer_that_reads_nothing_is_given_up(
    listener: tuple[Listener, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stream, "MOST_UNREAD", 100_000)
    here, port = listener
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=1024)
    writer.write(options_bytes())
    await until(lambda: here.requests)
    hop = here.events[0].source  # type: ignore[attr-defined]
    for _ in range(400):
        here.endpoint.send_bytes(b"x" * 50_000, hop)
    await until(lambda: not here.endpoint.is_open(hop))
    writer.close()
    assert reader is not None

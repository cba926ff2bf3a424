"""A real dispatcher on a free port, a real journal beside it, and a client that reads the stream."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from starlette.requests import Request

from callpoint.dispatcher.app import event, is_operator, starting_point
from callpoint.dispatcher.journal_watch import JournalWatch
from callpoint.dispatcher.main import DispatcherConfig, listen, serve
from callpoint.snapshot.facts import Fact
from callpoint.snapshot.journal import Journal

TOKEN = "a-long-operator-token"


@dataclass
class Dispatcher:
    """A running one, and the journal it reads."""

    port: int
    journal: Journal

    def note(self, kind: str, call_id: str = "call", **data: Any) -> None:
        self.journal.append(call_id, "demo", kind, data)
        assert self.journal.flush(5.0)

    async def ask(self, path: str, **headers: str) -> "Stream":
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        lines = [f"GET {path} HTTP/1.1", "Host: x", "Connection: close", *(f"{k}: {v}" for k, v in headers.items())]
        writer.write("\r\n".join([*lines, "", ""]).encode())
        head = (await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 5)).decode()
        return Stream(int(head.split()[1]), head, reader, writer)

    async def subscribe(self, path: str = "/facts", **headers: str) -> "Stream":
        stream = await self.ask(path, Authorization=f"Bearer {TOKEN}", **headers)
        assert stream.status == 200
        assert "text/event-stream" in stream.head
        return stream


@dataclass
class Stream:
    status: int
    head: str
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    async def line(self, start: str) -> str:
        """The next line that begins so."""
        while True:
            line = (await asyncio.wait_for(self.reader.readline(), 5)).decode().rstrip()
            assert line or not self.reader.at_eof()
            if line.startswith(start):
                return line

    async def fact(self) -> dict[str, Any]:
        document: dict[str, Any] = json.loads((await self.line("data: "))[6:])
        return document

    def close(self) -> None:
        self.writer.close()


@pytest.fixture
async def dispatcher(tmp_path: Path) -> AsyncIterator[Dispatcher]:
    config = DispatcherConfig(tmp_path / "journal.db", TOKEN, port=0, heartbeat=0.3)
    listening = listen(config)
    task = asyncio.create_task(serve(config, listening))
    with Journal(config.journal) as journal:
        yield Dispatcher(listening.getsockname()[1], journal)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def test_a_fact_reaches_the_listener_with_its_number_and_kind(dispatcher: Dispatcher) -> None:
    stream = await dispatcher.subscribe()
    await stream.line(": still here")
    dispatcher.note("received", dialled="911", caller="Zoë")
    assert await stream.line("id: ") == "id: 1"
    assert await stream.line("event: ") == "event: received"
    fact = await stream.fact()
    assert (fact["seq"], fact["call_id"], fact["organization"], fact["kind"]) == (1, "call", "demo", "received")
    assert fact["data"] == {"dialled": "911", "caller": "Zoë"}
    stream.close()


async def test_a_new_listener_hears_only_what_is_to_come(dispatcher: Dispatcher) -> None:
    dispatcher.note("received")
    while (await _health(dispatcher))["journal_seq"] != 1:
        await asyncio.sleep(0.02)
    stream = await dispatcher.subscribe()
    dispatcher.note("ended")
    assert (await stream.fact())["kind"] == "ended"
    stream.close()


async def test_a_listener_that_was_cut_off_goes_on_where_it_was(dispatcher: Dispatcher) -> None:
    for kind in ("received", "decided", "answered"):
        dispatcher.note(kind)
    resumed = await dispatcher.subscribe(**{"Last-Event-ID": "1"})
    assert [(await resumed.fact())["kind"] for _ in range(2)] == ["decided", "answered"]
    dispatcher.note("ended")
    assert (await resumed.fact())["seq"] == 4
    asked = await dispatcher.subscribe("/facts?after=3")
    assert (await asked.fact())["kind"] == "ended"
    resumed.close()
    asked.close()


async def test_a_silent_stream_shows_that_it_lives(dispatcher: Dispatcher) -> None:
    stream = await dispatcher.subscribe()
    assert await stream.line("retry: ") == "retry: 1000"
    assert await stream.line(":") == ": still here"
    assert await stream.line(":") == ": still here"
    stream.close()


async def test_two_listeners_hear_the_same(dispatcher: Dispatcher) -> None:
    streams = [await dispatcher.subscribe() for _ in range(2)]
    for stream in streams:
        await stream.line(": still here")
    dispatcher.note("alarm", "", alarm="target", text="psap is silent")
    assert await streams[0].fact() == await streams[1].fact()
    for stream in streams:
        stream.close()


@pytest.mark.parametrize(
    "authorization", ["", "Bearer", "Bearer wrong", f"Basic {TOKEN}", f"Bearer {TOKEN}x", TOKEN, "Bearer zo\u00eb"]
)
async def test_without_the_token_nothing_is_told(dispatcher: Dispatcher, authorization: str) -> None:
    dispatcher.note("received")
    stream = await dispatcher.ask("/facts?after=0", Authorization=authorization)
    assert stream.status == 401
    assert "www-authenticate: bearer" in stream.head.lower()
    assert b"received" not in await stream.reader.read()


async def test_the_token_is_not_taken_out_of_the_address(dispatcher: Dispatcher) -> None:
    assert (await dispatcher.ask(f"/facts?token={TOKEN}")).status == 401


@pytest.mark.parametrize("given", ["-1", "x", "1e3", "9" * 30, "\u0663"])
async def test_a_number_that_is_none_is_told(dispatcher: Dispatcher, given: str) -> None:
    stream = await dispatcher.ask("/facts", Authorization=f"Bearer {TOKEN}", **{"Last-Event-ID": given})
    assert stream.status == 400


async def _health(dispatcher: Dispatcher) -> dict[str, Any]:
    stream = await dispatcher.ask("/healthz")
    assert stream.status == 200
    document: dict[str, Any] = json.loads(await stream.reader.read())
    return document


async def test_it_is_healthy_without_a_journal_and_says_when_the_journal_is_broken(tmp_path: Path) -> None:
    watch = JournalWatch(tmp_path / "journal.db", 0.01)
    await watch.look()
    assert (watch.newest, watch.trouble) == (0, "")
    (tmp_path / "journal.db").write_bytes(b"this is no database at all, and long enough to be looked at" * 20)
    await watch.look()
    assert "not a database" in watch.trouble
    silence = await anext(watch.facts(0, 0.01))
    assert silence is None
    (tmp_path / "journal.db").unlink()
    await watch.look()
    assert watch.trouble == ""


def test_an_event_is_one_line_of_data_whatever_the_caller_sent() -> None:
    text = event(Fact(7, "2026-11-01T00:00:00.000Z", "call", "demo", "received", {"caller": "a\n\ndata: b\r"}))
    assert text.startswith("id: 7\nevent: received\ndata: {")
    assert text.count("\n") == 4
    assert "\r" not in text


def test_the_token_is_compared_whole() -> None:
    assert is_operator(f"bearer {TOKEN}", TOKEN)
    assert not is_operator(f"Bearer {TOKEN[:-1]}", TOKEN)


def test_the_header_is_believed_before_the_address() -> None:
    scope = {"type": "http", "headers": [(b"last-event-id", b"5")], "query_string": b"after=9"}
    assert starting_point(Request(scope), 1) == 5
    assert starting_point(Request({"type": "http", "headers": [], "query_string": b""}), 3) == 3

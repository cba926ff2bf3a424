"""Whoever is told, for a bench: a mail server, a short message center, a web server, and a thousand screens.

A process of its own (`python -m callpoint.ops.bench.notice_sinks`), so that what it costs is not the dispatcher's. It
prints its ports as one line of JSON, then answers each line of its standard input with another one: `counts`, `hang`
(from now on nobody answers), `answer`, or `screens URL TOKEN COUNT`.
"""

import asyncio
import contextlib
import json
import re
import sys
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime
from struct import pack, unpack
from typing import Any, Final
from urllib.parse import urlsplit

HOST: Final = "127.0.0.1"
WHO: Final = b"Bench Person"
"""Who calls: what does not name them is a test of a recipient, and does not count."""
CONNECT_AT_ONCE: Final = 100
Conversation = Callable[["Taken", asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
_MESSAGE_ID: Final = re.compile(rb"^Message-ID:\s*(\S+)", re.IGNORECASE | re.MULTILINE)
_KEY: Final = re.compile(rb"^Idempotency-Key:\s*(\S+)", re.IGNORECASE | re.MULTILINE)
_LENGTH: Final = re.compile(rb"^Content-Length:\s*(\d+)", re.IGNORECASE | re.MULTILINE)
_CALL: Final = re.compile(rb'"call_id": ?"([^"]+)"')
_AT: Final = re.compile(rb'"dialled": ?"911", ?"at": ?"([^"]+)"')


@dataclass
class Taken:
    """What came, by its own name for it; `hanging` sinks take connections and say nothing more."""

    mails: Counter[str] = field(default_factory=Counter)
    texts: Counter[str] = field(default_factory=Counter)
    posts: Counter[str] = field(default_factory=Counter)
    hanging: bool = False
    screens: list[float] = field(default_factory=list)

    def counts(self) -> dict[str, Any]:
        found: dict[str, Any] = {
            name: {"distinct": len(seen), "all": seen.total()}
            for name, seen in (("mails", self.mails), ("texts", self.texts), ("posts", self.posts))
        }
        return found | {"screens": self.screens}


# --- mail


async def mail_server(taken: Taken, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """As much of SMTP as hands a message over."""
    writer.write(b"220 bench\r\n")
    while line := await _line(taken, reader):
        word = line.split(b" ", 1)[0].strip().upper()
        if word == b"DATA":
            writer.write(b"354 go on\r\n")
            text = await reader.readuntil(b"\r\n.\r\n")
            if WHO in text:
                found = _MESSAGE_ID.search(text)
                taken.mails[found[1].decode() if found else "?"] += 1
        elif word == b"QUIT":
            writer.write(b"221 bye\r\n")
            break
        writer.write(b"250 ok\r\n")


async def _line(taken: Taken, reader: asyncio.StreamReader) -> bytes:
    while taken.hanging:
        await asyncio.sleep(0.1)
    return await reader.readline()


# --- text messages (SMPP 3.4: a header of length, command, status and number; an answer has the highest bit set)

_BINDS: Final = frozenset({1, 2, 9})
_SUBMIT: Final = 4
_ANSWER: Final = 0x80000000


async def message_center(taken: Taken, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Binds and takes messages."""
    number = 0
    while True:
        length, command, _, sequence = unpack(">IIII", await reader.readexactly(16))
        body = await reader.readexactly(length - 16)
        while taken.hanging:
            await asyncio.sleep(0.1)
        answer = b""
        if command in _BINDS:
            answer = b"bench\0"
        elif command == _SUBMIT:
            number += 1
            taken.texts[body.hex()] += WHO in body
            answer = f"{number}\0".encode()
        writer.write(pack(">IIII", 16 + len(answer), command | _ANSWER, 0, sequence) + answer)


# --- webhooks


async def web_server(taken: Taken, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Takes every request, one after the other on a connection."""
    while True:
        head = await reader.readuntil(b"\r\n\r\n")
        while taken.hanging:
            await asyncio.sleep(0.1)
        length = _LENGTH.search(head)
        body = await reader.readexactly(int(length[1]) if length else 0)
        if WHO in body:
            key = _KEY.search(head)
            taken.posts[key[1].decode() if key else "?"] += 1
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")


# --- screens


class OneScreen(asyncio.Protocol):
    """Reads its stream and notes how long after its INVITE each call was there, once."""

    def __init__(self, taken: Taken, request: bytes, connected: Callable[[], None]) -> None:
        self._taken = taken
        self._request = request
        self._connected = connected
        self._buffer = b""
        self._seen: set[bytes] = set()
        self._begun = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        if isinstance(transport, asyncio.Transport):
            transport.write(self._request)

    def data_received(self, data: bytes) -> None:
        now = time.time()
        if not self._begun:
            self._begun = True
            self._connected()
        *events, self._buffer = (self._buffer + data).split(b"\n\n")
        for event in events:
            if b"event: alert\n" not in event:
                continue
            call, at = _CALL.search(event), _AT.search(event)
            if call and at and call[1] not in self._seen:
                self._seen.add(call[1])
                self._taken.screens.append(now - datetime.fromisoformat(at[1].decode()).timestamp())


async def open_screens(taken: Taken, url: str, tokens: list[str]) -> list[asyncio.BaseTransport]:
    """A stream for each token; returns when all of them have been answered."""
    parts = urlsplit(url)
    all_there = asyncio.Event()
    there = 0

    def connected() -> None:
        nonlocal there
        there += 1
        if there == len(tokens):
            all_there.set()

    async def one(token: str) -> asyncio.BaseTransport:
        request = (
            f"GET /onsite/api/stream HTTP/1.1\r\nHost: {parts.netloc}\r\nAuthorization: Bearer {token}\r\n"
            "Accept: text/event-stream\r\n\r\n"
        ).encode()
        made = await asyncio.get_running_loop().create_connection(
            lambda: OneScreen(taken, request, connected), parts.hostname or HOST, parts.port or 80
        )
        return made[0]

    found: list[asyncio.BaseTransport] = []
    for start in range(0, len(tokens), CONNECT_AT_ONCE):
        found += await asyncio.gather(*map(one, tokens[start : start + CONNECT_AT_ONCE]))
    await all_there.wait()
    return found


# --- the process


async def serve() -> None:
    """Until standard input ends."""
    taken = Taken()
    servers = [await _listen(taken, one) for one in (mail_server, message_center, web_server)]
    ports = [server.sockets[0].getsockname()[1] for server in servers]
    _say(dict(zip(("mail", "texts", "web"), ports, strict=True)))
    lines = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(lines), sys.stdin)
    kept: list[asyncio.BaseTransport] = []
    while line := (await lines.readline()).decode().split():
        if line[0] == "screens":
            kept += await open_screens(taken, line[1], line[2].split(","))
            _say({"screens": len(kept)})
        elif line[0] in ("hang", "answer"):
            taken.hanging = line[0] == "hang"
            _say({"hanging": taken.hanging})
        else:
            _say(taken.counts())


async def _listen(taken: Taken, converse: Conversation) -> asyncio.Server:
    async def serve_one(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):  # whoever called was killed, or hung up
            await converse(taken, reader, writer)
        writer.close()

    return await asyncio.start_server(serve_one, HOST, 0)


def _say(document: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(document) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    asyncio.run(serve())

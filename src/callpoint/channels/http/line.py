"""One connection to a web server, for one request after the other (HTTP/1.1, RFC 9112, by h11)."""

import asyncio
import contextlib
import select
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import h11

from callpoint.channels.cleaning import one_line

# An answer is read for the words of an error; nobody's page is taken in.
MAX_ANSWER_BYTES: Final = 65_536
LONGEST_WORDS: Final = 200
_CHUNK: Final = 65_536


@dataclass(frozen=True)
class Answer:
    """Any answer, whatever its status; names of `headers` in lower case, of the body the first MAX_ANSWER_BYTES."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return one_line(self.body.decode("utf-8", "replace"), LONGEST_WORDS)


@dataclass(frozen=True)
class Request:
    """A POST. `origin` is scheme, host and port; `target` the path with its query."""

    origin: tuple[str, str, int]
    target: bytes
    headers: Mapping[str, str]
    body: bytes

    @property
    def host(self) -> str:
        return self.origin[1]


class StaleLineError(Exception):
    """A line that had been used before was at its end: its server has most likely not seen the request."""


class HttpLine:
    """Belongs to one event loop; of one request at a time."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer
        self._protocol = h11.Connection(h11.CLIENT)
        self._heard = False
        self.used = False

    @property
    def usable(self) -> bool:
        """Whether another request can go over it, as far as can be known from this side."""
        waiting = self._protocol.our_state is h11.IDLE and not self._reader.at_eof() and not self._writer.is_closing()
        return waiting and not self._has_news()

    async def exchange(self, request: Request) -> Answer:
        """Raises OSError, h11.ProtocolError; StaleLineError when the line had ended before anything of an answer."""
        try:
            return await self._exchange(request)
        except (OSError, h11.ProtocolError) as error:
            if self.used and not self._heard:
                raise StaleLineError(str(error)) from error
            raise

    async def _exchange(self, request: Request) -> Answer:
        self._heard = False
        fields = [(name.encode("ascii"), value.encode("ascii")) for name, value in request.headers.items()]
        head = h11.Request(method="POST", target=request.target, headers=fields)
        self._send(head, h11.Data(data=request.body), h11.EndOfMessage())
        await self._writer.drain()
        answer = await self._answer()
        if self._protocol.our_state is h11.DONE and self._protocol.their_state is h11.DONE:
            self._protocol.start_next_cycle()
        self.used = True
        return answer

    def close(self) -> None:
        with contextlib.suppress(OSError, RuntimeError):
            self._writer.close()

    def _has_news(self) -> bool:
        """What comes on an idle line is its end; the loop may not have got round to it yet."""
        events = select.poll()
        events.register(self._writer.get_extra_info("socket").fileno(), select.POLLIN)
        return bool(events.poll(0))

    def _send(self, *events: h11.Request | h11.Data | h11.EndOfMessage) -> None:
        self._writer.write(b"".join(self._protocol.send(event) or b"" for event in events))

    async def _answer(self) -> Answer:
        status, headers, body = 0, {}, b""
        while True:
            event = self._protocol.next_event()
            if event is h11.NEED_DATA:
                received = await self._reader.read(_CHUNK)
                self._heard = self._heard or bool(received)
                self._protocol.receive_data(received)
            elif isinstance(event, h11.Response):
                status = event.status_code
                headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in event.headers}
            elif isinstance(event, h11.Data):
                body += event.data
                if len(body) >= MAX_ANSWER_BYTES:
                    break
            elif isinstance(event, h11.EndOfMessage):
                break
            elif isinstance(event, h11.ConnectionClosed):
                raise ConnectionResetError("hung up without an answer")
        return Answer(status, headers, body[:MAX_ANSWER_BYTES])

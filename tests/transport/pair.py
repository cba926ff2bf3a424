"""Two endpoints on loopback, and a raw stream client, for tests of the sockets themselves."""

import asyncio
from collections.abc import Callable
from typing import Any

from callpoint.sip.events import Event, RequestReceived, ResponseReceived
from callpoint.sip.hop import Hop
from callpoint.sip.message import Request
from callpoint.sip.timers import Timers
from callpoint.transport.endpoint import SipEndpoint

QUICK = Timers(t1=0.05, t2=0.2)
SECONDS = 5.0  # how long a test waits for something that takes milliseconds


class Heard:
    """Answers every request with 200 and keeps all events."""

    def __init__(self, **options: Any) -> None:
        self.events: list[Event] = []
        self.endpoint = SipEndpoint(self._event, timers=QUICK, **options)

    def _event(self, event: Event) -> None:
        self.events.append(event)
        if isinstance(event, RequestReceived):
            self.endpoint.respond(event.tx, event.tx.response(200))

    @property
    def requests(self) -> list[Request]:
        return [event.request for event in self.events if isinstance(event, RequestReceived)]

    @property
    def statuses(self) -> list[int]:
        return [event.response.status for event in self.events if isinstance(event, ResponseReceived)]

    def heard(self, kind: type[Event]) -> int:
        return sum(isinstance(event, kind) for event in self.events)


def options(uri: str = "sip:peer@127.0.0.1", body: bytes = b"") -> Request:
    """An OPTIONS outside of any dialog."""
    request = Request("OPTIONS", uri)
    request.extend([("Max-Forwards", "70"), ("From", "<sip:a@127.0.0.1>;tag=a"), ("To", f"<{uri}>")])
    request.extend([("Call-ID", "ping@127.0.0.1"), ("CSeq", "1 OPTIONS")])
    if body:
        request.set("Content-Type", "text/plain")
        request.body = body
    return request


def options_bytes(transport: str = "TCP", branch: str = "z9hG4bKraw") -> bytes:
    """The same as bytes with a Via of its own."""
    request = options()
    request.prepend("Via", f"SIP/2.0/{transport} 127.0.0.1:9;branch={branch}")
    return bytes(request)


async def until(condition: Callable[[], object], seconds: float = SECONDS) -> None:
    """Waits until `condition` holds; TimeoutError when it never does."""
    async with asyncio.timeout(seconds):
        while not condition():
            await asyncio.sleep(0.005)


def loopback(transport: str, port: int, host: str = "127.0.0.1") -> Hop:
    return Hop(transport, host, port)  # type: ignore[arg-type]  # tests name transports as plain text

"""One stream of Server-Sent Events over plain ASGI: no response object, no iterator, one write for all that waits."""

import asyncio
import contextlib
import random
from collections.abc import Callable
from typing import Final

from starlette.requests import Request
from starlette.types import Receive, Scope, Send

from callpoint.dispatcher.screens.connection import END_CHANGED, END_GONE, Connection
from callpoint.dispatcher.screens.hub import Hub
from callpoint.dispatcher.screens.requests import RefusedError, last_event_id
from callpoint.dispatcher.screens.teller import sse
from callpoint.dispatcher.screens.viewer import Viewer

_HEADERS: Final = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),
    (b"x-content-type-options", b"nosniff"),
]
# In milliseconds. A lone screen is back within a second or so; ten thousand come back spread over ten.
RETRY_LEAST: Final = 300.0
RETRY_SPREAD: Final = 900.0
# When thousands come at once, so many are let in before whoever else has something to do, an alert above all.
AT_ONCE: Final = 32
_chance = random.SystemRandom()

Who = Callable[[Request], Viewer]
Seen = Callable[[Viewer, Request, bool], None]
"""Told of a stream that began (True) and ended (False)."""


class StreamEndpoint:
    """An ASGI application. `who` judges the request (RefusedError), `seen` hears of streams."""

    def __init__(self, hub: Hub, who: Who, seen: Seen) -> None:
        self._hub = hub
        self._who = who
        self._seen = seen
        self._gate = asyncio.Semaphore(AT_ONCE)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope)
        try:
            viewer = self._who(request)
            after = last_event_id(request)
        except RefusedError as refused:
            await refused.response()(scope, receive, send)
            return
        async with self._gate:
            await asyncio.sleep(0)
            await send({"type": "http.response.start", "status": 200, "headers": _HEADERS})
        connection = self._hub.connect(viewer, request.query_params.get("language", ""), after)
        self._seen(viewer, request, True)
        sending = asyncio.create_task(self._send(connection, send))
        try:
            while (await receive())["type"] != "http.disconnect":
                pass
        finally:
            self._hub.disconnect(connection)
            self._seen(viewer, request, False)
            sending.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await sending

    async def _send(self, connection: Connection, send: Send) -> None:
        """Until the stream has ended. A reader that takes nothing holds up this task alone: its connection has a
        bound, and the kernel gives it up (`open_files.ready_for_many`)."""
        retry = RETRY_LEAST + _chance.random() * (RETRY_SPREAD + self._hub.connected)
        chunk = f"retry: {retry:.0f}\n\n".encode()
        while chunk:
            await send({"type": "http.response.body", "body": chunk, "more_body": True})
            chunk = await connection.take()
        if connection.ended != END_GONE:
            # Number 0 has those who know nothing of "changed" ask for everything, too.
            number = b"id: 0\n" if connection.ended == END_CHANGED else b""
            farewell = number + sse("end", {"why": connection.ended})
            await send({"type": "http.response.body", "body": farewell, "more_body": False})

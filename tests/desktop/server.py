"""An Onsite server of real HTTP for the program's tests: the wire of the dispatcher, with switches for each trouble."""

import asyncio
import json
import socket
import threading
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

TOKEN = "a-token-of-this-screen"
BEAT_SECONDS = 0.2
Document = dict[str, Any]


@dataclass
class OnsiteServer:
    """Its methods may be called from any thread. `events` is its journal: (number, name, data)."""

    port: int = 0
    tokens: set[str] = field(default_factory=lambda: {TOKEN})
    events: list[tuple[int, str, Document]] = field(default_factory=list)
    remembered: int = 0  # events up to this number are forgotten: `state` stands in for them
    state: Document = field(default_factory=lambda: {"position": 0, "alerts": []})
    files: dict[str, bytes] = field(default_factory=dict)
    asked: list[tuple[str, str, Document]] = field(default_factory=list)  # method, path, body or what counts of headers
    broken: int = 0  # status all posts are answered with, 0: as usual
    _number: int = 0
    _server: uvicorn.Server | None = None
    _thread: threading.Thread | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _generation: int = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    # --- switches ---

    def start(self) -> "OnsiteServer":
        """On the port it had before, if it had one."""
        sock = socket.socket()
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.bind(("127.0.0.1", self.port))
        self.port = sock.getsockname()[1]
        config = uvicorn.Config(self._app(), log_level="error", lifespan="off", timeout_graceful_shutdown=1)
        server = uvicorn.Server(config)
        self._server = server
        self._thread = threading.Thread(target=lambda: asyncio.run(server.serve(sockets=[sock])), daemon=True)
        self._thread.start()
        until(lambda: server.started)
        return self

    def stop(self) -> None:
        if self._server is not None and self._thread is not None:
            self.cut()
            self._server.should_exit = True
            self._thread.join(20)
            self._server = None

    def tell(self, name: str, **data: Any) -> int:
        """Puts an event into the journal; every stream gets it."""
        with self._lock:
            self._number += 1
            self.events.append((self._number, name, data))
            self.state = {**self.state, "position": self._number}
            for row in self.state["alerts"]:
                if name in ("acknowledged", "chat") and row["alert"] == data["alert"]:
                    row[name].append(data)
            return self._number

    def raise_alert(self, alert: str, **more: Any) -> Document:
        """An alert as it is told, and listed in `state` from now on."""
        data = alert_document(alert, **more)
        self.state["alerts"].append(whole(data))
        self.tell("alert", **data)
        return data

    def cut(self) -> None:
        """Ends every open stream."""
        self._generation += 1

    def posts(self, what: str) -> list[Document]:
        return [body for method, path, body in list(self.asked) if method == "POST" and path == f"/onsite/api/{what}"]

    def streams(self) -> list[Document]:
        """What each question for the stream named."""
        return [body for _, path, body in list(self.asked) if path == "/onsite/api/stream"]

    # --- the wire ---

    def _app(self) -> Starlette:
        return Starlette(
            routes=[
                Route("/onsite/api/stream", self._stream),
                Route("/onsite/api/state", self._state),
                Route("/onsite/api/speech/{alert:path}.wav", self._file),
                Route("/onsite/api/plan/{building}", self._file),
                Route("/onsite/api/{what}", self._post, methods=["POST"]),
            ]
        )

    def _refusal(self, request: Request) -> Response | None:
        token = request.headers.get("authorization", "").removeprefix("Bearer ")
        return None if token in self.tokens else JSONResponse({"error": "this screen was revoked"}, 401)

    async def _stream(self, request: Request) -> Response:
        last = request.headers.get("last-event-id", "")
        self.asked.append(("GET", request.url.path, {"last": last, "language": request.query_params.get("language")}))
        return self._refusal(request) or StreamingResponse(self._chunks(last), media_type="text/event-stream")

    async def _chunks(self, last: str) -> AsyncIterator[str]:
        generation, seen = self._generation, int(last or 0)
        greeting = {"name": "Lobby", "organization": "demo", "organization_name": "Demo Inc", "language": "en"}
        yield sse("hello", {**greeting, "now": moment()})
        if not last or seen < self.remembered:
            seen = self._number
            yield sse("state", self.state, seen)
        else:
            for number, name, data in self.events:
                if number > seen:
                    yield sse(name, data, number)
                    seen = number
            yield sse("unchanged", {"position": seen}, seen)
        quiet_since = time.monotonic()
        while generation == self._generation:
            new = [event for event in list(self.events) if event[0] > seen]
            for number, name, data in new:
                yield sse(name, data, number)
                seen = number
            if time.monotonic() - quiet_since > BEAT_SECONDS:
                quiet_since = time.monotonic()
                yield ": beat\n\n"
            await asyncio.sleep(0.01)

    async def _state(self, request: Request) -> Response:
        self.asked.append(("GET", request.url.path, {}))
        return self._refusal(request) or JSONResponse(self.state)

    async def _file(self, request: Request) -> Response:
        self.asked.append(("GET", request.url.path, {}))
        if (refusal := self._refusal(request)) is not None:
            return refusal
        content = self.files.get(request.url.path)
        return Response(content) if content is not None else JSONResponse({"error": "no such file"}, 404)

    async def _post(self, request: Request) -> Response:
        if (refusal := self._refusal(request)) is not None:
            return refusal
        body = await request.json()
        if self.broken:
            return JSONResponse({"error": "broken"}, self.broken)
        self.asked.append(("POST", request.url.path, body))
        what = request.path_params["what"]
        if what == "acknowledge":
            self.tell("acknowledged", alert=body["alert"], by=body["by"], how="screen", at=moment())
        elif what == "chat":
            self.tell("chat", alert=body["alert"], by=body["by"], text=body["text"], at=moment())
        return JSONResponse({})


def sse(name: str, data: Document, number: int = 0) -> str:
    head = f"id: {number}\n" if number else ""
    return f"{head}event: {name}\ndata: {json.dumps(data)}\n\n"


def moment(ago: float = 0.0) -> str:
    """ISO 8601, as facts have it."""
    at = time.time() - ago
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(at)) + f".{int(at % 1 * 1000):03d}Z"


def alert_document(alert: str, ago: float = 0.0, **more: Any) -> Document:
    """The data of an `alert` event: a 911 call from the second floor, changed by `more`."""
    call = {
        "call_id": alert,
        "organization": "demo",
        "service": "911",
        "dialled": "911",
        "at": moment(ago),
        "person": "Maya Okafor",
        "device_user_id": "E1001",
        "callback_number": "+18025550123",
        "location": "115 State Street, Floor 2, Montpelier VT 05633",
        "building": "State House",
        "building_id": "7",
        "floor": "2",
        "room": "214",
        "note": "Northwest corner, by the stairs",
        "psap": "Montpelier PSAP",
        **more.pop("call", {}),
    }
    return {
        "alert": alert,
        "type": "emergency",
        "test": False,
        "quiet": False,
        "call": call,
        "words": {"title": "911 call: Maya Okafor", "lines": ["Maya Okafor called 911.", "Floor 2, room 214."]},
        "subscriptions": ["Security"],
        "at": moment(ago),
        "building": {
            "name": "State House",
            "directions": "Main entrance on State Street. Elevators are to the right of the desk.",
            "picture": "/onsite/api/plan/7",
            "point": [44.2624, -72.5807],
        },
        **more,
    }


def whole(data: Document) -> Document:
    """An alert as `state` lists it."""
    rest = {"state": "", "state_at": "", "closed_at": "", "steps": [], "acknowledged": [], "escalated": []}
    return {**data, **rest, "chat": [], "notices": [], "listeners": []}


def until(condition: Any, seconds: float = 30.0, what: str = "") -> None:
    """Waits until `condition()` holds; far longer than it ever takes."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, what or "it did not come to be"
        time.sleep(0.02)

"""The lab over HTTP: received calls as JSON, behaviours to provoke, and one page that shows it all."""

import json
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from callpoint.lab.answering_point import AnsweringPoint, CallbackError, NoSuchCallError
from callpoint.lab.behaviour import Behaviour

PAGE = Path(__file__).parent / "page"
MAX_BODY_BYTES = 10_000
SECURITY_HEADERS = {
    b"content-security-policy": b"default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; "
    b"img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    b"x-content-type-options": b"nosniff",
    b"referrer-policy": b"no-referrer",
    b"cache-control": b"no-store",
}

Points = Mapping[str, AnsweringPoint]


class BadRequestError(ValueError):
    """What the client sent cannot be used; the text says why."""


def lab_app(points: Points) -> Starlette:
    """The application for these answering points, each under its name (`psap`, `relay`, `phone`)."""
    routes = [
        Route("/", _file("index.html")),
        Route("/lab.css", _file("lab.css")),
        Route("/lab.js", _file("lab.js")),
        Route("/healthz", _health),
    ]
    for name, point in points.items():
        routes += _routes_of(name, point)
    return Starlette(routes=routes, middleware=[Middleware(SecurityHeaders)])


class SecurityHeaders:
    """Adds what a browser needs to know to every answer."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], *SECURITY_HEADERS.items()]
            await send(message)

        await self._app(scope, receive, with_headers)


def _routes_of(name: str, point: AnsweringPoint) -> list[Route]:
    async def calls(request: Request) -> Response:
        return JSONResponse([received.to_json() for received in point.calls])

    async def behaviour(request: Request) -> Response:
        return JSONResponse(point.behaviour.to_json())

    async def set_behaviour(request: Request, document: object) -> Response:
        point.behaviour = Behaviour.from_json(document)
        return JSONResponse(point.behaviour.to_json())

    async def hang_up(request: Request, document: object) -> Response:
        return JSONResponse({"ended": point.hang_up(_named(document, required=False))})

    async def call_back(request: Request, document: object) -> Response:
        call = await point.call_back(_named(document, required=False))
        return JSONResponse({"sip_call_id": call.invite.call_id, "state": str(call.state)}, 202)

    async def press(request: Request, document: object) -> Response:
        digits = document.get("digits") if isinstance(document, dict) else None
        if not isinstance(digits, str) or not digits:
            raise BadRequestError('send {"call_id": "…", "digits": "1"}')
        point.press(_named(document, required=True) or "", digits)
        return JSONResponse({"pressed": digits})

    async def callbacks(request: Request) -> Response:
        return JSONResponse(
            [
                {"sip_call_id": c.invite.call_id, "uri": c.invite.uri, "state": str(c.state), "status": c.status}
                for c in point.callbacks
            ]
        )

    return [
        Route(f"/{name}/calls", calls),
        Route(f"/{name}/behaviour", behaviour, methods=["GET"]),
        Route(f"/{name}/behaviour", _posted(set_behaviour), methods=["POST"]),
        Route(f"/{name}/hangup", _posted(hang_up), methods=["POST"]),
        Route(f"/{name}/callback", _posted(call_back), methods=["POST"]),
        Route(f"/{name}/callbacks", callbacks),
        Route(f"/{name}/press", _posted(press), methods=["POST"]),
    ]


def _named(document: object, required: bool) -> str | None:
    name = document.get("call_id") if isinstance(document, dict) else None
    if name is None and not required:
        return None
    if not isinstance(name, str) or not name:
        raise BadRequestError('send {"call_id": "…"}')
    return name


def _posted(act: Callable[[Request, object], Awaitable[Response]]) -> Callable[[Request], Awaitable[Response]]:
    """Reads the JSON body, turns our errors into answers, and lets no foreign page press our buttons."""

    async def handle(request: Request) -> Response:
        origin = request.headers.get("origin")
        if origin is not None and origin.partition("://")[2] != request.headers.get("host"):
            return _told(403, "only this page may do that")
        try:
            return await act(request, await _json_of(request))
        except NoSuchCallError as error:
            return _told(404, f"no call {error.args[0]!r} was received")
        except (BadRequestError, CallbackError, ValueError) as error:
            return _told(400, str(error))
        except OSError as error:
            return _told(503, str(error))

    return handle


async def _json_of(request: Request) -> object:
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_BODY_BYTES:
            raise BadRequestError("the body is too long")
    try:
        document: object = json.loads(body or b"{}")
    except ValueError as error:
        raise BadRequestError(f"the body is no JSON: {error}") from error
    return document


def _told(status: int, sentence: str) -> Response:
    return JSONResponse({"error": sentence}, status)


def _file(name: str) -> Callable[[Request], Awaitable[Response]]:
    async def serve(request: Request) -> Response:
        return FileResponse(PAGE / name)

    return serve


async def _health(request: Request) -> Response:
    return JSONResponse({"status": "ok"})

"""`/onsite/`: the page and interface of screens."""

from typing import Final

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from callpoint.dispatcher.screens.endpoints import SharedEndpoints, guarded
from callpoint.dispatcher.screens.entrance import Entrance
from callpoint.dispatcher.screens.plans import LONGEST_TOKEN
from callpoint.dispatcher.screens.presence import Presence
from callpoint.dispatcher.screens.requests import LONGEST_NAME, RefusedError, json_body, origin_of, text_of
from callpoint.dispatcher.screens.stream import StreamEndpoint
from callpoint.dispatcher.screens.viewer import Viewer

PREFIX: Final = "/onsite"


class Onsite:
    """Its routes; `stream` and `shared` bring their own."""

    def __init__(self, entrance: Entrance, presence: Presence, stream: StreamEndpoint, shared: SharedEndpoints) -> None:
        self._entrance = entrance
        self._presence = presence
        self._stream = stream
        self._shared = shared

    def routes(self) -> list[BaseRoute]:
        return [
            Route(f"{PREFIX}/api/stream", self._stream),
            Route(PREFIX, _to_page),
            Route(f"{PREFIX}/", guarded(self._page)),
            Route(f"{PREFIX}/enrol", guarded(self._enrol), methods=["POST"]),
            Route(f"{PREFIX}/leave", guarded(self._leave), methods=["POST"]),
            Route(f"{PREFIX}/api/beat", guarded(self._beat), methods=["POST"]),
            *self._shared.routes(),
        ]

    async def _page(self, request: Request) -> Response:
        return await self._shared.page(request, "onsite.html")

    async def _enrol(self, request: Request) -> Response:
        """The token of a screen becomes its cookie. Of a browser that is another screen already only when somebody
        there says `replace`: a link, which anybody can send, must not quietly take a screen off its building."""
        self._entrance.check_origin(request)
        document = await json_body(request)
        token = text_of(document, "token", LONGEST_TOKEN)
        viewer = self._entrance.by_token(request, token)
        before = self._entrance.enrolled(request)
        if before is not None and before.key != viewer.key and document.get("replace") is not True:
            raise RefusedError(409, f"this browser is the screen {before.name} already")
        response = JSONResponse(_introduced(viewer))
        self._entrance.keep_token(request, response, token)
        return response

    async def _leave(self, request: Request) -> Response:
        """The browser is a screen no more; the token itself is revoked in the portal."""
        self._entrance.check_origin(request)
        await json_body(request)
        response = JSONResponse({})
        self._entrance.forget_token(request, response)
        return response

    async def _beat(self, request: Request) -> Response:
        viewer = self._entrance.screen(request)
        document = await json_body(request)
        checked = document.get("volume_checked", False)
        if not isinstance(checked, bool):
            raise RefusedError(400, "volume_checked must be true or false")
        program = text_of(document, "program", LONGEST_NAME)
        await self._presence.beat(viewer, origin_of(request), program, checked)
        return JSONResponse(_introduced(viewer))


def _introduced(viewer: Viewer) -> dict[str, str]:
    return {"screen": viewer.id, "name": viewer.name, "organization": viewer.organization}


async def _to_page(_: Request) -> Response:
    return RedirectResponse(f"{PREFIX}/", 308)

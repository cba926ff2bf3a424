"""`/board/`: the page and interface of watchers, who come with a pass of the portal (`routing.board_pass`)."""

from typing import Any, Final

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from callpoint.dispatcher.screens.endpoints import SharedEndpoints, guarded
from callpoint.dispatcher.screens.entrance import Entrance
from callpoint.dispatcher.screens.plans import Plans
from callpoint.dispatcher.screens.requests import json_body, text_of
from callpoint.dispatcher.screens.stream import StreamEndpoint
from callpoint.routing import board_pass
from callpoint.routing.alert_records import Monitoring

PREFIX: Final = "/board"


class Board:
    """Its routes; `stream` and `shared` bring their own."""

    def __init__(self, entrance: Entrance, plans: Plans, stream: StreamEndpoint, shared: SharedEndpoints) -> None:
        self._entrance = entrance
        self._plans = plans
        self._stream = stream
        self._shared = shared

    def routes(self) -> list[BaseRoute]:
        return [
            Route(f"{PREFIX}/api/stream", self._stream),
            Route(PREFIX, _to_page),
            Route(f"{PREFIX}/", guarded(self._page)),
            Route(f"{PREFIX}/enter", guarded(self._enter), methods=["POST"]),
            Route(f"{PREFIX}/exit", guarded(self._exit), methods=["POST"]),
            Route(f"{PREFIX}/portal", guarded(self._portal)),
            Route(f"{PREFIX}/api/monitoring", guarded(self._monitoring)),
            *self._shared.routes(),
        ]

    async def _page(self, request: Request) -> Response:
        return await self._shared.page(request, "board.html")

    async def _enter(self, request: Request) -> Response:
        """A minute's pass becomes a working day's cookie."""
        self._entrance.check_origin(request)
        text = text_of(await json_body(request), "pass", board_pass.LONGEST)
        viewer = self._entrance.by_pass(request, text)
        response = JSONResponse({"organization": viewer.organization, "name": viewer.name})
        self._entrance.keep_pass(request, response, viewer)
        return response

    async def _exit(self, request: Request) -> Response:
        viewer = self._entrance.watcher(request)
        response = JSONResponse({})
        self._entrance.forget_pass(request, response, viewer.organization)
        return response

    async def _portal(self, _: Request) -> Response:
        """Where passes are to be had: said to everybody, as it is no secret."""
        return JSONResponse({"portal": self._entrance.portal_url})

    async def _monitoring(self, request: Request) -> Response:
        """What the watcher may do with a call's sound. Numbers stay here; phones are chosen by their id."""
        viewer = self._entrance.watcher(request)
        plan = self._plans.plan(viewer.organization)
        rules = plan.monitoring if plan is not None and viewer.may_monitor else Monitoring()
        return JSONResponse(_rules(rules), headers={"Cache-Control": "no-store"})


def _rules(rules: Monitoring) -> dict[str, Any]:
    if rules.mode == "off":
        return {"mode": "off", "announce": False, "record": False, "dial_in": "", "phones": []}
    return {
        "mode": rules.mode,
        "announce": rules.announce,
        "record": rules.record,
        "dial_in": rules.dial_in,
        "phones": [{"id": one.id, "name": one.name} for one in rules.phones],
    }


async def _to_page(_: Request) -> Response:
    return RedirectResponse(f"{PREFIX}/", 308)

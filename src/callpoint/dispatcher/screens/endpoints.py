"""What Onsite and the board have in common: alerts to see, acknowledge and talk about, for whoever may."""

import sqlite3
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Final

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from callpoint.dispatcher.own_journal import NotWrittenError
from callpoint.dispatcher.screens.actions import Actions, How
from callpoint.dispatcher.screens.files import NOT_FOUND, StaticFiles, picture_response
from callpoint.dispatcher.screens.hub import Hub
from callpoint.dispatcher.screens.plans import Plans
from callpoint.dispatcher.screens.requests import (
    LONGEST_ALERT_ID,
    LONGEST_NAME,
    LONGEST_WORD,
    RefusedError,
    json_body,
    text_of,
)
from callpoint.dispatcher.screens.spoken_alerts import BusyError, SpokenAlerts
from callpoint.dispatcher.screens.story import Story
from callpoint.dispatcher.screens.viewer import Viewer

Who = Callable[[Request], Viewer]
Serve = Callable[[Request], Awaitable[Response]]
_UNKNOWN_ALERT: Final = "no such alert"
_NOT_WRITTEN: Final = "the server cannot write this down now; it tries again"


def guarded(serve: Serve) -> Serve:
    """Turns what is refused into its answer."""

    async def served(request: Request) -> Response:
        try:
            return await serve(request)
        except RefusedError as refused:
            return refused.response()

    return served


class SharedEndpoints:
    """The routes below `prefix` that both kinds of viewers have. `who` judges a request."""

    def __init__(
        self, prefix: str, who: Who, hub: Hub, plans: Plans, actions: Actions, speech: SpokenAlerts, pictures: Path
    ) -> None:
        self._prefix = prefix
        self._who = who
        self._hub = hub
        self._plans = plans
        self._actions = actions
        self._speech = speech
        self._pictures = pictures
        self._static = StaticFiles()

    def routes(self) -> list[BaseRoute]:
        paths: dict[str, tuple[Serve, list[str]]] = {
            "/static/{name}": (self._static_file, ["GET"]),
            "/api/state": (self._state, ["GET"]),
            "/api/acknowledge": (self._acknowledge, ["POST"]),
            "/api/chat": (self._chat, ["POST"]),
            "/api/speech/{alert:path}.wav": (self._spoken, ["GET"]),
            "/api/plan/{building}": (self._picture, ["GET"]),
        }
        return [Route(self._prefix + path, guarded(serve), methods=how) for path, (serve, how) in paths.items()]

    async def page(self, request: Request, name: str) -> Response:
        return self._static.response(request, name)

    async def _static_file(self, request: Request) -> Response:
        return self._static.response(request, request.path_params["name"])

    async def _state(self, request: Request) -> Response:
        viewer = self._who(request)
        audience = viewer.audience(request.query_params.get("language", ""))
        document = {**self._hub.hello(viewer, audience), **self._hub.state(audience)}
        return JSONResponse(document, headers={"Cache-Control": "no-store"})

    async def _acknowledge(self, request: Request) -> Response:
        viewer = self._who(request)
        document = await json_body(request)
        story = self._story(viewer, text_of(document, "alert", LONGEST_ALERT_ID))
        by = self._name(viewer, text_of(document, "by", LONGEST_NAME))
        try:
            how: How = "board" if viewer.is_watcher else "screen"
            known = await self._actions.acknowledge(viewer.organization, story.alert, by, how)
        except (OSError, sqlite3.Error, NotWrittenError):
            raise RefusedError(503, _NOT_WRITTEN) from None
        if not known:
            raise RefusedError(404, _UNKNOWN_ALERT)
        return JSONResponse({"by": by})

    async def _chat(self, request: Request) -> Response:
        viewer = self._who(request)
        document = await json_body(request)
        story = self._story(viewer, text_of(document, "alert", LONGEST_ALERT_ID))
        text = text_of(document, "text", LONGEST_WORD)
        if not text:
            raise RefusedError(400, "say something")
        by = self._name(viewer, text_of(document, "by", LONGEST_NAME))
        try:
            known = await self._actions.chat(viewer.organization, story.alert, by, text)
        except (OSError, sqlite3.Error, NotWrittenError):
            raise RefusedError(503, _NOT_WRITTEN) from None
        if not known:
            raise RefusedError(404, _UNKNOWN_ALERT)
        return JSONResponse({"by": by})

    async def _spoken(self, request: Request) -> Response:
        viewer = self._who(request)
        story = self._story(viewer, request.path_params["alert"])
        plan = self._plans.plan(viewer.organization)
        if plan is None:
            raise RefusedError(404, _UNKNOWN_ALERT)
        language = viewer.audience(request.query_params.get("language", "")).language
        try:
            sound = await self._speech.wav(plan, story, language)
        except BusyError:
            raise RefusedError(503, "too much is being said at once", {"Retry-After": "3"}) from None
        return Response(sound, media_type="audio/wav", headers={"Cache-Control": "private, max-age=600"})

    async def _picture(self, request: Request) -> Response:
        viewer = self._who(request)
        building_id, plan = request.path_params["building"], self._plans.plan(viewer.organization)
        buildings = plan.buildings if plan is not None and viewer.audience().covers(building_id) else ()
        found = next((one for one in buildings if one.id == building_id and one.picture), None)
        if found is None:
            raise RefusedError(404, NOT_FOUND)
        return await run_in_threadpool(picture_response, self._pictures, found.picture)

    def _story(self, viewer: Viewer, alert: str) -> Story:
        """An alert of another organization or building is no other than one that never was."""
        story = self._hub.story(viewer, alert)
        if story is None:
            raise RefusedError(404, _UNKNOWN_ALERT)
        return story

    @staticmethod
    def _name(viewer: Viewer, given: str) -> str:
        """Who it was: a watcher is signed in, at a screen people say who they are, or it is the screen itself."""
        if viewer.is_watcher or not given:
            return viewer.name
        return f"{given} ({viewer.name})"

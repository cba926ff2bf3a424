"""Who is asking: a screen by cookie or Bearer token, a watcher by the cookie a pass was exchanged for."""

import hashlib
import math
from collections.abc import Callable
from http.cookies import SimpleCookie
from typing import Final, NoReturn

from starlette.requests import Request
from starlette.responses import Response

from callpoint.dispatcher.screens.plans import Plans
from callpoint.dispatcher.screens.requests import RefusedError, bearer, check_origin, origin_of
from callpoint.dispatcher.screens.viewer import Viewer
from callpoint.dispatcher.screens.wrong_tokens import WrongTokens
from callpoint.routing import board_pass

SCREEN_COOKIE: Final = "callpoint_screen"
BOARD_COOKIE: Final = "callpoint_board"
# Browsers keep none for longer than 400 days; a screen that runs renews it whenever it starts.
SCREEN_COOKIE_SECONDS: Final = 400 * 24 * 3600
_READING: Final = frozenset({"GET", "HEAD"})


class Entrance:
    """Every request is judged here. `now` gives seconds since 1970."""

    def __init__(
        self, plans: Plans, wrong: WrongTokens, now: Callable[[], float], public_url: str = "", portal_url: str = ""
    ) -> None:
        self.portal_url = portal_url
        self._plans = plans
        self._wrong = wrong
        self._now = now
        self._public_url = public_url

    def screen(self, request: Request) -> Viewer:
        """Raises RefusedError: 401 for no or a wrong token, 403 for another site's page, 429, 503 without plans."""
        token = bearer(request)
        if not token:
            token = request.cookies.get(SCREEN_COOKIE, "")
            self._check_writer(request)
        return self.by_token(request, token)

    def by_token(self, request: Request, token: str) -> Viewer:
        """Whose token that is. Raises RefusedError."""
        viewer = self._plans.by_token(token)
        if viewer is None:
            self._refuse(request, "this screen is not registered, or was revoked", tried=bool(token))
        return viewer

    def enrolled(self, request: Request) -> Viewer | None:
        """The screen the browser is by its cookie."""
        return self._plans.by_token(request.cookies.get(SCREEN_COOKIE, ""))

    def watcher(self, request: Request) -> Viewer:
        """Of the organization `?organization=` names, or the only one there is a cookie for. Raises RefusedError."""
        self._check_writer(request)
        organization = request.query_params.get("organization", "")
        named = board_cookie(organization)
        stays = [
            value
            for name, value in request.cookies.items()
            if name.startswith(BOARD_COOKIE) and (not organization or name == named)
        ]
        found = [viewer for text in stays if (viewer := self._plans.by_stay(text, self._now())) is not None]
        if len(found) != 1 or (organization and found[0].organization != organization):
            self._refuse(request, "open the board from the portal", tried=False)
        return found[0]

    def by_pass(self, request: Request, text: str) -> Viewer:
        """Whose pass of the portal that is. Raises RefusedError."""
        viewer = self._plans.by_pass(text, self._now())
        if viewer is None:
            self._refuse(request, "this pass is over; open the board from the portal again", tried=bool(text))
        return viewer

    def keep_token(self, request: Request, response: Response, token: str) -> None:
        """So that the screen comes back by itself."""
        self._set(request, response, SCREEN_COOKIE, token, "/onsite/", SCREEN_COOKIE_SECONDS)

    def forget_token(self, request: Request, response: Response) -> None:
        self._set(request, response, SCREEN_COOKIE, "", "/onsite/", 0)

    def keep_pass(self, request: Request, response: Response, viewer: Viewer) -> None:
        """For a working day."""
        name, text = board_cookie(viewer.organization), self._plans.stay(viewer, self._now())
        self._set(request, response, name, text, "/board/", int(board_pass.STAY_SECONDS))

    def forget_pass(self, request: Request, response: Response, organization: str) -> None:
        self._set(request, response, board_cookie(organization), "", "/board/", 0)

    def check_origin(self, request: Request) -> None:
        """Raises RefusedError for a page of another site."""
        check_origin(request, self._public_url)

    def _check_writer(self, request: Request) -> None:
        if request.method not in _READING:
            self.check_origin(request)

    def _refuse(self, request: Request, why: str, tried: bool) -> NoReturn:
        if not self._plans.known:
            raise RefusedError(503, "the directory has not been read yet", {"Retry-After": "2"})
        wait = self._wrong.too_many(origin_of(request)) if tried else 0.0
        if wait:
            raise RefusedError(429, "too many wrong tokens from this address", {"Retry-After": str(math.ceil(wait))})
        raise RefusedError(401, why, {"WWW-Authenticate": "Bearer"})

    def _set(self, request: Request, response: Response, name: str, value: str, path: str, seconds: int) -> None:
        secure = request.url.scheme == "https" or self._public_url.startswith("https://")
        cookie: SimpleCookie = SimpleCookie({name: value})
        cookie[name].update({"path": path, "max-age": str(seconds), "samesite": "Strict"})
        cookie[name]["httponly"] = True
        cookie[name]["secure"] = secure
        response.headers.append("Set-Cookie", cookie[name].OutputString())


def board_cookie(organization: str) -> str:
    """One for each organization, so that a guard of two may watch both; slugs may have signs a name may not."""
    return f"{BOARD_COOKIE}_{hashlib.sha256(organization.encode('utf-8', 'surrogatepass')).hexdigest()[:12]}"

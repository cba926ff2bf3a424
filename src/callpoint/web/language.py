"""Which language a page is in: the person's own choice, else the organization's, else what the browser asks for."""

from collections.abc import Callable
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.utils import translation

SESSION_KEY: Final = "language"
"""In the session: the account's choice, put there when it signs in or chooses, so that no page asks the database."""
COOKIE: Final = "callpoint_language"
"""For whoever has not signed in."""


def choose(answer: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware that activates the language for one request and says so in the answer."""

    def middleware(request: HttpRequest) -> HttpResponse:
        with translation.override(language_of(request)):
            request.LANGUAGE_CODE = translation.get_language() or "en"
            response = answer(request)
            response.headers.setdefault("Content-Language", request.LANGUAGE_CODE)
            return response

    return middleware


def language_of(request: HttpRequest) -> str:
    """The language tag, always one of `settings.LANGUAGES`."""
    wanted = request.session.get(SESSION_KEY) or request.COOKIES.get(COOKIE) or ""
    if wanted and translation.check_for_language(wanted):
        try:
            return translation.get_supported_language_variant(wanted)
        except LookupError:
            pass  # a language of an earlier version: the browser's choice then
    return translation.get_language_from_request(request)

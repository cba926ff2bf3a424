"""The LoST server: a question in, an answer out (RFC 5222 §8 to §13). It knows nothing of HTTP.

For a place it asks, in this order: the service boundaries, the fixed routes of the directory, other servers, the
default mapping. It answers as ECRF and as LVF alike: `validateLocation` adds what of an address is true.
"""

import logging
from collections.abc import Callable
from dataclasses import replace
from functools import singledispatchmethod
from typing import Final

from callpoint.i3.civic import tidy
from callpoint.i3.errors import DocumentError
from callpoint.i3.lost import (
    CONTENT_TYPE,
    Errors,
    FindService,
    GetServiceBoundary,
    GetServiceBoundaryResponse,
    ListServices,
    ListServicesByLocation,
    LostDocumentError,
    Problem,
    Request,
    Response,
    has_passed,
    read_request,
    write_response,
)
from callpoint.web.lis.finding import Finder
from callpoint.web.lis.knowledge import Knowledge
from callpoint.web.lis.listing import list_services, list_services_by_location
from callpoint.web.lis.refusal import LostRefusal
from callpoint.web.lis.settings import LostSettings
from callpoint.web.lis.upstream import Upstreams

logger = logging.getLogger(__name__)

_SHOWN_CHARS: Final = 300


class LostServer:
    """Safe to share between threads. `now` is in seconds since 1970."""

    def __init__(
        self, settings: LostSettings, knowledge: Knowledge, upstreams: Upstreams, now: Callable[[], float]
    ) -> None:
        self._settings = settings
        self._knowledge = knowledge
        self._upstreams = upstreams
        self._now = now
        self._finder = Finder(settings, knowledge, upstreams, now)

    def respond(self, body: bytes, content_type: str = CONTENT_TYPE) -> bytes:
        """The document that answers the one in `body`. Raises StillLoading; whatever else is wrong is told in it."""
        return self._written(self.answer(body, content_type))

    def answer(self, body: bytes, content_type: str = CONTENT_TYPE) -> Response:
        """The same as a value. Raises StillLoading."""
        try:
            request = read_request(body, content_type)
            self._check_loop(request)
            return self._answer(request)
        except LostDocumentError as error:
            return self._errors(Problem(error.kind, str(error)))
        except LostRefusal as refusal:
            return self._errors(refusal.problem)

    def internal_error(self) -> bytes:
        """The document that says it is our fault."""
        return write_response(self._errors(Problem("internalError", "The server failed; its log tells more.")))

    def _check_loop(self, request: Request) -> None:
        """A question that has been here must not go round again (RFC 5222 §6)."""
        if not isinstance(request, GetServiceBoundary) and has_passed(self._settings.source, request.path):
            raise LostRefusal.of("loop", f"The question has passed {self._settings.source} already.")

    @singledispatchmethod
    def _answer(self, request: Request) -> Response:
        raise LostRefusal.of("badRequest", f"{type(request).__name__} is not a question.")

    @_answer.register
    def _(self, request: FindService) -> Response:
        return self._finder.answer(request)

    @_answer.register
    def _(self, request: GetServiceBoundary) -> Response:
        boundary = self._knowledge.facts().value_of(request.key)
        if boundary is None:
            raise LostRefusal.of("notFound", "No boundary has this key; it may have been replaced.")
        return GetServiceBoundaryResponse(boundary, (self._settings.source,))

    @_answer.register
    def _(self, request: ListServices) -> Response:
        return list_services(request, self._settings, self._knowledge)

    @_answer.register
    def _(self, request: ListServicesByLocation) -> Response:
        return list_services_by_location(request, self._settings, self._knowledge, self._upstreams, self._now())

    def _errors(self, problem: Problem) -> Errors:
        return Errors(self._settings.source, (replace(problem, message=tidy(problem.message)[:_SHOWN_CHARS].strip()),))

    def _written(self, response: Response) -> bytes:
        try:
            return write_response(response)
        except DocumentError:
            logger.exception("lost: an answer cannot be written")
            return self.internal_error()

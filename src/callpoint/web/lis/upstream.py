"""Other LoST servers: asking on (recursion) and sending on (iteration), RFC 5222 §8.3.3.

Only servers of the configuration are ever asked, whatever an answer says. Two questions at a time are out at most,
and each within its time, so that slow servers cannot take all threads of this one.
"""

import threading
from collections.abc import Callable
from dataclasses import replace
from typing import Final

from callpoint.i3.civic import Civic
from callpoint.i3.errors import DocumentError
from callpoint.i3.lost import (
    Errors,
    FindService,
    FindServiceResponse,
    ListServicesByLocation,
    LostDocumentError,
    Mapping,
    Redirect,
    RequestLocation,
    Response,
    has_passed,
    is_source,
    read_response,
    write_request,
    write_response,
)
from callpoint.i3.shapes import simplified
from callpoint.web.lis.moments import UNKNOWN_AGE
from callpoint.web.lis.refusal import LostRefusal
from callpoint.web.lis.settings import LostSettings, Upstream

AT_ONCE: Final = 2
# A chain of redirections longer than this leads nowhere.
MOST_HOPS: Final = 3
_SHOWN_CHARS: Final = 200

Question = FindService | ListServicesByLocation


class UnreachableError(Exception):
    """A server gave no answer: no connection, too late, or not with status 200. The text says which."""


Ask = Callable[[str, bytes, float], tuple[bytes, str]]
"""Posts a question to a URL within seconds; the body of the answer and its Content-Type. Raises UnreachableError."""


class Upstreams:
    """The servers in `settings`, asked by `ask`."""

    def __init__(self, settings: LostSettings, ask: Ask, clock: Callable[[], float]) -> None:
        self._own = settings.source
        self._seconds = settings.upstream_seconds
        self._by_coverage = {server.coverage: server for server in settings.upstream}
        self._by_source = {server.source: server for server in settings.upstream}
        self._ask = ask
        self._clock = clock
        self._places = threading.BoundedSemaphore(AT_ONCE)

    def answer(self, question: Question, civic: Civic | None) -> Response | None:
        """What another server answers, or where to ask it; None when no other one is known for the place.

        A server that is in the path has been asked already. Raises LostRefusal when it gives no usable answer.
        """
        server = self._server_for(civic)
        if server is None or has_passed(server.source, question.path):
            return None
        if not question.recursive:
            return Redirect(server.source, self._own, f"{server.source} knows this place.")
        if not self._places.acquire(blocking=False):
            raise LostRefusal.of("serverTimeout", "Too many questions to other servers are waiting; ask again.")
        try:
            return self._ask_on(server, question)
        finally:
            self._places.release()

    def _server_for(self, civic: Civic | None) -> Upstream | None:
        """The narrowest coverage counts. A shape says no country, so it goes to the server for everything."""
        country, region = (civic.country, civic.A1.upper()) if civic is not None else ("", "")
        wanted = (f"{country}/{region}", country, "*")
        return next((self._by_coverage[one] for one in wanted if one in self._by_coverage), None)

    def _ask_on(self, server: Upstream, question: Question) -> Response:
        end = self._clock() + self._seconds
        asked = self._with_our_step(question)
        for _ in range(MOST_HOPS):
            answer = self._exchange(server, asked, end - self._clock())
            if not isinstance(answer, Redirect):
                return mended(answer, server.source, asked.path)
            known = self._by_source.get(answer.target)
            if known is None or known is server or has_passed(known.source, question.path):
                return replace(answer, source=answer.source if is_source(answer.source) else server.source)
            server = known
        raise LostRefusal.of("serverError", f"{server.source} sends on and on.")

    def _with_our_step(self, question: Question) -> Question:
        """The question as we pass it on: with us in its path (RFC 5222 §6), without locations nobody understands."""
        locations = tuple(_for_others(location) for location in question.locations if location.understood)
        path = tuple(source for source in question.path if is_source(source))
        return replace(question, locations=locations, path=(*path, self._own))

    def _exchange(self, server: Upstream, question: Question, seconds: float) -> Response:
        if seconds <= 0:
            raise LostRefusal.of("serverTimeout", f"{server.source} did not answer in time.")
        try:
            body, content_type = self._ask(server.url, write_request(question), seconds)
            return read_response(body, content_type)
        except UnreachableError as error:
            raise LostRefusal.of("serverTimeout", _told(server, error)) from error
        except LostDocumentError as error:
            raise LostRefusal.of("serverError", _told(server, error)) from error
        except DocumentError as error:
            raise LostRefusal.of("badRequest", f"The question cannot be passed on: {_short(error)}.") from error


def mended(answer: Response, source: str, path: tuple[str, ...]) -> Response:
    """The answer in a form we can pass on; LostRefusal when there is none.

    What a sloppy server left out is filled in with what is known: who answered, and by which way.
    """
    if isinstance(answer, Errors):
        answer = replace(answer, source=answer.source if is_source(answer.source) else source)
    elif not isinstance(answer, Redirect):
        steps = tuple(step for step in answer.path if is_source(step))
        answer = replace(answer, path=steps or (*path, source))
    if isinstance(answer, FindServiceResponse):
        answer = replace(answer, mappings=tuple(_mended_mapping(mapping, source) for mapping in answer.mappings))
    try:
        write_response(answer)
    except DocumentError as error:
        raise LostRefusal.of("serverError", f"The answer of {source} cannot be passed on: {_short(error)}.") from error
    return answer


def _mended_mapping(mapping: Mapping, source: str) -> Mapping:
    return replace(
        mapping,
        source=mapping.source if is_source(mapping.source) else source,
        source_id=mapping.source_id or "unknown",
        last_updated=mapping.last_updated or UNKNOWN_AGE,
    )


def _for_others(location: RequestLocation) -> RequestLocation:
    return location if location.shape is None else replace(location, shape=simplified(location.shape))


def _told(server: Upstream, error: Exception) -> str:
    return f"{server.source} gave no answer: {_short(error)}."


def _short(error: Exception) -> str:
    return " ".join(str(error).split())[:_SHOWN_CHARS]

"""Asking an outside ECRF about an address, and what its answer is good for (RFC 5222 §8). No question is sent here.

Mappings are refreshed ahead of calls, so every answer is kept until the next one. That bends one rule: a mapping marked
NO-CACHE (RFC 5222 §5.2) is not asked for anew at each use, but every quarter of an hour.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from callpoint.directory.mapping.serving import callable_uris
from callpoint.directory.verdicts import civic_of
from callpoint.i3 import lost
from callpoint.i3.shapes import Point
from callpoint.routing.service_urns import PSAP_LAYER, layer_of

# Of the time until it expires: one failure, or a few, are no reason for an old answer.
ASK_AFTER: Final = 0.8
SOONEST: Final = timedelta(minutes=5)
LATEST: Final = timedelta(days=30)
NO_CACHE_AGAIN: Final = timedelta(minutes=15)
NOT_FOUND_AGAIN: Final = timedelta(days=1)
FIRST_RETRY: Final = timedelta(minutes=1)
LAST_RETRY: Final = timedelta(hours=1)
_LONGEST_NAME: Final = 120
_LONGEST: Final = 255


class NoAnswerError(RuntimeError):
    """The server did not say who serves the address; what it said before is kept. The text says why."""


@dataclass(frozen=True)
class Answer:
    """Who serves an address by an outside ECRF; no URI where it says that nobody does. `expires` is None for NO-CACHE
    and NO-EXPIRATION."""

    ask_again_at: datetime
    uris: tuple[str, ...] = ()
    display_name: str = ""
    service_number: str = ""
    source: str = ""
    source_id: str = ""
    expires: datetime | None = None

    def columns(self) -> dict[str, Any]:
        """As `LostMapping` keeps it."""
        return vars(self) | {"uris": list(self.uris)}


def question_for(address: Mapping[str, Any]) -> lost.FindService:
    """Who serves the address of these column values? Its point first, where it has one (RFC 5222 §12.1)."""
    locations = [lost.RequestLocation("civic", lost.CIVIC, civic_of(address))]
    if address["latitude"] is not None:
        point = Point(address["latitude"], address["longitude"])
        locations.insert(0, lost.RequestLocation("point", lost.GEODETIC, shape=point))
    return lost.FindService(tuple(locations), PSAP_LAYER, recursive=True)


def digest(body: bytes) -> str:
    """What a question is recognised by."""
    return hashlib.sha256(body).hexdigest()


def answer_in(body: bytes, content_type: str, now: datetime) -> Answer:
    """What a response says. Raises `NoAnswerError` for anything but a mapping or a clear *not found*."""
    try:
        response = lost.read_response(body, content_type)
    except lost.LostDocumentError as error:
        raise NoAnswerError(f"what came back cannot be read: {error}") from error
    if isinstance(response, lost.Errors):
        if response.kinds == ("notFound",):
            return Answer(now + NOT_FOUND_AGAIN)
        told = "; ".join(f"{problem.kind}: {problem.message}" for problem in response.problems)
        raise NoAnswerError(f"it answered {told}")
    if isinstance(response, lost.Redirect):
        # Its target is a name to be looked up, by whoever set the URL: a server of others' choosing is not asked.
        raise NoAnswerError(f"it redirects to {response.target}; ask there instead")
    if not isinstance(response, lost.FindServiceResponse):
        raise NoAnswerError("it answered another question")
    return _from_mapping(response.mappings, now)


def _from_mapping(mappings: tuple[lost.Mapping, ...], now: datetime) -> Answer:
    for mapping in mappings:
        uris = callable_uris(mapping.uris)
        if uris and layer_of(mapping.service or PSAP_LAYER) == PSAP_LAYER:
            expires, again = _times(mapping.expires, now)
            return Answer(
                again,
                uris,
                mapping.display_names[0].text[:_LONGEST_NAME] if mapping.display_names else "",
                mapping.service_number[:32],
                mapping.source[:_LONGEST],
                mapping.source_id[:_LONGEST],
                expires,
            )
    raise NoAnswerError("it names no SIP URI for 911")


def _times(expires: str, now: datetime) -> tuple[datetime | None, datetime]:
    """When a mapping expires, and when to ask again (RFC 5222 §5.2)."""
    if expires == lost.NO_CACHE:
        return None, now + NO_CACHE_AGAIN
    if expires == lost.NO_EXPIRATION:
        return None, now + LATEST
    try:
        instant = datetime.fromisoformat(expires)
    except ValueError:
        return None, now + NO_CACHE_AGAIN
    instant = instant if instant.tzinfo is not None else instant.replace(tzinfo=UTC)
    return instant, now + min(LATEST, max(SOONEST, (instant - now) * ASK_AFTER))


def retry_after(failures: int) -> timedelta:
    """How long to wait after so many failures in a row about one address."""
    return min(LAST_RETRY, FIRST_RETRY * (1 << min(max(failures - 1, 0), 10)))

"""findService: who serves this place (RFC 5222 §8)."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from callpoint.i3.lost import (
    ErrorKind,
    Errors,
    FindService,
    FindServiceResponse,
    Mapping,
    Problem,
    RequestLocation,
    Response,
    Warnings,
    is_source,
    location_problem,
    location_used,
)
from callpoint.routing.service_urns import PSAP_LAYER, answering_layer, layer_of
from callpoint.web.lis import moments
from callpoint.web.lis.index_facts import IndexFacts
from callpoint.web.lis.knowledge import Knowledge
from callpoint.web.lis.mappings import Mapper, find
from callpoint.web.lis.places import Place, place_of, with_change
from callpoint.web.lis.refusal import LostRefusal
from callpoint.web.lis.services import offered
from callpoint.web.lis.settings import LostSettings
from callpoint.web.lis.upstream import Question, Upstreams

NO_VALIDATION: Final = "The data sets of addresses cannot be asked now."


@dataclass(frozen=True, slots=True)
class _Local:
    """What is known here: mappings, best first, and the date of a planned change."""

    mappings: tuple[Mapping, ...] = ()
    change: str = ""


class Finder:
    """Answers findService; `now` is in seconds since 1970."""

    def __init__(
        self, settings: LostSettings, knowledge: Knowledge, upstreams: Upstreams, now: Callable[[], float]
    ) -> None:
        self._settings = settings
        self._knowledge = knowledge
        self._upstreams = upstreams
        self._now = now
        self._mapper = Mapper(settings, knowledge.uris)

    def answer(self, request: FindService) -> Response:
        """Raises LostRefusal and StillLoading."""
        location = used(request)
        service = request.service or PSAP_LAYER
        facts = self._knowledge.facts()
        if answering_layer(service, offered(facts.index.services())) is None:
            return self._not_here(request, location, service)
        place = place_of(location, self._knowledge.addresses)
        local = self._local(request, place, service, facts)
        if local.mappings:
            return self._response(request, location, place, local)
        return self._elsewhere(request, location, place, service)

    def _local(self, request: FindService, place: Place, service: str, facts: IndexFacts) -> _Local:
        now = self._now()
        at = moments.read(request.as_of) if request.as_of else now
        if place.shape is not None:
            for asked in _asked(service):
                hours = self._settings.expires_hours
                found = find(facts, place.shape, asked, at, planned=bool(request.as_of), hours=hours)
                if found.hits:
                    by_value = request.service_boundary == "value"
                    mappings = self._mapper.of_boundaries(found, service, facts, by_value=by_value)
                    return _Local(mappings, found.change)
        if not _psap_answers(service):
            return _Local()
        psap = self._knowledge.routes.psap_for(place.civic, None)
        return _Local((self._mapper.of_route(psap, service, now),) if psap is not None else ())

    def _elsewhere(self, request: FindService, location: RequestLocation, place: Place, service: str) -> Response:
        """Other servers, else the default mapping, else the reason why there is nothing."""
        trouble: LostRefusal | None = None
        other: Response | None = None
        try:
            other = self._upstreams.answer(request, place.civic)
        except LostRefusal as refusal:
            trouble = refusal
        default = self._mapper.default(service) if _psap_answers(service) else None
        if default is not None and (other is None or isinstance(other, Errors)):
            warning = Problem("defaultMappingReturned", "Nobody is known to serve this place.")
            return self._response(request, location, place, _Local((default,)), warning)
        if other is not None:
            return other
        raise trouble or _nothing(place)

    def _not_here(self, request: FindService, location: RequestLocation, service: str) -> Response:
        other = self._upstreams.answer(request, location.civic)
        if other is not None:
            return other
        raise LostRefusal.of("serviceNotImplemented", f"The service {service[:80]} is not known here.")

    def _response(
        self,
        request: FindService,
        location: RequestLocation,
        place: Place,
        local: _Local,
        *warnings: Problem,
    ) -> FindServiceResponse:
        problems = [*warnings]
        if request.service and any(layer_of(one.service) != layer_of(request.service) for one in local.mappings):
            problems.append(Problem("serviceSubstitution", "A broader service answers for the one asked for."))
        validation = None
        if request.validate_location:
            validation = with_change(place.validation(), local.change)
            if not place.checked:
                problems.append(Problem("locationValidationUnavailable", NO_VALIDATION))
        own = self._settings.source
        return FindServiceResponse(
            local.mappings,
            path_with(request, own),
            validation,
            (Warnings(own, tuple(problems)),) if problems else (),
            location.id,
        )


def used(request: Question) -> RequestLocation:
    """The location to answer for; LostRefusal when none can be read (RFC 5222 §12.1)."""
    location = location_used(request.locations)
    if location is None:
        raise LostRefusal(location_problem(request.locations))
    return location


def path_with(request: Question, own: str) -> tuple[str, ...]:
    """The path of an answer: all servers asked, this one last (RFC 5222 §6)."""
    return (*filter(is_source, request.path), own)


def _asked(service: str) -> tuple[str, ...]:
    """A place outside of every police boundary still has a PSAP, which answers for the police."""
    return (service, PSAP_LAYER) if layer_of(service) != PSAP_LAYER and _psap_answers(service) else (service,)


def _psap_answers(service: str) -> bool:
    return answering_layer(service, (PSAP_LAYER,)) is not None


def _nothing(place: Place) -> LostRefusal:
    """Why there is no mapping: of an address that was placed and is not wrong, that nobody serves it."""
    verdict = place.verdict
    placed = place.shape is not None and verdict is not None and verdict.status != "invalid"
    if verdict is None or not verdict.reasons or placed:
        return LostRefusal.of("notFound", "Nobody is known to serve this place.")
    kind: ErrorKind = "locationInvalid" if verdict.status == "invalid" else "notFound"
    return LostRefusal.of(kind, verdict.reasons[0].text)

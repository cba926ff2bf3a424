"""Mappings: from boundaries, from fixed routes, and the default one (RFC 5222 §5)."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from callpoint.datasets.boundary import ServiceBoundary
from callpoint.i3.civic import tidy
from callpoint.i3.lost import (
    NO_CACHE,
    BoundaryReference,
    DisplayName,
    Mapping,
)
from callpoint.i3.lost import (
    ServiceBoundary as LostBoundary,
)
from callpoint.i3.shapes import Shape
from callpoint.routing.boundaries import Hit
from callpoint.routing.records import Psap
from callpoint.routing.service_urns import PSAP_LAYER, layer_of
from callpoint.web.lis import moments
from callpoint.web.lis.index_facts import IndexFacts, boundary_value, key_of
from callpoint.web.lis.settings import LostSettings

# More overlap is a fault in the data, and no help to anybody.
MOST_MAPPINGS: Final = 20
# Planned changes looked at one by one; a mapping is not said to hold beyond them.
MOST_CHANGES: Final = 4
_HOUR: Final = 3600.0
_NOT_DIALLED: Final = re.compile(r"[^0-9*#]")
_URI: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:\S+")
_LANGUAGE: Final = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8})*")


@dataclass(frozen=True, slots=True)
class Found:
    """Boundaries that hold a place. `expires` as LoST has it; `change` the planned change, "" for none known."""

    hits: tuple[Hit, ...]
    expires: str
    change: str = ""


def find(facts: IndexFacts, shape: Shape, service: str, at: float, *, planned: bool, hours: float) -> Found:
    """What holds the place at `at` (seconds since 1970), and until when that may be believed.

    That is `hours` from now, and never past a moment from which on other boundaries hold it. An answer for
    another time than now (`planned`) is for once.
    """
    hits = facts.index.find(shape, service, moments.written(at))
    if planned:
        return Found(hits, NO_CACHE)
    until = at + hours * _HOUR
    for number, change in enumerate(facts.changes(at, until)):
        if number == MOST_CHANGES or facts.index.find(shape, service, moments.written(change)) != hits:
            told = moments.written(change)
            return Found(hits, told, told)
    return Found(hits, moments.written(until))


class Mapper:
    """Writes mappings in the name of `settings.source`; `uris` says where calls go for a boundary."""

    def __init__(self, settings: LostSettings, uris: Callable[[ServiceBoundary], tuple[str, ...]]) -> None:
        self._settings = settings
        self._uris = uris

    def of_boundaries(self, found: Found, service: str, facts: IndexFacts, *, by_value: bool) -> tuple[Mapping, ...]:
        """One mapping for every boundary found, the best first. `service` is what was asked for."""
        return tuple(
            [self._of_boundary(hit.boundary, found, service, facts, by_value) for hit in found.hits[:MOST_MAPPINGS]]
        )

    def _of_boundary(
        self, boundary: ServiceBoundary, found: Found, service: str, facts: IndexFacts, by_value: bool
    ) -> Mapping:
        return Mapping(
            source=self._settings.source,
            source_id=tidy(boundary.id) or key_of(boundary),
            last_updated=moments.age(boundary.updated_at, boundary.effective),
            expires=found.expires,
            service=answered_service(service, boundary.service),
            uris=tuple([uri for text in self._uris(boundary) for uri in _uris(text)]),
            display_names=_names(boundary.display_name, boundary.language),
            service_number=self._number(boundary),
            boundary=self._boundary(boundary, facts, by_value),
        )

    def of_route(self, psap: Psap, service: str, now: float) -> Mapping:
        """A fixed route of the directory; nobody knows its borders."""
        return Mapping(
            source=self._settings.source,
            source_id=tidy(f"route {psap.name}"),
            last_updated=moments.UNKNOWN_AGE,
            expires=moments.written(now + self._settings.expires_hours * _HOUR),
            service=answered_service(service, PSAP_LAYER),
            uris=tuple([uri for target in psap.targets for uri in _uris(target.uri)]),
            display_names=_names(psap.name, "en"),
            service_number=self._settings.service_number,
        )

    def default(self, service: str) -> Mapping | None:
        """Where calls go whose place nobody serves; not to be kept, as the next question may do better."""
        settings = self._settings
        if not settings.default_uri:
            return None
        return Mapping(
            source=settings.source,
            source_id="default",
            last_updated=moments.UNKNOWN_AGE,
            expires=NO_CACHE,
            service=answered_service(service, PSAP_LAYER),
            uris=_uris(settings.default_uri),
            display_names=_names(settings.default_name, "en"),
            service_number=settings.service_number,
        )

    def _number(self, boundary: ServiceBoundary) -> str:
        own = _NOT_DIALLED.sub("", boundary.service_number)
        return own or (self._settings.service_number if layer_of(boundary.service) == PSAP_LAYER else "")

    def _boundary(self, boundary: ServiceBoundary, facts: IndexFacts, by_value: bool) -> LostBoundary | None:
        if by_value:
            return boundary_value(facts.index, boundary)
        return BoundaryReference(self._settings.source, key_of(boundary))


def answered_service(asked: str, layer: str) -> str:
    """The service a mapping is for: the one asked for in its own words, or the broader one that stands in (§5.4)."""
    return asked if layer_of(asked) == layer_of(layer) else layer_of(layer)


def _uris(text: str) -> tuple[str, ...]:
    return (text,) if _URI.fullmatch(text) and tidy(text) == text else ()


def _names(text: str, language: str) -> tuple[DisplayName, ...]:
    name = tidy(text)
    return (DisplayName(name, language if _LANGUAGE.fullmatch(language) else "en"),) if name else ()

"""A small world for the LoST server's tests: two counties side by side, a campus in one of them, police in one.

44.0 +-----------+-----------+
     |   WEST    |   EAST    |     both are the PSAP layer; CAMPUS is a small square in WEST,
     | [CAMPUS]  |           |     published by somebody else, so its PSAP overlaps the county's;
43.0 +-----------+-----------+     POLICE covers all of WEST
   -73.0       -72.0       -71.0
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

import shapely

from callpoint.addresses.verdict import Reason, Verdict
from callpoint.datasets.boundary import ServiceBoundary
from callpoint.datasets.errors import DatasetError
from callpoint.i3.civic import Civic
from callpoint.i3.lost import (
    Errors,
    FindService,
    FindServiceResponse,
    Request,
    RequestLocation,
    Response,
    read_response,
    write_request,
    write_response,
)
from callpoint.i3.shapes import Point, Shape
from callpoint.routing.boundaries import BoundaryIndex
from callpoint.routing.boundary_psaps import Names, psap_names
from callpoint.routing.fixed_routes import RouteTable
from callpoint.routing.records import FixedRoute, Psap, Target
from callpoint.web.lis.knowledge import Knowledge
from callpoint.web.lis.moments import read
from callpoint.web.lis.server import LostServer
from callpoint.web.lis.settings import LostSettings
from callpoint.web.lis.upstream import Ask, UnreachableError, Upstreams

NOW: Final = "2026-06-01T12:00:00Z"
OWN: Final = "lost.callpoint.example"
WEST = ServiceBoundary(
    "west-psap", "urn:service:sos", "West County", "sip:911@west.example", "west.example", updated_at="2026-01-02"
)
EAST = replace(WEST, id="east-psap", display_name="East County", uri="sip:911@east.example", service_number="911")
CAMPUS = replace(WEST, id="campus-psap", display_name="Université", uri="sip:911@campus.example", language="fr")
POLICE = replace(
    WEST, id="west-police", service="urn:service:sos.police", display_name="West Police", uri="sip:p@w.example"
)
AREAS: Final = {
    "west-psap": (-73.0, 43.0, -72.0, 44.0),
    "east-psap": (-72.0, 43.0, -71.0, 44.0),
    "campus-psap": (-72.6, 43.4, -72.5, 43.5),
    "west-police": (-73.0, 43.0, -72.0, 44.0),
}
IN_WEST, IN_EAST, IN_CAMPUS, NOWHERE = Point(43.8, -72.9), Point(43.5, -71.5), Point(43.45, -72.55), Point(10.0, 10.0)
STREET = Civic(country="US", A1="VT", A3="Westville", RD="Main", STS="Street", HNO="12", PC="05001")
TYPO = replace(STREET, RD="Mian", HNO="99")
TOWN = Civic(country="US", A1="VT", A3="Westville", PC="05001")
ELSEWHERE = Civic(country="US", A1="NH", A3="Farville")


def index_of(*boundaries: ServiceBoundary) -> BoundaryIndex:
    return BoundaryIndex(boundaries, [shapely.box(*AREAS[one.id]).wkb for one in boundaries])


@dataclass
class Loaded:
    index: BoundaryIndex

    @property
    def names(self) -> Names:
        return psap_names(self.index.boundaries)


@dataclass
class Boundaries:
    loaded: Loaded | None = field(default_factory=lambda: Loaded(index_of(WEST, EAST, CAMPUS, POLICE)))


class Routes:
    """Fixed routes and PSAPs, asked as a snapshot is."""

    def __init__(self, routes: Sequence[FixedRoute], psaps: Sequence[Psap] = ()) -> None:
        self._table = RouteTable(routes)
        self._psaps = {psap.name: psap for psap in psaps}

    def psap(self, name: str) -> Psap | None:
        return self._psaps.get(name)

    def psap_for(self, civic: Civic | None, shape: Shape | None) -> Psap | None:
        assert shape is None, "boundaries are asked elsewhere"
        return self._table.psap_for(civic)


class Addresses:
    """Knows one door and its town; everything else is invalid."""

    def __init__(self) -> None:
        self.asked: list[Civic] = []
        self.broken = False

    def check(self, address: Civic) -> Verdict:
        self.asked.append(address)
        if self.broken:
            raise DatasetError("The file is gone.", "Load it again.")
        if address == STREET:
            states = dict.fromkeys(address.to_fields(), "valid")
            return Verdict("", "valid", address, (43.8, -72.9), "point", states)  # type: ignore[arg-type]
        if address == TOWN:
            area = {"country": "valid", "A1": "valid", "A3": "valid", "PC": "valid"}
            return Verdict("", "area", address, (43.7, -72.8), "area", area)  # type: ignore[arg-type]
        states = {"country": "valid", "A1": "valid", "RD": "invalid"}
        reasons = (Reason("no_street", "There is no such street."),)
        return Verdict("", "invalid", address, None, None, states, reasons=reasons)  # type: ignore[arg-type]


class Elsewhere:
    """Other servers: what each URL answers, and who was asked what."""

    def __init__(self) -> None:
        self.answers: dict[str, bytes | Exception | Callable[[bytes], bytes]] = {}
        self.asked: list[tuple[str, bytes, float]] = []

    def ask(self, url: str, body: bytes, seconds: float) -> tuple[bytes, str]:
        self.asked.append((url, body, seconds))
        answer = self.answers.get(url, UnreachableError("nobody there"))
        if isinstance(answer, Exception):
            raise answer
        return answer(body) if callable(answer) else answer, "application/lost+xml"


def route(name: str, **place: str) -> FixedRoute:
    return FixedRoute(Psap(name, (Target(name, f"sip:911@{name}.example"),)), **place)


@dataclass
class World:
    """Everything a server asks, ready to be changed before `server` is taken."""

    settings: LostSettings = field(default_factory=lambda: LostSettings(OWN))
    boundaries: Boundaries = field(default_factory=Boundaries)
    addresses: Addresses = field(default_factory=Addresses)
    routes: Routes = field(default_factory=lambda: Routes([]))
    elsewhere: Elsewhere = field(default_factory=Elsewhere)
    now: str = NOW
    clock: Callable[[], float] = lambda: 0.0
    ask: Ask | None = None

    @property
    def server(self) -> LostServer:
        knowledge = Knowledge(self.boundaries, self.addresses, self.routes)
        upstreams = Upstreams(self.settings, self.ask or self.elsewhere.ask, self.clock)
        return LostServer(self.settings, knowledge, upstreams, lambda: read(self.now))

    def configured(self, **changes: Any) -> "World":
        self.settings = replace(self.settings, **changes)
        return self

    def answer(self, request: Request) -> Response:
        """Over the wire both ways."""
        return read_response(self.server.respond(write_request(request)))

    def found(self, *places: Shape | Civic, **details: Any) -> FindServiceResponse:
        response = self.answer(question(*places, **details))
        assert isinstance(response, FindServiceResponse), response
        return response

    def refused(self, request: Request) -> str:
        response = self.answer(request)
        assert isinstance(response, Errors), response
        assert response.source == self.settings.source
        (problem,) = response.problems
        assert problem.message.endswith(".")
        return problem.kind


def question(*places: Shape | Civic, service: str = "urn:service:sos", **details: Any) -> FindService:
    return FindService(tuple(location(place, number) for number, place in enumerate(places, 1)), service, **details)


def location(place: Shape | Civic, number: int = 1) -> RequestLocation:
    if isinstance(place, Civic):
        return RequestLocation(f"at-{number}", "civic", civic=place)
    return RequestLocation(f"at-{number}", "geodetic-2d", shape=place)


def uris(response: FindServiceResponse) -> list[str]:
    return [uri for mapping in response.mappings for uri in mapping.uris]


def warnings_of(response: FindServiceResponse) -> Mapping[str, str]:
    return {problem.kind: problem.message for warnings in response.warnings for problem in warnings.problems}


def answered(response: Response) -> bytes:
    return write_response(response)

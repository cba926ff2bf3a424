"""listServices, listServicesByLocation and getServiceBoundary (RFC 5222 §9 to §11)."""

from dataclasses import replace

import pytest
import shapely
from tests.web.lis.world import (
    EAST,
    ELSEWHERE,
    IN_EAST,
    IN_WEST,
    NOWHERE,
    OWN,
    POLICE,
    STREET,
    WEST,
    Boundaries,
    Loaded,
    Routes,
    World,
    index_of,
    location,
    question,
    route,
)

from callpoint.i3.lost import (
    BoundaryReference,
    BoundaryValue,
    Errors,
    GetServiceBoundary,
    GetServiceBoundaryResponse,
    ListServices,
    ListServicesByLocation,
    ListServicesByLocationResponse,
    ListServicesResponse,
)
from callpoint.i3.shapes import Point, Shape
from callpoint.routing.boundaries import BoundaryIndex
from callpoint.web.lis.services import children

FIRE = replace(POLICE, service="urn:emergency:service:responder.fire")


@pytest.fixture
def world() -> World:
    return World()


def test_the_boundary_behind_a_reference(world: World) -> None:
    reference = world.found(IN_EAST).mappings[0].boundary
    assert isinstance(reference, BoundaryReference)
    answer = world.answer(GetServiceBoundary(reference.key))
    assert isinstance(answer, GetServiceBoundaryResponse)
    assert answer.path == (OWN,)
    by_value = world.found(IN_EAST, service_boundary="value").mappings[0].boundary
    assert isinstance(by_value, BoundaryValue)
    assert answer.boundary == by_value


def test_a_key_ends_with_the_version_of_the_boundary(world: World) -> None:
    reference = world.found(IN_EAST).mappings[0].boundary
    assert isinstance(reference, BoundaryReference)
    world.boundaries.loaded = Loaded(index_of(WEST, replace(EAST, dataset_version="2")))
    assert world.refused(GetServiceBoundary(reference.key)) == "notFound"
    newer = world.found(IN_EAST).mappings[0].boundary
    assert isinstance(newer, BoundaryReference)
    assert newer.key != reference.key
    assert isinstance(world.answer(GetServiceBoundary(newer.key)), GetServiceBoundaryResponse)


def test_a_key_tells_nothing(world: World) -> None:
    reference = world.found(IN_EAST).mappings[0].boundary
    assert isinstance(reference, BoundaryReference)
    assert len(reference.key) == 32
    assert "east" not in reference.key
    assert world.refused(GetServiceBoundary("east-psap")) == "notFound"


@pytest.mark.parametrize(
    ("service", "below"),
    [
        ("", ("urn:emergency:service:responder.fire", "urn:service:sos")),
        ("urn:service", ("urn:service:sos",)),
        ("urn:service:sos", ("urn:service:sos.police",)),
        ("urn:emergency:service:sos", ("urn:service:sos.police",)),
        ("urn:service:sos.police", ()),
        ("urn:service:sosx", ()),
        ("urn:emergency:service:responder", ("urn:emergency:service:responder.fire",)),
    ],
)
def test_services_below_services(world: World, service: str, below: tuple[str, ...]) -> None:
    world.boundaries = Boundaries(Loaded(index_of(WEST, POLICE, replace(FIRE, id="west-police"))))
    assert world.answer(ListServices(service)) == ListServicesResponse(below, (OWN,))


def test_only_the_next_level_is_listed() -> None:
    layers = {"urn:service:sos", "urn:service:sos.ems", "urn:service:sos.ems.air"}
    assert children("urn:service:sos", layers) == ("urn:service:sos.ems",)
    assert children("urn:service:sos.ems", layers) == ("urn:service:sos.ems.air",)


def test_without_any_boundary_there_is_the_psap(world: World) -> None:
    world.boundaries = Boundaries(Loaded(index_of()))
    assert world.answer(ListServices("", ("a.example",))) == ListServicesResponse(
        ("urn:service:sos",), ("a.example", OWN)
    )


@pytest.mark.parametrize(
    ("place", "below"), [(IN_WEST, ("urn:service:sos.police",)), (IN_EAST, ()), (STREET, ("urn:service:sos.police",))]
)
def test_services_at_a_place(world: World, place: Shape, below: tuple[str, ...]) -> None:
    answer = world.answer(ListServicesByLocation((location(place),), "urn:service:sos", path=("a.example",)))
    assert answer == ListServicesByLocationResponse(below, ("a.example", OWN), (), "at-1")


def test_services_at_a_place_nobody_serves(world: World) -> None:
    request = ListServicesByLocation((location(NOWHERE),))
    assert world.refused(request) == "notFound"
    world.configured(default_uri="sip:911@relay.example")
    assert world.answer(request) == ListServicesByLocationResponse(("urn:service:sos",), (OWN,), (), "at-1")


def test_fixed_routes_serve_too(world: World) -> None:
    world.routes = Routes([route("hampshire", country="US", A1="NH")])
    answer = world.answer(ListServicesByLocation((location(ELSEWHERE),)))
    assert answer == ListServicesByLocationResponse(("urn:service:sos",), (OWN,), (), "at-1")


def test_a_location_that_cannot_be_read(world: World) -> None:
    body = (
        b'<listServicesByLocation xmlns="urn:ietf:params:xml:ns:lost1"><location id="a" profile="other"/>'
        b"</listServicesByLocation>"
    )
    answer = world.server.answer(body)
    assert isinstance(answer, Errors)
    assert answer.kinds == ("locationProfileUnrecognized",)
    assert answer.problems[0].unsupported_profiles == ("other",)


def test_longitudes_beyond_180_come_back_turned() -> None:
    """Some maps of the Aleutians go on beyond the 180th meridian; LoST has no such longitudes."""
    index = BoundaryIndex((EAST,), [shapely.box(179.0, 51.0, 181.0, 52.0).wkb])
    world = World(boundaries=Boundaries(Loaded(index)))
    boundary = world.found(Point(51.5, -179.5), service_boundary="value").mappings[0].boundary
    assert isinstance(boundary, BoundaryValue)
    assert {lon for _, lon in boundary.areas[0].exterior} == {179.0, -179.0}


def test_holes_come_along_and_are_nobodys() -> None:
    hole = [(-71.5, 43.5), (-71.4, 43.5), (-71.4, 43.6), (-71.5, 43.5)]
    polygon = shapely.Polygon(shapely.box(-72, 43, -71, 44).exterior, [hole])
    world = World(boundaries=Boundaries(Loaded(BoundaryIndex((EAST,), [polygon.wkb]))))
    boundary = world.found(Point(43.1, -71.9), service_boundary="value").mappings[0].boundary
    assert isinstance(boundary, BoundaryValue)
    assert len(boundary.areas[0].interiors) == 1
    assert world.refused(question(Point(43.52, -71.42))) == "notFound"

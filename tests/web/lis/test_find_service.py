"""findService by boundaries and addresses: who serves a place (RFC 5222 §8)."""

from dataclasses import replace

import pytest
from tests.web.lis.world import (
    CAMPUS,
    EAST,
    ELSEWHERE,
    IN_CAMPUS,
    IN_EAST,
    IN_WEST,
    NOWHERE,
    OWN,
    POLICE,
    STREET,
    TOWN,
    TYPO,
    WEST,
    Boundaries,
    Loaded,
    Routes,
    World,
    index_of,
    location,
    question,
    route,
    uris,
    warnings_of,
)

from callpoint.addresses.verdict import Reason, Verdict
from callpoint.i3.civic import Civic
from callpoint.i3.lost import (
    NO_CACHE,
    BoundaryReference,
    BoundaryValue,
    DisplayName,
    Errors,
    FindService,
    LocationValidation,
    Problem,
    RequestLocation,
)
from callpoint.i3.shapes import ArcBand, Circle, Ellipse, Point, Polygon, Shape
from callpoint.routing.records import Psap, Target
from callpoint.web.lis.index_facts import key_of
from callpoint.web.lis.moments import UNKNOWN_AGE


@pytest.fixture
def world() -> World:
    return World()


def test_a_point_in_one_county(world: World) -> None:
    response = world.found(IN_EAST)
    (mapping,) = response.mappings
    assert mapping.source == OWN
    assert mapping.source_id == "east-psap"
    assert mapping.last_updated == "2026-01-02T00:00:00Z"
    assert mapping.expires == "2026-06-02T12:00:00Z"
    assert mapping.service == "urn:service:sos"
    assert mapping.uris == ("sip:911@east.example",)
    assert mapping.display_names == (DisplayName("East County", "en"),)
    assert mapping.service_number == "911"
    assert mapping.boundary == BoundaryReference(OWN, key_of(EAST))
    assert (response.path, response.location_used) == ((OWN,), "at-1")
    assert response.warnings == ()
    assert response.validation is None


def test_every_boundary_that_holds_the_place_is_a_mapping_the_smaller_first(world: World) -> None:
    response = world.found(IN_CAMPUS)
    assert [mapping.source_id for mapping in response.mappings] == ["campus-psap", "west-psap"]
    assert response.mappings[0].display_names == (DisplayName("Université", "fr"),)


SHAPES: list[Shape] = [
    Circle(IN_EAST, 100.0),
    Ellipse(IN_EAST, 200.0, 100.0, 30.0),
    ArcBand(IN_EAST, 10.0, 500.0, 0.0, 90.0),
    Polygon(
        (
            Point(43.5, -71.5),
            Point(43.5, -71.4),
            Point(43.6, -71.4),
            Point(43.5, -71.5),
        )
    ),
]


@pytest.mark.parametrize("shape", SHAPES)
def test_any_shape(world: World, shape: Shape) -> None:
    assert uris(world.found(shape)) == ["sip:911@east.example"]


def test_an_area_over_a_border_has_both_sides_the_larger_first(world: World) -> None:
    assert uris(world.found(Circle(Point(43.8, -71.99), 3_000.0))) == ["sip:911@east.example", "sip:911@west.example"]


def test_of_an_area_as_wide_as_a_state_the_middle_decides(world: World) -> None:
    assert uris(world.found(Circle(IN_EAST, 200_000.0))) == ["sip:911@east.example"]


def test_the_address_leads_to_its_point(world: World) -> None:
    assert uris(world.found(STREET)) == ["sip:911@west.example"]
    assert world.addresses.asked == [STREET]


def test_a_town_is_mapped_by_its_middle(world: World) -> None:
    assert uris(world.found(TOWN)) == ["sip:911@west.example"]


def test_an_address_nobody_knows_is_mapped_by_its_town(world: World) -> None:
    assert uris(world.found(TYPO)) == ["sip:911@west.example"]
    assert world.addresses.asked == [TYPO, TOWN]


def test_the_first_location_that_can_be_read_counts(world: World) -> None:
    assert world.found(IN_EAST, STREET).location_used == "at-1"
    strange = RequestLocation("x", "geodetic-2d", shape=IN_WEST)
    response = world.answer(FindService((strange, location(STREET, 2)), "urn:service:sos"))
    assert response.location_used == "x"  # type: ignore[union-attr]


def test_validation_is_told_when_wanted(world: World) -> None:
    validation = world.found(STREET, validate_location=True).validation
    assert validation == LocationValidation(("country", "A1", "A3", "RD", "STS", "HNO", "PC"))
    validation = world.found(TYPO, validate_location=True).validation
    assert validation == LocationValidation(("country", "A1"), ("RD",), ("A3", "STS", "HNO", "PC"))
    assert world.found(TYPO).validation is None


def test_there_is_nothing_to_validate_in_a_shape(world: World) -> None:
    assert world.found(IN_EAST, validate_location=True).validation is None


def test_a_data_set_that_cannot_be_asked_is_told_and_routes_still_answer(world: World) -> None:
    world.addresses.broken = True
    world.routes = Routes([route("vermont", country="US", A1="VT")])
    response = world.found(STREET, validate_location=True)
    assert uris(response) == ["sip:911@vermont.example"]
    assert set(warnings_of(response)) == {"locationValidationUnavailable"}
    assert set(warnings_of(world.found(STREET))) == set()


@pytest.mark.parametrize(
    "service",
    [
        "urn:service:sos",
        "URN:service:SOS",
        "urn:emergency:service:sos",
        "urn:emergency:service:sos.psap",
        "urn:nena:service:sos.psap",
        "urn:service:test.sos",
    ],
)
def test_the_psap_by_any_of_its_names(world: World, service: str) -> None:
    response = world.found(IN_EAST, service=service)
    assert response.mappings[0].service == service
    assert not response.warnings


def test_no_service_means_the_psap(world: World) -> None:
    response = world.found(IN_EAST, service="")
    assert response.mappings[0].service == "urn:service:sos"
    assert not response.warnings


def test_a_service_with_a_layer_of_its_own(world: World) -> None:
    response = world.found(IN_WEST, service="urn:service:sos.police")
    assert uris(response) == ["sip:p@w.example"]
    assert response.mappings[0].service_number == ""
    assert not response.warnings


@pytest.mark.parametrize(("service", "place"), [("urn:service:sos.fire", IN_WEST), ("urn:service:sos.police", IN_EAST)])
def test_a_service_without_one_there_is_answered_by_the_psap_and_says_so(
    world: World, service: str, place: Point
) -> None:
    response = world.found(place, service=service)
    assert {mapping.service for mapping in response.mappings} == {"urn:service:sos"}
    assert set(warnings_of(response)) == {"serviceSubstitution"}


def test_a_service_that_is_none_of_ours(world: World) -> None:
    assert world.refused(question(IN_EAST, service="urn:service:counseling")) == "serviceNotImplemented"


def test_the_boundary_by_value(world: World) -> None:
    boundary = world.found(IN_EAST, service_boundary="value").mappings[0].boundary
    assert isinstance(boundary, BoundaryValue)
    (area,) = boundary.areas
    assert set(area.exterior) == {(43.0, -72.0), (43.0, -71.0), (44.0, -71.0), (44.0, -72.0)}


def test_a_place_nobody_serves(world: World) -> None:
    assert world.refused(question(NOWHERE)) == "notFound"
    world.boundaries = Boundaries(Loaded(index_of(EAST)))
    assert world.refused(question(STREET)) == "notFound"


def test_an_address_that_is_wrong_and_served_by_nobody(world: World) -> None:
    answer = world.answer(question(Civic(country="US", A1="VT", RD="Mian")))
    assert answer.problems == (Problem("locationInvalid", "There is no such street.", "en"),)  # type: ignore[union-attr]


def test_a_town_nobody_serves_is_not_blamed_for_its_street(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    verdict = Verdict("", "area", TOWN, (10.0, 10.0), "area", reasons=(Reason("no_street", "No street is given."),))
    monkeypatch.setattr(world.addresses, "check", lambda address: verdict)
    answer = world.answer(question(TOWN))
    assert isinstance(answer, Errors)
    assert answer.problems == (Problem("notFound", "Nobody is known to serve this place.", "en"),)


def test_fixed_routes_stand_in_where_there_is_no_boundary(world: World) -> None:
    world.routes = Routes([route("hampshire", country="US", A1="NH"), route("all")])
    response = world.found(ELSEWHERE)
    (mapping,) = response.mappings
    assert mapping.uris == ("sip:911@hampshire.example",)
    assert mapping.source_id == "route hampshire"
    assert (mapping.last_updated, mapping.expires) == (UNKNOWN_AGE, "2026-06-02T12:00:00Z")
    assert mapping.boundary is None
    assert uris(world.found(NOWHERE)) == ["sip:911@all.example"]
    assert world.refused(question(NOWHERE, service="urn:service:counseling")) == "serviceNotImplemented"


def test_boundaries_go_before_routes(world: World) -> None:
    world.routes = Routes([route("all")])
    assert uris(world.found(IN_EAST)) == ["sip:911@east.example"]


def test_the_default_mapping_is_told_and_not_kept(world: World) -> None:
    world.configured(default_uri="sip:911@relay.example", default_name="Relay center")
    response = world.found(NOWHERE)
    (mapping,) = response.mappings
    assert (mapping.uris, mapping.expires) == (("sip:911@relay.example",), NO_CACHE)
    assert mapping.display_names == (DisplayName("Relay center", "en"),)
    assert set(warnings_of(response)) == {"defaultMappingReturned"}
    assert set(warnings_of(world.found(NOWHERE, service="urn:service:sos.fire"))) == {
        "defaultMappingReturned",
        "serviceSubstitution",
    }
    assert uris(world.found(TYPO)) == ["sip:911@west.example"]
    assert world.refused(question(NOWHERE, service="urn:service:counseling")) == "serviceNotImplemented"


def test_boundaries_without_psaps_answer_what_they_can(world: World) -> None:
    world.boundaries = Boundaries(Loaded(index_of(POLICE)))
    assert uris(world.found(IN_WEST, service="urn:service:sos.police")) == ["sip:p@w.example"]
    assert world.refused(question(IN_WEST)) == "notFound"


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"uri": ""}, ()),
        ({"uri": "not a uri"}, ()),
        ({"uri": "tel:+18025550100"}, ("tel:+18025550100",)),
    ],
)
def test_only_a_uri_is_given_as_one(world: World, changes: dict[str, str], expected: tuple[str, ...]) -> None:
    world.boundaries = Boundaries(Loaded(index_of(replace(EAST, **changes))))  # type: ignore[arg-type]
    assert world.found(IN_EAST).mappings[0].uris == expected


def test_what_publishers_write_is_put_into_the_form_of_lost(world: World) -> None:
    odd = replace(
        EAST,
        id="east-psap",
        display_name=" East \n County ",
        language="English",
        service_number="9-1-1",
        updated_at="yesterday",
    )
    world.boundaries = Boundaries(Loaded(index_of(odd)))
    (mapping,) = world.found(IN_EAST).mappings
    assert mapping.display_names == (DisplayName("East County", "en"),)
    assert (mapping.service_number, mapping.last_updated) == ("911", UNKNOWN_AGE)


def test_twenty_overlaps_are_enough(world: World) -> None:
    crowd = [replace(WEST, id="west-psap", display_name=f"PSAP {number}") for number in range(30)]
    world.boundaries = Boundaries(Loaded(index_of(*crowd)))
    assert len(world.found(IN_WEST).mappings) == 20


def test_a_campus_alone(world: World) -> None:
    world.boundaries = Boundaries(Loaded(index_of(CAMPUS)))
    assert uris(world.found(IN_CAMPUS)) == ["sip:911@campus.example"]
    assert world.refused(question(IN_WEST)) == "notFound"


def test_the_targets_an_operator_has_chosen_are_answered(world: World) -> None:
    """A border controller that asks us must send its calls where the node would."""
    targets = (Target("first", "sip:psap@gateway.example"), Target("second", "sips:psap@other.example"))
    world.routes = Routes([], [Psap("East County", targets), Psap("Elsewhere", ())])
    assert uris(world.found(IN_EAST)) == ["sip:psap@gateway.example", "sips:psap@other.example"]


def test_a_psap_without_targets_is_reached_as_the_boundary_says(world: World) -> None:
    world.routes = Routes([], [Psap("East County")])
    assert uris(world.found(IN_EAST)) == ["sip:911@east.example"]

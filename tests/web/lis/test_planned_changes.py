"""Boundaries that begin and end: no mapping holds past a change, and other days can be asked for."""

from dataclasses import replace

import pytest
from tests.web.lis.world import (
    CAMPUS,
    EAST,
    IN_CAMPUS,
    IN_EAST,
    IN_WEST,
    STREET,
    WEST,
    Boundaries,
    Loaded,
    World,
    index_of,
    question,
    uris,
)

from callpoint.i3.lost import NO_CACHE, FindServiceResponse, read_response, write_request
from callpoint.web.lis.mappings import MOST_CHANGES

TONIGHT = "2026-06-01T22:00:00Z"
OLD_EAST = replace(EAST, expires=TONIGHT, uri="sip:911@old.example")
NEW_EAST = replace(EAST, effective=TONIGHT, uri="sip:911@new.example")


def world_of(*boundaries: object) -> World:
    return World(boundaries=Boundaries(Loaded(index_of(*boundaries))))  # type: ignore[arg-type]


def test_a_mapping_ends_with_its_boundary() -> None:
    world = world_of(WEST, OLD_EAST, NEW_EAST)
    (mapping,) = world.found(IN_EAST).mappings
    assert (mapping.uris, mapping.expires) == (("sip:911@old.example",), TONIGHT)
    world.now = TONIGHT
    (mapping,) = world.found(IN_EAST).mappings
    assert (mapping.uris, mapping.expires) == (("sip:911@new.example",), "2026-06-02T22:00:00Z")


def test_a_mapping_ends_when_another_boundary_begins() -> None:
    world = world_of(WEST, replace(CAMPUS, effective=TONIGHT))
    assert world.found(IN_CAMPUS).mappings[0].expires == TONIGHT


def test_a_change_elsewhere_changes_nothing_here() -> None:
    world = world_of(WEST, OLD_EAST, NEW_EAST)
    assert world.found(IN_WEST).mappings[0].expires == "2026-06-02T12:00:00Z"


def test_a_change_beyond_the_time_a_mapping_holds_is_no_concern_yet() -> None:
    world = world_of(OLD_EAST, NEW_EAST).configured(expires_hours=1.0)
    assert world.found(IN_EAST).mappings[0].expires == "2026-06-01T13:00:00Z"


def test_with_many_changes_ahead_nothing_is_promised_beyond_those_looked_at() -> None:
    moments = [f"2026-06-01T{hour}:00:00Z" for hour in range(13, 13 + MOST_CHANGES + 2)]
    others = [replace(EAST, effective=moment) for moment in moments]
    world = world_of(WEST, *others)
    assert world.found(IN_WEST).mappings[0].expires == moments[MOST_CHANGES]


def test_validation_says_when_to_ask_again() -> None:
    world = world_of(replace(WEST, expires=TONIGHT))
    validation = world.found(STREET, validate_location=True).validation
    assert validation is not None
    assert validation.revalidate_after == TONIGHT
    world = world_of(WEST)
    validation = world.found(STREET, validate_location=True).validation
    assert validation is not None
    assert validation.revalidate_after == ""


@pytest.mark.parametrize(
    ("as_of", "uri"),
    [
        ("2026-06-01T21:59:59Z", "sip:911@old.example"),
        (TONIGHT, "sip:911@new.example"),
        ("2026-06-01T18:00:00-04:00", "sip:911@new.example"),
        ("2019-01-01T00:00:00Z", "sip:911@old.example"),
    ],
)
def test_the_state_of_another_day_is_not_kept(as_of: str, uri: str) -> None:
    response = world_of(WEST, OLD_EAST, NEW_EAST).found(IN_EAST, as_of=as_of)
    assert uris(response) == [uri]
    assert response.mappings[0].expires == NO_CACHE


@pytest.mark.parametrize("as_of", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"])
def test_a_day_outside_of_the_calendar_is_no_fault_of_ours(as_of: str) -> None:
    asked = write_request(question(IN_EAST)).replace(
        b"</service>", f'</service><asOf xmlns="urn:ietf:params:xml:ns:lostPlannedChange1">{as_of}</asOf>'.encode()
    )
    assert isinstance(read_response(world_of(WEST, EAST).server.respond(asked)), FindServiceResponse)


def test_a_boundary_not_in_force_serves_nobody() -> None:
    assert world_of(WEST, NEW_EAST).refused(question(IN_EAST)) == "notFound"

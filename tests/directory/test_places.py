"""What a call taker reads: addresses with spots, and which PSAP serves them."""

from typing import Any

import pytest
from tests.directory.cast import Cast

from callpoint.directory import provision
from callpoint.directory.models import Address, Location, acting
from callpoint.directory.publishing.places import Places, civic
from callpoint.directory.publishing.routes import RouteTable
from callpoint.directory.publishing.tables import organization_record, table_changes, trunk_record
from callpoint.directory.tenancy import everywhere
from callpoint.i3.civic import CIVIC_ELEMENTS, EXTENSION_ELEMENTS
from callpoint.routing import records
from callpoint.snapshot.changes import Put

COLUMNS = {element.lower() for element in (*CIVIC_ELEMENTS, *EXTENSION_ELEMENTS)}
ADDRESS = dict.fromkeys(COLUMNS, "") | {"country": "US", "a1": "VT", "a3": "Barre", "hno": "6", "rd": "Main"}
SPOT = {"name": "Default", "floor": "", "unit": "", "room": "", "note": ""}


def test_every_civic_element_has_a_column() -> None:
    assert {field.name for field in Address._meta.concrete_fields} >= COLUMNS


@pytest.mark.parametrize(
    ("spot", "address", "expected"),
    [
        ({}, {}, {}),
        ({"floor": "2"}, {}, {"FLR": "2"}),
        ({"floor": "2", "room": "212", "unit": "B"}, {}, {"FLR": "2", "ROOM": "212", "UNIT": "B"}),
        ({"floor": "3"}, {"flr": "1"}, {"FLR": "3"}),
        ({}, {"flr": "1", "unit": "4"}, {"FLR": "1", "UNIT": "4"}),
        ({"note": "by the stairs"}, {}, {"LOC": "by the stairs"}),
        ({"name": "Loading dock"}, {}, {"LOC": "Loading dock"}),
        ({"name": "Loading dock"}, {"loc": "north wing"}, {"LOC": "north wing"}),
        ({"name": "2nd floor", "floor": "2"}, {}, {"FLR": "2"}),
        ({"name": "DEFAULT"}, {}, {}),
        ({"name": "Home"}, {}, {}),
    ],
)
def test_civic(spot: dict[str, str], address: dict[str, str], expected: dict[str, str]) -> None:
    base = {"country": "US", "A1": "VT", "A3": "Barre", "HNO": "6", "RD": "Main"}
    assert civic(SPOT | spot, ADDRESS | address).to_fields() == base | expected


def area(country: str, a1: str, a3: str) -> dict[str, Any]:
    return {"psap_id": None, "psap_source": "", "country": country, "a1": a1, "a3": a3}


@pytest.mark.parametrize(
    ("place", "psap"),
    [
        (("US", "VT", "Montpelier"), "city"),
        (("US", "vt", "MONTPELIER"), "city"),
        (("US", "VT", "Barre"), "Montpelier dispatch"),
        (("US", "VT", ""), "Montpelier dispatch"),
        (("US", "NH", "Montpelier"), "nation"),
        (("CA", "ON", "Ottawa"), None),
    ],
)
def test_the_most_specific_route_wins(place: tuple[str, str, str], psap: str | None, people: Cast) -> None:
    with acting("test", "routes"):
        provision.create_route(provision.create_psap("city", [("sip:c@x.example", "i3")]), "US", "VT", "Montpelier")
        provision.create_route(provision.create_psap("nation", [("sip:n@x.example", "i3")]), "US")
    found, source = RouteTable().psap_for(area(*place))
    assert (found.name if found else None, source) == (psap, "fixed route" if psap else "")


def test_places_are_kept_until_told_otherwise(people: Cast, django_assert_num_queries: Any) -> None:
    places = Places()
    with everywhere():
        first = places.of([people.desk.pk])[people.desk.pk]
        with django_assert_num_queries(0):
            assert places.of([people.desk.pk])[people.desk.pk] is first
        with acting("test", "moved"):
            people.desk.room = "9"
            people.desk.save()
        places.forget()
        assert places.of([people.desk.pk])[people.desk.pk].civic.ROOM == "9"


def test_places_do_not_grow_without_end(people: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("callpoint.directory.publishing.places._KEPT", 2)
    with acting("test", "rooms"), everywhere():
        rooms = [provision.create_location(people.building, f"Room {number}").pk for number in range(6)]
        places = Places()
        for room in rooms:
            assert room in places.of([room])
        assert len(places.of([rooms[0], rooms[5]])) <= 4


def test_a_location_that_is_gone_is_no_error(people: Cast) -> None:
    with everywhere():
        assert 10**9 not in Places().of([10**9])


def test_a_location_record_tells_what_is_known(people: Cast) -> None:
    with acting("test", "checked"), everywhere():
        address = people.building.address
        address.verdict, address.dataset, address.dataset_version = "valid", "Vermont E911", "2026-10"
        address.latitude, address.longitude = 44.2624, -72.5805
        address.save()
        record = Places().of([people.desk.pk])[people.desk.pk]
        assert Location.objects.get(pk=people.desk.pk).note == ""
    assert (record.verdict, record.dataset, record.point) == ("valid", "Vermont E911 2026-10", (44.2624, -72.5805))
    assert (record.building, record.note, record.method) == ("State House", "Front desk", "Manual")
    assert record.updated_at.endswith("+00:00")


def test_organization_and_trunk_records_carry_every_setting(people: Cast) -> None:
    with acting("test", "settings"):
        organization = provision.create_organization(
            *("full", "Full"),
            status="warned",
            country="CA",
            language="fr",
            time_zone="America/Toronto",
            number_location_allowed=True,
            unregistered_fee="75.50",
            currency="CAD",
        )
        trunk = provision.create_trunk(
            *("full trunk", organization),
            source_networks=["2001:db8::/32"],
            digest_username="sbc",
            digest_ha1={"SHA-256": "00"},
            certificate_names=["sbc.example"],
            id_headers=["X-Agent"],
            location_trusted=True,
            misdial="treat_as_911",
        )
    assert organization_record(organization) == records.Organization(
        *("full", "Full", "warned", "CA", "fr", "America/Toronto", True, "75.50", "CAD"),
    )
    record = trunk_record(trunk)
    assert record == records.Trunk(
        *("full trunk", "full", ("2001:db8::/32",), "sbc", {"SHA-256": "00"}, ("sbc.example",), ("X-Agent",)),
        location_trusted=True,
        misdial="treat_as_911",
    )
    assert records.from_json(records.Trunk, records.to_json(record)) == record


def test_tables_are_whole(people: Cast) -> None:
    with everywhere():
        found = [change.record for change in table_changes(Places()) if isinstance(change, Put)]
    kinds = [type(record).__name__ for record in found]
    assert sorted(kinds) == ["FixedRoute", "Organization", "Organization", "Provider", "Psap", "Trunk"]

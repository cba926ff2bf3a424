"""Records and their JSON."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.routing.cast import HOME, MONTPELIER, OFFICE, PROVIDER, RELAY, person

from callpoint.i3.civic import Civic
from callpoint.routing.records import (
    FixedRoute,
    Identity,
    LocationRecord,
    Organization,
    Provider,
    Psap,
    Record,
    RecordError,
    Target,
    Trunk,
    from_json,
    to_json,
)

TEXT = st.text(max_size=8)
CIVICS = st.builds(Civic, country=st.sampled_from(["", "US"]), HNO=st.sampled_from(["", "115"]))
TARGETS = st.builds(Target, name=TEXT, uri=TEXT, profile=st.sampled_from(["i3", "carrier"]))
PSAPS = st.builds(Psap, name=TEXT, targets=st.lists(TARGETS, max_size=2).map(tuple))
LOCATIONS = st.builds(
    LocationRecord,
    id=TEXT,
    civic=CIVICS,
    point=st.none() | st.tuples(st.floats(-90, 90), st.floats(-180, 180)),
    verdict=st.sampled_from(["unchecked", "valid", "area"]),
    psap=st.none() | PSAPS,
    note=TEXT,
)
RECORDS = st.one_of(
    TARGETS,
    PSAPS,
    LOCATIONS,
    st.builds(Organization, slug=TEXT, name=TEXT, number_location_allowed=st.booleans(), notified=st.just(("a", "b"))),
    st.builds(
        Trunk,
        name=TEXT,
        source_networks=st.lists(TEXT, max_size=2).map(tuple),
        digest_ha1=st.dictionaries(TEXT, TEXT, max_size=2),
        misdial=st.sampled_from(["reject", "treat_as_911"]),
    ),
    st.builds(Provider, relay_center=st.lists(TARGETS, max_size=2).map(tuple), name=TEXT),
    st.builds(FixedRoute, psap=PSAPS, country=TEXT, A1=TEXT, A3=TEXT),
    st.builds(
        Identity,
        organization=TEXT,
        kind=st.sampled_from(["device_user_id", "phone_number"]),
        identity=TEXT,
        active=st.booleans(),
        current_location=st.none() | LOCATIONS,
        notified=st.lists(TEXT, max_size=2).map(tuple),
    ),
)


@given(RECORDS)
def test_json_and_back(record: Record) -> None:
    assert from_json(type(record), json.loads(json.dumps(to_json(record)))) == record


def test_defaults_are_left_out() -> None:
    assert to_json(Target("A", "sip:a")) == {"name": "A", "uri": "sip:a"}
    assert to_json(RELAY)["kind"] == "relay_center"
    assert "psap" not in to_json(LocationRecord("1", Civic()))


def test_civic_is_written_by_its_filled_fields() -> None:
    assert to_json(OFFICE)["civic"]["HNO"] == "115"
    assert "PRD" not in to_json(OFFICE)["civic"]


def test_keys_of_a_later_version_are_passed_over() -> None:
    later = to_json(PROVIDER) | {"colour": "red"}
    later["relay_center"] = [later["relay_center"][0] | {"weight": 5}]
    assert from_json(Provider, later) == PROVIDER


def test_whole_numbers_are_fine_coordinates() -> None:
    location = from_json(LocationRecord, {"id": "1", "civic": {}, "point": [44, -72]})
    assert location.point == (44.0, -72.0)
    assert isinstance(location.point[0], float)


def test_nested_records_come_back_whole() -> None:
    ada = person(current_location=HOME, assigned_location=OFFICE)
    again = from_json(Identity, json.loads(json.dumps(to_json(ada))))
    assert again == ada
    assert again.assigned_location is not None
    assert again.assigned_location.psap == MONTPELIER


@pytest.mark.parametrize(
    ("cls", "data", "where"),
    [
        (Target, {"name": "A"}, "uri missing"),
        (Target, {"name": "A", "uri": 5}, "Target.uri"),
        (Target, {"name": "A", "uri": "sip:a", "kind": "human"}, "Target.kind"),
        (Target, [], "an object is expected"),
        (Psap, {"name": "P", "targets": {}}, "Psap.targets"),
        (Psap, {"name": "P", "targets": [{"name": "A"}]}, "Psap.targets"),
        (
            Identity,
            {"organization": "d", "kind": "device_user_id", "identity": "E", "active": "yes"},
            "Identity.active",
        ),
        (LocationRecord, {"id": "1", "civic": "x"}, "LocationRecord.civic"),
        (LocationRecord, {"id": "1", "civic": {"HNO": 115}}, "LocationRecord.civic"),
        (LocationRecord, {"id": "1", "civic": {}, "point": [1]}, "LocationRecord.point"),
        (LocationRecord, {"id": "1", "civic": {}, "point": [True, 1]}, "LocationRecord.point"),
        (Trunk, {"name": "t", "digest_ha1": {"MD5": 1}}, "Trunk.digest_ha1"),
    ],
)
def test_wrong_json_names_the_field(cls: type[Any], data: Any, where: str) -> None:
    with pytest.raises(RecordError, match=where):
        from_json(cls, data)

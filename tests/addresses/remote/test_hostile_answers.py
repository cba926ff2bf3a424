"""Whatever a provider answers, reading it ends in evidence of sane types, in None, or in RemoteError."""

import json
import math
import random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.addresses.remote.answers import ASKED, census_answer, census_match, nominatim_answer, nominatim_house
from tests.addresses.remote.test_lost_validation import MAPPING

from callpoint.addresses.remote import Census, Evidence, LostValidation, Nominatim, Provider, RemoteError
from callpoint.i3.lost import FindServiceResponse, LocationValidation, write_response

PROVIDERS: list[Provider] = [Nominatim(), Census(), LostValidation("https://lost.example/")]
LOST_ANSWER = write_response(
    FindServiceResponse((MAPPING,), ("lvf.example",), LocationValidation(valid=("RD",), invalid=("HNO",)))
)
GOOD = {"Nominatim": nominatim_answer(nominatim_house()), "US Census geocoder": census_answer(census_match())} | {
    "LoST server": LOST_ANSWER
}


def read(provider: Provider, body: bytes) -> Evidence | None:
    """The evidence, checked; None also for the one error allowed."""
    try:
        evidence = provider.read(200, body, ASKED)
    except RemoteError:
        return None
    if evidence is not None and evidence.point is not None:
        assert all(isinstance(degrees, float) and math.isfinite(degrees) for degrees in evidence.point)
        assert abs(evidence.point[0]) <= 90
        assert abs(evidence.point[1]) <= 180
        assert evidence.civic.country == "US"
    return evidence


@pytest.mark.parametrize("provider", PROVIDERS, ids=lambda provider: provider.name)
@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\xff\xfe\x00",
        b"<!DOCTYPE html><html><body>Service unavailable</body></html>",
        b"null",
        b"true",
        b"42",
        b'"text"',
        b"{}",
        b"[]",
        b"[null, 1, [], {}]",
        b"[" * 100_000,
        b'{"a":' * 100_000,
        b"[" * 500 + b"]" * 500,
        b"[1e999999]",
        b"[" + b"9" * 10_000 + b"]",
        b'{"result": []}',
        b'{"result": {"addressMatches": {}}}',
        b'{"result": {"addressMatches": [null, {"coordinates": 5, "addressComponents": []}]}}',
        b'[{"lat": "44", "lon": "-72", "address": "115 State Street"}]',
        b'[{"lat": "44", "lon": "-72", "address": {"country_code": ["us"]}}]',
        b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>',
        b"<errors xmlns='urn:ietf:params:xml:ns:lost1'/>",
    ],
)
def test_nonsense_is_no_evidence(provider: Provider, body: bytes) -> None:
    assert read(provider, body) is None


@pytest.mark.parametrize(
    ("latitude", "longitude"),
    [
        ("NaN", "-72.5"),
        ("inf", "-72.5"),
        ("44.2", "-1e400"),
        ("91", "-72.5"),
        ("44.2", "-181"),
        ("", "-72.5"),
        ("44,2", "-72,5"),
        (True, "-72.5"),
        (None, None),
        ([44.2], "-72.5"),
        (10**400, "-72.5"),
        ("0", "0"),
        (0, 0.0),
    ],
)
def test_coordinates_that_are_no_place_are_no_evidence(latitude: Any, longitude: Any) -> None:
    house = nominatim_house(lat=latitude, lon=longitude)
    assert read(Nominatim(), nominatim_answer(house)) is None
    match = census_match(coordinates={"x": longitude, "y": latitude})
    assert read(Census(), census_answer(match)) is None


def test_numbers_json_does_not_have_are_refused() -> None:
    body = json.dumps([nominatim_house(lat=math.nan)]).encode()
    assert b"NaN" in body
    with pytest.raises(RemoteError, match="did not answer in JSON"):
        Nominatim().read(200, body, ASKED)


@pytest.mark.parametrize(
    "value",
    [None, 5, 5.5, True, [], {}, [["x"]], {"a": {}}, "x" * 100_000, "1" * 200, "n1" * 100, "\x00", "\ud800", "<long>"],
)
def test_every_member_may_be_of_any_type(value: Any) -> None:
    for name in nominatim_house()["address"]:
        read(Nominatim(), _dumped([nominatim_house(**{f"address__{name}": value})]))
    for name in ("category", "osm_type", "address", "lat"):
        read(Nominatim(), _dumped([nominatim_house(**{name: value})]))
    for name in (*census_match()["addressComponents"], *census_match()):
        read(Census(), _dumped({"result": {"addressMatches": [census_match(**{name: value})]}}))


def _dumped(value: Any) -> bytes:
    """As JSON; Python itself writes no whole number as long as those in question."""
    return json.dumps(value).replace('"<long>"', "9" * 5000).encode()


@pytest.mark.parametrize("provider", PROVIDERS, ids=lambda provider: provider.name)
def test_the_good_answer_is_evidence_and_stays_harmless_when_damaged(provider: Provider) -> None:
    good = GOOD[provider.name]
    assert read(provider, good) is not None
    dice = random.Random(911)
    for _ in range(400):
        damaged = bytearray(good)
        for _ in range(dice.randint(1, 8)):
            position = dice.randrange(len(damaged))
            damaged[position : position + dice.randint(0, 3)] = dice.randbytes(dice.randint(0, 3))
        read(provider, bytes(damaged))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=12,
)


@settings(max_examples=150, deadline=None)
@given(value=JSON, address=st.dictionaries(st.sampled_from(sorted(nominatim_house()["address"])), JSON))
def test_any_json_is_read_without_harm(value: Any, address: dict[str, Any]) -> None:
    read(Nominatim(), json.dumps(value).encode())
    read(Census(), json.dumps(value).encode())
    house = nominatim_house()
    house["address"] |= address
    read(Nominatim(), nominatim_answer(house))
    read(Census(), census_answer(census_match(streetName=value)))


def test_a_long_list_is_not_read_to_its_end() -> None:
    answers = [nominatim_house(lat="91")] * 5 + [nominatim_house()]
    assert read(Nominatim(), nominatim_answer(*answers)) is None

"""What templates may speak of: the values themselves, in each channel's form."""

from dataclasses import replace
from typing import Any

import pytest

from callpoint.channels.phrases_en import ENGLISH
from callpoint.channels.phrases_fr import FRENCH
from callpoint.channels.sample_call import SAMPLE_AROUND, SAMPLE_CALL
from callpoint.channels.variables import LONGEST_SHORT_VALUE, LONGEST_VALUE, NAMES, values_of
from callpoint.routing.alert_call import AlertCall


def values(call: AlertCall = SAMPLE_CALL, channel: str = "email", **around: Any) -> dict[str, str]:
    return values_of(call, "emergency", channel, ENGLISH, replace(SAMPLE_AROUND, **around))


def test_each_variable_has_a_value_and_no_other_does() -> None:
    assert set(values()) == NAMES
    assert set(values_of(AlertCall(), "emergency", "email", ENGLISH, SAMPLE_AROUND)) == NAMES


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("title", "911 call"),
        ("organization", "Sample Organization"),
        ("caller", "Ana Ruiz (E1001)"),
        ("callback_number", "+1 802-555-0143"),
        ("place", "State House, floor 2, room 210"),
        ("directions", "East stairs, second door on the left"),
        ("coordinates", "44.262077, -72.581016"),
        ("destination", "Montpelier Dispatch"),
        ("cost", ""),
        ("time", "3:05:31 p.m. EDT"),
        ("date", "Monday, March 9, 2026"),
        ("dialled", "911"),
        ("call_id", "sample-call"),
        ("state", "answered"),
    ],
)
def test_what_they_hold(name: str, value: str) -> None:
    assert values()[name] == value


@pytest.mark.parametrize(
    ("changes", "caller"),
    [
        ({}, "Ana Ruiz (E1001)"),
        ({"person": ""}, "E1001"),
        ({"device_user_id": ""}, "Ana Ruiz"),
        ({"person": "E1001"}, "E1001"),
        ({"person": "", "device_user_id": ""}, "+1 802-555-0100"),
        ({"person": "", "device_user_id": "", "caller_number": ""}, "An unknown caller"),
    ],
)
def test_who_calls_as_far_as_it_is_known(changes: dict[str, str], caller: str) -> None:
    assert values(replace(SAMPLE_CALL, **changes))["caller"] == caller  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"floor": "", "room": ""}, "State House"),
        ({"unit": "5"}, "State House, floor 2, unit 5, room 210"),
        ({"building": ""}, SAMPLE_CALL.location),
        ({"building": "", "location": "", "location_unsure": "Nowhere"}, "Nowhere"),
        ({"building": "", "location": ""}, ""),
    ],
)
def test_where_it_is_as_far_as_it_is_known(changes: dict[str, str], place: str) -> None:
    assert values(replace(SAMPLE_CALL, **changes))["place"] == place  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("direct", "psap", "destination"),
    [
        (True, "Dispatch", "Dispatch"),
        (True, "", "the emergency center of that place"),
        (False, "Dispatch", "the relay center"),
    ],
)
def test_where_the_call_goes(direct: bool, psap: str, destination: str) -> None:
    assert values(replace(SAMPLE_CALL, direct=direct, psap=psap))["destination"] == destination


def test_a_state_nobody_has_words_for_is_shown_as_it_is() -> None:
    assert values(state="transferring")["state"] == "transferring"
    assert values_of(SAMPLE_CALL, "emergency", "email", FRENCH, SAMPLE_AROUND)["state"] == "répondu"


@pytest.mark.parametrize(("channel", "longest"), [("email", LONGEST_VALUE), ("sms", LONGEST_SHORT_VALUE)])
def test_no_value_is_longer_than_its_channel_bears(channel: str, longest: int) -> None:
    names = ("person", "building", "floor", "unit", "room", "note", "psap", "location", "about", "trunk")
    call = replace(SAMPLE_CALL, **dict.fromkeys(names, "x" * 100_000))  # type: ignore[arg-type]
    found = values(call, channel, organization="y" * 100_000)
    assert max(len(found[name]) for name in ("person", "building", "directions", "location", "organization")) == longest


def test_for_the_ear_everything_is_words() -> None:
    spoken = values(channel="voice")
    assert spoken["callback_number"] == "eight zero two, five five five, zero one four three"
    assert spoken["caller"] == "Ana Ruiz"
    assert spoken["place"] == "State House, floor two, room two ten"
    assert spoken["location"].startswith("one fifteen State Street")
    assert values(replace(SAMPLE_CALL, civic={}), "voice")["location"] == (
        "one fifteen State Street, second Floor, Room two ten, Montpelier, VT zero five six three three"
    )
    assert values(replace(SAMPLE_CALL, person=""), "voice")["caller"] == "E one zero zero one"

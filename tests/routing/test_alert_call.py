"""What people are told of a call is what its facts say, and nothing more."""

from callpoint.routing.alert_call import AlertCall, alert_call

RECEIVED = {"service": "emergency", "dialled": "911", "identity": "E1001", "caller": "+18025550100", "trunk": "main"}
CIVIC = {"country": "US", "A1": "VT", "A3": "Montpelier", "RD": "State", "HNO": "115", "FLR": "2", "ROOM": "207"}
DECIDED = {
    "person": "Ada Byron",
    "device_user_id": "E1001",
    "callback_number": "+18025550199",
    "location_source": "assigned",
    "location": {
        "civic": CIVIC,
        "formatted": "115 State, Montpelier VT",
        "verdict": "valid",
        "point": [44.26, -72.58],
        "building": "State House",
        "building_id": "7",
        "id": "31@12",
        "note": "east stairs",
    },
    "psap": "Montpelier dispatch",
    "direct": True,
    "reasons": [{"code": "a", "text": "Because."}],
}


def test_a_call_with_a_location() -> None:
    call = alert_call("abc", "acme", "2026-01-01T00:00:00.000Z", RECEIVED, DECIDED)
    assert (call.person, call.callback_number, call.caller_number) == ("Ada Byron", "+18025550199", "+18025550100")
    assert (call.building, call.building_id, call.location_id, call.floor, call.room) == (
        *("State House", "7", "31"),
        *("2", "207"),
    )
    assert (call.civic, call.point, call.reasons) == (CIVIC, (44.26, -72.58), ("Because.",))
    assert AlertCall.from_json(call.to_json()) == call


def test_a_location_nobody_could_confirm_is_not_called_one() -> None:
    unsure = {"civic": {"A3": "Nowhere", "FLR": "9"}, "formatted": "Nowhere", "building": "Annex", "building_id": "8"}
    decided = DECIDED | {"location": None, "unusable_location": unsure, "unregistered": True}
    call = alert_call("abc", "acme", "", RECEIVED, decided)
    assert (call.location, call.civic, call.point, call.location_unsure) == ("", {}, None, "Nowhere")
    assert (call.building, call.floor) == ("Annex", "9"), "responders are told, marked as unsure"


def test_nothing_known_is_nothing_said() -> None:
    call = alert_call("abc", "", "", {"identity": "X"}, {})
    assert (call.device_user_id, call.person, call.location, call.point) == ("X", "", "", None)
    assert AlertCall.from_json({"call_id": "abc", "later": 1}).call_id == "abc"


def test_the_digest_tells_places_apart() -> None:
    first = alert_call("a", "acme", "", RECEIVED, DECIDED)
    again = alert_call(
        "b", "acme", "", {}, DECIDED | {"location": DECIDED["location"] | {"civic": dict(reversed(CIVIC.items()))}}
    )  # type: ignore[operator]
    other = alert_call("a", "acme", "", RECEIVED, DECIDED | {"location": None})
    assert first.location_digest == again.location_digest != other.location_digest

"""A plan in words."""

import json
from dataclasses import replace

import pytest
from tests.routing.cast import HOME, OFFICE, TRUNK, HandView, SentLocation, call, person

from callpoint.i3.shapes import Point
from callpoint.routing.decide import decide
from callpoint.routing.explain import cause_of_relay, explained, goes_directly, plan_as_json, what_a_real_call_would_do
from callpoint.routing.plan import CallPlan
from callpoint.routing.records import Provider, Psap


def plan_of(identity: str = "E1001", service: str = "read_back", **place: object) -> CallPlan:
    office = replace(OFFICE, **place)  # type: ignore[arg-type]
    return decide(call(identity, service=service), HandView((person(assigned_location=office),)))


def test_direct_call_in_two_languages() -> None:
    plan = plan_of()
    assert goes_directly(plan)
    assert what_a_real_call_would_do(plan) == "would go directly to Montpelier dispatch"
    assert what_a_real_call_would_do(plan, "fr-CA") == "irait directement à Montpelier dispatch"
    assert what_a_real_call_would_do(plan, "es") == "would go directly to Montpelier dispatch"


def test_relay_with_its_cause() -> None:
    plan = decide(call(service="read_back"), HandView((person(),)))
    assert not goes_directly(plan)
    assert what_a_real_call_would_do(plan) == (
        "would first be answered by the national relay center, because no location is registered"
    )
    assert what_a_real_call_would_do(plan, "fr") == (
        "serait d'abord pris par le centre national de relais, car aucun emplacement n'est inscrit"
    )


@pytest.mark.parametrize(
    ("plan", "cause"),
    [
        (plan_of("E7"), "this employee ID is not registered"),
        (plan_of(""), "the call carried no employee ID"),
        (plan_of(verdict="ambiguous"), "the registered address fits more than one place"),
        (plan_of(verdict="invalid"), "the registered address could not be found"),
        (plan_of(verdict="refused"), "the registered address was refused"),
        (plan_of(psap=None), "no emergency center is known for that place"),
        (plan_of(psap=Psap("Empty")), "the emergency center of that place cannot be reached directly"),
        (decide(call(organization="x"), HandView()), "the organization is not known"),
        (decide(call(organization=""), HandView()), "the call does not say which organization it belongs to"),
        (decide(call(), HandView(down="gone")), "the directory cannot be read at the moment"),
    ],
)
def test_causes(plan: CallPlan, cause: str) -> None:
    assert cause_of_relay(plan) == cause
    assert what_a_real_call_would_do(plan).endswith(f"because {cause}")
    assert cause_of_relay(plan, "fr") != cause


def test_nobody_to_send_to() -> None:
    plan = decide(call("E7"), HandView(who_runs_it=Provider()))
    assert what_a_real_call_would_do(plan).startswith("could not be sent to anybody")
    assert explained(plan)[3] == "Targets:   none"


def test_lines() -> None:
    lines = explained(plan_of(service="emergency"))
    assert lines[:9] == [
        "Who:       E1001, Ada (demo)",
        "Location:  115 State Street, Floor 2, Montpelier, VT 05633 (assigned location, valid)",
        "PSAP:      Montpelier dispatch",
        "Targets:   1. Montpelier A <sip:a.psap.example.net;transport=tls>",
        "           2. Montpelier B <sip:b.psap.example.net;transport=tls>",
        "           3. Relay <sip:relay.example.net>",
        "Callback:  +18025550100",
        "Told:      front desk",
        "Cost:      nothing extra",
    ]
    assert lines[9] == "Because:"
    assert "  - No current location was set." in lines[10:]


def test_lines_of_an_unknown_caller() -> None:
    lines = explained(plan_of("e1001", "emergency"))
    assert lines[0] == "Who:       unknown (demo)"
    assert lines[1] == "Location:  none: unregistered"
    assert "Cost:      120.00 CAD" in lines
    assert any("“E1001”, which is not the same: upper and lower case differ" in line for line in lines)


def test_unusable_address_is_shown_as_words_only() -> None:
    assert "in words only: 115 State Street" in explained(plan_of(verdict="invalid"))[1]


def test_json_is_json_and_whole() -> None:
    plain = json.loads(json.dumps(plan_as_json(plan_of(service="emergency"))))
    assert plain["device_user_id"] == "E1001"
    assert plain["location"]["civic"]["A3"] == "Montpelier"
    assert plain["location"]["verdict"] == "valid"
    assert [target["kind"] for target in plain["targets"]] == ["psap", "psap", "relay_center"]
    assert plain["direct"] is True
    assert {"code", "text"} == set(plain["reasons"][0])


def test_json_of_a_location_in_the_call() -> None:
    sent = SentLocation(None, Point(44.26, -72.58))
    plan = decide(call(trunk=replace(TRUNK, location_trusted=True), location=sent), HandView())
    assert plan_as_json(plan)["location"] == {
        "civic": {},
        "formatted": "",
        "verdict": "unchecked",
        "point": [44.26, -72.58],
        "method": "",
        "updated_at": "",
        "building": "",
        "building_id": "",
        "id": "",
        "note": "",
    }
    assert "44.26000, -72.58000" in explained(plan)[1]


def test_json_of_a_plan_without_location() -> None:
    plain = plan_as_json(plan_of(verdict="refused"))
    assert plain["location"] is None
    assert plain["unusable_location"]["verdict"] == "refused"


def test_building_and_point_in_words() -> None:
    named = plan_of(building="Capitol Plaza")
    assert "Capitol Plaza, 115 State Street" in explained(named)[1]
    bare = decide(
        call(), HandView((person(assigned_location=replace(HOME, civic=type(HOME.civic)(), point=(44.0, -72.0))),))
    )
    assert "44.00000, -72.00000" in explained(bare)[1]

"""Every branch of the decision as a row: the call, the directory, what comes out and which reasons say so."""

from dataclasses import dataclass, replace

import pytest
from tests.routing.cast import (
    AT_NOON,
    AT_ONE,
    DEMO,
    HOME,
    MAIN_STREET,
    MONTPELIER,
    OFFICE,
    OTTAWA,
    PSAP_A,
    PSAP_B,
    RELAY,
    RELAY_2,
    STATE_STREET,
    TRUNK,
    HandView,
    SentLocation,
    call,
    person,
)

from callpoint.datasets.boundary import ServiceBoundary
from callpoint.i3.civic import Civic
from callpoint.i3.shapes import Circle, Point
from callpoint.routing.decide import NEAR_MISSES_NAMED, decide
from callpoint.routing.explain import explained
from callpoint.routing.plan import IncomingCall
from callpoint.routing.reasons import CODES
from callpoint.routing.records import FixedRoute, Identity, Organization, Provider, Psap, Target
from callpoint.routing.served_by import STILL_LOADING, BoundaryAnswer

TRUSTED = replace(TRUNK, location_trusted=True)
NUMBERS_ALLOWED = {"demo": replace(DEMO, number_location_allowed=True)}
VERMONT = FixedRoute(MONTPELIER, "US", "VT")
BOTH = (PSAP_A, PSAP_B, RELAY)
CHOSEN = replace(HOME, updated_at=AT_NOON)
PHONE = person("+18025550177", kind="phone_number", name="Lobby phone", assigned_location=OFFICE, callback_number="")
LOBBY = Identity(
    "demo", "phone_number", "+18025550166", callback_number="+18025550166", assigned_location=OFFICE, elin=True
)

CIRCLE = Circle(Point(44.26, -72.58), 30)
AREA = ServiceBoundary("1", "urn:service:sos", "Ottawa 911", dataset="vermont", dataset_version="2026-01-02.ab")
BY_BOUNDARY = BoundaryAnswer("ready", OTTAWA, AREA, datasets=("vermont",))


@dataclass(frozen=True)
class Case:
    name: str
    call: IncomingCall
    view: HandView
    source: str
    targets: tuple[Target, ...]
    codes: frozenset[str]
    verdict: str = ""
    callback: str = "+18025550100"


def case(
    name: str, a_call: IncomingCall, view: HandView, source: str, targets: tuple[Target, ...], codes: str, **more: str
) -> Case:
    return Case(name, a_call, view, source, targets, frozenset(codes.split()), **more)


def at_office(**fields: object) -> HandView:
    return HandView((person(assigned_location=replace(OFFICE, **fields)),))  # type: ignore[arg-type]


CASES = (
    # whose location
    case(
        "assigned",
        call(),
        at_office(),
        "assigned",
        BOTH,
        "identity_known call_location_none network_location_none current_location_none assigned_location_used"
        " location_valid psap_mapped callback_from_person",
        verdict="valid",
    ),
    case(
        "current before assigned",
        call(),
        HandView((person(assigned_location=OFFICE, current_location=HOME),)),
        "current",
        BOTH,
        "current_location_used location_unchecked",
        verdict="unchecked",
    ),
    case(
        "network, nothing chosen",
        call(),
        HandView((person(network_location=OFFICE, assigned_location=HOME),)),
        "network",
        BOTH,
        "network_location_used",
        verdict="valid",
    ),
    case(
        "network, fresher",
        call(),
        HandView((person(network_location=replace(OFFICE, updated_at=AT_ONE), current_location=CHOSEN),)),
        "network",
        BOTH,
        "network_location_used",
        verdict="valid",
    ),
    case(
        "network, as old",
        call(),
        HandView((person(network_location=replace(OFFICE, updated_at=AT_NOON), current_location=CHOSEN),)),
        "current",
        BOTH,
        "network_location_older current_location_used",
        verdict="unchecked",
    ),
    case(
        "network, age unreadable",
        call(),
        HandView((person(network_location=replace(OFFICE, updated_at="yesterday"), current_location=CHOSEN),)),
        "current",
        BOTH,
        "network_location_older",
        verdict="unchecked",
    ),
    case(
        "in the call",
        call(trunk=TRUSTED, location=SentLocation(MAIN_STREET)),
        replace(at_office(), routes=(VERMONT,)),
        "call",
        BOTH,
        "call_location_used location_unchecked psap_by_fixed_route",
        verdict="unchecked",
    ),
    case(
        "in the call, as a circle",
        call(trunk=TRUSTED, location=SentLocation(None, Circle(Point(44.26, -72.58), 30))),
        at_office(),
        "call",
        (RELAY,),
        "call_location_used psap_unknown relay_center_first",
        verdict="unchecked",
    ),
    case(
        "in the call, not trusted",
        call(location=SentLocation(MAIN_STREET)),
        at_office(),
        "assigned",
        BOTH,
        "call_location_untrusted",
        verdict="valid",
    ),
    case(
        "in the call, only a state",
        call(trunk=TRUSTED, location=SentLocation(Civic(country="US", A1="VT"))),
        at_office(),
        "assigned",
        BOTH,
        "call_location_empty",
        verdict="valid",
    ),
    case(
        "number of the person",
        call(),
        HandView((person(number_location=OFFICE),), organizations=NUMBERS_ALLOWED),
        "number",
        BOTH,
        "assigned_location_none number_location_used",
        verdict="valid",
    ),
    case(
        "number not allowed",
        call(),
        HandView((person(number_location=OFFICE),)),
        "none",
        (RELAY,),
        "number_location_not_allowed no_location relay_center_first",
    ),
    case(
        "number of the call",
        call("E7", caller_number="802-555-0177"),
        HandView((PHONE,), organizations=NUMBERS_ALLOWED),
        "number",
        BOTH,
        "identity_unknown number_record_used number_location_used callback_from_identity",
        verdict="valid",
        callback="+18025550177",
    ),
    case(
        "number unknown",
        call("E7", caller_number="+18025550178"),
        HandView((PHONE,), organizations=NUMBERS_ALLOWED),
        "none",
        (RELAY,),
        "number_location_none no_location callback_from_call",
        callback="+18025550178",
    ),
    case(
        "number of a record without a place",
        call("E7", caller_number="+18025550177"),
        HandView((replace(PHONE, assigned_location=None),), organizations=NUMBERS_ALLOWED),
        "none",
        (RELAY,),
        "number_location_none no_location",
        callback="+18025550177",
    ),
    case(
        "ELIN",
        call("", caller_number="(802) 555-0166"),
        HandView((LOBBY,)),
        "number",
        BOTH,
        "identity_missing elin_used callback_from_elin location_valid",
        verdict="valid",
        callback="+18025550166",
    ),
    case(
        "ELIN as the ID",
        call("+18025550166"),
        HandView((LOBBY,)),
        "number",
        BOTH,
        "identity_elin elin_used callback_from_elin",
        verdict="valid",
        callback="+18025550166",
    ),
    case(
        "ELIN of a location nobody knows",
        call("", caller_number="+18025550166"),
        HandView((replace(LOBBY, assigned_location=None),)),
        "none",
        (RELAY,),
        "number_location_none number_location_not_allowed no_location callback_from_call",
        callback="+18025550166",
    ),
    case("nothing at all", call(), HandView((person(),)), "none", (RELAY,), "no_location relay_center_first"),
    # who
    case("unknown ID", call("E7"), HandView(), "none", (RELAY,), "identity_unknown callback_none", callback=""),
    case(
        "look-alike", call("e-1001"), at_office(), "none", (RELAY,), "identity_unknown identity_near_miss", callback=""
    ),
    case("no ID", call(""), at_office(), "none", (RELAY,), "identity_missing", callback=""),
    case(
        "inactive",
        call(),
        HandView((person(active=False, assigned_location=OFFICE),)),
        "assigned",
        BOTH,
        "person_inactive",
        verdict="valid",
    ),
    case(
        "suspended",
        call(),
        replace(at_office(), organizations={"demo": replace(DEMO, status="suspended")}),
        "assigned",
        BOTH,
        "organization_suspended",
        verdict="valid",
    ),
    case(
        "organization unknown",
        call(organization="nobody"),
        at_office(),
        "none",
        (RELAY,),
        "organization_unknown",
        callback="",
    ),
    case(
        "organization not named",
        call(organization=""),
        at_office(),
        "none",
        (RELAY,),
        "organization_missing",
        callback="",
    ),
    case(
        "organization unknown, location in the call",
        call(organization="nobody", trunk=TRUSTED, location=SentLocation(STATE_STREET)),
        HandView(routes=(VERMONT,)),
        "call",
        BOTH,
        "organization_unknown call_location_used",
        verdict="unchecked",
        callback="",
    ),
    case(
        "directory down", call(), HandView(down="disk on fire"), "none", (RELAY,), "directory_unavailable", callback=""
    ),
    case(
        "directory down, number asked",
        call("", caller_number="+18025550177"),
        HandView(down="disk on fire", organizations=NUMBERS_ALLOWED),
        "none",
        (RELAY,),
        "identity_missing directory_unavailable",
        callback="+18025550177",
    ),
    case(
        "directory never there",
        call(),
        HandView(down="no file", down_altogether=True),
        "none",
        (RELAY,),
        "directory_unavailable",
        callback="",
    ),
    # how good it is
    case(
        "corrected",
        call(),
        at_office(verdict="valid_corrected"),
        "assigned",
        BOTH,
        "location_valid",
        verdict="valid_corrected",
    ),
    case("area", call(), at_office(verdict="area"), "assigned", BOTH, "location_area", verdict="area"),
    case(
        "ambiguous", call(), at_office(verdict="ambiguous"), "none", (RELAY,), "location_ambiguous relay_center_first"
    ),
    case("invalid", call(), at_office(verdict="invalid"), "none", (RELAY,), "location_invalid relay_center_first"),
    case("refused", call(), at_office(verdict="refused"), "none", (RELAY,), "location_refused relay_center_first"),
    # where to
    case(
        "fixed route",
        call(),
        replace(at_office(psap=None), routes=(VERMONT,)),
        "assigned",
        BOTH,
        "psap_by_fixed_route",
        verdict="valid",
    ),
    case(
        "no PSAP",
        call(),
        at_office(psap=None),
        "assigned",
        (RELAY,),
        "psap_unknown relay_center_first",
        verdict="valid",
    ),
    case(
        "by boundary",
        call(trunk=TRUSTED, location=SentLocation(None, CIRCLE)),
        replace(at_office(), boundary=BY_BOUNDARY, routes=(VERMONT,)),
        "call",
        (*OTTAWA.targets, RELAY),
        "call_location_used psap_by_boundary",
        verdict="unchecked",
    ),
    case(
        "by a boundary that others overlap",
        call(),
        replace(at_office(psap=None, point=(44.26, -72.58)), boundary=replace(BY_BOUNDARY, others=("Barre",))),
        "assigned",
        (*OTTAWA.targets, RELAY),
        "psap_by_boundary boundary_overlap",
        verdict="valid",
    ),
    case(
        "by a sample boundary that holds a part of the area",
        call(trunk=TRUSTED, location=SentLocation(None, CIRCLE)),
        replace(
            at_office(),
            boundary=replace(BY_BOUNDARY, boundary=replace(AREA, sample=True), others=("Barre",), partly=True),
        ),
        "call",
        (*OTTAWA.targets, RELAY),
        "psap_by_boundary boundary_sample boundary_partly",
        verdict="unchecked",
    ),
    case(
        "by a boundary without a way to reach it, but with a fixed route",
        call(trunk=TRUSTED, location=SentLocation(MAIN_STREET, CIRCLE)),
        replace(at_office(), boundary=replace(BY_BOUNDARY, psap=Psap("Barre")), routes=(VERMONT,)),
        "call",
        BOTH,
        "psap_by_boundary psap_without_targets psap_by_fixed_route",
        verdict="unchecked",
    ),
    case(
        "by a boundary without any way to reach it",
        call(trunk=TRUSTED, location=SentLocation(None, CIRCLE)),
        replace(at_office(), boundary=replace(BY_BOUNDARY, psap=Psap("Barre"))),
        "call",
        (RELAY,),
        "psap_by_boundary psap_without_targets relay_center_first",
        verdict="unchecked",
    ),
    case(
        "in a gap between boundaries, with a fixed route",
        call(trunk=TRUSTED, location=SentLocation(MAIN_STREET, CIRCLE)),
        replace(at_office(), boundary=BoundaryAnswer("ready", datasets=("vermont",)), routes=(VERMONT,)),
        "call",
        BOTH,
        "boundary_gap psap_by_fixed_route",
        verdict="unchecked",
    ),
    case(
        "boundaries not read yet",
        call(trunk=TRUSTED, location=SentLocation(None, CIRCLE)),
        replace(at_office(), boundary=STILL_LOADING),
        "call",
        (RELAY,),
        "boundaries_loading psap_unknown relay_center_first",
        verdict="unchecked",
    ),
    case(
        "PSAP without targets",
        call(),
        at_office(psap=Psap("Empty")),
        "assigned",
        (RELAY,),
        "psap_without_targets relay_center_first",
        verdict="valid",
    ),
    case(
        "no relay center",
        call(),
        replace(at_office(), who_runs_it=Provider()),
        "assigned",
        (PSAP_A, PSAP_B),
        "relay_center_missing",
        verdict="valid",
    ),
    case(
        "no relay center, doubtful address",
        call(),
        replace(at_office(verdict="ambiguous"), who_runs_it=Provider()),
        "none",
        (PSAP_A, PSAP_B),
        "relay_center_missing psap_as_last_resort",
    ),
    case(
        "no relay center, no address, a route for all",
        call("E7"),
        HandView(who_runs_it=Provider(), routes=(FixedRoute(OTTAWA),)),
        "none",
        OTTAWA.targets,
        "relay_center_missing psap_as_last_resort",
        callback="",
    ),
    case(
        "test",
        call(service="test", service_urn="urn:service:test.sos"),
        at_office(),
        "assigned",
        (),
        "not_sent",
        verdict="valid",
    ),
    case("933", call(service="read_back", service_urn=""), at_office(), "assigned", (), "not_sent", verdict="valid"),
    # callback
    case(
        "callback useless",
        call(caller_number="+16135550100"),
        HandView((person(callback_number="+442079460000", assigned_location=OFFICE),)),
        "assigned",
        BOTH,
        "callback_unusable callback_from_call",
        verdict="valid",
        callback="+16135550100",
    ),
)


@pytest.mark.parametrize("row", CASES, ids=lambda row: row.name)
def test_case(row: Case) -> None:
    plan = decide(row.call, row.view)
    codes = [reason.code for reason in plan.reasons]
    assert row.codes <= set(codes)
    assert len(codes) == len(set(codes)) or "identity_near_miss" in codes
    assert (plan.location_source, plan.verdict, plan.callback_number) == (row.source, row.verdict, row.callback)
    assert plan.targets == row.targets
    assert plan.unregistered is (plan.location is None)
    assert plan.kind == row.call.service


def test_every_reason_is_given_in_a_case() -> None:
    given = {reason.code for row in CASES for reason in decide(row.call, row.view).reasons}
    assert given == CODES


def test_sentences_are_whole() -> None:
    for row in CASES:
        for reason in decide(row.call, row.view).reasons:
            assert reason.text[0].isupper()
            assert reason.text.endswith(".")
            assert "{" not in reason.text


def test_unusable_address_goes_along_in_words_only() -> None:
    plan = decide(call(), at_office(verdict="invalid"))
    assert plan.location is None
    assert plan.unusable_location is not None
    assert plan.unusable_location.id == "office"
    (words,) = [reason.text for reason in plan.reasons if reason.code == "location_invalid"]
    assert "115 State Street" in words


def test_newer_bad_address_is_not_replaced_by_older_good_one() -> None:
    moved = replace(HOME, verdict="invalid")
    plan = decide(call(), HandView((person(assigned_location=OFFICE, current_location=moved),)))
    assert plan.location is None
    assert plan.targets == (RELAY,)


def test_unmapped_location_goes_to_the_relay_center_with_the_call() -> None:
    plan = decide(call(), at_office(psap=None))
    assert plan.location == replace(OFFICE, psap=None)
    assert (plan.unregistered, plan.cost) == (False, "")


def test_fee_is_the_organizations_else_the_providers() -> None:
    unknown = decide(call("E7"), HandView())
    assert (unknown.cost, unknown.currency) == ("120.00", "CAD")
    plain = decide(call("E7"), HandView(organizations={"demo": Organization("demo", "Demo")}))
    assert (plain.cost, plain.currency) == ("100.00", "USD")
    assert decide(call("E7", organization="nobody"), HandView()).cost == "100.00"


def test_tests_cost_nothing() -> None:
    plan = decide(call("E7", service="read_back"), HandView())
    assert (plan.unregistered, plan.cost) == (True, "")


def test_told_are_the_persons_people_else_the_organizations() -> None:
    assert decide(call(), at_office()).notified == ("front desk",)
    assert decide(call("E7"), HandView()).notified == ("security",)
    assert decide(call(organization="nobody"), HandView()).notified == ()


def test_targets_once_each_and_relay_centers_last() -> None:
    mixed = Psap("Mixed", (RELAY_2, PSAP_A, PSAP_A, replace(RELAY, kind="psap"), PSAP_B))
    plan = decide(call(), at_office(psap=mixed))
    assert plan.targets == (PSAP_A, PSAP_B, RELAY, RELAY_2)


def test_provider_target_is_a_relay_center_whatever_it_is_called() -> None:
    odd = Provider((replace(RELAY, kind="psap"),))
    assert decide(call("E7"), HandView(who_runs_it=odd)).targets == (RELAY,)


def test_number_record_is_asked_as_a_person_is() -> None:
    moved = replace(PHONE, current_location=HOME)
    plan = decide(call("E7", caller_number="+18025550177"), HandView((moved,), organizations=NUMBERS_ALLOWED))
    assert plan.location == HOME
    assert plan.identity == moved


def test_number_record_must_be_of_that_kind() -> None:
    desk = replace(PHONE, kind="device_user_id")
    plan = decide(call("E7", caller_number="+18025550177"), HandView((desk,), organizations=NUMBERS_ALLOWED))
    assert plan.location is None


def test_known_person_without_place_keeps_being_the_one_who_calls() -> None:
    view = HandView((person(), PHONE), organizations=NUMBERS_ALLOWED)
    plan = decide(call(caller_number="+18025550177"), view)
    assert plan.identity == person()
    assert (plan.location, plan.callback_number) == (OFFICE, "+18025550100")


def test_an_elin_gives_a_known_person_without_a_place_the_place_and_no_more() -> None:
    plan = decide(call(caller_number="+18025550166"), HandView((person(), LOBBY)))
    assert (plan.identity, plan.location, plan.callback_number) == (person(), OFFICE, "+18025550100")


def test_what_a_person_says_comes_before_an_elin() -> None:
    ada = person(current_location=HOME)
    assert decide(call(caller_number="+18025550166"), HandView((ada, LOBBY))).location == HOME


def test_an_elin_is_told_as_such() -> None:
    lines = explained(decide(call("", caller_number="+18025550166"), HandView((LOBBY,))))
    assert lines[0] == "Who:       whoever calls from +18025550166, the ELIN of a location (demo)"
    assert any("The number +18025550166 is the ELIN of a location: 115 State Street" in line for line in lines)


def test_many_look_alikes_are_not_all_named() -> None:
    crowd = HandView(tuple(person("E" + "0" * zeros + "1001") for zeros in range(1, 12)))
    plan = decide(call("E1001"), crowd)
    assert [reason.code for reason in plan.reasons].count("identity_near_miss") == NEAR_MISSES_NAMED


@pytest.mark.parametrize("sent", ["e1001", "e-1001", "E1001 ", " E1001", "E01001", "E 1001", "Ｅ1001"])
def test_near_miss_is_named_and_not_matched(sent: str) -> None:
    plan = decide(call(sent), at_office())
    assert plan.identity is None
    assert plan.location is None
    assert any(reason.code == "identity_near_miss" and "“E1001”" in reason.text for reason in plan.reasons)


def test_reasons_answer_the_questions_in_order() -> None:
    codes = [reason.code for reason in decide(call(), at_office()).reasons]
    assert codes == [
        "identity_known",
        "call_location_none",
        "network_location_none",
        "current_location_none",
        "assigned_location_used",
        "location_valid",
        "psap_mapped",
        "callback_from_person",
    ]


def test_boundaries_are_asked_for_the_moment_of_the_call() -> None:
    view = replace(at_office(), boundary=BY_BOUNDARY)
    decide(call(trunk=TRUSTED, location=SentLocation(None, CIRCLE), at=AT_NOON), view)
    assert view.asked == [(CIRCLE, AT_NOON)]


def test_the_data_set_of_a_boundary_is_named() -> None:
    view = replace(at_office(), boundary=replace(BY_BOUNDARY, others=("Barre", "Stowe")))
    plan = decide(call(trunk=TRUSTED, location=SentLocation(None, CIRCLE)), view)
    texts = {reason.code: reason.text for reason in plan.reasons}
    assert texts["psap_by_boundary"] == "Calls from there go to Ottawa 911 (boundary of vermont 2026-01-02.ab)."
    assert texts["boundary_overlap"].endswith("go to Barre, Stowe.")


def test_a_mapping_published_with_the_location_is_not_asked_again() -> None:
    view = replace(at_office(point=(44.26, -72.58)), boundary=BY_BOUNDARY)
    assert decide(call(), view).psap == MONTPELIER
    assert not view.asked

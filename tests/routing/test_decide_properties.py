"""What must hold of any call and any directory."""

from hypothesis import given
from hypothesis import strategies as st
from tests.routing.cast import HandView, SentLocation

from callpoint.i3.civic import Civic
from callpoint.i3.shapes import Point
from callpoint.routing.decide import decide
from callpoint.routing.explain import explained, plan_as_json, what_a_real_call_would_do
from callpoint.routing.identity import near_miss_key
from callpoint.routing.plan import IncomingCall
from callpoint.routing.records import FixedRoute, Identity, LocationRecord, Organization, Provider, Psap, Target, Trunk

IDS = st.sampled_from(["E1001", "e1001", "E-1001", "E1001 ", "E01001", "E2", "", "+18025550100", "\udce9"])
URIS = st.sampled_from([f"sip:{name}.example.net" for name in "abcdef"])
TARGETS = st.builds(
    Target,
    name=st.text(max_size=5),
    uri=URIS,
    profile=st.sampled_from(["i3", "carrier"]),
    kind=st.sampled_from(["psap", "relay_center"]),
)
PSAPS = st.builds(Psap, name=st.sampled_from(["A", "B"]), targets=st.lists(TARGETS, max_size=4).map(tuple))
CIVICS = st.builds(
    Civic,
    country=st.sampled_from(["", "US", "CA"]),
    A1=st.sampled_from(["", "VT"]),
    A3=st.sampled_from(["", "Montpelier"]),
    RD=st.sampled_from(["", "State"]),
)
LOCATIONS = st.builds(
    LocationRecord,
    id=st.sampled_from(["1", "2"]),
    civic=CIVICS,
    point=st.none() | st.tuples(st.floats(-90, 90), st.floats(-180, 180)),
    verdict=st.sampled_from(["unchecked", "valid", "valid_corrected", "ambiguous", "area", "invalid", "refused"]),
    psap=st.none() | PSAPS,
    updated_at=st.sampled_from(["", "2026-11-20T12:00:00Z", "2026-11-20T13:00:00", "soon"]),
    building=st.sampled_from(["", "HQ"]),
)
PEOPLE = st.builds(
    Identity,
    organization=st.just("demo"),
    kind=st.sampled_from(["device_user_id", "phone_number"]),
    identity=IDS.filter(bool),
    name=st.text(max_size=5),
    callback_number=st.sampled_from(["", "+18025550101", "0", "+441234567890"]),
    active=st.booleans(),
    network_location=st.none() | LOCATIONS,
    current_location=st.none() | LOCATIONS,
    assigned_location=st.none() | LOCATIONS,
    number_location=st.none() | LOCATIONS,
    elin=st.booleans(),
)
RELAYS = st.lists(TARGETS, min_size=1, max_size=2).map(tuple)
VIEWS = st.builds(
    HandView,
    people=st.lists(PEOPLE, max_size=4, unique_by=lambda one: one.identity),
    organizations=st.just({})
    | st.builds(
        lambda allowed, status: {"demo": Organization("demo", "Demo", status, number_location_allowed=allowed)},
        st.booleans(),
        st.sampled_from(["active", "suspended"]),
    ),
    who_runs_it=st.builds(Provider, relay_center=RELAYS),
    routes=st.lists(st.builds(FixedRoute, PSAPS, st.sampled_from(["", "US"]), st.sampled_from(["", "VT"])), max_size=2),
    down=st.sampled_from(["", "", "", "gone"]),
)
CALLS = st.builds(
    IncomingCall,
    organization=st.sampled_from(["demo", "demo", "other", ""]),
    dialled=st.just("911"),
    service=st.just("emergency"),
    service_urn=st.just("urn:service:sos"),
    identity=IDS,
    identity_source=st.just("X-Employee-ID"),
    trunk=st.builds(Trunk, name=st.just("t"), location_trusted=st.booleans()),
    location=st.none()
    | st.builds(SentLocation, civic=st.none() | CIVICS, shape=st.none() | st.just(Point(44.0, -72.0))),
    caller_number=st.sampled_from(["", "anonymous", "+18025550100"]),
)


@given(CALLS, VIEWS)
def test_an_emergency_always_has_somewhere_to_go_and_the_relay_center_is_last(
    call: IncomingCall, view: HandView
) -> None:
    plan = decide(call, view)
    kinds = [target.kind for target in plan.targets]
    assert kinds
    assert kinds[-1] == "relay_center"
    assert kinds == sorted(kinds, key=["psap", "relay_center"].index)
    assert len({target.uri for target in plan.targets}) == len(plan.targets)
    assert {target.uri for target in view.who_runs_it.relay_center} <= {target.uri for target in plan.targets}


@given(CALLS, VIEWS)
def test_a_look_alike_is_never_matched(call: IncomingCall, view: HandView) -> None:
    plan = decide(call, view)
    if plan.identity is not None:
        assert plan.identity.identity in (call.identity, call.caller_number)
    for reason in plan.reasons:
        if reason.code == "identity_near_miss":
            assert plan.identity is None or plan.identity.identity == call.caller_number


@given(CALLS, VIEWS)
def test_a_location_is_never_called_better_than_its_verdict(call: IncomingCall, view: HandView) -> None:
    plan = decide(call, view)
    if isinstance(plan.location, LocationRecord):
        assert plan.verdict == plan.location.verdict
        assert plan.verdict in ("valid", "valid_corrected", "unchecked", "area")
    else:
        assert plan.verdict == ("unchecked" if plan.location is not None else "")
    codes = {reason.code for reason in plan.reasons}
    assert ("location_valid" in codes) <= (plan.verdict in ("valid", "valid_corrected"))
    assert plan.location is None or plan.unusable_location is None


@given(CALLS, VIEWS)
def test_only_a_trunk_that_may_sends_a_location(call: IncomingCall, view: HandView) -> None:
    plan = decide(call, view)
    assert plan.location_source != "call" or call.trunk.location_trusted


@given(CALLS, VIEWS)
def test_a_plan_can_be_told_and_tests_follow_the_same_chain(call: IncomingCall, view: HandView) -> None:
    plan = decide(call, view)
    assert explained(plan)[0].startswith("Who:")
    assert plan_as_json(plan)["unregistered"] is (plan.location is None)
    assert decide(call, view) == plan
    rehearsal = decide(IncomingCall(**{**call.__dict__, "service": "read_back"}), view)
    assert rehearsal.targets == ()
    assert (rehearsal.location, rehearsal.psap, rehearsal.identity) == (plan.location, plan.psap, plan.identity)
    direct = plan.targets[0].kind == "psap"
    assert what_a_real_call_would_do(rehearsal).startswith("would go directly") is direct


@given(st.text(max_size=12))
def test_look_alike_key_is_stable(text: str) -> None:
    key = near_miss_key(text)
    assert near_miss_key(key) == key
    assert near_miss_key(f" {text}\t") == key

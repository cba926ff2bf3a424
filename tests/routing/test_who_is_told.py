"""Who is told: filters, steps, duty times, and that it is never nobody."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callpoint.routing.alert_call import AlertCall
from callpoint.routing.alert_records import (
    AlertPlan,
    AlertStep,
    AlertType,
    DutyTime,
    Recipient,
    Subscription,
)
from callpoint.routing.who_is_told import (
    Begun,
    at_once,
    matching,
    on_duty,
    quietened,
    recipients_of,
    told,
    turn_of,
    zone,
)

KIM, BO, MAX = (
    Recipient(key, "email", f"{name}@acme.example", name) for key, name in (("1", "Kim"), ("2", "Bo"), ("3", "Max"))
)
CALL = AlertCall(call_id="c", organization="acme", building_id="7", location_id="31", trunk="main", device_user_id="E1")
NOON = datetime(2026, 6, 3, 12, 0, tzinfo=UTC)  # a Wednesday
WORKDAYS = (0, 1, 2, 3, 4)
DAY = DutyTime(WORKDAYS, "08:00", "17:00")
NIGHT = DutyTime((0, 1, 2, 3, 4, 5, 6), "17:00", "08:00")


def plan(*subscriptions: Subscription, time_zone: str = "UTC") -> AlertPlan:
    return AlertPlan("acme", time_zone=time_zone, subscriptions=subscriptions, recipients=(KIM, BO, MAX))


def wants(*steps: AlertStep, type_: AlertType = "emergency", key: str = "10") -> Subscription:
    return Subscription(key, f"sub {key}", type_, steps)


def names(begun: tuple[Begun, ...]) -> list[list[str]]:
    return [[one.name for one in step.recipients] for step in begun]


@pytest.mark.parametrize(
    ("filters", "matches"),
    [
        ({}, True),
        ({"buildings": ("7",)}, True),
        ({"buildings": ("8", "7")}, True),
        ({"buildings": ("8",)}, False),
        ({"buildings": ("7",), "locations": ("31",)}, True),
        ({"buildings": ("7",), "locations": ("32",)}, False),
        ({"trunks": ("main",)}, True),
        ({"trunks": ("Main",)}, False),
        ({"people": ("E1",)}, True),
        ({"people": ("e1",)}, False),
        ({"people": ("E",)}, False),
        ({"people": ("",)}, False),
    ],
)
def test_within_a_filter_any_matches_and_all_filters_must(filters: dict[str, tuple[str, ...]], matches: bool) -> None:
    one = replace(wants(AlertStep(("1",))), **filters)  # type: ignore[arg-type]
    assert bool(matching(plan(one), CALL, "emergency")) is matches


def test_a_type_is_told_to_its_own_subscriptions() -> None:
    every = [wants(AlertStep(("1",)), type_=type_, key=type_) for type_ in ("emergency", "test_call", "misdial")]
    assert [one.type for one in matching(plan(*every), CALL, "misdial")] == ["misdial"]
    assert [one.type for one in matching(plan(*every), CALL, "emergency")] == ["emergency"]


def test_a_call_to_the_relay_center_is_an_emergency_too_but_nobody_is_told_twice_of_it() -> None:
    relay = wants(AlertStep(("2",)), type_="relay_center", key="11")
    both = plan(wants(AlertStep(("1", "2"))), relay)
    assert names(at_once(both, CALL, "relay_center", NOON)) == [["Bo"], ["Kim"]]
    assert names(at_once(both, CALL, "emergency", NOON)) == [["Kim", "Bo"]]


def test_a_call_of_another_organization_matches_nothing() -> None:
    assert matching(plan(wants(AlertStep(("1",)))), replace(CALL, organization="other"), "emergency") == ()
    assert at_once(plan(wants(AlertStep(("1",)))), replace(CALL, organization=""), "emergency", NOON) == ()


def test_a_recipient_named_twice_in_a_step_is_told_once_and_strangers_are_none() -> None:
    assert recipients_of(plan(), AlertStep(("2", "99", "2", "1"))) == (BO, KIM)


def test_a_later_step_waits_for_its_turn() -> None:
    one = wants(AlertStep(("1",), 0), AlertStep(("2",), 60))
    assert names(at_once(plan(one), CALL, "emergency", NOON)) == [["Kim"]]
    delayed = wants(AlertStep(("1",), 30))
    assert at_once(plan(delayed), CALL, "emergency", NOON) == ()
    begun = turn_of(plan(delayed), delayed, 0, NOON)
    assert begun is not None
    assert begun.recipients == (KIM,)


def test_with_nobody_of_a_step_on_duty_the_next_comes_at_once() -> None:
    one = wants(AlertStep(("1",), 0, "Night", (NIGHT,)), AlertStep(("2",), 60, "Day", (DAY,)))
    [begun] = at_once(plan(one), CALL, "emergency", NOON)
    assert (begun.step, begun.group, begun.recipients) == (1, "Day", (BO,))
    assert turn_of(plan(one), one, 2, NOON) is None


def test_with_nobody_at_all_on_duty_everybody_is_told_once() -> None:
    one = wants(AlertStep(("1",), 0, duty=(NIGHT,)), AlertStep(("1", "2"), 60, duty=(NIGHT,)))
    other = wants(AlertStep(("3",), 30, duty=(NIGHT,)), key="11")
    assert names(at_once(plan(one, other), CALL, "emergency", NOON)) == [["Kim"], ["Bo"], ["Max"]]


def test_somebody_on_duty_elsewhere_is_enough() -> None:
    one = wants(AlertStep(("1",), 0, duty=(NIGHT,)))
    other = wants(AlertStep(("3",), 0, duty=(DAY,)), key="11")
    assert names(at_once(plan(one, other), CALL, "emergency", NOON)) == [["Max"]]


def test_a_test_spares_phones_where_it_is_to_be_quiet() -> None:
    one = wants(AlertStep(("1",)))
    phone, text = Recipient("8", "voice", "+1"), Recipient("9", "sms", "+1")
    assert [quietened(one, who, test=True) for who in (phone, text, KIM)] == [True, True, False]
    assert not quietened(one, phone, test=False)
    assert not quietened(replace(one, quiet_tests=False), phone, test=True)


def test_what_explain_says() -> None:
    steps = (
        AlertStep(("1", "2"), 0, "Desk"),
        AlertStep(("3",), 90, "Managers"),
        AlertStep(("1",), 120, "Off", (NIGHT,)),
    )
    assert told(plan(wants(*steps)), CALL, "emergency", NOON) == (
        "Desk: Kim (email), Bo (email)",
        "after 90 s without acknowledgement, Managers: Max (email)",
    )
    assert told(plan(), CALL, "emergency", NOON) == ()


# --- duty times --------------------------------------------------------------------------------------------


def at(text: str, time_zone: str = "UTC") -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone(time_zone))


@pytest.mark.parametrize(
    ("duty", "moment", "on"),
    [
        (DutyTime((2,), "08:00", "17:00"), "2026-06-03T08:00:00", True),
        (DutyTime((2,), "08:00", "17:00"), "2026-06-03T16:59:59", True),
        (DutyTime((2,), "08:00", "17:00"), "2026-06-03T17:00:00", False),
        (DutyTime((2,), "08:00", "17:00"), "2026-06-04T12:00:00", False),
        (DutyTime((2,), "22:00", "06:00"), "2026-06-03T23:00:00", True),
        (DutyTime((2,), "22:00", "06:00"), "2026-06-04T05:59:00", True),
        (DutyTime((2,), "22:00", "06:00"), "2026-06-04T06:00:00", False),
        (DutyTime((2,), "22:00", "06:00"), "2026-06-03T05:00:00", False),
        (DutyTime((6,), "22:00", "06:00"), "2026-06-08T05:00:00", True),  # Sunday night into Monday
        (DutyTime((2,), "00:00", "00:00"), "2026-06-03T13:00:00", True),
        (DutyTime((2,), "00:00", "00:00"), "2026-06-04T00:00:00", False),
        (DutyTime((2,), "00:00", "24:00"), "2026-06-03T23:59:00", True),
        (DutyTime((2,), "17:00", "24:00"), "2026-06-04T00:00:00", False),
        (DutyTime((2,), "half past", "noon"), "2026-06-05T00:00:00", True),
        (DutyTime((2,), "25:00", "26:00"), "2026-06-05T00:00:00", True),
    ],
)
def test_duty_by_the_clock_on_the_wall(duty: DutyTime, moment: str, on: bool) -> None:
    assert on_duty((duty,), "UTC", at(moment)) is on


def test_duty_is_local_across_the_change_of_clocks() -> None:
    office = (DutyTime((0, 1, 2, 3, 4, 5, 6), "08:00", "17:00"),)
    new_york = "America/New_York"
    assert on_duty(office, new_york, datetime(2026, 3, 7, 13, 0, tzinfo=UTC))  # 8:00 in winter
    assert not on_duty(office, new_york, datetime(2026, 3, 7, 12, 59, tzinfo=UTC))
    assert on_duty(office, new_york, datetime(2026, 3, 8, 12, 0, tzinfo=UTC))  # 8:00 in summer, the day of the change
    assert on_duty(office, new_york, datetime(2026, 11, 1, 13, 0, tzinfo=UTC))
    assert not on_duty(office, new_york, datetime(2026, 11, 1, 12, 59, tzinfo=UTC))


def test_the_hour_that_comes_twice_counts_twice() -> None:
    night = (DutyTime((6,), "01:00", "02:00"),)
    first = datetime(2026, 11, 1, 5, 30, tzinfo=UTC)
    assert on_duty(night, "America/New_York", first)
    assert on_duty(night, "America/New_York", first + timedelta(hours=1))
    assert not on_duty(night, "America/New_York", first + timedelta(hours=2))


def test_an_unknown_time_zone_is_universal_time() -> None:
    assert on_duty((DutyTime((2,), "12:00", "12:01"),), "Mars/Olympus", NOON)
    assert zone("../../etc/passwd") is UTC


# --- what always holds -------------------------------------------------------------------------------------

duties = st.lists(
    st.builds(
        DutyTime,
        st.lists(st.integers(0, 6), max_size=7).map(tuple),
        st.times().map(lambda time: time.strftime("%H:%M")),
        st.times().map(lambda time: time.strftime("%H:%M")),
    ),
    max_size=2,
).map(tuple)
steps = st.builds(
    AlertStep,
    st.lists(st.sampled_from(["1", "2", "3", "gone"]), max_size=4).map(tuple),
    st.sampled_from([0, 30, 60]),
    st.just("Group"),
    duties,
)
subscriptions = st.lists(
    st.builds(
        lambda key, type_, steps: Subscription(
            str(key), f"sub {key}", type_, tuple(sorted(steps, key=lambda s: s.after_seconds))
        ),
        st.integers(1, 5),
        st.sampled_from(["emergency", "relay_center"]),
        st.lists(steps, max_size=3),
    ),
    max_size=4,
    unique_by=lambda one: one.id,
)
moments = st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1)).map(lambda one: one.replace(tzinfo=UTC))


@given(subscriptions, moments, st.sampled_from(["emergency", "relay_center"]))
def test_it_is_never_nobody(found: list[Subscription], moment: datetime, type_: AlertType) -> None:
    """Whoever a matching plan names at all, somebody is told: at once, or by a step that comes in time."""
    made = plan(*found)
    matched = matching(made, CALL, type_)
    named = {who.id for one in matched for step in one.steps for who in recipients_of(made, step)}
    begun = at_once(made, CALL, type_, moment)
    now = {who.id for step in begun for who in step.recipients}
    waiting = [one for one in matched if one.steps and one.steps[0].after_seconds > 0]
    later = [turn_of(made, one, 0, moment) for one in waiting]
    assert bool(named) == bool(now or any(later))
    assert now <= named


@given(subscriptions, moments)
def test_nobody_is_told_twice_in_one_subscription(found: list[Subscription], moment: datetime) -> None:
    told_by: dict[str, list[str]] = {}
    for step in at_once(plan(*found), CALL, "emergency", moment):
        told_by.setdefault(step.subscription.id, []).extend(who.id for who in step.recipients)
    assert all(len(ids) == len(set(ids)) for ids in told_by.values())


@given(duties, moments)
def test_duty_is_the_same_however_the_moment_is_written(duty: tuple[DutyTime, ...], moment: datetime) -> None:
    elsewhere = moment.astimezone(zone("Asia/Tokyo"))
    assert on_duty(duty, "America/Denver", moment) == on_duty(duty, "America/Denver", elsewhere)

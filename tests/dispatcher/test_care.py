"""Recipients are tested by themselves, and an organization nobody of which could be reached hears so in time."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.dispatcher.cast import BO, DESK, DOOR, GUARD, KIM, World, plan, subscription, world

from callpoint.channels.notice import DeliveryError
from callpoint.dispatcher.reach import Standing
from callpoint.dispatcher.reachability import GRACE_SECONDS, nobody_reachable, recipients_of_emergencies
from callpoint.dispatcher.self_tests import FIRST_TEST_SECONDS, due_since, latest_slot
from callpoint.routing.alert_records import AlertStep, Recipient

WEEK = 7 * 86_400.0
NOW = datetime(2026, 6, 3, 12, 0, tzinfo=UTC).timestamp()
chances = st.integers(0, 2**64 - 1)
moments = st.integers(int(NOW - 30 * WEEK), int(NOW + 30 * WEEK)).map(float)
ZONES = st.sampled_from(["UTC", "America/New_York", "America/Whitehorse", "Pacific/Honolulu"])


@given(chances, moments, ZONES)
def test_the_weekly_moment_lies_in_working_hours_and_at_most_a_week_back(chance: int, now: float, zone: str) -> None:
    slot = latest_slot(chance, zone, now)
    local = datetime.fromtimestamp(slot, ZoneInfo(zone))
    assert now - WEEK - 3600 < slot <= now
    assert local.weekday() < 5
    assert 9 <= local.hour < 16
    assert latest_slot(chance, zone, slot) == slot


@given(chances, moments, ZONES)
def test_every_week_has_one(chance: int, now: float, zone: str) -> None:
    slot = latest_slot(chance, zone, now)
    assert slot <= latest_slot(chance, zone, now + WEEK) - WEEK + 3600
    assert latest_slot(chance, zone, now + WEEK + 3600) > slot


def test_they_are_spread() -> None:
    slots = {latest_slot(number * 7919, "UTC", NOW) for number in range(500)}
    assert len(slots) > 400


def test_a_new_recipient_is_tested_soon_a_known_one_weekly_and_a_phone_never_by_itself() -> None:
    new = Standing(NOW)
    assert due_since("acme", "1", "email", "UTC", new, NOW + FIRST_TEST_SECONDS) is not None
    assert due_since("acme", "1", "email", "UTC", Standing(NOW, tested_at=NOW), NOW + 1) is None
    assert due_since("acme", "1", "email", "UTC", Standing(NOW, tested_at=NOW), NOW + WEEK) is not None
    assert due_since("acme", "5", "voice", "UTC", new, NOW + WEEK) is None


async def test_everybody_but_phones_is_tested_once_a_week(tmp_path: Path) -> None:
    async with world(tmp_path, plan(subscription())) as stage:
        await stage.pass_time(FIRST_TEST_SECONDS + 10, 10)
        tests = [*stage.senders["email"].sent, *stage.senders["sms"].sent, *stage.senders["webhook"].sent]
        assert sorted(recipient.name for _, recipient in tests) == ["Bo", "Kim", "Siren"]
        assert all(notice.type == "self_test" and notice.test for notice, _ in tests)
        assert not stage.senders["voice"].tried
        await stage.pass_time(WEEK + 7200, 3600)
        assert len(stage.senders["email"].sent) == 2
        assert stage.states("Kim", "self_test") == ["queued", "sent"] * 2


async def test_a_restart_tests_nobody_again(tmp_path: Path) -> None:
    async with world(tmp_path, plan(subscription())) as stage:
        await stage.pass_time(FIRST_TEST_SECONDS + 10, 10)
        clock = stage.clock
    async with world(tmp_path, plan(subscription()), clock=clock) as stage:
        await stage.pass_time(60, 10)
        assert not stage.senders["email"].tried


# --- nobody reachable --------------------------------------------------------------------------------------

ALARMED = subscription("nobody_reachable", AlertStep(("3",), 0), key="12")


def emergencies(*recipients: str) -> tuple[AlertStep, ...]:
    return (AlertStep(recipients, 0),)


async def alarms(stage: World) -> list[str]:
    return [fact.data["call"]["about"] for fact in stage.facts("alert", type="nobody_reachable")]


async def test_it_is_told_once_when_nobody_could_be_reached_and_when_somebody_can(tmp_path: Path) -> None:
    async with world(tmp_path, plan(subscription("emergency", *emergencies("1", "2", "4")), ALARMED)) as stage:
        stage.senders["email"].trouble = DeliveryError("refused", permanent=True)
        stage.senders["sms"].trouble = DeliveryError("refused", permanent=True)
        await stage.pass_time(FIRST_TEST_SECONDS + 60, 10)
        [about] = await alarms(stage)
        assert about.startswith("no screen is connected and the last notices or tests to all 2 other recipients failed")
        assert any(key.endswith("/12/0/3") for key in stage.senders["webhook"].keys)
        await stage.pass_time(100, 10)
        assert len(await alarms(stage)) == 1
        await stage.engine.screen_sign("acme", "70", "connected", "", "")
        await stage.pass_time(10, 5)
        assert len(stage.facts("alert_updated", state="cleared")) == 1
        assert stage.engine.open_alerts("acme") == []
        await stage.engine.screen_sign("acme", "70", "lost", "", "")
        await stage.pass_time(60, 10)
        assert len(await alarms(stage)) == 2


async def test_the_alarm_stands_over_a_restart(tmp_path: Path) -> None:
    told = plan(subscription("emergency", *emergencies("4")), ALARMED)
    async with world(tmp_path, told) as stage:
        await stage.pass_time(60, 10)
        assert len(await alarms(stage)) == 1
        clock = stage.clock
    async with world(tmp_path, told, clock=clock) as stage:
        await stage.pass_time(120, 10)
        assert len(await alarms(stage)) == 1
        await stage.engine.screen_sign("acme", "70", "connected", "", "")
        await stage.pass_time(10, 5)
        assert len(stage.facts("alert_updated", state="cleared")) == 1


async def test_a_screen_back_within_moments_is_no_alarm(tmp_path: Path) -> None:
    async with world(tmp_path, plan(subscription("emergency", *emergencies("4")))) as stage:
        await stage.pass_time(20, 5)
        await stage.engine.screen_sign("acme", "70", "connected", "", "")
        await stage.pass_time(120, 10)
        assert not await alarms(stage)


async def test_who_wants_to_be_told_of_nothing_is_not_alarmed(tmp_path: Path) -> None:
    async with world(tmp_path, plan(subscription("misdial", *emergencies("4")))) as stage:
        await stage.pass_time(1200, 60)
        assert not await alarms(stage)


ACME = plan(
    subscription("emergency", AlertStep(("1", "4"), 0), AlertStep(("1", "2", "99"), 60)), subscription("misdial")
)


def test_those_of_later_steps_count_once() -> None:
    assert [one.id for one in recipients_of_emergencies(ACME)] == ["1", "4", "2"]


@pytest.mark.parametrize(
    ("recipient", "live", "standing", "alarmed"),
    [
        (DESK, True, None, False),
        (DESK, False, None, True),
        (KIM, False, None, False),
        (KIM, False, Standing(NOW), False),
        (KIM, False, Standing(NOW - GRACE_SECONDS - 1), True),
        (KIM, False, Standing(NOW, good=False, at=NOW), True),
        (BO, False, Standing(0.0, good=True, at=NOW - WEEK), False),
        (GUARD, False, Standing(NOW - WEEK), True),
    ],
)
def test_whether_somebody_is_within_reach(
    recipient: Recipient, live: bool, standing: Standing | None, alarmed: bool
) -> None:
    one = replace(ACME, subscriptions=(subscription("emergency", AlertStep((recipient.id,), 0)),), screens=(DOOR,))
    found = nobody_reachable(one, lambda *_: live, lambda *_: standing, NOW)
    assert bool(found) is alarmed

"""The sample organization's alerts: made once, brought back, and never at the cost of what somebody added."""

import pytest

from callpoint.directory.models import Change, Organization, acting
from callpoint.directory.sample import build_sample_organization
from callpoint.directory.tenancy import everywhere
from callpoint.notices.editing.screens import digest
from callpoint.notices.models import Recipient, Screen, Subscription
from callpoint.notices.publishing import plan_of
from callpoint.notices.sample import build_sample_alerts

TOKEN = "cps_the token of the sample's screen"


@pytest.fixture
def demo(db: None) -> Organization:
    found = build_sample_organization(
        "sip:911@127.0.0.1:5070", "sip:911@127.0.0.1:5072", "a@demo.example", "correct-horse-battery"
    )
    build_sample_alerts(found, TOKEN)
    return found


def test_every_call_is_told_to_the_desk(demo: Organization) -> None:
    with everywhere():
        plan = plan_of(demo)
    assert {one.type for one in plan.subscriptions} >= {"emergency", "relay_center", "test_call"}
    channels = {one.id: one.channel for one in plan.recipients}
    for subscription in plan.subscriptions:
        assert {channels[one] for one in subscription.steps[0].recipients} == {"email", "onsite"}
    assert (plan.screens[0].token_digest, plan.monitoring.mode) == (digest(TOKEN), "join")


def test_again_changes_nothing(demo: Organization) -> None:
    with everywhere():
        before = Change.objects.count()
        build_sample_alerts(demo, TOKEN)
        assert Change.objects.count() == before


def test_what_was_changed_comes_back_and_what_was_added_stays(demo: Organization) -> None:
    with everywhere(), acting("somebody", "trying out"):
        one = Subscription.objects.get(type="emergency")
        one.enabled, one.steps = True, []
        one.save()
        Recipient(organization=demo, channel="sms", name="Mine", address="+18025550123").save()
        build_sample_alerts(demo, TOKEN)
        assert Subscription.objects.get(type="emergency").steps
        assert Recipient.objects.filter(name="Mine").exists()


def test_another_token_is_another_screen(demo: Organization) -> None:
    build_sample_alerts(demo, TOKEN + "2")
    with everywhere():
        assert [one.digest for one in Screen.objects.all()] == [digest(TOKEN + "2")]

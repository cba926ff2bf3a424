"""What stands in the rows stands in the plan of that organization, and in nobody else's."""

from typing import Any

import pytest
from tests.directory.cast import Cast

from callpoint.directory import provision
from callpoint.directory.models import Change, Organization, Outbox, acting
from callpoint.directory.models.account import EVERY_PLAN
from callpoint.directory.sealing import seal
from callpoint.directory.tenancy import everywhere
from callpoint.notices.models import (
    BuildingPlan,
    Group,
    MonitorPhone,
    MonitorSettings,
    Recipient,
    Screen,
    Subscription,
    Template,
)
from callpoint.notices.publishing import alert_plans, plan_of
from callpoint.routing.alert_records import AlertPlan
from callpoint.routing.records import from_json, to_json
from callpoint.snapshot.changes import Put


@pytest.fixture(autouse=True)
def signed(people: Cast) -> Any:
    with everywhere(), acting("test", "alerts"):
        yield


def recipient(organization: Organization, name: str, **values: Any) -> Recipient:
    row = Recipient(organization=organization, channel="email", address=f"{name}@acme.example", name=name)
    for key, value in values.items():
        setattr(row, key, value)
    row.save()
    return row


def subscribed(cast: Cast, **values: Any) -> Subscription:
    guard, off = recipient(cast.acme, "guard"), recipient(cast.acme, "off", enabled=False)
    desk = Group(organization=cast.acme, name="Desk", members=[guard.pk, off.pk])
    desk.duty = [{"days": [0, 1], "begins": "08:00", "ends": "17:00"}]
    desk.save()
    steps = [{"after_seconds": 0, "group": desk.pk}]
    one = Subscription(organization=cast.acme, name="All calls", type="emergency", steps=steps, **values)
    one.save()
    return one


def plans(touched: dict[str, list[int]] | None) -> dict[str, AlertPlan]:
    found = {}
    for change in alert_plans(touched):
        if isinstance(change, Put) and isinstance(change.record, AlertPlan):
            found[change.record.organization] = change.record
    return found


def test_a_subscription_with_its_group(people: Cast) -> None:
    one = subscribed(people, buildings=[people.building.pk], people=["E1"])
    plan = plan_of(people.acme)
    (found,) = plan.subscriptions
    assert (found.id, found.buildings, found.people) == (str(one.pk), (str(people.building.pk),), ("E1",))
    (step,) = found.steps
    assert [plan.recipients[0].id] == list(step.recipients), "whoever is switched off is told nothing"
    assert (step.group, step.duty[0].days, step.duty[0].ends) == ("Desk", (0, 1), "17:00")


def test_everything_survives_the_way_through_the_snapshot(people: Cast) -> None:
    subscribed(people)
    recipient(people.acme, "hook", channel="webhook", address="https://hook.example/", secret=seal("key"))
    Template(organization=people.acme, name="T", type="emergency", channel="sms", body="{{ person }}").save()
    Screen(organization=people.acme, name="Desk", start="abc", digest="0" * 64, buildings=[people.building.pk]).save()
    MonitorSettings(organization=people.acme, mode="join", record=True, legal_notice_by="admin@acme.example").save()
    MonitorPhone(organization=people.acme, name="Gate", number="+18025550123").save()
    BuildingPlan(organization=people.acme, building=people.building, directions="Main entrance").save()
    plan = plan_of(people.acme)
    assert [one.secret for one in plan.recipients if one.channel == "webhook"] == ["key"]
    assert (plan.monitoring.mode, plan.monitoring.record, plan.monitoring.phones[0].name) == ("join", True, "Gate")
    assert plan.buildings[0].name == "State House"
    assert from_json(AlertPlan, to_json(plan)) == plan


def test_nothing_is_recorded_before_somebody_answers_for_the_law(people: Cast) -> None:
    MonitorSettings(organization=people.acme, mode="listen", record=True).save()
    assert not plan_of(people.acme).monitoring.record


def test_who_may_watch(people: Cast) -> None:
    watchers = {one.name: one.may_monitor for one in plan_of(people.acme).watchers}
    assert watchers == {
        people.organization_administrator.email: True,
        people.provider_administrator.email: True,
        people.security.email: True,
        people.auditor.email: False,
    }


def test_whoever_is_dismissed_watches_no_more(people: Cast) -> None:
    people.security.memberships.get().delete()
    assert people.security.email not in {one.name for one in plan_of(people.acme).watchers}
    newest = Outbox.objects.order_by("-seq").first()
    assert newest is not None
    assert (newest.kind, newest.ids) == ("alerts", [people.acme.pk])


def test_a_template_of_the_provider_stands_in_every_plan_after_the_own(people: Cast) -> None:
    Template(organization=None, name="Provider's", type="emergency", channel="sms", body="b").save()
    newest = Outbox.objects.order_by("-seq").first()
    assert newest is not None
    assert newest.ids == [EVERY_PLAN]
    Template(organization=people.acme, name="Ours", type="emergency", channel="sms", body="a").save()
    assert [one.name for one in plan_of(people.acme).templates] == ["Ours", "Provider's"]
    assert [one.name for one in plan_of(people.other).templates] == ["Provider's"]


def test_only_those_concerned_are_made(people: Cast) -> None:
    assert set(plans(None)) == {"acme", "other"}
    assert set(plans({"alerts": [people.other.pk]})) == {"other"}
    assert set(plans({"alerts": [people.other.pk, EVERY_PLAN]})) == {"acme", "other"}
    assert set(plans({"organization": [people.acme.pk]})) == {"acme"}
    assert set(plans({"building": [people.building.pk]})) == set()
    BuildingPlan(organization=people.acme, building=people.building).save()
    assert set(plans({"building": [people.building.pk]})) == {"acme"}


def test_another_organizations_rows_are_in_no_plan_of_ours(people: Cast) -> None:
    subscribed(people)
    theirs = plan_of(people.other)
    assert (theirs.subscriptions, theirs.recipients, theirs.screens) == ((), (), ())
    stray = Group(organization=people.other, name="Stray", members=[recipient(people.acme, "x").pk])
    stray.save()
    steps = [{"after_seconds": 0, "group": stray.pk}]
    Subscription(organization=people.other, name="S", type="emergency", steps=steps).save()
    assert plan_of(people.other).subscriptions[0].steps[0].recipients == (), "a number of another's row names nobody"


def test_with_a_building_its_plan_leaves_what_is_published(people: Cast) -> None:
    empty = provision.create_building(people.acme, "Empty", {"country": "US", "A1": "VT", "A3": "Barre"})
    BuildingPlan(organization=people.acme, building=empty, directions="Side door").save()
    empty.delete()
    assert plan_of(people.acme).buildings == ()
    kinds = list(Outbox.objects.order_by("-seq").values_list("kind", flat=True)[:2])
    assert "alerts" in kinds


def test_the_history_keeps_no_url_that_works_like_a_password(people: Cast) -> None:
    hook = recipient(people.acme, "hook", channel="slack", address="https://hooks.slack.example/T0/B0/secret")
    hook.address = "https://hooks.slack.example/T0/B0/other"
    hook.save()
    hook.delete()
    recipient(people.acme, "mail")
    told = str([(one.before, one.after) for one in Change.objects.filter(model="recipient")])
    assert "hooks.slack" not in told
    assert "mail@acme.example" in told

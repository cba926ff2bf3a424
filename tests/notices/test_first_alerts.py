"""One box of addresses, and everybody in it is told of every 911 call."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from tests.directory.cast import Cast
from tests.notices import rows

from callpoint.directory.editing.refused import Refused
from callpoint.directory.models import acting
from callpoint.directory.tenancy import inside
from callpoint.notices.editing.first_alerts import tell_of_every_call
from callpoint.notices.models import Group, Recipient, Subscription
from callpoint.notices.publishing import plan_of
from callpoint.routing.alert_call import AlertCall
from callpoint.routing.who_is_told import at_once

BOX = "Desk <desk@acme.example>, kim@acme.example;\n(802) 555-0142\nDESK@acme.example"


@pytest.fixture(autouse=True)
def in_acme(people: Cast) -> Iterator[None]:
    with inside(people.acme), acting("admin@acme.example", "in the portal"):
        yield


def refused(people: Cast, **fields: str) -> dict[str, list[str]]:
    with pytest.raises(Refused) as told:
        tell_of_every_call(people.acme, fields)
    assert not Group.objects.filter(name="Told of every 911 call").exists()
    return told.value.errors


def test_everybody_in_the_box_is_told_of_every_call(people: Cast) -> None:
    made = tell_of_every_call(people.acme, {"addresses": BOX, "numbers_by": "both", "screens": "yes"})
    assert [(one.channel, one.name, one.address) for one in made.recipients] == [
        ("email", "Desk", "desk@acme.example"),
        ("email", "kim@acme.example", "kim@acme.example"),
        ("sms", "+18025550142", "+18025550142"),
        ("voice", "+18025550142", "+18025550142"),
        ("onsite", "Every screen", "*"),
    ]
    assert {one.type for one in made.subscriptions} == {"emergency", "relay_center", "test_call"}
    assert all(one.quiet_tests for one in made.subscriptions)
    plan, now = plan_of(people.acme), datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
    for kind in ("emergency", "relay_center", "test_call"):
        told = [
            one.name for begun in at_once(plan, AlertCall(organization="acme"), kind, now) for one in begun.recipients
        ]
        assert len(told) == 5, f"each once of {kind}"


@pytest.mark.parametrize(
    ("addresses", "told"),
    [("", "is missing"), (" ,;\n", "is missing"), ("desk@acme", "no e-mail"), ("12", "no number"), ("<>", "no phone")],
)
def test_what_cannot_be_told(people: Cast, addresses: str, told: str) -> None:
    assert told in refused(people, addresses=addresses)["addresses"][0]
    assert not Recipient.objects.exists()


def test_other_choices_that_are_none(people: Cast) -> None:
    assert refused(people, addresses="a@b.example", numbers_by="pigeon", screens="?").keys() == {
        "numbers_by",
        "screens",
    }


def test_whoever_is_there_already_is_taken(people: Cast) -> None:
    there = rows.recipient(people.acme, "Reception", address="desk@acme.example")
    rows.recipient(people.acme, "kim@acme.example", address="other@acme.example")
    rows.group(people.acme, "Told of every 911 call", there)
    made = tell_of_every_call(people.acme, {"addresses": "desk@acme.example, kim@acme.example"})
    assert made.recipients[0] == there
    assert made.recipients[1].name == "kim@acme.example (kim@acme.example)"
    assert made.group.name == "Told of every 911 call (2)"
    assert made.group.members == [one.pk for one in made.recipients]


def test_it_is_a_start_and_nothing_more(people: Cast) -> None:
    tell_of_every_call(people.acme, {"addresses": "a@b.example"})
    with pytest.raises(Refused, match="set up already"):
        tell_of_every_call(people.acme, {"addresses": "c@d.example"})
    assert Subscription.objects.count() == 3
    assert not Recipient.objects.filter(address="c@d.example").exists()


def test_each_organization_has_its_own(people: Cast) -> None:
    tell_of_every_call(people.acme, {"addresses": "a@b.example"})
    with inside(people.other):
        made = tell_of_every_call(people.other, {"addresses": "a@b.example"})
    assert {one.organization_id for one in made.recipients} == {people.other.pk}
    assert plan_of(people.acme).recipients[0].id != str(made.recipients[0].pk)

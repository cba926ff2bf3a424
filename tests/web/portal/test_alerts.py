"""Who would be told of a 911 call right now, what stands in the way, and the start of a new organization."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from django.test import Client
from tests.directory.cast import MONTPELIER, Cast
from tests.notices import rows
from tests.web.portal.alerts_pages import HERE, page, plain, sent, setting_up

from callpoint.directory import provision
from callpoint.directory.tenancy import inside
from callpoint.notices.editing.first_alerts import tell_of_every_call
from callpoint.notices.models import Group, Recipient, RecipientTest, ScreenSign, Subscription
from callpoint.web.portal.alerts.coverage import Coverage, Gap, coverage, gaps_in, of_some_calls

ClientOf = Callable[[str], Client]
MONDAY_NOON = datetime(2026, 11, 23, 17, 0, tzinfo=UTC)  # noon in New York
SUNDAY = datetime(2026, 11, 22, 17, 0, tzinfo=UTC)
OFFICE = [{"days": [0, 1, 2, 3, 4], "begins": "08:00", "ends": "17:00"}]


def found(people: Cast, now: datetime = MONDAY_NOON) -> Coverage:
    with inside(people.acme):
        return coverage(people.acme, now)


def gaps(people: Cast, now: datetime = MONDAY_NOON) -> list[Gap]:
    with inside(people.acme):
        return gaps_in(coverage(people.acme, now), people.acme)


def titles(people: Cast, now: datetime = MONDAY_NOON) -> list[str]:
    return [one.title for one in gaps(people, now)]


def test_nobody_is_told_in_a_new_organization(client_of: ClientOf, people: Cast) -> None:
    body = page(client_of("organization_administrator"), HERE)
    assert "Nobody is told of a 911 call" in body
    assert "Tell people of every 911 call" in body
    guard = page(client_of("security"), HERE)
    assert "Nobody is told of a 911 call" in guard
    assert "Tell people of every 911 call" not in guard, "a guard may look, not set up"
    assert [one.level for one in gaps(people)] == ["bad"]


def test_the_start_tells_everybody_in_the_box(client_of: ClientOf, people: Cast) -> None:
    client = client_of("organization_administrator")
    assert "Type who shall learn of it" in page(client, f"{HERE}start/")
    box = {"addresses": "Front desk <desk@acme.example>\n802 555 0142", "numbers_by": "both", "screens": "yes"}
    answer = sent(client, f"{HERE}start/", box, follow=True)
    assert "4 recipients are told of every 911 call from now on" in plain(answer)
    with inside(people.acme):
        assert Subscription.objects.count() == 3
        assert Recipient.objects.count() == 4
    body = page(client, HERE)
    for words in ("At once", "Front desk E-mail", "+18025550142 Phone call", "Every screen", "never tested"):
        assert words in body
    assert titles(people) == ["No screen that is told of a 911 call is alive"]
    assert "set up already" in page(client, f"{HERE}start/")
    assert "set up already" in plain(sent(client, f"{HERE}start/", box))


def test_what_is_wrong_with_the_box_is_told(client_of: ClientOf, people: Cast) -> None:
    client = client_of("organization_administrator")
    answer = sent(client, f"{HERE}start/", {"addresses": "desk@", "numbers_by": "sms"})
    assert "Nothing was saved" in plain(answer)
    assert "no e-mail address" in plain(answer)
    assert "desk@" in answer.content.decode(), "what was typed stays"
    with inside(people.acme):
        assert not Recipient.objects.exists()


def escalating(people: Cast) -> Subscription:
    with setting_up():
        guard, chief = rows.recipient(people.acme), rows.recipient(people.acme, "Chief")
        desk, chiefs = rows.group(people.acme, "Desk", guard, duty=OFFICE), rows.group(people.acme, "Chiefs", chief)
        return rows.subscription(people.acme, "911 calls", desk, chiefs)


def test_the_steps_stand_in_their_order_with_who_is_passed_over(people: Cast) -> None:
    escalating(people)
    now = [(one.after_seconds, one.group, one.on_duty) for one in found(people).told(people.building.pk)]
    assert now == [(0, "Desk", True), (60, "Chiefs", True)]
    later = [(one.after_seconds, one.group, one.on_duty) for one in found(people, SUNDAY).told(people.building.pk)]
    assert later == [(0, "Chiefs", True), (0, "Desk", False)], "nobody of the first is on duty: the next comes at once"
    assert gaps(people) == gaps(people, SUNDAY) == []


def test_two_groups_at_once_stand_both_and_nobody_twice(people: Cast) -> None:
    one = escalating(people)
    with setting_up():
        desk, chiefs = Group.objects.order_by("pk")
        one.steps = [{"after_seconds": 0, "group": desk.pk}, {"after_seconds": 0, "group": chiefs.pk}]
        one.save()
        rows.subscription(people.acme, "Relay", desk, type="relay_center")
    now = [(one.after_seconds, one.subscription.name, one.group) for one in found(people).told(None)]
    assert now == [(0, "Relay", "Desk"), (0, "911 calls", "Chiefs")]


def test_nobody_on_duty_means_everybody(people: Cast) -> None:
    with setting_up():
        desk = rows.group(people.acme, "Desk", rows.recipient(people.acme), duty=OFFICE)
        rows.subscription(people.acme, "911 calls", desk)
    assert titles(people) == []
    assert titles(people, SUNDAY) == ["Nobody is on duty now"]
    assert [one.on_duty for one in found(people, SUNDAY).told(None)] == [True]


def test_a_building_nobody_is_told_of(client_of: ClientOf, people: Cast) -> None:
    one = escalating(people)
    with setting_up():
        Group.objects.filter(name="Desk").update(duty=[])
        one.buildings = [people.building.pk]
        one.save()
        annex = provision.create_building(people.acme, "Annex", MONTPELIER)
    assert titles(people) == [
        "Nobody is told of a 911 call from Annex",
        "Nobody is told of a 911 call without a location",
    ]
    client = client_of("auditor")
    assert "Nobody." in page(client, HERE, building=str(annex.pk))
    assert "Nobody." in page(client, HERE, building="none")
    assert "After 1 minute" in page(client, HERE, building=str(people.building.pk))
    assert "Annex" in page(client, HERE, building="x"), "an unknown building shows the first"


def test_relay_center_calls_alone_are_not_all_911_calls(people: Cast) -> None:
    one = escalating(people)
    with setting_up():
        one.type = "relay_center"
        one.save()
    assert titles(people) == ["Nobody is told of a 911 call from State House"]


def test_many_buildings_are_named_by_the_first_few(people: Cast) -> None:
    one = escalating(people)
    with setting_up():
        one.buildings = [people.building.pk]
        one.save()
        for number in range(7):
            provision.create_building(people.acme, f"B{number}", MONTPELIER)
    assert titles(people)[0] == "Nobody is told of a 911 call from B0, B1, B2, B3, B4 and 2 more"


def test_subscriptions_of_some_calls_are_named_apart(client_of: ClientOf, people: Cast) -> None:
    one = escalating(people)
    with setting_up():
        one.people = ["E1"]
        one.save()
    assert [two.name for two in of_some_calls(found(people).plan, people.building.pk)] == ["911 calls"]
    body = page(client_of("security"), HERE)
    assert "Of some calls from there only" in body
    with setting_up():
        one.buildings = [people.building.pk + 1]
        one.save()
    assert of_some_calls(found(people).plan, people.building.pk) == []


def test_who_is_paused_is_told_nothing(people: Cast) -> None:
    escalating(people)
    with setting_up():
        for one in Recipient.objects.all():
            one.enabled = False
            one.save()
    assert titles(people) == ["Nobody is told of a 911 call"]


def test_failed_tests_are_told(people: Cast) -> None:
    escalating(people)
    with setting_up():
        guard, chief = Recipient.objects.order_by("pk")
        RecipientTest.objects.create(recipient=chief, organization=people.acme, state="failed", at=SUNDAY)
    (gap,) = gaps(people)
    assert (gap.level, gap.title) == ("doubtful", "The last test of one recipient failed: Chief (E-mail)")
    with setting_up():
        RecipientTest.objects.create(recipient=guard, organization=people.acme, state="failed", at=SUNDAY)
    (gap,) = gaps(people)
    assert (gap.level, gap.title) == ("bad", "The last test reached nobody who is told of a 911 call")
    with setting_up():
        RecipientTest.objects.update(state="delivered")
    assert gaps(people) == []


@pytest.mark.parametrize("only", [True, False])
def test_a_dark_screen_is_told(people: Cast, only: bool) -> None:
    with setting_up():
        screen = rows.screen(people.acme)
        shown = rows.recipient(people.acme, "Gate", channel="onsite", address=str(screen.pk))
        others = [] if only else [rows.recipient(people.acme)]
        rows.subscription(people.acme, "911 calls", rows.group(people.acme, "Desk", shown, *others))
    assert [one.level for one in gaps(people)] == ["bad" if only else "doubtful"]
    with setting_up():
        sign = ScreenSign.objects.create(screen=screen, organization=people.acme, connected=True, at=SUNDAY)
    assert gaps(people) == []
    with setting_up():
        sign.connected = False
        sign.save()
    assert len(gaps(people)) == 1
    with setting_up():
        shown.address = "*"
        shown.save()
        another = rows.screen(people.acme, "Another")
        ScreenSign.objects.create(screen=another, organization=people.acme, connected=True, at=SUNDAY)
    assert gaps(people) == [], "any screen will do for whoever is told on every one"


def test_another_organization_s_alerts_are_none_of_ours(client_of: ClientOf, people: Cast) -> None:
    with setting_up():
        tell_of_every_call(people.other, {"addresses": "secret@other.example"})
    assert "secret@other.example" not in page(client_of("auditor"), HERE)
    assert titles(people) == ["Nobody is told of a 911 call"]


def test_the_menu_leads_here_for_a_guard_too(client_of: ClientOf, people: Cast) -> None:
    assert f'href="{HERE}"' in client_of("security").get("/organizations/acme/").content.decode()
    assert '"/provider/templates/"' in client_of("provider_administrator").get("/provider/").content.decode()

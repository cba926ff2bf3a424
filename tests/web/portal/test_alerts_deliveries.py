"""The list of notices: what came of each, found by call, channel and state."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests.directory.cast import Cast
from tests.web.portal.alerts_pages import HERE, HTMX, page, setting_up
from tests.web.portal.call_records import call

from callpoint.directory.models import Organization
from callpoint.notices.models import Delivery

ClientOf = Callable[[str], Client]
LIST = f"{HERE}deliveries/"
AT = datetime(2026, 11, 23, 17, 0, tzinfo=UTC)


def delivery(organization: Organization, key: str, **values: object) -> Delivery:
    given = {"alert": "c-1", "call_id": "c-1", "type": "emergency", "recipient": "Guard", "channel": "email"}
    row = Delivery(organization=organization, key=key, queued_at=AT, address="guard@acme.example", attempts=1)
    for name, value in {**given, **values}.items():
        setattr(row, name, value)
    with setting_up():
        row.save()
    return row


def test_what_came_of_each(client_of: ClientOf, people: Cast) -> None:
    record = call(people.acme, "c-1")
    delivery(
        people.acme, "1", state="acknowledged", acknowledged_at=AT, acknowledged_by="Kim", subscription="911 calls"
    )
    delivery(people.acme, "2", state="failed", trouble="550 no such user", attempts=4, step=1, recipient="Chief")
    delivery(people.acme, "3", state="delivered", delivered_at=AT, call_id="", type="self_test", channel="onsite")
    body = page(client_of("security"), LIST)
    for words in (
        "acknowledged 12:00:00 by Kim",
        "failed 550 no such user 4",
        "step 2",
        "Self-test Guard Onsite screen",
    ):
        assert words in body
    assert f'"/organizations/acme/calls/{record.pk}/"' in client_of("security").get(LIST).content.decode()


def test_filters(client_of: ClientOf, people: Cast) -> None:
    delivery(people.acme, "1", state="failed", recipient="Alpha")
    delivery(people.acme, "2", channel="sms", call_id="c-2", recipient="Beta", address="+18025550142")
    delivery(people.acme, "3", type="test_call", recipient="Gamma")
    client = client_of("auditor")
    for query, there in (
        ({"state": "failed"}, "Alpha"),
        ({"channel": "sms"}, "Beta"),
        ({"call": "c-2"}, "Beta"),
        ({"who": "gam"}, "Gamma"),
        ({"who": "5550142"}, "Beta"),
        ({"type": "test_call"}, "Gamma"),
    ):
        body = page(client, LIST, **query)
        assert [name for name in ("Alpha", "Beta", "Gamma") if name in body] == [there], query
    assert "No notice fits the search." in page(client, LIST, call="c-9")
    assert "cannot be used" in page(client, LIST, state="nonsense")


def test_older_ones_follow(client_of: ClientOf, people: Cast) -> None:
    for number in range(120):
        delivery(people.acme, str(number), recipient=f"R{number:03}", queued_at=AT - timedelta(seconds=number))
    client = client_of("auditor")
    seen: list[str] = []
    path: str = LIST
    while path:
        body = client.get(path, headers=HTMX if seen else {}).content.decode()
        assert ("<html" in body) is not bool(seen), "only the rows follow"
        seen += [f"R{number:03}" for number in range(120) if f"R{number:03}" in body]
        path = body.split('hx-get="')[1].split('"')[0].replace("&amp;", "&") if 'hx-get="' in body else ""
    assert seen == [f"R{number:03}" for number in range(120)]
    assert page(client, LIST, before="nonsense")


def test_each_page_costs_the_same_few_questions(client_of: ClientOf, people: Cast) -> None:
    client = client_of("auditor")
    page(client, LIST)  # the first of a session is noted
    counts = []
    for number in range(2):
        for index in range(40):
            delivery(people.acme, f"{number}-{index}", call_id=f"c-{index}")
        with CaptureQueriesContext(connection) as queries:
            page(client, LIST)
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_the_newest_are_found_by_the_index(people: Cast) -> None:
    with setting_up():
        rows = Delivery.objects.filter(organization=people.acme).order_by("-queued_at", "-pk")[:51]
        plan = rows.explain()
    assert "delivery_latest" in plan


def test_another_organization_s_notices_are_not_told(client_of: ClientOf, people: Cast) -> None:
    delivery(people.acme, "1", recipient="Guard of Acme")
    delivery(people.other, "2", recipient="Theirs")
    body = page(client_of("outsider"), "/organizations/other/alerts/deliveries/", call="c-1")
    assert "Theirs" in body
    assert "Guard of Acme" not in body
    call(people.acme, "c-1")
    shown = client_of("outsider").get("/organizations/other/alerts/deliveries/").content.decode()
    assert "/calls/" not in shown.split("<main")[1]

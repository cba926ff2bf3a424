"""What the dispatcher says of notices and screens is what pages show, whatever the order and however often."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.directory.cast import Cast

from callpoint.directory.models import Organization, acting
from callpoint.directory.tenancy import everywhere
from callpoint.notices.ingest import take_in
from callpoint.notices.models import Delivery, Recipient, RecipientTest, Screen, ScreenSign
from callpoint.snapshot import fact_kinds as kinds
from callpoint.snapshot.facts import Fact

KEY = "call1/3/0/7"


@pytest.fixture(autouse=True)
def open_scope() -> Any:
    with everywhere(), acting("test", "alerts"):
        yield


def fact(kind: str, second: int, slug: str = "acme", call_id: str = "call1", **data: Any) -> Fact:
    return Fact(second + 1, f"2026-11-23T02:00:{second:02d}.000Z", call_id, slug, kind, data)


def notice(state: str, second: int, slug: str = "acme", key: str = KEY, **more: Any) -> Fact:
    data = {"alert": "call1", "type": "emergency", "subscription": "All", "step": 0, "recipient": "Kim"}
    return fact(kinds.NOTICE, second, slug, key=key, channel="email", state=state, **{**data, **more})


def kim(organization: Organization) -> Recipient:
    row = Recipient(organization=organization, channel="email", name="Kim", address="kim@acme.example")
    row.save()
    return row


def the_delivery() -> Delivery:
    return Delivery.objects.get(key=KEY)


def test_a_notice_from_queue_to_acknowledgement(people: Cast) -> None:
    person = kim(people.acme)
    story = [
        notice("queued", 0, recipient_id=str(person.pk), address="kim@acme.example"),
        notice("retrying", 1, recipient_id=str(person.pk), attempt=1, trouble="busy"),
        notice("sent", 2, recipient_id=str(person.pk), attempt=2, reference="m1"),
        notice("delivered", 3, recipient_id=str(person.pk)),
        fact(kinds.ACKNOWLEDGED, 4, alert="call1", by="Kim", how="link", recipient_id=str(person.pk)),
    ]
    take_in(story)
    row = the_delivery()
    assert (row.state, row.attempts, row.trouble, row.reference) == ("acknowledged", 2, "", "m1")
    assert (row.organization, row.call_id, row.acknowledged_by) == (people.acme, "call1", "Kim")
    times = [row.queued_at, row.sent_at, row.delivered_at, row.acknowledged_at]
    assert [when.second for when in times if when is not None] == [0, 2, 3, 4]
    assert RecipientTest.objects.get(recipient=person).state == "delivered"


def test_it_comes_to_the_same_in_one_piece_or_many_or_twice(people: Cast) -> None:
    story = [notice("queued", 0), notice("sent", 1, attempt=1), notice("delivered", 2)]
    take_in(story)
    whole = vars(the_delivery()).copy()
    Delivery.objects.all().delete()
    for one in story:
        take_in([one])
    take_in(story)
    pieces = vars(the_delivery()).copy()
    for values in (whole, pieces):
        values.pop("_state")
        values.pop("id")
    assert whole == pieces


def test_a_report_that_overtook_its_receipt_stands(people: Cast) -> None:
    take_in([notice("queued", 0), notice("delivered", 1), notice("sent", 2, attempt=1)])
    row = the_delivery()
    assert (row.state, row.sent_at is not None) == ("delivered", True)


def test_a_failure_says_why_and_a_later_success_does_not(people: Cast) -> None:
    person = kim(people.acme)
    take_in([notice("queued", 0), notice("failed", 1, attempt=3, trouble="550 no such user", recipient_id=person.pk)])
    assert (the_delivery().state, the_delivery().trouble) == ("failed", "550 no such user")
    test = RecipientTest.objects.get(recipient=person)
    assert (test.state, test.good_at, test.trouble) == ("failed", None, "550 no such user")
    take_in([notice("sent", 5, key="call2/3/0/7", recipient_id=person.pk)])
    test.refresh_from_db()
    assert (test.state, test.trouble, test.good_at is not None) == ("sent", "", True)


def test_another_organizations_recipient_or_screen_is_not_touched(people: Cast) -> None:
    theirs = kim(people.other)
    screen = Screen(organization=people.other, name="Desk", start="abc", digest="0" * 64)
    screen.save()
    take_in(
        [notice("sent", 0, recipient_id=str(theirs.pk)), fact(kinds.SCREEN, 1, screen=screen.pk, state="connected")]
    )
    assert not RecipientTest.objects.exists()
    assert not ScreenSign.objects.exists()


def test_a_screen_comes_checks_its_volume_and_goes(people: Cast) -> None:
    screen = Screen(organization=people.acme, name="Desk", start="abc", digest="0" * 64)
    screen.save()
    name = str(screen.pk)
    take_in([fact(kinds.SCREEN, 0, screen=name, state="connected", program="Firefox", origin="192.0.2.9")])
    take_in([fact(kinds.SCREEN, 1, screen=name, state="volume_checked")])
    sign = ScreenSign.objects.get(screen=screen)
    assert (sign.connected, sign.program, sign.origin) == (True, "Firefox", "192.0.2.9")
    assert sign.volume_checked_at is not None
    take_in([fact(kinds.SCREEN, 2, screen=name, state="lost")])
    sign.refresh_from_db()
    assert (sign.connected, sign.at.second, sign.program) == (False, 2, "Firefox")


VALUES = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20) | st.lists(st.integers())
NAMES = ("key", "alert", "state", "attempt", "recipient_id", "step", "recipient", "address", "trouble", "screen", "by")


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    st.sampled_from((kinds.NOTICE, kinds.ACKNOWLEDGED, kinds.SCREEN, kinds.CHAT)),
    st.dictionaries(st.sampled_from(NAMES), VALUES),
)
def test_whatever_a_fact_holds_the_worker_goes_on(people: Cast, kind: str, data: dict[str, Any]) -> None:
    take_in([fact(kind, 0, **data)])


def test_in_either_database(database: str) -> None:
    take_in([notice("queued", 0, slug="nobody", recipient="K\0im \ud800"), notice("sent", 1, slug="nobody")])
    assert (the_delivery().organization_id, the_delivery().state) == (None, "sent")

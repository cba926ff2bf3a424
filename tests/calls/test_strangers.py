"""Strangers from facts, and which of them an organization may see."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from tests.directory.cast import Cast

from callpoint.calls import strangers
from callpoint.calls.ingest import ingest
from callpoint.calls.models import CallRecord, Stranger
from callpoint.calls.strangers import attempts_on, latest
from callpoint.directory import provision
from callpoint.directory.editing.trunks import all_trunks
from callpoint.directory.models import Organization, Trunk, acting
from callpoint.directory.tenancy import everywhere
from callpoint.snapshot import fact_kinds as kinds
from callpoint.snapshot.facts import Fact

KNOCK = {
    "source": "192.0.2.66",
    "transport": "udp",
    "method": "INVITE",
    "uri": "sip:911@host",
    "user_agent": "SBC 7",
    "digest_username": "",
    "certificate_names": [],
    "why": "unknown_source",
    "count": 1,
}
LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)
Knock = Callable[..., None]


@pytest.fixture
def knock(people: Cast) -> Knock:
    """Take one fact in, each at the next second."""
    number = 0

    def take(kind: str = kinds.STRANGER, call_id: str = "", slug: str = "", **data: Any) -> None:
        nonlocal number
        number += 1
        whole = (KNOCK | data) if kind == kinds.STRANGER else data
        at = f"2026-11-23T02:{number // 60:02d}:{number % 60:02d}.000Z"
        ingest("node/1", [Fact(number, at, call_id, slug, kind, whole)])

    return take


def test_one_row_for_each_source_way_user_and_reason(knock: Knock) -> None:
    knock()
    knock(count=7, user_agent="SBC 8", uri="sip:933@host")
    knock(transport="tcp")
    knock(why="wrong_password", digest_username="sbc")
    rows = [(row.transport, row.why, row.digest_username, row.count) for row in latest()]
    assert rows == [
        ("udp", "wrong_password", "sbc", 1),
        ("tcp", "unknown_source", "", 1),
        ("udp", "unknown_source", "", 8),
    ]
    row = latest()[2]
    assert (row.user_agent, row.uri) == ("SBC 8", "sip:933@host")
    assert (row.last_at - row.first_at).total_seconds() == 1.0


def test_a_fact_is_taken_in_once(people: Cast) -> None:
    fact = Fact(1, "2026-11-23T02:00:00.000Z", "", "", kinds.STRANGER, KNOCK)
    for _ in range(3):
        ingest("node/1", [fact])
    assert latest().get().count == 1
    with everywhere():
        assert not CallRecord.objects.exists()


@pytest.mark.parametrize(
    "data",
    [
        {"why": "of_tomorrow"},
        {"count": "many"},
        {"count": -5},
        {"user_agent": "\0\udcff" + "x" * 500},
        {"source": None},
        {"certificate_names": "no list"},
        {"certificate_names": ["sbc.example.com\0"]},
    ],
)
def test_whatever_a_stranger_sends_does_not_stop_the_worker(knock: Knock, data: dict[str, Any]) -> None:
    knock(**data)
    assert latest().count() == (0 if data.get("why") else 1)
    assert all(row.count == 1 and "\0" not in str(row.certificate_names) for row in latest())


def test_only_the_latest_are_kept(knock: Knock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(strangers, "MOST", 5)
    for number in range(9):
        knock(source=f"192.0.2.{number}")
    assert [row.source for row in latest()] == [f"192.0.2.{number}" for number in (8, 7, 6, 5, 4)]


@pytest.mark.parametrize("source", ["192.0.2.66", "2001:db8::1"])
def test_a_call_from_there_clears_the_ordinary_first_try_of_digest(knock: Knock, source: str) -> None:
    knock(source=source, why="no_credentials")
    knock(source=source, why="wrong_password", digest_username="sbc")
    knock(source="192.0.2.7", why="no_credentials")
    knock(kinds.RECEIVED, "c1", "acme", source=f"udp {source}:5060", dialled="933")
    assert [(row.source, row.why) for row in latest()] == [
        ("192.0.2.7", "no_credentials"),
        (source, "wrong_password"),
    ]


def test_searching(knock: Knock) -> None:
    knock(source="198.51.100.1")
    knock(digest_username="kiosk", why="unknown_user")
    knock(user_agent="friendly-scanner", source="203.0.113.1")
    assert [row.source for row in latest("198.51")] == ["198.51.100.1"]
    assert [row.digest_username for row in latest("KIOSK")] == ["kiosk"]
    assert [row.source for row in latest("scanner")] == ["203.0.113.1"]
    assert latest().count() == 3


def trunk(organization: Organization | None, name: str, **values: Any) -> Trunk:
    with acting("test", "setting up"):
        return provision.create_trunk(name, organization, **values)


def seen(one: Trunk) -> list[tuple[str, str]]:
    return [(row.source, row.why) for row in attempts_on(one, all_trunks(), LONG_AGO)]


def test_an_organization_sees_who_claims_its_user_or_comes_from_its_networks(people: Cast, knock: Knock) -> None:
    own = trunk(people.acme, "mine", source_networks=["203.0.113.0/24"], digest_username="sbc")
    knock(source="198.51.100.9", digest_username="sbc", why="wrong_password")
    knock(source="203.0.113.5", why="no_credentials")
    knock(source="198.51.100.9", why="no_credentials")
    knock(source="203.0.113.6", digest_username="theirs", why="unknown_user")
    knock(source="198.51.100.10", digest_username="theirs", why="wrong_password")
    assert seen(own) == [("203.0.113.5", "no_credentials"), ("198.51.100.9", "wrong_password")]


def test_never_what_may_be_another_tenant_s(people: Cast, knock: Knock) -> None:
    own = trunk(people.acme, "mine", source_networks=["203.0.113.0/24"], digest_username="sbc")
    trunk(people.other, "theirs", source_networks=["203.0.113.128/25"], digest_username="sbc")
    knock(source="203.0.113.5", why="no_credentials")
    knock(source="198.51.100.9", digest_username="sbc", why="wrong_password")
    assert seen(own) == []


def test_a_network_as_wide_as_the_internet_shows_nobody(people: Cast, knock: Knock) -> None:
    own = trunk(people.acme, "mine", source_networks=["0.0.0.0/1", "::/0"])
    knock(source="8.8.8.8")
    knock(source="2600::1")
    assert seen(own) == []


def test_only_since_then(people: Cast, knock: Knock) -> None:
    own = trunk(people.acme, "mine", source_networks=["203.0.113.0/24"])
    knock(source="203.0.113.5")
    knock(source="203.0.113.6")
    since = Stranger.objects.get(source="203.0.113.6").last_at
    assert [row.source for row in attempts_on(own, all_trunks(), since)] == ["203.0.113.6"]


def test_in_either_database(real: Cast) -> None:
    fact = Fact(1, "2026-11-23T02:00:00.000Z", "", "", kinds.STRANGER, KNOCK | {"user_agent": "\0x", "count": 3})
    ingest("node/1", [fact, Fact(2, fact.at, "", "", kinds.STRANGER, KNOCK)])
    assert [(row.source, row.count, row.user_agent) for row in latest("192")] == [("192.0.2.66", 4, "SBC 7")]

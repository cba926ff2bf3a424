""" "Waiting for your first call": from facts of the journal to the page, and nobody else's."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from tests.directory.cast import Cast

from callpoint.calls.ingest import ingest
from callpoint.directory import provision
from callpoint.directory.models import Organization, Trunk, acting
from callpoint.directory.tenancy import everywhere
from callpoint.snapshot.facts import Fact
from callpoint.web.portal.trunks.live_check import LONGEST_LOOK, since_when

ClientOf = Callable[[str], Client]
Happens = Callable[..., None]
RECEIVED = {"dialled": "933", "service": "read_back", "identity": "E1", "identity_source": "X-Employee-ID"}
DECIDED = {
    "person": "Ada",
    "callback_number": "+18025550101",
    "location": {"formatted": "115 State Street, Montpelier, VT"},
    "psap": "Montpelier dispatch",
    "reasons": [{"code": "identity_known", "text": "The ID “E1” belongs to Ada."}],
}


@pytest.fixture
def happens(people: Cast) -> Happens:
    """Take facts in, as of now."""
    number = 0

    def take(kind: str, call_id: str = "", slug: str = "acme", **data: Any) -> None:
        nonlocal number
        number += 1
        ingest("node/1", [Fact(number, timezone.now().isoformat(), call_id, slug, kind, data)])

    return take


@pytest.fixture
def trunk(people: Cast) -> Trunk:
    return made(people.acme, "sbc", source_networks=["203.0.113.0/24"], digest_username="kiosk")


def made(organization: Organization | None, name: str, **values: Any) -> Trunk:
    with acting("test", "setting up"):
        return provision.create_trunk(name, organization, **values)


def call(happens: Happens, trunk: str, slug: str = "acme", call_id: str = "c1", **decided: Any) -> None:
    happens("received", call_id, slug, **RECEIVED, trunk=trunk, source="udp 203.0.113.7:5060")
    happens("decided", call_id, slug, **(DECIDED | decided))


def knock(happens: Happens, **data: Any) -> None:
    plain = {"source": "203.0.113.7", "transport": "udp", "method": "INVITE", "uri": "sip:933@h", "count": 1}
    happens("stranger", slug="", **(plain | data))


def check(client: Client, trunk: Trunk, ago: int = 60, **more: str) -> Any:
    since = (timezone.now() - timedelta(seconds=ago)).isoformat()
    return client.get(f"/organizations/acme/trunks/{trunk.pk}/check/", {"since": since, **more})


def shown(client: Client, trunk: Trunk, ago: int = 60) -> str:
    return str(check(client, trunk, ago).content.decode())


def test_waiting(client_of: ClientOf, trunk: Trunk) -> None:
    page = shown(client_of("auditor"), trunk)
    assert "Waiting for your first call (since" in page
    assert 'hx-trigger="every 2s"' in page


def test_a_good_call_with_what_was_found(client_of: ClientOf, trunk: Trunk, happens: Happens) -> None:
    call(happens, "sbc")
    page = shown(client_of("auditor"), trunk)
    assert "everything it needs was found" in page
    for found in ("933", "E1", "X-Employee-ID", "udp 203.0.113.7:5060", "Ada", "115 State Street", "+18025550101"):
        assert found in page


@pytest.mark.parametrize(
    ("reasons", "said"),
    [
        (
            [
                {"code": "identity_unknown", "text": "Nobody in Acme has the ID “e1”."},
                {"code": "identity_near_miss", "text": "There is an ID “E1”, which is not the same."},
            ],
            ["Nobody in Acme has the ID", "which is not the same"],
        ),
        ([{"code": "identity_missing", "text": "The call carried no ID."}], ["The call carried no ID."]),
        ([{"code": "organization_missing", "text": "The call named none."}], ["The call named none."]),
    ],
)
def test_an_unknown_id_and_none_are_told(
    client_of: ClientOf, trunk: Trunk, happens: Happens, reasons: list[dict[str, str]], said: list[str]
) -> None:
    call(happens, "sbc", person="", location=None, unregistered=True, reasons=reasons)
    page = shown(client_of("auditor"), trunk)
    assert "does not work yet" in page
    assert all(words in page for words in said)
    assert "Nobody who is known" in page


def test_a_known_person_without_a_location_is_doubtful(client_of: ClientOf, trunk: Trunk, happens: Happens) -> None:
    call(happens, "sbc", location=None, unregistered=True)
    assert "not everything is as it should be" in shown(client_of("auditor"), trunk)


def test_a_prefix_is_told(client_of: ClientOf, trunk: Trunk, happens: Happens) -> None:
    happens("misdial", dialled="9911", identity="E1", trunk="sbc", treated_as="")
    page = shown(client_of("auditor"), trunk)
    assert "9911" in page
    assert "refused, as a prefix was dialled" in page


def test_a_wrong_password_is_told_apart_from_an_unknown_address(
    client_of: ClientOf, trunk: Trunk, happens: Happens
) -> None:
    knock(happens, source="198.51.100.9", digest_username="kiosk", why="wrong_password")
    knock(happens, why="no_credentials")
    page = shown(client_of("auditor"), trunk)
    assert "the password (or the realm) is wrong" in page
    assert "198.51.100.9" in page
    assert "it was asked for a password and gave none" in page


def test_nobody_else_s(client_of: ClientOf, people: Cast, trunk: Trunk, happens: Happens) -> None:
    made(people.other, "theirs", source_networks=["198.51.100.0/24"], digest_username="their-user")
    call(happens, "theirs", slug="other", call_id="c2")
    call(happens, "acme trunk", call_id="c3")
    knock(happens, source="198.51.100.9", why="no_credentials")
    knock(happens, source="198.51.100.10", digest_username="their-user", why="wrong_password")
    knock(happens, source="203.0.113.8", digest_username="their-user", why="wrong_password")
    page = shown(client_of("organization_administrator"), trunk)
    assert "Waiting for your first call" in page
    assert "198.51.100" not in page
    assert "their-user" not in page


def test_only_since_the_page_was_opened(client_of: ClientOf, trunk: Trunk, happens: Happens) -> None:
    call(happens, "sbc")
    client = client_of("auditor")
    assert "Waiting" in shown(client, trunk, ago=0)
    page = client.get(f"/organizations/acme/trunks/{trunk.pk}/").content.decode()
    assert "Waiting for your first call" in page
    assert "The last call before that: 933" in page


def test_nothing_is_redrawn_while_nothing_is_new(client_of: ClientOf, trunk: Trunk, happens: Happens) -> None:
    client = client_of("auditor")
    state = shown(client, trunk).split("state=")[1].split('"')[0]
    assert check(client, trunk, state=state).status_code == 204
    call(happens, "sbc")
    answer = check(client, trunk, state=state)
    assert answer.status_code == 200
    state = answer.content.decode().split("state=")[1].split('"')[0]
    assert check(client, trunk, state=state).status_code == 204
    happens("ended", "c1", by="caller", why="hung up")
    assert check(client, trunk, state=state).status_code == 200


def test_a_provider_wide_trunk_shows_calls_of_all_its_organizations(
    client_of: ClientOf, people: Cast, happens: Happens
) -> None:
    wide = made(None, "wide", source_networks=["203.0.113.0/24"], organization_header="X-Org")
    call(happens, "wide", slug="other")
    call(happens, "wide", slug="nobody", call_id="c2", reasons=[{"code": "organization_unknown", "text": "Unknown."}])
    since = (timezone.now() - timedelta(seconds=60)).isoformat()
    client = client_of("provider_administrator")
    page = client.get(f"/provider/trunks/{wide.pk}/check/", {"since": since}).content.decode()
    assert page.count("<strong>933</strong>") == 2
    assert "Unknown." in page


def test_the_moment_in_an_address_is_held_within_bounds() -> None:
    now = timezone.now()
    for text in ("", "junk", "2026-11-23", "2026-11-23T02:00:00", "2026-13-45T99:00:00Z", "9999-12-31T00:00:00Z"):
        assert abs(since_when(text) - now) < timedelta(seconds=5)
    assert abs(since_when("2000-01-01T00:00:00+00:00") - (now - LONGEST_LOOK)) < timedelta(seconds=5)
    told: datetime = now - timedelta(minutes=3)
    assert since_when(told.isoformat()) == told


def test_what_strangers_send_is_text(client_of: ClientOf, trunk: Trunk, happens: Happens) -> None:
    knock(happens, uri="<script>alert(1)</script>", digest_username="kiosk", why="wrong_password")
    assert "<script>" not in shown(client_of("auditor"), trunk)
    with everywhere():
        assert Trunk.objects.filter(pk=trunk.pk).exists()

"""Who was turned away, seen by the provider, and a trunk made of one."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from tests.directory.cast import Cast

from callpoint.calls.ingest import ingest
from callpoint.calls.models import Stranger
from callpoint.directory.models import Trunk
from callpoint.directory.tenancy import everywhere
from callpoint.snapshot.facts import Fact

ClientOf = Callable[[str], Client]
AT = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)


@pytest.fixture
def provider(client_of: ClientOf) -> Client:
    return client_of("provider_administrator")


def knock(number: int, **values: object) -> Stranger:
    plain = {"source": f"198.51.100.{number}", "transport": "udp", "method": "INVITE", "why": "unknown_source"}
    moment = AT + timedelta(seconds=number)
    return Stranger.objects.create(**(plain | values), count=1, first_at=moment, last_at=moment)


def test_from_the_journal_to_the_page(provider: Client, people: Cast) -> None:
    data = {"source": "198.51.100.9", "transport": "tcp", "method": "INVITE", "uri": "sip:911@host", "count": 1234}
    data |= {"user_agent": "<b>SBC</b>", "digest_username": "kiosk", "why": "wrong_password", "certificate_names": []}
    ingest("node/1", [Fact(1, "2026-11-23T02:00:00.000Z", "", "", "stranger", data)])
    page = provider.get("/provider/strangers/").content.decode()
    assert "198.51.100.9" in page
    assert "TCP" in page
    assert "with a wrong password" in page
    assert "1,234" in page
    assert "&lt;b&gt;SBC" in page


def test_searching_and_calls_only(provider: Client, people: Cast) -> None:
    knock(1)
    knock(2, method="OPTIONS")
    knock(3, user_agent="scanner", method="REGISTER")
    everything = provider.get("/provider/strangers/").content.decode()
    assert all(f"198.51.100.{n}" in everything for n in (1, 2, 3))
    calls = provider.get("/provider/strangers/?calls=1").content.decode()
    assert "198.51.100.1" in calls
    assert "198.51.100.2" not in calls
    found = provider.get("/provider/strangers/?q=SCANNER").content.decode()
    assert "198.51.100.3" in found
    assert "198.51.100.1<" not in found
    assert "Nobody." in provider.get("/provider/strangers/?q=nothing").content.decode()


def test_a_trunk_is_made_of_one(provider: Client, people: Cast) -> None:
    found = knock(7, digest_username="kiosk", certificate_names=["sbc.example.com"])
    page = provider.get(f"/provider/strangers/{found.pk}/").content.decode()
    assert "whoever has a trunk places 911 calls" in page
    answer = provider.get(f"/provider/strangers/{found.pk}/?organization=acme")
    assert answer.status_code == 302
    form = provider.get(answer.headers["Location"]).content.decode()
    assert "198.51.100.7" in form
    assert 'value="kiosk"' in form
    assert "sbc.example.com" in form
    made = provider.post(
        "/organizations/acme/trunks/new/",
        {"name": "acme kiosk", "source_networks": "198.51.100.7", "id_headers": "X-Employee-ID", "misdial": "reject"},
    )
    assert made.status_code == 302
    with everywhere():
        assert Trunk.objects.get(name="acme kiosk").organization_id == people.acme.pk


def test_or_a_provider_wide_one(provider: Client, people: Cast) -> None:
    found = knock(7)
    answer = provider.get(f"/provider/strangers/{found.pk}/?organization=")
    assert answer.headers["Location"].startswith("/provider/trunks/new/?source_networks=198.51.100.7")
    assert provider.get(f"/provider/strangers/{found.pk}/?organization=none").status_code == 404


def test_taking_one_off_the_list(provider: Client, people: Cast) -> None:
    found = knock(7)
    page = provider.post(f"/provider/strangers/{found.pk}/forget/", follow=True).content.decode()
    assert "198.51.100.7 is off the list" in page
    assert not Stranger.objects.exists()
    assert provider.post(f"/provider/strangers/{found.pk}/forget/").status_code == 404


def test_there_are_pages(provider: Client, people: Cast) -> None:
    for number in range(60):
        knock(number)
    page = provider.get("/provider/strangers/?calls=1").content.decode()
    assert "1–50 of 60" in page
    assert "51–60 of 60" in provider.get("/provider/strangers/?calls=1&page=2").content.decode()

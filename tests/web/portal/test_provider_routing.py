"""Relay center, PSAPs, fixed routes and the provider's settings."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from tests.directory.cast import Cast
from tests.web.proving import proven

from callpoint.directory.models import FixedRoute, Provider, Psap, Target, acting
from callpoint.directory.tenancy import everywhere
from callpoint.snapshot.store import Snapshot
from callpoint.web import installation

ClientOf = Callable[[str], Client]


@pytest.fixture
def provider(client_of: ClientOf) -> Client:
    return proven(client_of("provider_administrator"))


def page_of(client: Client, address: str, **fields: Any) -> str:
    answer = client.post(address, fields, follow=True) if fields else client.get(address, follow=True)
    assert answer.status_code == 200
    return answer.content.decode()


def seen_in(page: str) -> str:
    return page.split('name="seen" value="')[1].split('"')[0]


def uris(psap: Psap | None) -> list[str]:
    return list(Target.objects.filter(psap=psap).order_by("position").values_list("uri", flat=True))


def snapshot() -> Snapshot:
    installation.forget()
    return installation.snapshot()


def test_the_relay_center_in_the_order_typed(provider: Client, published: Callable[[], None]) -> None:
    address = "/provider/relay-center/"
    assert 'value="sip:911@relay.example"' in page_of(provider, address)
    rows = {
        "order": ["2", "1", "3"],
        "uri": ["sip:911@second.example", "sip:911@first.example;transport=tcp", ""],
        "profile": ["carrier", "i3", "i3"],
    }
    assert "The relay center is saved" in page_of(provider, address, **rows)
    published()
    relay = snapshot().provider().relay_center
    assert [(one.uri, one.profile) for one in relay] == [
        ("sip:911@first.example;transport=tcp", "i3"),
        ("sip:911@second.example", "carrier"),
    ]


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ({"uri": [""], "profile": ["i3"], "order": ["1"]}, "needs a target"),
        ({"uri": ["911"], "profile": ["i3"], "order": ["x"]}, "no SIP URI"),
        ({"uri": ["sip:a b@c.example"], "profile": ["i3"], "order": [""]}, ""),
        ({"uri": ["sip:911@c.example"], "profile": ["fast"], "order": ["1"]}, "i3 or carrier"),
        ({"uri": ["<script>"], "profile": ["i3"], "order": ["1"]}, "no SIP URI"),
    ],
)
def test_wrong_targets_are_told_and_kept_in_the_form(
    provider: Client, people: Cast, rows: dict[str, list[str]], said: str
) -> None:
    page = page_of(provider, "/provider/relay-center/", **rows)
    if said:
        assert "Nothing was saved" in page
        assert said in page
        assert uris(None) == ["sip:911@relay.example"]
    else:
        assert uris(None) == ["sip:a%20b@c.example"]
    assert "<script>" not in page.split("<main")[1]


def test_a_psap_by_hand_and_a_route_to_it(provider: Client, people: Cast) -> None:
    page = page_of(
        provider,
        "/provider/psaps/new/",
        name="Barre dispatch",
        order="1",
        uri="sip:911@barre.example",
        profile="carrier",
    )
    assert "Barre dispatch is added" in page
    page = page_of(provider, "/provider/routes/", country="US", a1="New York", a3="Albany", psap="Barre dispatch")
    assert "Saved: Albany, NY, US → Barre dispatch" in page
    made = Psap.objects.get(name="Barre dispatch")
    assert uris(made) == ["sip:911@barre.example"]
    assert FixedRoute.objects.get(a3="Albany").psap_id == made.pk


def test_a_psap_of_a_taken_name(provider: Client, people: Cast) -> None:
    page = page_of(
        provider, "/provider/psaps/new/", name="Montpelier dispatch", uri="sip:911@x.example", profile="i3", order="1"
    )
    assert "there is a PSAP Montpelier dispatch already" in page
    assert "sip:911@x.example" in page


def test_one_from_a_boundary_is_told_before_and_after_it_is_taken_over(provider: Client, people: Cast) -> None:
    with acting("worker", "mapped"):
        psap = Psap(name="Stowe PSAP", source="boundary", source_id="1")
        psap.save()
    address = f"/provider/psaps/{psap.pk}/"
    page = page_of(provider, address)
    assert "Made from boundary" in page
    assert "Take over and save" in page
    page = page_of(provider, address, order="1", uri="sip:911@stowe.example", profile="i3", seen=seen_in(page))
    assert "Taken over from boundary" in page
    psap.refresh_from_db()
    assert (psap.source, uris(psap)) == ("", ["sip:911@stowe.example"])
    assert "Taken over" not in page_of(provider, f"/provider/psaps/{people.psap.pk}/")


def test_two_who_change_a_psap_at_once(provider: Client, people: Cast) -> None:
    address = f"/provider/psaps/{people.psap.pk}/"
    seen = seen_in(page_of(provider, address))
    page_of(provider, address, order="1", uri="sip:911@first.example", profile="i3", seen=seen)
    page = page_of(provider, address, order="1", uri="sip:911@second.example", profile="i3", seen=seen)
    assert "Somebody else changed it in the meantime" in page
    assert uris(people.psap) == ["sip:911@first.example"]


def test_one_that_is_led_to_stays(provider: Client, people: Cast) -> None:
    address = f"/provider/psaps/{people.psap.pk}/remove/"
    page = page_of(provider, address, x="")
    assert "Montpelier dispatch stays. A fixed route leads to it: US/VT." in page
    route = FixedRoute.objects.get()
    assert "Removed: VT, US → Montpelier dispatch" in page_of(provider, f"/provider/routes/{route.pk}/remove/", x="")
    assert "Montpelier dispatch is removed" in page_of(provider, address, x="")
    assert not Psap.objects.exists()


def test_thousands_are_searched_and_paged(provider: Client, people: Cast) -> None:
    with acting("worker", "mapped"), everywhere():
        Psap.objects.bulk_create(
            [Psap(name=f"County {n:04d}", source="boundary", source_id=str(n)) for n in range(3000)]
        )
        target = Target(psap=Psap.objects.get(name="County 0042"), name="x", uri="sip:911@fortytwo.example")
        target.save()
    page = page_of(provider, "/provider/psaps/")
    assert "1–50 of 3,001" in page
    assert "none: its calls go to the relay center" in page
    page = page_of(provider, "/provider/psaps/?q=fortytwo")
    assert page.count('<th scope="row">') == 1
    assert "County 0042" in page
    assert page_of(provider, "/provider/psaps/?source=own").count('<th scope="row">') == 1
    assert "1–50 of 2,999" in page_of(provider, "/provider/psaps/?source=silent")
    assert "1–50 of 3,000" in page_of(provider, "/provider/psaps/?source=elsewhere&q=county")
    assert "No PSAP is like that" in page_of(provider, "/provider/psaps/?q=nowhere")


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"country": "US", "a1": "XX", "a3": "", "psap": "Montpelier dispatch"}, "no state"),
        ({"country": "US", "a1": "", "a3": "Barre", "psap": "Montpelier dispatch"}, "needs its state"),
        ({"country": "MX", "a1": "", "a3": "", "psap": "Montpelier dispatch"}, "not served"),
        ({"country": "US", "a1": "", "a3": "", "psap": "Nobody"}, "no PSAP of this name"),
    ],
)
def test_wrong_routes(provider: Client, people: Cast, fields: dict[str, str], said: str) -> None:
    page = page_of(provider, "/provider/routes/", **fields)
    assert said in page
    assert FixedRoute.objects.count() == 1


def test_settings_with_what_a_second_factor_means(provider: Client, people: Cast) -> None:
    page = page_of(provider, "/provider/settings/")
    assert "can then do nothing but set" in page
    fields = {"name": "Vermont 911", "provider_id": "vt.example", "unregistered_fee": "90", "currency": "USD"}
    page = page_of(provider, "/provider/settings/", **fields, seen=seen_in(page))
    assert "The provider&#x27;s settings are saved" in page
    kept = Provider.objects.get()
    assert (kept.name, kept.provider_id, kept.unregistered_fee) == ("Vermont 911", "vt.example", Decimal("90.00"))
    assert kept.second_factor_required is False
    page = page_of(provider, "/provider/settings/", **(fields | {"unregistered_fee": "free"}))
    assert "no amount" in page
    assert 'aria-describedby="unregistered_fee-help unregistered_fee-error"' in page

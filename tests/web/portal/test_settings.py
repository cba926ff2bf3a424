"""Settings: what is typed is what is kept, wrong values are told beside their field, and nobody is overwritten."""

import re
from collections.abc import Callable

import pytest
from django.test import Client
from tests.directory.cast import Cast

from callpoint.directory.history_words import FIELDS
from callpoint.directory.models import Change, Organization, acting
from callpoint.directory.tenancy import everywhere

URL = "/organizations/acme/settings/"
GOOD = {
    "name": "Acme Corporation",
    "language": "fr-ca",
    "time_zone": "America/Toronto",
    "number_location_allowed": "yes",
    "stale_after_days": "30",
    "test_every_days": "90",
    "welcome_people": "yes",
    "ecrf_url": "https://ecrf.example.net/lost",
}
ClientOf = Callable[[str], Client]


def stored() -> Organization:
    with everywhere():
        return Organization.objects.get(slug="acme")


def test_what_is_typed_is_kept_and_stands_in_the_history(client_of: ClientOf, people: Cast) -> None:
    client = client_of("organization_administrator")
    assert client.post(URL, GOOD, REMOTE_ADDR="192.0.2.44").status_code == 302
    kept = stored()
    assert (kept.name, kept.language, kept.time_zone) == ("Acme Corporation", "fr-ca", "America/Toronto")
    assert (kept.number_location_allowed, kept.stale_after_days, kept.test_every_days) == (True, 30, 90)
    assert kept.welcome_people
    assert kept.welcome_since is not None
    with everywhere():
        change = Change.objects.filter(model="organization", action="changed").latest("pk")
    assert (change.who, change.origin) == ("admin@acme.example", "192.0.2.44")
    assert change.before["name"] == "Acme"


def test_a_box_that_is_not_checked_is_a_no(client_of: ClientOf, people: Cast) -> None:
    client = client_of("organization_administrator")
    client.post(URL, GOOD)
    client.post(URL, {name: value for name, value in GOOD.items() if value != "yes"})
    assert not stored().number_location_allowed
    assert not stored().welcome_people


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        ("name", "  ", "is missing"),
        ("stale_after_days", "0", "whole number from 1 to 3650"),
        ("test_every_days", "soon", "whole number"),
        ("time_zone", "Europe/Nowhere", "is no time zone"),
        ("language", "de", "none of"),
        ("ecrf_url", "ftp://ecrf.example.net", "is no URL of a LoST server"),
    ],
)
def test_a_wrong_value_is_told_beside_its_field_and_nothing_is_saved(
    field: str, value: str, told: str, client_of: ClientOf, people: Cast
) -> None:
    answer = client_of("organization_administrator").post(URL, GOOD | {field: value})
    assert answer.status_code == 200
    body = answer.content.decode()
    assert f'id="{field}-error"' in body
    assert told in body
    assert "Acme Corporation" in body or field == "name"
    top = re.sub(r"\s+", " ", body.split('id="errors"')[1].split("</ul>")[0])
    assert f'<a href="#{field}" class="alert-link">{FIELDS[field]}</a>: ' in top
    assert stored().name == "Acme"


def test_the_provider_s_fields_cannot_be_smuggled_in(client_of: ClientOf, people: Cast) -> None:
    client_of("organization_administrator").post(URL, GOOD | {"status": "suspended", "unregistered_fee": "0"})
    assert stored().status == "active"
    assert stored().unregistered_fee is None


def test_whoever_saves_second_is_told(client_of: ClientOf, people: Cast) -> None:
    client = client_of("organization_administrator")
    seen = client.get(URL).context["given"]["seen"]
    with acting("somebody", "meanwhile"), everywhere():
        other = stored()
        other.name = "Renamed"
        other.save()
    answer = client.post(URL, GOOD | {"seen": seen})
    assert "Somebody else changed it" in answer.content.decode()
    assert stored().name == "Renamed"


def test_the_form_says_what_it_was_filled_from(client_of: ClientOf, people: Cast) -> None:
    client = client_of("organization_administrator")
    seen = client.get(URL).context["given"]["seen"]
    assert client.post(URL, GOOD | {"seen": seen}).status_code == 302


def test_an_auditor_sees_the_values_but_no_button(client_of: ClientOf, people: Cast) -> None:
    body = client_of("auditor").get(URL).content.decode()
    assert 'value="Acme"' in body
    assert "Save</button>" not in body

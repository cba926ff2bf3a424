"""Organizations from what was typed."""

from collections.abc import Iterator
from decimal import Decimal

import pytest
from tests.directory.cast import Cast

from callpoint.directory.editing.organizations import create_organization, save_organization
from callpoint.directory.editing.refused import Refused
from callpoint.directory.editing.typed import fingerprint
from callpoint.directory.models import Change, Organization, acting
from callpoint.directory.tenancy import everywhere


@pytest.fixture(autouse=True)
def provider(people: Cast) -> Iterator[None]:
    with everywhere(), acting("root@provider.example", "in the portal"):
        yield


def errors_of(**fields: str) -> dict[str, list[str]]:
    with pytest.raises(Refused) as refused:
        create_organization(fields)
    return refused.value.errors


def test_one_is_made_of_its_name_alone() -> None:
    made = create_organization({"name": "  Contoso & Sons "})
    kept = Organization.objects.get(pk=made.pk)
    assert (kept.name, kept.slug, kept.status) == ("Contoso & Sons", "contoso-sons", "onboarding")
    assert (kept.country, kept.language, kept.unregistered_fee) == ("US", "en", None)
    change = Change.objects.get(model="organization", object_id=made.pk)
    assert (change.action, change.who, change.organization_id) == ("created", "root@provider.example", made.pk)


def test_everything_that_can_be_said() -> None:
    fields = {
        "name": "Ottawa Co",
        "slug": "ottawa",
        "status": "active",
        "country": "Canada",
        "language": "fr-ca",
        "time_zone": "America/Toronto",
        "unregistered_fee": "75,50",
        "currency": "cad",
        "number_location_allowed": "yes",
        "stale_after_days": "90",
        "test_every_days": "30",
        "ecrf_url": "https://ecrf.example.net/lost",
    }
    kept = Organization.objects.get(pk=create_organization(fields).pk)
    assert (kept.slug, kept.country, kept.language, kept.time_zone) == ("ottawa", "CA", "fr-ca", "America/Toronto")
    assert (kept.unregistered_fee, kept.currency) == (Decimal("75.50"), "CAD")
    assert (kept.number_location_allowed, kept.stale_after_days, kept.test_every_days) == (True, 90, 30)
    assert kept.ecrf_url == "https://ecrf.example.net/lost"


@pytest.mark.parametrize(
    ("fields", "field", "said"),
    [
        ({}, "name", "is missing"),
        ({"name": "x" * 121}, "name", "too many"),
        ({"name": "a\0b"}, "name", "control character"),
        ({"name": "X", "slug": "Upper"}, "slug", "small letters"),
        ({"name": "X", "slug": "-x"}, "slug", "small letters"),
        ({"name": "X", "slug": "x" * 41}, "slug", "small letters"),
        ({"name": "X", "slug": "acme"}, "slug", "another organization's"),
        ({"name": "日本"}, "slug", "small letters"),
        ({"name": "X", "status": "gone"}, "status", "none of"),
        ({"name": "X", "country": "Mexico"}, "country", "not served"),
        ({"name": "X", "language": "de"}, "language", "none of"),
        ({"name": "X", "time_zone": "Mars/Olympus"}, "time_zone", "no time zone"),
        ({"name": "X", "unregistered_fee": "1.005"}, "unregistered_fee", "no amount"),
        ({"name": "X", "unregistered_fee": "-1"}, "unregistered_fee", "no amount"),
        ({"name": "X", "unregistered_fee": "NaN"}, "unregistered_fee", "no amount"),
        ({"name": "X", "unregistered_fee": "1e99"}, "unregistered_fee", "no amount"),
        ({"name": "X", "unregistered_fee": "free"}, "unregistered_fee", "no amount"),
        ({"name": "X", "currency": "EUR"}, "currency", "none of"),
        ({"name": "X", "stale_after_days": "0"}, "stale_after_days", "from 1 to"),
        ({"name": "X", "stale_after_days": "٣"}, "stale_after_days", "from 1 to"),
        ({"name": "X", "test_every_days": "99999999999999999999"}, "test_every_days", "from 1 to"),
        ({"name": "X", "welcome_people": "perhaps"}, "welcome_people", "neither yes nor no"),
        ({"name": "X", "ecrf_url": "ftp://x"}, "ecrf_url", "no URL"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_nothing_is_written(
    fields: dict[str, str], field: str, said: str
) -> None:
    before = Organization.objects.count()
    errors = errors_of(**fields)
    assert list(errors) == [field]
    assert said in errors[field][0]
    assert Organization.objects.count() == before


def test_everything_wrong_is_told_at_once() -> None:
    assert set(errors_of(name="", status="gone", currency="EUR")) == {"name", "status", "currency"}


def test_only_what_is_given_is_changed(people: Cast) -> None:
    save_organization(people.acme, {"status": "suspended", "unregistered_fee": ""})
    kept = Organization.objects.get(slug="acme")
    assert (kept.name, kept.status, kept.unregistered_fee) == ("Acme", "suspended", None)
    change = Change.objects.filter(model="organization", object_id=kept.pk).latest("pk")
    assert (change.before, change.after) == ({"status": "active"}, {"status": "suspended"})


def test_the_slug_never_changes(people: Cast) -> None:
    with pytest.raises(Refused) as refused:
        save_organization(people.acme, {"slug": "new"})
    assert "never changes" in refused.value.errors["slug"][0]
    save_organization(people.acme, {"slug": "acme", "name": "Acme Inc"})
    assert Organization.objects.get(slug="acme").name == "Acme Inc"


def test_those_who_are_there_are_not_welcomed_when_it_is_switched_on(people: Cast) -> None:
    save_organization(people.acme, {"welcome_people": "yes"})
    since = Organization.objects.get(slug="acme").welcome_since
    assert since is not None
    save_organization(people.acme, {"welcome_people": "yes", "name": "Acme Two"})
    assert Organization.objects.get(slug="acme").welcome_since == since
    save_organization(people.acme, {"welcome_people": "no"})
    save_organization(people.acme, {"welcome_people": "yes"})
    again = Organization.objects.get(slug="acme").welcome_since
    assert again is not None
    assert again > since


def test_what_somebody_else_changed_meanwhile_is_not_overwritten(people: Cast) -> None:
    seen = fingerprint(Organization.objects.get(slug="acme"))
    save_organization(Organization.objects.get(slug="acme"), {"name": "By the first", "seen": seen})
    with pytest.raises(Refused) as refused:
        save_organization(people.acme, {"name": "By the second", "seen": seen})
    assert "in the meantime" in refused.value.errors[""][0]
    assert Organization.objects.get(slug="acme").name == "By the first"

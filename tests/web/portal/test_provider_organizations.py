"""A provider makes organizations with their first administrators, and finds them again."""

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.core import mail
from django.test import Client, override_settings
from tests.directory.cast import Cast
from tests.web.proving import proven

from callpoint.calls.models import CallRecord
from callpoint.directory import provision
from callpoint.directory.access import access_for
from callpoint.directory.models import Account, Change, Membership, Organization, Readiness, acting
from callpoint.directory.tenancy import everywhere

ClientOf = Callable[[str], Client]
NEW = {
    "name": "Contoso",
    "slug": "",
    "status": "onboarding",
    "country": "CA",
    "language": "fr-ca",
    "time_zone": "America/Toronto",
    "currency": "CAD",
    "unregistered_fee": "",
    "admin_email": "Ann@Contoso.example",
    "admin_name": "Ann Lee",
}
ADDRESS = "/provider/organizations/new/"


@pytest.fixture
def provider(client_of: ClientOf) -> Client:
    return proven(client_of("provider_administrator"))


def text_of(client: Client, address: str, **fields: Any) -> str:
    answer = client.post(address, fields, follow=True) if fields else client.get(address, follow=True)
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.django_db(transaction=True)
def test_an_organization_and_its_first_administrator_in_one_step(provider: Client, people: Cast) -> None:
    with override_settings(EMAIL_BACKEND="django.core.mail.backends.locmem.EmailBackend"):
        answer = provider.post(ADDRESS, NEW)
    assert answer.headers["Location"] == "/provider/organizations/edit/contoso/"
    made = _organization("contoso")
    assert (made.name, made.country, made.language, made.status) == ("Contoso", "CA", "fr-ca", "onboarding")
    ann = Account.objects.get(email="ann@contoso.example")
    access = access_for(ann, "contoso")
    assert access is not None
    assert {str(right) for right in access.rights} == {"calls", "read", "change", "monitor", "appoint"}
    assert [message.to for message in mail.outbox] == [["ann@contoso.example"]]
    with everywhere():
        change = Change.objects.get(model="organization", object_id=made.pk)
    assert (change.who, change.why) == ("root@provider.example", "in the portal")
    assert change.origin


def _organization(slug: str) -> Organization:
    with everywhere():
        return Organization.objects.get(slug=slug)


def test_neither_without_the_other_and_all_that_is_wrong_at_once(provider: Client, people: Cast) -> None:
    with everywhere():
        before = (Organization.objects.count(), Membership.objects.count(), Account.objects.count())
    for wrong, said in (
        ({"admin_email": ""}, "somebody has to run it"),
        ({"admin_email": "no address"}, "no e-mail address"),
        ({"slug": "acme"}, "another organization"),
        ({"name": ""}, "is missing"),
    ):
        page = text_of(provider, ADDRESS, **(NEW | wrong))
        assert said in page
        assert "Nothing was saved" in page
    page = text_of(provider, ADDRESS, **(NEW | {"admin_email": "x", "name": "", "time_zone": "Mars"}))
    assert page.count('class="invalid-feedback d-block"') == 3
    assert 'value="Ann Lee"' in page
    with everywhere():
        assert (Organization.objects.count(), Membership.objects.count(), Account.objects.count()) == before


def test_where_no_mail_server_is_set_the_provider_is_told_how_to_go_on(provider: Client, people: Cast) -> None:
    with override_settings(EMAIL_BACKEND="django.core.mail.backends.filebased.EmailBackend"):
        page = text_of(provider, ADDRESS, **NEW)
    assert "callpoint administrator ann@contoso.example --org contoso" in page


def test_the_list_with_counts(provider: Client, people: Cast) -> None:
    now = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
    with everywhere():
        for person, state in ((people.ada, "ready"), (people.bob, "no_location")):
            Readiness.objects.create(person=person, organization=people.acme, state=state, computed_at=now)
        CallRecord.objects.create(organization=people.acme, call_id="1", started_at=now, dialled="933")
    page = text_of(provider, "/provider/organizations/")
    acme, other = page.split("<tr>")[2:4]
    assert "Acme" in acme
    assert "1 not ready" in acme
    assert "Nov. 23, 2026" in acme
    assert "Other" in other
    assert "not known yet" in other
    assert "none yet" in other


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("q=ACM", ["Acme"]),
        ("q=other", ["Other"]),
        ("status=suspended", []),
        ("status=active", ["Acme", "Other"]),
        ("q=%25", []),
        ("page=99", ["Acme", "Other"]),
        ("status=junk", ["Acme", "Other"]),
    ],
)
def test_searching(provider: Client, people: Cast, query: str, shown: list[str]) -> None:
    page = text_of(provider, f"/provider/organizations/?{query}")
    rows = page.split("<tbody>")[1].split("</tbody>")[0] if "<tbody>" in page else ""
    assert [name for name in ("Acme", "Other") if name in rows] == shown


def test_many_organizations_have_pages_that_keep_the_search(provider: Client, people: Cast) -> None:
    with acting("test", "many"):
        for number in range(60):
            provision.create_organization(f"many-{number:02d}", f"Many {number:02d}")
    page = text_of(provider, "/provider/organizations/?q=many")
    assert "1–50 of 60" in page
    assert "?q=many&amp;page=2" in page
    assert "51–60 of 60" in text_of(provider, "/provider/organizations/?q=many&page=2")


def test_a_suspended_one_s_calls_are_said_to_be_delivered(provider: Client, people: Cast) -> None:
    page = text_of(provider, "/provider/organizations/edit/acme/")
    assert "Its 911 calls are delivered all the same" in page
    form = {name: NEW[name] for name in ("country", "language", "time_zone", "currency")}
    page = text_of(
        provider,
        "/provider/organizations/edit/acme/",
        **form,
        name="Acme Inc",
        status="suspended",
        unregistered_fee="12.5",
    )
    assert "Acme Inc is saved" in page
    kept = _organization("acme")
    assert (kept.status, kept.unregistered_fee, kept.name) == ("suspended", Decimal("12.50"), "Acme Inc")
    assert kept.number_location_allowed is False


def test_two_who_change_one_at_once(provider: Client, people: Cast) -> None:
    page = text_of(provider, "/provider/organizations/edit/acme/")
    seen = page.split('name="seen" value="')[1].split('"')[0]
    with acting("somebody", "else"), everywhere():
        people.acme.name = "Theirs"
        people.acme.save()
    form = {name: NEW[name] for name in ("country", "language", "time_zone", "currency")}
    answer = text_of(
        provider,
        "/provider/organizations/edit/acme/",
        **form,
        name="Mine",
        status="active",
        unregistered_fee="",
        seen=seen,
    )
    assert "Somebody else changed it in the meantime" in answer
    assert _organization("acme").name == "Theirs"


def test_one_that_is_not_there(provider: Client) -> None:
    assert provider.get("/provider/organizations/edit/none/").status_code == 404


def test_switching_into_one_is_seen_by_both(provider: Client, people: Cast, published: object) -> None:
    assert "/organizations/other/" in text_of(provider, "/provider/organizations/")
    inside = text_of(provider, "/organizations/other/")
    assert "as its provider" in inside
    with everywhere():
        assert Change.objects.filter(organization=people.other, action="noted", who="root@provider.example").exists()


def test_appointing_and_dismissing_provider_administrators(provider: Client, people: Cast) -> None:
    page = text_of(provider, "/provider/administrators/")
    assert "the last one; appoint another first" in page
    page = text_of(provider, "/provider/administrators/", email="second@provider.example", name="Second")
    assert "second@provider.example is provider administrator now" in page
    assert "invited, has not come yet" in page
    with everywhere():
        second = Membership.objects.get(account__email="second@provider.example")
        own = Membership.objects.get(account=people.provider_administrator)
    # Who was invited and never came leaves nobody in charge.
    page = text_of(provider, f"/provider/administrators/{own.pk}/remove/", x="")
    assert "last provider administrator" in page
    assert "no provider administrator any more" in text_of(
        provider, f"/provider/administrators/{second.pk}/remove/", x=""
    )
    with everywhere():
        assert not Membership.objects.filter(pk=second.pk).exists()


def test_an_organization_s_administrator_is_not_dismissed_here(provider: Client, people: Cast) -> None:
    with everywhere():
        theirs = Membership.objects.get(account=people.organization_administrator)
    assert provider.post(f"/provider/administrators/{theirs.pk}/remove/").status_code == 404
    assert provider.post(f"/provider/administrators/{theirs.pk}/invite/").status_code == 404
    with everywhere():
        assert Membership.objects.filter(pk=theirs.pk).exists()


def test_a_wrong_address_is_told(provider: Client, people: Cast) -> None:
    page = text_of(provider, "/provider/administrators/", email="x", name="")
    assert "no e-mail address" in page
    assert not Account.objects.filter(email="x").exists()

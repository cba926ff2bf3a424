"""The first page of all, and the pages that are shown when something is wrong."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.views.defaults import server_error
from tests.directory.cast import PASSWORD, Cast

from callpoint.directory import provision
from callpoint.directory.models import Membership, Readiness, acting
from callpoint.directory.tenancy import everywhere

ClientOf = Callable[[str], Client]


def test_one_organization_leads_straight_there(client_of: ClientOf, people: Cast) -> None:
    for who in ("organization_administrator", "auditor", "security"):
        assert client_of(who).get("/").headers["Location"] == "/organizations/acme/"
    assert client_of("outsider").get("/").headers["Location"] == "/organizations/other/"


def test_a_provider_is_led_to_its_page(client_of: ClientOf, people: Cast) -> None:
    assert client_of("provider_administrator").get("/").headers["Location"] == "/provider/"


def test_several_organizations_are_a_choice(people: Cast) -> None:
    with acting("test", "both"):
        both = provision.create_administrator(
            people.acme, "both@example.com", PASSWORD, Membership.Role.AUDITOR
        ).account
        provision.create_administrator(people.other, "both@example.com", PASSWORD, Membership.Role.SECURITY)
    with everywhere():
        Readiness.objects.create(
            person=people.ada,
            organization=people.acme,
            state="ready",
            computed_at=timezone.now(),
            tested_at=timezone.now(),
        )
    client = Client()
    client.force_login(both)
    page = client.get("/").content.decode()
    assert "/organizations/acme/" in page
    assert "/organizations/other/" in page
    assert "1 of 2 active people are ready for 911." in page
    assert "Nobody has been worked out yet." in page
    assert "<svg" in page


def test_an_account_without_an_organization_is_told_so(people: Cast) -> None:
    client = Client()
    client.force_login(provision.create_account("new@nowhere.example", PASSWORD))
    assert b"serves no organization yet" in client.get("/").content


def test_a_stranger_is_welcomed_and_told_nothing(people: Cast) -> None:
    page = Client().get("/").content.decode()
    assert "Sign in as an administrator" in page
    assert "Acme" not in page


@pytest.mark.parametrize("name", ["404.html", "403_csrf.html", "500.html"])
def test_pages_of_trouble_need_no_database(people: Cast, name: str) -> None:
    with CaptureQueriesContext(connection) as asked:
        page = render_to_string(name)
    assert not asked.captured_queries
    assert 'href="/"' in page
    assert "style=" not in page
    assert page.count("<h1>") == 1


def test_a_fault_is_told_in_our_look(db: None) -> None:
    answer = server_error(HttpRequest())
    assert answer.status_code == 500
    assert "Something went wrong here" in answer.content.decode()


def test_a_form_without_a_token_is_told_in_our_look(people: Cast) -> None:
    answer = Client(enforce_csrf_checks=True).post("/language/", {"language": "en"})
    assert answer.status_code == 403
    assert "This form has grown old" in answer.content.decode()

"""Where a request says it wants to go next: a path of ours, whatever is typed there, and never a fault."""

from collections.abc import Callable

import pytest
from django.test import Client
from tests.directory.cast import PASSWORD, Cast

from callpoint.directory import provision

ClientOf = Callable[[str], Client]


@pytest.mark.parametrize("onward", ["one-word", "people", "callpoint.web.views.language"])
def test_a_word_is_no_name_of_a_page(onward: str, client_of: ClientOf, people: Cast) -> None:
    answer = client_of("auditor").post("/language/", {"language": "en", "next": onward})
    assert (answer.status_code, answer.headers["Location"]) == (302, onward)


def test_nor_after_a_new_password(people: Cast) -> None:
    account = provision.create_account("new@acme.example", PASSWORD)
    type(account).objects.filter(pk=account.pk).update(must_change_password=True)
    client = Client()
    client.force_login(account)
    chosen = "another long password"
    answer = client.post("/account/new-password/?next=one-word", {"password1": chosen, "password2": chosen})
    assert (answer.status_code, answer.headers["Location"]) == (302, "one-word")


def test_what_is_no_url_is_passed_over(people: Cast) -> None:
    asked = {"HX-Request": "true", "HX-Current-URL": "http://["}
    answer = Client().get("/organizations/acme/people/", headers=asked)
    assert answer.headers["HX-Redirect"] == "/account/login/?next=/organizations/acme/people/"

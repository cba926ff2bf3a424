"""`callpoint administrator` as an operator runs it on a fresh directory, and the way in that it prints."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from tests.directory.cast import Cast
from tests.directory.conftest import fast_hasher, people

from callpoint.directory.access import is_provider
from callpoint.directory.models import Account, Change, Membership
from callpoint.directory.tenancy import everywhere
from callpoint.ops.administrator_work import appointed
from callpoint.ops.errors import OperatorError

__all__ = ["fast_hasher", "people"]


def run(data: Path, *words: str) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("CALLPOINT_")}
    command = [sys.executable, "-m", "callpoint", "administrator", *words, "--data", str(data)]
    return subprocess.run(
        command, capture_output=True, text=True, timeout=120, env=environment, cwd=data.parent, check=False
    )


def path_of(link: str) -> str:
    return re.sub(r"https?://[^/]+", "", link)


def test_on_a_fresh_directory(tmp_path: Path) -> None:
    data = tmp_path / "data"
    first = run(data, "First@Provider.example", "--name", "Fred First")
    assert first.returncode == 0, first.stderr
    assert "first@provider.example is provider administrator of this installation." in first.stdout
    assert re.search(r"http://127\.0\.0\.1:8911/account/password/reset/key/\S+", first.stdout)
    again = run(data, "first@provider.example", "--json")
    told: dict[str, Any] = json.loads(again.stdout)
    assert (told["new"], told["role"], told["organization"]) == (False, "provider_administrator", "")
    assert told["link"]
    wrong = run(data, "no address")
    assert wrong.returncode == 2
    assert "no e-mail address" in wrong.stderr
    assert "What to do:" in wrong.stderr
    unknown = run(data, "a@b.example", "--org", "nobody")
    assert unknown.returncode == 1
    assert "There is no organization 'nobody'" in unknown.stderr
    assert "Known are: none." in unknown.stderr


@pytest.mark.django_db
def test_the_link_lets_in_once_and_makes_choose_a_password() -> None:
    link = path_of(appointed("first@provider.example", None, None, "")["link"])
    client = Client()
    page = client.get(link, follow=True)
    assert page.status_code == 200
    form = {"password1": "staple-battery-horse", "password2": "staple-battery-horse"}
    assert client.post(page.redirect_chain[-1][0] if page.redirect_chain else link, form).status_code == 302
    account = Account.objects.get(email="first@provider.example")
    assert account.check_password("staple-battery-horse")
    assert not account.must_change_password
    assert is_provider(account)
    second = Client().get(link, follow=True)
    assert b"password1" not in second.content


def test_it_is_in_the_history(people: Cast) -> None:
    appointed("new@provider.example", None, None, "New One")
    with everywhere():
        membership = Membership.objects.get(account__email="new@provider.example")
        change = Change.objects.get(model="membership", object_id=membership.pk)
    assert (change.origin, change.why) == ("command line", "callpoint administrator")
    assert membership.account.name == "New One"


def test_of_an_organization(people: Cast) -> None:
    told = appointed("ann@acme.example", "acme", None, "")
    assert (told["role"], told["organization"], told["new"]) == ("organization_administrator", "acme", True)
    assert appointed("eve@acme.example", "acme", "auditor", "")["role"] == "auditor"


def test_somebody_with_a_password_keeps_it(people: Cast) -> None:
    before = people.outsider.password
    told = appointed("admin@other.example", "acme", None, "")
    assert (told["new"], told["link"]) == (True, "")
    assert told["sign_in"].endswith("/account/login/")
    people.outsider.refresh_from_db()
    assert people.outsider.password == before


def test_one_who_is_locked_out_gets_a_link_and_keeps_the_password_until_then(people: Cast) -> None:
    before = people.provider_administrator.password
    told = appointed("ROOT@provider.example ", None, None, "")
    assert told["new"] is False
    assert told["link"]
    people.provider_administrator.refresh_from_db()
    assert people.provider_administrator.password == before


@pytest.mark.parametrize(
    ("email", "slug", "role", "said"),
    [
        ("x@acme.example", "acme", "provider_administrator", "There is no role"),
        ("x@acme.example", None, "auditor", "There is no role"),
        ("x@acme.example", "nobody", None, "Known are: acme, other."),
        ("auditor@acme.example", "acme", None, "serves Acme as auditor already"),
        ("", None, None, "Give the e-mail address"),
        ("x@", "acme", None, "no e-mail address"),
    ],
)
def test_what_is_wrong_is_refused_politely(
    people: Cast, email: str, slug: str | None, role: str | None, said: str
) -> None:
    with everywhere():
        before = Membership.objects.count()
    with pytest.raises(OperatorError) as error:
        appointed(email, slug, role, "")
    assert said in str(error.value)
    with everywhere():
        assert Membership.objects.count() == before


def test_a_shut_account_stays_shut(people: Cast) -> None:
    people.provider_administrator.is_active = False
    people.provider_administrator.save()
    with pytest.raises(OperatorError, match="is shut"):
        appointed("root@provider.example", None, None, "")

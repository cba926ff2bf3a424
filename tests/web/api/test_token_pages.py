"""Making a token in the portal: shown once, kept by nobody, revoked when it is not needed any more."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone
from tests.directory.cast import Cast
from tests.web.api.conftest import ACME, ProgramOf
from tests.web.proving import proven

from callpoint.directory.models import ApiToken, Change, Membership, acting
from callpoint.directory.tenancy import everywhere

ClientOf = Callable[[str], Client]
PAGE = "/organizations/acme/tokens/"
FORM = {"name": "Agent Setup", "scopes": ["people:read", "people:write"], "days": "90"}


def tokens() -> list[ApiToken]:
    with everywhere():
        return list(ApiToken.objects.order_by("pk"))


def secret_in(answer: Any) -> str:
    (found,) = re.findall(r'value="(cp_[\w-]{43})"', answer.content.decode())
    return str(found)


def test_a_token_is_made_shown_once_and_works(client_of: ClientOf, people: Cast) -> None:
    client = proven(client_of("organization_administrator"))
    answer = client.post(PAGE, FORM)
    secret = secret_in(answer)
    assert "no-store" in answer.headers["Cache-Control"]
    assert secret not in client.get(PAGE).content.decode()
    assert all(secret not in str(session.get_decoded()) for session in Session.objects.all())
    read = Client().get(f"{ACME}/people", headers={"Authorization": f"Bearer {secret}"})
    assert [person["device_user_id"] for person in read.json()["items"]] == ["E1", "E2"]
    (token,) = tokens()
    assert token.expires_at is not None
    assert timedelta(days=89) < token.expires_at - timezone.now() <= timedelta(days=90)
    with everywhere():
        (change,) = Change.objects.filter(model="apitoken")
    assert (change.who, change.origin) == ("admin@acme.example", "127.0.0.1")


def test_a_session_left_open_makes_none(client_of: ClientOf) -> None:
    """A token outlives the session and needs no second factor."""
    for who, page in (("organization_administrator", PAGE), ("provider_administrator", "/provider/tokens/")):
        answer = client_of(who).post(page, FORM)
        assert answer.headers["Location"].startswith("/account/reauthenticate/?next=")
    assert tokens() == []


def test_what_can_be_chosen_is_what_one_may_do(client_of: ClientOf) -> None:
    mine = client_of("organization_administrator").get(PAGE).content.decode()
    assert "Add, change and remove people" in mine
    assert 'value="provider:write"' not in mine
    assert 'value="never"' not in mine
    assert '<option value="90" selected>' in mine
    providers = client_of("provider_administrator").get("/provider/tokens/").content.decode()
    assert 'value="provider:write"' in providers
    assert 'value="never"' in providers


def test_what_is_wrong_stands_beside_the_field(client_of: ClientOf) -> None:
    client = proven(client_of("organization_administrator"))
    page = client.post(PAGE, {"name": "", "days": "90"}).content.decode()
    assert "name the program that will use it" in page
    assert "choose at least one thing" in page
    assert "Choose how long" in client.post(PAGE, FORM | {"days": "9000"}).content.decode()
    assert "Choose how long" in client.post(PAGE, FORM | {"days": "never"}).content.decode()
    kept = client.post(PAGE, FORM | {"name": ""}).content.decode()
    assert re.search(r'value="people:write" checked', kept)
    assert client.post(PAGE, FORM | {"scopes": ["provider:write"]}).status_code == 200
    assert tokens() == []


def test_a_token_of_the_provider_may_count_for_ever(client_of: ClientOf) -> None:
    secret = secret_in(proven(client_of("provider_administrator")).post("/provider/tokens/", FORM | {"days": "never"}))
    (token,) = tokens()
    assert (token.organization_id, token.expires_at) == (None, None)
    for slug in ("acme", "other"):
        path = f"/api/v1/organizations/{slug}/people"
        assert Client().get(path, headers={"Authorization": f"Bearer {secret}"}).status_code == 200


def test_revoking(client_of: ClientOf, program_of: ProgramOf) -> None:
    admin = program_of("organization_administrator")
    client = client_of("organization_administrator")
    answer = client.post(f"{PAGE}{admin.token.pk}/revoke/", follow=True)
    assert "counts no more" in answer.content.decode()
    assert "Revoked" in answer.content.decode()
    assert f"/{admin.token.pk}/revoke/" not in answer.content.decode()
    assert admin.get("people").status_code == 401


def test_nobody_revokes_what_is_not_theirs(client_of: ClientOf, program_of: ProgramOf) -> None:
    theirs, provider = program_of("outsider"), program_of("provider_administrator", provider=True)
    client = client_of("organization_administrator")
    for token in (theirs.token, provider.token):
        assert client.post(f"{PAGE}{token.pk}/revoke/").status_code == 404
    assert client_of("provider_administrator").post(f"/provider/tokens/{theirs.token.pk}/revoke/").status_code == 404
    assert all(token.revoked_at is None for token in tokens())


def test_the_list_says_how_each_stands(client_of: ClientOf, program_of: ProgramOf, people: Cast) -> None:
    over, without = program_of("organization_administrator", "people:read"), program_of("auditor", "people:read")
    program_of("organization_administrator", "calls:read")
    with everywhere(), acting("test", "arranging"):
        ApiToken.objects.filter(pk=over.token.pk).update(expires_at=timezone.now() - timedelta(days=1))
        Membership.objects.get(account=people.auditor).delete()
    page = client_of("organization_administrator").get(PAGE).content.decode()
    for state in ("Expired", "In use", "Without effect: whoever made it has no role here any more"):
        assert state in page
    assert without.token.start in page


def test_the_list_shows_no_other_organization_s(client_of: ClientOf, program_of: ProgramOf) -> None:
    theirs, provider = program_of("outsider"), program_of("provider_administrator", provider=True)
    page = client_of("organization_administrator").get(PAGE).content.decode()
    assert theirs.token.start not in page
    assert provider.token.start not in page

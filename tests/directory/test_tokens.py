"""Tokens for programs: what may be made, what is kept, when they count."""

from datetime import timedelta

import pytest
from django.utils import timezone
from tests.directory.cast import Cast

from callpoint.directory.access import Right
from callpoint.directory.editing.members import appoint, dismiss
from callpoint.directory.editing.refused import Refused
from callpoint.directory.editing.tokens import DEFAULT_LIFE, LONGEST_LIFE, digest, make_token, revoke, token_for
from callpoint.directory.models import Account, ApiToken, Change, Membership, Organization, acting
from callpoint.directory.scopes import SCOPES, Scope, allowable
from callpoint.directory.tenancy import everywhere

SOON = timedelta(days=90)


def made(
    account: Account, organization: Organization | None, *scopes: str, name: str = "Sync", life: timedelta | None = SOON
) -> tuple[ApiToken, str]:
    with everywhere(), acting(account.email, "testing"):
        ends = timezone.now() + life if life is not None else None
        return make_token(account, organization, name, scopes, ends)


def refused(account: Account, organization: Organization | None, *scopes: str, **more: object) -> dict[str, list[str]]:
    with pytest.raises(Refused) as caught:
        made(account, organization, *scopes, **more)  # type: ignore[arg-type]
    with everywhere():
        assert not ApiToken.objects.exists()
    return caught.value.errors


def test_the_secret_is_never_kept(people: Cast) -> None:
    token, secret = made(people.organization_administrator, people.acme, "people:read")
    assert secret.startswith("cp_")
    assert len(secret) == 46
    with everywhere():
        row = ApiToken.objects.values().get(pk=token.pk)
        (change,) = Change.objects.filter(model="apitoken")
    assert secret not in str(row) + str(change.before) + str(change.after)
    assert secret.startswith(row["start"])
    assert row["digest"] == digest(secret)
    assert change.after["digest"] == "(not shown)"


def test_two_secrets_are_never_alike(people: Cast) -> None:
    secrets = {made(people.organization_administrator, people.acme, "people:read")[1] for _ in range(20)}
    assert len({secret[:11] for secret in secrets}) == 20


def test_a_token_is_found_by_its_secret_alone(people: Cast) -> None:
    token, secret = made(people.organization_administrator, people.acme, "people:read", "people:write")
    found = token_for(secret)
    assert found == token
    assert found is not None
    assert found.scopes == ["people:read", "people:write"]
    for other in (secret[:-1], secret + "x", secret.upper(), digest(secret), "", "cp_"):
        assert token_for(other) is None


def test_scopes_are_kept_once_and_in_order(people: Cast) -> None:
    token, _ = made(people.organization_administrator, people.acme, "people:write", "people:read", "people:read")
    assert token.scopes == ["people:read", "people:write"]


def test_when_it_counts(people: Cast) -> None:
    token, secret = made(people.organization_administrator, people.acme, "people:read")
    ends = token.expires_at
    assert ends is not None
    assert token_for(secret, ends - timedelta(seconds=1)) == token
    assert token_for(secret, ends) is None
    with everywhere(), acting("test", "revoking"):
        revoke(token)
        first = token.revoked_at
        revoke(token)
    assert token.revoked_at == first
    assert token_for(secret) is None


def test_nobody_gives_what_they_have_not(people: Cast) -> None:
    told = refused(people.auditor, people.acme, "people:read", "people:write")
    assert told == {"scopes": ["'people:write' is nothing you could allow here"]}
    assert "scopes" in refused(people.outsider, people.acme, "people:read")
    assert "scopes" in refused(people.organization_administrator, people.acme, "psaps:eat")
    assert "scopes" in refused(people.organization_administrator, people.acme, "provider:read")
    assert "scopes" in refused(people.organization_administrator, None, "people:read")
    assert "scopes" in refused(people.provider_administrator, people.acme, "provider:write")
    assert "choose at least one" in refused(people.organization_administrator, people.acme)["scopes"][0]


def test_how_long_it_may_count(people: Cast) -> None:
    administrator, provider = people.organization_administrator, people.provider_administrator
    assert "no end" in refused(administrator, people.acme, "people:read", life=None)["expires_at"][0]
    assert "two years" in refused(administrator, people.acme, "people:read", life=timedelta(days=732))["expires_at"][0]
    assert "is past" in refused(administrator, people.acme, "people:read", life=timedelta(0))["expires_at"][0]
    assert "two years" in refused(provider, None, "people:read", life=timedelta(days=732))["expires_at"][0]
    assert made(administrator, people.acme, "people:read", life=LONGEST_LIFE)
    token, secret = made(provider, None, "provider:read", life=None)
    assert token.expires_at is None
    assert token_for(secret, timezone.now() + timedelta(days=36500)) == token
    assert timedelta(days=90) == DEFAULT_LIFE


@pytest.mark.parametrize("name", ["", "  ", "x" * 61, "a\nb"])
def test_a_name_people_can_tell_it_by(people: Cast, name: str) -> None:
    assert "name" in refused(people.organization_administrator, people.acme, "people:read", name=name)


def test_every_scope_has_a_right_and_words() -> None:
    assert list(SCOPES) == list(Scope)
    assert all(str(allowance.words) for allowance in SCOPES.values())


def test_what_each_role_may_allow() -> None:
    everything = allowable(Right, provider=True)
    assert everything == list(Scope)
    inside = allowable(Right, provider=False)
    assert set(everything) - set(inside) == {
        Scope.ORGANIZATIONS_WRITE,
        Scope.PROVIDER_READ,
        Scope.PROVIDER_WRITE,
        Scope.PROVIDER_AUDIT_READ,
        Scope.PROVIDER_ACCESS_READ,
        Scope.PROVIDER_ACCESS_WRITE,
    }
    assert allowable([Right.CALLS], provider=False) == [
        Scope.READINESS_READ,
        Scope.CALLS_READ,
        Scope.DELIVERIES_READ,
        Scope.ORGANIZATIONS_READ,
    ]
    assert allowable([], provider=True) == []


def test_who_is_appointed_again_finds_their_old_tokens_revoked(people: Cast) -> None:
    """Somebody who was dismissed may have left a token where others found it."""
    account = people.organization_administrator
    with everywhere(), acting("test", "both"):
        appoint(people.acme, "second@acme.example", Membership.Role.ORGANIZATION_ADMINISTRATOR)
        second = Account.objects.get(email="second@acme.example")
        Account.objects.filter(pk=second.pk).update(must_change_password=False)
    (token, secret), (_kept, of_another) = (
        made(account, people.acme, "people:read"),
        made(second, people.acme, "people:read"),
    )
    with everywhere(), acting("test", "they left"):
        dismiss(Membership.objects.get(account=account, organization=people.acme))
        appoint(people.acme, account.email, Membership.Role.ORGANIZATION_ADMINISTRATOR)
        token.refresh_from_db()
    assert token_for(secret) is None
    assert token.revoked_at is not None
    assert token_for(of_another) is not None

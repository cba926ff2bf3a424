"""Tokens of the interface for programs: made once, shown once, found by their digest."""

import hashlib
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from django.db import OperationalError, connection
from django.db.models import Q
from django.utils import timezone

from callpoint.directory import rules
from callpoint.directory.access import Right, access_for, is_provider
from callpoint.directory.editing.refused import Checks
from callpoint.directory.models import Account, ApiToken, Organization
from callpoint.directory.scopes import Scope, allowable
from callpoint.directory.tenancy import everywhere

PREFIX: Final = "cp_"
"""Every token begins so: people, and programs that look for leaked secrets, know it by that."""
SECRET_BYTES: Final = 32
START_CHARS: Final = 11  # the prefix and eight more, of 43: enough to tell tokens apart, no help in guessing one
LONGEST_NAME: Final = 60  # stands with an e-mail address in the history
LONGEST_LIFE: Final = timedelta(days=731)  # two years, one of them a leap year
DEFAULT_LIFE: Final = timedelta(days=90)
USE_NOTED_EVERY: Final = timedelta(minutes=1)
_WAIT_MS: Final = 50  # for noting a use, which is worth no more


def make_token(
    account: Account,
    organization: Organization | None,
    name: str,
    scopes: Sequence[str],
    expires_at: datetime | None,
) -> tuple[ApiToken, str]:
    """A token of the organization, or (None) of the provider, and its secret, which is not kept and never seen again.

    Raises `Refused`: for scopes the account itself has no right to, for a life longer than `LONGEST_LIFE`, and
    for one without an end that is not the provider's. Call within `inside(organization)` and `acting`.
    """
    checks = Checks()
    kept_name = checks.take("name", _name, name)
    wanted = _scopes(checks, account, organization, scopes)
    _check_end(checks, organization, expires_at)
    checks.done()
    secret = PREFIX + secrets.token_urlsafe(SECRET_BYTES)
    token = ApiToken(
        organization=organization,
        account=account,
        name=kept_name or "",
        start=secret[:START_CHARS],
        digest=digest(secret),
        scopes=wanted,
        expires_at=expires_at,
    )
    token.save()
    return token, secret


def revoke(token: ApiToken, now: datetime | None = None) -> None:
    """From now on the token counts no more; one that was revoked stays so since then. Call within `acting`."""
    token.refresh_from_db()  # its last use may have been noted meanwhile, which is no change of ours
    if token.revoked_at is None:
        token.revoked_at = now or timezone.now()
        token.save()


def token_for(secret: str, now: datetime | None = None) -> ApiToken | None:
    """The token this secret opens now, with account and organization; None for one that is unknown, over or revoked.

    None as well when the account that made it has left: it serves the organization no more, or is no provider.
    """
    if not secret.startswith(PREFIX):
        return None
    now = now or timezone.now()
    with everywhere():
        counting = Q(revoked_at__isnull=True) & (Q(expires_at__isnull=True) | Q(expires_at__gt=now))
        found = ApiToken.objects.select_related("account", "organization").filter(counting, digest=digest(secret))
        token = found.first()
    if token is None or not token.account.is_active:
        return None
    return token if rights_behind(token) else None


def rights_behind(token: ApiToken) -> frozenset[Right]:
    """What the account behind the token may do today: in the token's organization, or as the provider."""
    if token.organization is None:
        return frozenset(Right) if is_provider(token.account) else frozenset()
    access = access_for(token.account, token.organization.slug)
    return access.rights if access is not None else frozenset()


def note_use(token: ApiToken, now: datetime) -> None:
    """Keep that the token was used, once in `USE_NOTED_EVERY`; not at all while somebody else writes to SQLite.

    A read must not wait for an import that holds the database, so this asks for no more than a moment of it.
    """
    if token.last_used_at is not None and now - token.last_used_at < USE_NOTED_EVERY:
        return
    with everywhere():
        mine = ApiToken.objects.filter(pk=token.pk)
        if connection.vendor != "sqlite":
            mine.update(last_used_at=now)
            return
        with connection.cursor() as cursor:
            patience = cursor.execute("PRAGMA busy_timeout").fetchone()[0]
            cursor.execute(f"PRAGMA busy_timeout = {_WAIT_MS}")
            try:
                mine.update(last_used_at=now)
            except OperationalError:
                pass  # busy: the next use will be noted instead
            finally:
                cursor.execute(f"PRAGMA busy_timeout = {patience}")


def digest(secret: str) -> str:
    """What is kept of a secret. It has 256 random bits, so nothing slower than SHA-256 would make it any safer."""
    return hashlib.sha256(secret.encode()).hexdigest()


def _name(text: str) -> str:
    kept = rules.text(text, LONGEST_NAME)
    if not kept:
        raise rules.RuleError("is missing; name the program that will use it")
    if not kept.isprintable():
        raise rules.RuleError("holds a control character; type the name again")
    return kept


def _scopes(checks: Checks, account: Account, organization: Organization | None, scopes: Sequence[str]) -> list[str]:
    if organization is None:
        may = allowable(frozenset(Right) if is_provider(account) else (), provider=True)
    else:
        access = access_for(account, organization.slug)
        may = allowable(access.rights if access is not None else (), provider=False)
    for scope in scopes:
        if scope not in may:
            checks.refuse("scopes", f"{scope!r} is nothing you could allow here")
    if not scopes:
        checks.refuse("scopes", "are missing; choose at least one thing the token may do")
    return [scope.value for scope in Scope if scope in scopes]


def _check_end(checks: Checks, organization: Organization | None, expires_at: datetime | None) -> None:
    now = timezone.now()
    if expires_at is None:
        if organization is not None:
            checks.refuse("expires_at", "is missing; only tokens of the provider may have no end")
    elif expires_at <= now:
        checks.refuse("expires_at", "is past; choose a day to come")
    elif expires_at > now + LONGEST_LIFE:
        checks.refuse("expires_at", "is more than two years ahead; choose an earlier day and renew the token then")

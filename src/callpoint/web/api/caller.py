"""Who asks: the token in the request, and what it may do where the request leads."""

import re
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.http import HttpRequest
from django.utils import timezone

from callpoint.directory.access import Right, access_for
from callpoint.directory.audit import note
from callpoint.directory.editing.tokens import note_use, rights_behind, token_for
from callpoint.directory.models import ApiToken, Organization, acting
from callpoint.directory.scopes import SCOPES, Scope
from callpoint.directory.tenancy import inside
from callpoint.web.api.problems import Kind, Problem
from callpoint.web.api.rate import LIMITS
from callpoint.web.client_address import client_address

WHY: Final = "over the API"
_BEARER: Final = re.compile(r"Bearer +([A-Za-z0-9._~+/-]+=*)", re.IGNORECASE)  # RFC 6750 §2.1
_entered: set[tuple[int, int, date]] = set()


@dataclass(frozen=True)
class Caller:
    """A token that counts, and the organization it was let into (None below no organization)."""

    token: ApiToken
    organization: Organization | None

    @property
    def name(self) -> str:
        """Whom the history names."""
        return f"token {self.token.name} of {self.token.account.email}"[:254]


class ApiRequest(HttpRequest):
    """A request that was let in."""

    caller: Caller
    organization: Organization


def admitted(request: HttpRequest, scope: Scope, slug: str | None) -> Caller:
    """The caller. Raises `Problem`: 401 without a token that counts, 429, 404 for another's organization, 403."""
    token = _token(request)
    wait = LIMITS.take(token.pk)
    if wait > 0:
        raise Problem(Kind.TOO_MANY, headers={"Retry-After": str(wait)})
    note_use(token, timezone.now())
    rights, organization = rights_behind(token), None
    if slug is not None:
        rights, organization = _entry(token, slug)
    if scope not in token.scopes:
        raise Problem(Kind.FORBIDDEN, f"The token needs the scope {scope}.")
    if SCOPES[scope].right not in rights:
        raise Problem(Kind.FORBIDDEN, f"{token.account.email}, who made the token, may not do this.")
    caller = Caller(token, organization)
    if organization is not None and token.organization_id is None:
        _note_entry(request, caller, organization)
    return caller


def _token(request: HttpRequest) -> ApiToken:
    given = request.headers.get("Authorization", "")
    if not given:
        raise Problem(Kind.UNAUTHENTICATED, headers={"WWW-Authenticate": 'Bearer realm="callpoint"'})
    bearer = _BEARER.fullmatch(given.strip())
    token = token_for(bearer[1]) if bearer is not None else None
    if token is None:
        # RFC 6750 §3.1: the same answer whatever is wrong with it.
        challenge = 'Bearer realm="callpoint", error="invalid_token"'
        raise Problem(Kind.UNAUTHENTICATED, headers={"WWW-Authenticate": challenge})
    return token


def _entry(token: ApiToken, slug: str) -> tuple[frozenset[Right], Organization]:
    """What may be done in the organization; a stranger's token learns no more than that there is nothing here."""
    access = access_for(token.account, slug)
    if access is None or (token.organization_id is not None and token.organization_id != access.organization.pk):
        raise Problem(Kind.NOT_FOUND)
    return access.rights, access.organization


def _note_entry(request: HttpRequest, caller: Caller, organization: Organization) -> None:
    """An organization can see in its history that the provider's program looked in, once a day."""
    entry = (caller.token.pk, organization.pk, timezone.now().date())
    if entry in _entered:
        return
    _entered.add(entry)
    with inside(organization), acting(caller.name, WHY, client_address(request)):
        note(organization, "organization", organization.pk, entered="as provider administrator")

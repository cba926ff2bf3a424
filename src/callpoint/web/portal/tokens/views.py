"""Tokens for programs: which there are, making one (its secret is shown once), revoking one."""

from datetime import datetime, timedelta
from typing import Any, Final, cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from callpoint.directory.access import Right
from callpoint.directory.editing.refused import Refused
from callpoint.directory.editing.tokens import DEFAULT_LIFE, LONGEST_NAME, make_token, revoke, rights_behind
from callpoint.directory.models import Account, ApiToken, Organization
from callpoint.directory.scopes import SCOPES, allowable
from callpoint.web.portal.administrators.views import proven_lately_to_post
from callpoint.web.portal.page import OrganizationRequest, organization_page, provider_page

LIVES: Final = (7, 30, 90, 180, 365, 730)
"""Days to choose from."""
FOR_EVER: Final = "never"
_METHODS: Final = ["GET", "HEAD", "POST"]


@organization_page(Right.APPOINT)
@require_http_methods(_METHODS)
@proven_lately_to_post
def tokens(request: OrganizationRequest) -> HttpResponse:
    """The organization's tokens, and the form that makes one."""
    return _page(request, request.account, request.organization, request.access.rights)


@organization_page(Right.APPOINT)
@require_POST
def token_revoke(request: OrganizationRequest, pk: int) -> HttpResponse:
    """From now on the token counts no more."""
    return _revoked(request, request.organization, pk)


@provider_page
@require_http_methods(_METHODS)
@proven_lately_to_post
def provider_tokens(request: HttpRequest) -> HttpResponse:
    """The provider's own tokens, which reach every organization."""
    return _page(request, cast(Account, request.user), None, frozenset(Right))


@provider_page
@require_POST
def provider_token_revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """From now on the token counts no more."""
    return _revoked(request, None, pk)


def _page(
    request: HttpRequest, account: Account, organization: Organization | None, rights: frozenset[Right]
) -> HttpResponse:
    given: dict[str, Any] = {"name": "", "scopes": [], "days": str(DEFAULT_LIFE.days)}
    errors: dict[str, list[str]] = {}
    if request.method == "POST":
        given = {
            "name": request.POST.get("name", ""),
            "scopes": request.POST.getlist("scopes"),
            "days": request.POST.get("days", ""),
        }
        try:
            ends = _end(given["days"], organization)
            token, secret = make_token(account, organization, given["name"], given["scopes"], ends)
        except Refused as refused:
            errors = refused.errors
        else:
            # Shown in the answer itself: to come back to it after a redirect it would have to be kept somewhere.
            made = {"token": token, "secret": secret, "back": _list_of(organization)}
            return render(request, "portal/tokens/made.html", made)
    may = allowable(rights, provider=organization is None)
    shown = {
        "given": given,
        "errors": errors,
        "scopes": [(scope.value, SCOPES[scope].words, scope in given["scopes"]) for scope in may],
        "lives": [(str(days), _days(days)) for days in LIVES],
        "for_ever": FOR_EVER if organization is None else "",
        "longest_name": LONGEST_NAME,
        "rows": [_Row(token, timezone.now()) for token in _tokens(organization)],
    }
    return render(request, "portal/tokens/tokens.html", shown)


class _Row:
    """A token as the list shows it."""

    def __init__(self, token: ApiToken, now: datetime) -> None:
        self.token = token
        self.counts = False
        if token.revoked_at is not None:
            self.state = _("Revoked")
        elif token.expires_at is not None and token.expires_at <= now:
            self.state = _("Expired")
        elif not (token.account.is_active and rights_behind(token)):
            self.state = _("Without effect: whoever made it has no role here any more")
        else:
            self.state, self.counts = _("In use"), True
        revoke_page = "provider-token-revoke" if token.organization is None else "token-revoke"
        slug = [] if token.organization is None else [token.organization.slug]
        self.revoke = reverse(revoke_page, args=[*slug, token.pk])


def _tokens(organization: Organization | None) -> list[ApiToken]:
    rows = ApiToken.objects.filter(organization=organization).select_related("account", "organization")
    return list(rows.order_by("revoked_at", "-created_at", "-pk"))


def _revoked(request: HttpRequest, organization: Organization | None, pk: int) -> HttpResponse:
    token = ApiToken.objects.filter(organization=organization, pk=pk).first()
    if token is None:
        raise Http404
    revoke(token)
    messages.success(request, _("The token “%(name)s” counts no more.") % {"name": token.name})
    return redirect(_list_of(organization))


def _list_of(organization: Organization | None) -> str:
    return reverse("provider-tokens") if organization is None else reverse("tokens", args=[organization.slug])


def _end(days: str, organization: Organization | None) -> datetime | None:
    """Raises `Refused` for a life that is not in the list."""
    if organization is None and days == FOR_EVER:
        return None
    if days not in {str(life) for life in LIVES}:
        raise Refused({"days": [_("Choose how long the token shall count.")]})
    return timezone.now() + timedelta(days=int(days))


def _days(days: int) -> str:
    return ngettext("%(days)s day", "%(days)s days", days) % {"days": days}

"""The way to an organization's own identity provider: from an e-mail address to its sign-in page."""

import logging
from typing import Final, cast
from urllib.parse import urlsplit

from allauth.account.adapter import get_adapter as account_adapter
from allauth.core import ratelimit
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods
from onelogin.saml2.errors import OneLogin_Saml2_Error
from requests import RequestException

from callpoint.directory.models import SignOnProvider
from callpoint.directory.sign_on import by_key, providers_for
from callpoint.web.account import oidc
from callpoint.web.account.forms import SignOnForm
from callpoint.web.account.social import refusal

logger = logging.getLogger(__name__)
_EMAIL: Final = ("email", "login")  # the form of its own, and the sign-in form, which can lead here too


@require_http_methods(["GET", "POST"])
def find(request: HttpRequest) -> HttpResponse:
    """Ask for an address, and go to its organization's identity provider; of several, people choose."""
    address = next((request.POST[name] for name in _EMAIL if name in request.POST), None)
    form = SignOnForm({"email": address} if address is not None else None)
    shown = {"form": form, "next": _onward(request)}
    if not form.is_valid():
        return render(request, "portal/account/sign_on.html", shown)
    if not ratelimit.consume(request, action="login"):
        return cast(HttpResponse, ratelimit.respond_429(request))
    found = providers_for(form.cleaned_data["email"])
    if len(found) == 1:
        return _go(request, found[0])
    if not found:
        form.add_error("email", gettext("No organization here has a sign-in of its own for this address."))
    return render(request, "portal/account/sign_on.html", shown | {"found": found})


@require_http_methods(["GET", "POST"])
def enter(request: HttpRequest, key: str) -> HttpResponse:
    """The address of one identity provider, for a bookmark or a button: going there needs a press, as a form does."""
    provider = by_key(key)
    if provider is None:
        raise Http404
    if request.method == "POST":
        return _go(request, provider)
    shown = {"form": SignOnForm(), "found": [provider], "next": _onward(request)}
    return render(request, "portal/account/sign_on.html", shown)


def _go(request: HttpRequest, provider: SignOnProvider) -> HttpResponse:
    """A page that leads on at once: a form may lead to no other server (Content-Security-Policy), but a page may."""
    try:
        client = get_adapter().get_provider(request, provider.key)
        if provider.kind == SignOnProvider.Kind.OIDC:
            client.oauth2_adapter_class = oidc.VerifyingAdapter
        response = client.redirect(request, "login", next_url=_onward(request) or None)
    except (OAuth2Error, OneLogin_Saml2_Error, RequestException, LookupError, TypeError, ValueError) as error:
        logger.warning("sign-on %s: %s", provider.key, error)
        return refusal(request, gettext("%(name)s cannot be reached now.") % {"name": provider.name}, provider)
    if not isinstance(response, HttpResponseRedirect) or urlsplit(response.url).scheme not in ("http", "https"):
        return refusal(request, gettext("%(name)s cannot be reached now.") % {"name": provider.name}, provider)
    return render(request, "portal/account/sign_on_go.html", {"provider": provider, "url": response.url})


def _onward(request: HttpRequest) -> str:
    """Where somebody wanted to go, if that is here."""
    url = request.POST.get("next") or request.GET.get("next") or ""
    return url if account_adapter(request).is_safe_url(url) else ""

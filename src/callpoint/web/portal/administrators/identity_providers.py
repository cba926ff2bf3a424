"""An organization's own identity providers: what they are told of us, what we know of them."""

from typing import Any

from allauth.socialaccount.models import SocialAccount
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from callpoint.directory.access import Right
from callpoint.directory.editing.identity_providers import remove_identity_provider, save_identity_provider
from callpoint.directory.editing.refused import Refused
from callpoint.directory.editing.saml_metadata import valid_until
from callpoint.directory.models import SignOnProvider
from callpoint.web.portal.administrators.forms import IdentityProviderForm, OidcForm, SamlForm
from callpoint.web.portal.administrators.views import proven_lately
from callpoint.web.portal.page import OrganizationRequest, organization_page

Kind = SignOnProvider.Kind
_FORMS: dict[str, type[IdentityProviderForm]] = {Kind.OIDC: OidcForm, Kind.SAML: SamlForm}


@organization_page(Right.READ)
@require_safe
def identity_providers(request: OrganizationRequest) -> HttpResponse:
    """Those there are."""
    found = SignOnProvider.objects.filter(organization=request.organization).order_by("name", "pk")
    shown = {"providers": found, "kinds": Kind.choices, "may_appoint": Right.APPOINT in request.access.rights}
    return render(request, "portal/administrators/identity_providers.html", shown)


@organization_page(Right.APPOINT)
@require_http_methods(["GET", "POST"])
@proven_lately
def add(request: OrganizationRequest, kind: str) -> HttpResponse:
    """A new one."""
    if kind not in _FORMS:
        raise Http404
    return _edit(request, kind, None)


@organization_page(Right.APPOINT)
@require_http_methods(["GET", "POST"])
@proven_lately
def edit(request: OrganizationRequest, key: str) -> HttpResponse:
    """What we know of it, to be changed, and what it must know of us."""
    provider = _provider(request, key)
    return _edit(request, provider.kind, provider)


@organization_page(Right.APPOINT)
@require_POST
@proven_lately
def remove(request: OrganizationRequest, key: str) -> HttpResponse:
    """Nobody comes in by it any more, and its bonds with accounts are gone."""
    provider = _provider(request, key)
    try:
        remove_identity_provider(provider)
    except Refused as refused:
        messages.error(request, next(iter(refused.errors.values()))[0])
    else:
        SocialAccount.objects.filter(provider=key).delete()
        messages.success(request, gettext("%(name)s lets nobody in any more.") % {"name": provider.name})
    return redirect("identity-providers", request.organization.slug)


def _edit(request: OrganizationRequest, kind: str, provider: SignOnProvider | None) -> HttpResponse:
    approving = Right.PROVIDE in request.access.rights
    posted = request.POST if request.method == "POST" else None
    form = _FORMS[kind](request.organization, provider, approving, posted)
    if posted is not None and form.is_valid():
        proven = provider is not None and SocialAccount.objects.filter(provider=provider.key).exists()
        fields = form.typed() | {"kind": kind}
        try:
            saved = save_identity_provider(request.organization, fields, provider, approving=approving, proven=proven)
        except Refused as refused:
            form.tell(refused)
        else:
            messages.success(request, gettext("Saved."))
            return redirect("identity-provider", request.organization.slug, saved.key)
    shown = {"form": form, "provider": provider, "kind": kind, "approving": approving, "kind_name": Kind(kind).label}
    return render(request, "portal/administrators/identity_provider.html", shown | _ours(provider))


def _ours(provider: SignOnProvider | None) -> dict[str, Any]:
    """Our addresses, as the identity provider must know them, and how long its certificate is good."""
    if provider is None:
        return {}
    if provider.kind == Kind.OIDC:
        return {"redirect_uri": _absolute("sign-on-oidc-answer", provider.key)}
    return {
        "acs_url": _absolute("sign-on-saml-answer", provider.key),
        "metadata_url": _absolute("sign-on-saml-metadata", provider.key),
        "certificate_until": valid_until(provider.settings["certificate"]),
    }


def _absolute(name: str, key: str) -> str:
    return str(settings.PUBLIC_URL).rstrip("/") + reverse(name, args=[key])


def _provider(request: OrganizationRequest, key: str) -> SignOnProvider:
    provider = SignOnProvider.objects.filter(organization=request.organization, key=key).first()
    if provider is None:
        raise Http404
    return provider

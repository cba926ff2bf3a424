"""SAML: allauth's views, behind a door that lets in only what can be a response at all."""

import logging
from typing import Final, cast

import xmlsec
from allauth.core import ratelimit
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.providers.saml import views
from django.core.exceptions import ImproperlyConfigured, PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST
from lxml import etree
from onelogin.saml2.errors import OneLogin_Saml2_Error, OneLogin_Saml2_ValidationError

from callpoint.directory.models import SignOnProvider
from callpoint.directory.sign_on import by_key
from callpoint.web.account.social import refusal

logger = logging.getLogger(__name__)
UNREADABLE: Final = (
    OneLogin_Saml2_Error,
    OneLogin_Saml2_ValidationError,
    etree.LxmlError,
    xmlsec.Error,
    ImproperlyConfigured,  # a subject longer than allauth keeps
    LookupError,
    TypeError,
    ValueError,
)
LONGEST_RESPONSE: Final = 200_000
"""Characters of base64. A response is kept for the moment of a redirect, for anybody who sends one."""


@csrf_exempt
@require_POST
def respond(request: HttpRequest, key: str) -> HttpResponse:
    """The assertion consumer service: identity providers make browsers send their responses here."""
    _provider(key)
    if not ratelimit.consume(request, action="login"):
        return cast(HttpResponse, ratelimit.respond_429(request))
    if not 0 < len(request.POST.get("SAMLResponse", "")) <= LONGEST_RESPONSE:
        return refusal(request, gettext("This is no answer of an identity provider."))
    return cast(HttpResponse, views.acs(request, organization_slug=key))


@require_GET
def finish(request: HttpRequest, key: str) -> HttpResponse:
    """The same browser a moment later, now with its session: the response is judged."""
    provider = _provider(key)
    try:
        return cast(HttpResponse, views.finish_acs(request, organization_slug=key))
    except ImmediateHttpResponse as error:
        return cast(HttpResponse, error.response)
    except PermissionDenied:  # nobody asked for this response, or it was used before
        return refusal(request, gettext("This answer was not asked for, or has been used. Begin again."), provider)
    except UNREADABLE as error:
        logger.warning("sign-on %s: %s", key, error, exc_info=True)
        sentence = gettext("%(name)s sent an answer that cannot be read. Tell whoever looks after it.")
        return refusal(request, sentence % {"name": provider.name}, provider)


@require_GET
def metadata(request: HttpRequest, key: str) -> HttpResponse:
    """What an identity provider must know of us."""
    _provider(key)
    return cast(HttpResponse, views.metadata(request, organization_slug=key))


def _provider(key: str) -> SignOnProvider:
    provider = by_key(key)
    if provider is None or provider.kind != SignOnProvider.Kind.SAML:
        raise Http404
    return provider

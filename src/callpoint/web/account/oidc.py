"""OpenID Connect: what allauth leaves unchecked or takes on trust, checked.

allauth does not verify the signature of an ID token that came over TLS (OpenID Connect Core allows that), nor that the
userinfo is about the same subject. Here the token is verified in any case, by keys of asymmetric algorithms only, for
the issuer that the organization has entered and for our client ID. Codes are bound to the browser that asked for them
(RFC 7636 §4).
"""

import logging
from typing import Any, Final, cast

import jwt
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.helpers import render_authentication_error
from allauth.socialaccount.models import SocialApp, SocialLogin, SocialToken
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.core.exceptions import ImproperlyConfigured
from django.http import Http404, HttpRequest, HttpResponse
from requests import RequestException

from callpoint.directory.editing.identity_providers import web_address
from callpoint.directory.models import SignOnProvider
from callpoint.directory.sign_on import by_key

logger = logging.getLogger(__name__)
ALGORITHMS: Final = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "EdDSA"]
_ADDRESSES: Final = ("authorization_endpoint", "token_endpoint", "jwks_uri")
LEEWAY: Final = 60.0  # seconds by which clocks may differ


class VerifyingAdapter(OpenIDConnectOAuth2Adapter):  # type: ignore[misc]  # allauth has no types
    """allauth's side of the protocol, with an ID token that is verified."""

    @property
    def openid_config(self) -> dict[str, Any]:
        """The identity provider's own description of itself; it must be about the issuer we know."""
        config = super().openid_config
        entered = str(self.get_provider().app.settings["server_url"])
        if not isinstance(config, dict) or str(config.get("issuer")).rstrip("/") != entered:
            raise OAuth2Error("the configuration is another issuer's")
        for name in _ADDRESSES:
            web_address(str(config[name]))
        return config

    def complete_login(self, request: HttpRequest, app: SocialApp, token: SocialToken, **kwargs: Any) -> SocialLogin:
        claims = self._claims(app, str(kwargs["response"].get("id_token") or ""))
        if not claims.get("email"):
            more = self._fetch_user_info(token.token)
            if more.get("sub") != claims["sub"]:
                raise OAuth2Error("the userinfo is about somebody else than the ID token")
            claims = more | claims
        claims["email_verified"] = claims.get("email_verified") in (True, "true")  # some send it as text
        return self.get_provider().sociallogin_from_response(request, {"id_token": claims})

    def _claims(self, app: SocialApp, id_token: str) -> dict[str, Any]:
        try:
            header = jwt.get_unverified_header(id_token)
            claims = jwt.decode(
                id_token,
                key=self._key(header),
                algorithms=ALGORITHMS,
                audience=app.client_id,
                issuer=self.openid_config["issuer"],  # exactly, with the slash at its end if it has one
                leeway=LEEWAY,
                options={"require": ["exp", "iat", "sub", "aud", "iss"]},
            )
        except (jwt.PyJWTError, KeyError, TypeError, ValueError) as error:
            raise OAuth2Error(f"the ID token is not good: {error}") from error
        if claims.get("azp", app.client_id) != app.client_id:
            raise OAuth2Error("the ID token was issued to somebody else")
        return claims

    def _key(self, header: dict[str, Any]) -> jwt.PyJWK:
        """The key the token names; an identity provider with a single one need not name it."""
        with get_adapter().get_requests_session() as session:
            answer = session.get(self.openid_config["jwks_uri"])
            answer.raise_for_status()
            keys = jwt.PyJWKSet.from_dict(answer.json()).keys
        name = header.get("kid")
        named = [key for key in keys if name in (None, key.key_id)]
        if len(named) != 1:
            raise OAuth2Error(f"no key {name!r}")
        return named[0]


def answer(request: HttpRequest, key: str) -> HttpResponse:
    """Where the identity provider sends people back to, with a code."""
    provider = by_key(key)
    if provider is None or provider.kind != SignOnProvider.Kind.OIDC:
        raise Http404
    adapter = VerifyingAdapter(request, key)
    try:
        return cast(HttpResponse, OAuth2CallbackView.adapter_view(adapter)(request))
    except (OAuth2Error, RequestException, ImproperlyConfigured, LookupError, TypeError, ValueError) as error:
        # Whatever a strange server says instead of what the protocol lets it say; a subject too long is "improperly".
        logger.warning("sign-on %s: %s", key, error, exc_info=True)
        return cast(HttpResponse, render_authentication_error(request, adapter.get_provider(), exception=error))

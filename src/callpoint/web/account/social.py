"""Coming in by an organization's own identity provider: what allauth asks of us, answered out of the directory.

allauth speaks the protocols and gives a subject and an address; whom that lets in is `directory.sign_on`'s to say. The
bond between a subject and an account is allauth's `SocialAccount`: one account has at most one of each provider.
"""

from typing import Any, Final

from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialLogin
from allauth.socialaccount.providers.base import AuthError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext

from callpoint.directory.models import Account, SignOnProvider
from callpoint.directory.sealing import unseal
from callpoint.directory.sign_on import NotAdmittedError, Vouched, admit, by_key
from callpoint.directory.tenancy import everywhere
from callpoint.web.account import history
from callpoint.web.account.bounded import BoundedSession
from callpoint.web.client_address import client_address

Kind = SignOnProvider.Kind
OIDC: Final = "openid_connect"
SAML: Final = "saml"
# Where identity providers put an address or a name: as LDAP calls it, as Microsoft does, and in plain words.
_ATTRIBUTES: Final = {
    "uid": ["urn:oasis:names:tc:SAML:attribute:subject-id"],  # else the NameID, which the assertion is about
    "email": [
        "urn:oid:0.9.2342.19200300.100.1.3",
        "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress",
        "email",
        "mail",
    ],
    "first_name": ["urn:oid:2.5.4.42", "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/givenname", "firstName"],
    "last_name": ["urn:oid:2.5.4.4", "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/surname", "lastName"],
}


class SignOnAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]  # allauth has no types
    """Identity providers come from the directory; accounts are never made, found or bound by allauth itself."""

    def get_requests_session(self) -> BoundedSession:
        return BoundedSession()

    def list_apps(self, request: HttpRequest, provider: str | None = None, client_id: str | None = None) -> list[Any]:
        """allauth's picture of the identity providers in use: all, of one protocol, or the one of a key.

        To allauth's SAML views `client_id` is what stands in the URL: our key.
        """
        with everywhere():
            used = list(SignOnProvider.objects.filter(enabled=True).order_by("pk"))
        apps = [app_of(one) for one in used]
        if provider is not None:
            apps = [app for app in apps if provider in (app.provider, app.provider_id)]
        if client_id is not None:
            apps = [app for app in apps if app.client_id == client_id]
        return apps

    def populate_user(self, request: HttpRequest, sociallogin: SocialLogin, data: dict[str, Any]) -> Account:
        """Keep of what was said about somebody no more than is needed: name and address."""
        user: Account = sociallogin.user
        user.email = str(data.get("email") or "")
        names = (data.get("first_name"), data.get("last_name"))
        user.name = str(data.get("name") or " ".join(str(part) for part in names if part))
        sociallogin.account.extra_data = {}
        return user

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Puts the account somebody may enter into `sociallogin`; nobody gets past this without one."""
        provider = by_key(sociallogin.account.provider)
        if provider is None or sociallogin.state.get("process") != "login":
            raise ImmediateHttpResponse(refusal(request, gettext("This way in is closed.")))
        try:
            with transaction.atomic():
                self._let_in(request, sociallogin, provider)
        except NotAdmittedError as error:
            raise ImmediateHttpResponse(refusal(request, str(error), provider)) from error

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        return False

    def on_authentication_error(
        self, request: HttpRequest, provider: Any, error: str | None = None, **about: Any
    ) -> None:
        """allauth has noted the cause; people are told what helps them, but not when they turned back themselves."""
        if error == AuthError.CANCELLED:
            return
        sentence = gettext("%(name)s and this server did not come to terms. Try again; tell whoever looks after it.")
        raise ImmediateHttpResponse(refusal(request, sentence % {"name": provider.name}))

    def _let_in(self, request: HttpRequest, sociallogin: SocialLogin, provider: SignOnProvider) -> None:
        bound = sociallogin.user if sociallogin.is_existing else None
        account = admit(provider, _vouched(sociallogin, provider), bound, client_address(request))
        if account.must_change_password:  # a password that somebody else chose: it goes, as none is needed
            account.set_unusable_password()
            account.must_change_password = False
            account.save()
        if bound is not None:
            return
        if SocialAccount.objects.filter(user=account, provider=provider.key).exists():
            sentence = gettext("%(email)s belongs to somebody else at %(name)s; an administrator can undo that bond.")
            raise NotAdmittedError(sentence % {"email": account.email, "name": provider.name})
        sociallogin.user = account
        sociallogin.save(request, connect=True)
        history.tell(request, account, history.AT_THE_DOOR, sign_on_bound=provider.name)


def app_of(provider: SignOnProvider) -> SocialApp:
    """What allauth calls an app. It is never saved."""
    kept: dict[str, Any] = provider.settings
    app = SocialApp(provider=OIDC if provider.kind == Kind.OIDC else SAML, provider_id=provider.key, name=provider.name)
    if provider.kind == Kind.OIDC:
        app.client_id = kept["client_id"]
        app.secret = unseal(kept["client_secret"])
        app.settings = {"server_url": kept["issuer"], "oauth_pkce_enabled": True}
        return app
    app.client_id = provider.key
    identity_provider = {"entity_id": kept["entity_id"], "sso_url": kept["sso_url"], "x509cert": kept["certificate"]}
    # Attributes may be missing where the NameID is the address, and assertions without a signature of their own are
    # taken when the response has one; what has no signature at all is refused in any case.
    # A server within a company may well be called by one word.
    advanced = {"want_attribute_statement": False, "want_name_id": True, "allow_single_label_domains": True}
    app.settings = {"idp": identity_provider, "attribute_mapping": _ATTRIBUTES, "advanced": advanced}
    return app


def refusal(request: HttpRequest, sentence: str, provider: SignOnProvider | None = None) -> HttpResponse:
    """The page that says why somebody does not get in."""
    shown = {"sentence": sentence, "provider": provider}
    return render(request, "portal/account/sign_on_refused.html", shown, status=403)


def _vouched(sociallogin: SocialLogin, provider: SignOnProvider) -> Vouched:
    """SAML has no word for a verified address: an assertion is the identity provider's own, about its own people.

    With OpenID Connect it must say so, unless the organization has set that this one vouches for all it says.
    """
    addresses = sociallogin.email_addresses
    email = str(addresses[0].email) if addresses else ""
    trusted = provider.kind == Kind.SAML or bool(provider.settings.get("email_trusted"))
    verified = bool(addresses) and (trusted or addresses[0].verified is True)
    return Vouched(sociallogin.account.uid, email, verified, sociallogin.user.name)

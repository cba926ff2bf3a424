"""How allauth is to behave here, beyond its settings."""

import ipaddress
import logging
import time
from typing import Any, Final

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.mfa.adapter import DefaultMFAAdapter
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from callpoint.directory.models import Account
from callpoint.directory.sealing import seal, unseal
from callpoint.directory.sign_on import only_way_for
from callpoint.web.account import history
from callpoint.web.client_address import client_address

logger = logging.getLogger(__name__)
FRESH_SECONDS: Final = 15 * 60
"""So long after signing in, or after proving it again, nobody is asked for their password once more."""


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth has no types
    """Nobody makes an account by themselves; whoever must come in by their organization comes in by nothing else."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "account_inactive": _("This account is shut."),
        "email_password_mismatch": _("The e-mail address and the password do not go together."),
        "enter_current_password": _("This is not your present password."),
        "incorrect_code": _("This is not right. Codes change quickly; use the newest."),
        "incorrect_password": _("This is not your password."),
        "too_many_login_attempts": _("Too many attempts. Wait five minutes, or sign in in another way."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        """As the history keeps it; what a proxy wrote that is no address counts as the proxy's own."""
        for text in (client_address(request), str(request.META.get("REMOTE_ADDR", ""))):
            try:
                return str(ipaddress.ip_address(text))
            except ValueError:
                continue
        return str(super().get_client_ip(request))

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        try:
            super().pre_authenticate(request, **credentials)
        except ValidationError:
            history.locked_out(request, str(credentials.get("email", "")))
            raise

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        history.sign_in_failed(request, str(credentials.get("email", "")), "password")

    def pre_login(self, request: HttpRequest, user: Account, **about: Any) -> HttpResponse | None:
        response: HttpResponse | None = super().pre_login(request, user, **about)
        if response is not None or "sociallogin" in (about.get("signal_kwargs") or {}):
            return response
        provider = only_way_for(user.email)
        if provider is None:
            return None
        messages.error(request, gettext("Your organization lets you in by %(name)s only.") % {"name": provider.name})
        return redirect("sign-on")

    def set_password(self, user: Account, password: str) -> None:
        """A password somebody chose for themselves: nothing has to be changed any more."""
        user.must_change_password = False
        super().set_password(user, password)

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return redirect("account").url

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Not for a while after signing in: whoever has to set up a second factor has just proved who they are."""
        records = get_authentication_records(self.request, self.request.user)
        if records and time.time() - records[-1]["at"] < FRESH_SECONDS:
            return False
        return bool(super().is_reauthentication_required(app=app, **kwargs))

    def send_password_reset_mail(self, user: Account, email: str, context: dict[str, Any]) -> None:
        """A new password is of no use to somebody who must come in by their organization: they are told that."""
        provider = only_way_for(user.email)
        if provider is None:
            super().send_password_reset_mail(user, email, context)
        else:
            self.send_mail("account/email/sign_on_instead", email, {"provider": provider})

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """A mail server that is away is the operator's business: the page must not tell known addresses from others."""
        try:
            super().send_mail(template_prefix, email, context)
        except OSError as error:  # SMTP errors are of this kind too
            logger.error("no e-mail %s to %s: %s", template_prefix, email, error)


class SecondFactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]  # allauth has no types
    """Second factors: their secrets sealed in the database, and our name in people's authenticators."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": _("This is not right. Codes change quickly; use the newest."),
    }

    def encrypt(self, text: str) -> str:
        return seal(text)

    def decrypt(self, encrypted_text: str) -> str:
        return unseal(encrypted_text)

    def _get_site_name(self) -> str:
        return "Callpoint"

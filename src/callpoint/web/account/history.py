"""What happens to accounts, told to the history of everybody they serve, by allauth's signals and beside them."""

from typing import Any, Final

from allauth.account import signals as account_signals
from allauth.account.internal.flows.login import get_authentication_records
from allauth.mfa import signals as factor_signals
from django.core.cache import cache
from django.dispatch import receiver
from django.http import HttpRequest

from callpoint.directory.editing.accounts import language_for, note_account
from callpoint.directory.models import Account, acting
from callpoint.web.client_address import client_address
from callpoint.web.language import SESSION_KEY

AT_THE_DOOR: Final = "at the sign-in page"
IN_ACCOUNT: Final = "in their own account"
LOCK_NOTED_SECONDS: Final = 300
"""A lock-out is told once in so many seconds: as long as it lasts by itself, however long somebody keeps knocking."""


def tell(request: HttpRequest, account: Account, why: str, **what: Any) -> None:
    """One entry in the name of the account's owner, with the address the request comes from."""
    with acting(account.email, why, client_address(request)):
        note_account(account, **what)


def sign_in_failed(request: HttpRequest, email: str, by: str) -> None:
    """Somebody could not prove to be the account's owner. Addresses without an account have no history."""
    account = Account.objects.filter(email=email.strip().lower()).first()
    if account is not None:
        tell(request, account, AT_THE_DOOR, sign_in_failed=by)


def locked_out(request: HttpRequest, email: str) -> None:
    """Nobody can try this account's password, or any from this address, for a while."""
    account = Account.objects.filter(email=email.strip().lower()).first()
    if account is not None and cache.add(f"locked-out:{account.pk}", 1, timeout=LOCK_NOTED_SECONDS):
        tell(request, account, AT_THE_DOOR, locked_out=True)


@receiver(account_signals.user_logged_in)
def signed_in(request: HttpRequest, user: Account, **kwargs: Any) -> None:
    """The pages speak the account's language from now on."""
    language = language_for(user)
    if language:
        request.session[SESSION_KEY] = language
    methods = [_method(record) for record in get_authentication_records(request, user)]
    tell(request, user, AT_THE_DOOR, signed_in=", ".join(dict.fromkeys(methods)))


@receiver(account_signals.login_code_rejected)
def code_rejected(request: HttpRequest, user: Account, **kwargs: Any) -> None:
    sign_in_failed(request, user.email, "code")


@receiver(factor_signals.authentication_failed)
def factor_rejected(request: HttpRequest, user: Account, authenticator: Any, **kwargs: Any) -> None:
    sign_in_failed(request, user.email, str(authenticator.type))


@receiver([account_signals.password_changed, account_signals.password_set, account_signals.password_reset])
def password_changed(request: HttpRequest, user: Account, signal: Any, **kwargs: Any) -> None:
    forgotten = signal is account_signals.password_reset
    tell(request, user, IN_ACCOUNT, password="by a link sent by e-mail" if forgotten else "changed")


@receiver(factor_signals.authenticator_added)
def factor_added(request: HttpRequest, user: Account, authenticator: Any, **kwargs: Any) -> None:
    tell(request, user, IN_ACCOUNT, second_factor_added=str(authenticator.type))


@receiver(factor_signals.authenticator_removed)
def factor_removed(request: HttpRequest, user: Account, authenticator: Any, **kwargs: Any) -> None:
    tell(request, user, IN_ACCOUNT, second_factor_removed=str(authenticator.type))


@receiver(factor_signals.authenticator_reset)
def factor_renewed(request: HttpRequest, user: Account, authenticator: Any, **kwargs: Any) -> None:
    tell(request, user, IN_ACCOUNT, second_factor_renewed=str(authenticator.type))


def _method(record: dict[str, Any]) -> str:
    if record["method"] == "mfa":
        return str(record["type"])
    if record["method"] == "socialaccount":
        return f"sign-on {record['provider']}"
    return str(record["method"])

"""What stands between the door and the pages: our public address, who may go no further yet, and who was seen."""

from collections.abc import Callable
from typing import Any, Final
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from callpoint.web.account.reach import bound_to
from callpoint.web.account.second_factor import is_missing
from callpoint.web.account.seen import note_seen

Answer = Callable[[HttpRequest], HttpResponse]

ALWAYS: Final = frozenset({"sign-out", "account_logout", "language", "healthz", "metrics"})
NEW_PASSWORD: Final = "account-new-password"  # noqa: S105  # the name of a URL
SET_UP: Final = "mfa_index"
# Not for whoever came on an identity provider's word alone: these open an account for good, in every organization.
OWN_PROOFS: Final = ("mfa_", "account_change_password", "account_set_password", NEW_PASSWORD)
PROVING: Final = frozenset({"mfa_reauthenticate", "mfa_reauthenticate_webauthn", "mfa_authenticate"})
SETTING_UP: Final = ALWAYS | {
    SET_UP,
    "mfa_activate_totp",
    "mfa_add_webauthn",
    "mfa_list_webauthn",
    "mfa_view_recovery_codes",
    "mfa_generate_recovery_codes",
    "mfa_download_recovery_codes",
    "account_reauthenticate",
    "mfa_reauthenticate",
    "mfa_reauthenticate_webauthn",
}


def as_published(answer: Answer) -> Answer:
    """Behind a proxy of the operator's that speaks https, a request for our public address is an https request.

    The proxy speaks plain http to us: without this, no form of a browser would be taken for our own, and links and
    addresses told to identity providers would begin with http.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        public = urlsplit(settings.PUBLIC_URL)
        if public.scheme == "https" and request.META.get("HTTP_HOST", "").lower() == public.netloc.lower():
            request.META["wsgi.url_scheme"] = "https"
        return answer(request)

    return middleware


class Gate:
    """Somebody signed in goes no further before they have a password of their own, and the second factor they need."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.answer(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        """Where somebody is sent instead of the page; None lets them through."""
        if not request.user.is_authenticated:
            return None
        account = request.user
        name = request.resolver_match.view_name if request.resolver_match else ""
        if bound_to(request) is not None:
            if name.startswith(OWN_PROOFS) and name not in PROVING:
                return render(request, "portal/account/bound.html", status=403)
            return None
        if account.must_change_password:
            return None if name in ALWAYS | {NEW_PASSWORD} else _sent_to(request, NEW_PASSWORD)
        if not is_missing(request, account):
            return None
        request.second_factor_missing = True  # type: ignore[attr-defined]  # for the page that sets one up
        return None if name in SETTING_UP else _sent_to(request, SET_UP)


def last_seen(answer: Answer) -> Answer:
    """Keeps for the list of sessions when and from where each was used."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = answer(request)
        if request.session.session_key and request.user.is_authenticated:
            note_seen(request)
        return response

    return middleware


def _sent_to(request: HttpRequest, name: str) -> HttpResponse:
    page = reverse(name)
    if request.headers.get("HX-Request"):  # a part of a page was asked for, but the whole page goes
        return HttpResponse(headers={"HX-Redirect": page})
    return redirect_to_login(request.get_full_path(), page) if request.method == "GET" else redirect(page)

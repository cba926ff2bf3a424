"""Signing in and out, and the language of the pages."""

from django.conf import settings
from django.contrib.auth.views import LogoutView
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.views.decorators.http import require_POST, require_safe

from callpoint.directory.models import Account
from callpoint.web.language import COOKIE, SESSION_KEY

COOKIE_SECONDS = 365 * 24 * 3600


@require_safe
def sign_in(request: HttpRequest) -> HttpResponse:
    """The short address of the page where people sign in."""
    onward = request.GET.get("next", "")
    return redirect(reverse("account_login") + (f"?{urlencode({'next': onward})}" if onward else ""))


sign_out = LogoutView.as_view()


@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Take `language` for every page from now on: kept with the account, or in a cookie for a stranger."""
    onward = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(onward, {request.get_host()}, require_https=request.is_secure()):
        onward = reverse("start")
    response = HttpResponseRedirect(onward)  # `redirect` would take one word for the name of a page
    wanted = request.POST.get("language", "")
    if wanted in dict(settings.LANGUAGES):
        if isinstance(request.user, Account):
            request.user.language = wanted
            request.user.save(update_fields=["language"])
            request.session[SESSION_KEY] = wanted
        response.set_cookie(COOKIE, wanted, max_age=COOKIE_SECONDS, samesite="Lax", httponly=True)
    return response

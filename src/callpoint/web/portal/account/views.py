"""Somebody's own account: who they are here, what they may do where, and a password of their own."""

from typing import cast

from allauth.account.internal.flows.password_change import finalize_password_change
from allauth.account.utils import get_next_redirect_url
from allauth.core import ratelimit
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from callpoint.directory.editing.accounts import language_for
from callpoint.directory.editing.members import ROLE_NAMES
from callpoint.directory.models import Account, Membership
from callpoint.directory.tenancy import everywhere
from callpoint.web.account import history, second_factor
from callpoint.web.account.forms import OwnPasswordForm, ProfileForm
from callpoint.web.language import COOKIE, SESSION_KEY


@login_required
@require_http_methods(["GET", "POST"])
def account(request: HttpRequest) -> HttpResponse:
    """Name and language, the roles held, and the ways to sign in."""
    mine = cast(Account, request.user)
    posted = request.POST if request.method == "POST" else None
    form = ProfileForm(posted, initial={"name": mine.name, "language": mine.language})
    if form.is_valid():
        mine.name, mine.language = form.cleaned_data["name"], form.cleaned_data["language"]
        mine.save(update_fields=["name", "language"])
        _speak(request, mine)
        if form.has_changed():
            changed = {name: form.cleaned_data[name] for name in form.changed_data}
            history.tell(request, mine, history.IN_ACCOUNT, **changed)
        messages.success(request, gettext("Saved."))
        return redirect("account")
    shown = {
        "form": form,
        "roles": [(one.organization, ROLE_NAMES[one.role]) for one in _roles(mine)],
        "second_factor": second_factor.has_one(mine),
        "has_password": mine.has_usable_password(),
    }
    return render(request, "portal/account/account.html", shown)


@sensitive_post_parameters()
@login_required
@require_http_methods(["GET", "POST"])
def new_password(request: HttpRequest) -> HttpResponse:
    """A password in place of the one that somebody else chose; nothing else can be done before."""
    mine = cast(Account, request.user)
    if not mine.must_change_password:
        return redirect("account")
    form = OwnPasswordForm(user=mine, data=request.POST or None)
    if request.method == "POST":
        if not ratelimit.consume(request, action="change_password"):
            return cast(HttpResponse, ratelimit.respond_429(request))
        if form.is_valid():
            form.save()
            finalize_password_change(request, mine)
            return HttpResponseRedirect(get_next_redirect_url(request) or reverse(settings.LOGIN_REDIRECT_URL))
    return render(request, "portal/account/new_password.html", {"form": form, "next": request.GET.get("next", "")})


def closed(request: HttpRequest) -> HttpResponse:
    """In place of pages of allauth's that make no sense here."""
    raise Http404


def _roles(mine: Account) -> list[Membership]:
    with everywhere():
        held = Membership.objects.filter(account=mine).select_related("organization")
        return list(held.order_by("organization__name", "role"))


def _speak(request: HttpRequest, mine: Account) -> None:
    """Pages from the next one on are in the language chosen; without a choice, the browser's cookie counts no more."""
    language = language_for(mine)
    if language:
        request.session[SESSION_KEY] = language
    else:
        request.session.pop(SESSION_KEY, None)
        request.COOKIES.pop(COOKIE, None)

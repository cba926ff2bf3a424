"""The pages of this installation."""

from django.conf import settings
from django.contrib.auth.views import LogoutView
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.views.decorators.http import require_POST, require_safe

from callpoint import __version__
from callpoint.calls.models import CallRecord, Misdial
from callpoint.directory.access import Right, organizations_for, people_for
from callpoint.directory.models import Account
from callpoint.web.forecast import forecast
from callpoint.web.installation import snapshot
from callpoint.web.language import COOKIE, SESSION_KEY
from callpoint.web.portal.page import OrganizationRequest, organization_page

PEOPLE_ON_A_PAGE = 25
LATEST_CALLS = 20
LATEST_MISDIALS = 10
COOKIE_SECONDS = 365 * 24 * 3600


@require_safe
def start(request: HttpRequest) -> HttpResponse:
    """What runs here; for somebody signed in, the organizations they serve."""
    account = request.user
    organizations = organizations_for(account) if isinstance(account, Account) else []
    return render(request, "web/start.html", {"version": __version__, "organizations": organizations})


@organization_page(Right.CALLS)
@require_safe
def organization(request: OrganizationRequest) -> HttpResponse:
    """An organization's people with what would happen if they dialled now, its latest calls and misdials."""
    found = request.organization
    page = Paginator(people_for(request.account, found), PEOPLE_ON_A_PAGE).get_page(request.GET.get("page"))
    people = [(person, forecast(person, found.slug, snapshot())) for person in page]
    calls = list(CallRecord.objects.filter(organization=found).order_by("-started_at")[:LATEST_CALLS])
    misdials = list(Misdial.objects.filter(organization=found).order_by("-at")[:LATEST_MISDIALS])
    shown = {"page": page, "people": people, "calls": calls, "misdials": misdials}
    return render(request, "web/organization.html", shown)


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
    response = redirect(onward)
    wanted = request.POST.get("language", "")
    if wanted in dict(settings.LANGUAGES):
        if isinstance(request.user, Account):
            request.user.language = wanted
            request.user.save(update_fields=["language"])
            request.session[SESSION_KEY] = wanted
        response.set_cookie(COOKIE, wanted, max_age=COOKIE_SECONDS, samesite="Lax", httponly=True)
    return response

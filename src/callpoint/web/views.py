"""The pages of this installation."""

from typing import cast

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from callpoint import __version__
from callpoint.calls.models import CallRecord, Misdial
from callpoint.directory.access import organization_for, organizations_for, people_for, scope_of
from callpoint.directory.models import Account
from callpoint.web.forecast import forecast
from callpoint.web.installation import snapshot

PEOPLE_ON_A_PAGE = 25
LATEST_CALLS = 20
LATEST_MISDIALS = 10


@require_safe
def start(request: HttpRequest) -> HttpResponse:
    """What runs here; for somebody signed in, the organizations they serve."""
    account = request.user
    organizations = organizations_for(account) if isinstance(account, Account) else []
    return render(request, "web/start.html", {"version": __version__, "organizations": organizations})


@login_required
@require_safe
def organization(request: HttpRequest, slug: str) -> HttpResponse:
    """An organization's people with what would happen if they dialled now, its latest calls and misdials."""
    account = cast(Account, request.user)
    found = organization_for(account, slug)
    if found is None:
        raise Http404
    with scope_of(account):
        page = Paginator(people_for(account, found), PEOPLE_ON_A_PAGE).get_page(request.GET.get("page"))
        people = [(person, forecast(person, found.slug, snapshot())) for person in page]
        calls = list(CallRecord.objects.filter(organization=found).order_by("-started_at")[:LATEST_CALLS])
        misdials = list(Misdial.objects.filter(organization=found).order_by("-at")[:LATEST_MISDIALS])
    shown = {"organization": found, "page": page, "people": people, "calls": calls, "misdials": misdials}
    return render(request, "web/organization.html", shown)

"""The first page of an organization, its latest calls by themselves, and the first page of all."""

from dataclasses import dataclass
from typing import Any, Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe
from django_htmx.http import HttpResponseClientRefresh

from callpoint import __version__
from callpoint.calls.models import CallRecord
from callpoint.directory.access import Right
from callpoint.directory.models import Account, Organization, Trunk
from callpoint.directory.models.trunk import DEFAULT_ID_HEADERS
from callpoint.directory.readiness.counting import Counts, counts
from callpoint.directory.tenancy import inside
from callpoint.web.account.reach import provides, reached
from callpoint.web.portal.alerts.coverage import coverage, gaps_in
from callpoint.web.portal.calls.pages import lines
from callpoint.web.portal.home.freshness import freshness
from callpoint.web.portal.home.picture import Part, others, parts
from callpoint.web.portal.home.problems import problems
from callpoint.web.portal.home.setup_path import setup_path
from callpoint.web.portal.links import link
from callpoint.web.portal.page import OrganizationRequest, organization_page

LATEST: Final = 10
MOST_GLANCES: Final = 30
"""Organizations with a picture of their own on the first page; each takes some 10 ms at 100,000 people."""
PAUSED: Final = "paused"


@organization_page(Right.CALLS)
@require_safe
def organization(request: OrganizationRequest) -> HttpResponse:
    """How ready everybody is, what is wrong, the latest calls, what to tell a telephony engineer, what to do next."""
    found, access, now = request.organization, request.access, timezone.now()
    may_read = Right.READ in access.rights
    people = counts(found, now)
    alerting = coverage(found, now)
    shown: dict[str, Any] = {
        "people": people,
        "parts": parts(people, found, linked=may_read),
        "others": others(people, found, linked=may_read),
        "import_url": link("imports", found.slug) if may_read else "",
        "freshness": freshness(found, now),
        "problems": problems(found, access, people, now, gaps_in(alerting, found)),
        "path": setup_path(found, people, alerting) if may_read else None,
        "handover": _handover(found) if may_read else None,
        **_latest(request),
    }
    return render(request, "web/organization.html", shown)


@require_safe
def latest_calls(request: HttpRequest, slug: str) -> HttpResponse:
    """The latest calls alone, which the page asks for every few seconds unless somebody paused it.

    Once its session has ended the page is loaded anew, which leads to signing in: the form must not stand in the list.
    """
    if not request.user.is_authenticated and getattr(request, "htmx", False):
        return HttpResponseClientRefresh()
    return _latest_calls(request, slug)


@organization_page(Right.CALLS)
def _latest_calls(request: OrganizationRequest) -> HttpResponse:
    return render(request, "portal/home/latest_calls.html", _latest(request))


@dataclass(frozen=True)
class Glance:
    """An organization on the first page; `parts` are empty where there are too many to draw."""

    organization: Organization
    counts: Counts | None
    parts: list[Part]


@require_safe
def start(request: HttpRequest) -> HttpResponse:
    """For a stranger a welcome; else on to the one organization, to the provider's page, or a choice."""
    account = request.user
    if not isinstance(account, Account):
        return render(request, "web/start.html", {"version": __version__})
    if provides(request) and (url := link("provider")):
        return redirect(url)
    organizations = reached(request)
    if len(organizations) == 1:
        return redirect("organization", organizations[0].slug)
    shown = {"version": __version__, "glances": [_glance(one, index) for index, one in enumerate(organizations)]}
    return render(request, "web/start.html", shown)


def _glance(found: Organization, index: int) -> Glance:
    if index >= MOST_GLANCES:
        return Glance(found, None, [])
    with inside(found):
        people = counts(found, timezone.now())
    return Glance(found, people, parts(people, found, linked=False))


def _latest(request: OrganizationRequest) -> dict[str, Any]:
    calls = CallRecord.objects.filter(organization=request.organization).order_by("-started_at", "-pk")[:LATEST]
    return {"lines": lines(list(calls), timezone.now()), "paused": request.GET.get("calls") == PAUSED}


@dataclass(frozen=True)
class Handover:
    """What a telephony engineer asks for: where to send calls (transport and host:port), and what must be in them."""

    slug: str
    addresses: list[tuple[str, str]]
    id_headers: list[str]
    trunks: list[str]
    trunks_url: str


def _handover(found: Organization) -> Handover:
    trunks = list(Trunk.objects.filter(organization=found).order_by("name"))
    addresses = [address.partition(" ") for address in settings.SIP_ADDRESSES]
    headers = dict.fromkeys(header for trunk in trunks for header in trunk.id_headers)
    return Handover(
        slug=found.slug,
        addresses=[(transport.upper(), place) for transport, _blank, place in addresses],
        id_headers=list(headers) or list(DEFAULT_ID_HEADERS),
        trunks=[trunk.name for trunk in trunks],
        trunks_url=link("trunks", found.slug),
    )

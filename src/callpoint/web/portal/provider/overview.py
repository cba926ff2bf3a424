"""What the provider finds first: what is missing before a first 911 call can be served, and how things stand."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from callpoint.calls.models import Alarm, CallRecord, Stranger
from callpoint.datasets.catalogue import Catalogue
from callpoint.directory.models import FixedRoute, Organization, Person, Psap, Target, Trunk
from callpoint.web.portal.page import provider_page
from callpoint.web.portal.provider.data_sets import directory
from callpoint.web.portal.provider.frame import page

UNNAMED: Final = "callpoint.invalid"  # what sip.host_name is until somebody sets it
ALARMS_SHOWN: Final = 5
RECENT: Final = timedelta(days=7)


@dataclass(frozen=True)
class Need:
    """Something a first call needs; `must`: cannot do without. `page` names where it is set, "" where no page does."""

    key: str
    title: Promise
    told: Promise
    page: str
    must: bool = True


@dataclass(frozen=True)
class Step:
    """A need as it stands."""

    need: Need
    done: bool

    @property
    def url(self) -> str:
        return reverse(self.need.page) if self.need.page else ""


NEEDS: Final = (
    Need(
        "relay",
        _("Relay center"),
        _("Where every call ends that nobody else takes: callers and places nobody knows, PSAPs that do not answer."),
        "relay-center",
    ),
    Need(
        "routing",
        _("Who answers where"),
        _(
            "PSAP boundaries as data sets, or fixed routes to PSAPs with a target. Without them every call goes to the "
            "relay center."
        ),
        "data-sets",
    ),
    Need(
        "psap",
        _("A PSAP that can be dialled"),
        _("A target: the SIP address a PSAP takes calls at. Boundaries mostly publish it."),
        "psaps",
    ),
    Need(
        "addresses",
        _("Addresses to check against"),
        _("Address points or roads. Without them no address is more than unchecked."),
        "data-sets",
        must=False,
    ),
    Need(
        "name",
        _("A name of this service"),
        _(
            "sip.host_name in the configuration: it stands in identifiers PSAPs see, and in every digest password. Set "
            "it before trunks get passwords."
        ),
        "",
        must=False,
    ),
    Need(
        "organization",
        _("An organization"),
        _("With an administrator, who loads its locations and people."),
        "organizations",
    ),
    Need(
        "trunk",
        _("A trunk"),
        _("By which calls come in. Organizations set up their own; one for several organizations is set up here."),
        "provider-trunks",
    ),
    Need(
        "test",
        _("A first 933 call"),
        _("Reads back where help would be sent, and proves the whole way."),
        "organizations",
        must=False,
    ),
)
"""In the order they are best met."""


@provider_page
@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """The steps with their state, counts, and what the node complains of."""
    now = timezone.now()
    knocks = Stranger.objects.filter(method="INVITE", last_at__gte=now - RECENT)
    shown = {
        "steps": steps(),
        "organizations": Organization.objects.count(),
        "people": Person.objects.filter(active=True).count(),
        "calls": CallRecord.objects.filter(started_at__gte=now - RECENT).count(),
        "strangers": knocks.count(),
        "alarms": Alarm.objects.filter(cleared_at=None).order_by("-at")[:ALARMS_SHOWN],
    }
    return page(request, "portal/provider/overview.html", shown)


def steps() -> list[Step]:
    """Every need, met or not. Samples meet none: they route no real call and confirm no real address."""
    real = {file.meta.kind for file in Catalogue(directory()).all_files() if not file.meta.sample}
    met = {
        "relay": Target.objects.filter(psap=None).exists(),
        "routing": "psaps" in real or FixedRoute.objects.filter(psap__targets__isnull=False).exists(),
        "psap": "psaps" in real or Psap.objects.filter(targets__isnull=False).exists(),
        "addresses": bool(real & {"address-points", "roads"}),
        "name": settings.SIP_HOST_NAME != UNNAMED,
        "organization": Organization.objects.filter(sample=False).exists(),
        "trunk": Trunk.objects.exists(),
        "test": CallRecord.objects.filter(service="read_back", answered_at__isnull=False).exists(),
    }
    return [Step(need, met[need.key]) for need in NEEDS]

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
class Step:
    """Something a first call needs; `must` for what it cannot do without. `url` is "" for what no page sets."""

    title: Promise
    done: bool
    must: bool
    told: Promise
    url: str


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
    """In the order they are best taken."""
    real = {file.meta.kind for file in Catalogue(directory()).all_files() if not file.meta.sample}
    boundaries = "psaps" in real
    routed = FixedRoute.objects.filter(psap__targets__isnull=False).exists()
    dialled = Psap.objects.filter(targets__isnull=False).exists()
    return [
        Step(
            _("Relay center"),
            Target.objects.filter(psap=None).exists(),
            True,
            _(
                "Where every call ends that nobody else takes: callers and places nobody knows, PSAPs that do not "
                "answer."
            ),
            reverse("relay-center"),
        ),
        Step(
            _("Who answers where"),
            boundaries or routed,
            True,
            _(
                "PSAP boundaries as data sets, or fixed routes to PSAPs with a target. Without them every call goes to "
                "the relay center."
            ),
            reverse("data-sets"),
        ),
        Step(
            _("A PSAP that can be dialled"),
            dialled or boundaries,
            True,
            _("A target: the SIP address a PSAP takes calls at. Boundaries mostly publish it."),
            reverse("psaps"),
        ),
        Step(
            _("Addresses to check against"),
            bool(real & {"address-points", "roads"}),
            False,
            _("Address points or roads. Without them no address is more than unchecked."),
            reverse("data-sets"),
        ),
        Step(
            _("A name of this service"),
            settings.SIP_HOST_NAME != UNNAMED,
            False,
            _(
                "sip.host_name in the configuration: it stands in identifiers PSAPs see, and in every digest password. "
                "Set it before trunks get passwords."
            ),
            "",
        ),
        Step(
            _("An organization"),
            Organization.objects.filter(sample=False).exists(),
            True,
            _("With an administrator, who loads its locations and people."),
            reverse("organizations"),
        ),
        Step(
            _("A trunk"),
            Trunk.objects.exists(),
            True,
            _("By which calls come in. Organizations set up their own; one for several organizations is set up here."),
            reverse("provider-trunks"),
        ),
        Step(
            _("A first 933 call"),
            CallRecord.objects.filter(service="read_back", answered_at__isnull=False).exists(),
            False,
            _("Reads back where help would be sent, and proves the whole way."),
            reverse("organizations"),
        ),
    ]

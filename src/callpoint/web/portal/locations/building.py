"""One building: its address, who would answer, its locations and the people in them."""

from typing import Any, Final

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from callpoint.directory.access import Right
from callpoint.directory.editing.places import save_building
from callpoint.directory.editing.refused import Refused
from callpoint.directory.models import Address, Building, Location
from callpoint.directory.verdicts import civic_of
from callpoint.web.address_words import ACCURACIES, BY_HAND, VERDICTS, elements_of
from callpoint.web.installation import address_desk
from callpoint.web.map.around import map_settings, street_query
from callpoint.web.portal.locations.counts import people_by_building
from callpoint.web.portal.locations.finding import LONGEST
from callpoint.web.portal.locations.listing import location_rows
from callpoint.web.portal.locations.screen import answering, record_of
from callpoint.web.portal.page import OrganizationRequest, organization_page

LOCATIONS_ON_A_PAGE: Final = 50


@organization_page(Right.READ)
@require_safe
def building(request: OrganizationRequest, pk: int) -> HttpResponse:
    """The page of a building."""
    found = building_or_404(pk)
    q = request.GET.get("q", "").strip()[:LONGEST]
    page = Paginator(_spots(found, q), LOCATIONS_ON_A_PAGE).get_page(request.GET.get("page"))
    shown = address_shown(found.address) | map_settings()
    shown |= {
        "building": found,
        "answering": answering(record_of(found.address)),
        "people": people_by_building([found.pk]).get(found.pk, 0),
        "q": q,
        "query": urlencode({"q": q}) if q else "",
        "page": page,
        "rows": location_rows(list(page)),
        "every_spot": Location.objects.filter(building=found).count(),
    }
    return render(request, "portal/locations/building.html", shown)


@organization_page(Right.CHANGE)
@require_POST
def building_check(request: OrganizationRequest, pk: int) -> HttpResponse:
    """Judge the address once more, as it stands, by the data sets that are loaded now."""
    found = building_or_404(pk)
    try:
        changed = save_building(request.organization, {"check_again": "yes"}, address_desk(), found)
    except Refused as refused:
        for sentence in [one for sentences in refused.errors.values() for one in sentences]:
            messages.warning(request, _("The address was not accepted and stays as it is: %(why)s") % {"why": sentence})
    else:
        words = VERDICTS[changed.address.verdict]
        messages.success(request, _("The address was checked again. %(verdict)s.") % {"verdict": words.title})
    return redirect("building", request.organization.slug, found.pk)


def building_or_404(pk: int) -> Building:
    """A building of the organization one is in; another one's is none at all."""
    return get_object_or_404(Building.objects.select_related("address", "address__psap"), pk=pk)


def address_shown(address: Address) -> dict[str, Any]:
    """What pages say of a stored address."""
    civic = civic_of(address.values())
    located = address.latitude is not None
    return {
        "address": address,
        "formatted": civic.formatted(),
        "words": VERDICTS[address.verdict],
        "street": street_query(civic),
        "elements": elements_of(civic, address.elements),
        "accuracy": "" if not located else ACCURACIES.get(address.accuracy, BY_HAND),  # type: ignore[call-overload]
        "position": f"{address.latitude:.5f}, {address.longitude:.5f}" if located else "",
    }


def _spots(found: Building, q: str) -> Any:
    spots = Location.objects.filter(building=found).order_by("name")
    for word in q.split():
        spots = spots.filter(
            Q(name__icontains=word)
            | Q(note__icontains=word)
            | Q(elin__icontains=word)
            | Q(floor__iexact=word)
            | Q(room__iexact=word)
        )
    return spots

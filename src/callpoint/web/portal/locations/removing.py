"""Removing buildings and locations: not while somebody is there, but everybody can be moved in the same step."""

from typing import Any, Final

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from callpoint.directory.access import Right
from callpoint.directory.editing.moving import move_and_remove_building, move_and_remove_location
from callpoint.directory.editing.places import people_in
from callpoint.directory.editing.refused import Refused
from callpoint.directory.models import Location, Person
from callpoint.web.portal.locations.building import building_or_404
from callpoint.web.portal.locations.counts import people_by_building
from callpoint.web.portal.locations.finding import Asked, locations_for
from callpoint.web.portal.locations.listing import location_rows
from callpoint.web.portal.locations.location import building_of, location_or_404
from callpoint.web.portal.page import OrganizationRequest, organization_page

PEOPLE_SHOWN: Final = 50
LOCATIONS_SHOWN: Final = 50
CHOICES_SHOWN: Final = 20
_METHODS: Final = ["GET", "HEAD", "POST"]


@organization_page(Right.CHANGE)
@require_http_methods(_METHODS)
def location_remove(request: OrganizationRequest, pk: int) -> HttpResponse:
    """By whom the location is used, and where to with them."""
    found = location_or_404(pk)
    people = people_in(found)
    errors: dict[str, list[str]] = {}
    if request.method == "POST":
        try:
            moved = move_and_remove_location(found, _target(request))
        except Refused as refused:
            errors = refused.errors
        else:
            _tell(request, found.name, moved)
            return redirect("building", request.organization.slug, building_of(found).pk)
    shown = _choices(request, location=found.pk) | {
        "location": found,
        "building": building_of(found),
        "people": [(person, _ways(person, found)) for person in people[:PEOPLE_SHOWN]],
        "every_person": people.count(),
        "errors": errors,
    }
    return render(request, "portal/locations/location_remove.html", shown)


@organization_page(Right.CHANGE)
@require_http_methods(_METHODS)
def building_remove(request: OrganizationRequest, pk: int) -> HttpResponse:
    """The locations in the building, who is in them, and where to with them."""
    found = building_or_404(pk)
    errors: dict[str, list[str]] = {}
    if request.method == "POST":
        try:
            moved = move_and_remove_building(found, _target(request))
        except Refused as refused:
            errors = refused.errors
        else:
            _tell(request, found.name, moved)
            return redirect("locations", request.organization.slug)
    spots = Location.objects.filter(building=found).order_by("name")
    shown = _choices(request, building=found.pk) | {
        "building": found,
        "rows": location_rows(list(spots[:LOCATIONS_SHOWN])),
        "every_spot": spots.count(),
        "every_person": people_by_building([found.pk]).get(found.pk, 0),
        "errors": errors,
    }
    return render(request, "portal/locations/building_remove.html", shown)


@organization_page(Right.CHANGE)
@require_safe
def location_choices(request: OrganizationRequest) -> HttpResponse:
    """The snippet with the locations that match `?q=`, to choose one of; not `?location=`, none of `?building=`."""
    given = {name: _key(request.GET.get(name, "")) for name in ("location", "building")}
    return render(request, "portal/locations/choices.html", _choices(request, **given))


def _choices(request: OrganizationRequest, location: int = 0, building: int = 0) -> dict[str, Any]:
    q = request.GET.get("q", "")
    rows = locations_for(Asked.of({"q": q})).exclude(pk=location).exclude(building=building)
    found = list(rows[: CHOICES_SHOWN + 1])
    leaving = urlencode({name: key for name, key in (("location", location), ("building", building)) if key})
    return {"choices": found[:CHOICES_SHOWN], "more": len(found) > CHOICES_SHOWN, "q": q, "leaving": leaving}


def _target(request: OrganizationRequest) -> Location | None:
    """The location that was chosen; None where none was, or one that is gone or another organization's."""
    key = _key(request.POST.get("target", ""))
    return Location.objects.filter(pk=key).first() if key else None


def _key(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0


def _ways(person: Person, found: Location) -> list[str]:
    """In which of its ways a person has the location, in words."""
    ways = (
        (person.assigned_location_id, _("assigned")),
        (person.current_location_id, _("is there now")),
        (person.number_location_id, _("for the phone number")),
    )
    return [words for key, words in ways if key == found.pk]


def _tell(request: OrganizationRequest, name: str, moved: int) -> None:
    told = ngettext(
        "%(name)s is removed; %(count)d person was moved.", "%(name)s is removed; %(count)d people were moved.", moved
    )
    messages.success(request, (told if moved else _("%(name)s is removed.")) % {"name": name, "count": moved})

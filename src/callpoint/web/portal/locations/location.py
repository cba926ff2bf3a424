"""One location in a building: the spot, what a PSAP sees of it, and who is there."""

from typing import Any, Final

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from callpoint.directory.access import Right
from callpoint.directory.editing.places import people_in, save_location, seen_of
from callpoint.directory.editing.refused import Refused
from callpoint.directory.editing.typed import SEEN
from callpoint.directory.models import Building, Location
from callpoint.i3.civic import PSAP_SCREEN_CHARS
from callpoint.web.portal.locations.building import building_or_404
from callpoint.web.portal.locations.screen import answering, record_of, screen
from callpoint.web.portal.locations.short_words import common, shorter
from callpoint.web.portal.page import OrganizationRequest, organization_page

FIELDS: Final = ("name", "floor", "unit", "room", "note", "elin")
PEOPLE_SHOWN: Final = 20
_SPOT: Final = ("name", "floor", "unit", "room", "note")


@organization_page(Right.CHANGE)
@require_http_methods(["GET", "HEAD", "POST"])
def location_new(request: OrganizationRequest, pk: int) -> HttpResponse:
    """A location that is not there yet, in the building of that key."""
    building = building_or_404(pk)
    given = dict.fromkeys(FIELDS, "")
    errors: dict[str, list[str]] = {}
    if request.method == "POST":
        given = {name: request.POST.get(name, "") for name in FIELDS}
        try:
            made = save_location(building, given)
        except Refused as refused:
            errors = refused.errors
        else:
            messages.success(request, _("%(location)s is added.") % {"location": made.name})
            return redirect("location", request.organization.slug, made.pk)
    shown = _form(building, None, given, errors) | {"building": building}
    return render(request, "portal/locations/location_new.html", shown)


@organization_page(Right.READ)
@require_http_methods(["GET", "HEAD", "POST"])
def location(request: OrganizationRequest, pk: int) -> HttpResponse:
    """The page of a location; whoever may only read sees it without a way to send it."""
    found = location_or_404(pk)
    errors: dict[str, list[str]] = {}
    given = {name: str(getattr(found, name)) for name in FIELDS} | {SEEN: seen_of(found)}
    if request.method == "POST":
        if Right.CHANGE not in request.access.rights:
            return render(request, "web/forbidden.html", status=403)
        given = {name: request.POST.get(name, "") for name in FIELDS}
        given |= {SEEN: request.POST[SEEN]} if SEEN in request.POST else {}
        try:
            saved = save_location(building_of(found), given, found)
        except Refused as refused:
            errors = refused.errors
        else:
            messages.success(request, _("%(location)s is saved.") % {"location": saved.name})
            return redirect("location", request.organization.slug, saved.pk)
    people = people_in(found)
    shown = _form(building_of(found), found, given, errors) | {
        "location": found,
        "building": building_of(found),
        "answering": answering(record_of(building_of(found).address, found)),
        "people": list(people[:PEOPLE_SHOWN]),
        "every_person": people.count(),
    }
    return render(request, "portal/locations/location.html", shown)


@organization_page(Right.CHANGE)
@require_POST
def location_preview(request: OrganizationRequest, pk: int) -> HttpResponse:
    """The snippet that shows what a PSAP would see of the spot as it is being typed, in the building of that key."""
    building = building_or_404(pk)
    given = {name: request.POST.get(name, "") for name in FIELDS}
    return render(request, "portal/locations/screen.html", _seen(building, None, given))


def location_or_404(pk: int) -> Location:
    """A location in a building of the organization one is in; homes belong to their people's pages."""
    rows = Location.objects.filter(building__isnull=False).select_related("building__address")
    return get_object_or_404(rows, pk=pk)


def building_of(found: Location) -> Building:
    """The building of a location that is in one. Raises `ValueError` for a home."""
    if found.building is None:
        raise ValueError("a home is in no building")
    return found.building


def _form(
    building: Building, found: Location | None, given: dict[str, str], errors: dict[str, list[str]]
) -> dict[str, Any]:
    return _seen(building, found, given) | {
        "given": given,
        "errors": errors,
        "screen_chars": PSAP_SCREEN_CHARS,
        "abbreviations": common(),
    }


def _seen(building: Building, found: Location | None, given: dict[str, str]) -> dict[str, Any]:
    """What a call taker would read of the spot with what is given."""
    typed = {name: given[name].strip() for name in _SPOT}
    seen = screen(record_of(building.address, found, **typed).civic)
    return {"screen": seen, "shorter": shorter(typed["note"], PSAP_SCREEN_CHARS)}

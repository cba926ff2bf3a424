"""Adding a building, and changing its name and address."""

from typing import Any, Final

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from callpoint.directory.access import Right
from callpoint.directory.editing.addresses import ADDRESS_ELEMENTS
from callpoint.directory.editing.places import LONGEST_NAME, ONLY_SPOT, save_building, save_location, seen_of
from callpoint.directory.editing.refused import Refused
from callpoint.directory.editing.typed import SEEN
from callpoint.directory.models import Building
from callpoint.directory.verdicts import civic_of
from callpoint.web.address_words import ELEMENTS, VERDICTS
from callpoint.web.installation import address_desk
from callpoint.web.map.around import map_settings
from callpoint.web.portal.locations.building import building_or_404
from callpoint.web.portal.locations.judged import fields_of, is_unseen, judged, saved_unless
from callpoint.web.portal.page import OrganizationRequest, organization_page

_METHODS: Final = ["GET", "HEAD", "POST"]
# In the order of an envelope; those nearly nobody needs are left to imports and the interface.
_SHOWN: Final = (
    *("HNP", "HNO", "HNS", "PRM", "PRD", "STP", "RD", "STS", "POD", "POM"),
    *("BLD", "LMK", "LOC", "A3", "A2", "A1", "PC", "PCN", "country"),
)
_KEPT: Final = tuple(element for element in ADDRESS_ELEMENTS if element not in _SHOWN)


@organization_page(Right.CHANGE)
@require_http_methods(_METHODS)
def building_new(request: OrganizationRequest) -> HttpResponse:
    """The form for a building that is not there yet; with its first location, without which nobody can be in it."""
    given: dict[str, str] = {"first": ONLY_SPOT}
    if request.method != "POST":
        return _form(request, None, given, {})
    given = request.POST.dict()
    made = _saved(request, given, None)
    if isinstance(made, HttpResponse):
        return made
    if first := given.get("first", "").strip()[:LONGEST_NAME]:
        save_location(made, {"name": first})
    _tell(request, made, _("%(building)s is added.") % {"building": made.name})
    return redirect("building", request.organization.slug, made.pk)


@organization_page(Right.CHANGE)
@require_http_methods(_METHODS)
def building_edit(request: OrganizationRequest, pk: int) -> HttpResponse:
    """The form of a building that is there."""
    found = building_or_404(pk)
    if request.method != "POST":
        return _form(request, found, _stored(found), {})
    given = request.POST.dict()
    changed = _saved(request, given, found)
    if isinstance(changed, HttpResponse):
        return changed
    _tell(request, changed, _("%(building)s is saved.") % {"building": changed.name})
    return redirect("building", request.organization.slug, changed.pk)


def _saved(request: OrganizationRequest, given: dict[str, str], building: Building | None) -> Building | HttpResponse:
    """The building as it is saved, or the form once more: with what is wrong, or with choices nobody has seen yet."""
    organization, address = request.organization, fields_of(given)
    asked = {"name": given.get("name", "")} | address
    if building is not None and SEEN in given:
        asked[SEEN] = given[SEEN]
    unseen = is_unseen(given, address, organization.sample, building.address if building is not None else None)
    try:
        saved = saved_unless(unseen, lambda: save_building(organization, asked, address_desk(), building))
    except Refused as refused:
        return _form(request, building, given, refused.errors)
    return saved if saved is not None else _form(request, building, given, {}, unseen)


def _form(
    request: OrganizationRequest,
    building: Building | None,
    given: dict[str, str],
    errors: dict[str, list[str]],
    unseen: bool = False,
) -> HttpResponse:
    shown: dict[str, Any] = {
        "building": building,
        "given": given,
        "errors": errors,
        "unseen": unseen,
        "seen": given.get(SEEN, ""),
        "judged": judged(fields_of(given), request.organization.sample),
        "inputs": [(name, ELEMENTS[name], given.get(name, ""), errors.get(name, [])) for name in _SHOWN],
        "kept": [(name, given[name]) for name in _KEPT if given.get(name)],
        "by_elements": given.get("entry") == "elements",
    }
    return render(request, "portal/locations/building_form.html", shown | map_settings())


def _stored(building: Building) -> dict[str, str]:
    """The fields of the form as they are in the directory."""
    address = building.address
    civic = civic_of(address.values())
    given = {"name": building.name, "address": civic.formatted(), SEEN: seen_of(building)} | civic.to_fields()
    if address.latitude is not None and address.longitude is not None:
        given |= {"latitude": f"{address.latitude}", "longitude": f"{address.longitude}"}
    return given


def _tell(request: OrganizationRequest, building: Building, done: str) -> None:
    """What was done, and what it means when no door is confirmed."""
    messages.success(request, done)
    words = VERDICTS[building.address.verdict]
    if words.level != "good":
        messages.warning(request, f"{words.title}. {words.meaning}")

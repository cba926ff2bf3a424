"""Where a person works, and where they are now: chosen among the organization's locations and their own homes."""

from typing import Any, Final

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from callpoint.directory.access import Right
from callpoint.directory.editing.people import move_person, save_person
from callpoint.directory.editing.refused import Refused
from callpoint.directory.editing.typed import SEEN, fingerprint
from callpoint.directory.models import Location, Person
from callpoint.web.portal.page import OrganizationRequest, organization_page
from callpoint.web.portal.people.finding import choices
from callpoint.web.portal.people.person import person_of

ASSIGNED: Final = "assigned"
CURRENT: Final = "current"
_TITLES: Final[dict[str, Promise]] = {
    ASSIGNED: gettext_lazy("Where %(who)s works"),
    CURRENT: gettext_lazy("Where %(who)s is now"),
}


@organization_page(Right.CHANGE)
@require_http_methods(["GET", "HEAD", "POST"])
def person_place(request: OrganizationRequest, pk: int, which: str) -> HttpResponse:
    """Search, choose, save; `which` is "assigned" or "current"."""
    if which not in _TITLES:
        raise Http404
    found = person_of(request, pk)
    errors: dict[str, list[str]] = {}
    if request.method == "POST":
        try:
            _save(request, found, which)
        except Refused as refused:
            errors = {("location" if field else ""): told for field, told in refused.errors.items()}
        else:
            messages.success(request, _("Saved. Calls follow it within a second."))
            return redirect("person", request.organization.slug, pk)
    shown: dict[str, Any] = {
        "person": found,
        "which": which,
        "title": _TITLES[which] % {"who": found},
        "now": found.assigned_location if which == ASSIGNED else found.current_location,
        "homes": Location.objects.filter(person=found).select_related("address").order_by("name"),
        "choices": choices(request.organization, request.GET.get("place", "")),
        "seen": fingerprint(found),
        "errors": errors,
    }
    return render(request, "portal/people/place.html", shown)


def _save(request: OrganizationRequest, person: Person, which: str) -> Person:
    field = f"{which}_location"
    if "location" not in request.POST:
        raise Refused({field: [_("Choose one of the locations, or none.")]})
    fields = {field: request.POST["location"]} | ({SEEN: request.POST[SEEN]} if SEEN in request.POST else {})
    if which == CURRENT:
        return move_person(person, fields)
    return save_person(request.organization, fields, person)

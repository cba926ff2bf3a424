"""The homes of a person: added, changed and removed by an administrator."""

from collections.abc import Mapping
from typing import Any, Final

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from callpoint.directory.access import Right
from callpoint.directory.editing.homes import address_of, remove_home, save_home
from callpoint.directory.editing.refused import Refused
from callpoint.directory.editing.typed import SEEN, fingerprint
from callpoint.directory.models import Location, Person
from callpoint.directory.verdicts import civic_of
from callpoint.web.installation import address_desk
from callpoint.web.portal.locations.judged import LONGEST, is_unseen, judged, saved_unless
from callpoint.web.portal.page import OrganizationRequest, organization_page
from callpoint.web.portal.people.person import person_of, tell
from callpoint.web.portal.typed_form import Field, TypedForm, typed

ADDRESS: Final = Field("address", gettext_lazy("Address"), longest=LONGEST)
SPOT: Final = (
    Field("name", gettext_lazy("Name"), gettext_lazy("Home, if you leave it empty."), longest=120),
    Field("floor", gettext_lazy("Floor"), longest=32),
    Field("unit", gettext_lazy("Unit"), longest=32),
    Field("room", gettext_lazy("Room"), longest=32),
    Field(
        "note",
        gettext_lazy("For those who come looking"),
        gettext_lazy("PSAP screens show 20 characters surely."),
        longest=60,
    ),
)
# What the verdict on the address asks for besides: a suggestion, or a point nobody but they can tell.
_ALONG: Final = ("accept", "latitude", "longitude")


@organization_page(Right.CHANGE)
@require_http_methods(["GET", "HEAD", "POST"])
def home_new(request: OrganizationRequest, pk: int) -> HttpResponse:
    """The empty form; the address is judged while it is typed, and again when it is saved."""
    return _answer(request, person_of(request, pk), None)


@organization_page(Right.CHANGE)
@require_http_methods(["GET", "HEAD", "POST"])
def home(request: OrganizationRequest, pk: int, home: int) -> HttpResponse:
    """The form with what is stored."""
    found = person_of(request, pk)
    return _answer(request, found, _home_of(found, home))


@organization_page(Right.CHANGE)
@require_POST
def home_remove(request: OrganizationRequest, pk: int, home: int) -> HttpResponse:
    """Removes the home, unless somebody is there."""
    found = person_of(request, pk)
    try:
        remove_home(found, _home_of(found, home), {SEEN: request.POST[SEEN]} if SEEN in request.POST else {})
    except Refused as refused:
        tell(request, refused)
        return redirect("home", request.organization.slug, pk, home)
    messages.success(request, _("The home is removed."))
    return redirect("person", request.organization.slug, pk)


def _answer(request: OrganizationRequest, person: Person, found: Location | None) -> HttpResponse:
    errors: Mapping[str, list[str]] = {}
    unseen = False
    values = _stored(found)
    if request.method == "POST":
        values = typed((ADDRESS, *SPOT), request.POST)
        values |= {name: request.POST[name] for name in _ALONG if name in request.POST}
        stored = address_of(found) if found is not None else None
        unseen = is_unseen(request.POST, _asked(values), request.organization.sample, stored)
        saved = None
        try:
            saved = saved_unless(unseen, lambda: save_home(person, values, address_desk(), found))
        except Refused as refused:
            errors = refused.errors
        if saved is not None:
            messages.success(request, _("%(home)s of %(who)s is saved.") % {"home": saved.name, "who": person})
            return redirect("person", request.organization.slug, person.pk)
    shown: dict[str, Any] = {
        "person": person,
        "home": found,
        "given": values,
        "seen": values.get(SEEN, ""),
        "errors": errors,
        "unseen": unseen and not errors,
        "form": TypedForm((ADDRESS, *SPOT), values, errors),
        "spot": TypedForm(SPOT, {name: value for name, value in values.items() if name != SEEN}, errors),
        "judged": judged(_asked(values), request.organization.sample) if values.get("address") else None,
    }
    return render(request, "portal/people/home.html", shown)


def _asked(values: Mapping[str, str]) -> dict[str, str]:
    return {name: values[name] for name in ("address", "accept") if name in values}


def _home_of(person: Person, pk: int) -> Location:
    return get_object_or_404(Location.objects.filter(person=person), pk=pk)


def _stored(home: Location | None) -> dict[str, str]:
    if home is None:
        return {}
    address = address_of(home)
    values = {field.name: getattr(home, field.name) for field in SPOT}
    if address.latitude is not None and not address.accuracy:
        values |= {"latitude": str(address.latitude), "longitude": str(address.longitude)}
    return values | {"address": civic_of(address.values()).formatted(), SEEN: fingerprint(home, address)}

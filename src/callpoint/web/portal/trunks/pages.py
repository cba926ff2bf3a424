"""Lists, forms and the live check of trunks, the same for an organization's and for provider-wide ones."""

from dataclasses import dataclass
from typing import Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from callpoint.calls.models import CallRecord
from callpoint.directory.editing.refused import Refused
from callpoint.directory.editing.trunk_proofs import Rival, rivals, too_wide
from callpoint.directory.editing.trunks import all_trunks, remove_trunk, save_trunk
from callpoint.directory.models import Trunk
from callpoint.web.portal.trunks.forms import fields_of, proposed, stored
from callpoint.web.portal.trunks.handover import handover
from callpoint.web.portal.trunks.live_check import look, since_when
from callpoint.web.portal.trunks.place import Place
from callpoint.web.portal.typed_form import TypedForm, typed

_KINDS: Final[dict[str, Promise]] = {
    "network": _("network"),
    "digest": _("digest user"),
    "certificate": _("certificate name"),
}


@dataclass(frozen=True)
class Warned:
    """Something about a trunk that may take its calls away. `other` is "" where it must not be told whose it is."""

    kind: Promise
    proof: str
    other: str
    wins: bool
    partly: bool


@dataclass(frozen=True)
class Row:
    """A trunk in the list."""

    trunk: Trunk
    url: str
    wide: list[str]
    warnings: list[Warned]
    last_call: CallRecord | None


def list_page(request: HttpRequest, place: Place) -> HttpResponse:
    """All of the place's, with what is wrong with each."""
    everybody = all_trunks()
    rows = [
        Row(one, place.url("trunk", one.pk), too_wide(one), warnings(place, one, everybody), place.calls(one).first())
        for one in place.trunks()
    ]
    return place.page(request, "portal/trunks/list.html", {"rows": rows, "new_url": place.url("trunk-new")})


def new_page(request: HttpRequest, place: Place) -> HttpResponse:
    """The form of one more."""
    fields = fields_of(None, provider_wide=place.organization is None)
    form = TypedForm(fields, proposed(request.GET))
    if request.method == "POST":
        form = TypedForm(fields, typed(fields, request.POST))
        try:
            made = save_trunk(place.organization, form.values, may_overlap=place.may_overlap)
        except Refused as refused:
            form.errors = refused.errors
        else:
            said = gettext("%(name)s is there; calls by it are taken in a moment.") % {"name": made.name}
            messages.success(request, said)
            return place.redirect("trunk", made.pk)
    return place.page(request, "portal/trunks/new.html", {"form": form})


def trunk_page(request: HttpRequest, place: Place, pk: int) -> HttpResponse:
    """One trunk: what to hand to the engineer, the live check, its settings."""
    trunk = place.trunk(pk)
    fields = fields_of(trunk, provider_wide=place.organization is None)
    form = TypedForm(fields, stored(trunk))
    if request.method == "POST":
        form = TypedForm(fields, typed(fields, request.POST))
        try:
            save_trunk(place.organization, form.values, trunk, may_overlap=place.may_overlap)
        except Refused as refused:
            form.errors = refused.errors
            trunk = place.trunk(pk)
        else:
            messages.success(request, gettext("%(name)s is saved.") % {"name": trunk.name})
            return place.redirect("trunk", pk)
    since = since_when(request.GET.get("since", timezone.now().isoformat()))
    shown = {
        "trunk": trunk,
        "form": form,
        "wide": too_wide(trunk),
        "warnings": warnings(place, trunk, all_trunks()),
        "handover": handover(trunk, place.organization.slug if place.organization else "acme"),
        "look": look(place, trunk, since),
        "earlier_call": place.calls(trunk).filter(started_at__lt=since).first(),
        "check_url": place.url("trunk-check", pk),
        "save_url": place.url("trunk" if place.organization is None else "trunk-edit", pk),
        "remove_url": place.url("trunk-remove", pk),
    }
    return place.page(request, "portal/trunks/trunk.html", shown)


def remove_page(request: HttpRequest, place: Place, pk: int) -> HttpResponse:
    """Asks first, and says what becomes of calls that come by it."""
    trunk = place.trunk(pk)
    if request.method == "POST":
        try:
            remove_trunk(trunk)
        except Refused as refused:
            messages.error(request, str(refused))
        else:
            messages.success(request, gettext("%(name)s is removed.") % {"name": trunk.name})
        return place.redirect("trunks")
    shown = {"trunk": trunk, "last_call": place.calls(trunk).first(), "others": place.trunks().count() - 1}
    return place.page(request, "portal/trunks/remove.html", shown)


def check_page(request: HttpRequest, place: Place, pk: int) -> HttpResponse:
    """The piece of the page that is asked for again and again; 204 while nothing is new, so that nothing is redrawn."""
    trunk = place.trunk(pk)
    found = look(place, trunk, since_when(request.GET.get("since", "")))
    if request.GET.get("state") == found.state:
        return HttpResponse(status=204)
    shown = {"look": found, "check_url": place.url("trunk-check", pk), "organization": place.organization}
    return render(request, "portal/trunks/check.html", shown)


def warnings(place: Place, trunk: Trunk, everybody: list[Trunk]) -> list[Warned]:
    """Who else claims this trunk's calls; of another tenant's trunk only a provider learns the name."""
    return [_warned(place, one) for one in rivals(trunk, everybody)]


def _warned(place: Place, rival: Rival) -> Warned:
    theirs = place.organization is None or rival.other.organization_id == place.organization.pk
    told = rival.other.name if theirs or place.may_overlap else ""
    return Warned(_KINDS[rival.kind], rival.proof, told, rival.wins, rival.partly)

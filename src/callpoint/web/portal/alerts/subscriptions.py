"""Subscriptions: what is told to whom, and to whom next."""

from collections.abc import Mapping
from typing import Any, Final

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from callpoint.calls.models import CallRecord
from callpoint.directory.access import Right
from callpoint.directory.editing.refused import Refused
from callpoint.directory.editing.typed import SEEN, fingerprint
from callpoint.directory.models import Building, Location, Organization, Trunk
from callpoint.notices.editing.subscriptions import (
    LONGEST_NAME,
    remove_subscription,
    save_subscription,
    templates_for,
    trunk_names,
    unknown_people,
)
from callpoint.notices.models import Group, Subscription, Template
from callpoint.web.portal.alerts import asking
from callpoint.web.portal.alerts.asking import changes_need_the_right
from callpoint.web.portal.alerts.chooser import Kind, chooser, sent_keys
from callpoint.web.portal.alerts.rows import STEPS, sent_steps, stored_steps, typed_steps
from callpoint.web.portal.alerts.words import EXPLAINED, LANGUAGES, SUBSCRIBED, TYPES, channel_word, type_word
from callpoint.web.portal.page import OrganizationRequest, organization_page

_METHODS: Final = ["GET", "HEAD", "POST"]
_CHECKS: Final = ("quiet_tests", "enabled")


def _spot(one: Location) -> str:
    return f"{one.building}: {one.name}"


BUILDINGS: Final = Kind(
    "buildings",
    gettext_lazy("Only calls from these buildings"),
    gettext_lazy("None chosen: from every building, and without a location, too."),
    ("name",),
    sought=gettext_lazy("Find buildings by name"),
)
LOCATIONS: Final = Kind(
    "locations",
    gettext_lazy("Only calls from these locations"),
    gettext_lazy("None chosen: from every location."),
    ("name", "building__name"),
    _spot,
    gettext_lazy("Find locations by their name or building"),
)
_PIECES: Final[Mapping[str, str]] = {
    STEPS: "portal/alerts/steps.html",
    BUILDINGS.name: "portal/alerts/chooser.html",
    LOCATIONS.name: "portal/alerts/chooser.html",
}


@organization_page(Right.CALLS)
@require_safe
def subscriptions(request: OrganizationRequest) -> HttpResponse:
    """All of them by type, with whom each tells."""
    groups = dict(Group.objects.filter(organization=request.organization).values_list("pk", "name"))
    found = Subscription.objects.filter(organization=request.organization).order_by("name")
    order: dict[str, int] = {name: index for index, name in enumerate(SUBSCRIBED)}
    rows = [
        {
            "subscription": one,
            "type": type_word(one.type),
            "steps": [(step["after_seconds"], groups.get(step["group"], "")) for step in one.steps],
            "filters": _filters(one),
        }
        for one in sorted(found, key=lambda one: order.get(one.type, len(order)))
    ]
    return render(request, "portal/alerts/subscriptions.html", {"rows": rows})


@organization_page(Right.CHANGE)
@require_http_methods(_METHODS)
def subscription_new(request: OrganizationRequest) -> HttpResponse:
    return _form(request, None)


@organization_page(Right.CALLS)
@require_http_methods(_METHODS)
@changes_need_the_right
def subscription(request: OrganizationRequest, pk: int) -> HttpResponse:
    return _form(request, _subscription(request, pk))


@organization_page(Right.CHANGE)
@require_POST
def subscription_enable(request: OrganizationRequest, pk: int) -> HttpResponse:
    """On and off from the list."""
    found = _subscription(request, pk)
    enabled = request.POST.get("enabled", "")
    try:
        save_subscription(request.organization, {"enabled": enabled}, found)
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        said = _("“%(name)s” tells again.") if found.enabled else _("“%(name)s” is paused: nobody is told by it.")
        messages.success(request, said % {"name": found.name})
    return redirect("subscriptions", request.organization.slug)


@organization_page(Right.CHANGE)
@require_http_methods(_METHODS)
def subscription_remove(request: OrganizationRequest, pk: int) -> HttpResponse:
    """Asks first."""
    found = _subscription(request, pk)
    if request.method == "POST":
        try:
            remove_subscription(found)
        except Refused as refused:
            messages.error(request, str(refused))
        else:
            messages.success(request, _("%(name)s is removed.") % {"name": found.name})
        return redirect("subscriptions", request.organization.slug)
    return render(
        request, "portal/alerts/subscription_remove.html", {"subscription": found, "type": type_word(found.type)}
    )


def _form(request: OrganizationRequest, found: Subscription | None) -> HttpResponse:
    sent = request.POST if request.method == "POST" else None
    errors: Mapping[str, list[str]] = {}
    if sent is not None and asking.saves(sent):
        try:
            made = save_subscription(request.organization, _fields(sent), found)
        except Refused as refused:
            errors = refused.errors
            found = _subscription(request, found.pk) if found is not None else None
        else:
            messages.success(request, _("%(name)s is saved.") % {"name": made.name})
            return redirect("subscription", request.organization.slug, made.pk)
    piece = asking.piece(request)
    shown = _shown(request, found, errors)
    shown["chooser"] = shown.get(piece)
    return render(request, _PIECES.get(piece, "portal/alerts/subscription.html"), shown)


def _fields(sent: QueryDict) -> dict[str, str]:
    fields: dict[str, str] = {name: sent.get(name, "") for name in ("name", "type", "people")}
    fields |= {name: "yes" if name in sent else "no" for name in _CHECKS}
    fields |= {kind.name: sent_keys(kind, sent) for kind in (BUILDINGS, LOCATIONS)}
    fields |= {"trunks": "\n".join(sent.getlist("trunks")), "templates": ",".join(sent.getlist("templates"))}
    return fields | {"steps": typed_steps(sent_steps(sent))} | ({SEEN: sent.get(SEEN, "")} if SEEN in sent else {})


def _shown(request: OrganizationRequest, found: Subscription | None, errors: Mapping[str, list[str]]) -> dict[str, Any]:
    sent = request.POST if request.method == "POST" else None
    kept = found or Subscription(organization=request.organization, type="emergency")
    given = _fields(sent) if sent is not None else _stored(kept, found)
    groups = Group.objects.filter(organization=request.organization).order_by("name")
    return {
        "subscription": found,
        "given": given,
        "errors": errors,
        "types": [(name, TYPES[name], EXPLAINED[name]) for name in SUBSCRIBED],
        "steps": stored_steps(kept.steps) if sent is None else sent_steps(sent),
        "groups": [(str(pk), name) for pk, name in groups.values_list("pk", "name")],
        "buildings": chooser(BUILDINGS, _buildings(request.organization), kept.buildings, sent, errors),
        "locations": chooser(LOCATIONS, _locations(request.organization), kept.locations, sent, errors),
        "trunks": [(name, name in given["trunks"].splitlines()) for name in _trunks(request.organization, kept.trunks)],
        "templates": _templates(request.organization, given["templates"].split(",")),
        "unknown": unknown_people(found) if found is not None else [],
        "longest_name": LONGEST_NAME,
        "may_read": Right.READ in request.access.rights,
    }


def _stored(kept: Subscription, found: Subscription | None) -> dict[str, str]:
    return {
        "name": kept.name,
        "type": kept.type,
        "people": "\n".join(kept.people),
        "trunks": "\n".join(kept.trunks),
        "templates": ",".join(map(str, kept.templates)),
        "quiet_tests": "yes" if kept.quiet_tests else "no",
        "enabled": "yes" if kept.enabled else "no",
        SEEN: fingerprint(found) if found is not None else "",
    }


def _buildings(organization: Organization) -> QuerySet[Building]:
    return Building.objects.filter(organization=organization).order_by("name")


def _locations(organization: Organization) -> QuerySet[Location]:
    rows = Location.objects.filter(organization=organization, building__isnull=False)
    return rows.select_related("building").order_by("building__name", "name")


def _trunks(organization: Organization, kept: list[str]) -> list[str]:
    """Its own, provider-wide ones its calls have come by, and those it has chosen already."""
    own = set(Trunk.objects.filter(organization=organization).values_list("name", flat=True))
    calls = CallRecord.objects.filter(organization=organization).exclude(trunk="").order_by()
    by = list(calls.values_list("trunk", flat=True).distinct())
    return sorted(own | trunk_names(organization, by) | set(kept))


def _templates(organization: Organization, chosen: list[str]) -> list[tuple[Template, str, bool]]:
    return [(one, _template(one), str(one.pk) in chosen) for one in templates_for(organization)]


def _template(one: Template) -> str:
    words = [type_word(one.type), channel_word(one.channel), str(LANGUAGES.get(one.language, one.language))]
    if one.organization_id is None:
        words.append(_("of the provider"))
    return f"{one.name} ({', '.join(words)})"


def _filters(one: Subscription) -> list[str]:
    """How narrow it is, in words."""
    counted = (
        (_("buildings"), one.buildings),
        (_("locations"), one.locations),
        (_("trunks"), one.trunks),
        (_("people"), one.people),
    )
    return [f"{word}: {len(rows)}" for word, rows in counted if rows]


def _subscription(request: OrganizationRequest, pk: int) -> Subscription:
    found = Subscription.objects.filter(organization=request.organization, pk=pk).first()
    if found is None:
        raise Http404
    return found

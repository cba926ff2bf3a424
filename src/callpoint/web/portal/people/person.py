"""One person: what would happen if they dialled now, where they are, their calls and their history."""

from typing import Any, Final

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from callpoint.calls.models import CallRecord
from callpoint.directory.access import Right
from callpoint.directory.editing.people import remove_person, save_person
from callpoint.directory.editing.refused import Refused
from callpoint.directory.editing.typed import SEEN, fingerprint
from callpoint.directory.models import Location, Person
from callpoint.directory.readiness.counting import category_of
from callpoint.web.explanation import explanation
from callpoint.web.installation import snapshot
from callpoint.web.portal.calls.pages import lines
from callpoint.web.portal.home.picture import EXPLAINED, TITLES
from callpoint.web.portal.page import OrganizationRequest, organization_page
from callpoint.web.portal.people.columns import language_of, readiness_of
from callpoint.web.portal.people.near import looking_alike

LATEST: Final = 10
"""Calls and tests shown with a person."""


@organization_page(Right.READ)
@require_safe
def person(request: OrganizationRequest, pk: int) -> HttpResponse:
    """Everything about one person."""
    found = person_of(request, pk)
    now = timezone.now()
    row = readiness_of(found)
    category = category_of(row, request.organization, now)
    calls = CallRecord.objects.filter(organization=request.organization, identity=found.identity)
    shown: dict[str, Any] = {
        "person": found,
        "explained": explanation(found.identity, request.organization.slug, snapshot(), now),
        "readiness": row,
        "readiness_title": TITLES[category],
        "readiness_words": EXPLAINED.get(category, ""),
        "near": looking_alike(request.organization, found.device_user_id or "", found),
        "language": language_of(found.language),
        "homes": Location.objects.filter(person=found).select_related("address").order_by("name"),
        "lines": lines(list(calls.order_by("-started_at", "-pk")[:LATEST]), now),
        "seen": fingerprint(found),
    }
    return render(request, "portal/people/person.html", shown)


@organization_page(Right.CHANGE)
@require_POST
def person_active(request: OrganizationRequest, pk: int) -> HttpResponse:
    """Switch somebody off or on again (`active` "yes" or "no")."""
    found = person_of(request, pk)
    fields = {name: request.POST[name] for name in ("active", SEEN) if name in request.POST}
    try:
        saved = save_person(request.organization, fields, found)
    except Refused as refused:
        tell(request, refused)
    else:
        told = _("%(who)s is active.") if saved.active else _("%(who)s is inactive: their calls still go through.")
        messages.success(request, told % {"who": saved})
    return redirect("person", request.organization.slug, pk)


@organization_page(Right.CHANGE)
@require_http_methods(["GET", "HEAD", "POST"])
def person_remove(request: OrganizationRequest, pk: int) -> HttpResponse:
    """Asks, saying what is lost; then removes the person and their homes."""
    found = person_of(request, pk)
    errors: dict[str, list[str]] = {}
    if request.method == "POST":
        try:
            remove_person(found, {SEEN: request.POST[SEEN]} if SEEN in request.POST else {})
        except Refused as refused:
            errors = refused.errors
        else:
            messages.success(request, _("%(who)s is removed.") % {"who": found})
            return redirect("people", request.organization.slug)
    shown: dict[str, Any] = {
        "person": found,
        "homes": Location.objects.filter(person=found).select_related("address").order_by("name"),
        "calls": CallRecord.objects.filter(organization=request.organization, identity=found.identity).count(),
        "seen": fingerprint(found),
        "errors": errors,
    }
    return render(request, "portal/people/remove.html", shown)


def person_of(request: OrganizationRequest, pk: int) -> Person:
    """The organization's person with this key; 404 for anybody else's."""
    rows = Person.objects.filter(organization=request.organization).select_related(
        "readiness",
        *(
            f"{which}__{more}"
            for which in ("assigned_location", "current_location")
            for more in ("building", "address")
        ),
    )
    return get_object_or_404(rows, pk=pk)


def tell(request: OrganizationRequest, refused: Refused) -> None:
    """What was refused, as messages of the next page: for buttons, which have no field to stand beside."""
    for sentences in refused.errors.values():
        for sentence in sentences:
            messages.error(request, sentence)

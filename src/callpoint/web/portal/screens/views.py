"""Onsite screens: which there are and whether they are alive, adding one (its link is shown once), revoking one."""

from collections.abc import Mapping
from typing import Any, Final

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from callpoint.directory.access import Right
from callpoint.directory.editing.refused import Refused
from callpoint.directory.editing.typed import SEEN, fingerprint
from callpoint.directory.models import Building
from callpoint.notices.editing.screens import LONGEST_NAME, make_screen, revoke_screen, save_screen
from callpoint.notices.models import Screen
from callpoint.web.portal.page import OrganizationRequest, organization_page
from callpoint.web.streams import onsite_link

_METHODS: Final = ["GET", "HEAD", "POST"]


@organization_page(Right.CALLS)
@require_safe
def screens(request: OrganizationRequest) -> HttpResponse:
    """Every screen with its last sign of life."""
    rows = Screen.objects.select_related("sign").order_by("revoked_at", "name")
    names = dict(Building.objects.values_list("pk", "name"))
    shown = [(row, [names[key] for key in row.buildings if key in names]) for row in rows]
    return render(request, "portal/screens/screens.html", {"rows": shown})


@organization_page(Right.CHANGE)
@require_http_methods(_METHODS)
def screen_new(request: OrganizationRequest) -> HttpResponse:
    """The form; what it makes is shown in the answer itself, since its token is kept nowhere."""
    given, errors = {"name": "", "language": ""}, {}
    if request.method == "POST":
        given = _given(request)
        try:
            made, token = make_screen(request.organization, given, request.POST.getlist("buildings"))
        except Refused as refused:
            errors = refused.errors
        else:
            return render(
                request, "portal/screens/made.html", {"screen": made, "token": token, "link": onsite_link(token)}
            )
    return _form(request, None, given, errors)


@organization_page(Right.CHANGE)
@require_http_methods(_METHODS)
def screen(request: OrganizationRequest, pk: int) -> HttpResponse:
    """Another name, language or other buildings."""
    found = _screen(pk)
    given = {"name": found.name, "language": found.language, SEEN: fingerprint(found)}
    errors: dict[str, list[str]] = {}
    if request.method == "POST":
        given = _given(request)
        try:
            save_screen(found, given, request.POST.getlist("buildings"))
        except Refused as refused:
            errors = refused.errors
        else:
            messages.success(request, _("The screen is saved."))
            return redirect("screens", request.organization.slug)
    return _form(request, found, given, errors)


@organization_page(Right.CHANGE)
@require_POST
def screen_revoke(request: OrganizationRequest, pk: int) -> HttpResponse:
    """From now on it is shown nothing."""
    found = _screen(pk)
    revoke_screen(found)
    messages.success(request, _("The screen “%(name)s” is shown nothing any more.") % {"name": found.name})
    return redirect("screens", request.organization.slug)


def _screen(pk: int) -> Screen:
    found = Screen.objects.filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def _given(request: OrganizationRequest) -> dict[str, str]:
    return {name: request.POST.get(name, "") for name in ("name", "language", SEEN) if name in request.POST}


def _form(
    request: OrganizationRequest, found: Screen | None, given: Mapping[str, str], errors: Mapping[str, list[str]]
) -> HttpResponse:
    kept = found.buildings if found is not None else []
    chosen = set(request.POST.getlist("buildings")) if request.method == "POST" else set(map(str, kept))
    buildings = Building.objects.order_by("name").values_list("pk", "name")
    shown: dict[str, Any] = {
        "screen": found,
        "given": given,
        "errors": errors,
        "buildings": [(pk, name, str(pk) in chosen) for pk, name in buildings],
        "languages": settings.LANGUAGES,
        "longest_name": LONGEST_NAME,
    }
    return render(request, "portal/screens/form.html", shown)

"""What responders are shown of a building: directions and a picture of its floor plan."""

from pathlib import Path
from typing import Final, cast

from django.conf import settings
from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from callpoint.directory.access import Right
from callpoint.directory.editing.refused import Refused
from callpoint.directory.editing.typed import SEEN, fingerprint
from callpoint.directory.models import Building
from callpoint.notices.editing.building_plans import FOLDER, LONGEST_DIRECTIONS, MAX_BYTES, plan_of, save_plan
from callpoint.web.portal.page import OrganizationRequest, organization_page

_TYPES: Final = {".png": "image/png", ".jpg": "image/jpeg"}


@organization_page(Right.READ)
@require_http_methods(["GET", "HEAD", "POST"])
def building_plan(request: OrganizationRequest, pk: int) -> HttpResponse:
    """The form; whoever may only read sees it without a way to send it."""
    building = _building(pk)
    plan = plan_of(building)
    given = {"directions": plan.directions} | ({SEEN: fingerprint(plan)} if not plan._state.adding else {})
    errors: dict[str, list[str]] = {}
    if request.method == "POST":
        if Right.CHANGE not in request.access.rights:
            return render(request, "web/forbidden.html", status=403)
        given = {name: request.POST[name] for name in ("directions", SEEN) if name in request.POST}
        try:
            save_plan(Path(settings.DATA), building, given, _picture(request))
        except Refused as refused:
            errors = refused.errors
        else:
            messages.success(request, _("Responders are shown this from now on."))
            return redirect("building", request.organization.slug, building.pk)
    shown = {"building": building, "plan": plan, "given": given, "errors": errors, "longest": LONGEST_DIRECTIONS}
    return render(request, "portal/screens/plan.html", shown)


@organization_page(Right.READ)
@require_safe
def building_picture(request: OrganizationRequest, pk: int) -> HttpResponse:
    """The picture as it was uploaded."""
    name = plan_of(_building(pk)).picture
    try:
        file = (Path(settings.DATA) / FOLDER / name).open("rb") if name else None
    except OSError as error:
        raise Http404 from error
    if file is None:
        raise Http404
    return cast(
        HttpResponse, FileResponse(file, content_type=_TYPES.get(Path(name).suffix, "application/octet-stream"))
    )


def _building(pk: int) -> Building:
    found = Building.objects.filter(pk=pk).select_related("organization").first()
    if found is None:
        raise Http404
    return found


def _picture(request: OrganizationRequest) -> bytes | None:
    """None: it stays as it is. Of a file that is too large no more is read than it takes to say so."""
    if request.POST.get("no_picture") == "yes":
        return b""
    sent = request.FILES.get("picture")
    return sent.read(MAX_BYTES + 1) if sent is not None else None

"""What is done with the people checked in the list: all of them or none."""

from typing import Any, Final

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from callpoint.directory.access import Right
from callpoint.directory.editing.refused import Refused
from callpoint.directory.editing.several_people import change_people
from callpoint.web.portal.page import OrganizationRequest, organization_page
from callpoint.web.portal.people.finding import choices
from callpoint.web.portal.people.query import SIZES, read

ASSIGN: Final = "assign"
_ACTIVE: Final = {"activate": "yes", "deactivate": "no"}


@organization_page(Right.CHANGE)
@require_POST
def several(request: OrganizationRequest) -> HttpResponse:
    """Activate, deactivate or assign a location; for the last, first the page that asks which one."""
    keys = request.POST.getlist("person")[: max(SIZES)]
    back = f"{reverse('people', args=[request.organization.slug])}?{_query(request)}"
    action = request.POST.get("action", "")
    if action == ASSIGN and keys and ("location" not in request.POST or "find" in request.POST):
        pressed_without_choice = "place" in request.POST and "find" not in request.POST
        missing = {"location": [_("Choose one of the locations, or none.")]}
        return _ask_where(request, keys, missing if pressed_without_choice else {})
    if action != ASSIGN and action not in _ACTIVE:
        messages.error(request, _("Choose what to do with them."))
        return redirect(back)
    fields = (
        {"active": _ACTIVE[action]} if action in _ACTIVE else {"assigned_location": request.POST.get("location", "")}
    )
    try:
        count = change_people(request.organization, keys, fields)
    except Refused as refused:
        if "assigned_location" in refused.errors:
            return _ask_where(request, keys, {"location": refused.errors["assigned_location"]})
        for sentence in refused.errors.get("", []):
            messages.error(request, sentence)
        return redirect(back)
    told = ngettext("%(count)s person was changed.", "%(count)s people were changed.", count)
    messages.success(request, told % {"count": count})
    return redirect(back)


def _ask_where(request: OrganizationRequest, keys: list[str], errors: dict[str, list[str]]) -> HttpResponse:
    shown: dict[str, Any] = {
        "keys": keys,
        "choices": choices(request.organization, request.POST.get("place", "")),
        "back": _query(request),
        "errors": errors,
    }
    return render(request, "portal/people/assign.html", shown)


def _query(request: OrganizationRequest) -> str:
    """The list one came from, read and written again: nothing else of it gets into a link."""
    asked = read(QueryDict(request.POST.get("back", "")))
    return asked.written(page=asked.page)

"""IDs that look the same and are not, as the pages tell of them."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from callpoint.directory.access import Right
from callpoint.directory.editing.near_duplicates import how_they_differ, near_duplicates
from callpoint.directory.models import Organization, Person
from callpoint.web.portal.page import OrganizationRequest, organization_page


def looking_alike(
    organization: Organization, device_user_id: str, but: Person | None = None
) -> list[tuple[Person, str]]:
    """Who else has an ID that looks like this one, each with how it differs."""
    found = near_duplicates(organization, device_user_id, but)
    return [(one, how_they_differ(device_user_id, one.device_user_id or "")) for one in found]


@organization_page(Right.CHANGE)
@require_safe
def near(request: OrganizationRequest) -> HttpResponse:
    """The snippet below the ID while it is typed; `but` is who it is typed for."""
    given, but = request.GET.get("device_user_id", ""), request.GET.get("but", "")
    mine = Person.objects.filter(organization=request.organization)
    person = mine.filter(pk=int(but)).first() if but.isascii() and but.isdigit() and len(but) < 19 else None
    return render(request, "portal/people/near.html", {"near": looking_alike(request.organization, given, person)})

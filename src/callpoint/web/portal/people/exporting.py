"""The list as a file, with the columns an import of people reads back."""

from collections.abc import Iterator, Sequence
from typing import Final, cast

from django.http import HttpResponse, StreamingHttpResponse
from django.utils import timezone
from django.views.decorators.http import require_POST

from callpoint.directory.access import Right
from callpoint.directory.audit import note
from callpoint.directory.bulk import batched
from callpoint.directory.export import csv_pieces
from callpoint.directory.models import Location, Organization, Person
from callpoint.directory.readiness.counting import category_of
from callpoint.directory.tenancy import inside
from callpoint.web.portal.page import OrganizationRequest, organization_page
from callpoint.web.portal.people.columns import readiness_of
from callpoint.web.portal.people.listing import in_order, matching
from callpoint.web.portal.people.query import read

# The headers of the import's own template, so that a file can be changed and brought back. Readiness is ours to say.
HEADER: Final = (
    *("Identification Type", "Device User ID", "Phone Number", "First Name", "Last Name", "Email"),
    *("Callback Number", "Language", "Active", "Building Name", "Location Name", "Readiness"),
)
_KINDS: Final = {"device_user_id": "Device User ID", "phone_number": "Phone Number"}


@organization_page(Right.READ)
@require_POST
def export(request: OrganizationRequest) -> HttpResponse:
    """Everybody the list's query finds, in its order, as CSV; that it was taken is noted in the history."""
    query = read(request.GET)
    rows = matching(query, request.organization, timezone.now())
    keys = list(in_order(rows, query.sort).values_list("pk", flat=True))
    note(
        request.organization,
        "organization",
        request.organization.pk,
        exported="people",
        rows=len(keys),
        query=query.written(),
    )
    response = StreamingHttpResponse(
        csv_pieces(HEADER, _lines(keys, request.organization)), content_type="text/csv; charset=utf-8"
    )
    response.headers["Content-Disposition"] = f'attachment; filename="people-{request.organization.slug}.csv"'
    return cast(HttpResponse, response)  # to the decorator a stream is as good as a text


def _lines(keys: Sequence[int], organization: Organization) -> Iterator[list[object]]:
    """Rows of the file, fetched piece by piece while it is sent: the page's own scope has ended by then."""
    now = timezone.now()
    for piece in batched(keys):
        with inside(organization):
            found = Person.objects.select_related("readiness", "assigned_location__building").in_bulk(list(piece))
        for key in piece:
            if key in found:
                person = found[key]
                yield [*_of(person), category_of(readiness_of(person), organization, now).value]


def _of(person: Person) -> list[object]:
    return [
        _KINDS[person.identification_type],
        *(person.device_user_id, person.phone_number, person.first_name, person.last_name, person.email),
        *(person.callback_number, person.language, "yes" if person.active else "no"),
        *_place(person.assigned_location),
    ]


def _place(location: Location | None) -> tuple[str, str]:
    """Building and location by name; a home has no building, and an import will say that it cannot find it."""
    if location is None:
        return "", ""
    return (location.building.name if location.building is not None else "", location.name)

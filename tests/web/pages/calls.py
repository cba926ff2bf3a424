"""The pages of calls."""

from django.utils import timezone
from tests.directory.cast import Cast
from tests.web.pages import Page

from callpoint.calls.models import CallRecord
from callpoint.directory.tenancy import everywhere

CALLS = (200, 200, 200, 200, 404, 302)


def a_call(people: Cast) -> str:
    with everywhere():
        call, _ = CallRecord.objects.get_or_create(
            call_id="table",
            defaults={"organization": people.acme, "started_at": timezone.now(), "service": "emergency"},
        )
    return f"/organizations/acme/calls/{call.pk}/"


PAGES = {
    "calls": Page("/organizations/acme/calls/", CALLS),
    "misdials": Page("/organizations/acme/calls/misdials/", CALLS),
    "calls-export": Page("/organizations/acme/calls/export/", (405, 405, 405, 405, 404, 302), CALLS, snippet=True),
    "call": Page(a_call, CALLS),
}

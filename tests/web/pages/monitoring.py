"""Listening to calls: the settings, the phones, and the way to the live board."""

from tests.directory.cast import Cast
from tests.web.pages import Page

from callpoint.directory.models import acting
from callpoint.directory.tenancy import everywhere
from callpoint.notices.editing.monitoring import add_phone

_CHANGE = (200, 200, 403, 403, 404, 302)


def removing(people: Cast) -> str:
    with everywhere(), acting("test", "setting up"):
        phone, _pin = add_phone(people.acme, {"name": "Gate", "number": "+1 802 555 0123"})
    return f"/organizations/acme/monitoring/phones/{phone.pk}/remove/"


PAGES = {
    "monitoring": Page(
        "/organizations/acme/monitoring/", (200, 200, 200, 403, 404, 302), (200, 200, 403, 403, 404, 302)
    ),
    "monitor-phone-new": Page("/organizations/acme/monitoring/phones/new/", _CHANGE, _CHANGE),
    "monitor-phone-remove": Page(removing, (405, 405, 403, 403, 404, 302), (302, 302, 403, 403, 404, 302)),
    # No key was made for the board here, as nothing started the dispatcher.
    "live": Page("/organizations/acme/live/", (503, 503, 503, 503, 404, 302)),
}

"""An organization's trunks."""

from tests.directory.cast import Cast
from tests.web.pages import Page

from callpoint.directory.models import Trunk
from callpoint.directory.tenancy import everywhere


def at(people: Cast, rest: str = "") -> str:
    with everywhere():
        pk = Trunk.objects.get(organization=people.acme).pk
    return f"/organizations/acme/trunks/{pk}/{rest}"


READS = (200, 200, 200, 403, 404, 302)
CHANGES = (200, 200, 403, 403, 404, 302)
PAGES = {
    "trunks": Page("/organizations/acme/trunks/", READS),
    "trunk-new": Page("/organizations/acme/trunks/new/", CHANGES, CHANGES),
    "trunk": Page(at, READS),
    "trunk-edit": Page(lambda people: at(people, "edit/"), CHANGES, CHANGES),
    "trunk-remove": Page(lambda people: at(people, "remove/"), CHANGES, (302, 302, 403, 403, 404, 302)),
    "trunk-check": Page(lambda people: at(people, "check/"), READS, snippet=True),
}

"""Onsite screens, the programs to install, and what responders are shown of a building."""

from tests.directory.cast import Cast
from tests.web.pages import Page

from callpoint.directory.models import acting
from callpoint.directory.tenancy import everywhere
from callpoint.notices.editing.screens import make_screen
from callpoint.notices.models import Screen

_SEE = (200, 200, 200, 200, 404, 302)
_CHANGE = (200, 200, 403, 403, 404, 302)
_READ = (200, 200, 200, 403, 404, 302)


def a_screen(people: Cast) -> Screen:
    with everywhere(), acting("test", "setting up"):
        return make_screen(people.acme, {"name": "Front desk", "language": ""}, [])[0]


def editing(people: Cast) -> str:
    return f"/organizations/acme/screens/{a_screen(people).pk}/"


def revoking(people: Cast) -> str:
    return f"{editing(people)}revoke/"


def plan(people: Cast) -> str:
    return f"/organizations/acme/screens/buildings/{people.building.pk}/"


def picture(people: Cast) -> str:
    return f"{plan(people)}picture/"


PAGES = {
    "screens": Page("/organizations/acme/screens/", _SEE),
    "screen-new": Page("/organizations/acme/screens/new/", _CHANGE, _CHANGE),
    "screen": Page(editing, _CHANGE, _CHANGE),
    "screen-revoke": Page(revoking, (405, 405, 403, 403, 404, 302), (302, 302, 403, 403, 404, 302)),
    "programs": Page("/organizations/acme/screens/programs/", _SEE),
    "program": Page("/organizations/acme/screens/programs/no.exe", (404, 404, 404, 404, 404, 302), snippet=True),
    "building-plan": Page(plan, _READ, (302, 302, 403, 403, 404, 302)),
    "building-picture": Page(picture, (404, 404, 404, 403, 404, 302), snippet=True),
}

"""The people of an organization."""

from tests.directory.cast import Cast
from tests.web.pages import Page

from callpoint.directory import provision
from callpoint.directory.models import Location, SavedFilter, acting
from callpoint.directory.tenancy import everywhere

WHERE = "/organizations/acme/people"
READ = (200, 200, 200, 403, 404, 302)
CHANGE = (200, 200, 403, 403, 404, 302)
WRITE_ONLY = (405, 405, 403, 403, 404, 302)
DONE = (302, 302, 403, 403, 404, 302)


def home_of(people: Cast) -> Location:
    """Ada's home."""
    with everywhere(), acting("test", "at home"):
        return provision.create_home(people.ada, {"country": "US", "A1": "VT", "A3": "Barre", "HNO": "6", "RD": "Main"})


def filter_of(people: Cast) -> str:
    """A filter of the administrator, whose own it is."""
    with everywhere():
        saved = SavedFilter.objects.create(
            organization=people.acme, account=people.organization_administrator, name="mine", query="q=x"
        )
    return f"{WHERE}/filters/{saved.pk}/remove/"


PAGES = {
    "people": Page(f"{WHERE}/", READ),
    "people-export": Page(f"{WHERE}/export/", (405, 405, 405, 403, 404, 302), READ, snippet=True),
    "people-filter-save": Page(
        f"{WHERE}/filters/", (405, 405, 405, 403, 404, 302), (302, 302, 302, 403, 404, 302), snippet=True
    ),
    "people-filter-remove": Page(
        filter_of, (405, 405, 405, 403, 404, 302), (302, 404, 404, 403, 404, 302), snippet=True
    ),
    "people-several": Page(f"{WHERE}/several/", WRITE_ONLY, DONE, snippet=True),
    "people-near": Page(f"{WHERE}/near/?device_user_id=e1", CHANGE, snippet=True),
    "person-new": Page(f"{WHERE}/new/", CHANGE, CHANGE),
    "person": Page(lambda people: f"{WHERE}/{people.ada.pk}/", READ),
    "person-edit": Page(lambda people: f"{WHERE}/{people.ada.pk}/edit/", CHANGE, CHANGE),
    "person-active": Page(lambda people: f"{WHERE}/{people.ada.pk}/active/", WRITE_ONLY, DONE, snippet=True),
    "person-remove": Page(lambda people: f"{WHERE}/{people.ada.pk}/remove/", CHANGE, DONE),
    "person-place": Page(lambda people: f"{WHERE}/{people.ada.pk}/place/assigned/", CHANGE, CHANGE),
    "home-new": Page(lambda people: f"{WHERE}/{people.ada.pk}/homes/new/", CHANGE, CHANGE),
    "home": Page(lambda people: f"{WHERE}/{people.ada.pk}/homes/{home_of(people).pk}/", CHANGE, CHANGE),
    "home-remove": Page(
        lambda people: f"{WHERE}/{people.ada.pk}/homes/{home_of(people).pk}/remove/", WRITE_ONLY, DONE, snippet=True
    ),
}

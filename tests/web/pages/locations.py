"""Pages of buildings, locations and addresses."""

from tests.web.pages import Page

READ = (200, 200, 200, 403, 404, 302)
CHANGE = (200, 200, 403, 403, 404, 302)
NO_GET = (405, 405, 403, 403, 404, 302)
HERE = "/organizations/acme/locations/"

PAGES = {
    "locations": Page(HERE, READ),
    "address-judged": Page(f"{HERE}address/", NO_GET, CHANGE, snippet=True),
    "location-choices": Page(f"{HERE}choices/", CHANGE, snippet=True),
    "building-new": Page(f"{HERE}new/", CHANGE, CHANGE),
    "building": Page(lambda people: f"{HERE}{people.building.pk}/", READ),
    "building-edit": Page(lambda people: f"{HERE}{people.building.pk}/edit/", CHANGE, CHANGE),
    "building-check": Page(
        lambda people: f"{HERE}{people.building.pk}/check/", NO_GET, (302, 302, 403, 403, 404, 302), snippet=True
    ),
    "building-remove": Page(lambda people: f"{HERE}{people.building.pk}/remove/", CHANGE, CHANGE),
    "location-new": Page(lambda people: f"{HERE}{people.building.pk}/new/", CHANGE, (302, 302, 403, 403, 404, 302)),
    "location-preview": Page(lambda people: f"{HERE}{people.building.pk}/preview/", NO_GET, CHANGE, snippet=True),
    "location": Page(lambda people: f"{HERE}spots/{people.desk.pk}/", READ, (302, 302, 403, 403, 404, 302)),
    "location-remove": Page(lambda people: f"{HERE}spots/{people.desk.pk}/remove/", CHANGE, CHANGE),
    "map-around": Page("/map/around/?lat=44.26&lon=-72.58&A1=VT", (200, 200, 200, 200, 200, 302), snippet=True),
}

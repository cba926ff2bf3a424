"""How long the pages of the list of people take: for `callpoint bench import`, at whatever size the directory has."""

from collections.abc import Mapping
from time import perf_counter
from typing import Final
from urllib.parse import urlencode

from django.test import Client
from django.urls import reverse

from callpoint.directory.models import Account, Organization, Person
from callpoint.directory.readiness.counting import Category
from callpoint.directory.tenancy import inside

TIMES: Final = 3
"""Each page is asked for so often; the median counts, so that another process's burst does not."""


def time_list_pages(organization: Organization, account: Account) -> dict[str, float]:
    """Milliseconds of server time by what was asked: every page a person can get, first and deep ones.

    The whole answer is measured, from request to rendered page. `account` must be allowed to read the organization.
    Raises `RuntimeError` where a page is not answered as it should be.
    """
    client = Client(headers={"host": "localhost"})
    client.force_login(account)
    where = reverse("people", args=[organization.slug])
    _ask(client, where)  # what is only made once
    asked = questions(organization).items()
    return {name: _median(client, f"{where}?{urlencode(question)}") for name, question in asked}


Question = Mapping[str, object]
_SORTED: Final = ("id", "name", "-name", "email", "phone", "callback")
_ASKED: Final[Mapping[str, Question]] = {
    "first page": {},
    "200 rows": {"size": 200},
    "search: nobody": {"q": "zzzzzz"},
    "search: one letter": {"q": "a"},
    "search: one letter, sorted by name": {"q": "a", "sort": "name"},
    "search: two common letters": {"q": "a e"},
    "search: beyond ASCII": {"q": "\u00e9t zo\u00eb"},
    "search: a phone number": {"q": "802-555 01"},
    "search: a location's digit": {"location": "1"},
    "filter: active": {"active": "yes"},
    "filter: inactive, by name": {"active": "no", "sort": "name"},
    "filter: by phone number": {"kind": "phone_number"},
    "filter: French": {"language": "fr"},
    "filter: changed lately": {"since": "2000-01-01"},
    "filter: changed in the future": {"since": "2999-01-01"},
}


def questions(organization: Organization) -> dict[str, Question]:
    """What is asked, by a name for it: every filter, order and kind of search, with words out of the directory."""
    with inside(organization):
        count = Person.objects.count()
        some = Person.objects.select_related("assigned_location__building").filter(assigned_location__isnull=False)
        one = some.order_by("-pk")[count // 2 :].first() or some.first()
    asked: dict[str, Question] = dict(_ASKED)
    for sort in _SORTED:
        asked[f"sorted by {sort}, middle page"] = {"sort": sort, "page": max(1, count // 100)}
        asked[f"sorted by {sort}, last page"] = {"sort": sort, "page": max(1, count // 50)}
    for category in Category:
        asked[f"filter: {category.value}"] = {"readiness": category.value}
        asked[f"filter: {category.value}, by name"] = {"readiness": category.value, "sort": "name"}
    return asked | (_about(one) if one is not None else {})


def _about(one: Person) -> dict[str, Question]:
    """Questions with the words of somebody who has an assigned location."""
    place = one.assigned_location
    name = place.building.name if place is not None and place.building is not None else "none"
    everything = {"q": "a", "readiness": "ready", "active": "yes", "building": name[:1], "sort": "name"}
    return {
        "search: one ID": {"q": one.identity},
        "search: first and last name": {"q": one.name},
        "search: a building": {"q": name},
        "search: a building's letter": {"building": name[:1]},
        "filter: building": {"in_building": place.building_id if place is not None else 0},
        "filter: location": {"in_location": place.pk if place is not None else 0},
        "everything at once": everything,
    }


def _median(client: Client, url: str) -> float:
    return sorted(_ask(client, url) for _ in range(TIMES))[TIMES // 2]


def _ask(client: Client, url: str) -> float:
    begun = perf_counter()
    response = client.get(url)
    taken = (perf_counter() - begun) * 1000
    if response.status_code != 200:
        raise RuntimeError(f"{url} was answered with {response.status_code}")
    return taken

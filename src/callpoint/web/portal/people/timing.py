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
    asked = {"first page": "", **{name: urlencode(query) for name, query in _questions(organization).items()}}
    _ask(client, where)
    return {name: _median(client, f"{where}?{query}") for name, query in asked.items()}


def _questions(organization: Organization) -> Mapping[str, Mapping[str, object]]:
    with inside(organization):
        count = Person.objects.count()
        some = Person.objects.select_related("assigned_location__building").filter(assigned_location__isnull=False)
        one = some.order_by("-pk")[count // 2 :].first() or some.first() or Person.objects.last()
    last, middle = max(1, -(-count // 50)), max(1, count // 100)
    place = one.assigned_location if one is not None else None
    name = place.building.name if place is not None and place.building is not None else "none"
    identity = one.identity if one is not None else "none"
    deep: dict[str, dict[str, object]] = {
        f"sorted by {sort}, {where} page": {"sort": sort, "page": page}
        for sort in ("id", "name", "-name", "email", "phone", "callback")
        for where, page in (("middle", middle), ("last", last))
    }
    searches: dict[str, dict[str, object]] = {
        "search: one ID": {"q": identity},
        "search: nobody": {"q": "zzzzzz"},
        "search: one letter": {"q": "a"},
        "search: one letter, sorted by name": {"q": "a", "sort": "name"},
        "search: one letter, deep": {"q": "a", "page": middle // 2},
        "search: first and last name": {"q": one.name if one is not None else "a b"},
        "search: two common letters": {"q": "a e"},
        "search: beyond ASCII": {"q": "\u00e9t zo\u00eb"},
        "search: a phone number": {"q": "802-555 01"},
        "search: a building": {"q": name},
        "search: a building's letter": {"building": name[:1]},
        "search: a location's digit": {"location": "1"},
    }
    filters: dict[str, dict[str, object]] = {f"filter: {category.value}": {"readiness": category.value} for category in Category}
    filters |= {
        f"filter: {category.value}, by name": {"readiness": category.value, "sort": "name"} for category in Category
    }
    filters |= {
        "filter: active": {"active": "yes"},
        "filter: inactive, by name": {"active": "no", "sort": "name"},
        "filter: by phone number": {"kind": "phone_number"},
        "filter: French": {"language": "fr"},
        "filter: changed lately": {"since": "2000-01-01"},
        "filter: changed in the future": {"since": "2999-01-01"},
        "filter: building": {"in_building": place.building_id if place is not None else 0},
        "filter: location": {"in_location": place.pk if place is not None else 0},
        "everything at once": {"q": "a", "readiness": "ready", "active": "yes", "building": name[:1], "sort": "name"},
        "200 rows": {"size": 200},
    }
    return {**deep, **searches, **filters}


def _median(client: Client, url: str) -> float:
    return sorted(_ask(client, url) for _ in range(TIMES))[TIMES // 2]


def _ask(client: Client, url: str) -> float:
    begun = perf_counter()
    response = client.get(url)
    taken = (perf_counter() - begun) * 1000
    if response.status_code != 200:
        raise RuntimeError(f"{url} was answered with {response.status_code}")
    return taken

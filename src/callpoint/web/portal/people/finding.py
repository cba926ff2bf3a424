"""A location found among many thousands by a few letters of its building and its own name."""

from dataclasses import dataclass
from typing import Final

from callpoint.directory.models import Location, Organization
from callpoint.web.portal.people.query import LONGEST
from callpoint.web.portal.people.search import MOST_WORDS, contains, in_buildings

MOST: Final = 20
"""More is no choice; another word makes it fewer."""


@dataclass(frozen=True)
class Choices:
    """The first locations that fit, by building and name; with `more` there are others."""

    asked: str
    locations: list[Location]
    more: bool


def choices(organization: Organization, text: str) -> Choices:
    """Locations in buildings whose building or own name holds every word; the first ones for no word."""
    asked = " ".join(text.replace("\0", " ").split())[:LONGEST]
    found = Location.objects.filter(organization=organization, building__isnull=False)
    for word in asked.split()[:MOST_WORDS]:
        found = found.filter(contains(word, "name") | in_buildings(word, organization))
    ordered = found.select_related("building__address").order_by("building__name", "name")
    locations = list(ordered[: MOST + 1])
    return Choices(asked, locations[:MOST], len(locations) > MOST)

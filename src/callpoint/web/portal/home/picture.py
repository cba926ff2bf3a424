"""Readiness in one picture: a bar in parts, drawn by the server, with its numbers in words beside it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from callpoint.directory.models import Organization
from callpoint.directory.readiness.counting import BY_RISK, Category, Counts
from callpoint.web.portal.links import link

WIDTH: Final = 1000.0
NARROWEST: Final = 8.0
"""Units of a part with anybody in it: three people among 100,000 are three people too many to be invisible."""

TITLES: Final[Mapping[Category, Promise]] = {
    Category.NO_LOCATION: _("No location"),
    Category.NO_PSAP: _("Relay center only"),
    Category.NO_CALLBACK: _("No callback number"),
    Category.AREA_ONLY: _("Area only"),
    Category.UNCONFIRMED: _("Address not confirmed"),
    Category.STALE: _("Location out of date"),
    Category.NEVER_TESTED: _("Not tested"),
    Category.READY: _("Ready"),
    Category.INACTIVE: _("Inactive"),
    Category.PENDING: _("Being worked out"),
}
EXPLAINED: Final[Mapping[Category, Promise]] = {
    Category.NO_LOCATION: _("A call goes to the relay center, and nobody knows where help is needed."),
    Category.NO_PSAP: _("The location goes along, but no PSAP can be reached directly: the relay center answers."),
    Category.NO_CALLBACK: _("A PSAP answers, but cannot call back when the line drops."),
    Category.AREA_ONLY: _("A PSAP answers; only the town or postal area is confirmed, not the house."),
    Category.UNCONFIRMED: _("A PSAP answers, but no data set has confirmed the address."),
    Category.STALE: _("All is in order, but they said long ago where they are."),
    Category.NEVER_TESTED: _("All is in order; no 933 call has read the location back lately."),
    Category.READY: _("A PSAP answers, with a confirmed location and a callback number, and 933 has proved it."),
}


@dataclass(frozen=True)
class Part:
    """One category with anybody in it (or none, for the list beside): `x` and `width` in units of `WIDTH`.

    `share` is in percent of active people; `url` lists them, "" for those who may not see people.
    """

    category: Category
    title: Promise
    explained: Promise | str
    count: int
    share: float
    x: float
    width: float
    url: str


def parts(counts: Counts, organization: Organization, *, linked: bool) -> list[Part]:
    """The categories of active people, the worst first; widths add up to `WIDTH` when there is anybody."""
    found: list[Part] = []
    x = 0.0
    widths = _widths([counts[category] for category in BY_RISK])
    for category, width in zip(BY_RISK, widths, strict=True):
        found.append(_part(category, counts, organization, round(x, 2), width, linked=linked))
        x += width
    return found


def others(counts: Counts, organization: Organization, *, linked: bool) -> list[Part]:
    """Whoever is in no part of the picture: inactive people, and those not worked out yet."""
    return [
        _part(category, counts, organization, linked=linked)
        for category in (Category.INACTIVE, Category.PENDING)
        if counts[category]
    ]


def _part(
    category: Category, counts: Counts, organization: Organization, x: float = 0.0, width: float = 0.0, *, linked: bool
) -> Part:
    count = counts[category]
    share = 100.0 * count / counts.expected if counts.expected else 0.0
    url = link("people", organization.slug, readiness=category.value) if linked and count else ""
    return Part(category, TITLES[category], EXPLAINED.get(category, ""), count, share, x, width, url)


def _widths(numbers: list[int]) -> list[float]:
    """In proportion, but none with anybody in it narrower than `NARROWEST`; the others give way in proportion."""
    total = sum(numbers)
    if not total:
        return [0.0] * len(numbers)
    small = [0 < number * WIDTH / total < NARROWEST for number in numbers]
    left = WIDTH - NARROWEST * sum(small)
    rest = sum(number for number, is_small in zip(numbers, small, strict=True) if not is_small)
    return [
        NARROWEST if is_small else round(number * left / rest, 2) if number else 0.0
        for number, is_small in zip(numbers, small, strict=True)
    ]

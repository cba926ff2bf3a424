"""Which buildings and locations somebody looks for."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Final

from django.db.models import Q, QuerySet
from django.utils.http import urlencode

from callpoint.directory.models import Address, Building, Location, Person

LONGEST: Final = 100
_COLUMNS: Final = ("address__hno", "address__rd", "address__a3", "address__a1", "address__pc", "address__lmk")


@dataclass(frozen=True)
class Asked:
    """What the list was asked for; "" asks for nothing. `people` is "none" for places without anybody."""

    q: str = ""
    verdict: str = ""
    region: str = ""
    people: str = ""

    @classmethod
    def of(cls, query: Mapping[str, str]) -> "Asked":
        """From a query string; what is none of the choices asks for nothing."""
        verdict = query.get("verdict", "")
        return cls(
            q=query.get("q", "").strip()[:LONGEST],
            verdict=verdict if verdict in Address.Verdict.values else "",
            region=query.get("region", "").strip()[:LONGEST],
            people="none" if query.get("people") == "none" else "",
        )

    @property
    def anything(self) -> bool:
        return any(asdict(self).values())

    @property
    def query(self) -> str:
        """As a query string, without the page."""
        return urlencode({name: value for name, value in asdict(self).items() if value})


def buildings_for(asked: Asked) -> QuerySet[Building]:
    """Buildings by name. Every word looked for is in the name, or somewhere in the address."""
    found = Building.objects.select_related("address", "address__psap").order_by("name")
    for word in asked.q.split():
        somewhere = Q(name__icontains=word)
        for column in _COLUMNS:
            somewhere |= Q(**{f"{column}__icontains": word})
        found = found.filter(somewhere)
    if asked.verdict:
        found = found.filter(address__verdict=asked.verdict)
    if asked.region:
        found = found.filter(address__a1=asked.region)
    if asked.people:
        found = found.exclude(pk__in=_used().filter(building__isnull=False).values("building"))
    return found


def locations_for(asked: Asked) -> QuerySet[Location]:
    """Locations in buildings, by building and name. Every word is in the location or in its building's name."""
    found = (
        Location.objects.filter(building__isnull=False).select_related("building").order_by("building__name", "name")
    )
    for word in asked.q.split():
        inside = Q(name__icontains=word) | Q(note__icontains=word) | Q(elin__icontains=word)
        found = found.filter(inside | Q(floor__iexact=word) | Q(room__iexact=word) | Q(building__name__icontains=word))
    return found.exclude(pk__in=_used().values("pk")) if asked.people else found


def regions() -> list[str]:
    """States and provinces with buildings."""
    return list(Building.objects.order_by("address__a1").values_list("address__a1", flat=True).distinct())


def _used() -> QuerySet[Location]:
    """Locations somebody has, found in one look at the people: asked location by location it takes minutes."""
    found = Q()
    for way in ("assigned_location", "current_location", "number_location"):
        found |= Q(pk__in=Person.objects.filter(**{f"{way}__isnull": False}).order_by().values(way))
    return Location.objects.filter(found)

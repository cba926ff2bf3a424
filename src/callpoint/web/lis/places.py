"""Where a location of a question is: a shape to look up, an address for routes, and what of the address is true."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from callpoint.addresses.verdict import ElementState, Verdict
from callpoint.datasets.errors import DatasetError
from callpoint.i3.civic import Civic
from callpoint.i3.lost import LocationValidation, RequestLocation
from callpoint.i3.shapes import Point, Shape, simplified, uncertainty
from callpoint.web.lis.knowledge import Addresses

# Of a place known no better than this (metres) the middle decides: weighing areas of half a state against detailed
# boundaries takes many milliseconds, and a client that knows no more is not helped by twenty PSAPs.
WIDEST: Final = 50_000.0
# Everything that says which town, and nothing that says which door.
_AREA_ELEMENTS: Final[tuple[str, ...]] = ("country", "A1", "A2", "A3", "A4", "PC", "PCN")


@dataclass(frozen=True, slots=True)
class Place:
    """`shape` is None for an address nobody can place. `verdict` is that on the address, None without one."""

    shape: Shape | None
    civic: Civic | None = None
    verdict: Verdict | None = None
    checked: bool = True  # False when the data sets could not be asked

    def validation(self) -> LocationValidation | None:
        """What became of each element that was given (RFC 5222 §8.4.2); None where there is no address to judge."""
        if self.civic is None or self.verdict is None:
            return None
        return validation_of(self.civic, self.verdict.elements)


def place_of(location: RequestLocation, addresses: Addresses) -> Place:
    """The place of a location that was understood.

    An address that no data set knows still lies in its town: then the town's postal area stands for it.
    """
    if location.civic is None:
        return Place(looked_up(location.shape))
    try:
        verdict = addresses.check(location.civic)
        point = verdict.point or _town(location.civic, addresses)
    except DatasetError:
        return Place(None, location.civic, checked=False)
    return Place(None if point is None else Point(*point), location.civic, verdict)


def looked_up(shape: Shape | None) -> Shape | None:
    """The shape as it is looked up: the circle around a polygon of too many corners, the middle of what is too wide.

    A polygon whose 200 edges all cross each other took six seconds to weigh; with 16 corners (RFC 5491 §5.1) the
    worst takes 30 ms.
    """
    if shape is None:
        return None
    simple = simplified(shape)
    return simple if uncertainty(simple) <= WIDEST else simple.centre


def _town(civic: Civic, addresses: Addresses) -> tuple[float, float] | None:
    fields = civic.to_fields()
    town = {name: fields[name] for name in _AREA_ELEMENTS if name in fields}
    if town.keys() <= {"country", "A1"} or town == fields:
        return None
    return addresses.check(Civic.from_fields(town)).point


def validation_of(civic: Civic, elements: Mapping[str, ElementState]) -> LocationValidation:
    """Every element given, under what became of it: nobody has looked at what the verdict is silent about."""
    given = [name for name in civic.to_fields() if name != "other"]
    told = {state: tuple([name for name in given if elements.get(name) == state]) for state in ("valid", "invalid")}
    rest = tuple([name for name in given if elements.get(name) not in ("valid", "invalid")])
    return LocationValidation(told["valid"], told["invalid"], rest)


def with_change(validation: LocationValidation | None, change: str) -> LocationValidation | None:
    """The same with the date of a planned change, "" for none."""
    return validation if validation is None or not change else replace(validation, revalidate_after=change)

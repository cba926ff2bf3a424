"""What a reference data set answers with."""

from dataclasses import dataclass, field
from typing import Protocol

from callpoint.addresses.street_key import StreetKey
from callpoint.addresses.verdict import Accuracy, DatasetRef, LatLon
from callpoint.i3.civic import Civic


class StreetSet(Protocol):
    """Where a street comes from: `reference_set.ReferenceSet`."""

    def near_numbers(self, street: "Street", hno: str, limit: int = 3) -> list["PointHit"]: ...


@dataclass(frozen=True, slots=True)
class Street:
    """One street of one municipality, as `set` has it.

    `civic` holds street and place elements and no number; `key` is the street's name made comparable. `postals`
    are the ZIP codes or forward sortation areas along it, none where the source names none.
    """

    set: StreetSet = field(repr=False)
    id: int
    civic: Civic = field(compare=False)
    key: StreetKey = field(compare=False)
    postals: tuple[str, ...] = field(compare=False)


@dataclass(frozen=True, slots=True)
class PointHit:
    """A number on a street that exists, or lies in the range of a road.

    `civic` is complete: number, street, place, postal code as far as the source knows it. `units` counts what the
    source has at the address (flats, suites; 1 for a house); `place_type` is the source's word for what it is.
    `complete` tells of the whole data set: it claims to hold every address of the places it covers.
    """

    civic: Civic
    point: LatLon
    accuracy: Accuracy
    dataset: DatasetRef
    units: int
    complete: bool
    street: Street = field(repr=False)
    place_type: str = ""

"""Address points that never were, in towns that are: enough of them to measure with, the same ones every time.

Places, counties and ZIP codes are the post's; streets, numbers and positions are drawn. As in real registries some
street names stand in nearly every town, most houses are counted in steps along both sides, some have several units.
"""

import csv
from collections.abc import Iterator
from itertools import accumulate, chain, islice
from pathlib import Path
from random import Random
from typing import Final, NamedTuple

from callpoint.addresses.postal import ZipArea, tables
from callpoint.addresses.postal.regions import STATES

SEED: Final = 911
_ZIP_CODES: Final = 100_000  # of five digits, most of them given to nobody
# Around 9 doors a street (Vermont's towns have 12), and some 1,400 doors under a ZIP code.
_STREETS_A_ZIP: Final = (40, 280)
_DOORS_A_STREET: Final = (2, 17)
_SHARE_WITH_UNITS: Final = 0.03
_SHARE_WITH_SUFFIX: Final = 0.01
_SHARE_WITH_DIRECTION: Final = 0.15
# Metres along a street from door to door, in degrees; a town's streets start within a few kilometres of its middle.
_STEP_DEGREES: Final = 0.0002
_TOWN_DEGREES: Final = 0.03
# Streets of real towns are called so in many of them.
_USUAL_WORDS: Final = (
    "Main Park Oak Pine Maple Cedar Elm View Washington Lake Hill Walnut Spring North Ridge Lincoln Church Willow "
    "Mill Sunset Railroad Jackson Cherry West South Center Highland Forest Jefferson River East Chestnut Adams School "
    "Spruce Franklin Meadow Locust Sycamore Dogwood Poplar Wilson Davis Madison Monroe Water Hickory Birch Prospect"
)
_FIRST_WORDS: Final = (
    "Maple Deer Fox Stone Wood Clear Silver Golden Green Rocky Sunny Pleasant Winding Hidden Quiet Indian Eagle Hawk "
    "Bear Timber Orchard Country Heritage Colonial Liberty Harvest Mountain Valley Prairie Sandy Cold Still Willow "
    "Peach Apple Pheasant Quail Wild Old Fair"
)
_SECOND_WORDS: Final = (
    "Ridge Hollow Brook Creek Run Crest Meadow Hill Field Glen Grove Haven Point Bend Valley Crossing Bluff Spring "
    "Trace Farm Wind Bridge Shore Rock Branch Knoll Leaf Lake Mill Gate"
)
_USUAL, _FIRST, _SECOND = _USUAL_WORDS.split(), _FIRST_WORDS.split(), _SECOND_WORDS.split()
_TYPES: Final = {"Street": 34, "Road": 22, "Drive": 16, "Avenue": 12, "Lane": 9, "Court": 5, "Circle": 2, "Place": 2}
_DIRECTIONS: Final = ("North", "South", "East", "West")
_ABBREVIATED: Final = {
    "North": "N",
    "South": "S",
    "East": "E",
    "West": "W",
    "Street": "St",
    "Road": "Rd",
    "Drive": "Dr",
    "Avenue": "Ave",
    "Lane": "Ln",
    "Court": "Ct",
    "Circle": "Cir",
    "Place": "Pl",
}


class SyntheticPoint(NamedTuple):
    """One row; the names are the fields of NENA-STA-006.3."""

    Country: str
    A1: str
    A2: str
    A3: str
    Add_Number: int
    AddNum_Suf: str
    St_PreDir: str
    St_Name: str
    St_PosTyp: str
    Unit: str
    Post_Code: str
    Longitude: float
    Latitude: float

    def text(self) -> str:
        """As somebody would write it, without the unit: "12 N Main St, Springfield, IL 62701"."""
        direction, kind = _ABBREVIATED.get(self.St_PreDir, ""), _ABBREVIATED[self.St_PosTyp]
        street = " ".join(filter(None, (direction, self.St_Name, kind)))
        return f"{self.Add_Number}{self.AddNum_Suf} {street}, {self.A3}, {self.A1} {self.Post_Code}"


class _Street(NamedTuple):
    direction: str
    name: str
    type: str


def points(count: int, seed: int = SEED) -> Iterator[SyntheticPoint]:
    """The points of the first `count` doors, a row for each unit; a greater count begins with the same ones."""
    return chain.from_iterable(islice(_endless(Random(seed)), count))  # noqa: S311 - nothing here is secret


def write_csv(path: Path, count: int, seed: int = SEED) -> None:
    """A file that `callpoint data load address-points` takes as it is."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(SyntheticPoint._fields)
        writer.writerows(points(count, seed))


def _endless(random: Random) -> Iterator[list[SyntheticPoint]]:
    for code in random.sample(range(_ZIP_CODES), _ZIP_CODES):
        area = tables().zip(f"{code:05}")
        if area is None or area.point is None or area.A1 not in STATES:
            continue
        if area.kind == "STANDARD" and area.active:
            for street in _streets(random):
                yield from _doors(random, area, area.point, street)


def _streets(random: Random) -> list[_Street]:
    types, weights = list(_TYPES), list(accumulate(_TYPES.values()))
    found: dict[_Street, None] = {}
    for _ in range(random.randint(*_STREETS_A_ZIP)):
        direction = random.choice(_DIRECTIONS) if random.random() < _SHARE_WITH_DIRECTION else ""
        kind = random.choices(types, cum_weights=weights)[0]
        found[_Street(direction, _name(random), kind)] = None
    return list(found)


def _name(random: Random) -> str:
    draw = random.random()
    if draw < 0.35:
        return random.choice(_USUAL)
    if draw < 0.42:
        return _ordinal(random.randint(1, 60))
    return f"{random.choice(_FIRST)} {random.choice(_SECOND)}"


def _ordinal(number: int) -> str:
    if number % 100 in (11, 12, 13):
        return f"{number}th"
    return f"{number}{ {1: 'st', 2: 'nd', 3: 'rd'}.get(number % 10, 'th') }"


def _doors(
    random: Random, area: ZipArea, middle: tuple[float, float], street: _Street
) -> Iterator[list[SyntheticPoint]]:
    draw = random.random
    number = int(draw() * draw() * 4000) + 1
    lat, lon = (at + (draw() - 0.5) * 2 * _TOWN_DEGREES for at in middle)
    north, east = (draw() - 0.5) * 2 * _STEP_DEGREES, (draw() - 0.5) * 2 * _STEP_DEGREES
    county = area.county.removesuffix(" County")
    for at in range(random.randint(*_DOORS_A_STREET)):
        number += 1 + int(draw() * 8)
        suffix = "A" if draw() < _SHARE_WITH_SUFFIX else ""
        units = [f"Unit {unit + 1}" for unit in range(2 + int(draw() * 10))] if draw() < _SHARE_WITH_UNITS else [""]
        x, y = round(lon + at * east, 6), round(lat + at * north, 6)
        place = ("US", area.A1, county, area.city)
        yield [SyntheticPoint(*place, number, suffix, *street, unit, area.code, x, y) for unit in units]

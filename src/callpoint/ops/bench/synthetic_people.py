"""A company drawn as large ones are: buildings at real doors, locations on their floors, people with messy names.

Nothing of it is anybody's: names are put together from the commonest, numbers lie in blocks of exchanges as companies
rent them. The same seed gives the same company.
"""

import csv
from collections.abc import Iterator, Sequence
from pathlib import Path
from random import Random
from typing import Final, NamedTuple

from callpoint.ops.bench.synthetic_points import SEED, SyntheticPoint

_FIRST: Final = (
    *("Mary", "James", "Patricia", "Robert", "Jennifer", "Michael", "Linda", "David", "Élodie", "Jean-François"),
    *("María José", "Wei", "Fatima", "Søren", "Zoë", "Nguyễn", "Ana", "D'Andre", "Siobhán", "Olga"),
)
_LAST: Final = (
    *("Smith", "Johnson", "Tremblay", "Gagnon", "O'Brien", "de la Cruz", "van der Berg", "St. Pierre", "García-López"),
    *("Nowak", "Müller", "Nguyen", "Patel", "Kim", "Roy", "Côté", "McDonald", "Lee", "Brown", "Martin"),
)
_SPOTS: Final = ("North", "South", "East", "West", "Core", "Lab", "Reception", "Storage")
# Area codes with exchanges that are given out there; a company's numbers lie in blocks of ten thousand.
_EXCHANGES: Final = tuple(
    (area, exchange) for area in ("802", "212", "312", "617", "613", "416", "514") for exchange in range(220, 226)
)


class Place(NamedTuple):
    """A row of the locations file."""

    building: str
    street: str
    city: str
    state: str
    zip: str
    country: str
    location: str
    floor: str
    room: str


PLACE_HEADER: Final = (
    *("Building Name", "Street Address", "City", "State/Province", "Postal Code", "Country"),
    *("Location Name", "Floor", "Room"),
)
PERSON_HEADER: Final = (
    *("Employee ID", "First Name", "Last Name", "Email", "Callback Number", "Building Name", "Location Name"),
)


def places(doors: Sequence[SyntheticPoint], count: int, seed: int = SEED) -> Iterator[Place]:
    """`count` locations in a building at each of the doors."""
    random = Random(seed)  # noqa: S311 - nothing here is secret
    for number in range(count):
        building, within = number % len(doors), number // len(doors)
        door = doors[building]
        street = door.text().split(",", 1)[0]
        floor, spot = within // len(_SPOTS) + 1, _SPOTS[within % len(_SPOTS)]
        room = str(floor * 100 + random.randint(1, 60)) if within % 3 else ""
        yield Place(
            *(f"{door.A3} {door.Add_Number} #{building}", street, door.A3, door.A1, door.Post_Code, "US"),
            *(f"Floor {floor} {spot}", str(floor), room),
        )


def people(seats: Sequence[Place], count: int, seed: int = SEED) -> Iterator[tuple[str, ...]]:
    """`count` people at these seats, as a calling platform exports them."""
    random = Random(seed + 1)  # noqa: S311 - nothing here is secret
    for number in range(count):
        first, last = random.choice(_FIRST), random.choice(_LAST)
        area, exchange = _EXCHANGES[number // 10_000 % len(_EXCHANGES)]
        callback = (
            f"{area}-{exchange}-{number % 10_000:04}" if number % 3 else f"+1{area}{exchange}{number % 10_000:04}"
        )
        seat = seats[random.randrange(len(seats))]
        email = f"employee{number}@company.example" if number % 50 else ""
        yield (f"H{100_000 + number}", first, last, email, callback, seat.building, seat.location)


def write(path: Path, header: Sequence[str], rows: Iterator[Sequence[str]]) -> None:
    """A CSV file as spreadsheet programs write it."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(header)
        writer.writerows(rows)

"""The addresses that are true: every door of a data set, with its point."""

import csv
import hashlib
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

Half = Literal["seen", "held out"]

# "5424-5426" and "5424,5426" are doors of one building, "10-123" a unit: what the truth is there is a question of
# taste, so only plain numbers are judged.
_PLAIN: Final = re.compile(r"[1-9]\d*[A-Z]?")
_CODE: Final = re.compile(r"[A-Z]\d[A-Z]\d[A-Z]\d")


@dataclass(frozen=True)
class Truth:
    """One door. `points` are all places where the data set has it, as (latitude, longitude)."""

    country: str
    region: str
    place: str
    postal: str
    number: str
    street: str
    points: tuple[tuple[float, float], ...]

    @property
    def half(self) -> Half:
        """By a hash of the town (of the street, where there is but one town): only "seen" ones were tuned for."""
        drawn = hashlib.sha256((self.place if self.country == "US" else self.street).encode()).digest()[0]
        return "seen" if drawn % 2 else "held out"

    def near(self, point: Sequence[float]) -> bool:
        """Whether `point` is the door: within some 200 m of where the data set has it."""
        return any(abs(point[0] - lat) < 0.0018 and abs(point[1] - lon) < 0.0025 for lat, lon in self.points)


def vermont(geo: Path) -> list[Truth]:
    """The doors of 14 towns; number 0 means that the door has no number yet."""
    found: dict[tuple[str, ...], list[tuple[float, float]]] = {}
    for row in _rows(geo / "vermont_e911_address_points.csv"):
        if row["HOUSE_NUMBER"] in ("", "0"):
            continue
        suffix = row["HOUSE_NUMBERSUFFIX"]
        number = f"{row['HOUSE_NUMBERPREFIX']}{row['HOUSE_NUMBER']}{f' {suffix}' if suffix == '1/2' else suffix}"
        door = (row["TOWNNAME"].title(), row["ZIP"], number, row["PRIMARYNAME"].title())
        found.setdefault(door, []).append((float(row["lat"]), float(row["lon"])))
    return [Truth("US", "VT", *door, points=tuple(points)) for door, points in found.items()]


def openstreetmap(geo: Path, name: str, region: str, place: str) -> list[Truth]:
    """The doors of one city with a plain number and a whole postal code."""
    found: dict[tuple[str, str], dict[str, list[tuple[float, float]]]] = {}
    spellings: dict[tuple[str, str], str] = {}
    for row in _rows(geo / name):
        street = row["street"].strip()
        if not _PLAIN.fullmatch(row["house_number"]) or not street or street[:1].isdigit():
            continue
        door = (row["house_number"], _one_spelling(street))
        spellings.setdefault(door, street)
        point = (float(row["lat"]), float(row["lon"]))
        found.setdefault(door, {}).setdefault(row["postal"].upper().replace(" ", ""), []).append(point)
    return [
        Truth("CA", region, place, f"{postal[:3]} {postal[3:]}", door[0], spellings[door], points=tuple(at))
        for door, codes in found.items()
        if len(codes) == 1
        for postal, at in codes.items()
        if _CODE.fullmatch(postal)
    ]


def _one_spelling(street: str) -> str:
    """ "Avenue Pierre-De Coubertin" and "Avenue Pierre de Coubertin" are one street told by two people."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", street.casefold()) if not unicodedata.combining(c))
    return re.sub(r"[^a-z0-9]+", " ", plain)


def _rows(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)

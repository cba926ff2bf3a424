"""Address points into a data set: every feature becomes rows, or a line in the report that says why not."""

from collections.abc import Iterable
from itertools import repeat
from typing import Final

from callpoint.addresses.reference import house_number
from callpoint.addresses.reference.affixes import Affixes
from callpoint.addresses.reference.house_number import HouseNumber
from callpoint.addresses.reference.on_land import may_be_ours
from callpoint.addresses.reference.point_rows import PointRows
from callpoint.addresses.reference.schema import ALSO, DEGREE, POINTS, POINTS_INDEX
from callpoint.addresses.reference.street_table import RawLocality, RawStreet, StreetTable, UnusableStreet
from callpoint.datasets.building import Draft
from callpoint.datasets.feature import Feature
from callpoint.datasets.report import LoadLog

# What tells two doors behind one house number apart.
_UNIT_FIELDS: Final = (
    "Structure",
    "SubSite",
    "Wing",
    "Floor",
    "Unit",
    "UnitValue",
    "Section",
    "Room",
    "Seat",
    "Addtl_Loc",
)
_NO_NUMBER: Final = "has no house number"


class UnusablePoint(Exception):
    """A row that is no address point; the text says why."""


def build_points(features: Iterable[Feature], draft: Draft, log: LoadLog) -> None:
    """Fills `draft` with the points; a row that cannot be used is told to `log` and the next one is read."""
    builder = _Builder(log)
    for feature in features:
        try:
            builder.add(feature)
        except (UnusablePoint, UnusableStreet) as error:
            log.reject(feature.line, str(error), feature.layer)
    builder.write(draft)


class _Builder:
    def __init__(self, log: LoadLog) -> None:
        self._log = log
        self._streets = StreetTable()
        self._affixes = Affixes()
        self._rows = PointRows()
        self._units: dict[tuple[str, ...], int] = {(): 0}
        self._place_types: dict[str, int] = {"": 0}
        # Features of several numbers, by line: how many of them are new.
        self._several: dict[int, int] = {}

    def add(self, feature: Feature) -> None:
        """Every number the feature stands for; UnusablePoint or UnusableStreet tell why there is none."""
        get = feature.fields.get
        if feature.point is None:
            raise UnusablePoint("has no position")
        lat, lon = feature.point
        if not may_be_ours(lat, lon):
            raise UnusablePoint(f"lies at {lat:g}, {lon:g}, outside the US and Canada")
        street = self._streets.street(tuple(map(get, RawStreet._fields, repeat(""))))
        numbers = _numbers(feature.fields, self._streets.country(street))
        locality = self._streets.locality(tuple(map(get, RawLocality._fields, repeat(""))), street)
        units = house_number.whole_number(get("Unit_Count", "")) or 1
        if len(numbers) > 1:
            self._several[feature.line] = len(numbers)
        place_type = self._place_types.setdefault(get("Place_Type", ""), len(self._place_types))
        for number in numbers:
            self._rows.add(
                street,
                number.number,
                self._affixes.number(number.prefix, number.suffix),
                round(lat * DEGREE),
                round(lon * DEGREE),
                locality,
                units,
                place_type,
                self._unit(feature.fields, number.unit),
                feature.line,
            )
        self._log.took(feature)

    def write(self, draft: Draft) -> None:
        """Everything into the tables."""
        ids = self._streets.write(draft)
        self._affixes.write(draft)
        draft.script(POINTS)
        draft.executemany(
            "INSERT INTO place_type VALUES (?,?)", ((id_, name) for name, id_ in self._place_types.items())
        )
        rows = len(self._rows)
        draft.executemany("INSERT INTO point VALUES (?,?,?,?,?,?,?,?,?)", self._rows.written(ids, self._repeated))
        draft.script(POINTS_INDEX)
        points = draft.execute("SELECT count(*), sum(seq > 0) FROM point WHERE seq < ?", (ALSO,))[0]
        self._log.counts |= {"streets": len(self._streets), "points": points[0], "rows": rows}
        if points[1]:
            self._log.counts["twins"] = points[1]
            self._log.note(
                f"{points[1]:,} addresses stand at two places far apart; whoever asks for one is asked which."
            )

    def _unit(self, fields: dict[str, str], unit: str) -> int:
        words = tuple(fields[name].casefold() for name in _UNIT_FIELDS if name in fields)
        if unit:
            words += (unit.casefold(),)
        return self._units.setdefault(words, len(self._units)) if words else 0

    def _repeated(self, line: int, first: int) -> None:
        left = self._several.get(line, 1) - 1
        if left:
            self._several[line] = left
            return
        self._log.loaded -= 1
        self._log.reject(line, f"repeats line {first}")


def _numbers(fields: dict[str, str], country: str) -> tuple[HouseNumber, ...]:
    text = fields.get("Add_Number") or fields.get("AddNum_Cmp")
    if not text:
        raise UnusablePoint(_NO_NUMBER)
    numbers = house_number.read(text, country)
    if not numbers:
        raise UnusablePoint(f"has {text!r} for a house number, which cannot be told for sure")
    numbers = tuple(one for one in numbers if one.number)
    if not numbers:
        raise UnusablePoint(f"{_NO_NUMBER} (it says 0)")
    prefix, suffix = fields.get("AddNum_Pre", ""), fields.get("AddNum_Suf", "")
    if prefix or suffix:
        numbers = tuple(one._replace(prefix=prefix or one.prefix, suffix=suffix or one.suffix) for one in numbers)
    return numbers

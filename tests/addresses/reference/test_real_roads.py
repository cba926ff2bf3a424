"""The road file of Henry County, Tennessee, with the errors its publisher put in on purpose."""

from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest
import shapely
from pyogrio import raw

from callpoint.addresses.reference import ReferenceSet, load
from callpoint.addresses.reference.polyline import METRES_PER_DEGREE
from callpoint.addresses.street_key import street_key
from callpoint.datasets.file import DatasetFile
from callpoint.datasets.loading import LoadRequest
from callpoint.datasets.meta import DatasetMeta
from callpoint.i3.civic import Civic

FIELDS = [
    "l_f_add",
    "l_t_add",
    "r_f_add",
    "r_t_add",
    "predir",
    "pretype",
    "name",
    "type",
    "sufdir",
    "postmod",
    "city_l",
]


class Road(NamedTuple):
    """One row of the file."""

    fid: int
    numbers: dict[str, tuple[int, int]]
    street: Civic
    city: str
    line: shapely.Geometry


@pytest.fixture(scope="module")
def file(shared_data: Path) -> Path:
    return shared_data / "geo/tennessee_road_centerlines.gpkg"


@pytest.fixture(scope="module")
def loaded(file: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[DatasetMeta, ReferenceSet]:
    datasets = tmp_path_factory.mktemp("datasets")
    meta = load(LoadRequest("roads", file, "henry", datasets))
    return meta, ReferenceSet(DatasetFile(datasets / "roads/henry.sqlite"))


@pytest.fixture(scope="module")
def roads(file: Path) -> list[Road]:
    return list(_read(file))


def _read(file: Path) -> Iterator[Road]:
    meta, fids, wkb, columns = raw.read(file, layer="streets", columns=FIELDS, return_fids=True)
    values = dict(zip(meta["fields"], columns, strict=True))
    for at, line in enumerate(shapely.from_wkb(wkb)):
        row = {name: values[name][at] or "" for name in FIELDS}
        numbers = {side: (int(row[f"{side}_f_add"] or 0), int(row[f"{side}_t_add"] or 0)) for side in "lr"}
        names = {"PRD": "predir", "STP": "pretype", "RD": "name", "STS": "type", "POD": "sufdir", "POM": "postmod"}
        street = {element: row[name] for element, name in names.items()} | {"country": "US", "A1": "TN"}
        yield Road(int(fids[at]), numbers, Civic.from_fields(street), row["city_l"], line)


def test_every_row_is_loaded_or_told(loaded: tuple[DatasetMeta, ReferenceSet], roads: list[Road]) -> None:
    meta, _ = loaded
    empty = sorted(road.fid for road in roads if not any(map(any, road.numbers.values())))
    told = sorted(problem.line for problem in meta.report.problems if problem.outcome == "rejected")
    assert told == empty
    assert meta.report.loaded == len(roads) - len(empty)


def test_what_contradicts_itself_is_told_with_its_line(
    loaded: tuple[DatasetMeta, ReferenceSet], roads: list[Road]
) -> None:
    meta, _ = loaded
    told = {problem.line: problem.message for problem in meta.report.problems if problem.outcome == "mended"}
    for road in roads:
        (a, b), (c, d) = road.numbers["l"], road.numbers["r"]
        mixes = a % 2 != b % 2 or c % 2 != d % 2
        alike = all((a, b, c, d)) and a % 2 == c % 2 and not mixes
        if mixes or alike or (b - a) * (d - c) < 0:
            assert road.fid in told, road
    pieces = [road.fid for road in roads if len(shapely.get_parts(shapely.line_merge(road.line, directed=True))) > 1]
    assert all("pieces that do not meet" in told[fid] for fid in pieces)


def test_a_number_of_every_side_is_found_beside_its_road(
    loaded: tuple[DatasetMeta, ReferenceSet], roads: list[Road]
) -> None:
    """The first number of every side that does not contradict itself; close to the line."""
    _, reference = loaded
    missed, asked = [], 0
    for road in roads:
        (street,) = reference.streets(street_key(road.street), "TN", road.city) or [None]
        for start, end in road.numbers.values():
            if not start or start % 2 != end % 2:
                continue
            asked += 1
            hits = reference.at(street, "", str(start), "") if street else []
            if not any(_metres_beside(road.line, hit.point) < 15 for hit in hits):
                missed.append((road.fid, start))
    assert asked > 3000
    # Numbers that two stretches near each other share are found beside one of the two.
    assert len(missed) <= 40, missed


def test_odd_and_even_lie_on_two_sides_of_a_straight_road(
    loaded: tuple[DatasetMeta, ReferenceSet], roads: list[Road]
) -> None:
    """Where the line is straight and no other stretch of the street has the numbers as well."""
    _, reference = loaded
    stretches: dict[object, list[Road]] = defaultdict(list)
    for road in roads:
        stretches[street_key(road.street), road.city].append(road)
    compared = 0
    for road in roads:
        (a, b), (c, d) = road.numbers["l"], road.numbers["r"]
        straight = len(shapely.get_coordinates(road.line)) == 2 and road.line.length * METRES_PER_DEGREE > 5
        if not (straight and a and c and a % 2 == b % 2 and c % 2 == d % 2 and a % 2 != c % 2):
            continue
        others = [other for other in stretches[street_key(road.street), road.city] if other is not road]
        if any(_has(other, number) for other in others for number in (a, c)):
            continue
        (street,) = reference.streets(street_key(road.street), "TN", road.city)
        (left,), (right,) = (reference.at(street, "", str(number), "") for number in (a, c))
        assert _turn(road.line, left.point) > 0 > _turn(road.line, right.point), road
        compared += 1
    assert compared > 30


def test_the_state_is_that_of_the_data_model(loaded: tuple[DatasetMeta, ReferenceSet]) -> None:
    _, reference = loaded
    (street,) = reference.streets(street_key(Civic(RD="Whiskey Ridge", STS="Lane")), "TN", "Paris")
    (hit,) = reference.at(street, "", "101", "")
    assert hit.civic.formatted() == "101 Whiskey Ridge Lane, Paris, TN"
    assert hit.accuracy == "range"
    assert reference.at(street, "", "1001", "") == []
    assert [near.civic.HNO for near in reference.near_numbers(street, "1001", 1)] == ["321"]


def _has(road: Road, number: int) -> bool:
    return any(min(ends) <= number <= max(ends) for ends in road.numbers.values())


def _metres_beside(line: shapely.Geometry, point: tuple[float, float]) -> float:
    """Distance from the line, in metres; a degree of longitude is shrunk to what it is here."""
    scale = np.array([np.cos(np.radians(point[0])), 1.0])
    flat = shapely.transform(line, lambda coordinates: coordinates * scale)
    return float(shapely.distance(flat, shapely.Point(point[1] * scale[0], point[0]))) * METRES_PER_DEGREE


def _turn(line: shapely.Geometry, point: tuple[float, float]) -> float:
    """Positive on the left of a line of two points."""
    (x, y), (x_end, y_end) = shapely.get_coordinates(line)
    return float((x_end - x) * (point[0] - y) - (y_end - y) * (point[1] - x))

"""The points that benches draw: the same ones every time, and a file that loads as it is."""

from collections import Counter
from itertools import islice
from pathlib import Path

from callpoint.addresses.parsing import parse_street
from callpoint.addresses.postal import tables
from callpoint.addresses.reference import ReferenceSet, load
from callpoint.addresses.street_key import street_key
from callpoint.datasets.file import DatasetFile
from callpoint.datasets.loading import LoadRequest
from callpoint.i3.civic import Civic
from callpoint.ops.bench.synthetic_points import SyntheticPoint, points, write_csv

DOORS = 3000


def door(point: SyntheticPoint) -> tuple[object, ...]:
    return (point.A1, point.A3, point.Post_Code, point.St_PreDir, point.St_Name, point.St_PosTyp, point.Add_Number)


def test_they_are_the_same_every_time_and_a_greater_count_begins_alike() -> None:
    few = list(points(500))
    assert list(points(500)) == few
    assert list(islice(points(DOORS), len(few))) == few
    assert list(points(500, seed=1)) != few


def test_the_count_is_of_doors() -> None:
    assert len({door(point) for point in points(DOORS)}) == DOORS


def test_places_are_those_of_the_post() -> None:
    for point in islice(points(DOORS), 0, None, 50):
        assert tables().serves(point.Post_Code, point.A3)
        assert point.A1 in tables().regions_of_postal(point.Post_Code)


def test_they_look_like_a_registry() -> None:
    many = list(points(30_000))
    streets = {(point.A3, point.St_PreDir, point.St_Name, point.St_PosTyp) for point in many}
    assert 5 <= len({door(point) for point in many}) / len(streets) <= 15
    towns_with = Counter(name for _, name in {(point.A3, point.St_Name) for point in many})
    assert towns_with["Main"] >= 5
    assert any(point.Unit for point in many)
    assert any(point.AddNum_Suf for point in many)
    assert all(-90 < point.Latitude < 90 and -180 < point.Longitude < -60 for point in many)


def test_all_are_found_by_what_somebody_would_write(tmp_path: Path) -> None:
    write_csv(tmp_path / "points.csv", DOORS)
    meta = load(LoadRequest("address-points", tmp_path / "points.csv", "drawn", tmp_path))
    assert meta.report.rejected == 0
    assert meta.counts["points"] == DOORS
    reference = ReferenceSet(DatasetFile(tmp_path / "address-points/drawn.sqlite"))
    for point in islice(points(DOORS), 0, None, 7):
        street_line = point.text().partition(",")[0].partition(" ")[2]
        key = street_key(Civic.from_fields(parse_street(street_line, "US") | {"country": "US", "A1": point.A1}))
        (street,) = reference.streets(key, point.A1, point.A3, point.Post_Code)
        assert reference.at(street, "", str(point.Add_Number), point.AddNum_Suf), point

"""What may be a feature's place."""

import math

import pytest
import shapely

from callpoint.datasets.geometry import flat_wkb, point_problem, shape_problem


@pytest.mark.parametrize(
    ("latitude", "longitude", "problem"),
    [
        (44.26, -72.57, ""),
        (-14.3, -170.7, ""),
        (13.4, 144.8, ""),
        (math.nan, -72.0, "no position"),
        (44.0, math.inf, "no position"),
        (-122.4, 37.8, "swapped"),
        (4_900_000.0, 500_000.0, "no degrees"),
        (44.0, -181.0, "no degrees"),
        (0.0, 0.0, "never set"),
    ],
)
def test_points(latitude: float, longitude: float, problem: str) -> None:
    found = point_problem(latitude, longitude)
    assert problem in found
    assert bool(found) == bool(problem)


@pytest.mark.parametrize(
    ("kind", "wkt", "problem"),
    [
        ("psaps", "POLYGON ((0 0, 1 0, 1 1, 0 0))", ""),
        ("psaps", "MULTIPOLYGON (((0 0, 1 0, 1 1, 0 0)))", ""),
        ("psaps", "POLYGON EMPTY", "no geometry"),
        ("psaps", "POINT (1 1)", "is a Point"),
        ("psaps", "POLYGON ((0 0, 500000 0, 500000 4000000, 0 0))", "no degrees"),
        ("psaps", "POLYGON ((0 0, 1 0, 1 NaN, 0 0))", "no number"),
        ("roads", "LINESTRING (0 0, 1 1)", ""),
        ("roads", "POLYGON ((0 0, 1 0, 1 1, 0 0))", "not a LineString or MultiLineString"),
    ],
)
@pytest.mark.filterwarnings("ignore:invalid value:RuntimeWarning")  # numpy's word about the NaN
def test_lines_and_areas(kind: str, wkt: str, problem: str) -> None:
    found = shape_problem(kind, shapely.from_wkt(wkt))  # type: ignore[arg-type]
    assert problem in found
    assert bool(found) == bool(problem)


def test_no_geometry_at_all() -> None:
    assert shape_problem("roads", None) == "has no geometry"


def test_height_is_left_out() -> None:
    line = shapely.from_wkb(flat_wkb(shapely.from_wkt("LINESTRING Z (0 0 5, 1 1 6)")))
    assert line.wkt == "LINESTRING (0 0, 1 1)"

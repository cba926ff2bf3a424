"""Who serves a place, on maps small enough to be seen."""

import threading
from dataclasses import replace

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.routing.chart import SOS, TODAY, area, box, coast, found, found_at, index

from callpoint.i3.shapes import ArcBand, Circle, Ellipse, Ellipsoid, Point, Polygon, Prism, Shape, Sphere
from callpoint.routing.boundaries import BoundaryIndex
from callpoint.routing.ground import WIDEST_METRES, extent, ground

#   lat 46 +--------+--------+
#          |   A    |   B    |
#   lat 45 +--------+----+---+
#          |      C      | gap
#   lat 44 +-------------+
#    lon  -74      -73 -72.5 -72
A = box("A", -74, 45, -73, 46)
B = box("B", -73, 45, -72, 46)
C = box("C", -74, 44, -72.5, 45)
CHART = index(A, B, C)


@pytest.mark.parametrize(
    ("lat", "lon", "served_by"),
    [
        (45.5, -73.5, ["A"]),
        (45.5, -72.5, ["B"]),
        (44.5, -73.0, ["C"]),
        (44.5, -72.1, []),
        (46.1, -73.0, []),
        (45.5, -73.0, ["A", "B"]),  # on the border of both
        (45.0, -73.5, ["A", "C"]),
        (45.0, -73.0, ["A", "B", "C"]),  # a corner of two on an edge of the third
        (46.0, -74.0, ["A"]),
        (45.0, -72.2, ["B"]),
    ],
)
def test_a_point(lat: float, lon: float, served_by: list[str]) -> None:
    assert sorted(found_at(CHART, lat, lon)) == sorted(served_by)


def test_a_border_belongs_to_both_sides_to_the_last_digit() -> None:
    assert found_at(CHART, 45.5, np.nextafter(-73.0, -74.0)) == ["A"]
    assert found_at(CHART, 45.5, np.nextafter(-73.0, -72.0)) == ["B"]


def test_a_hole_is_not_served_and_an_island_in_it_is() -> None:
    ring = shapely.box(0, 0, 10, 10) - shapely.box(2, 2, 8, 8)
    chart = index(area("ring", ring | shapely.box(4, 4, 6, 6)), box("town", 2, 2, 4, 8))
    assert found_at(chart, 1, 5) == ["ring"]
    assert found_at(chart, 7, 5) == []
    assert found_at(chart, 5, 5) == ["ring"]
    assert found_at(chart, 5, 3) == ["town"]
    assert found_at(chart, 7, 2) == ["town", "ring"]


def test_the_order_among_equals() -> None:
    county, campus = box("county", 0, 0, 10, 10), box("campus", 4, 4, 5, 5)
    assert found_at(index(county, campus), 4.5, 4.5) == ["campus", "county"]
    unreachable = box("campus", 4, 4, 5, 5, uri="")
    assert found_at(index(unreachable, county), 4.5, 4.5) == ["county", "campus"]
    tried_out = box("campus", 4, 4, 5, 5, sample=True)
    assert found_at(index(tried_out, county), 4.5, 4.5) == ["county", "campus"]
    twins = box("west", 0, 0, 1, 1), box("east", 0, 0, 1, 1)
    assert found_at(index(*twins), 0.5, 0.5) == found_at(index(*twins[::-1]), 0.5, 0.5) == ["east", "west"]


def test_planned_changes_begin_and_end_at_their_moment() -> None:
    old = box("old", 0, 0, 1, 1, expires="2026-12-01T05:00:00Z")
    new = box("new", 0, 0, 1, 1, effective="2026-12-01T05:00:00Z")
    chart, place = index(old, new), Point(0.5, 0.5)
    assert found(chart, place, at="2026-12-01T04:59:59.999+00:00") == ["old"]
    assert found(chart, place, at="2026-12-01T05:00:00+00:00") == ["new"]
    assert found(chart, place, at="2026-11-30T23:59:59-05:00") == ["old"]
    assert found(chart, place, at="2026-12-01T00:00:00-05:00") == ["new"]
    assert found(chart, place, at="2026-12-01") == ["old"]


@pytest.mark.parametrize("at", ["", "today", "2026-13-01"])
def test_no_moment_is_an_error(at: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        CHART.find(Point(45.5, -73.5), SOS, at)


def test_every_service_has_its_layer() -> None:
    chart = index(
        box("psap", 0, 0, 1, 1),
        box("fire", 0, 0, 1, 1, service="urn:nena:service:responder.fire"),
        box("ems", 2, 2, 3, 3, service="urn:emergency:service:responder.ems"),
    )
    place = Point(0.5, 0.5)
    assert found(chart, place, "urn:emergency:service:sos.psap") == ["psap"]
    assert found(chart, place, "urn:service:sos.police") == ["psap"]
    assert found(chart, place, "urn:emergency:service:responder.fire") == ["fire"]
    assert found(chart, place, "urn:emergency:service:responder.ems") == []
    assert found(chart, place, "urn:emergency:service:responder.police") == []
    assert chart.services_at(place, TODAY) == ("urn:emergency:service:responder.fire", SOS)
    assert chart.services() == (
        "urn:emergency:service:responder.ems",
        "urn:emergency:service:responder.fire",
        SOS,
    )
    assert chart.datasets(SOS) == ("chart",)
    assert chart.datasets("urn:emergency:service:responder.police") == ()


def test_an_area_is_shared_by_what_lies_where() -> None:
    third = Circle(Point(45.5, -73.0), 1000)
    half_a, half_b = CHART.find(third, SOS, TODAY)
    assert (half_a.boundary.id, half_b.boundary.id) == ("A", "B")
    assert half_a.share == pytest.approx(0.5, abs=1e-6)
    assert half_b.share == pytest.approx(0.5, abs=1e-6)
    (whole,) = CHART.find(Circle(Point(45.5, -73.5), 1000), SOS, TODAY)
    assert whole.share == 1.0
    (rest,) = CHART.find(Circle(Point(44.5, -72.5), 500), SOS, TODAY)
    assert rest.share == pytest.approx(0.5, abs=1e-4)
    assert found(CHART, Circle(Point(45.5, -72.98), 3000)) == ["B", "A"]


SHAPES = [
    Circle(Point(45.0, -73.0), 2500),
    Sphere(Point(45.0, -73.0, 80), 2500),
    Ellipse(Point(45.001, -73.003), 3000, 500, 30),
    Ellipsoid(Point(45.001, -73.003, 5), 3000, 500, 20, 130),
    ArcBand(Point(45.01, -73.0), 800, 3000, 100, 200),
    ArcBand(Point(45.01, -73.0), 800, 3000, 0, 360),
    Polygon((Point(44.98, -73.02), Point(44.99, -72.97), Point(45.03, -72.98), Point(44.98, -73.02))),
    Prism(
        Polygon((Point(44.98, -73.02, 9), Point(44.99, -72.97, 9), Point(45.03, -73, 9), Point(44.98, -73.02, 9))), 5
    ),
]


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: type(shape).__name__)
def test_every_shape_is_shared_in_full(shape: Shape) -> None:
    hits = CHART.find(shape, SOS, TODAY)
    assert {hit.boundary.id for hit in hits} == {"A", "B", "C"}
    assert sum(hit.share for hit in hits) == pytest.approx(1.0, abs=1e-8)
    assert [hit.share for hit in hits] == sorted((hit.share for hit in hits), reverse=True)


def test_an_area_that_ends_at_a_border_does_not_reach_over_it() -> None:
    corners = (Point(45.2, -73.5), Point(45.2, -73.0), Point(45.4, -73.0), Point(45.4, -73.5), Point(45.2, -73.5))
    assert found(CHART, Polygon(corners)) == ["A"]


def test_areas_of_no_extent_are_points() -> None:
    flat = Polygon((Point(45.5, -73.5), Point(45.5, -73.4), Point(45.5, -73.3), Point(45.5, -73.5)))
    for shape in (Circle(Point(45.5, -73.5), 0), Ellipse(Point(45.5, -73.5), 10, 0, 0), flat):
        assert found(CHART, shape) == ["A"]
    assert found(CHART, Circle(Point(45.5, -72.9), WIDEST_METRES * 2)) == ["B"]


NEAR_SHORE = st.tuples(st.floats(44.0, 45.0), st.floats(-73.0, -72.0), st.floats(1, 30_000))


@settings(max_examples=120, deadline=None)
@given(NEAR_SHORE)
def test_shares_are_those_of_the_whole_geometry(place: tuple[float, float, float]) -> None:
    lat, lon, radius = place
    shore = coast(-73, 44, 0.7, 900, 3) - coast(-72.8, 44.2, 0.2, 300, 4)
    chart, circle = index(area("shore", shore)), Circle(Point(lat, lon), radius)
    whole = ground(circle).area()  # type: ignore[union-attr]
    true = extent(shapely.intersection(shore, whole)) / extent(whole)
    seen = sum(hit.share for hit in chart.find(circle, SOS, TODAY))
    assert seen == pytest.approx(true, abs=1e-8)


ALEUTIANS_SPLIT = shapely.MultiPolygon([shapely.box(172, 51, 180, 54), shapely.box(-180, 51, -165, 54)])
ALEUTIANS_JUMPING = shapely.Polygon([(172, 51), (-165, 51), (-165, 54), (172, 54)])
ALEUTIANS_BEYOND = shapely.box(172, 51, 195, 54)
ALEUTIANS_WEST = shapely.box(-188, 51, -165, 54)


@pytest.mark.parametrize(
    "drawn",
    [ALEUTIANS_SPLIT, ALEUTIANS_JUMPING, ALEUTIANS_BEYOND, ALEUTIANS_WEST],
    ids=["split", "jumping", "beyond", "west"],
)
def test_the_180th_meridian_is_no_border(drawn: shapely.Polygon) -> None:
    chart = index(area("aleutians", drawn), box("kamchatka", 155, 50, 170, 60), box("kansas", -102, 37, -94, 40))
    for lon in (173.0, 179.9999, 180.0, -180.0, -179.9999, -166.0):
        assert found_at(chart, 52.0, lon) == ["aleutians"], lon
    assert found_at(chart, 52.0, 171.0) == []
    assert found_at(chart, 52.0, -164.0) == []
    assert found_at(chart, 52.0, 165.0) == ["kamchatka"]
    for lon in (179.999, 180.0, -179.999):
        (hit,) = chart.find(Circle(Point(52.0, lon), 5000), SOS, TODAY)
        assert (hit.boundary.id, hit.share) == ("aleutians", pytest.approx(1.0))
    across = Polygon((Point(52, 179.9), Point(52, -179.9), Point(52.2, -179.9), Point(52.2, 179.9), Point(52, 179.9)))
    (hit,) = chart.find(across, SOS, TODAY)
    assert hit.share == pytest.approx(1.0)
    (half,) = chart.find(Circle(Point(51.0, 180.0), 2000), SOS, TODAY)
    assert half.share == pytest.approx(0.5, abs=0.01)


def test_a_map_of_the_world_is_not_unwrapped() -> None:
    chart = index(box("everywhere", -180, -90, 180, 90))
    for lat, lon in ((0.0, 0.0), (45.0, -73.0), (-30.0, 179.0), (90.0, 180.0)):
        assert found_at(chart, lat, lon) == ["everywhere"]


ANY_NUMBER = st.floats(allow_nan=True, allow_infinity=True) | st.floats(-200, 200)
ANY_POINT = st.builds(Point, ANY_NUMBER, ANY_NUMBER)
ANY_SHAPE = st.one_of(
    ANY_POINT,
    st.builds(Circle, ANY_POINT, ANY_NUMBER),
    st.builds(Ellipse, ANY_POINT, ANY_NUMBER, ANY_NUMBER, ANY_NUMBER),
    st.builds(ArcBand, ANY_POINT, ANY_NUMBER, ANY_NUMBER, ANY_NUMBER, ANY_NUMBER),
    st.builds(Polygon, st.lists(ANY_POINT, min_size=1, max_size=7).map(tuple)),
)


@settings(max_examples=400, deadline=None)
@given(ANY_SHAPE)
def test_no_shape_breaks_it(shape: Shape) -> None:
    hits = CHART.find(shape, SOS, TODAY)
    assert all(0 < hit.share <= 1 for hit in hits)


def test_polygons_are_given_back_latitude_first() -> None:
    ring = shapely.box(0, 10, 4, 14) - shapely.box(1, 11, 2, 12)
    chart = index(area("ring", shapely.MultiPolygon([ring, shapely.box(8, 10, 9, 11)])))
    first, second = chart.rings(chart.boundaries[0])
    assert shapely.Polygon(first.outer[:, ::-1], [hole[:, ::-1] for hole in first.holes]).equals(ring)
    assert not second.holes
    assert second.outer.tolist()[0] == second.outer.tolist()[-1]
    assert set(map(tuple, second.outer.tolist())) == {(10, 8), (10, 9), (11, 9), (11, 8)}
    with pytest.raises(KeyError):
        chart.rings(replace(chart.boundaries[0], dataset="another"))


def test_an_index_of_nothing() -> None:
    empty = index()
    empty.warm()
    assert (found_at(empty, 45, -73), empty.services(), len(empty)) == ([], (), 0)


def test_a_geometry_without_area_holds_nothing() -> None:
    chart = index(area("point", shapely.Point(0, 0)), area("none", shapely.Polygon()), box("A", 0, 0, 1, 1))
    assert found_at(chart, 0.0, 0.0) == ["A"]


def test_bad_input_is_told() -> None:
    with pytest.raises(shapely.errors.ShapelyError):
        BoundaryIndex([A[0]], [b"no WKB"])
    with pytest.raises(ValueError, match="2 boundaries with 1 geom"):
        BoundaryIndex([A[0], B[0]], [A[1]])
    with pytest.raises(ValueError, match="soon"):
        index(box("A", 0, 0, 1, 1, effective="soon"))


def test_arrays_can_be_handed_on() -> None:
    again = BoundaryIndex.of_arrays(CHART.boundaries, CHART.arrays)
    again.warm()
    assert found_at(again, 45.5, -73.0) == found_at(CHART, 45.5, -73.0)


def test_threads_may_ask_at_once() -> None:
    chart = index(*[area(f"{n}", coast(n % 10, n // 10, 1.1, 400, n)) for n in range(100)])
    shapes = [Circle(Point(n / 7 % 10, n / 3 % 10), 100 + n * 40) for n in range(150)]
    alone = [chart.find(shape, SOS, TODAY) for shape in shapes]
    wrong: list[int] = []

    def ask() -> None:
        wrong.extend(n for n, shape in enumerate(shapes) if chart.find(shape, SOS, TODAY) != alone[n])

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong

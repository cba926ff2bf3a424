"""Shapes on the ground: true to a metre from Florida to the Arctic coast, and across the 180th meridian."""

import math

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from callpoint.i3.shapes import ArcBand, Circle, Ellipse, Point, Polygon, Prism, Shape
from callpoint.routing.geodesic import destinations
from callpoint.routing.ground import WIDEST_METRES, extent, ground

# A line surveyors test their programs by (Geocentric Datum of Australia, technical manual): 54,972.271 m at an
# azimuth of 306 52 05.37, both rounded to some millimetres. Its ellipsoid, GRS 80, is ours to 0.1 mm.
FLINDERS_PEAK = (-(37 + 57 / 60 + 3.72030 / 3600), 144 + 25 / 60 + 29.52440 / 3600)
BUNINYONG = (-(37 + 39 / 60 + 10.15610 / 3600), 143 + 55 / 60 + 35.38390 / 3600)


def test_a_surveyed_line() -> None:
    bearing = 306 + 52 / 60 + 5.37 / 3600
    lats, lons = destinations(*FLINDERS_PEAK, np.array([bearing]), np.array([54_972.271]))
    assert lats[0] == pytest.approx(BUNINYONG[0], abs=3e-8)
    assert lons[0] == pytest.approx(BUNINYONG[1], abs=3e-8)


def radii(lat: float) -> tuple[float, float]:
    """Metres of a radian north and east at a latitude, from the definition of WGS 84."""
    a, e2 = 6_378_137.0, 0.006694379990141
    w = 1 - e2 * math.sin(math.radians(lat)) ** 2
    return a * (1 - e2) / w**1.5, a / math.sqrt(w) * math.cos(math.radians(lat))


@pytest.mark.parametrize("lat", [0.0, 25.0, 45.0, 49.0, 61.0, 70.0, 83.0])
@pytest.mark.parametrize("lon", [-72.6, 179.99, -180.0])
def test_a_circle_is_round_and_of_its_size(lat: float, lon: float) -> None:
    metres = 500.0
    place = ground(Circle(Point(lat, lon), metres))
    assert place is not None
    corners = shapely.get_coordinates(place.area())
    north, east = radii(lat)
    away = np.hypot(np.radians(corners[:, 1] - lat) * north, np.radians(corners[:, 0] - lon) * east)
    assert away.min() > metres - 1
    assert away.max() < metres + 1


@pytest.mark.parametrize("radius", [1.0, 30.0, 1000.0, 10_000.0])
def test_chords_stay_near_their_arcs(radius: float) -> None:
    place = ground(Circle(Point(45.0, -72.0), radius))
    assert place is not None
    lat_radius, lon_radius = radii(45.0)
    area = math.radians(1) ** 2 * lat_radius * lon_radius * shapely.area(place.area())
    assert area == pytest.approx(math.pi * radius**2, rel=0.015)
    corners = len(shapely.get_coordinates(place.area())) - 1
    assert radius * (1 - math.cos(math.pi / corners)) < 0.55


def test_an_ellipse_points_where_it_is_turned() -> None:
    place = ground(Ellipse(Point(45.0, -72.0), 1000, 100, 90))
    assert place is not None
    west, south, east, north = shapely.bounds(place.area())
    lat_radius, lon_radius = radii(45.0)
    assert math.radians(east - west) * lon_radius == pytest.approx(2000, abs=2)
    assert math.radians(north - south) * lat_radius == pytest.approx(200, abs=2)


def test_an_arc_band_opens_clockwise_from_its_start() -> None:
    band = ground(ArcBand(Point(45.0, -72.0), 500, 1000, 0, 90))
    assert band is not None
    assert shapely.contains_xy(band.area(), -71.993, 45.005)
    assert not shapely.contains_xy(band.area(), -72.007, 45.005)
    assert not shapely.contains_xy(band.area(), -71.998, 45.001)
    ring = ground(ArcBand(Point(45.0, -72.0), 500, 1000, 10, 360))
    assert ring is not None
    assert not shapely.contains_xy(ring.area(), -72.0, 45.0)
    assert shapely.contains_xy(ring.area(), -72.0, 45.007)


CORNERS = (Point(45, -73), Point(45, -72.99), Point(45.01, -72.99), Point(45.01, -73))


@pytest.mark.parametrize(
    "shape",
    [
        Circle(Point(45, -73), 40.0),
        Circle(Point(70, 180), 5000.0),
        Ellipse(Point(45, -73), 900, 300, 77),
        ArcBand(Point(60, -140), 100, 20_000, 300, 100),
        Polygon((*CORNERS, CORNERS[0])),
        Prism(Polygon(CORNERS), 4.0),
        Polygon((Point(52, 179.9), Point(52, -179.9), Point(52.2, 180), Point(52, 179.9))),
        Polygon((CORNERS[0], CORNERS[2], CORNERS[1], CORNERS[3], CORNERS[0])),  # crosses itself
    ],
    ids=lambda shape: type(shape).__name__,
)
def test_the_surroundings_hold_the_area(shape: Shape) -> None:
    place = ground(shape)
    assert place is not None
    around = place.surroundings()
    west, south, east, north = shapely.bounds(place.area())
    assert around.west < west < east < around.east
    assert around.south < south < north < around.north
    assert shapely.is_valid(place.area())
    assert east - west < 3


@pytest.mark.parametrize(
    "shape",
    [
        Point(45, -73),
        Circle(Point(45, -73), 0),
        Circle(Point(45, -73), -5),
        Circle(Point(45, -73), math.nan),
        Circle(Point(45, -73), WIDEST_METRES + 1),
        Ellipse(Point(45, -73), 100, 0, 5),
        ArcBand(Point(45, -73), 100, 50, 5, 5),
        ArcBand(Point(45, -73), 10, 50, 5, 0),
        Polygon((Point(45, -73), Point(45, -73.1), Point(45, -73))),
    ],
    ids=repr,
)
def test_what_counts_as_a_point(shape: Shape) -> None:
    place = ground(shape)
    assert place is not None
    assert place.area() is None


@pytest.mark.parametrize("point", [Point(math.nan, 0), Point(0, math.inf), Point(91, 0), Point(0, 1e9)], ids=repr)
def test_what_is_nowhere(point: Point) -> None:
    assert ground(point) is None
    assert ground(Circle(point, 10)) is None


@given(st.floats(24, 83), st.floats(0.05, 0.95))
def test_shares_of_two_parts_add_up(lat: float, cut: float) -> None:
    place = ground(Circle(Point(lat, -100), 50_000))
    assert place is not None
    whole = place.area()
    west, south, east, north = shapely.bounds(whole)
    middle = south + cut * (north - south)
    lower = shapely.intersection(whole, shapely.box(west, south, east, middle))
    upper = shapely.intersection(whole, shapely.box(west, middle, east, north))
    assert extent(lower) + extent(upper) == pytest.approx(extent(whole), rel=1e-9)


def test_a_share_is_of_the_ground_and_not_of_degrees() -> None:
    whole = shapely.box(-100, 60, -98, 62)
    south = shapely.box(-100, 60, -98, 61)
    expected = (math.sin(math.radians(61)) - math.sin(math.radians(60))) / (
        math.sin(math.radians(62)) - math.sin(math.radians(60))
    )
    assert extent(south) / extent(whole) == pytest.approx(expected, abs=1e-12)
    assert extent(shapely.LineString([(-100, 60), (-98, 61)])) == extent(shapely.Polygon()) == 0.0
    hole = shapely.box(-99.5, 60.5, -98.5, 61.5)
    assert extent(whole - hole) == pytest.approx(extent(whole) - extent(hole), rel=1e-12)

"""Shapes: the rules a writer keeps, and the spellings a reader takes."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from tests.i3.strategies import SHAPES, polygons

from callpoint.i3.document import read_root
from callpoint.i3.errors import DocumentError
from callpoint.i3.shapes import (
    MAX_POLYGON_POINTS,
    ArcBand,
    Circle,
    Ellipse,
    Ellipsoid,
    Point,
    Polygon,
    Prism,
    Shape,
    Sphere,
    check,
    simplified,
    uncertainty,
)
from callpoint.i3.shapes_reader import is_shape, read_shape
from callpoint.i3.shapes_writer import add_shape

HERE = Point(44.26, -72.57)
ABOVE = Point(44.26, -72.57, 160.0)
SQUARE = Polygon((Point(0, 0), Point(0, 1), Point(1, 1), Point(1, 0), Point(0, 0)))
CLOCKWISE = Polygon(SQUARE.points[::-1])
GML = "http://www.opengis.net/gml"


def ring(*corners: tuple[float, float], alt: float | None = None) -> Polygon:
    return Polygon(tuple(Point(lat, lon, alt) for lat, lon in corners))


def many(count: int) -> Polygon:
    """A closed ring of `count` points on a circle of one degree."""
    turns = [2 * math.pi * i / (count - 1) for i in range(count - 1)]
    points = [Point(math.sin(turn), math.cos(turn)) for turn in turns]
    return Polygon((*points, points[0]))


def read(xml: str) -> Shape:
    spaces = f'xmlns:gml="{GML}" xmlns:gs="http://www.opengis.net/pidflo/1.0"'
    (element,) = read_root(f"<r {spaces}>{xml}</r>".encode())
    assert is_shape(element)
    return read_shape(element)


@given(SHAPES)
def test_read_what_was_written(shape: Shape) -> None:
    parent = etree.Element("parent")
    add_shape(parent, shape)
    (element,) = read_root(etree.tostring(parent))
    assert is_shape(element)
    assert read_shape(element) == shape


@given(SHAPES)
def test_every_shape_has_a_centre_on_earth(shape: Shape) -> None:
    check(shape)
    check(shape.centre)
    assert uncertainty(shape) >= 0
    assert simplified(shape) == shape


def test_numbers_have_no_exponent() -> None:
    parent = etree.Element("parent")
    add_shape(parent, Circle(Point(1e-7, -1e-9), 1e22))
    assert parent.xpath("string()") == "0.0000001 -0.00000000110000000000000000000000"


@pytest.mark.parametrize(
    ("shape", "system"),
    [(HERE, "4326"), (ABOVE, "4979"), (SQUARE, "4326"), (Sphere(ABOVE, 1), "4979"), (Circle(HERE, 1), "4326")],
)
def test_reference_systems(shape: Shape, system: str) -> None:
    parent = etree.Element("parent")
    add_shape(parent, shape)
    assert parent[0].get("srsName") == f"urn:ogc:def:crs:EPSG::{system}"


@pytest.mark.parametrize(
    "shape",
    [
        Point(90.1, 0),
        Point(0, -180.1),
        Point(math.inf, 0),
        Point(0, 0, math.nan),
        Circle(ABOVE, 1),
        Circle(HERE, -1),
        Circle(HERE, math.inf),
        Ellipse(HERE, 1, 2, 0),
        Ellipse(HERE, 2, 1, 361),
        Ellipse(ABOVE, 2, 1, 0),
        ArcBand(HERE, 2, 1, 0, 10),
        ArcBand(HERE, 1, 2, -1, 10),
        Sphere(HERE, 1),
        Ellipsoid(HERE, 2, 1, 1, 0),
        Ellipsoid(ABOVE, 2, 1, -1, 0),
        CLOCKWISE,
        Polygon(SQUARE.points[:-1]),
        Polygon(()),
        many(MAX_POLYGON_POINTS + 1),
        ring((0, 0), (1, 1), (2, 2), (0, 0)),
        Polygon((Point(0, 0, 1), Point(0, 1, 2), Point(1, 1, 1), Point(0, 0, 1))),
        Prism(SQUARE, 2),
        Prism(ring((0, 0), (0, 1), (1, 1), (0, 0), alt=5.0), -1),
    ],
)
def test_the_writer_refuses(shape: Shape) -> None:
    with pytest.raises(DocumentError):
        add_shape(etree.Element("parent"), shape)


def test_what_is_no_shape() -> None:
    with pytest.raises(DocumentError, match="str is not a shape"):
        check("here")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("xml", "shape"),
    [
        ("<gml:Point srsName='EPSG:4326'><gml:pos> 44.26\n-72.57 </gml:pos></gml:Point>", HERE),
        ("<gml:Point srsName='URN:OGC:DEF:CRS:epsg::4326'><gml:pos>44.26,-72.57</gml:pos></gml:Point>", HERE),
        ("<gml:Point><gml:pos srsName='urn:ogc:def:crs:EPSG::4979'>44.26 -72.57 160</gml:pos></gml:Point>", ABOVE),
        ("<gml:Point><gml:pos>-122.5 37.7</gml:pos></gml:Point>", Point(37.7, -122.5)),
        ("<gml:Point srsName='urn:ogc:def:crs:OGC:1.3:CRS84'><gml:pos>-72.57 44.26</gml:pos></gml:Point>", HERE),
        ("<gml:Point><gml:coordinates>44:30N 72:15:36W</gml:coordinates></gml:Point>", Point(44.5, -72.26)),
        ("<p:Point xmlns:p='http://www.opengis.net/gml/3.2'><p:pos>44.26 -72.57</p:pos></p:Point>", HERE),
        ("<Point xmlns='http://www.opengis.net/gml'><pos>44.26 -72.57</pos></Point>", HERE),
        (
            "<gs:Circle srsName='urn:ogc:def:crs:EPSG::4979'><gml:pos>44.26 -72.57 160</gml:pos>"
            "<gs:radius uom='urn:ogc:def:uom:EPSG::9036'>\n 0.5 </gs:radius></gs:Circle>",
            Circle(HERE, 500),
        ),
        ("<gs:Circle><gml:pos>44.26 -72.57</gml:pos><gml:radius>7</gml:radius></gs:Circle>", Circle(HERE, 7)),
        (
            "<gs:Circle><gml:Point><gml:pos>44.26 -72.57</gml:pos></gml:Point>"
            "<gs:radius uom='m'>7</gs:radius></gs:Circle>",
            Circle(HERE, 7),
        ),
        ("<gs:Sphere><gml:pos>44.26 -72.57</gml:pos><gs:radius>7</gs:radius></gs:Sphere>", Circle(HERE, 7)),
        (
            "<gs:Ellipse><gml:pos>44.26 -72.57</gml:pos><gs:semiMajorAxis>1</gs:semiMajorAxis>"
            "<gs:semiMinorAxis>2</gs:semiMinorAxis><gs:orientation>-10</gs:orientation></gs:Ellipse>",
            Ellipse(HERE, 2, 1, 80),
        ),
        (
            "<gs:ArcBand><gml:pos>44.26 -72.57</gml:pos><gs:innerRadius>9</gs:innerRadius>"
            "<gs:outerRadius>3</gs:outerRadius><gs:startAngle>380</gs:startAngle>"
            "<gs:openingAngle>20</gs:openingAngle></gs:ArcBand>",
            ArcBand(HERE, 3, 9, 20, 20),
        ),
    ],
)
def test_spellings(xml: str, shape: Shape) -> None:
    assert read(xml) == shape


RINGS = {
    "posList": "<gml:posList>0 0 0 1 1 1 1 0 0 0</gml:posList>",
    "posList in three dimensions": "<gml:posList srsDimension='3'>0 0 5 0 1 5 1 1 5 1 0 5 0 0 5</gml:posList>",
    "open": "<gml:posList>0 0 0 1 1 1 1 0</gml:posList>",
    "clockwise": "<gml:posList>0 0 1 0 1 1 0 1 0 0</gml:posList>",
    "pos": "".join(f"<gml:pos>{at}</gml:pos>" for at in ("0 0", "0 1", "1 1", "1 0", "0 0")),
    "points": "".join(
        f"<gml:pointProperty><gml:Point><gml:pos>{at}</gml:pos></gml:Point></gml:pointProperty>"
        for at in ("0 0", "0 1", "1 1", "1 0", "0 0")
    ),
    "coordinates": "<gml:coordinates>0,0 0,1 1,1 1,0 0,0</gml:coordinates>",
}


@pytest.mark.parametrize("name", RINGS)
def test_rings_come_closed_and_counter_clockwise(name: str) -> None:
    shape = read(
        f"<gml:Polygon><gml:exterior><gml:LinearRing>{RINGS[name]}</gml:LinearRing></gml:exterior></gml:Polygon>"
    )
    assert isinstance(shape, Polygon)
    check(shape)
    assert {(point.lat, point.lon) for point in shape.points} == {(0, 0), (0, 1), (1, 1), (1, 0)}
    assert {point.alt for point in shape.points} == {5.0 if "three" in name else None}


def test_a_long_ring_is_read_and_can_be_made_a_circle() -> None:
    ring = many(40)
    words = " ".join(f"{point.lat} {point.lon}" for point in ring.points)
    shape = read(f"<gml:Polygon><gml:LinearRing><gml:posList>{words}</gml:posList></gml:LinearRing></gml:Polygon>")
    assert shape == ring
    circle = simplified(shape)
    assert isinstance(circle, Circle)
    check(circle)
    assert circle.radius == pytest.approx(111_195, rel=0.01)


def test_a_long_prism_can_be_made_a_sphere() -> None:
    base = Polygon(tuple(Point(point.lat, point.lon, 10.0) for point in many(40).points))
    sphere = simplified(Prism(base, 4))
    assert isinstance(sphere, Sphere)
    check(sphere)
    assert sphere.centre.alt == 12


@pytest.mark.parametrize(
    "xml",
    [
        "<gml:Point/>",
        "<gml:Point><gml:pos/></gml:Point>",
        "<gml:Point><gml:pos>44.26</gml:pos></gml:Point>",
        "<gml:Point><gml:pos>91 181</gml:pos></gml:Point>",
        "<gml:Point><gml:pos>north west</gml:pos></gml:Point>",
        "<gml:Point><gml:pos>NaN Infinity</gml:pos></gml:Point>",
        "<gml:Point><gml:pos>1e999 0</gml:pos></gml:Point>",
        "<gml:Point srsName='EPSG:3857'><gml:pos>1 1</gml:pos></gml:Point>",
        "<gs:Circle><gml:pos>1 1</gml:pos></gs:Circle>",
        "<gs:Circle><gml:pos>1 1</gml:pos><gs:radius>-3</gs:radius></gs:Circle>",
        "<gs:Circle><gml:pos>1 1</gml:pos><gs:radius uom='furlong'>3</gs:radius></gs:Circle>",
        "<gml:Polygon/>",
        "<gml:Polygon><gml:LinearRing/></gml:Polygon>",
        "<gml:Polygon><gml:LinearRing><gml:posList>1 2 3</gml:posList></gml:LinearRing></gml:Polygon>",
        "<gml:Polygon><gml:LinearRing><gml:posList>1 2 3 4 1 2</gml:posList></gml:LinearRing></gml:Polygon>",
        "<gml:Polygon><gml:LinearRing><gml:posList>1 2 3 4 5</gml:posList></gml:LinearRing></gml:Polygon>",
        "<gs:Prism/>",
        "<gs:Prism><gs:base/></gs:Prism>",
    ],
)
def test_the_reader_refuses(xml: str) -> None:
    with pytest.raises(DocumentError):
        read(xml)


def test_a_prism_without_altitude_is_its_ground() -> None:
    shape = read(
        f"<gs:Prism><gs:base><gml:Polygon><gml:exterior><gml:LinearRing>{RINGS['posList']}</gml:LinearRing>"
        "</gml:exterior></gml:Polygon></gs:base><gs:height>3</gs:height></gs:Prism>"
    )
    assert shape == SQUARE


def test_centres() -> None:
    assert SQUARE.centre == Point(0.5, 0.5)
    assert ABOVE.centre == ABOVE
    assert Prism(ring((0, 0), (0, 1), (1, 1), (1, 0), (0, 0), alt=5.0), 2).centre == Point(0.5, 0.5, 6.0)
    north = ArcBand(Point(0, 0), 1000, 3000, 350, 20).centre
    assert north.lat == pytest.approx(2155.683 / 111_195, rel=1e-6)  # RFC 7459 §5.1.1.1
    assert north.lon == pytest.approx(0, abs=1e-9)
    east = ArcBand(Point(60, 0), 1000, 3000, 80, 20).centre
    assert east.lon == pytest.approx(2 * 2155.683 / 111_195, rel=1e-6)


def test_across_the_180th_meridian() -> None:
    aleutian = ring((51, 179), (51, -179), (52, -179), (52, 179), (51, 179))
    check(aleutian)
    assert aleutian.centre.lat == 51.5
    assert abs(aleutian.centre.lon) == pytest.approx(180)
    assert uncertainty(aleutian) < 100_000


def test_uncertainty_in_metres() -> None:
    assert uncertainty(HERE) == 0
    assert uncertainty(Circle(HERE, 50)) == uncertainty(Sphere(ABOVE, 50)) == 50
    assert uncertainty(Ellipse(HERE, 9, 5, 0)) == uncertainty(Ellipsoid(ABOVE, 9, 5, 3, 0)) == 9
    assert uncertainty(ArcBand(HERE, 1, 7, 0, 30)) == pytest.approx(3.74, abs=0.01)
    assert uncertainty(SQUARE) == pytest.approx(111_195 * math.sqrt(0.5), rel=0.01)
    assert uncertainty(Prism(SQUARE, 3)) == uncertainty(SQUARE)


@given(polygons(), st.integers(0, 14))
def test_a_ring_can_be_mended(polygon: Polygon, turn: int) -> None:
    corners = polygon.points[:-1]
    turn %= len(corners)
    spoiled = Polygon((*corners[turn:], *corners[:turn])[::-1])
    mended = spoiled.closed_counter_clockwise()
    check(mended)
    assert set(mended.points) == set(corners)

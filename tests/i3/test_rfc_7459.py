"""The worked examples of RFC 7459, and its confidence element as it crosses."""

import math

import pytest

from callpoint.i3.errors import DocumentError
from callpoint.i3.location import Confidence, Distribution, Location, PidfLo
from callpoint.i3.pidf_lo import read_pidf_lo, write_pidf_lo
from callpoint.i3.shapes import ArcBand, Circle, Ellipsoid, Point, Polygon, Prism, uncertainty

ALICE = Ellipsoid(Point(-34.407242, 150.882518, 34), 7.7156, 3.31, 28.7, 43)
BOB = Polygon(
    tuple(
        Point(lat, lon)
        for lat, lon in (
            (-33.856625, 151.215906),
            (-33.856299, 151.215343),
            (-33.856326, 151.214731),
            (-33.857533, 151.214495),
            (-33.857720, 151.214613),
            (-33.857369, 151.215375),
            (-33.856625, 151.215906),
        )
    )
)
"""The Sydney Opera House of RFC 7459 §6.1."""
OPERA_HOUSE = (-33.856926, 151.215102)
"""Its centroid as the RFC works it out."""


def metres_between(a: tuple[float, float], b: tuple[float, float]) -> float:
    east = (b[1] - a[1]) * math.cos(math.radians(a[0]))
    return math.hypot(east, b[0] - a[0]) * 111_195


def test_an_ellipsoid_comes_down_to_its_middle_and_half_its_length() -> None:
    assert ALICE.centre == Point(-34.407242, 150.882518, 34)
    assert uncertainty(ALICE) == 7.7156


def test_a_polygon_comes_down_to_its_centroid_within_a_foot() -> None:
    centre = BOB.centre
    assert metres_between((centre.lat, centre.lon), OPERA_HOUSE) < 0.3
    assert centre.alt is None


def test_the_circle_around_the_polygon_reaches_its_farthest_corner() -> None:
    assert uncertainty(BOB) == pytest.approx(99.1, rel=0.005)


def test_many_corners_on_one_side_do_not_draw_the_centre_there() -> None:
    square = ((0.0, 0.0), (0.0, 1.0), (1.0, 1.0), (1.0, 0.0))
    bent = [(1.0 - step / 10, 0.0) for step in range(1, 10)]
    polygon = Polygon(tuple(Point(lat, lon) for lat, lon in (*square, *bent, square[0])))
    assert polygon.centre.lat == pytest.approx(0.5)
    assert polygon.centre.lon == pytest.approx(0.5)


def test_the_centre_does_not_depend_on_the_corner_the_ring_begins_with() -> None:
    corners = BOB.points[:-1]
    for turn in range(len(corners)):
        ring = (*corners[turn:], *corners[:turn], corners[turn])
        assert Polygon(ring).centre.lat == pytest.approx(BOB.centre.lat, abs=1e-9)
        assert Polygon(ring).centre.lon == pytest.approx(BOB.centre.lon, abs=1e-9)
        assert Polygon(ring[::-1]).centre.lat == pytest.approx(BOB.centre.lat, abs=1e-9)


def test_a_ring_that_encloses_nothing_still_has_a_middle() -> None:
    line = Polygon((Point(10, 20), Point(10, 22), Point(10, 24), Point(10, 20)))
    assert line.centre == Point(10, 22)
    bow_tie = Polygon((Point(0, 0), Point(1, 1), Point(0, 1), Point(1, 1e-9), Point(0, 0)))
    assert 0 <= bow_tie.centre.lat <= 1
    assert 0 <= bow_tie.centre.lon <= 1


def test_a_prism_comes_down_to_half_its_height_over_the_centroid() -> None:
    raised = Polygon(tuple(Point(point.lat, point.lon, 10.0) for point in BOB.points))
    centre = Prism(raised, 5.0).centre
    assert (centre.lat, centre.lon, centre.alt) == (BOB.centre.lat, BOB.centre.lon, 12.5)


@pytest.mark.parametrize(
    ("inner", "outer", "opening", "distance"),
    [
        (0, 1000, 120, 551.33),  # 4 sin 60° R / 3 (2π/3)
        (0, 1000, 180, 424.41),  # a half disc: 4R/3π
        (0, 1000, 360, 0),  # a disc: the antenna itself
        (900, 1000, 360, 0),  # a ring: the antenna again, which is outside of it
        (1000, 1000, 90, 900.32),  # a quarter of a circle's line: 2R sin 45° / (π/2)
        (500, 1000, 0, 777.78),  # no opening: a line on which the far end weighs more
    ],
)
def test_an_arc_band_comes_down_to_its_centroid(inner: float, outer: float, opening: float, distance: float) -> None:
    centre = ArcBand(Point(0, 0), inner, outer, (90 - opening / 2) % 360, opening).centre
    assert centre.lat * 111_195 == pytest.approx(0, abs=0.01)
    assert centre.lon * 111_195 == pytest.approx(distance, abs=0.01)


@pytest.mark.parametrize("opening", [0, 10, 45, 120, 200, 300, 360])
@pytest.mark.parametrize(("inner", "outer"), [(0, 1000), (500, 1000), (1000, 1000)])
def test_the_circle_around_an_arc_band_holds_every_edge_and_is_no_larger(
    inner: float, outer: float, opening: float
) -> None:
    band = ArcBand(Point(0, 0), inner, outer, 0, opening)
    here = (band.centre.lat, band.centre.lon)
    farthest = 0.0
    for step in range(101):
        bearing = math.radians(opening * step / 100)
        for radius in (inner, outer):
            edge = (radius * math.cos(bearing) / 111_195, radius * math.sin(bearing) / 111_195)
            farthest = max(farthest, metres_between(here, edge))
    assert uncertainty(band) == pytest.approx(farthest, rel=1e-3)


# RFC 7459 §6.4, and the variants that §4.1 allows
@pytest.mark.parametrize(
    ("written", "confidence"),
    [
        ("<con:confidence>67</con:confidence>", Confidence(67)),
        ('<con:confidence pdf="normal">67</con:confidence>', Confidence(67, "normal")),
        ('<con:confidence pdf="rectangular">95</con:confidence>', Confidence(95, "rectangular")),
        ('<con:confidence pdf="unknown">unknown</con:confidence>', Confidence(None)),
        ("<con:confidence>99.9</con:confidence>", Confidence(99.9)),
        ("", None),
    ],
)
def test_confidence_is_read_beside_its_shape(written: str, confidence: Confidence | None) -> None:
    document = read_pidf_lo(
        f"""<presence xmlns="urn:ietf:params:xml:ns:pidf" xmlns:dm="urn:ietf:params:xml:ns:pidf:data-model"
          xmlns:gp="urn:ietf:params:xml:ns:pidf:geopriv10" xmlns:gml="http://www.opengis.net/gml"
          xmlns:gs="http://www.opengis.net/pidflo/1.0" xmlns:con="urn:ietf:params:xml:ns:geopriv:conf"
          entity="pres:alice@example.com"><dm:device id="sg89ab"><gp:geopriv><gp:location-info>
          <gs:Circle srsName="urn:ogc:def:crs:EPSG::4326"><gml:pos>42.5463 -73.2512</gml:pos>
          <gs:radius uom="urn:ogc:def:uom:EPSG::9001">850.24</gs:radius></gs:Circle>{written}
          </gp:location-info><gp:usage-rules/></gp:geopriv>
          <dm:deviceID>mac:010203040506</dm:deviceID></dm:device></presence>""".encode()
    )
    (location,) = document.locations
    assert location.shape == Circle(Point(42.5463, -73.2512), 850.24)
    assert location.confidence == confidence
    assert document.defects == ()


@pytest.mark.parametrize(
    ("percent", "distribution"), [(67.0, "normal"), (0.1, "rectangular"), (99.9, "unknown"), (None, "unknown")]
)
def test_confidence_crosses(percent: float | None, distribution: Distribution) -> None:
    confidence = Confidence(percent, distribution)
    location = Location(shape=Circle(Point(1, 2), 3), confidence=confidence, device_id="mac:010203040506")
    (read,) = read_pidf_lo(write_pidf_lo(PidfLo("pres:alice@example.com", (location,)))).locations
    assert read.confidence == confidence


@pytest.mark.parametrize("percent", [0.0, 100.0, -5.0, 101.0, math.nan])
def test_nothing_is_quite_sure_or_quite_excluded(percent: float) -> None:
    location = Location(shape=Circle(Point(1, 2), 3), confidence=Confidence(percent), device_id="mac:010203040506")
    with pytest.raises(DocumentError):
        write_pidf_lo(PidfLo("pres:alice@example.com", (location,)))

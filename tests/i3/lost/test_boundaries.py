"""Boundaries on the wire: turned, closed, as long as they need to be."""

import random

import pytest
from lxml import etree
from tests.i3.lost.conftest import Validate

from callpoint.i3.civic import Civic
from callpoint.i3.lost import (
    MAX_RESPONSE_BYTES,
    Area,
    BoundaryValue,
    GetServiceBoundaryResponse,
    Ring,
    read_response,
    write_response,
)

GML = "{http://www.opengis.net/gml}"
SQUARE: Ring = ((44.0, -73.0), (44.0, -72.0), (45.0, -72.0), (45.0, -73.0), (44.0, -73.0))  # counter-clockwise
HOLE: Ring = ((44.4, -72.6), (44.6, -72.6), (44.6, -72.4), (44.4, -72.4), (44.4, -72.6))  # clockwise


def written(*areas: Area) -> bytes:
    return write_response(GetServiceBoundaryResponse(BoundaryValue(areas), ("lost.example",)))


def boundary_of(document: bytes) -> BoundaryValue:
    response = read_response(document)
    assert isinstance(response, GetServiceBoundaryResponse)
    return response.boundary


@pytest.mark.parametrize("exterior", [SQUARE, SQUARE[::-1]])
@pytest.mark.parametrize("interior", [HOLE, HOLE[::-1]])
def test_exteriors_run_counter_clockwise_and_interiors_clockwise(
    exterior: Ring, interior: Ring, valid: Validate
) -> None:
    document = written(Area(exterior, (interior,)))
    valid(document)
    (area,) = boundary_of(document).areas
    assert area == Area(SQUARE, (HOLE,))


def test_a_ring_across_the_180th_meridian_is_turned_as_it_lies() -> None:
    ring: Ring = ((51.0, 179.0), (51.0, -179.0), (52.0, -179.0), (52.0, 179.0), (51.0, 179.0))
    for exterior in (ring, ring[::-1]):
        assert boundary_of(written(Area(exterior))).areas == (Area(ring),)


def test_what_lies_inside_of_an_address_is_no_piece_of_its_own(valid: Validate) -> None:
    inner = '<x:x xmlns:x="urn:x"><ca:civicAddress xmlns:ca="urn:ietf:params:xml:ns:pidf:geopriv10:civicAddr"/></x:x>'
    civic = Civic(country="US", other=inner.replace("/></x:x>", "></ca:civicAddress></x:x>"))
    document = write_response(GetServiceBoundaryResponse(BoundaryValue(civics=(civic,)), ("lost.example",)))
    valid(document)
    assert boundary_of(document) == BoundaryValue(civics=(civic,))


def test_latitude_comes_first_in_the_flat_reference_system() -> None:
    (polygon,) = etree.fromstring(written(Area(SQUARE))).iter(f"{GML}Polygon")
    assert polygon.get("srsName") == "urn:ogc:def:crs:EPSG::4326"
    (positions,) = polygon.iter(f"{GML}posList")
    assert positions.text == "44 -73 44 -72 45 -72 45 -73 44 -73"


def test_pieces_are_polygons_of_one_boundary(valid: Validate) -> None:
    island: Ring = tuple((lat + 5, lon) for lat, lon in SQUARE)
    document = written(Area(SQUARE), Area(island))
    valid(document)
    root = etree.fromstring(document)
    assert len(root.findall("{urn:ietf:params:xml:ns:lost1}serviceBoundary")) == 1
    assert len(list(root.iter(f"{GML}Polygon"))) == 2


def test_a_centimetre_is_kept_and_no_more() -> None:
    ring: Ring = ((44.123456789, -72.0), (44.2, -71.9), (44.3, -72.1), (44.123456789, -72.0))
    (area,) = boundary_of(written(Area(ring))).areas
    assert area.exterior[0] == (44.1234568, -72.0)


@pytest.mark.parametrize("tiny", [1e-9, -1e-9])
def test_no_minus_before_zero(tiny: float) -> None:
    ring: Ring = ((tiny, tiny), (0.0, 1.0), (1.0, 1.0), (tiny, tiny))
    assert b"-0" not in written(Area(ring))


def test_a_coast_line_fits() -> None:
    """Twenty thousand positions, far above what a location may have, there and back."""
    chance = random.Random(5222)
    top = [(45 + chance.random() / 10, -73 + step / 20_000) for step in range(20_000)]
    rounded = [(round(lat, 7), round(lon, 7)) for lat, lon in top]
    ring = ((44.0, -73.0), (44.0, -72.0), *reversed(rounded), (44.0, -73.0))
    document = written(Area(ring))
    assert len(document) < MAX_RESPONSE_BYTES
    assert len(boundary_of(document).areas[0].exterior) == len(ring)


def test_positions_one_by_one_are_the_same_as_a_list() -> None:
    document = written(Area(SQUARE))
    numbers = ["44", "-73", "44", "-72", "45", "-72", "45", "-73", "44", "-73"]
    pairs = "".join(f"<gml:pos>{lat} {lon}</gml:pos>" for lat, lon in zip(numbers[::2], numbers[1::2], strict=True))
    listed = f"<gml:posList>{' '.join(numbers)}</gml:posList>"
    assert listed.encode() in document
    assert boundary_of(document.replace(listed.encode(), pairs.encode())) == boundary_of(document)


def test_an_open_ring_is_closed() -> None:
    document = written(Area(SQUARE)).replace(b" 44 -73</gml:posList>", b"</gml:posList>")
    assert boundary_of(document) == boundary_of(written(Area(SQUARE)))


def test_longitude_first_where_the_reference_system_says_so() -> None:
    turned = b"-73 44 -72 44 -72 45 -73 45 -73 44"
    document = written(Area(SQUARE)).replace(b"44 -73 44 -72 45 -72 45 -73 44 -73", turned)
    crs84 = document.replace(b"urn:ogc:def:crs:EPSG::4326", b"urn:ogc:def:crs:OGC:1.3:CRS84")
    assert boundary_of(crs84) == boundary_of(written(Area(SQUARE)))

"""The places and shapes RFC 5491 works out: read as it means them, and written as it prints them."""

import pytest
from lxml import etree

from callpoint.i3.civic import Civic
from callpoint.i3.errors import DocumentError
from callpoint.i3.location import Location, PidfLo
from callpoint.i3.pidf_lo import read_pidf_lo, write_pidf_lo
from callpoint.i3.shapes import (
    ArcBand,
    Circle,
    Ellipse,
    Ellipsoid,
    Point,
    Polygon,
    Prism,
    Shape,
    Sphere,
)

SPACES = (
    'xmlns="urn:ietf:params:xml:ns:pidf" xmlns:dm="urn:ietf:params:xml:ns:pidf:data-model" '
    'xmlns:gp="urn:ietf:params:xml:ns:pidf:geopriv10" xmlns:ca="urn:ietf:params:xml:ns:pidf:geopriv10:civicAddr" '
    'xmlns:gml="http://www.opengis.net/gml" xmlns:gs="http://www.opengis.net/pidflo/1.0"'
)
FLAT, SOLID = 'srsName="urn:ogc:def:crs:EPSG::4326"', 'srsName="urn:ogc:def:crs:EPSG::4979"'
METRE, DEGREE = 'uom="urn:ogc:def:uom:EPSG::9001"', 'uom="urn:ogc:def:uom:EPSG::9102"'


def device(info: str, method: str = "Wiremap") -> str:
    return f"""
      <dm:device id="pc"><gp:geopriv><gp:location-info>{info}</gp:location-info>
        <gp:usage-rules/><gp:method>{method}</gp:method></gp:geopriv>
        <dm:deviceID>mac:1234567890ab</dm:deviceID><dm:timestamp>2007-06-22T20:57:29Z</dm:timestamp></dm:device>"""


def presence(*content: str) -> bytes:
    return f'<presence {SPACES} entity="pres:mike@seattle.example.com">{"".join(content)}</presence>'.encode()


def ring(*corners: tuple[float, ...]) -> Polygon:
    return Polygon(tuple(Point(*corner) for corner in corners))


# RFC 5491 §5.2.2, the corners in the order that its erratum 1951 puts right
CORNERS = (
    (43.311, -73.422),
    (43.111, -73.322),
    (43.111, -73.222),
    (43.311, -73.122),
    (43.411, -73.222),
    (43.411, -73.322),
    (43.311, -73.422),
)
BASE = (
    (42.556844, -73.248157, 36.6),
    (42.656844, -73.248157, 36.6),
    (42.656844, -73.348157, 36.6),
    (42.556844, -73.348157, 36.6),
    (42.556844, -73.248157, 36.6),
)


def positions(corners: tuple[tuple[float, ...], ...]) -> str:
    return "".join(f"<gml:pos>{' '.join(map(str, corner))}</gml:pos>" for corner in corners)


def outline(content: str, system: str = FLAT) -> str:
    return f"""<gml:Polygon {system}><gml:exterior><gml:LinearRing>{content}</gml:LinearRing>
      </gml:exterior></gml:Polygon>"""


SHAPES: dict[str, tuple[str, Shape]] = {
    "5.2.1 Point": (f"<gml:Point {FLAT}><gml:pos>-34.407 150.883</gml:pos></gml:Point>", Point(-34.407, 150.883)),
    "5.2.1 Point with altitude": (
        f"<gml:Point {SOLID}><gml:pos>-34.407 150.883 24.8</gml:pos></gml:Point>",
        Point(-34.407, 150.883, 24.8),
    ),
    "5.2.2 Polygon": (outline(positions(CORNERS)), ring(*CORNERS)),
    "5.2.3 Circle": (
        f"<gs:Circle {FLAT}><gml:pos>42.5463 -73.2512</gml:pos><gs:radius {METRE}> 850.24 </gs:radius></gs:Circle>",
        Circle(Point(42.5463, -73.2512), 850.24),
    ),
    "5.2.4 Ellipse": (
        f"""<gs:Ellipse {FLAT}><gml:pos>42.5463 -73.2512</gml:pos>
          <gs:semiMajorAxis {METRE}> 1275 </gs:semiMajorAxis><gs:semiMinorAxis {METRE}> 670 </gs:semiMinorAxis>
          <gs:orientation {DEGREE}> 43.2 </gs:orientation></gs:Ellipse>""",
        Ellipse(Point(42.5463, -73.2512), 1275, 670, 43.2),
    ),
    "5.2.5 Arc band": (
        f"""<gs:ArcBand {FLAT}><gml:pos>-43.5723 153.21760</gml:pos>
          <gs:innerRadius {METRE}> 3594 </gs:innerRadius><gs:outerRadius {METRE}> 4148 </gs:outerRadius>
          <gs:startAngle {DEGREE}> 20 </gs:startAngle><gs:openingAngle {DEGREE}> 20 </gs:openingAngle></gs:ArcBand>""",
        ArcBand(Point(-43.5723, 153.2176), 3594, 4148, 20, 20),
    ),
    "5.2.6 Sphere": (
        f"<gs:Sphere {SOLID}><gml:pos>42.5463 -73.2512 26.3</gml:pos><gs:radius {METRE}>850.24</gs:radius></gs:Sphere>",
        Sphere(Point(42.5463, -73.2512, 26.3), 850.24),
    ),
    "5.2.7 Ellipsoid": (
        f"""<gs:Ellipsoid {SOLID}><gml:pos>42.5463 -73.2512 26.3</gml:pos>
          <gs:semiMajorAxis {METRE}> 7.7156 </gs:semiMajorAxis><gs:semiMinorAxis {METRE}> 3.31 </gs:semiMinorAxis>
          <gs:verticalAxis {METRE}> 28.7 </gs:verticalAxis><gs:orientation {DEGREE}> 90 </gs:orientation>
          </gs:Ellipsoid>""",
        Ellipsoid(Point(42.5463, -73.2512, 26.3), 7.7156, 3.31, 28.7, 90),
    ),
    "5.2.8 Prism": (
        f"""<gs:Prism {SOLID}><gs:base>{outline(positions(BASE), SOLID)}</gs:base>
          <gs:height {METRE}> 2.4 </gs:height></gs:Prism>""",
        Prism(ring(*BASE), 2.4),
    ),
}


def meaning(element: etree._Element) -> list[tuple[str, object, str]]:
    """Tags, reference systems, units and numbers in their order; blanks, prefixes and spellings of numbers aside."""
    rows: list[tuple[str, object, str]] = []
    for part in element.iter("*"):
        words = (part.text or "").split()
        numbers = tuple(float(word) for word in words)
        rows.append((str(part.tag), numbers, part.get("srsName", "") + part.get("uom", "")))
    return rows


def shape_element(document: bytes) -> etree._Element:
    info = etree.fromstring(document).find(".//{urn:ietf:params:xml:ns:pidf:geopriv10}location-info")
    assert info is not None
    return info[0]


@pytest.mark.parametrize(("printed", "shape"), SHAPES.values(), ids=SHAPES)
def test_a_shape_is_read_as_meant_and_written_as_printed(printed: str, shape: Shape) -> None:
    document = presence(device(printed))
    read = read_pidf_lo(document)
    assert read.defects == ()
    assert read.locations[0].shape == shape
    ours = shape_element(write_pidf_lo(read))
    printed_rows = [row for row in meaning(shape_element(document)) if row[0] != "{http://www.opengis.net/gml}Polygon"]
    assert [row for row in meaning(ours) if row[0] != "{http://www.opengis.net/gml}Polygon"] == printed_rows


def test_the_short_form_of_a_ring_is_the_same_ring() -> None:
    listed = " ".join(f"{lat} {lon}" for lat, lon in CORNERS)
    (location,) = read_pidf_lo(presence(device(outline(f"<gml:posList>{listed}</gml:posList>")))).locations
    assert location.shape == ring(*CORNERS)


def test_the_ring_as_first_printed_is_turned_round() -> None:
    (location,) = read_pidf_lo(presence(device(outline(positions(CORNERS[::-1]))))).locations
    assert location.shape == ring(*CORNERS)


@pytest.mark.parametrize(
    ("shape", "why"),
    [
        (ring(*CORNERS[:-1]), "closed"),
        (ring(*CORNERS[::-1]), "counter-clockwise"),
        (ring(*BASE[:-1], (42.556844, -73.248157, 40.0)), "closed"),
        (ring(BASE[0], (42.656844, -73.248157, 40.0), *BASE[2:]), "level"),
        (ring((0, 0), (0, 1), (0, 0)), "points"),
    ],
)
def test_the_restrictions_of_section_5_1_are_kept(shape: Shape, why: str) -> None:
    with pytest.raises(DocumentError, match=why):
        write_pidf_lo(PidfLo("pres:a@example.com", (Location(shape=shape, device_id="mac:1234567890ab"),)))


def test_3_1_one_address_in_one_device() -> None:
    civic = "".join(
        f"<ca:{name}>{text}</ca:{name}>"
        for name, text in {
            "country": "AU",
            "A1": "NSW",
            "A3": "     Wollongong\n    ",
            "A4": "North Wollongong\n    ",
            "RD": "Flinders",
            "STS": "Street",
            "RDBR": "Campbell Street",
            "LMK": "\n  Gilligan's Island\n   ",
            "LOC": "Corner",
            "NAM": " Video Rental Store ",
            "PC": "2500",
            "ROOM": " Westerns and Classics ",
            "PLC": "store",
            "POBOX": "Private Box 15",
        }.items()
    )
    (location,) = read_pidf_lo(
        presence(device(f'<ca:civicAddress xml:lang="en-AU">{civic}</ca:civicAddress>'))
    ).locations
    assert location.civic == Civic(
        country="AU",
        A1="NSW",
        A3="Wollongong",
        A4="North Wollongong",
        RD="Flinders",
        STS="Street",
        RDBR="Campbell Street",
        LMK="Gilligan's Island",
        LOC="Corner",
        NAM="Video Rental Store",
        PC="2500",
        ROOM="Westerns and Classics",
        PLC="store",
        POBOX="Private Box 15",
    )
    assert location.civic_language == "en-AU"
    assert (location.method, location.device_id) == ("Wiremap", "mac:1234567890ab")
    assert not location.retransmission_allowed  # empty rules allow nothing


def test_3_2_a_point_and_the_floor_above_it() -> None:
    # Rules 6, 7 and 8: one place told in two ways stands in one location-info, the coarser way first.
    printed = presence(
        device(
            f"<gml:Point {FLAT}><gml:pos>-43.5723 153.21760</gml:pos></gml:Point>"
            "<ca:civicAddress><ca:FLR>2</ca:FLR></ca:civicAddress>"
        )
    )
    document = read_pidf_lo(printed)
    (location,) = document.locations
    assert (location.shape, location.civic) == (Point(-43.5723, 153.2176), Civic(FLR="2"))
    written = etree.fromstring(write_pidf_lo(document))
    (info,) = written.iter("{urn:ietf:params:xml:ns:pidf:geopriv10}location-info")
    assert [etree.QName(element).localname for element in info] == ["Point", "civicAddress"]


def test_rule_8_a_street_is_coarser_than_the_point_of_its_door() -> None:
    location = Location(
        civic=Civic(country="US", A1="VT", A3="Montpelier", RD="State", STS="Street", HNO="115"),
        shape=Point(44.2601, -72.5754),
        device_id="mac:1234567890ab",
    )
    written = etree.fromstring(write_pidf_lo(PidfLo("pres:a@example.com", (location,))))
    (info,) = written.iter("{urn:ietf:params:xml:ns:pidf:geopriv10}location-info")
    assert [etree.QName(element).localname for element in info] == ["civicAddress", "Point"]


def test_3_4_a_device_in_the_park_and_its_owner_at_work() -> None:
    park = "<ca:civicAddress><ca:country>AU</ca:country><ca:A3>Wollongong</ca:A3></ca:civicAddress>"
    person = f"""<dm:person id="ness"><gp:geopriv><gp:location-info><gs:Circle {FLAT}>
      <gml:pos>-34.410649 150.87651</gml:pos><gs:radius {METRE}> 30 </gs:radius></gs:Circle></gp:location-info>
      <gp:usage-rules/><gp:method>Manual</gp:method></gp:geopriv>
      <dm:timestamp>2007-06-24T12:28:04Z</dm:timestamp></dm:person>"""
    document = read_pidf_lo(presence(device(park, "GPS"), person))
    assert [(place.subject, place.method) for place in document.locations] == [("device", "GPS"), ("person", "Manual")]
    assert document.locations[1].shape == Circle(Point(-34.410649, 150.87651), 30)
    assert document.locations[1].timestamp == "2007-06-24T12:28:04Z"
    assert read_pidf_lo(write_pidf_lo(document)) == document


def test_rule_9_the_first_of_several_places_stays_the_first() -> None:
    places = tuple(
        Location(civic=Civic(country="US", A3=name), device_id=f"mac:00000000000{number}")
        for number, name in enumerate(("San Francisco", "Sydney", "Seattle"))
    )
    document = read_pidf_lo(write_pidf_lo(PidfLo("pres:loraine@example.com", places)))
    assert [place.civic and place.civic.A3 for place in document.locations] == ["San Francisco", "Sydney", "Seattle"]

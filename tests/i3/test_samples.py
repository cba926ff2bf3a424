"""Every sample of real peers and of the RFCs is read, and says what its authors meant."""

from pathlib import Path

import pytest
from tests.i3.conftest import Validate

from callpoint.i3.civic import Civic
from callpoint.i3.errors import DocumentError
from callpoint.i3.pidf_lo import Confidence, Location, PidfLo, read_pidf_lo, write_pidf_lo
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

HEXAGON = Polygon(
    tuple(
        Point(lat, lon)
        for lat, lon in (
            (43.311, -73.422),
            (43.111, -73.322),
            (43.111, -73.222),
            (43.311, -73.122),
            (43.411, -73.222),
            (43.411, -73.322),
            (43.311, -73.422),
        )
    )
)
SQUARE = Polygon(
    tuple(
        Point(lat, lon, 36.6)
        for lat, lon in (
            (42.556844, -73.248157),
            (42.656844, -73.248157),
            (42.656844, -73.348157),
            (42.556844, -73.348157),
            (42.556844, -73.248157),
        )
    )
)
ALBANY = Point(42.5463, -73.2512)
SOLID = Point(42.5463, -73.2512, 26.3)

# File, then for each location: subject, shape, method, device, passing on allowed, timestamp.
Row = tuple[str, Shape | None, str, str, bool, str]
SHAPES: dict[str, list[Row]] = {
    "DeviceAndPerson": [
        ("device", None, "802.11", "mac:00-0d-4b-30-72-df", True, "2015-07-09T20:57:29Z"),
        ("person", Circle(Point(34.247493, -118.791885), 50), "802.11", "", True, ""),
    ],
    "DeviceCircleDynamic1": [("device", Circle(ALBANY, 100), "gps", "mac:1234567890ab", False, "2009-06-22T20:57:29Z")],
    "DeviceCircleLocation": [("device", Circle(Point(41.760537, -88.261914), 50), "802.11", "", True, "")],
    "DeviceCircleWithConfidence": [("device", Circle(Point(41.760537, -88.261914), 50), "802.11", "", True, "")],
    "DeviceCivicLocation": [("device", None, "802.11", "mac:00-0d-4b-30-72-df", True, "2015-07-09T20:57:29Z")],
    "DeviceDynamicOnly1": [("device", None, "gps", "mac:1234567890ab", False, "2009-06-22T20:57:29Z")],
    "DevicePointLocation": [("device", Point(41.772035, -88.473291), "802.11", "", True, "")],
    "PersonDeviceCivicCircleLocation": [
        ("device", None, "802.11", "mac:00-0d-4b-30-72-df", True, "2015-07-09T20:57:29Z"),
        ("person", Circle(Point(34.268544, -118.666519), 50), "802.11", "", True, ""),
    ],
    "RFC5491TupleArcBandLocation": [
        ("tuple", ArcBand(Point(-43.5723, 153.2176), 3594, 4148, 20, 20), "TA-NMR", "", False, "2007-06-22T20:57:29Z")
    ],
    "RFC5491TupleCircleLocation": [("tuple", Circle(ALBANY, 850.24), "OTDOA", "", False, "")],
    "RFC5491TupleCivicLocation": [("tuple", None, "", "", True, "2003-06-22T20:57:29Z")],
    "RFC5491TupleEllipseLocation": [
        ("tuple", Ellipse(ALBANY, 1275, 670, 43.2), "Device-Assisted_A-GPS", "", False, "2007-06-22T20:57:29Z")
    ],
    "RFC5491TupleEllipsoidLocation": [
        ("tuple", Ellipsoid(SOLID, 7.7156, 3.31, 28.7, 90), "Hybrid_A-GPS", "", False, "2007-06-22T20:57:29Z")
    ],
    "RFC5491TuplePointLocation": [
        ("tuple", Point(37.775, -(122 + 25 / 60 + 10 / 3600)), "", "", False, "2003-06-22T20:57:29Z")
    ],
    "RFC5491TuplePolygonCompactLocation": [("tuple", HEXAGON, "Wiremap", "", False, "2007-06-22T20:57:29Z")],
    "RFC5491TuplePolygonLocation": [("tuple", HEXAGON, "Wiremap", "", False, "2007-06-22T20:57:29Z")],
    "RFC5491TuplePrismLocation": [("tuple", Prism(SQUARE, 2.4), "Wiremap", "", False, "2007-06-22T20:57:29Z")],
    "RFC5491TupleSphereLocation": [("tuple", Sphere(SOLID, 850.24), "Device-Based_A-GPS", "", False, "")],
    "RFC6848CivicExtendedExample1": [("tuple", None, "", "", True, "2003-06-22T20:57:29Z")],
    "RFC6848Figure7Example": [("tuple", None, "", "", True, "2003-06-22T20:57:29Z")],
    "RFC6848Figure8Example": [("tuple", None, "", "", True, "2003-06-22T20:57:29Z")],
    "RFC6848Section3.4Example": [("tuple", None, "", "", True, "2003-06-22T20:57:29Z")],
}
SIMI = {"country": "US", "A1": "CA", "A3": "Simi Valley"}
CIVICS: dict[str, dict[str, str]] = {
    "DeviceAndPerson": SIMI | {"RD": "Stonebrook", "STS": "Street", "HNO": "311", "PC": "93065"},
    "DeviceCivicLocation": {"country": "US", "A1": "IL", "A2": "KANE", "A3": "AURORA", "PRD": "E", "RD": "NEW YORK"}
    | {"STS": "ST", "HNO": "2106", "PCN": "AURORA"},
    "PersonDeviceCivicCircleLocation": SIMI | {"RD": "Kay", "STS": "Ave", "HNO": "1657", "PC": "93063"},
    "RFC5491TupleCivicLocation": {"country": "US", "A1": "New York", "A3": "New York", "RD": "Broadway", "HNO": "123"}
    | {"LOC": "Suite 75", "PC": "10027-0401"},
    "RFC6848CivicExtendedExample1": {"country": "UK", "A1": "Devon", "A3": "Monkokehampton", "RD": "Deckport"}
    | {"STS": "Cross"},
    "RFC6848Figure7Example": {"country": "US", "A1": "CA", "A2": "Sacramento", "RD": "I5", "MP": "248"}
    | {"PN": "22-109-689"},
    "RFC6848Section3.4Example": {"country": "US", "A1": "CA"},
    "RFC6848Figure8Example": {"country": "US", "A1": "CA", "A2": "Sacramento", "RD": "Colorado", "HNO": "223"}
    | {"STP": "Boulevard", "HNP": "A"},
}


@pytest.fixture
def samples(shared_data: Path) -> Path:
    return shared_data / "protocols" / "pidf-samples"


def test_no_sample_is_forgotten(samples: Path) -> None:
    assert {path.stem for path in samples.glob("*.xml")} == {*SHAPES, "XMLFile1", "XMLFile2"}


@pytest.mark.parametrize("name", SHAPES)
def test_sample(samples: Path, name: str) -> None:
    document = read_pidf_lo((samples / f"{name}.xml").read_bytes())
    found = [
        (at.subject, at.shape, at.method, at.device_id, at.retransmission_allowed, at.timestamp)
        for at in document.locations
    ]
    assert found == SHAPES[name]
    assert document.defects == (() if document.entity else ("presence has no entity",))
    first = document.locations[0].civic
    fields = first.to_fields() if first else {}
    assert {**fields, "other": ""} == {**CIVICS.get(name, {}), "other": ""}


def test_what_else_the_samples_say(samples: Path) -> None:
    def read(name: str) -> PidfLo:
        return read_pidf_lo((samples / f"{name}.xml").read_bytes())

    assert read("DeviceCircleWithConfidence").locations[0].confidence == Confidence(95, "normal")
    assert read("DeviceCircleLocation").locations[0].retention_expiry == "2017-12-10T20:00:00Z"
    assert read("DeviceCircleDynamic1").entity == "pres:alice@example.com"
    assert "<dyn:speed>24</dyn:speed>" in read("DeviceDynamicOnly1").locations[0].other
    assert read("RFC6848CivicExtendedExample1").locations[0].civic_language == "en-GB"
    assert read("RFC5491TupleCivicLocation").locations[0].id == "sg89ae"


@pytest.mark.parametrize("name", ["XMLFile1", "XMLFile2"])
def test_empty_files_are_refused(samples: Path, name: str) -> None:
    with pytest.raises(DocumentError, match="not well-formed"):
        read_pidf_lo((samples / f"{name}.xml").read_bytes())


@pytest.mark.parametrize("name", SHAPES)
def test_what_is_read_can_be_sent_on(samples: Path, validate: Validate, name: str) -> None:
    document = read_pidf_lo((samples / f"{name}.xml").read_bytes())
    locations = tuple(_with_device(at) for at in document.locations if at.civic is None or at.civic.country != "UK")
    if locations:
        ours = PidfLo(document.entity or "pres:unknown@example.com", locations, document.other)
        written = write_pidf_lo(ours)
        validate(written)
        assert read_pidf_lo(written) == ours


def _with_device(location: Location) -> Location:
    if location.subject == "device" and not location.device_id:
        return Location(civic=location.civic, shape=location.shape, device_id="urn:uuid:1", other=location.other)
    return location


def test_lamp_post_and_gate(samples: Path) -> None:
    """RFC 6848 §3.4: elements of two foreign name spaces in one address."""
    document = read_pidf_lo((samples / "RFC6848Section3.4Example.xml").read_bytes())
    civic = document.locations[0].civic
    assert civic is not None
    assert Civic.from_fields(civic.to_fields()) == civic
    post = 'xmlns:post="http://postsoftheworld.example.com/ns"'
    ap = 'xmlns:ap="http://example.com/airport/5.0"'
    assert civic.other == (
        f"<post:lamp {post}>2471</post:lamp><post:pylon {post}>AQ-374-4(c)</post:pylon>"
        f"<ap:airport {ap}>LAX</ap:airport><ap:terminal {ap}>Tom Bradley</ap:terminal>"
        f"<ap:concourse {ap}>G</ap:concourse><ap:gate {ap}>36B</ap:gate>"
    )

"""PIDF-LO: written by the schema, read as it was written."""

import re
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from tests.i3.conftest import Validate
from tests.i3.strategies import pidf_los

from callpoint.i3.additional_data import DataReference, ProvidedBy
from callpoint.i3.civic import Civic
from callpoint.i3.errors import DocumentError
from callpoint.i3.pidf_lo import Confidence, Location, PidfLo, read_pidf_lo, write_pidf_lo
from callpoint.i3.shapes import Circle, Point, Polygon

ENTITY = "pres:+18025550142@corp.example"
STATE_STREET = Civic(country="US", A1="VT", A3="Montpelier", HNO="115", RD="State", STS="Street", PC="05633")
DESK = Location(civic=STATE_STREET, method="Manual", timestamp="2026-11-23T02:00:00Z", device_id="urn:uuid:1")


def order(document: bytes) -> list[str]:
    """Local names of all elements, in document order."""
    return re.findall(r"<(?:\w+:)?([\w-]+)", document.decode().partition("?>")[2])


@given(pidf_los())
@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow])
def test_read_what_was_written(validate: Validate, document: PidfLo) -> None:
    written = write_pidf_lo(document)
    validate(written)
    again = read_pidf_lo(written)
    assert again == document
    assert again.defects == ()
    assert write_pidf_lo(again) == written


def test_order_of_the_elements(validate: Validate) -> None:
    full = replace(
        DESK,
        shape=Point(44.26, -72.57),
        confidence=Confidence(95.0, "normal"),
        provided_by=ProvidedBy((DataReference("EmergencyCallData.ProviderInfo", "cid:prov@corp.example"),)),
        retention_expiry="2026-11-24T02:00:00Z",
    )
    written = write_pidf_lo(PidfLo(ENTITY, (full,)))
    validate(written)
    assert order(written) == [
        *("presence", "device", "geopriv", "location-info"),
        *("civicAddress", "country", "A1", "A3", "RD", "STS", "HNO", "PC", "Point", "pos", "confidence"),
        *("usage-rules", "retransmission-allowed", "retention-expiry", "method"),
        *("provided-by", "EmergencyCallDataReference", "deviceID", "timestamp"),
    ]
    assert b"retransmission-allowed>true<" in written


def test_the_coarser_place_comes_first() -> None:
    street = replace(DESK, shape=Point(44.26, -72.57))
    room = replace(street, civic=replace(STATE_STREET, ROOM="212"))
    names = order(write_pidf_lo(PidfLo(ENTITY, (street,))))
    assert names.index("civicAddress") < names.index("Point")
    names = order(write_pidf_lo(PidfLo(ENTITY, (room,))))
    assert names.index("Point") < names.index("civicAddress")


def test_handles_are_unique_names(validate: Validate) -> None:
    wanted = ("12345", "", "here", "here", "loc1")
    written = write_pidf_lo(PidfLo(ENTITY, tuple(replace(DESK, id=handle) for handle in wanted)))
    validate(written)
    handles = [location.id for location in read_pidf_lo(written).locations]
    assert handles[2] == "here"
    assert len(set(handles)) == 5


def test_tuples_come_first_as_the_schema_has_it(validate: Validate) -> None:
    old = Location(civic=STATE_STREET, subject="tuple")
    written = write_pidf_lo(PidfLo(ENTITY, (DESK, old)))
    validate(written)
    assert read_pidf_lo(written).locations == (old, DESK)


@pytest.mark.parametrize(
    "document",
    [
        PidfLo("", (DESK,)),
        PidfLo("sip:a@b", (DESK,)),
        PidfLo("pres:a b", (DESK,)),
        PidfLo("pres:a\x00b", (DESK,)),
        PidfLo(ENTITY, ()),
        PidfLo(ENTITY, (replace(DESK, device_id=""),)),
        PidfLo(ENTITY, (replace(DESK, device_id="no uri"),)),
        PidfLo(ENTITY, (replace(DESK, method="by hand"),)),
        PidfLo(ENTITY, (replace(DESK, timestamp="2026-11-23T02:00:00"),)),
        PidfLo(ENTITY, (replace(DESK, timestamp="2026-02-30T02:00:00Z"),)),
        PidfLo(ENTITY, (replace(DESK, retention_expiry="tomorrow"),)),
        PidfLo(ENTITY, (replace(DESK, civic_language="in English"),)),
        PidfLo(ENTITY, (replace(DESK, civic=Civic(country="usa")),)),
        PidfLo(ENTITY, (replace(DESK, civic=Civic(RD=" State")),)),
        PidfLo(ENTITY, (replace(DESK, civic=Civic(RD="\x07")),)),
        PidfLo(ENTITY, (replace(DESK, civic=Civic(other="<a>")),)),
        PidfLo(ENTITY, (replace(DESK, other="<no-name-space/>"),)),
        PidfLo(ENTITY, (replace(DESK, other="</gp:x>"),)),
        PidfLo(ENTITY, (replace(DESK, shape=Point(91, 0)),)),
        PidfLo(ENTITY, (replace(DESK, shape=Point(float("nan"), 0)),)),
        PidfLo(ENTITY, (replace(DESK, shape=Circle(Point(1, 2, 3), 4)),)),
        PidfLo(ENTITY, (replace(DESK, shape=Polygon((Point(0, 0), Point(1, 0), Point(1, 1), Point(0, 0)))),)),
        PidfLo(ENTITY, (replace(DESK, confidence=Confidence(100)),)),
        PidfLo(ENTITY, (replace(DESK, confidence=Confidence(float("nan"))),)),
        PidfLo(ENTITY, (replace(DESK, confidence=Confidence(5, "odd")),)),  # type: ignore[arg-type]
        PidfLo(ENTITY, (replace(DESK, provided_by=ProvidedBy()),)),
        PidfLo(ENTITY, (replace(DESK, provided_by=ProvidedBy((DataReference("", "cid:a"),))),)),
        PidfLo(ENTITY, (replace(DESK, provided_by=ProvidedBy((DataReference("x", "no uri"),))),)),
    ],
)
def test_the_writer_refuses(document: PidfLo) -> None:
    with pytest.raises(DocumentError):
        write_pidf_lo(document)


def test_the_schemas_really_judge(validate: Validate) -> None:
    written = write_pidf_lo(PidfLo(ENTITY, (DESK,)))
    validate(written)
    for old, new in [
        (f' entity="{ENTITY}"'.encode(), b""),
        (b"<ca:country>US</ca:country>", b""),
        (b">true<", b">yes<"),
        (b"</gp:method>", b"</gp:method><gp:method/>"),
        (b"2026-11-23T", b"2026-13-23T"),
    ]:
        spoiled = written.replace(old, new)
        assert spoiled != written
        if old.startswith(b"<ca:country>"):
            spoiled = spoiled.replace(b"</ca:civicAddress>", old + b"</ca:civicAddress>")
        with pytest.raises(AssertionError):
            validate(spoiled)

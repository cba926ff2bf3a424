"""PIDF-LO documents of others, put into a question whole, and shapes of every kind."""

import re
from pathlib import Path

import pytest
from lxml import etree
from tests.i3.lost.conftest import Validate

from callpoint.i3.errors import DocumentError
from callpoint.i3.lost import FindService, RequestLocation, read_request, write_request
from callpoint.i3.pidf_lo import read_pidf_lo

LOST = "urn:ietf:params:xml:ns:lost1"
KINDS = ("Point", "Polygon", "Circle", "Ellipse", "ArcBand", "Sphere", "Ellipsoid", "Prism")


@pytest.fixture(scope="module")
def samples(shared_data: Path) -> dict[str, bytes]:
    """Location documents by file name, those our own PIDF-LO reader finds a place in."""
    found = {}
    for path in sorted((shared_data / "protocols" / "pidf-samples").glob("*.xml")):
        body = path.read_bytes()
        try:
            document = read_pidf_lo(body)
        except DocumentError:
            continue
        if any(location.civic or location.shape for location in document.locations):
            found[path.name] = body
    assert len(found) > 10
    return found


def question(pidf: bytes, profile: str) -> RequestLocation:
    """What a LoST server sees of a PIDF-LO that somebody put into location as it is."""
    inside = re.sub(rb"^\s*<\?xml[^>]*\?>", b"", pidf.lstrip(b"\xef\xbb\xbf"))
    head = f'<findService xmlns="{LOST}"><location id="a" profile="{profile}">'.encode()
    request = read_request(head + inside + b"</location><service>urn:service:sos</service></findService>")
    assert isinstance(request, FindService)
    return request.locations[0]


@pytest.mark.parametrize("profile", ["civic", "geodetic-2d"])
def test_the_same_place_is_seen_as_in_a_call(samples: dict[str, bytes], profile: str) -> None:
    for name, body in samples.items():
        locations = read_pidf_lo(body).locations
        seen = question(body, profile)
        assert seen.understood, name
        if seen.civic is not None:
            assert seen.civic in [location.civic for location in locations], name
        else:
            assert seen.shape in [location.shape for location in locations], name


def test_the_profile_chooses_where_both_are_there(samples: dict[str, bytes]) -> None:
    both = samples["PersonDeviceCivicCircleLocation.xml"]
    assert question(both, "civic").civic is not None
    assert question(both, "geodetic-2d").shape is not None


def test_every_place_can_be_asked_for(samples: dict[str, bytes], valid: Validate) -> None:
    kinds = set()
    for name, body in samples.items():
        for location in read_pidf_lo(body).locations:
            for place in (RequestLocation("c", civic=location.civic), RequestLocation("g", shape=location.shape)):
                if place.understood:
                    document = write_request(FindService((place,), "urn:service:sos"))
                    valid(document)
                    kinds |= {etree.QName(element).localname for element in etree.fromstring(document).iter()}
                    again = read_request(document)
                    assert isinstance(again, FindService)
                    assert again.locations[0].understood, name
    assert {"civicAddress", "Point", "Polygon", "Circle", "Ellipse", "ArcBand"} <= kinds
    assert not kinds & {"Sphere", "Ellipsoid", "Prism"}  # these have a height, which geodetic-2d leaves out

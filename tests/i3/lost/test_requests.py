"""Questions as clients send them, well and badly made."""

import pytest

from callpoint.i3.civic import Civic
from callpoint.i3.lost import (
    FindService,
    GetServiceBoundary,
    ListServices,
    ListServicesByLocation,
    LostDocumentError,
    Problem,
    RequestLocation,
    location_problem,
    location_used,
    read_request,
)
from callpoint.i3.lost.request_reader import MAX_LOCATIONS, MAX_REQUEST_BYTES
from callpoint.i3.shapes import Circle, Point, Polygon

SPACES = (
    'xmlns="urn:ietf:params:xml:ns:lost1" xmlns:gml="http://www.opengis.net/gml" '
    'xmlns:gs="http://www.opengis.net/pidflo/1.0" xmlns:ca="urn:ietf:params:xml:ns:pidf:geopriv10:civicAddr"'
)
POINT = '<gml:Point srsName="urn:ogc:def:crs:EPSG::4326"><gml:pos>44.26 -72.57</gml:pos></gml:Point>'
CIVIC = "<ca:civicAddress><ca:country>US</ca:country><ca:A1>VT</ca:A1><ca:RD>State</ca:RD></ca:civicAddress>"
STATE = Civic(country="US", A1="VT", RD="State")
MONTPELIER = Point(44.26, -72.57)


def find_service(inside: str, attributes: str = "") -> FindService:
    request = read_request(f"<findService {SPACES} {attributes}>{inside}</findService>".encode())
    assert isinstance(request, FindService)
    return request


def location(inside: str, attributes: str = 'id="a" profile="geodetic-2d"') -> RequestLocation:
    (only,) = find_service(f"<location {attributes}>{inside}</location>").locations
    return only


def error_of(body: str | bytes) -> str:
    with pytest.raises(LostDocumentError) as refused:
        read_request(body.encode() if isinstance(body, str) else body)
    return refused.value.kind


def test_a_question_with_everything() -> None:
    request = find_service(
        f'<location id="1" profile="geodetic-2d">{POINT}</location>'
        f'<location id="2" profile="civic">{CIVIC}</location>'
        '<service>urn:service:sos.police</service><path><via source="a.example"/><via source="b.example"/></path>'
        '<asOf xmlns="urn:ietf:params:xml:ns:lostPlannedChange1">2030-01-01T00:00:00Z</asOf>',
        'serviceBoundary="value" recursive="true" validateLocation="true"',
    )
    assert request == FindService(
        (RequestLocation("1", "geodetic-2d", shape=MONTPELIER), RequestLocation("2", "civic", civic=STATE)),
        "urn:service:sos.police",
        validate_location=True,
        service_boundary="value",
        recursive=True,
        path=("a.example", "b.example"),
        as_of="2030-01-01T00:00:00Z",
    )


def test_what_is_not_said_has_the_default_of_the_standard() -> None:
    request = find_service(f'<location id="1" profile="civic">{CIVIC}</location>')
    assert (request.service, request.path, request.as_of) == ("", (), "")
    assert (request.validate_location, request.service_boundary, request.recursive) == (False, "reference", False)
    listing = read_request(
        f'<listServicesByLocation {SPACES}><location id="1" profile="civic">{CIVIC}</location>'
        "</listServicesByLocation>".encode()
    )
    assert isinstance(listing, ListServicesByLocation)
    assert listing.recursive is True


def test_the_other_questions() -> None:
    assert read_request(f'<getServiceBoundary {SPACES} key="7F 1"/>'.encode()) == GetServiceBoundary("7F 1")
    assert read_request(f"<listServices {SPACES}/>".encode()) == ListServices()
    body = (
        f'<listServices {SPACES}><path><via source="a.b"/></path><service> urn:service:sos\n</service></listServices>'
    )
    assert read_request(body.encode()) == ListServices("urn:service:sos", ("a.b",))
    body = (
        f'<listServicesByLocation {SPACES} recursive="false"><location id="1" profile="civic">{CIVIC}</location>'
        "<service>urn:service</service></listServicesByLocation>"
    )
    assert read_request(body.encode()) == ListServicesByLocation(
        (RequestLocation("1", "civic", civic=STATE),), "urn:service", recursive=False
    )


@pytest.mark.parametrize("yes", ["true", "1", " TRUE ", "yes"])
def test_a_boolean_in_any_spelling(yes: str) -> None:
    inside = f'<location id="1" profile="civic">{CIVIC}</location>'
    assert find_service(inside, f'recursive="{yes}"').recursive is True
    assert find_service(inside, 'recursive="false"').recursive is False
    assert find_service(inside, 'recursive="maybe"').recursive is False


@pytest.mark.parametrize(
    "body",
    [
        # another prefix for LoST, and address elements under the default name space
        '<l:findService xmlns:l="urn:ietf:params:xml:ns:lost1"><l:location l:id="a" id="a" profile="civic">'
        '<civicAddress xmlns="urn:ietf:params:xml:ns:pidf:geopriv10:civicAddr"><country>US</country><A1>VT</A1>'
        "<RD>State</RD></civicAddress></l:location><l:service>urn:service:sos</l:service></l:findService>",
        # no name space at all
        '<findService><location id="a" profile="civic"><civicAddress><country>US</country><A1>VT</A1><RD>State</RD>'
        "</civicAddress></location><service>urn:service:sos</service></findService>",
        # service first, white space everywhere, strange elements and attributes
        f'\n <findService {SPACES} xmlns:x="urn:x" x:hint="1" colour="red"><service>\n\turn:service:sos </service>'
        f'<x:more><x:location/></x:more><location  id=" a " profile=" Civic ">\n{CIVIC} <x:note>n</x:note></location>'
        "</findService>",
    ],
)
def test_loosely_written(body: str) -> None:
    assert read_request(body.encode()) == FindService(
        (RequestLocation("a", "civic", civic=STATE),), service="urn:service:sos"
    )


def test_a_whole_pidf_lo_inside() -> None:
    wrapped = (
        '<presence xmlns="urn:ietf:params:xml:ns:pidf" xmlns:gp="urn:ietf:params:xml:ns:pidf:geopriv10" '
        'entity="pres:a@b"><tuple id="t"><status><gp:geopriv><gp:location-info>'
        f"{POINT}{CIVIC}</gp:location-info></gp:geopriv></status></tuple></presence>"
    )
    assert location(wrapped).shape == MONTPELIER
    assert location(wrapped, 'id="a" profile="civic"').civic == STATE


@pytest.mark.parametrize(("inside", "profile"), [(POINT, "geodetic-2d"), (CIVIC, "civic")])
def test_a_profile_that_is_missing_or_the_wrong_one(inside: str, profile: str) -> None:
    assert location(inside, 'id="a"').profile == profile
    assert location(inside, 'id="a"').understood
    other = "civic" if profile == "geodetic-2d" else "geodetic-2d"
    assert location(inside, f'id="a" profile="{other}"').understood


def test_shapes_with_and_without_a_reference_system() -> None:
    assert location("<gml:Point><gml:pos>44.26 -72.57</gml:pos></gml:Point>").shape == MONTPELIER
    circle = "<gs:Circle><gml:pos>44.26 -72.57</gml:pos><gs:radius>30</gs:radius></gs:Circle>"
    assert location(circle).shape == Circle(MONTPELIER, 30.0)
    ring = "0 0 0 1 1 1 1 0 0 0"
    area = f"<gml:exterior><gml:LinearRing><gml:posList>{ring}</gml:posList></gml:LinearRing></gml:exterior>"
    polygon = location(f"<gml:Polygon>{area}</gml:Polygon>").shape
    assert isinstance(polygon, Polygon)
    assert len(polygon.points) == 5


@pytest.mark.parametrize(
    ("inside", "kind"),
    [
        ('<gml:Point srsName="urn:ogc:def:crs:EPSG::3857"><gml:pos>1 1</gml:pos></gml:Point>', "SRSInvalid"),
        ("<gml:Point><gml:pos>91 181</gml:pos></gml:Point>", "locationInvalid"),
        ("<gml:Point><gml:pos>here</gml:pos></gml:Point>", "locationInvalid"),
        ("<gml:Point/>", "locationInvalid"),
        ("<ca:civicAddress/>", "locationInvalid"),
        ('<ca:civicAddress><x xmlns="urn:x">1</x></ca:civicAddress>', "locationInvalid"),
        ("", "locationInvalid"),
        ("somewhere", "locationInvalid"),
    ],
)
def test_a_location_that_cannot_be_read_says_why(inside: str, kind: str) -> None:
    found = location(inside)
    assert not found.understood
    assert found.fault is not None
    assert found.fault.kind == kind
    assert found.fault.message.endswith(".")
    assert location_problem((found,)) == found.fault


def test_the_first_readable_location_is_used() -> None:
    strange = '<location id="1" profile="civic-eu"><x xmlns="urn:x"/></location>'
    broken = '<location id="2" profile="geodetic-2d"><gml:Point/></location>'
    good = (
        f'<location id="3" profile="geodetic-2d">{POINT}</location><location id="4" profile="civic">{CIVIC}</location>'
    )
    used = location_used(find_service(strange + broken + good).locations)
    assert used is not None
    assert used.id == "3"
    assert location_used(find_service(strange + broken).locations) is None
    assert location_problem(find_service(strange + broken).locations).kind == "locationInvalid"


def test_profiles_nobody_knows_are_named() -> None:
    strange = '<location id="1" profile="civic-eu"/><location id="2" profile="3d"/><location id="3" profile="3d"/>'
    problem = location_problem(find_service(strange).locations)
    assert isinstance(problem, Problem)
    assert problem.kind == "locationProfileUnrecognized"
    assert problem.unsupported_profiles == ("civic-eu", "3d")


@pytest.mark.parametrize(
    "body",
    [
        "",
        "hello",
        "<findService",
        "<html/>",
        "<findService><location><ca:civicAddress/></location></findService>",  # a prefix nobody declared
        f"<findService {SPACES}/>",
        f"<findServiceResponse {SPACES}/>",
        f"<getServiceBoundary {SPACES}/>",
        f"<listServicesByLocation {SPACES}/>",
        f"<findService {SPACES.replace('lost1', 'lost2')}><location>{CIVIC}</location></findService>",
        f"<findService {SPACES}>" + '<location profile="civic"/>' * (MAX_LOCATIONS + 1) + "</findService>",
        f"<findService {SPACES}>{' ' * MAX_REQUEST_BYTES}</findService>",
    ],
)
def test_a_question_that_is_none_is_a_bad_request(body: str) -> None:
    assert error_of(body) == "badRequest"


def test_a_date_without_a_zone_is_taken_as_utc_and_nonsense_is_left_out() -> None:
    place = f'<location id="1" profile="civic">{CIVIC}</location>'
    as_of = '<asOf xmlns="urn:ietf:params:xml:ns:lostPlannedChange1">{}</asOf>'
    assert find_service(place + as_of.format("2030-01-01T00:00:00")).as_of == "2030-01-01T00:00:00Z"
    assert find_service(place + as_of.format("soon")).as_of == ""


def test_steps_of_the_path_without_a_source_are_left_out() -> None:
    place = f'<location id="1" profile="civic">{CIVIC}</location>'
    assert find_service(f'{place}<path><via/><via source="a.b"/><x/></path>').path == ("a.b",)

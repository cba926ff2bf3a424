"""Answers as servers give them, well and badly made."""

import pytest

from callpoint.i3.civic import Civic
from callpoint.i3.lost import (
    NO_CACHE,
    NO_EXPIRATION,
    Area,
    BoundaryReference,
    BoundaryValue,
    DisplayName,
    Errors,
    FindServiceResponse,
    GetServiceBoundaryResponse,
    ListServicesByLocationResponse,
    ListServicesResponse,
    LocationValidation,
    LostDocumentError,
    Mapping,
    Problem,
    Redirect,
    Warnings,
    read_response,
)

SPACES = (
    'xmlns="urn:ietf:params:xml:ns:lost1" xmlns:gml="http://www.opengis.net/gml" '
    'xmlns:ca="urn:ietf:params:xml:ns:pidf:geopriv10:civicAddr"'
)
ATTRIBUTES = 'expires="2030-01-01T00:00:00Z" lastUpdated="2026-01-01T00:00:00Z" source="lost.example" sourceId="p1"'
TRIANGLE = ((0.0, 0.0), (0.0, 1.0), (1.0, 1.0), (0.0, 0.0))
RING = "<gml:LinearRing><gml:posList>0 0 0 1 1 1 0 0</gml:posList></gml:LinearRing>"
HOLE = (
    "<gml:LinearRing>"
    + "".join(f"<gml:pos>{at}</gml:pos>" for at in ("0.2 0.3", "0.4 0.4", "0.3 0.4"))
    + "</gml:LinearRing>"
)


def found(inside: str, behind: str = "", attributes: str = ATTRIBUTES) -> FindServiceResponse:
    body = f"<findServiceResponse {SPACES}><mapping {attributes}>{inside}</mapping>{behind}</findServiceResponse>"
    response = read_response(body.encode())
    assert isinstance(response, FindServiceResponse)
    return response


def mapping(inside: str, attributes: str = ATTRIBUTES) -> Mapping:
    (only,) = found(inside, attributes=attributes).mappings
    return only


def test_an_answer_with_everything() -> None:
    inside = (
        '<displayName xml:lang="en">Barre Police</displayName><displayName xml:lang="fr">Police de Barre</displayName>'
        '<service>urn:service:sos.police</service><serviceBoundaryReference source="lost.example" key="K1"/>'
        "<uri>sip:barre@psap.example</uri><uri>xmpp:barre@psap.example</uri><serviceNumber>911</serviceNumber>"
    )
    behind = (
        "<locationValidation><valid>ca:country ca:A1</valid><invalid>ca:PC</invalid><unchecked>ca:HNO</unchecked>"
        "</locationValidation>"
        '<warnings source="lost.example"><serviceSubstitution message="The PSAP answers." xml:lang="en"/></warnings>'
        '<path><via source="resolver.example"/><via source="lost.example"/></path><locationUsed id="1"/>'
    )
    assert found(inside, behind) == FindServiceResponse(
        (
            Mapping(
                "lost.example",
                "p1",
                "2026-01-01T00:00:00Z",
                "2030-01-01T00:00:00Z",
                "urn:service:sos.police",
                ("sip:barre@psap.example", "xmpp:barre@psap.example"),
                (DisplayName("Barre Police", "en"), DisplayName("Police de Barre", "fr")),
                "911",
                BoundaryReference("lost.example", "K1"),
            ),
        ),
        ("resolver.example", "lost.example"),
        LocationValidation(("country", "A1"), ("PC",), ("HNO",)),
        (Warnings("lost.example", (Problem("serviceSubstitution", "The PSAP answers.", "en"),)),),
        "1",
    )


@pytest.mark.parametrize(
    ("text", "expires"),
    [
        ("NO-CACHE", NO_CACHE),
        ("no-expiration", NO_EXPIRATION),
        ("2030-01-01T00:00:00", "2030-01-01T00:00:00Z"),
        ("2030-01-01T00:00:00-05:00", "2030-01-01T00:00:00-05:00"),
        ("2030-02-30T00:00:00Z", NO_CACHE),
        ("", NO_CACHE),
    ],
)
def test_until_when_it_holds(text: str, expires: str) -> None:
    assert mapping("", f'expires="{text}"').expires == expires


def test_a_mapping_that_tells_little() -> None:
    assert mapping("", "") == Mapping("", "", "", NO_CACHE)
    inside = "<uri> sip:a@\n b </uri><uri/><serviceNumber>112 or 911</serviceNumber><displayName/>"
    assert mapping(inside) == Mapping(
        "lost.example", "p1", "2026-01-01T00:00:00Z", "2030-01-01T00:00:00Z", uris=("sip:a@b",)
    )


def boundary(inside: str) -> object:
    return mapping(f'<serviceBoundary profile="geodetic-2d">{inside}</serviceBoundary>').boundary


def test_a_boundary_of_pieces_and_holes() -> None:
    outer, inner = f"<gml:exterior>{RING}</gml:exterior>", f"<gml:interior>{HOLE}</gml:interior>"
    hole = ((0.2, 0.3), (0.4, 0.4), (0.3, 0.4), (0.2, 0.3))
    piece, whole = Area(TRIANGLE, (hole,)), Area(TRIANGLE)
    assert boundary(f"<gml:Polygon>{outer}{inner}</gml:Polygon>") == BoundaryValue((piece,))
    many = f"<gml:Polygon>{outer}{inner}</gml:Polygon><gml:Polygon>{outer}</gml:Polygon>"
    assert boundary(many) == BoundaryValue((piece, whole))
    member = f"<gml:surfaceMember><gml:Polygon>{outer}</gml:Polygon></gml:surfaceMember>"
    assert boundary(f"<gml:MultiSurface>{member}{member}</gml:MultiSurface>") == BoundaryValue((whole, whole))
    old = f"<gml:outerBoundaryIs>{RING}</gml:outerBoundaryIs><gml:innerBoundaryIs>{HOLE}</gml:innerBoundaryIs>"
    assert boundary(f'<gml:Polygon srsName="EPSG:4326">{old}</gml:Polygon>') == BoundaryValue((piece,))


def test_a_boundary_of_addresses() -> None:
    address = "<ca:civicAddress><ca:country>US</ca:country><ca:A1>VT</ca:A1></ca:civicAddress>"
    assert boundary(address * 2) == BoundaryValue(civics=(Civic(country="US", A1="VT"),) * 2)


@pytest.mark.parametrize(
    "inside",
    [
        "",
        "<gml:Polygon/>",
        "<gml:Polygon><gml:exterior/></gml:Polygon>",
        "<gml:Polygon><gml:exterior><gml:LinearRing/></gml:exterior></gml:Polygon>",
        f'<gml:Polygon srsName="EPSG:3857"><gml:exterior>{RING}</gml:exterior></gml:Polygon>',
        f"<gml:Polygon><gml:exterior>{RING.replace('1 1', '1 181')}</gml:exterior></gml:Polygon>",
        f"<gml:Polygon><gml:exterior>{RING.replace('1 1 0 0', '')}</gml:exterior></gml:Polygon>",
        # one good piece and a broken one: half a boundary would be a wrong one
        f"<gml:Polygon><gml:exterior>{RING}</gml:exterior></gml:Polygon><gml:Polygon/>",
    ],
)
def test_a_boundary_that_cannot_be_read_is_none(inside: str) -> None:
    assert boundary(inside) is None


def test_a_reference_without_a_key_is_none() -> None:
    assert mapping('<serviceBoundaryReference source="lost.example"/>').boundary is None


def validation(inside: str, spaces: str = "") -> LocationValidation | None:
    return found("", f"<locationValidation {spaces}>{inside}</locationValidation>").validation


@pytest.mark.parametrize(
    "inside",
    [
        "<valid>ca:country  ca:RD\n cae:STP</valid>",
        "<valid>country RD STP</valid>",
        "<valid>undeclared:country undeclared:rd undeclared:stp</valid>",
        '<valid xmlns:x="urn:ietf:params:xml:ns:pidf:geopriv10:civicAddr">x:country x:RD x:STP ca:RD</valid>',
    ],
)
def test_names_of_elements_in_any_spelling(inside: str) -> None:
    spaces = 'xmlns:cae="urn:ietf:params:xml:ns:pidf:geopriv10:civicAddr:ext"'
    assert validation(inside, spaces) == LocationValidation(valid=("country", "RD", "STP"))


def test_names_of_other_name_spaces_keep_them() -> None:
    assert validation("<valid>n:Site n:A1 ca:What</valid>", 'xmlns:n="urn:n"') == LocationValidation(
        valid=("{urn:n}Site", "{urn:n}A1", "{urn:ietf:params:xml:ns:pidf:geopriv10:civicAddr}What")
    )


def test_when_to_validate_again() -> None:
    planned = (
        '<revalidateAfter xmlns="urn:ietf:params:xml:ns:lostPlannedChange1">2030-06-01T00:00:00Z</revalidateAfter>'
    )
    assert validation(planned) == LocationValidation(revalidate_after="2030-06-01T00:00:00Z")
    beside = found("", f"<locationValidation/>{planned}").validation
    assert beside == LocationValidation(revalidate_after="2030-06-01T00:00:00Z")


def test_errors_and_redirects_are_answers() -> None:
    inside = '<loop message="Seen." xml:lang="en"/><forbidden/><x xmlns="urn:x"/>'
    body = f'<errors {SPACES} source="a.example">{inside}</errors>'
    errors = read_response(body.encode())
    assert errors == Errors("a.example", (Problem("loop", "Seen.", "en"), Problem("forbidden", "", "")))
    assert errors.kinds == ("loop", "forbidden")
    body = f'<redirect {SPACES} target="b.example" source="a.example" message="There." xml:lang="en"/>'
    assert read_response(body.encode()) == Redirect("b.example", "a.example", "There.", "en")


def test_lists_of_services() -> None:
    inside = (
        '<serviceList>\n urn:service:sos\n urn:service:sos.fire </serviceList><path><via source="a.example"/></path>'
    )
    services, path = ("urn:service:sos", "urn:service:sos.fire"), ("a.example",)
    body = f"<listServicesResponse {SPACES}>{inside}</listServicesResponse>"
    assert read_response(body.encode()) == ListServicesResponse(services, path)
    body = f'<listServicesByLocationResponse {SPACES}>{inside}<locationUsed id="q"/></listServicesByLocationResponse>'
    assert read_response(body.encode()) == ListServicesByLocationResponse(services, path, (), "q")
    assert read_response(f"<listServicesResponse {SPACES}/>".encode()) == ListServicesResponse((), ())


def test_the_boundary_behind_a_reference() -> None:
    area = f"<gml:Polygon><gml:exterior>{RING}</gml:exterior></gml:Polygon>"
    inside = f'<serviceBoundary profile="geodetic-2d">{area}</serviceBoundary><path><via source="a.example"/></path>'
    body = f"<getServiceBoundaryResponse {SPACES}>{inside}</getServiceBoundaryResponse>"
    expected = GetServiceBoundaryResponse(BoundaryValue((Area(TRIANGLE),)), ("a.example",))
    assert read_response(body.encode()) == expected


@pytest.mark.parametrize(
    "body",
    [
        "",
        "<html><body>502 Bad Gateway</body></html>",
        f"<findService {SPACES}/>",
        f"<findServiceResponse {SPACES}/>",
        f"<getServiceBoundaryResponse {SPACES}/>",
        f'<getServiceBoundaryResponse {SPACES}><serviceBoundaryReference key="k"/></getServiceBoundaryResponse>',
        f'<redirect {SPACES} source="a.example"/>',
        '<errors xmlns="urn:example:other"/>',
    ],
)
def test_an_answer_that_is_none_is_a_server_error(body: str) -> None:
    with pytest.raises(LostDocumentError) as refused:
        read_response(body.encode())
    assert refused.value.kind == "serverError"

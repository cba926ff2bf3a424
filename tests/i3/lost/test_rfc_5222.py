"""RFC 5222 section by section: what each says of a document, and where ours keeps to it."""

from lxml import etree
from tests.i3.lost.conftest import Validate

from callpoint.i3.civic import Civic
from callpoint.i3.lost import (
    NO_CACHE,
    BoundaryReference,
    DisplayName,
    FindService,
    FindServiceResponse,
    ListServices,
    ListServicesByLocation,
    ListServicesResponse,
    LocationValidation,
    Mapping,
    Problem,
    Redirect,
    RequestLocation,
    Warnings,
    read_request,
    read_response,
    write_request,
    write_response,
)
from callpoint.i3.shapes import Point

SPACES = {"l": "urn:ietf:params:xml:ns:lost1", "ca": "urn:ietf:params:xml:ns:pidf:geopriv10:civicAddr"}
MAPPING = Mapping(
    source="authoritative.example",
    source_id="7e3f40b098c711dbb6060800200c9a66",
    last_updated="2026-11-01T01:00:00Z",
    expires="2027-01-01T01:44:33Z",
    service="urn:service:sos.police",
    uris=("sip:psap@example.com", "xmpp:psap@example.com"),
    display_names=(DisplayName("Montpelier Police", "en"), DisplayName("Police de Montpelier", "fr")),
    service_number="911",
)
FOUND = FindServiceResponse((MAPPING,), ("resolver.example", "authoritative.example"), location_used="one")


def tree(document: bytes) -> etree._Element:
    return etree.fromstring(document)


def attribute(document: bytes, path: str, name: str) -> str | None:
    found = tree(document).find(path, SPACES)
    assert found is not None, path
    return found.get(name)


def test_section_5_1_a_record_is_named_by_its_source_and_id_and_dated() -> None:
    document = write_response(FOUND)
    assert attribute(document, "l:mapping", "source") == "authoritative.example"
    assert attribute(document, "l:mapping", "sourceId") == "7e3f40b098c711dbb6060800200c9a66"
    assert attribute(document, "l:mapping", "lastUpdated") == "2026-11-01T01:00:00Z"


def test_section_5_2_every_mapping_says_until_when() -> None:
    assert attribute(write_response(FOUND), "l:mapping", "expires") == "2027-01-01T01:44:33Z"
    once = FindServiceResponse((Mapping("a.example", "1", "2026-11-01T01:00:00Z", NO_CACHE),), ("a.example",))
    assert attribute(write_response(once), "l:mapping", "expires") == "NO-CACHE"


def test_section_5_3_names_in_languages() -> None:
    names = tree(write_response(FOUND)).findall("l:mapping/l:displayName", SPACES)
    spoken = [(name.get("{http://www.w3.org/XML/1998/namespace}lang"), name.text) for name in names]
    assert spoken == [("en", "Montpelier Police"), ("fr", "Police de Montpelier")]


def test_section_5_6_a_boundary_by_reference_names_who_keeps_it(valid: Validate) -> None:
    reference = BoundaryReference("authoritative.example", "7214148E0433AFE2FA2D48003D31172E")
    mapping = Mapping("authoritative.example", "1", "2026-11-01T01:00:00Z", NO_CACHE, boundary=reference)
    document = write_response(FindServiceResponse((mapping,), ("authoritative.example",)))
    valid(document)
    assert attribute(document, ".//l:serviceBoundaryReference", "key") == "7214148E0433AFE2FA2D48003D31172E"
    assert attribute(document, ".//l:serviceBoundaryReference", "source") == "authoritative.example"


def test_section_6_the_path_keeps_its_order_both_ways(valid: Validate) -> None:
    request = FindService((RequestLocation("a", shape=Point(44.0, -72.0)),), path=("a.example", "b.example"))
    document = write_request(request)
    valid(document)
    again = read_request(document)
    assert isinstance(again, FindService)
    assert again.path == ("a.example", "b.example")
    answer = read_response(write_response(FOUND))
    assert isinstance(answer, FindServiceResponse)
    assert answer.path == ("resolver.example", "authoritative.example")


def test_section_7_the_location_used_is_named_last(valid: Validate) -> None:
    document = write_response(FOUND)
    valid(document)
    assert etree.QName(tree(document)[-1]).localname == "locationUsed"
    assert attribute(document, "l:locationUsed", "id") == "one"


def test_section_8_4_2_names_of_elements_stand_under_prefixes_in_scope(valid: Validate) -> None:
    validation = LocationValidation(("country", "A1", "A3"), ("PC",), ("HNO", "STP"))
    document = write_response(FindServiceResponse((MAPPING,), ("a.example",), validation))
    valid(document)
    for name, words in (("valid", "ca:country ca:A1 ca:A3"), ("invalid", "ca:PC"), ("unchecked", "ca:HNO cae:STP")):
        element = tree(document).find(f"l:locationValidation/l:{name}", SPACES)
        assert element is not None
        assert element.text == words
        assert element.nsmap["ca"] == SPACES["ca"]
        assert element.nsmap["cae"] == f"{SPACES['ca']}:ext"


def test_sections_10_and_11_lists_are_separated_by_blanks(valid: Validate) -> None:
    services = ("urn:service:sos.fire", "urn:service:sos.police")
    document = write_response(ListServicesResponse(services, ("a.example",)))
    valid(document)
    listed = tree(document).find("l:serviceList", SPACES)
    assert listed is not None
    assert listed.text == " ".join(services)
    valid(write_request(ListServices("urn:service:sos")))
    place = (RequestLocation("a", civic=Civic(country="US", A1="VT")),)
    document = write_request(ListServicesByLocation(place, "urn:service:sos"))
    valid(document)
    assert tree(document).get("recursive") == "true"


def test_section_13_warnings_go_with_an_answer_and_name_who_warns(valid: Validate) -> None:
    warnings = (
        Warnings("a.example", (Problem("defaultMappingReturned", "Nobody serves it."), Problem("serviceSubstitution"))),
    )
    document = write_response(FindServiceResponse((MAPPING,), ("a.example",), warnings=warnings))
    valid(document)
    assert attribute(document, "l:warnings", "source") == "a.example"
    assert attribute(document, "l:warnings/l:defaultMappingReturned", "message") == "Nobody serves it."


def test_section_13_3_a_redirect_has_a_target_and_a_source(valid: Validate) -> None:
    document = write_response(Redirect("east.example", "west.example", "Ask there."))
    valid(document)
    assert (tree(document).get("target"), tree(document).get("source")) == ("east.example", "west.example")

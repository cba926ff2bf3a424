"""What peers get wrong costs the part that is wrong, and no more."""

import pytest

from callpoint.i3.civic import Civic
from callpoint.i3.errors import DocumentError
from callpoint.i3.pidf_lo import Confidence, Location, PidfLo, read_pidf_lo
from callpoint.i3.shapes import Point

SPACES = (
    'xmlns="urn:ietf:params:xml:ns:pidf" xmlns:dm="urn:ietf:params:xml:ns:pidf:data-model" '
    'xmlns:gp="urn:ietf:params:xml:ns:pidf:geopriv10" xmlns:gbp="urn:ietf:params:xml:ns:pidf:geopriv10:basicPolicy" '
    'xmlns:ca="urn:ietf:params:xml:ns:pidf:geopriv10:civicAddr" xmlns:gml="http://www.opengis.net/gml" '
    'xmlns:conf="urn:ietf:params:xml:ns:geopriv:conf"'
)
CIVIC = "<ca:civicAddress><ca:country>US</ca:country><ca:RD>State</ca:RD></ca:civicAddress>"
POINT = "<gml:Point srsName='urn:ogc:def:crs:EPSG::4326'><gml:pos>44.26 -72.57</gml:pos></gml:Point>"
BAD_POINT = "<gml:Point srsName='EPSG:3857'><gml:pos>1 1</gml:pos></gml:Point>"
STATE = Civic(country="US", RD="State")


def document(inside: str, entity: str = 'entity="pres:a@b"') -> PidfLo:
    return read_pidf_lo(f"<presence {SPACES} {entity}>{inside}</presence>".encode())


def device(info: str, behind: str = "", beside: str = "") -> Location:
    geopriv = f"<gp:geopriv><gp:location-info>{info}</gp:location-info>{behind}</gp:geopriv>"
    return document(f"<dm:device id='d'>{geopriv}{beside}</dm:device>").locations[0]


def test_an_address_outlives_the_shape_beside_it() -> None:
    info = f"<gp:location-info>{CIVIC}{BAD_POINT}</gp:location-info>"
    read = document(f"<dm:device id='d'><gp:geopriv>{info}</gp:geopriv></dm:device>")
    assert read.locations[0].civic == STATE
    assert read.locations[0].shape is None
    assert "EPSG:3857" in read.locations[0].other
    assert read.defects == ("Point is left out: reference system 'epsg:3857' is not known here",)


def test_the_first_readable_shape_counts() -> None:
    at = device(BAD_POINT + POINT + POINT.replace("44.26", "45"))
    assert at.shape == Point(44.26, -72.57)
    assert at.other.count("<gml:Point ") == 2


def test_compound_in_either_order() -> None:
    assert device(CIVIC + POINT) == device(POINT + CIVIC)


def test_a_second_address_is_kept_unread() -> None:
    at = device(CIVIC + CIVIC.replace("State", "Main"))
    assert at.civic == STATE
    assert "<ca:RD>Main</ca:RD>" in at.other


@pytest.mark.parametrize("wrapper", ["gml:location", "gp:location"])
def test_wrapped_shapes(wrapper: str) -> None:
    assert device(f"<{wrapper}>{POINT}</{wrapper}>").shape == Point(44.26, -72.57)


@pytest.mark.parametrize(
    "civic",
    [
        "<x:civicAddress xmlns:x='urn:ietf:params:xml:ns:pidf:geopriv10:civicLoc'>"
        "<x:country> us </x:country><x:A6>State</x:A6></x:civicAddress>",
        "<ca:civicAddress><RD xmlns=''>State</RD><ca:COUNTRY>US</ca:COUNTRY></ca:civicAddress>",
        "<ca:civicAddress><ca:country>US</ca:country><ca:RD/><ca:rd>\n  State\n</ca:rd></ca:civicAddress>",
        "<ca:civicAddress><ca:country>US</ca:country><ca:RD>St<b/>ate</ca:RD><ca:FOO>x</ca:FOO></ca:civicAddress>",
    ],
)
def test_spellings_of_an_address(civic: str) -> None:
    assert device(civic).civic == STATE


def test_extension_elements_of_an_address() -> None:
    """STPS of CLDXF is not ours to understand, but is carried on."""
    at = device(
        "<ca:civicAddress xmlns:cae='urn:ietf:params:xml:ns:pidf:geopriv10:civicAddr:ext' "
        "xmlns:n='urn:nena:xml:ns:pidf:nenaCivicAddr'><cae:STP>Avenue</cae:STP><n:STPS>of the</n:STPS>"
        "<ca:RD>Americas</ca:RD></ca:civicAddress>"
    )
    assert at.civic == Civic(
        STP="Avenue",
        RD="Americas",
        other='<n:STPS xmlns:n="urn:nena:xml:ns:pidf:nenaCivicAddr">of the</n:STPS>',
    )


@pytest.mark.parametrize(
    ("rules", "allowed"),
    [
        ("", False),
        ("<gp:usage-rules/>", False),
        ("<gp:usage-rules><gbp:retransmission-allowed> YES </gbp:retransmission-allowed></gp:usage-rules>", True),
        ("<gp:usage-rules><gp:retransmission-allowed>1</gp:retransmission-allowed></gp:usage-rules>", True),
        ("<gp:usage-rules><gbp:retransmission-allowed>false</gbp:retransmission-allowed></gp:usage-rules>", False),
        ("<usage-rules><retransmission-allowed>true</retransmission-allowed></usage-rules>", True),
    ],
)
def test_passing_on(rules: str, allowed: bool) -> None:
    assert device(CIVIC, rules).retransmission_allowed is allowed


def test_further_rules_come_in_the_order_of_the_schema() -> None:
    at = device(
        CIVIC,
        "<gp:usage-rules><gbp:note-well>n</gbp:note-well><gbp:external-ruleset>https://x</gbp:external-ruleset>"
        "</gp:usage-rules>",
    )
    assert at.rules_other.index("external-ruleset") < at.rules_other.index("note-well")


def test_times_without_a_zone_are_told() -> None:
    read = document(
        f"<dm:device><gp:geopriv><gp:location-info>{CIVIC}</gp:location-info></gp:geopriv>"
        "<timestamp>2026-11-23T02:00:00</timestamp></dm:device>",
        entity="",
    )
    assert read.locations[0].timestamp == ""
    assert read.defects == (
        "presence has no entity",
        "timestamp is left out: '2026-11-23T02:00:00' is not a date and time with a zone",
    )


@pytest.mark.parametrize(
    ("element", "confidence"),
    [
        ("<conf:confidence>67.5</conf:confidence>", Confidence(67.5)),
        ("<conf:confidence pdf='Normal'> 95% </conf:confidence>", Confidence(95, "normal")),
        ("<conf:confidence pdf='gauss'>95</conf:confidence>", Confidence(95)),
        ("<conf:confidence pdf='rectangular'>unknown</conf:confidence>", Confidence(None, "rectangular")),
        ("<conf:confidence>100</conf:confidence>", None),
        ("<conf:confidence>high</conf:confidence>", None),
    ],
)
def test_confidence(element: str, confidence: Confidence | None) -> None:
    assert device(POINT + element).confidence == confidence


def test_several_places_keep_their_order() -> None:
    def subject(kind: str, street: str) -> str:
        info = f"<gp:location-info>{CIVIC.replace('State', street)}</gp:location-info>"
        return f"<dm:{kind} id='{street}'><gp:geopriv>{info}</gp:geopriv><gp:geopriv>{info}</gp:geopriv></dm:{kind}>"

    read = document(subject("person", "First") + "<note>hello</note>" + subject("device", "Second"))
    assert [(at.subject, at.civic.RD, at.id) for at in read.locations if at.civic] == [
        ("person", "First", "First"),
        ("person", "First", "First"),
        ("device", "Second", "Second"),
        ("device", "Second", "Second"),
    ]


def test_strangers_are_carried() -> None:
    read = document(
        "<tuple id='t'><status><basic>open</basic><x:mood xmlns:x='urn:x'>calm</x:mood><gp:geopriv><gp:location-info/>"
        "<x:who xmlns:x='urn:x'>me</x:who></gp:geopriv></status><x:near xmlns:x='urn:x'/><contact>sip:a@b</contact>"
        "</tuple><x:far xmlns:x='urn:x'/><dm:person id='p'><x:idle xmlns:x='urn:x'/></dm:person>"
    )
    (at,) = read.locations
    assert at.geopriv_other == '<x:who xmlns:x="urn:x">me</x:who>'
    assert at.subject_other == '<x:near xmlns:x="urn:x"></x:near><x:mood xmlns:x="urn:x">calm</x:mood>'
    assert read.other.startswith('<x:far xmlns:x="urn:x"></x:far><dm:person ')


def test_an_empty_provided_by_is_told() -> None:
    info = f"<gp:location-info>{CIVIC}</gp:location-info>"
    read = document(f"<dm:device id='d'><gp:geopriv>{info}<gp:provided-by/></gp:geopriv></dm:device>")
    assert read.locations[0].provided_by is None
    assert read.defects == ("provided-by is left out: it tells nobody",)


def test_prefixes_nobody_declared() -> None:
    """Mostly refused as not well-formed, but a relative name space behind them makes libxml2 let them pass."""
    undeclared = "<ca:civicAddress><ca:country>US</ca:country><ca:RD>State</ca:RD></ca:civicAddress>" + POINT
    body = (
        "<presence xmlns='urn:ietf:params:xml:ns:pidf' entity='pres:a@b'><dm:device id='d'><gp:geopriv>"
        f"<gp:location-info>{undeclared}<a xmlns='urn:a'><y:b/></a></gp:location-info>"
        "</gp:geopriv></dm:device>%s</presence>"
    )
    with pytest.raises(DocumentError, match="not well-formed"):
        read_pidf_lo((body % "").encode())
    (at,) = read_pidf_lo((body % "<x xmlns='relative'/>").encode()).locations
    assert at.civic == STATE
    assert at.shape == Point(44.26, -72.57)
    assert at.other == ""

"""Whole messages of RFC 6442 §5 and RFC 7852 §7: what stands in their bodies, and which header field points to what."""

import pytest

from callpoint.i3.additional_data import read, write
from callpoint.i3.civic import Civic
from callpoint.i3.data_blocks import (
    AdditionalData,
    Comment,
    CommentText,
    DataReference,
    DeviceInfo,
    ProvidedBy,
    ProviderInfo,
    ServiceInfo,
    SubscriberInfo,
    UniqueDeviceId,
)
from callpoint.i3.errors import DocumentError
from callpoint.i3.location import Location, PidfLo
from callpoint.i3.pidf_lo import read_pidf_lo, write_pidf_lo
from callpoint.i3.shapes import Point
from callpoint.i3.vcard import PersonName, PostalAddress, Telephone, VCard
from callpoint.sip.message import Request, parse
from callpoint.sip.multipart import Part, parse_multipart, write_multipart
from callpoint.sip.name_addr import NameAddr

GEOPRIV = "urn:ietf:params:xml:ns:pidf:geopriv10"
RULES = """<gp:usage-rules><gbp:retransmission-allowed>false
      </gbp:retransmission-allowed><gbp:retention-expiry>2010-11-14T20:00:00Z
      </gbp:retention-expiry></gp:usage-rules>"""
DEVICE = f"""<dm:device id="target123-1"><gp:geopriv><gp:location-info><gml:location>
  <gml:Point srsName="urn:ogc:def:crs:EPSG::4326"><gml:pos>32.86726 -97.16054</gml:pos></gml:Point>
  </gml:location></gp:location-info>{RULES}<gp:method>802.11</gp:method></gp:geopriv>
  <dm:deviceID>mac:1234567890ab</dm:deviceID><dm:timestamp>2010-11-04T20:57:29Z</dm:timestamp></dm:device>"""
PERSON = f"""<dm:person id="target123"><gp:geopriv><gp:location-info><cl:civicAddress>
  <cl:country>US</cl:country><cl:A1>Texas</cl:A1><cl:A3>Colleyville</cl:A3><cl:RD>Treemont</cl:RD><cl:STS>Circle</cl:STS>
  <cl:HNO>3913</cl:HNO><cl:FLR>1</cl:FLR><cl:NAM>Haley's Place</cl:NAM><cl:PC>76034</cl:PC></cl:civicAddress>
  </gp:location-info>{RULES}<gp:method>triangulation</gp:method></gp:geopriv>
  <dm:timestamp>2010-11-04T12:28:04Z</dm:timestamp></dm:person>"""


def presence(*subjects: str) -> str:
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<presence xmlns="urn:ietf:params:xml:ns:pidf" xmlns:gp="{GEOPRIV}" xmlns:gbp="{GEOPRIV}:basicPolicy"
  xmlns:cl="{GEOPRIV}:civicAddr" xmlns:gml="http://www.opengis.net/gml"
  xmlns:dm="urn:ietf:params:xml:ns:pidf:data-model"
  entity="pres:alice@atlanta.example.com">{"".join(subjects)}</presence>"""


def invite(pidf: str) -> Request:
    """The INVITE of RFC 6442 §5 with that location."""
    body = f"""--boundary1
Content-Type: application/sdp

v=0
o=alice 1 1 IN IP4 192.0.2.1
--boundary1
Content-Type: application/pidf+xml
Content-ID: <target123@atlanta.example.com>

{pidf}
--boundary1--
""".replace("\n", "\r\n")
    head = f"""INVITE sips:bob@biloxi.example.com SIP/2.0
Via: SIP/2.0/TLS pc33.atlanta.example.com;branch=z9hG4bK74bf9
Max-Forwards: 70
To: Bob <sips:bob@biloxi.example.com>
From: Alice <sips:alice@atlanta.example.com>;tag=9fxced76sl
Call-ID: 3848276298220188511@atlanta.example.com
Geolocation: <cid:target123@atlanta.example.com>
Geolocation-Routing: no
Accept: application/sdp, application/pidf+xml
CSeq: 31862 INVITE
Contact: <sips:alice@atlanta.example.com>
Content-Type: multipart/mixed; boundary=boundary1
Content-Length: {len(body.encode())}

""".replace("\n", "\r\n")
    message = parse((head + body).encode())
    assert isinstance(message, Request)
    return message


def part_named(message: Request, uri: str) -> Part:
    """The part a cid: URI names."""
    parts = parse_multipart(message.required("Content-Type"), message.body)
    (found,) = [part for part in parts if part.content_id == uri.removeprefix("cid:")]
    return found


def test_5_1_the_geolocation_field_leads_to_the_point() -> None:
    message = invite(presence(DEVICE))
    (value,) = message.values("Geolocation")
    part = part_named(message, NameAddr.parse(value).uri)
    assert part.content_type == "application/pidf+xml"
    document = read_pidf_lo(part.body)
    (location,) = document.locations
    assert document.entity == "pres:alice@atlanta.example.com"
    assert location.shape == Point(32.86726, -97.16054)
    assert (location.method, location.device_id, location.subject) == ("802.11", "mac:1234567890ab", "device")
    assert (location.timestamp, location.retention_expiry) == ("2010-11-04T20:57:29Z", "2010-11-14T20:00:00Z")
    assert not location.retransmission_allowed


def test_5_2_where_the_device_is_comes_before_where_the_person_is() -> None:
    message = invite(presence(DEVICE, PERSON))
    document = read_pidf_lo(part_named(message, "cid:target123@atlanta.example.com").body)
    device, person = document.locations
    assert (device.subject, person.subject) == ("device", "person")
    assert person.civic == Civic(
        country="US",
        A1="Texas",
        A3="Colleyville",
        RD="Treemont",
        STS="Circle",
        HNO="3913",
        FLR="1",
        NAM="Haley's Place",
        PC="76034",
    )
    assert person.method == "triangulation"
    assert read_pidf_lo(write_pidf_lo(document)) == document


@pytest.mark.parametrize("said", ["false", "\n false \n", "0", "no", "", "perhaps"])
def test_only_a_plain_yes_lets_a_location_be_passed_on(said: str) -> None:
    document = presence(DEVICE.replace("false\n      ", said))
    assert not read_pidf_lo(document.encode()).locations[0].retransmission_allowed


# RFC 7852 §4 and the blocks of its figures 16 and 17
CONTACT = VCard(
    full_name="Hannes Tschofenig",
    name=PersonName(surname=("Hannes",), given=("Tschofenig",), suffix=("Dipl. Ing.",)),
    telephones=(Telephone("tel:+358 50 4871445", ("work", "voice")), Telephone("tel:+1-555-555-0123", ("home",))),
    addresses=(
        PostalAddress("Linnoitustie 6", "Espoo", "Uusimaa", "02600", "Finland", types=("work",)),
        PostalAddress("42 W 11th St", "Wilmington", "DE", "19801", "USA", types=("home",)),
    ),
)
REFERENCE = "d4b3072df09876543@[93.184.216.119]"
PROVIDER = ProviderInfo(
    data_provider_reference=REFERENCE,
    data_provider_string="Hannes Tschofenig",
    type_of_provider="Client",
    contact_uri="tel:+1-555-555-0123",
    languages=("en",),
    contacts=(CONTACT,),
)
LAPTOP = DeviceInfo(REFERENCE, "laptop", unique_device_ids=(UniqueDeviceId("00-0d-4b-30-72-df", "MAC"),))
SERVICE = ServiceInfo("string0987654321@example.org", ("VOIP",), "Unknown", "Residence")
SUBSCRIBER = SubscriberInfo("string0987654321@example.org", (CONTACT,))
COMMENT = Comment("string0987654321@example.org", (CommentText("This is an example text.", "en"),))
BLOCKS: tuple[AdditionalData, ...] = (PROVIDER, LAPTOP, SERVICE, SUBSCRIBER, COMMENT)


def test_figure_17_each_block_is_announced_by_a_call_info() -> None:
    parts = [Part((("Content-Type", "application/sdp"),), b"v=0\r\n")]
    message = Request("INVITE", "urn:service:sos")
    for number, block in enumerate(BLOCKS):
        cid = f"{number}@atlanta.example.com"
        message.add("Call-Info", f"<cid:{cid}>;purpose={block.purpose}")
        disposition = ("Content-Disposition", "by-reference;handling=optional")
        parts.append(
            Part((("Content-Type", block.content_type), ("Content-ID", f"<{cid}>"), disposition), write(block))
        )
    content_type, body = write_multipart(parts, "boundary1")
    message.set("Content-Type", content_type)
    message.body = body
    arrived = parse(bytes(message))
    assert isinstance(arrived, Request)
    for value, block in zip(arrived.values("Call-Info"), BLOCKS, strict=True):
        announced = NameAddr.parse(value)
        assert announced.param("purpose") == f"EmergencyCallData.{type(block).__name__}"
        part = part_named(arrived, announced.uri)
        assert part.content_type == f"application/emergencycalldata.{type(block).__name__.lower()}+xml"
        assert read(part.body) == block


def test_blanks_and_breaks_of_print_are_no_part_of_a_value() -> None:
    printed = f"""<?xml version="1.0" encoding="UTF-8"?>
      <dev:EmergencyCallData.DeviceInfo xmlns:dev=
         "urn:ietf:params:xml:ns:EmergencyCallData:DeviceInfo">
         <dev:DataProviderReference>{REFERENCE}
         </dev:DataProviderReference>
         <dev:DeviceClassification>laptop</dev:DeviceClassification>
         <dev:UniqueDeviceID
            TypeOfDeviceID="MAC">00-0d-4b-30-72-df</dev:UniqueDeviceID>
      </dev:EmergencyCallData.DeviceInfo>"""
    assert read(printed.encode()) == LAPTOP


@pytest.mark.parametrize("block", BLOCKS, ids=lambda block: type(block).__name__)
def test_every_block_names_its_provider(block: AdditionalData) -> None:
    nameless = type(block)(
        **{**{name: getattr(block, name) for name in block.__slots__}, "data_provider_reference": ""}
    )
    with pytest.raises(DocumentError, match="DataProviderReference"):
        write(nameless)


@pytest.mark.parametrize(
    "change",
    [{"data_provider_string": ""}, {"type_of_provider": ""}, {"contact_uri": ""}, {"languages": ()}],
)
def test_what_section_4_1_requires_of_a_provider_is_required(change: dict[str, object]) -> None:
    values = {name: getattr(PROVIDER, name) for name in PROVIDER.__slots__} | change
    with pytest.raises(DocumentError):
        write(ProviderInfo(**values))


def test_a_comment_may_stand_in_several_languages() -> None:
    comment = Comment(
        "ref@example.org", (CommentText("Use the north gate.", "en"), CommentText("Porte nord.", "fr-CA"))
    )
    read_again = read(write(comment))
    assert isinstance(read_again, Comment)
    assert [(text.language, text.text) for text in read_again.comments] == [
        ("en", "Use the north gate."),
        ("fr-CA", "Porte nord."),
    ]


@pytest.mark.parametrize(("said", "asked"), [("true", True), ("1", True), ("false", False), ("", False)])
def test_privacy_of_a_subscriber_is_read(said: str, asked: bool) -> None:
    document = write(SUBSCRIBER).replace(b'privacyRequested="false"', f'privacyRequested="{said}"'.encode())
    read_again = read(document)
    assert isinstance(read_again, SubscriberInfo)
    assert read_again.privacy_requested is asked


def test_6_2_and_6_3_who_provided_a_location_is_told_by_reference_and_by_value() -> None:
    provided = ProvidedBy(
        references=(
            DataReference("EmergencyCallData.ServiceInfo", "https://example.com/ref2"),
            DataReference("EmergencyCallData.SubscriberInfo", "cid:subscriber@example.com"),
        ),
        blocks=(PROVIDER, COMMENT),
    )
    location = Location(shape=Point(1, 2), provided_by=provided, device_id="mac:1234567890ab")
    body = write_pidf_lo(PidfLo("pres:alice@atlanta.example.com", (location,)))
    assert body.index(b"EmergencyCallDataReference") < body.index(b"EmergencyCallDataValue")
    (read_again,) = read_pidf_lo(body).locations
    assert read_again.provided_by == provided

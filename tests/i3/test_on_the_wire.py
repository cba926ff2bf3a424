"""The documents in full, as a receiver sees them; indented here, written without white space."""

import re

import pytest
from tests.i3.conftest import Validate

from callpoint.i3.additional_data import (
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
    read,
    write,
)
from callpoint.i3.civic import Civic
from callpoint.i3.pidf_lo import Confidence, Location, PidfLo, read_pidf_lo, write_pidf_lo
from callpoint.i3.shapes import ArcBand, Circle, Ellipse, Ellipsoid, Point, Polygon, Prism, Shape, Sphere
from callpoint.i3.vcard import Email, PersonName, PostalAddress, Telephone, VCard

ENTITY = "pres:+18025550142@corp.example"
HEAD = """<?xml version='1.0' encoding='UTF-8'?>
<presence xmlns="urn:ietf:params:xml:ns:pidf" xmlns:dm="urn:ietf:params:xml:ns:pidf:data-model"
 xmlns:gp="urn:ietf:params:xml:ns:pidf:geopriv10" xmlns:gbp="urn:ietf:params:xml:ns:pidf:geopriv10:basicPolicy"
 entity="pres:+18025550142@corp.example">"""


def squeezed(pretty: str) -> str:
    """The document without its indentation."""
    return re.sub(r">\s+<", "><", re.sub(r"\n\s*(?=xmlns|entity)", " ", pretty)).strip()


def wire(document: bytes) -> str:
    return document.decode().replace("?>\n<", "?><")


DISPATCHABLE = PidfLo(
    ENTITY,
    (
        Location(
            civic=Civic(
                country="US",
                A1="VT",
                A2="Washington",
                A3="Montpelier",
                RD="State",
                STS="Street",
                HNO="115",
                HNS="A",
                FLR="2",
                ROOM="212",
                PC="05633",
                LOC="north wing",
                HNP="N",
            ),
            civic_language="en",
            shape=Circle(Point(44.2623, -72.5806), 15.0),
            confidence=Confidence(95.0, "normal"),
            method="Manual",
            provided_by=ProvidedBy((DataReference("EmergencyCallData.ProviderInfo", "cid:prov@corp.example"),)),
            timestamp="2026-11-23T02:00:00Z",
            retention_expiry="2026-11-24T02:00:00Z",
            device_id="urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6",
            id="desk",
        ),
    ),
)
DISPATCHABLE_ON_THE_WIRE = f"""{HEAD}
  <dm:device id="desk">
    <gp:geopriv>
      <gp:location-info>
        <gs:Circle xmlns:gs="http://www.opengis.net/pidflo/1.0"
          xmlns:gml="http://www.opengis.net/gml" srsName="urn:ogc:def:crs:EPSG::4326">
          <gml:pos>44.2623 -72.5806</gml:pos>
          <gs:radius uom="urn:ogc:def:uom:EPSG::9001">15.0</gs:radius>
        </gs:Circle>
        <ca:civicAddress xmlns:ca="urn:ietf:params:xml:ns:pidf:geopriv10:civicAddr"
          xmlns:cae="urn:ietf:params:xml:ns:pidf:geopriv10:civicAddr:ext" xml:lang="en">
          <ca:country>US</ca:country>
          <ca:A1>VT</ca:A1>
          <ca:A2>Washington</ca:A2>
          <ca:A3>Montpelier</ca:A3>
          <ca:RD>State</ca:RD>
          <ca:STS>Street</ca:STS>
          <ca:HNO>115</ca:HNO>
          <ca:HNS>A</ca:HNS>
          <ca:LOC>north wing</ca:LOC>
          <ca:FLR>2</ca:FLR>
          <ca:PC>05633</ca:PC>
          <ca:ROOM>212</ca:ROOM>
          <cae:HNP>N</cae:HNP>
        </ca:civicAddress>
        <conf:confidence xmlns:conf="urn:ietf:params:xml:ns:geopriv:conf" pdf="normal">95.0</conf:confidence>
      </gp:location-info>
      <gp:usage-rules>
        <gbp:retransmission-allowed>true</gbp:retransmission-allowed>
        <gbp:retention-expiry>2026-11-24T02:00:00Z</gbp:retention-expiry>
      </gp:usage-rules>
      <gp:method>Manual</gp:method>
      <gp:provided-by xmlns:ad="urn:ietf:params:xml:ns:EmergencyCallData">
        <ad:EmergencyCallDataReference purpose="EmergencyCallData.ProviderInfo" ref="cid:prov@corp.example"/>
      </gp:provided-by>
    </gp:geopriv>
    <dm:deviceID>urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6</dm:deviceID>
    <dm:timestamp>2026-11-23T02:00:00Z</dm:timestamp>
  </dm:device>
</presence>"""

THREE_SUBJECTS = PidfLo(
    ENTITY,
    (
        Location(
            civic=Civic(country="CA", A1="ON", A3="Ottawa"), subject="tuple", timestamp="2026-11-23T02:00:00-05:00"
        ),
        Location(civic=Civic(country="CA", A1="QC"), subject="person", retransmission_allowed=False),
        Location(shape=Point(45.42, -75.7), method="GPS", device_id="mac:00-0d-4b-30-72-df"),
    ),
)
THREE_SUBJECTS_ON_THE_WIRE = f"""{HEAD}
  <tuple id="loc1">
    <status>
      <gp:geopriv>
        <gp:location-info>
          <ca:civicAddress xmlns:ca="urn:ietf:params:xml:ns:pidf:geopriv10:civicAddr">
            <ca:country>CA</ca:country>
            <ca:A1>ON</ca:A1>
            <ca:A3>Ottawa</ca:A3>
          </ca:civicAddress>
        </gp:location-info>
        <gp:usage-rules>
          <gbp:retransmission-allowed>true</gbp:retransmission-allowed>
        </gp:usage-rules>
      </gp:geopriv>
    </status>
    <timestamp>2026-11-23T02:00:00-05:00</timestamp>
  </tuple>
  <dm:person id="loc2">
    <gp:geopriv>
      <gp:location-info>
        <ca:civicAddress xmlns:ca="urn:ietf:params:xml:ns:pidf:geopriv10:civicAddr">
          <ca:country>CA</ca:country>
          <ca:A1>QC</ca:A1>
        </ca:civicAddress>
      </gp:location-info>
      <gp:usage-rules>
        <gbp:retransmission-allowed>false</gbp:retransmission-allowed>
      </gp:usage-rules>
    </gp:geopriv>
  </dm:person>
  <dm:device id="loc3">
    <gp:geopriv>
      <gp:location-info>
        <gml:Point xmlns:gml="http://www.opengis.net/gml" srsName="urn:ogc:def:crs:EPSG::4326">
          <gml:pos>45.42 -75.7</gml:pos>
        </gml:Point>
      </gp:location-info>
      <gp:usage-rules>
        <gbp:retransmission-allowed>true</gbp:retransmission-allowed>
      </gp:usage-rules>
      <gp:method>GPS</gp:method>
    </gp:geopriv>
    <dm:deviceID>mac:00-0d-4b-30-72-df</dm:deviceID>
  </dm:device>
</presence>"""


@pytest.mark.parametrize(
    ("document", "pretty"),
    [(DISPATCHABLE, DISPATCHABLE_ON_THE_WIRE), (THREE_SUBJECTS, THREE_SUBJECTS_ON_THE_WIRE)],
    ids=["dispatchable", "three subjects"],
)
def test_location(validate: Validate, document: PidfLo, pretty: str) -> None:
    written = write_pidf_lo(document)
    validate(written)
    assert wire(written) == squeezed(pretty)
    assert read_pidf_lo(pretty.encode()) == document  # indented, the reader takes it as well


ABOVE = Point(42.5463, -73.2512, 26.3)
ALBANY = Point(42.5463, -73.2512)
CORNERS = ((43.0, -73.5), (43.0, -73.0), (43.5, -73.0), (43.0, -73.5))
METRE = 'uom="urn:ogc:def:uom:EPSG::9001"'
DEGREE = 'uom="urn:ogc:def:uom:EPSG::9102"'
FLAT = 'srsName="urn:ogc:def:crs:EPSG::4326"'
SOLID = 'srsName="urn:ogc:def:crs:EPSG::4979"'
GML = 'xmlns:gml="http://www.opengis.net/gml"'
GEOSHAPE = f'xmlns:gs="http://www.opengis.net/pidflo/1.0" {GML}'
SHAPES_ON_THE_WIRE: list[tuple[Shape, str]] = [
    (
        ALBANY,
        f"""<gml:Point {GML} {FLAT}>
              <gml:pos>42.5463 -73.2512</gml:pos>
            </gml:Point>""",
    ),
    (
        ABOVE,
        f"""<gml:Point {GML} {SOLID}>
              <gml:pos>42.5463 -73.2512 26.3</gml:pos>
            </gml:Point>""",
    ),
    (
        Circle(ALBANY, 850.24),
        f"""<gs:Circle {GEOSHAPE} {FLAT}>
              <gml:pos>42.5463 -73.2512</gml:pos>
              <gs:radius {METRE}>850.24</gs:radius>
            </gs:Circle>""",
    ),
    (
        Ellipse(ALBANY, 1275.0, 670.0, 43.2),
        f"""<gs:Ellipse {GEOSHAPE} {FLAT}>
              <gml:pos>42.5463 -73.2512</gml:pos>
              <gs:semiMajorAxis {METRE}>1275.0</gs:semiMajorAxis>
              <gs:semiMinorAxis {METRE}>670.0</gs:semiMinorAxis>
              <gs:orientation {DEGREE}>43.2</gs:orientation>
            </gs:Ellipse>""",
    ),
    (
        ArcBand(ALBANY, 3594.0, 4148.0, 20.0, 25.0),
        f"""<gs:ArcBand {GEOSHAPE} {FLAT}>
              <gml:pos>42.5463 -73.2512</gml:pos>
              <gs:innerRadius {METRE}>3594.0</gs:innerRadius>
              <gs:outerRadius {METRE}>4148.0</gs:outerRadius>
              <gs:startAngle {DEGREE}>20.0</gs:startAngle>
              <gs:openingAngle {DEGREE}>25.0</gs:openingAngle>
            </gs:ArcBand>""",
    ),
    (
        Polygon(tuple(Point(lat, lon) for lat, lon in CORNERS)),
        f"""<gml:Polygon {GML} {FLAT}>
              <gml:exterior>
                <gml:LinearRing>
                  <gml:pos>43.0 -73.5</gml:pos>
                  <gml:pos>43.0 -73.0</gml:pos>
                  <gml:pos>43.5 -73.0</gml:pos>
                  <gml:pos>43.0 -73.5</gml:pos>
                </gml:LinearRing>
              </gml:exterior>
            </gml:Polygon>""",
    ),
    (
        Sphere(ABOVE, 850.24),
        f"""<gs:Sphere {GEOSHAPE} {SOLID}>
              <gml:pos>42.5463 -73.2512 26.3</gml:pos>
              <gs:radius {METRE}>850.24</gs:radius>
            </gs:Sphere>""",
    ),
    (
        Ellipsoid(ABOVE, 7.7156, 3.31, 28.7, 90.0),
        f"""<gs:Ellipsoid {GEOSHAPE} {SOLID}>
              <gml:pos>42.5463 -73.2512 26.3</gml:pos>
              <gs:semiMajorAxis {METRE}>7.7156</gs:semiMajorAxis>
              <gs:semiMinorAxis {METRE}>3.31</gs:semiMinorAxis>
              <gs:verticalAxis {METRE}>28.7</gs:verticalAxis>
              <gs:orientation {DEGREE}>90.0</gs:orientation>
            </gs:Ellipsoid>""",
    ),
    (
        Prism(Polygon(tuple(Point(lat, lon, 36.6) for lat, lon in CORNERS)), 2.4),
        f"""<gs:Prism {GEOSHAPE} {SOLID}>
              <gs:base>
                <gml:Polygon {SOLID}>
                  <gml:exterior>
                    <gml:LinearRing>
                      <gml:pos>43.0 -73.5 36.6</gml:pos>
                      <gml:pos>43.0 -73.0 36.6</gml:pos>
                      <gml:pos>43.5 -73.0 36.6</gml:pos>
                      <gml:pos>43.0 -73.5 36.6</gml:pos>
                    </gml:LinearRing>
                  </gml:exterior>
                </gml:Polygon>
              </gs:base>
              <gs:height {METRE}>2.4</gs:height>
            </gs:Prism>""",
    ),
]


@pytest.mark.parametrize(("shape", "pretty"), SHAPES_ON_THE_WIRE, ids=lambda value: type(value).__name__)
def test_shape(validate: Validate, shape: Shape, pretty: str) -> None:
    document = PidfLo(ENTITY, (Location(shape=shape, subject="person"),))
    written = write_pidf_lo(document)
    validate(written)
    assert f"<gp:location-info>{squeezed(pretty)}</gp:location-info>" in wire(written)
    assert read_pidf_lo(written) == document


ECD = "urn:ietf:params:xml:ns:EmergencyCallData"
SECURITY_DESK = VCard(
    "Security Desk",
    PersonName(surname=("Desk",), given=("Security",)),
    ("Example Corp", "Security"),
    title="Officer",
    telephones=(Telephone("tel:+18025550100", ("work", "voice")),),
    emails=(Email("security@corp.example", ("work",)),),
    addresses=(PostalAddress("115 State Street", "Montpelier", "VT", "05633", "USA", types=("work",)),),
)
SECURITY_DESK_ON_THE_WIRE = """<xc:vcard xmlns:xc="urn:ietf:params:xml:ns:vcard-4.0">
    <xc:adr>
      <xc:parameters><xc:type><xc:text>work</xc:text></xc:type></xc:parameters>
      <xc:street>115 State Street</xc:street>
      <xc:locality>Montpelier</xc:locality>
      <xc:region>VT</xc:region>
      <xc:code>05633</xc:code>
      <xc:country>USA</xc:country>
    </xc:adr>
    <xc:email>
      <xc:parameters><xc:type><xc:text>work</xc:text></xc:type></xc:parameters>
      <xc:text>security@corp.example</xc:text>
    </xc:email>
    <xc:fn><xc:text>Security Desk</xc:text></xc:fn>
    <xc:n>
      <xc:surname>Desk</xc:surname>
      <xc:given>Security</xc:given>
    </xc:n>
    <xc:org>
      <xc:text>Example Corp</xc:text>
      <xc:text>Security</xc:text>
    </xc:org>
    <xc:tel>
      <xc:parameters><xc:type><xc:text>work</xc:text><xc:text>voice</xc:text></xc:type></xc:parameters>
      <xc:uri>tel:+18025550100</xc:uri>
    </xc:tel>
    <xc:title><xc:text>Officer</xc:text></xc:title>
  </xc:vcard>"""
BLOCKS_ON_THE_WIRE: list[tuple[AdditionalData, str]] = [
    (
        ProviderInfo(
            data_provider_reference="20261123-1@corp.example",
            data_provider_string="Example Corp",
            provider_id="corp.example",
            provider_id_series="domain",
            type_of_provider="Client",
            contact_uri="tel:+18025550100",
            languages=("en", "fr-CA"),
            contacts=(SECURITY_DESK,),
            subcontractor_principal="Example Holding",
            subcontractor_priority="sub",
        ),
        f"""<ecd:EmergencyCallData.ProviderInfo xmlns:ecd="{ECD}:ProviderInfo">
          <ecd:DataProviderReference>20261123-1@corp.example</ecd:DataProviderReference>
          <ecd:DataProviderString>Example Corp</ecd:DataProviderString>
          <ecd:ProviderID>corp.example</ecd:ProviderID>
          <ecd:ProviderIDSeries>domain</ecd:ProviderIDSeries>
          <ecd:TypeOfProvider>Client</ecd:TypeOfProvider>
          <ecd:ContactURI>tel:+18025550100</ecd:ContactURI>
          <ecd:Language>en</ecd:Language>
          <ecd:Language>fr-ca</ecd:Language>
          <ecd:DataProviderContact>{SECURITY_DESK_ON_THE_WIRE}</ecd:DataProviderContact>
          <ecd:SubcontractorPrincipal>Example Holding</ecd:SubcontractorPrincipal>
          <ecd:SubcontractorPriority>sub</ecd:SubcontractorPriority>
        </ecd:EmergencyCallData.ProviderInfo>""",
    ),
    (
        ServiceInfo("20261123-1@corp.example", ("MLTS-hosted", "VOIP"), "Nomadic", "Business"),
        f"""<ecd:EmergencyCallData.ServiceInfo xmlns:ecd="{ECD}:ServiceInfo">
          <ecd:DataProviderReference>20261123-1@corp.example</ecd:DataProviderReference>
          <ecd:ServiceEnvironment>Business</ecd:ServiceEnvironment>
          <ecd:ServiceType>MLTS-hosted</ecd:ServiceType>
          <ecd:ServiceType>VOIP</ecd:ServiceType>
          <ecd:ServiceMobility>Nomadic</ecd:ServiceMobility>
        </ecd:EmergencyCallData.ServiceInfo>""",
    ),
    (
        DeviceInfo(
            "20261123-1@corp.example",
            "fixed",
            "Example Phones",
            "Desk 3",
            (UniqueDeviceId("000d4b3072df", "MAC"), UniqueDeviceId("A-17", "SN")),
            "https://corp.example/devices/17",
            "urn:example:device",
        ),
        f"""<ecd:EmergencyCallData.DeviceInfo xmlns:ecd="{ECD}:DeviceInfo">
          <ecd:DataProviderReference>20261123-1@corp.example</ecd:DataProviderReference>
          <ecd:DeviceClassification>fixed</ecd:DeviceClassification>
          <ecd:DeviceMfgr>Example Phones</ecd:DeviceMfgr>
          <ecd:DeviceModelNr>Desk 3</ecd:DeviceModelNr>
          <ecd:UniqueDeviceID TypeOfDeviceID="MAC">000d4b3072df</ecd:UniqueDeviceID>
          <ecd:UniqueDeviceID TypeOfDeviceID="SN">A-17</ecd:UniqueDeviceID>
          <ecd:DeviceSpecificData>https://corp.example/devices/17</ecd:DeviceSpecificData>
          <ecd:DeviceSpecificType>urn:example:device</ecd:DeviceSpecificType>
        </ecd:EmergencyCallData.DeviceInfo>""",
    ),
    (
        SubscriberInfo("20261123-1@corp.example", (SECURITY_DESK,), privacy_requested=True),
        f"""<ecd:EmergencyCallData.SubscriberInfo xmlns:ecd="{ECD}:SubscriberInfo" privacyRequested="true">
          <ecd:DataProviderReference>20261123-1@corp.example</ecd:DataProviderReference>
          <ecd:SubscriberData>{SECURITY_DESK_ON_THE_WIRE}</ecd:SubscriberData>
        </ecd:EmergencyCallData.SubscriberInfo>""",
    ),
    (
        Comment("20261123-1@corp.example", (CommentText("No location", "en"), CommentText("Aucune adresse", "fr"))),
        f"""<ecd:EmergencyCallData.Comment xmlns:ecd="{ECD}:Comment">
          <ecd:DataProviderReference>20261123-1@corp.example</ecd:DataProviderReference>
          <ecd:Comment xml:lang="en">No location</ecd:Comment>
          <ecd:Comment xml:lang="fr">Aucune adresse</ecd:Comment>
        </ecd:EmergencyCallData.Comment>""",
    ),
]


@pytest.mark.parametrize(("block", "pretty"), BLOCKS_ON_THE_WIRE, ids=lambda value: type(value).__name__)
def test_block(validate: Validate, block: AdditionalData, pretty: str) -> None:
    written = write(block)
    validate(written)
    assert wire(written).partition("?>")[2] == squeezed(pretty)
    assert read(pretty.encode()) == block

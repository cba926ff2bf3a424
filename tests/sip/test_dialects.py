"""INVITEs as the makers of phones, session border controllers and call centres write them, and what must be read.

The messages are our own, each in the manner of one kind of peer: what it folds, joins, abbreviates or adds.
"""

from dataclasses import dataclass, field

import pytest

from callpoint.sip.content_type import ContentType
from callpoint.sip.defects import defects
from callpoint.sip.message import Request, parse
from callpoint.sip.multipart import parse_multipart
from callpoint.sip.sdp import Sdp
from callpoint.sip.uri import Uri

SDP = (
    "v=0\r\no=- 1 1 IN IP4 10.9.8.7\r\ns=-\r\nc=IN IP4 10.9.8.7\r\nt=0 0\r\n"
    "m=audio 30000 RTP/AVP 0 101\r\na=rtpmap:101 telephone-event/8000\r\n"
)


@dataclass(frozen=True)
class Dialect:
    """One message: its lines, its body, and what is read from it."""

    name: str
    lines: str
    body: str
    dialled: str
    callback: str
    employee: str | None = None
    transport: str = "UDP"
    vias: int = 1
    wrong: tuple[str, ...] = ()
    parts: tuple[str, ...] = field(default=())


DIALECTS = (
    Dialect(
        "an open-source soft phone: lower-case parameters, instance id, rport",
        """\
INVITE sip:911@callpoint.example SIP/2.0
Via: SIP/2.0/UDP 192.168.1.20:53100;branch=z9hG4bK5c2b7;rport
Contact: <sip:e1001-0x55d@192.168.1.20:53100>;expires=3600;+sip.instance="<urn:uuid:8b1e>"
Max-Forwards: 70
To: <sip:911@callpoint.example>
From: "E 1001" <sip:e1001@callpoint.example>;tag=9d1f
Call-ID: 3f6a
CSeq: 31874 INVITE
X-Employee-ID: E1001
Supported: gruu,replaces,norefersub
Allow: INVITE,ACK,BYE,CANCEL,OPTIONS,NOTIFY,SUBSCRIBE,INFO,MESSAGE,UPDATE,REFER
Content-Type: application/sdp""",
        SDP,
        "911",
        "e1001",
        "E1001",
    ),
    Dialect(
        "a desk phone of the old school: compact forms, folded lines, digits in the display name",
        """\
INVITE sip:911;phone-context=dialstring@10.0.0.5;user=phone SIP/2.0
v: SIP/2.0/TCP 10.0.0.77:49152
 ;branch=z9hG4bK-77-1
f: 5551234 <sip:+18025551234@10.0.0.5;user=phone>
 ;tag=77
t: <sip:911@10.0.0.5;user=phone>
i: 77-1@10.0.0.77
CSeq:1 INVITE
m:<sip:+18025551234@10.0.0.77:49152;transport=tcp>
k: replaces
c:application/sdp
Max-Forwards:70""",
        SDP,
        "911;phone-context=dialstring",
        "+18025551234",
        transport="TCP",
    ),
    Dialect(
        "a session border controller: two hops in one Via, Route and identity lists, History-Info",
        """\
INVITE sip:911@e911.example:5061;transport=tls SIP/2.0
Via: SIP/2.0/TLS sbc.example:5061;branch=z9hG4bKsbc2, SIP/2.0/UDP 10.1.1.1;received=10.1.1.9;branch=z9hG4bKp;rport=5060
Record-Route: <sip:sbc.example:5061;transport=tls;lr>,<sip:10.1.1.1;lr;ftag=x>
Max-Forwards: 66
From: "Agent, One" <sip:+12125550142@contact.example;user=phone>;tag=a-1
To: <sip:911@e911.example>
Call-ID: SBC7f-0001@sbc.example
CSeq: 2 INVITE
Contact: <sip:+12125550142@sbc.example:5061;transport=tls;x-i=a%20b>
P-Asserted-Identity: "Agent, One" <sip:+12125550142@contact.example>,<tel:+1-212-555-0142>
E911-User-ID: agent.one@example.com
History-Info: <sip:911@contact.example>;index=1,<sip:911@e911.example?Reason=SIP%3Bcause%3D302>;index=1.1
Session-Expires: 1800;refresher=uac
Min-SE: 90
Content-Type: application/sdp;charset=utf-8
Content-Disposition: session;handling=required""",
        SDP,
        "911",
        "+12125550142",
        "agent.one@example.com",
        "TLS",
        2,
    ),
    Dialect(
        "an emergency caller by the book: urn, Route, location by value",
        """\
INVITE urn:service:sos SIP/2.0
Via: SIP/2.0/TCP [2001:db8::42]:5060;branch=z9hG4bKa1
Route: <sip:psap@esinet.example;lr>
From: "Emp 42" <sip:+12125550142@corp.example;user=phone>;tag=7
To: <urn:service:sos>
Call-ID: 42-1@corp.example
CSeq: 1 INVITE
Max-Forwards: 70
Contact: <sip:emp42@[2001:db8::42]:5060>
Geolocation: <cid:loc1@corp.example>
Geolocation-Routing: yes
Content-Type: multipart/mixed; boundary="=_b 1" """,
        "--=_b 1\r\nContent-Type: application/sdp\r\n\r\n" + SDP + "\r\n--=_b 1\r\n"
        "Content-Type: application/pidf+xml\r\nContent-ID: <loc1@corp.example>\r\n\r\n<presence/>\r\n--=_b 1--\r\n",
        "service:sos",
        "+12125550142",
        transport="TCP",
        parts=("application/sdp", "application/pidf+xml"),
    ),
    Dialect(
        "a calling platform: PRIORITY in capitals, inserted-by, phone-context",
        """\
INVITE sip:911;phone-context=Redmond.example@example.com;user=phone SIP/2.0
FROM: <sip:user@example.com;user=phone>;tag=abc;epid=1
TO: <sip:911;phone-context=Redmond.example@example.com;user=phone>
CSEQ: 1 INVITE
CALL-ID: 9a8b7c
MAX-FORWARDS: 67
VIA: SIP/2.0/TLS 203.0.113.5:5061;branch=z9hG4bK9a
CONTACT: <sip:mediation.example.com:5061;transport=Tls;ms-opaque=1>;isGateway
PRIORITY: emergency
GEOLOCATION: <cid:sip:user@example.com>;inserted-by="sip:user@example.com";used-for-routing
CONTENT-TYPE: application/sdp""",
        SDP,
        "911;phone-context=Redmond.example",
        "user",
        transport="TLS",
    ),
    Dialect(
        "a sloppy switch: bare name with a comma, a trailing semicolon, Latin-1, no Max-Forwards",
        """\
INVITE tel:911 SIP/2.0
Via: SIP/2.0/UDP 10.2.2.2;branch=z9hG4bKq;
From: C\udcf4t\udce9, Ren\udce9 <sip:4501@10.2.2.2>;tag=5
To: <tel:911>
Call-ID: q1@10.2.2.2
CSeq: 007 INVITE
Contact: <sip:4501@10.2.2.2>
X-E911-User-ID:   E1002
Content-Type: application/sdp""",
        SDP,
        "911",
        "4501",
        "E1002",
        wrong=("Via", "From"),
    ),
)


def read(dialect: Dialect) -> Request:
    head = dialect.lines.replace("\n", "\r\n") + f"\r\nContent-Length: {len(dialect.body)}\r\n\r\n"
    data = head.encode("utf-8", "surrogateescape") + dialect.body.encode()
    message = parse(data)
    assert bytes(message) == data
    assert isinstance(message, Request)
    return message


each_dialect = pytest.mark.parametrize("dialect", DIALECTS, ids=lambda dialect: dialect.name.partition(":")[0])


@each_dialect
def test_who_calls_whom_is_read(dialect: Dialect) -> None:
    message = read(dialect)
    assert Uri.parse(message.uri).user_text == dialect.dialled
    assert Uri.parse(message.uri).subscriber == dialect.dialled.partition(";")[0]
    assert message.from_.parsed_uri.user_text == dialect.callback
    assert message.from_.tag
    assert message.to.tag is None
    employees = [message.get(name) for name in ("X-Employee-ID", "E911-User-ID", "X-E911-User-ID") if message.has(name)]
    assert employees == ([dialect.employee] if dialect.employee else [])


@each_dialect
def test_the_way_back_is_read(dialect: Dialect) -> None:
    message = read(dialect)
    assert message.via.transport == dialect.transport
    assert (message.via.branch or "").startswith("z9hG4bK")
    assert len(message.values("Via")) == dialect.vias
    assert message.contact is not None
    assert message.contact.parsed_uri.scheme == "sip"
    assert message.cseq.method == "INVITE"


@each_dialect
def test_what_is_wrong_is_told(dialect: Dialect) -> None:
    assert tuple(defect.header for defect in defects(read(dialect))) == dialect.wrong


@each_dialect
def test_the_audio_is_found(dialect: Dialect) -> None:
    message = read(dialect)
    content_type = message.required("Content-Type")
    body = message.body
    if ContentType.parse(content_type).type == "multipart":
        parts = parse_multipart(content_type, body)
        assert tuple(part.content_type for part in parts) == dialect.parts
        body = parts[0].body
    audio = Sdp.parse(body).audio
    assert audio is not None
    assert (audio.address, audio.port, audio.telephone_event) == ("10.9.8.7", 30_000, 101)


@each_dialect
def test_an_answer_goes_back_the_same_way(dialect: Dialect) -> None:
    message = read(dialect)
    again = parse(bytes(message.response(200, to_tag="ours")))
    assert again.values("Via") == message.values("Via")
    assert again.values("Record-Route") == message.values("Record-Route")
    assert again.from_ == message.from_
    assert again.to == message.to.with_tag("ours")
    assert (again.call_id, again.cseq) == (message.call_id, message.cseq)


def test_lists_of_the_border_controller() -> None:
    message = read(DIALECTS[2])
    assert [str(address.parsed_uri) for address in message.addresses("P-Asserted-Identity")] == [
        "sip:+12125550142@contact.example",
        "tel:+1-212-555-0142",
    ]
    assert [address.param("index") for address in message.addresses("History-Info")] == ["1", "1.1"]
    assert [address.parsed_uri.host for address in message.addresses("Record-Route")] == ["sbc.example", "10.1.1.1"]


def test_latin_1_names_pass_through() -> None:
    message = read(DIALECTS[5])
    assert message.from_.display is not None
    assert message.from_.display.encode("utf-8", "surrogateescape").decode("latin-1") == "Côté, René"
    message.set("From", str(message.from_))
    assert b'From: "C\xf4t\xe9, Ren\xe9" <sip:4501@10.2.2.2>;tag=5\r\n' in bytes(message)

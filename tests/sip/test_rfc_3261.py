"""Values and header fields as RFC 3261 prints them: what they say, and that nothing in them is called wrong."""

import pytest

from callpoint.sip.auth import Challenge, Credentials
from callpoint.sip.defects import defects
from callpoint.sip.hop import Hop
from callpoint.sip.message import Request, Response, parse
from callpoint.sip.name_addr import NameAddr
from callpoint.sip.retry_after import RetryAfter
from callpoint.sip.return_path import note_source, return_hop
from callpoint.sip.uri import Uri
from callpoint.sip.via import Via

START = "INVITE sip:bob@biloxi.com SIP/2.0"
NEEDED = {
    "Via": "SIP/2.0/UDP pc33.atlanta.com;branch=z9hG4bKnashds8",
    "Max-Forwards": "70",
    "To": "Bob <sip:bob@biloxi.com>",
    "From": "Alice <sip:alice@atlanta.com>;tag=1928301774",
    "Call-ID": "a84b4c76e66710",
    "CSeq": "314159 INVITE",
}


def invite(*lines: str, start: str = START, without: tuple[str, ...] = ()) -> Request:
    """The INVITE of RFC 3261 §4 with further header lines."""
    needed = [f"{name}: {value}" for name, value in NEEDED.items() if name not in without]
    message = parse("\r\n".join([start, *needed, *lines, "", ""]).encode())
    assert isinstance(message, Request)
    return message


@pytest.mark.parametrize(
    ("text", "uri"),
    [
        ("sip:alice@atlanta.com", Uri("sip", "alice", None, "atlanta.com")),
        (
            "sip:alice:secretword@atlanta.com;transport=tcp",
            Uri("sip", "alice", "secretword", "atlanta.com", None, (("transport", "tcp"),)),
        ),
        (
            "sips:alice@atlanta.com?subject=project%20x&priority=urgent",
            Uri("sips", "alice", None, "atlanta.com", headers=(("subject", "project%20x"), ("priority", "urgent"))),
        ),
        (
            "sip:+1-212-555-1212:1234@gateway.com;user=phone",
            Uri("sip", "+1-212-555-1212", "1234", "gateway.com", None, (("user", "phone"),)),
        ),
        ("sips:1212@gateway.com", Uri("sips", "1212", None, "gateway.com")),
        ("sip:alice@192.0.2.4", Uri("sip", "alice", None, "192.0.2.4")),
        (
            "sip:atlanta.com;method=REGISTER?to=alice%40atlanta.com",
            Uri("sip", None, None, "atlanta.com", None, (("method", "REGISTER"),), (("to", "alice%40atlanta.com"),)),
        ),
        ("sip:alice;day=tuesday@atlanta.com", Uri("sip", "alice;day=tuesday", None, "atlanta.com")),
        (
            "sip:alice@atlanta.com;maddr=239.255.255.1;ttl=15",
            Uri("sip", "alice", None, "atlanta.com", None, (("maddr", "239.255.255.1"), ("ttl", "15"))),
        ),
    ],
)
def test_uris_of_section_19_1(text: str, uri: Uri) -> None:
    assert Uri.parse(text) == uri
    assert str(uri) == text


@pytest.mark.parametrize(
    ("text", "dialled"),
    [
        ("sip:+358-555-1234567;postd=pp22@foo.com;user=phone", "+358-555-1234567"),
        ("sips:+358-555-1234567;postd=pp22;isub=1411@foo.com;user=phone", "+358-555-1234567"),
        ("tel:+358-555-1234567;postd=pp22", "+358-555-1234567"),
        ("tel:+358-555-1234567;tsp=a.b;phone-context=5", "+358-555-1234567"),
        ("sip:j%40s0n@atlanta.com", "j@s0n"),
        ("sip:%61lice@atlanta.com;transport=TCP", "alice"),
    ],
)
def test_what_was_dialled_in_section_19_1_6(text: str, dialled: str) -> None:
    assert Uri.parse(text).subscriber == dialled


def test_names_of_uri_parameters_are_known_in_any_case() -> None:
    assert Uri.parse("sip:alice@AtLanTa.CoM;Transport=tcp").param("transport") == "tcp"
    assert Uri.parse("SIP:ALICE@AtLanTa.CoM;Transport=udp").scheme == "sip"
    assert Uri.parse("SIP:ALICE@AtLanTa.CoM;Transport=udp").user == "ALICE"


# RFC 3261 §7.3.1: all of these are the same field
@pytest.mark.parametrize(
    "line",
    [
        "Subject:            lunch",
        "Subject      :      lunch",
        "Subject            :lunch",
        "Subject: lunch",
        "s: lunch",
        "SUBJECT:\r\n lunch",
    ],
)
def test_blanks_around_the_colon_say_nothing(line: str) -> None:
    assert invite(line).get("Subject") == "lunch"


def test_a_long_subject_may_be_folded() -> None:
    message = invite("Subject: I know you're there,", "         pick up the phone", "         and answer!")
    assert message.get("subject") == "I know you're there, pick up the phone and answer!"


ALICE, BOB, CAROL = "<sip:alice@atlanta.com>", "<sip:bob@biloxi.com>", "<sip:carol@chicago.com>"


@pytest.mark.parametrize(
    "lines",
    [
        (f"Route: {ALICE}", "Subject: Lunch", f"Route: {BOB}", f"Route: {CAROL}"),
        (f"Route: {ALICE}, {BOB}", f"Route: {CAROL}", "Subject: Lunch"),
        ("Subject: Lunch", f"Route: {ALICE}, {BOB},", f" {CAROL}"),
    ],
)
def test_several_fields_and_one_list_are_the_same(lines: tuple[str, ...]) -> None:
    message = invite(*lines)
    assert message.values("Route") == [ALICE, BOB, CAROL]
    assert message.pop_first("Route") == ALICE
    assert parse(bytes(message)).values("Route") == [BOB, CAROL]


def test_the_order_of_a_field_counts() -> None:
    message = invite(f"Route: {BOB}", f"Route: {ALICE}", f"Route: {CAROL}")
    assert message.values("Route") == [BOB, ALICE, CAROL]


@pytest.mark.parametrize(
    "line",
    [
        "Contact: <sip:alice@atlanta.com>;expires=3600",
        "CONTACT: <sip:alice@atlanta.com>;ExPiReS=3600",
        "m: <sip:alice@atlanta.com> ; expires = 3600",
    ],
)
def test_names_and_parameters_are_known_in_any_case(line: str) -> None:
    contact = invite(line).contact
    assert contact is not None
    assert (contact.uri, contact.param("Expires")) == ("sip:alice@atlanta.com", "3600")


# The examples of RFC 3261 §20, field by field
EXAMPLES = [
    "Accept: application/sdp;level=1, application/x-private, text/html",
    "Accept-Encoding: gzip",
    "Accept-Language: da, en-gb;q=0.8, en;q=0.7",
    "Alert-Info: <http://www.example.com/sounds/moo.wav>",
    "Allow: INVITE, ACK, OPTIONS, CANCEL, BYE",
    'Authentication-Info: nextnonce="47364c23432d2e131a5fb210812c"',
    "Call-ID: f81d4fae-7dec-11d0-a765-00a0c91e6bf6@biloxi.com",
    "i:f81d4fae-7dec-11d0-a765-00a0c91e6bf6@192.0.2.4",
    "Call-Info: <http://wwww.example.com/alice/photo.jpg> ;purpose=icon, <http://www.example.com/alice/> ;purpose=info",
    'Contact: "Mr. Watson" <sip:watson@worcester.bell-telephone.com> ;q=0.7; expires=3600',
    'Contact: "Mr. Watson" <sip:watson@bell-tel.com>, "Mr. Watson" <mailto:watson@bell-telephone.com> ;q=0.1',
    "m: <sips:bob@192.0.2.4>;expires=60",
    "Content-Disposition: session",
    "Content-Encoding: gzip",
    "e: tar",
    "Content-Language: fr",
    "c: text/html; charset=ISO-8859-4",
    "Date: Sat, 13 Nov 2010 23:29:00 GMT",
    "Error-Info: <sip:not-in-service-recording@atlanta.com>",
    "Expires: 5",
    'From: "A. G. Bell" <sip:agb@bell-telephone.com> ;tag=a48s',
    "From: sip:+12125551212@server.phone2net.com;tag=887s",
    "f: Anonymous <sip:c8oqz84zk7z@privacy.org>;tag=hyh8",
    "In-Reply-To: 70710@saturn.bell-tel.com, 17320@saturn.bell-tel.com",
    "Max-Forwards: 6",
    "Min-Expires: 60",
    "MIME-Version: 1.0",
    "Organization: Boxes by Bob",
    "Priority: emergency",
    "Proxy-Require: foo",
    "Record-Route: <sip:server10.biloxi.com;lr>, <sip:bigbox3.site3.atlanta.com;lr>",
    "Reply-To: Bob <sip:bob@biloxi.com>",
    "Require: 100rel",
    "Retry-After: 18000;duration=3600",
    "Retry-After: 120 (I'm in a meeting)",
    "Route: <sip:bigbox3.site3.atlanta.com;lr>, <sip:server10.biloxi.com;lr>",
    "Server: HomeServer v2",
    "s: Tech Support",
    "Supported: 100rel",
    "Timestamp: 54",
    "To: The Operator <sip:operator@cs.columbia.edu>;tag=287447",
    "t: sip:+12125551212@server.phone2net.com",
    "Unsupported: foo",
    "User-Agent: Softphone Beta1.5",
    "Via: SIP/2.0/UDP erlang.bell-telephone.com:5060;branch=z9hG4bK87asdks7",
    "Via: SIP/2.0/UDP 192.0.2.1:5060 ;received=192.0.2.207;branch=z9hG4bK77asjd",
    "Via: SIP / 2.0 / UDP first.example.com: 4000;ttl=16;maddr=224.2.0.1 ;branch=z9hG4bKa7c6a8dlze.1",
    "Warning: 307 isi.edu \"Session parameter 'foo' not understood\"",
    "Warning: 301 isi.edu \"Incompatible network address type 'E.164'\"",
]


@pytest.mark.parametrize("line", EXAMPLES)
def test_examples_of_section_20_are_well_formed_and_leave_as_they_came(line: str) -> None:
    name = line.partition(":")[0]
    long_name = {"i": "Call-ID", "f": "From", "t": "To"}.get(name, name)
    message = invite(line, without=(long_name,))
    assert defects(message) == []
    assert line.encode() in bytes(message).split(b"\r\n")
    assert bytes(parse(bytes(message))) == bytes(message)


def test_vias_of_section_20_42() -> None:
    first = Via.parse("SIP / 2.0 / UDP first.example.com: 4000;ttl=16;maddr=224.2.0.1 ;branch=z9hG4bKa7c6a8dlze.1")
    assert (first.transport, first.host, first.port) == ("UDP", "first.example.com", 4000)
    assert (first.param("ttl"), first.param("maddr"), first.branch) == ("16", "224.2.0.1", "z9hG4bKa7c6a8dlze.1")
    second = Via.parse("SIP/2.0/UDP 192.0.2.1:5060 ;received=192.0.2.207;branch=z9hG4bK77asjd")
    assert (second.host, second.port, second.received) == ("192.0.2.1", 5060, "192.0.2.207")


def test_contacts_of_section_20_10() -> None:
    watson, mail = invite(
        'Contact: "Mr. Watson" <sip:watson@worcester.bell-telephone.com>',
        '   ;q=0.7; expires=3600, "Mr. Watson" <mailto:watson@bell-telephone.com> ;q=0.1',
    ).addresses("Contact")
    assert (watson.display, watson.param("q"), watson.param("expires")) == ("Mr. Watson", "0.7", "3600")
    assert (mail.parsed_uri.scheme, mail.parsed_uri.opaque) == ("mailto", "watson@bell-telephone.com")
    assert mail.param("q") == "0.1"


def test_without_brackets_the_parameter_is_the_fields() -> None:
    address = NameAddr.parse("sip:+12125551212@server.phone2net.com;tag=887s")
    assert (address.uri, address.tag) == ("sip:+12125551212@server.phone2net.com", "887s")
    assert NameAddr.parse("<sip:a@b;tag=887s>").tag is None


def test_retry_after_of_section_20_33() -> None:
    meeting = RetryAfter.parse("120 (I'm in a meeting)")
    assert meeting.seconds == 120
    assert RetryAfter.parse("18000;duration=3600").seconds == 18_000


def test_challenge_of_section_20_44_and_credentials_of_section_20_7() -> None:
    challenge = Challenge.parse(
        'Digest realm="atlanta.com", domain="sip:boxesbybob.com", qop="auth", nonce="f84f1cec41e6cbe5aea9c8e88d359",'
        ' opaque="", stale=FALSE, algorithm=MD5'
    )
    assert (challenge.realm, challenge.qop) == ("atlanta.com", ("auth",))
    assert (challenge.stale, challenge.algorithm) == (False, "MD5")
    assert challenge.param("opaque") == ""
    credentials = Credentials.parse(
        'Digest username="Alice", realm="atlanta.com", nonce="84a4cc6f3082121f32b42a2187831a9e",'
        ' response="7587245234b3434cc3412213e5f113a5432"'
    )
    assert (credentials.username, credentials.nonce) == ("Alice", "84a4cc6f3082121f32b42a2187831a9e")


def test_a_user_before_the_at_sign_must_not_be_empty() -> None:
    assert [defect.status for defect in defects(invite(start="INVITE sip:@biloxi.com SIP/2.0"))] == [400]
    assert [defect.header for defect in defects(invite("Contact: <sip:@biloxi.com>"))] == ["Contact"]


def test_the_source_is_noted_as_in_section_18_2_1() -> None:
    request = invite("Via: SIP/2.0/UDP bobspc.biloxi.com:5060", without=("Via",))
    source = Hop("udp", "192.0.2.4", 5062)
    via = note_source(request, source)
    assert request.get("Via") == "SIP/2.0/UDP bobspc.biloxi.com:5060;received=192.0.2.4"
    assert return_hop(via, source) == Hop("udp", "192.0.2.4", 5060)


@pytest.mark.parametrize(
    ("sent_by", "source", "received"),
    [
        ("192.0.2.4", "192.0.2.4", None),
        ("192.0.2.4:5070", "192.0.2.4", None),
        ("192.0.2.4", "198.51.100.1", "198.51.100.1"),
        ("[2001:db8::4]", "2001:db8::4", None),
        ("[2001:db8::4]", "2001:db8::5", "2001:db8::5"),
        ("pc33.atlanta.com", "192.0.2.4", "192.0.2.4"),
    ],
)
def test_received_is_added_for_a_name_or_another_address(sent_by: str, source: str, received: str | None) -> None:
    via = Via.parse(f"SIP/2.0/UDP {sent_by};branch=z9hG4bKnashds8").with_source(source, 5060)
    assert via.received == received
    assert via.rport is None


def test_a_response_keeps_the_way_back_and_the_names() -> None:
    request = invite(
        "Via: SIP/2.0/UDP bigbox3.site3.atlanta.com;branch=z9hG4bK77ef4c2312983.1",
        "Record-Route: <sip:server10.biloxi.com;lr>, <sip:bigbox3.site3.atlanta.com;lr>",
        "Timestamp: 54",
        "Subject: Lunch",
        "Require: 100rel",
    )
    ringing = request.response(180, to_tag="a6c85cf")
    assert ringing.values("Via") == request.values("Via")
    assert ringing.values("Record-Route") == request.values("Record-Route")
    assert ringing.get("To") == "Bob <sip:bob@biloxi.com>;tag=a6c85cf"
    assert (ringing.get("From"), ringing.get("Call-ID"), ringing.get("CSeq")) == (
        NEEDED["From"],
        NEEDED["Call-ID"],
        NEEDED["CSeq"],
    )
    assert not any(ringing.has(name) for name in ("Subject", "Require", "Timestamp", "Max-Forwards", "Contact"))
    trying = request.response(100, to_tag="a6c85cf")
    assert trying.get("Timestamp") == "54"
    assert trying.to.tag is None
    assert not trying.has("Record-Route")


def test_a_redirection_or_refusal_sets_up_no_dialog() -> None:
    request = invite("Record-Route: <sip:server10.biloxi.com;lr>")
    assert not request.response(302, to_tag="a6c85cf").has("Record-Route")
    assert not request.response(486, to_tag="a6c85cf").has("Record-Route")


def test_responses_have_the_phrases_of_section_21() -> None:
    phrases = {status: Response(status).reason for status in (100, 180, 183, 200, 302, 404, 408, 481, 482, 483, 486)}
    assert phrases == {
        100: "Trying",
        180: "Ringing",
        183: "Session Progress",
        200: "OK",
        302: "Moved Temporarily",
        404: "Not Found",
        408: "Request Timeout",
        481: "Call/Transaction Does Not Exist",
        482: "Loop Detected",
        483: "Too Many Hops",
        486: "Busy Here",
    }
    assert Response(487).reason == "Request Terminated"
    assert Response(491).reason == "Request Pending"
    assert Response(503).reason == "Service Unavailable"
    assert Response(600).reason == "Busy Everywhere"


@pytest.mark.parametrize("start", ["invite", "Invite"])
def test_the_case_of_a_method_counts(start: str) -> None:
    request = invite(start=f"{start} sip:bob@biloxi.com SIP/2.0")
    assert [(defect.status, defect.header) for defect in defects(request)] == [(501, "CSeq")]


def test_the_version_is_known_in_any_case_and_written_in_capitals() -> None:
    request = invite(start="INVITE sip:bob@biloxi.com sip/2.0")
    assert defects(request) == []
    assert bytes(request.response(200)).startswith(b"SIP/2.0 200 OK\r\n")

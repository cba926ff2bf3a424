"""Header values: what is written is read again as the same, and what peers write is understood."""

from typing import Any

import pytest
from hypothesis import given, settings
from tests.sip import strategies

from callpoint.sip.content_type import ContentType
from callpoint.sip.cseq import CSeq
from callpoint.sip.errors import RemoteProtocolError
from callpoint.sip.hop import Hop
from callpoint.sip.max_forwards import MaxForwards
from callpoint.sip.name_addr import NameAddr
from callpoint.sip.rack import RAck, rewritten_rack
from callpoint.sip.reason import Reason
from callpoint.sip.reason_phrases import reason_phrase
from callpoint.sip.retry_after import RetryAfter
from callpoint.sip.session_expires import SessionExpires
from callpoint.sip.uri import Uri
from callpoint.sip.via import Via


@settings(max_examples=600)
@given(strategies.values)
def test_what_is_written_is_read_again_as_the_same(value: Any) -> None:
    assert type(value).parse(str(value)) == value


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("sip:911@example.com", Uri("sip", "911", None, "example.com")),
        ("SIPS:911@[::1]:5061;transport=tls", Uri("sips", "911", None, "::1", 5061, (("transport", "tls"),))),
        ("sip:example.com;lr", Uri("sip", None, None, "example.com", None, (("lr", None),))),
        (
            "sip:a:b@h?Subject=x&Priority=emergency",
            Uri("sip", "a", "b", "h", None, (), (("Subject", "x"), ("Priority", "emergency"))),
        ),
        ("tel:911;phone-context=+1", Uri("tel", opaque="911", params=(("phone-context", "+1"),))),
        ("urn:service:sos.fire", Uri("urn", opaque="service:sos.fire")),
        ("cid:loc1@example.com", Uri("cid", opaque="loc1@example.com")),
        ("sip:x@h;;lr;", Uri("sip", "x", None, "h", None, (("lr", None),))),
    ],
)
def test_uris(text: str, expected: Uri) -> None:
    assert Uri.parse(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "911",
        "sip:",
        ":x",
        "sip:@",
        "sip:u@",
        "sip:h:99999",
        "sip:h:",
        "sip:h:5x",
        "sip:[::1",
        "sip:[x]",
        "sip:a b@c d",
        "1a:b",
        "sip:2001:db8::10",
    ],
)
def test_no_uris(text: str) -> None:
    with pytest.raises(RemoteProtocolError) as caught:
        Uri.parse(text)
    assert caught.value.status == 400


def test_what_was_dialled_is_told_without_escapes() -> None:
    assert Uri.parse("sip:%39%31%31@h").user_text == "911"
    assert Uri.parse("tel:911").user_text == "911"
    assert Uri.parse("sip:h").user_text == ""
    assert Uri.parse("sip:911;phone-context=%2B1@h;user=phone").subscriber == "911"
    assert Uri.parse("tel:911;phone-context=+1").subscriber == "911"
    assert Uri.parse("sip:%ff@h").user_text.encode("utf-8", "surrogateescape") == b"\xff"


def test_uri_parameters_are_set_and_dropped() -> None:
    uri = Uri.parse("sip:h;Transport=udp;lr")
    assert uri.param("transport") == "udp"
    assert uri.param("lr") == ""
    assert uri.param("maddr") is None
    assert str(uri.with_param("transport", "tcp")) == "sip:h;transport=tcp;lr"
    assert str(uri.without_param("TRANSPORT").with_param("ob")) == "sip:h;lr;ob"


@pytest.mark.parametrize(
    ("text", "display", "uri", "params"),
    [
        ('"Bell, A." <sip:a@h>;tag=1', "Bell, A.", "sip:a@h", (("tag", "1"),)),
        ("Alice Bell <sip:a@h>", "Alice Bell", "sip:a@h", ()),
        ("sip:a@h;tag=1", None, "sip:a@h", (("tag", "1"),)),
        ("<sip:a@h;lr>;q=0.5", None, "sip:a@h;lr", (("q", "0.5"),)),
        ('"a <b> \\"c\\"" <tel:911>', 'a <b> "c"', "tel:911", ()),
        ('"" <sip:a@h>', "", "sip:a@h", ()),
        ("*", None, "*", ()),
        # malformed, but clear enough to deliver a call by
        ("Bell, Alexander <sip:a@h>", "Bell, Alexander", "sip:a@h", ()),
        ('"Mr. J <sip:a@h>', "Mr. J", "sip:a@h", ()),
        ("< sip:a@h >", None, "sip:a@h", ()),
        ("<sip:a@h>;;tag=1;", None, "sip:a@h", (("tag", "1"),)),
    ],
)
def test_addresses(text: str, display: str | None, uri: str, params: Any) -> None:
    address = NameAddr.parse(text)
    assert address == NameAddr(display, uri, params)
    assert NameAddr.parse(str(address)) == address


@pytest.mark.parametrize("text", ["", "alice", "<>", "<sip:a@h", '"x"', ";tag=1"])
def test_no_addresses(text: str) -> None:
    with pytest.raises(RemoteProtocolError) as caught:
        NameAddr.parse(text)
    assert caught.value.status == 400


def test_tags() -> None:
    address = NameAddr.parse("<sip:a@h>")
    assert address.tag is None
    assert address.with_tag("x").tag == "x"
    assert str(address.with_tag("x").with_tag("y")) == "<sip:a@h>;tag=y"
    assert NameAddr.parse("<sip:a@h>;tag=").tag is None
    assert str(address.with_tag("x").without_param("TAG")) == "<sip:a@h>"
    assert address.parsed_uri == Uri("sip", "a", None, "h")


def test_via_notes_where_a_request_came_from() -> None:
    via = Via.parse("SIP/2.0/udp 10.0.0.1:5060;branch=z9hG4bKx;rport")
    assert (via.transport, via.sent_by, via.branch, via.wants_rport, via.rport) == (
        "UDP",
        "10.0.0.1:5060",
        "z9hG4bKx",
        True,
        None,
    )
    noted = via.with_source("203.0.113.9", 40_000)
    assert noted.param("Branch") == "z9hG4bKx"
    assert noted.param("maddr") is None
    assert (noted.received, noted.rport, noted.wants_rport) == ("203.0.113.9", 40_000, False)
    assert str(noted) == "SIP/2.0/UDP 10.0.0.1:5060;branch=z9hG4bKx;rport=40000;received=203.0.113.9"


def test_received_is_written_when_asked_for_or_different() -> None:
    plain = Via.parse("SIP/2.0/UDP 10.0.0.1")
    assert plain.with_source("10.0.0.1", 5060) == plain
    assert plain.with_source("10.0.0.2", 5060).received == "10.0.0.2"
    assert plain.with_source("10.0.0.2", 5060).rport is None
    assert plain.with_param("rport").with_source("10.0.0.1", 5060).received == "10.0.0.1"
    assert Via.parse("SIP/2.0/UDP h;rport=x").rport is None
    assert Via.parse("SIP/2.0/TLS [2001:db8::1]:5061").host == "2001:db8::1"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "SIP/2.0/UDP",
        "SIP/3.0/UDP h",
        "HTTP/1.1 h",
        "SIP/2.0/UDP h:x",
        "SIP/2.0/UDP ;branch=1",
        "SIP/2.0/UDP 2001:db8::1",
    ],
)
def test_no_vias(text: str) -> None:
    with pytest.raises(RemoteProtocolError):
        Via.parse(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "1",
        "INVITE",
        "-1 INVITE",
        "2147483648 INVITE",
        "1_0 INVITE",
        "١ INVITE",
        "1 INVITE x",
        "1 IN(VITE",
        "9" * 5000 + " INVITE",
    ],
)
def test_no_cseqs(text: str) -> None:
    with pytest.raises(RemoteProtocolError):
        CSeq.parse(text)


def test_leading_zeros_are_only_zeros() -> None:
    assert CSeq.parse("0" * 5000 + "9  INVITE") == CSeq(9, "INVITE")


def test_max_forwards_has_eight_bits() -> None:
    assert MaxForwards.parse("255") == MaxForwards(255)
    with pytest.raises(RemoteProtocolError):
        MaxForwards.parse("256")


def test_session_expires() -> None:
    assert SessionExpires.parse("1800 ; Refresher=UAS;x=y") == SessionExpires(1800, "uas")
    for bad in ("", "x", "90;refresher=me", "4294967296"):
        with pytest.raises(RemoteProtocolError):
            SessionExpires.parse(bad)


def test_other_values() -> None:
    assert RAck.parse("776656 1 INVITE") == RAck(776656, CSeq(1, "INVITE"))
    assert Reason.parse('Q.850 ;cause=16;text="Terminated; normally"') == Reason("Q.850", 16, "Terminated; normally")
    assert RetryAfter.parse("18000;duration=3600") == RetryAfter(18000, (("duration", "3600"),))
    assert RetryAfter.parse("120 (I'm in a meeting)").seconds == 120
    assert (RetryAfter.parse("1;duration=3600").duration, RetryAfter.parse("1;duration=x").duration) == (3600, None)
    assert ContentType.parse('Multipart/Mixed; boundary="a b"').essence == "multipart/mixed"
    assert ContentType.parse('multipart/mixed;boundary="a b"').param("Boundary") == "a b"
    assert reason_phrase(486) == "Busy Here"
    assert reason_phrase(499) == "Bad Request"
    assert reason_phrase(999) == ""


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        (RAck, "1"),
        (RAck, "x 1 INVITE"),
        (RAck, "4294967296 1 INVITE"),
        (Reason, ""),
        (Reason, "SIP;cause=x"),
        (RetryAfter, "soon"),
        (ContentType, "text"),
        (ContentType, "/plain"),
    ],
)
def test_no_values(kind: Any, text: str) -> None:
    with pytest.raises(RemoteProtocolError) as caught:
        kind.parse(text)
    assert caught.value.status == 400


def test_hops() -> None:
    assert str(Hop("tls", "2001:db8::1", 5061)) == "tls:[2001:db8::1]:5061"
    assert str(Hop("udp", "10.0.0.1", 5060)) == "udp:10.0.0.1:5060"
    assert Hop("tcp", "h", 1).reliable
    assert not Hop("udp", "h", 1).reliable


def test_a_rack_is_rewritten_for_the_other_leg() -> None:
    assert rewritten_rack("7 1 INVITE", 42) == "7 42 INVITE"
    assert rewritten_rack("nonsense", 42) == "nonsense"

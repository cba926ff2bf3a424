"""Refusals that cost no memory, and where answers go."""

import pytest
from tests.sip.stage import STREAM, UDP, request_of_ours, request_of_theirs

from callpoint.sip.ack_cancel import ack_for_refusal, cancel_for
from callpoint.sip.hop import Hop
from callpoint.sip.message import Request, Response, parse
from callpoint.sip.return_path import note_source, return_hop
from callpoint.sip.stateless import refusal


def refused(request: Request, source: Hop = UDP) -> Response:
    found = refusal(request, source, 403)
    assert found is not None
    response = parse(bytes(found[0]))
    assert isinstance(response, Response)
    return response


def test_a_repetition_gets_the_same_answer() -> None:
    first, second = refused(request_of_theirs()), refused(request_of_theirs())
    assert bytes(first) == bytes(second)
    assert (first.status, first.reason) == (403, "Forbidden")
    assert first.to.tag


def test_another_request_gets_another_tag() -> None:
    assert refused(request_of_theirs()).to.tag != refused(request_of_theirs(branch="z9hG4bKx")).to.tag
    assert refused(request_of_theirs()).to.tag != refused(request_of_theirs(call_id="x")).to.tag


def test_an_ack_is_not_answered() -> None:
    assert refusal(request_of_theirs("ACK"), UDP, 403) is None


def test_a_request_without_via_is_answered_where_it_came_from() -> None:
    found = refusal(request_of_theirs(via="nonsense"), Hop("udp", "198.51.100.1", 999), 400)
    assert found is not None
    assert found[1] == Hop("udp", "198.51.100.1", 999)


@pytest.mark.parametrize(
    ("via", "source", "hop"),
    [
        ("SIP/2.0/UDP h;branch=z9hG4bK1", Hop("udp", "192.0.2.9", 7000), Hop("udp", "192.0.2.9", 5060)),
        ("SIP/2.0/UDP h:5099;branch=z9hG4bK1", Hop("udp", "192.0.2.9", 7000), Hop("udp", "192.0.2.9", 5099)),
        ("SIP/2.0/UDP h;branch=z9hG4bK1;rport", Hop("udp", "192.0.2.9", 7000), Hop("udp", "192.0.2.9", 7000)),
        ("SIP/2.0/UDP h;maddr=203.0.113.5", Hop("udp", "192.0.2.9", 5060), Hop("udp", "192.0.2.9", 5060)),
        ("SIP/2.0/UDP [2001:db8::1]:5062", Hop("udp", "2001:db8::1", 5062), Hop("udp", "2001:db8::1", 5062)),
        ("SIP/2.0/TLS h", Hop("tls", "192.0.2.9", 7000, 3), Hop("tls", "192.0.2.9", 5061, 3)),
        ("SIP/2.0/TCP h", Hop("tcp", "192.0.2.9", 7000, 3), Hop("tcp", "192.0.2.9", 5060, 3)),
        ("SIP/2.0/TCP h;rport", Hop("tcp", "192.0.2.9", 7000, 3), Hop("tcp", "192.0.2.9", 7000, 3)),
    ],
)
def test_where_answers_go(via: str, source: Hop, hop: Hop) -> None:
    request = request_of_theirs(via=via)
    assert return_hop(note_source(request, source), source) == hop


def test_received_is_ours_to_write() -> None:
    request = request_of_theirs(via="SIP/2.0/UDP h;branch=z9hG4bK1;received=203.0.113.1")
    note_source(request, UDP)
    assert request.via.received == UDP.host


def test_a_via_that_says_the_truth_is_left_alone() -> None:
    request = request_of_theirs(via=f"SIP/2.0/TCP {STREAM.host}:5060;branch=z9hG4bK1")
    before = bytes(request)
    note_source(request, STREAM)
    assert bytes(request) == before


def test_only_the_top_via_is_touched() -> None:
    request = request_of_theirs(via="SIP/2.0/UDP a;rport, SIP/2.0/UDP b;rport")
    note_source(request, UDP)
    assert request.values("Via")[1] == "SIP/2.0/UDP b;rport"
    assert request.values("Via")[0].startswith("SIP/2.0/UDP a")


def invite_as_sent() -> Request:
    invite = request_of_ours(cseq=3)
    invite.prepend("Via", "SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bKx;rport")
    invite.add("Authorization", 'Digest username="x"')
    invite.body = b"v=0\r\n"
    return invite


def test_an_ack_of_a_refusal_has_just_what_it_needs() -> None:
    invite = invite_as_sent()
    ack = ack_for_refusal(invite, invite.response(486, None, "psap"))
    assert [name for name, _ in ack.items()] == [
        "Via", "Max-Forwards", "Route", "From", "Call-ID", "CSeq", "To",
    ]  # fmt: skip
    assert ack.to.tag == "psap"
    assert ack.body == b""


def test_a_cancel_has_the_to_of_its_invite() -> None:
    cancel = cancel_for(invite_as_sent())
    assert cancel.to.tag is None
    assert cancel.get("CSeq") == "3 CANCEL"
    assert not cancel.has("Reason")
    assert not cancel.has("Authorization")


def test_an_ack_stands_even_where_the_answer_has_no_to() -> None:
    invite = invite_as_sent()
    response = invite.response(486, None, "psap")
    response.remove("To")
    assert ack_for_refusal(invite, response).get("To") == "<sip:psap@192.0.2.2>"

"""The way back through a NAT (RFC 3581 §6) and calls that come back to us (RFC 5393)."""

import pytest
from tests.sip.stage import Stage, request_of_theirs

from callpoint.sip.errors import RemoteProtocolError
from callpoint.sip.hop import Hop
from callpoint.sip.loop import LoopGuard
from callpoint.sip.message import Request, parse
from callpoint.sip.return_path import note_source, return_hop
from callpoint.sip.stateless import refusal
from callpoint.sip.via import Via

BEHIND_NAT = "SIP/2.0/UDP 10.1.1.1:4540;rport;branch=z9hG4bKkjshdyff"
NAT = Hop("udp", "192.0.2.1", 9988)


def test_the_server_writes_down_where_the_request_came_from() -> None:
    request = request_of_theirs(via=BEHIND_NAT)
    via = note_source(request, NAT)
    noted = Via.parse(request.required("Via"))
    assert (noted.host, noted.port, noted.received, noted.rport) == ("10.1.1.1", 4540, "192.0.2.1", 9988)
    assert noted.branch == "z9hG4bKkjshdyff"
    assert return_hop(via, NAT) == NAT


def test_received_is_written_beside_rport_even_when_nothing_was_translated() -> None:
    noted = Via.parse("SIP/2.0/UDP 192.0.2.1:9988;rport;branch=z9hG4bK1").with_source("192.0.2.1", 9988)
    assert (noted.received, noted.rport) == ("192.0.2.1", 9988)


def test_without_rport_the_answer_goes_to_the_port_of_the_via() -> None:
    request = request_of_theirs(via="SIP/2.0/UDP 10.1.1.1:4540;branch=z9hG4bKkjshdyff")
    assert return_hop(note_source(request, NAT), NAT) == Hop("udp", "192.0.2.1", 4540)
    assert Via.parse(request.required("Via")).rport is None


def test_an_answer_and_its_repetitions_go_back_through_the_nat() -> None:
    stage = Stage()
    tx = stage.serve(request_of_theirs(via=BEHIND_NAT), NAT)
    stage.respond(tx, 486)
    stage.at(2.0)
    assert set(stage.hops) == {NAT}
    assert len(stage.times("486")) == 3
    assert stage.last.via.rport == 9988


def test_an_answer_without_state_takes_the_same_way() -> None:
    refused = refusal(request_of_theirs(via=BEHIND_NAT), NAT, 403)
    assert refused is not None
    response, hop = refused
    assert hop == NAT
    assert parse(bytes(response)).via.received == "192.0.2.1"


def test_only_the_topmost_via_is_written_into() -> None:
    request = request_of_theirs(via=f"{BEHIND_NAT}, SIP/2.0/UDP 10.1.1.7;rport;branch=z9hG4bKbelow")
    note_source(request, NAT)
    _, below = request.values("Via")
    assert below == "SIP/2.0/UDP 10.1.1.7;rport;branch=z9hG4bKbelow"


def marked(guard: LoopGuard, *between: str) -> Request:
    """A request of ours that went through the elements `between` and came back."""
    request = request_of_theirs(via=f"SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK{guard.token()}")
    for number, host in enumerate(between):
        request.prepend("Via", f"SIP/2.0/UDP {host};branch=z9hG4bKother{number}")
    return request


@pytest.fixture
def guard() -> LoopGuard:
    return LoopGuard(b"secret", lambda: "unguessable")


@pytest.mark.parametrize("between", [(), ("p1.example.com",), ("p1.example.com", "p2.example.com", "p3.example.com")])
def test_a_call_that_comes_back_is_known_behind_any_number_of_elements(
    guard: LoopGuard, between: tuple[str, ...]
) -> None:
    with pytest.raises(RemoteProtocolError) as caught:
        guard.check(marked(guard, *between))
    assert caught.value.status == 482


def test_a_call_of_another_node_with_another_key_is_none_of_ours(guard: LoopGuard) -> None:
    guard.check(marked(LoopGuard(b"another", lambda: "unguessable"), "p1.example.com"))


def test_the_vias_of_a_b2bua_are_gone_but_the_call_id_tells(guard: LoopGuard) -> None:
    request = request_of_theirs(call_id="made-by-us")
    guard.check(request)
    with pytest.raises(RemoteProtocolError) as caught:
        guard.check(request, {"made-by-us"})
    assert caught.value.status == 482

"""The layer: which transaction a message belongs to, and what never reaches the user."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.sip.stage import STREAM, UDP, Stage, request_of_ours, request_of_theirs

from callpoint.sip.errors import RemoteProtocolError
from callpoint.sip.events import AckReceived, CancelReceived, RequestReceived, ResponseReceived, StrayResponse
from callpoint.sip.hop import Hop
from callpoint.sip.machine import State
from callpoint.sip.message import Request, Response, parse
from callpoint.sip.timers import Timers


def old_style(method: str = "INVITE", to_tag: str = "", cseq: int = 1, via: str = "") -> Request:
    """A request of an RFC 2543 element: no magic cookie."""
    return request_of_theirs(method, via=via or "SIP/2.0/UDP 192.0.2.2:5060", to_tag=to_tag, cseq=cseq)


def test_a_new_layer_is_idle() -> None:
    assert Stage().idle


def test_the_same_branch_of_another_sender_is_another_transaction() -> None:
    stage = Stage()
    stage.serve(request_of_theirs("OPTIONS", call_id="one"))
    stage.serve(request_of_theirs("OPTIONS", call_id="two", via="SIP/2.0/UDP 192.0.2.9;branch=z9hG4bKtheirs"))
    assert len(stage.told(RequestReceived)) == 2


def test_the_same_branch_with_another_method_is_another_transaction() -> None:
    stage = Stage()
    stage.serve(request_of_theirs("OPTIONS"))
    stage.serve(request_of_theirs("MESSAGE"))


def test_sent_by_is_compared_without_case() -> None:
    stage = Stage()
    tx = stage.serve(request_of_theirs("OPTIONS", via="SIP/2.0/UDP Phone.Example;branch=z9hG4bK1"))
    assert stage.hear(request_of_theirs("OPTIONS", via="SIP/2.0/UDP phone.example;branch=z9hG4bK1")) == []
    assert stage.log == []
    assert len(stage.layer) == 1
    assert tx.state is State.TRYING


def test_an_old_style_repetition_is_absorbed() -> None:
    stage = Stage(trying_at_once=True)
    stage.serve(old_style())
    assert stage.hear(old_style()) == []
    assert [what for _, what in stage.log] == ["100", "100"]


@pytest.mark.parametrize(
    "other",
    [
        old_style(cseq=2),
        old_style(to_tag="x"),
        old_style("OPTIONS"),
        request_of_theirs(via="SIP/2.0/UDP 192.0.2.2:5060", call_id="other"),
    ],
)
def test_what_differs_in_one_part_is_another_old_style_transaction(other: Request) -> None:
    stage = Stage()
    stage.serve(old_style())
    stage.serve(other)


def test_an_old_style_refusal_is_acknowledged() -> None:
    stage = Stage()
    tx = stage.serve(old_style())
    stage.respond(tx, 486)
    assert stage.hear(old_style("ACK", to_tag="of another answer"))  # not this transaction's
    assert stage.hear(old_style("ACK", to_tag=tx.to_tag)) == []
    assert stage.at(5.0).idle


def test_an_old_style_refusal_inside_a_dialog_is_acknowledged() -> None:
    stage = Stage()
    tx = stage.serve(old_style(to_tag="dialog"))
    stage.respond(tx, 488)
    assert stage.hear(old_style("ACK", to_tag="dialog")) == []
    assert stage.at(5.0).idle


def test_an_old_style_2xx_is_acknowledged() -> None:
    stage = Stage()
    tx = stage.serve(old_style())
    stage.respond(tx, 200)
    (event,) = stage.hear(old_style("ACK", to_tag=tx.to_tag))
    assert isinstance(event, AckReceived)
    assert event.tx is tx


def test_an_old_style_cancel_finds_its_invite() -> None:
    stage = Stage()
    tx = stage.serve(old_style())
    (event,) = stage.hear(old_style("CANCEL"))
    assert isinstance(event, CancelReceived)
    assert event.invite_tx is tx


def test_a_request_that_came_twice_by_different_ways_is_refused_with_482() -> None:
    stage = Stage()
    first = stage.serve(request_of_theirs(branch="z9hG4bKone"))
    assert stage.hear(request_of_theirs(branch="z9hG4bKtwo")) == []
    assert stage.log == [(0.0, "482")]
    stage.respond(first, 180)
    stage.hear(request_of_theirs("ACK", branch="z9hG4bKtwo", to_tag=stage.messages[0].to.tag or ""))
    stage.respond(first, 486)
    stage.hear(request_of_theirs("ACK", branch="z9hG4bKone", to_tag=first.to_tag))
    assert stage.at(100.0).idle


def test_a_merged_request_gets_no_100_even_where_that_is_said_at_once() -> None:
    stage = Stage(trying_at_once=True)
    stage.serve(request_of_theirs(branch="z9hG4bKone"))
    stage.hear(request_of_theirs(branch="z9hG4bKtwo"))
    assert [what for _, what in stage.log] == ["100", "482"]


def test_after_a_refusal_the_caller_may_try_again() -> None:
    stage = Stage()
    stage.respond(stage.serve(request_of_theirs(branch="z9hG4bKone")), 503)
    stage.serve(request_of_theirs(branch="z9hG4bKtwo"))


def test_after_the_answer_a_late_copy_is_still_refused() -> None:
    stage = Stage()
    stage.respond(stage.serve(request_of_theirs(branch="z9hG4bKone")), 200)
    stage.hear(request_of_theirs(branch="z9hG4bKtwo"))
    assert stage.times("482") == [0.0]


def test_inside_a_dialog_nothing_is_merged() -> None:
    stage = Stage()
    stage.serve(request_of_theirs(branch="z9hG4bKone", to_tag="x"))
    stage.serve(request_of_theirs(branch="z9hG4bKtwo", to_tag="x"))


@pytest.mark.parametrize("damage", ["Call-ID", "CSeq"])
def test_two_damaged_requests_are_not_taken_for_one(damage: str) -> None:
    stage = Stage()
    for branch in ("z9hG4bKone", "z9hG4bKtwo"):
        request = request_of_theirs(branch=branch)
        request.remove(damage)
        stage.serve(request)


def test_a_request_without_a_readable_via_is_answered_where_it_came_from() -> None:
    stage = Stage()
    request = request_of_theirs(via="nonsense")
    tx = stage.serve(request, Hop("udp", "198.51.100.7", 4444))
    assert stage.hear(request, Hop("udp", "198.51.100.7", 4444)) == []
    stage.respond(tx, 200)
    assert stage.hops[-1] == Hop("udp", "198.51.100.7", 4444)


def test_responses_are_known_by_branch_and_method() -> None:
    stage = Stage()
    tx = stage.layer.request(request_of_ours("OPTIONS"), UDP, 0.0)
    right = tx.request.response(200, None, "x")
    wrong_method = right.copy()
    wrong_method.set("CSeq", "1 BYE")
    wrong_branch = right.copy()
    wrong_branch.set("Via", "SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bKother")
    two_vias = right.copy()
    two_vias.add("Via", "SIP/2.0/UDP 203.0.113.1;branch=z9hG4bKbehind")
    no_via = right.copy()
    no_via.remove("Via")
    no_cseq = right.copy()
    no_cseq.remove("CSeq")
    for stray in (wrong_method, wrong_branch, two_vias, no_via, no_cseq):
        (event,) = stage.hear(stray)
        assert isinstance(event, StrayResponse)
    (event,) = stage.hear(right)
    assert isinstance(event, ResponseReceived)
    assert event.tx is tx


def test_a_stray_response_starts_nothing() -> None:
    stage = Stage()
    (event,) = stage.hear(request_of_ours().response(200, None, "x"))
    assert isinstance(event, StrayResponse)
    assert stage.idle
    assert stage.log == []


def test_the_answer_goes_to_the_source_port_where_rport_is_asked_for() -> None:
    stage = Stage()
    request = request_of_theirs(via="SIP/2.0/UDP 10.0.0.5:5060;branch=z9hG4bK1;rport")
    stage.respond(stage.serve(request, Hop("udp", "198.51.100.7", 61_000)), 200)
    assert stage.hops == [Hop("udp", "198.51.100.7", 61_000)]
    via = stage.last.via
    assert (via.received, via.rport) == ("198.51.100.7", 61_000)


def test_the_answer_goes_to_the_port_of_the_via_otherwise() -> None:
    stage = Stage()
    request = request_of_theirs(via="SIP/2.0/UDP phone.example:5070;branch=z9hG4bK1")
    stage.respond(stage.serve(request, Hop("udp", "198.51.100.7", 61_000)), 200)
    assert stage.hops == [Hop("udp", "198.51.100.7", 5070)]
    assert stage.last.via.received == "198.51.100.7"


def test_the_answer_goes_back_over_the_same_connection() -> None:
    stage = Stage()
    request = request_of_theirs(via="SIP/2.0/TCP 192.0.2.2:5060;branch=z9hG4bK1")
    stage.respond(stage.serve(request, STREAM), 200)
    assert stage.hops[0].connection == STREAM.connection
    assert stage.hops[0].port == 5060  # where to connect to, should it be gone


def test_a_repetition_that_took_another_way_is_answered_the_first_way() -> None:
    stage = Stage()
    tx = stage.serve(request_of_theirs("OPTIONS"))
    stage.respond(tx, 200)
    stage.hear(request_of_theirs("OPTIONS"), Hop("udp", "203.0.113.9", 9))
    assert stage.hops == [UDP, UDP]


def test_other_timers_may_be_given() -> None:
    stage = Stage(timers=Timers(t1=0.1, t2=0.4))
    stage.layer.request(request_of_ours("BYE"), UDP, 0.0)
    stage.at(100.0)
    assert stage.times("BYE")[:6] == [0.0, 0.1, 0.3, 0.7, 1.1, 1.5]
    assert stage.times("BYE")[-1] < 6.4
    assert stage.idle


@pytest.mark.parametrize("source", [UDP, STREAM])
def test_a_late_cancel_does_not_hide_the_2xx_from_its_ack(source: Hop) -> None:
    stage = Stage()
    tx = stage.serve(request_of_theirs(), source)
    stage.respond(tx, 200)
    stage.hear(request_of_theirs("CANCEL"), source)
    (event,) = stage.hear(request_of_theirs("ACK", branch="z9hG4bKack", to_tag=tx.to_tag), source)
    assert isinstance(event, AckReceived)
    assert event.tx is tx


@pytest.mark.parametrize("final", [200, 486])
def test_the_request_can_be_read_after_it_was_answered(final: int) -> None:
    stage = Stage()
    request = request_of_theirs()
    request.body = b"v=0\r\n"
    tx = stage.serve(request)
    whole, before = tx.request, bytes(tx.request)
    stage.respond(tx, final)
    assert tx.request is whole
    ours = stage.layer.request(request_of_ours(), UDP, 0.0)
    sent = bytes(ours.request)
    stage.hear(ours.request.response(final, None, "x"))
    stage.at(1.0)
    assert tx.request is not whole
    assert bytes(tx.request) == before
    assert tx.request.body == b"v=0\r\n"
    assert bytes(ours.request) == sent


def test_a_user_may_edit_the_request_it_was_given() -> None:
    stage = Stage()
    tx = stage.serve(request_of_theirs())
    stage.respond(tx, 200)
    tx.request.set("From", "<sip:other@x>;tag=other")
    tx.request.method = "BYE"
    assert stage.at(100.0).idle
    assert not stage.layer._accepted
    assert not stage.layer._merges


@settings(max_examples=200, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["INVITE", "ACK", "CANCEL", "BYE", "SIP/2.0 200 OK", "SIP/2.0 180 x"]),
            st.lists(
                st.sampled_from(
                    [
                        "Via: SIP/2.0/UDP 192.0.2.2;branch=z9hG4bK1",
                        "Via: SIP/2.0/UDP 192.0.2.2;branch=1;rport",
                        "v: x",
                        "Via:",
                        "From: <sip:a@b>;tag=1",
                        "From: \x80;tag=",
                        "To: <sip:a@b>",
                        "To: <sip:a@b>;tag=2",
                        "To: <",
                        "Call-ID: 1",
                        "CSeq: 1 INVITE",
                        "CSeq: 99999999999999999999 INVITE",
                        "CSeq: 1 CANCEL",
                        "Max-Forwards: -1",
                    ]
                ),
                max_size=8,
            ),
            st.floats(0, 40),
        ),
        max_size=6,
    )
)
def test_nothing_that_parses_makes_the_layer_stumble(script: list[tuple[str, list[str], float]]) -> None:
    stage = Stage(trying_at_once=True)
    for start, lines, pause in script:
        first = start if start.startswith("SIP/") else f"{start} sip:911@192.0.2.1 SIP/2.0"
        data = "\r\n".join([first, *lines, "", ""]).encode("latin-1")
        try:
            message = parse(data)
        except RemoteProtocolError:
            continue
        for event in stage.layer.receive(message, UDP, stage.now):
            if isinstance(event, RequestReceived):
                stage.respond(event.tx, 404)
        stage.at(stage.now + pause)
    assert stage.at(stage.now + 100.0).idle


def test_answers_of_the_layer_are_well_formed() -> None:
    stage = Stage()
    stage.hear(request_of_theirs("CANCEL"))
    answer = stage.last
    assert isinstance(answer, Response)
    assert (answer.status, answer.reason) == (481, "Call/Transaction Does Not Exist")
    assert answer.call_id == "call-2"
    assert answer.get("Content-Length") == "0"

"""Reliable ringing (RFC 3262) and UPDATE (RFC 3311) in early dialogs, as their flows have it."""

import pytest
from tests.sip.stage import UDP, Stage, request_of_ours

from callpoint.sip.cseq import CSeq
from callpoint.sip.defects import defects
from callpoint.sip.dialog import Dialog
from callpoint.sip.errors import RemoteProtocolError
from callpoint.sip.events import ResponseReceived
from callpoint.sip.glare import check_glare
from callpoint.sip.message import Request, Response, parse
from callpoint.sip.rack import RAck, rewritten_rack


def provisional(rseq: int, *, tag: str = "a6c85cf", status: int = 180, cseq: int = 1) -> Response:
    """A reliable response of the PSAP's to our INVITE."""
    response = Response(status)
    response.extend(
        [
            ("Via", "SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bKt1"),
            ("From", "<sip:node@192.0.2.1>;tag=ours"),
            ("To", f"<sip:psap@192.0.2.2>;tag={tag}"),
            ("Call-ID", "call-1"),
            ("CSeq", f"{cseq} INVITE"),
            ("Require", "100rel"),
            ("RSeq", str(rseq)),
            ("Contact", "<sip:psap@192.0.2.2:5070>"),
        ]
    )
    return response


def prack(rack: str) -> Request:
    """The caller's PRACK."""
    request = request_of_ours("PRACK", cseq=2)
    request.set("RAck", rack)
    return request


def test_values_as_section_7_prints_them() -> None:
    assert RAck.parse("776656 1 INVITE") == RAck(776656, CSeq(1, "INVITE"))
    ringing = provisional(988789)
    assert defects(parse(bytes(ringing))) == []
    assert ringing.get("RSeq") == "988789"


@pytest.mark.parametrize("value", ["0", "4294967295"])
def test_an_rseq_has_32_bits(value: str) -> None:
    response = provisional(1)
    response.set("RSeq", value)
    assert defects(parse(bytes(response))) == []
    response.set("RSeq", "4294967296")
    assert [defect.header for defect in defects(parse(bytes(response)))] == ["RSeq"]


def test_prack_is_a_transaction_of_its_own_while_the_invite_rings() -> None:
    stage = Stage()
    invite = stage.layer.request(request_of_ours(), UDP, 0.0)
    stage.collect()
    ringing = provisional(1)
    ringing.set("Via", str(invite.request.via))
    stage.at(0.2).hear(ringing)
    dialog = Dialog.as_caller(invite.request, ringing, UDP)
    request = dialog.request("PRACK")
    request.add("RAck", f"1 {invite.request.cseq}")
    tx = stage.layer.request(request, UDP, stage.now)
    stage.at(0.3)
    sent = stage.last
    assert isinstance(sent, Request)
    assert (sent.method, sent.uri, sent.cseq.number) == ("PRACK", "sip:psap@192.0.2.2:5070", 2)
    assert sent.get("RAck") == "1 1 INVITE"
    assert sent.to.tag == "a6c85cf"
    assert tx.branch != invite.branch
    stage.hear(tx.request.response(200))
    ok = invite.request.response(200, None, "a6c85cf")
    stage.at(1.0).hear(ok)
    told = [(event.tx, event.response.status) for event in stage.events if isinstance(event, ResponseReceived)]
    assert told == [(invite, 180), (tx, 200), (invite, 200)]


def test_a_lost_prack_is_repeated_like_any_request() -> None:
    stage = Stage()
    stage.layer.request(prack("1 1 INVITE"), UDP, 0.0)
    stage.at(8.0)
    assert stage.times("PRACK") == [0.0, 0.5, 1.5, 3.5, 7.5]


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        ("776656 314159 INVITE", "776656 1 INVITE"),
        ("1 1 INVITE", "1 1 INVITE"),
        (" 9021   7  INVITE", "9021 1 INVITE"),
        ("what", "what"),  # the far end refuses it
        ("4294967296 7 INVITE", "4294967296 7 INVITE"),
    ],
)
def test_a_rack_names_the_invite_of_the_leg_it_crosses_to(theirs: str, ours: str) -> None:
    assert rewritten_rack(theirs, 1) == ours


def test_each_fork_rings_in_a_dialog_of_its_own_and_numbers_its_requests_itself() -> None:
    invite = request_of_ours()
    one = Dialog.as_caller(invite, provisional(1, tag="one"), UDP)
    two = Dialog.as_caller(invite, provisional(1, tag="two"), UDP)
    assert one.request("PRACK").cseq.number == two.request("PRACK").cseq.number == 2
    answered = invite.response(200, None, "two")
    answered.set("Contact", "<sip:psap@192.0.2.2:5090>")
    two.confirm(answered)
    assert (one.confirmed, two.confirmed) == (False, True)
    assert two.remote_target == "sip:psap@192.0.2.2:5090"


def early() -> Dialog:
    return Dialog.as_caller(request_of_ours(), provisional(1), UDP)


def theirs(method: str, cseq: int, contact: str = "") -> Request:
    request = Request(method, "sip:node@192.0.2.1")
    request.extend(
        [
            ("Via", "SIP/2.0/UDP 192.0.2.2;branch=z9hG4bKtheirs"),
            ("From", "<sip:psap@192.0.2.2>;tag=a6c85cf"),
            ("To", "<sip:node@192.0.2.1>;tag=ours"),
            ("Call-ID", "call-1"),
            ("CSeq", f"{cseq} {method}"),
        ]
    )
    if contact:
        request.add("Contact", contact)
    return request


def test_update_goes_through_an_early_dialog_and_counts_on() -> None:
    dialog = early()
    assert not dialog.confirmed
    first, second = dialog.request("PRACK"), dialog.request("UPDATE")
    assert (first.cseq.number, second.cseq.number) == (2, 3)
    assert second.uri == "sip:psap@192.0.2.2:5070"


def test_their_update_moves_the_far_end_before_the_answer() -> None:
    dialog = early()
    update = theirs("UPDATE", 7, "<sip:psap@192.0.2.3:5071>")
    dialog.accept(update)
    assert dialog.refresh_target(update)
    assert dialog.request("UPDATE").uri == "sip:psap@192.0.2.3:5071"
    assert not dialog.confirmed


@pytest.mark.parametrize("method", ["INFO", "OPTIONS", "MESSAGE", "PRACK", "BYE"])
def test_no_other_request_moves_it(method: str) -> None:
    dialog = early()
    request = theirs(method, 7, "<sip:elsewhere@203.0.113.1>")
    dialog.accept(request)
    assert not dialog.refresh_target(request)
    assert dialog.remote_target == "sip:psap@192.0.2.2:5070"


def test_an_update_older_than_the_last_request_is_refused() -> None:
    dialog = early()
    dialog.accept(theirs("UPDATE", 7))
    with pytest.raises(RemoteProtocolError) as caught:
        dialog.accept(theirs("UPDATE", 6))
    assert caught.value.status == 500
    dialog.accept(theirs("UPDATE", 9))  # a gap is no mistake (RFC 3261 §12.2.2)


@pytest.mark.parametrize(
    ("ours", "their_own", "status"), [(False, False, 0), (True, False, 491), (False, True, 500), (True, True, 500)]
)
def test_an_offer_while_another_waits_is_refused_as_section_5_2_says(ours: bool, their_own: bool, status: int) -> None:
    if not status:
        check_glare(ours_pending=ours, theirs_pending=their_own)
        return
    with pytest.raises(RemoteProtocolError) as caught:
        check_glare(ours_pending=ours, theirs_pending=their_own)
    assert caught.value.status == status

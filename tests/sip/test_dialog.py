"""Dialogs: made by both sides, requests inside them, and their way over a restart (RFC 3261 §12)."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.sip.stage import STREAM, UDP, request_of_ours, request_of_theirs

from callpoint.sip.dialog import Dialog, dialog_id
from callpoint.sip.errors import LocalProtocolError, RemoteProtocolError
from callpoint.sip.hop import Hop
from callpoint.sip.message import Request, Response, parse

LOOSE = ("<sip:p1.example;lr>", "<sip:p2.example;lr>")


def our_invite() -> Request:
    invite = request_of_ours(cseq=7)
    invite.add("Contact", '"Node" <sip:node@192.0.2.1:5060>')
    return invite


def answer(status: int = 200, tag: str = "psap", contact: str = "<sip:psap@198.51.100.9:5080>") -> Response:
    """An answer to our INVITE that came by p1 and p2."""
    response = our_invite().response(status, None, tag)
    for route in reversed(LOOSE):
        response.add("Record-Route", route)
    if contact:
        response.add("Contact", contact)
    return response


def caller(**changes: str) -> Dialog:
    return Dialog.as_caller(our_invite(), answer(**changes), UDP)  # type: ignore[arg-type]


def callee(request: Request | None = None, status: int = 200) -> Dialog:
    request = request or request_of_theirs(cseq=5)
    response = request.response(status, None, "ours")
    response.add("Contact", "<sip:911@192.0.2.1>")
    return Dialog.as_callee(request, response, STREAM)


def in_dialog(method: str, cseq: int, *, to_tag: str = "ours") -> Request:
    return request_of_theirs(method, branch=f"z9hG4bK{cseq}", cseq=cseq, to_tag=to_tag)


def test_the_caller_takes_tags_target_and_the_routes_reversed() -> None:
    dialog = caller()
    assert dialog.id == ("call-1", "ours", "psap")
    assert dialog.route_set == LOOSE
    assert dialog.remote_target == "sip:psap@198.51.100.9:5080"
    assert (dialog.local_cseq, dialog.remote_cseq) == (7, None)
    assert (dialog.local_uri, dialog.remote_uri) == ("sip:node@192.0.2.1", "sip:psap@192.0.2.2")
    assert dialog.confirmed
    assert dialog.hop == UDP


def test_the_callee_takes_tags_target_and_the_routes_as_they_stand() -> None:
    request = request_of_theirs(cseq=5)
    request.add("Record-Route", "<sip:p1.example;lr>, <sip:p2.example;lr>")
    dialog = callee(request)
    assert dialog.id == ("call-2", "ours", "theirs")
    assert dialog.route_set == LOOSE
    assert dialog.remote_target == "sip:e1001@192.0.2.2:5060"
    assert (dialog.local_cseq, dialog.remote_cseq) == (0, 5)
    assert dialog.local_target == "<sip:911@192.0.2.1>"


def test_both_sides_of_one_call_know_the_same_dialog() -> None:
    invite = our_invite()
    response = answer()
    mine, theirs = Dialog.as_caller(invite, response), Dialog.as_callee(invite, response)
    assert mine.id == (theirs.call_id, theirs.remote_tag, theirs.local_tag)
    bye = parse(bytes(mine.request("BYE")))
    assert isinstance(bye, Request)
    theirs.accept(bye)
    assert dialog_id(bye) == theirs.id


def test_a_request_inside_goes_by_loose_routers() -> None:
    request = caller().request("BYE")
    assert (request.method, request.uri) == ("BYE", "sip:psap@198.51.100.9:5080")
    assert request.values("Route") == list(LOOSE)
    assert request.get("From") == "<sip:node@192.0.2.1>;tag=ours"
    assert request.get("To") == "<sip:psap@192.0.2.2>;tag=psap"
    assert (request.call_id, request.get("CSeq"), request.get("Max-Forwards")) == ("call-1", "8 BYE", "70")
    assert not request.has("Contact")
    assert not request.has("Via")


def test_a_strict_router_takes_the_place_of_the_target() -> None:
    dialog = caller()
    dialog.route_set = ("<sip:p1.example;method=INVITE;transport=tcp?Subject=x>", "<sip:p2.example;lr>")
    request = dialog.request("BYE")
    assert request.uri == "sip:p1.example;transport=tcp"
    assert request.values("Route") == ["<sip:p2.example;lr>", "<sip:psap@198.51.100.9:5080>"]
    assert dialog.next_hop().host == "p1.example"


def test_an_unreadable_route_is_left_to_the_next_hop() -> None:
    dialog = caller()
    dialog.route_set = ("<>",)
    assert dialog.request("BYE").uri == "sip:psap@198.51.100.9:5080"
    with pytest.raises(RemoteProtocolError):
        dialog.next_hop()


def test_the_next_hop_is_the_first_route_or_the_target() -> None:
    dialog = caller()
    assert dialog.next_hop().host == "p1.example"
    dialog.route_set = ()
    assert (dialog.next_hop().host, dialog.next_hop().port) == ("198.51.100.9", 5080)
    assert dialog.request("BYE").values("Route") == []


def test_numbers_grow_and_an_ack_takes_that_of_its_invite() -> None:
    dialog = caller()
    assert [dialog.request(method).cseq.number for method in ("INFO", "INVITE")] == [8, 9]
    assert dialog.request("ACK", 9).get("CSeq") == "9 ACK"
    assert dialog.request("BYE").cseq.number == 10


@pytest.mark.parametrize("method", ["ACK", "CANCEL"])
def test_what_needs_its_invite_is_not_made_without(method: str) -> None:
    with pytest.raises(LocalProtocolError):
        caller().request(method)
    with pytest.raises(LocalProtocolError):
        caller().request("CANCEL", 7)


@pytest.mark.parametrize(("method", "has"), [("INVITE", True), ("UPDATE", True), ("BYE", False), ("INFO", False)])
def test_our_contact_goes_where_it_is_wanted(method: str, has: bool) -> None:
    request = caller().request(method)
    assert request.get("Contact") == ('"Node" <sip:node@192.0.2.1:5060>' if has else None)


def test_the_callees_first_request_has_number_one() -> None:
    dialog = callee()
    request = dialog.request("BYE")
    assert request.get("CSeq") == "1 BYE"
    assert request.get("From") == "<sip:911@192.0.2.1>;tag=ours"
    assert request.get("To") == "<sip:e1001@192.0.2.2>;tag=theirs"


def test_growing_numbers_are_taken_and_lower_ones_answered_500() -> None:
    dialog = callee()
    dialog.accept(in_dialog("INFO", 6))
    dialog.accept(in_dialog("INFO", 900))
    dialog.accept(in_dialog("BYE", 900))
    with pytest.raises(RemoteProtocolError) as refused:
        dialog.accept(in_dialog("INFO", 899))
    assert refused.value.status == 500
    assert dialog.remote_cseq == 900


def test_the_first_request_of_the_callee_may_have_any_number() -> None:
    dialog = caller()
    bye = request_of_ours("BYE", cseq=0)
    bye.set("From", "<sip:psap@192.0.2.2>;tag=psap")
    bye.set("To", "<sip:node@192.0.2.1>;tag=ours")
    dialog.accept(bye)
    assert dialog.remote_cseq == 0


def test_an_ack_is_not_counted() -> None:
    dialog = callee()
    dialog.accept(in_dialog("INVITE", 9))
    dialog.accept(in_dialog("ACK", 5))
    assert dialog.remote_cseq == 9


@pytest.mark.parametrize("part", ["Call-ID", "From", "To"])
def test_a_request_of_another_dialog_is_answered_481(part: str) -> None:
    request = in_dialog("BYE", 6)
    request.set(part, {"Call-ID": "x", "From": "<sip:a@b>;tag=x", "To": "<sip:a@b>"}[part])
    with pytest.raises(RemoteProtocolError) as refused:
        callee().accept(request)
    assert refused.value.status == 481


@pytest.mark.parametrize(("method", "refreshes"), [("INVITE", True), ("UPDATE", True), ("INFO", False), ("BYE", False)])
def test_a_reinvite_or_update_of_theirs_moves_the_target(method: str, refreshes: bool) -> None:
    dialog = callee()
    request = in_dialog(method, 6)
    request.set("Contact", "<sip:moved@192.0.2.77>")
    assert dialog.refresh_target(request) is refreshes
    assert (dialog.remote_target == "sip:moved@192.0.2.77") is refreshes
    assert dialog.refresh_target(request) is False


@pytest.mark.parametrize(("status", "refreshes"), [(180, False), (200, True), (299, True), (302, False), (491, False)])
def test_a_2xx_to_our_reinvite_moves_the_target(status: int, refreshes: bool) -> None:
    dialog = caller()
    moved = answer(status, contact="<sip:moved@192.0.2.77>")
    assert dialog.refresh_target(moved) is refreshes
    assert dialog.route_set == LOOSE


@pytest.mark.parametrize("contact", ["", "*", "<"])
def test_a_contact_that_is_no_place_moves_nothing(contact: str) -> None:
    dialog = caller()
    assert dialog.refresh_target(answer(contact=contact)) is False
    assert dialog.remote_target == "sip:psap@198.51.100.9:5080"


def test_without_contact_the_caller_keeps_what_it_dialled() -> None:
    assert caller(contact="").remote_target == our_invite().uri


def test_without_contact_the_callee_calls_the_from_uri() -> None:
    request = request_of_theirs()
    request.remove("Contact")
    assert callee(request).remote_target == "sip:e1001@192.0.2.2"


def test_a_dialog_needs_our_tag() -> None:
    with pytest.raises(LocalProtocolError):
        Dialog.as_callee(request_of_theirs(), request_of_theirs().response(200))


def test_a_peer_without_tags_still_gets_a_dialog() -> None:
    request = request_of_theirs()
    request.set("From", "<sip:old@192.0.2.2>")
    dialog = callee(request)
    assert dialog.remote_tag == ""
    bye = in_dialog("BYE", 6)
    bye.set("From", "<sip:old@192.0.2.2>")
    dialog.accept(bye)


@pytest.mark.parametrize(
    ("uri", "transport", "secure"), [("sips:x@h", "tls", True), ("sips:x@h", "udp", False), ("sip:x@h", "tls", False)]
)
def test_secure_is_sips_over_tls(uri: str, transport: str, secure: bool) -> None:
    invite = our_invite()
    invite.uri = uri
    hop = Hop(transport, "192.0.2.2", 5061)  # type: ignore[arg-type]
    assert Dialog.as_caller(invite, answer(), hop).secure is secure


texts = st.text(st.characters(codec="utf-8", exclude_categories=["Cc"]) | st.just("\udcff"), max_size=12)


@given(
    texts,
    st.lists(texts, max_size=3),
    st.none() | st.integers(0, 2**31),
    st.booleans(),
    st.none() | st.builds(Hop, st.sampled_from(["udp", "tcp", "tls"]), texts, st.integers(1, 65535), st.none()),
)
def test_a_dialog_comes_back_from_json(
    text: str, routes: list[str], remote_cseq: int | None, confirmed: bool, hop: Hop | None
) -> None:
    dialog = callee()
    dialog.remote, dialog.route_set, dialog.remote_cseq = text, tuple(routes), remote_cseq
    dialog.confirmed, dialog.hop = confirmed, hop
    assert Dialog.from_json(json.loads(json.dumps(dialog.to_json()))) == dialog


def test_a_restored_dialog_goes_on_counting() -> None:
    dialog = caller()
    dialog.request("INFO")
    restored = Dialog.from_json(dialog.to_json())
    assert bytes(restored.request("BYE")) == bytes(dialog.request("BYE"))


def test_a_restored_dialog_claims_no_connection_of_the_process_before() -> None:
    dialog = callee()
    dialog.hop = Hop("tcp", "192.0.2.2", 40_000, 1)
    restored = Dialog.from_json(json.loads(json.dumps(dialog.to_json())))
    assert restored.hop == Hop("tcp", "192.0.2.2", 40_000)
    hop = {"transport": "tcp", "host": "192.0.2.2", "port": 40_000, "connection": 1}  # as older versions wrote it
    assert Dialog.from_json(dialog.to_json() | {"hop": hop}).hop == restored.hop


@pytest.mark.parametrize("data", [{}, {"hop": None}, {"hop": 3, "route_set": []}, {"hop": {"x": 1}, "route_set": []}])
def test_what_is_no_dialog_is_refused(data: dict[str, object]) -> None:
    with pytest.raises(LocalProtocolError):
        Dialog.from_json(data)


def test_an_early_dialog_is_confirmed_with_routes_and_target_anew() -> None:
    early = Dialog.as_caller(our_invite(), answer(180, contact="<sip:early@h>"), UDP)
    assert not early.confirmed
    early.request("PRACK")
    final = our_invite().response(200, None, "psap")
    final.add("Record-Route", "<sip:p9.example;lr>")
    final.add("Contact", "<sip:late@h>")
    early.confirm(final)
    assert early.confirmed
    assert (early.route_set, early.remote_target) == (("<sip:p9.example;lr>",), "sip:late@h")
    assert early.local_cseq == 8


def test_a_2xx_of_an_old_element_without_tag_makes_a_dialog() -> None:
    assert Dialog.as_caller(our_invite(), our_invite().response(200)).remote_tag == ""

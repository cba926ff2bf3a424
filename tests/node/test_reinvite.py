"""Changes of a running call: re-INVITE, UPDATE, INFO and what is refused (RFC 3261 §14, RFC 3311 §5)."""

import pytest

from callpoint.sip.dialog import Dialog
from tests.node.world import ANSWER_SDP, SDP, Actor, Talk, World, refuse_with

MOVED = SDP.replace(b"40000", b"40002")


def accept(actor: Actor, event: object) -> None:
    actor.say(200, body=ANSWER_SDP)


def nothing(actor: Actor, event: object) -> None:
    """It is thinking."""


async def test_the_offer_in_the_answer_and_the_answer_in_the_ack(world: World) -> None:
    talk = await world.established()
    tx = world.phone.send(talk.phone, "INVITE", world.hop)
    arrived = await world.psap.request("INVITE", 2)
    assert arrived.body == b""
    assert not arrived.has("Content-Type")
    ok = await world.phone.answer_to("INVITE", 2)
    assert ok.body == ANSWER_SDP
    ack = talk.phone.request("ACK", cseq=2)
    ack.set("Content-Type", "application/sdp")
    ack.body = MOVED
    world.phone.endpoint.acknowledge(tx, ack, world.hop)
    await world.psap.until(lambda: len(world.psap.acks) == 2)
    assert world.psap.acks[1].body == MOVED
    assert world.psap.acks[1].cseq.number == 2


async def test_a_late_offer_call(world: World) -> None:
    """The very first INVITE without SDP: documents and location go out, the ACK carries the answer."""
    invite = world.invite()
    invite.body = b""
    invite.remove("Content-Type")
    tx = world.phone.endpoint.request(invite, world.hop)
    ok = await world.phone.response(200)
    assert ok.body == ANSWER_SDP
    arrived = await world.psap.request("INVITE")
    assert b"pidf" in arrived.body
    assert b"v=0" not in arrived.body
    dialog = Dialog.as_caller(tx.request, ok, world.hop)
    ack = dialog.request("ACK", cseq=1)
    ack.set("Content-Type", "application/sdp")
    ack.body = SDP
    world.phone.endpoint.acknowledge(tx, ack, world.hop)
    await world.psap.until(lambda: world.psap.acks)
    assert world.psap.acks[0].body == SDP


async def test_the_psap_may_change_the_session_too(world: World) -> None:
    talk = await world.established()
    world.phone.on_invite = accept
    tx = world.psap.send(talk.psap, "INVITE", world.hop, body=MOVED, X_Employee_ID="E9")
    arrived = await world.phone.request("INVITE")
    assert arrived.body == MOVED
    assert arrived.uri == talk.invite.contact.uri  # type: ignore[union-attr]
    ok = await world.psap.answer_to("INVITE")
    assert ok.body == ANSWER_SDP
    world.psap.endpoint.acknowledge(tx, talk.psap.request("ACK", cseq=1), world.hop)
    await world.phone.until(lambda: world.phone.acks)


@pytest.mark.parametrize("status", [488, 491, 500, 606])
async def test_a_refused_change_leaves_the_call_as_it_was(world: World, status: int) -> None:
    talk = await world.established()
    world.psap.on_invite = refuse_with(status)
    world.phone.send(talk.phone, "INVITE", world.hop, body=MOVED)
    assert (await world.phone.answer_to("INVITE", 2)).status == status
    world.phone.send(talk.phone, "INFO", world.hop)
    assert (await world.phone.answer_to("INFO")).status == 200
    assert world.journal.of_kind("ended") == []


async def test_a_silent_far_end_gives_500_and_never_408(world: World) -> None:
    """Whoever hears 408 inside a dialog hangs up (RFC 3261 §12.2.1.2), and the call shall go on."""
    talk = await world.established()
    await world.psap.endpoint.close()
    world.phone.send(talk.phone, "INFO", world.hop)
    assert (await world.phone.answer_to("INFO")).status == 500
    assert world.journal.of_kind("ended") == []


async def test_glare_is_491_both_ways(world: World) -> None:
    talk = await world.established()
    world.psap.on_invite = world.phone.on_invite = nothing
    world.phone.send(talk.phone, "INVITE", world.hop, body=MOVED)
    await world.psap.request("INVITE", 2)
    world.psap.send(talk.psap, "INVITE", world.hop, body=MOVED)
    assert (await world.psap.answer_to("INVITE")).status == 491
    world.psap.say(491)
    assert (await world.phone.answer_to("INVITE", 2)).status == 491
    assert world.phone.of_method("INVITE") == []


async def test_a_second_offer_before_the_first_is_answered_is_told_to_wait(world: World) -> None:
    talk = await world.established()
    world.psap.on_invite = nothing
    world.phone.send(talk.phone, "INVITE", world.hop, body=MOVED)
    await world.psap.request("INVITE", 2)
    world.phone.send(talk.phone, "INVITE", world.hop, body=MOVED)
    second = await world.phone.answer_to("INVITE", 2)
    assert second.status == 500
    assert second.has("Retry-After")
    world.psap.say(200, body=ANSWER_SDP)
    assert (await world.phone.answer_to("INVITE", 3)).status == 200


async def test_a_cancelled_reinvite_leaves_the_call(world: World) -> None:
    talk = await world.established()
    world.psap.on_invite = lambda actor, event: actor.say(180)  # type: ignore[assignment,return-value]
    tx = world.phone.send(talk.phone, "INVITE", world.hop, body=MOVED)
    await world.phone.until(lambda: len([r for r in world.phone.responses if r.status == 180]) == 2)
    world.phone.endpoint.cancel(tx)
    await world.psap.until(lambda: world.psap.cancels == 1)
    assert (await world.phone.answer_to("INVITE", 2)).status == 487
    assert world.journal.of_kind("ended") == []


async def test_reliable_progress_of_a_reinvite_is_acknowledged_by_its_own_number(world: World) -> None:
    talk = await world.established()
    world.psap.on_invite = lambda actor, event: actor.say(183, Require="100rel", RSeq="9")  # type: ignore[assignment,return-value]
    tx = world.phone.send(talk.phone, "INVITE", world.hop, body=MOVED)
    await world.phone.response(183)
    world.phone.send(talk.phone, "PRACK", world.hop, RAck=f"9 {tx.request.cseq.number} INVITE")
    prack = await world.psap.request("PRACK")
    assert prack.get("RAck") == f"9 {world.psap.of_method('INVITE')[1].cseq.number} INVITE"


async def test_bye_while_a_change_is_pending(world: World) -> None:
    """RFC 3261 §15.1.2: what is pending is answered 487; an answer of the other side still gets its ACK."""
    talk = await world.established()
    world.psap.on_invite = nothing
    world.psap.obeys_cancel = False
    world.phone.send(talk.phone, "INVITE", world.hop, body=MOVED)
    await world.psap.request("INVITE", 2)
    world.psap.send(talk.psap, "BYE", world.hop)
    assert (await world.phone.answer_to("INVITE", 2)).status == 487
    world.psap.say(200, world.psap.invites[1], body=ANSWER_SDP)
    await world.psap.until(lambda: len(world.psap.acks) == 2)


@pytest.mark.parametrize("method", ["INFO", "OPTIONS", "MESSAGE", "UPDATE", "NOTIFY"])
@pytest.mark.parametrize("by", ["phone", "psap"])
async def test_what_crosses_both_ways_with_body_and_headers(world: World, method: str, by: str) -> None:
    talk = await world.established()
    sender, other, dialog = _ends(world, talk, by)
    body = b"\x00\xffbinary\r\n\r\n"
    tx = sender.send(dialog, method, world.hop, body=body, Content_Type="application/x-y", X_Unknown="kept; as=is")
    arrived = await other.request(method)
    assert (arrived.body, arrived.get("Content-Type"), arrived.get("X-Unknown")) == (
        body,
        "application/x-y",
        "kept; as=is",
    )
    assert arrived.call_id != tx.request.call_id
    assert (await sender.answer_to(method)).status == 200
    assert world.journal.of_kind("relayed")[0]["by"] == ("caller" if by == "phone" else "psap")


async def test_the_employee_number_stays_on_its_side(world: World) -> None:
    talk = await world.established()
    world.phone.send(talk.phone, "INFO", world.hop, X_Employee_ID="E1001", X_E911_User_ID="E1001")
    arrived = await world.psap.request("INFO")
    assert not arrived.has("X-Employee-ID")
    assert not arrived.has("X-E911-User-ID")


async def test_a_response_out_of_step_is_not_passed_on(world: World) -> None:
    """RFC 4320: a request that is no INVITE is not answered in steps."""
    talk = await world.established()

    def slow(actor: Actor, event: object) -> None:
        actor.say(183, event.tx)  # type: ignore[attr-defined]
        actor.say(200, event.tx)  # type: ignore[attr-defined]

    world.psap.on_other = slow
    world.phone.send(talk.phone, "INFO", world.hop)
    await world.phone.answer_to("INFO")
    assert [r.status for r in world.phone.responses if r.cseq.method == "INFO"] == [200]


async def test_an_old_number_is_refused(world: World) -> None:
    """RFC 3261 §12.2.2: a CSeq number lower than the last one is 500."""
    talk = await world.established()
    talk.phone.local_cseq = 10
    world.phone.send(talk.phone, "INFO", world.hop)
    await world.phone.answer_to("INFO")
    talk.phone.local_cseq = 3
    world.phone.send(talk.phone, "UPDATE", world.hop)
    assert (await world.phone.answer_to("UPDATE")).status == 500
    assert world.psap.of_method("UPDATE") == []


async def test_a_moved_end_is_followed(world: World) -> None:
    """A re-INVITE from elsewhere moves the remote target (RFC 3261 §12.2.1.2); the BYE goes there."""
    talk = await world.established()
    elsewhere = await world.actor("elsewhere")
    world.phone.send(talk.phone, "UPDATE", world.hop, Contact=f"<sip:agent@127.0.0.1:{elsewhere.port}>")
    await world.phone.answer_to("UPDATE")
    world.psap.send(talk.psap, "BYE", world.hop)
    assert (await elsewhere.request("BYE")).uri == f"sip:agent@127.0.0.1:{elsewhere.port}"


@pytest.mark.parametrize("by", ["phone", "psap"])
async def test_refer_is_refused_from_both_sides(world: World, by: str) -> None:
    talk = await world.established()
    sender, _, dialog = _ends(world, talk, by)
    sender.send(dialog, "REFER", world.hop, Refer_To="<sip:friend@elsewhere.example>")
    assert (await sender.answer_to("REFER")).status == 403
    fact = world.journal.of_kind("transfer_refused")[0]
    assert (fact["method"], fact["by"]) == ("REFER", "caller" if by == "phone" else "psap")


async def test_third_parties_cannot_take_a_call_over(world: World) -> None:
    talk = await world.established()
    thief = world.invite(Replaces=f"{talk.phone.call_id};to-tag={talk.phone.remote_tag};from-tag=x")
    world.phone.endpoint.request(thief, world.hop)
    await world.phone.response(403)
    refer = world.invite()
    refer.method = "REFER"
    refer.set("CSeq", "1 REFER")
    refer.set("Refer-To", "<sip:friend@elsewhere.example>")
    world.phone.endpoint.request(refer, world.hop)
    assert (await world.phone.answer_to("REFER")).status == 403
    assert [fact["method"] for fact in world.journal.of_kind("transfer_refused")] == ["INVITE", "REFER"]
    assert len(world.psap.of_method("INVITE")) == 1


async def test_replaces_of_a_call_elsewhere_is_an_ordinary_911_call(world: World) -> None:
    talk = await world.established(world.invite(Replaces="other-call@elsewhere;to-tag=a;from-tag=b"))
    assert talk.ok.status == 200
    assert not world.psap.requests[0].has("Replaces")


def _ends(world: World, talk: Talk, by: str) -> tuple[Actor, Actor, Dialog]:
    if by == "phone":
        return world.phone, world.psap, talk.phone
    return world.psap, world.phone, talk.psap

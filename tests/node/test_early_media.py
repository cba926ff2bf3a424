"""What a target says before it answers (RFC 3261 §13.2.2.1, RFC 3262, RFC 3311)."""

import pytest

from callpoint.sip.dialog import Dialog
from tests.node.world import ANSWER_SDP, SDP, Actor, World, refuse_with


def early(actor: Actor, event: object) -> None:
    actor.say(183, body=ANSWER_SDP, Require="100rel", RSeq="4711", P_Early_Media="sendrecv")


async def test_early_media_crosses_with_its_description(world: World) -> None:
    world.psap.on_invite = lambda actor, event: actor.say(183, body=ANSWER_SDP)  # type: ignore[assignment,return-value]
    world.phone.endpoint.request(world.invite(), world.hop)
    progress = await world.phone.response(183)
    assert progress.body == ANSWER_SDP
    assert progress.get("Content-Type") == "application/sdp"
    assert progress.to.tag
    contact = progress.contact
    assert contact is not None
    assert contact.parsed_uri.port == world.hop.port
    assert world.journal.of_kind("progress")[0]["early_media"] is True


async def test_somebody_who_rings_is_waited_for(world: World) -> None:
    """The reroute time is for silence: a ringing PSAP is not left."""
    world.psap.on_invite = lambda actor, event: actor.say(180)  # type: ignore[assignment,return-value]
    world.phone.endpoint.request(world.invite(), world.hop)
    await world.phone.response(180)
    await world.phone.until(lambda: world.endpoint.now() - world.started > 0.45)
    assert world.relay.requests == []
    world.psap.say(200, body=ANSWER_SDP)
    await world.phone.response(200)


async def test_each_branch_has_a_dialog_of_its_own_towards_the_caller(world: World) -> None:
    """Early media of a target that then fails, and the answer of the next, never share a To tag."""

    def plays_and_fails(actor: Actor, event: object) -> None:
        actor.say(183, body=ANSWER_SDP)
        actor.say(503)

    world.psap.on_invite = plays_and_fails
    world.phone.endpoint.request(world.invite(), world.hop)
    ok = await world.phone.response(200)
    progress = await world.phone.response(183)
    assert progress.to.tag != ok.to.tag
    assert progress.call_id == ok.call_id
    assert len(world.services.dialogs) == 2


@pytest.mark.parametrize("status", [180, 183])
async def test_ringing_without_a_to_tag_reaches_the_caller_as_ringing(world: World, status: int) -> None:
    def untagged(actor: Actor, event: object) -> None:
        tx = actor.invites[-1]
        actor.endpoint.send_bytes(bytes(tx.request.response(status)), tx.hop)

    world.psap.on_invite = untagged
    world.phone.endpoint.request(world.invite(), world.hop)
    ringing = await world.phone.response(180)
    assert ringing.to.tag
    world.psap.say(200, body=ANSWER_SDP)
    assert (await world.phone.response(200)).to.tag != ""


async def test_reliable_progress_is_acknowledged_end_to_end(world: World) -> None:
    """RFC 3262 §7.2: RSeq crosses unchanged, the CSeq in RAck is that of each leg's INVITE."""
    world.psap.on_invite = early
    invite = world.invite(Supported="100rel, timer")
    invite.set("CSeq", "77 INVITE")
    tx = world.phone.endpoint.request(invite, world.hop)
    progress = await world.phone.response(183)
    assert "100rel" in (progress.get("Require") or "")
    assert progress.get("RSeq") == "4711"
    assert progress.get("P-Early-Media") == "sendrecv"
    dialog = Dialog.as_caller(tx.request, progress, world.hop)
    world.phone.send(dialog, "PRACK", world.hop, RAck="4711 77 INVITE")
    prack = await world.psap.request("PRACK")
    assert prack.get("RAck") == "4711 1 INVITE"
    assert (await world.phone.answer_to("PRACK")).status == 200
    world.psap.say(200)
    ok = await world.phone.answer_to("INVITE")
    assert ok.to.tag == progress.to.tag
    world.phone.endpoint.acknowledge(tx, dialog.request("ACK", cseq=77), world.hop)
    await world.psap.until(lambda: world.psap.acks)
    assert world.psap.acks[0].cseq.number == 1


async def test_a_repeated_reliable_progress_is_repeated_to_the_caller(world: World) -> None:
    world.psap.on_invite = early
    world.phone.endpoint.request(world.invite(Supported="100rel"), world.hop)
    await world.phone.response(183)
    repeated = world.psap.invites[0]._last
    world.psap.endpoint.send_bytes(repeated, world.psap.invites[0].hop)
    await world.phone.until(lambda: len([r for r in world.phone.responses if r.status == 183]) == 2)
    first, second = [r for r in world.phone.responses if r.status == 183]
    assert bytes(first) == bytes(second)


async def test_an_unreadable_rack_is_the_far_ends_to_refuse(world: World) -> None:
    world.psap.on_invite = early
    world.psap.on_other = refuse_with(400)
    tx = world.phone.endpoint.request(world.invite(Supported="100rel"), world.hop)
    dialog = Dialog.as_caller(tx.request, await world.phone.response(183), world.hop)
    world.phone.send(dialog, "PRACK", world.hop, RAck="what")
    assert (await world.psap.request("PRACK")).get("RAck") == "what"
    assert (await world.phone.answer_to("PRACK")).status == 400


async def test_update_crosses_both_ways_before_the_answer(world: World) -> None:
    world.psap.on_invite = early
    tx = world.phone.endpoint.request(world.invite(Supported="100rel"), world.hop)
    progress = await world.phone.response(183)
    phone = Dialog.as_caller(tx.request, progress, world.hop)
    psap_invite = world.psap.invites[0]
    psap = Dialog.as_callee(psap_invite.request, psap_invite.request.response(183, to_tag=psap_invite.to_tag))
    moved = SDP.replace(b"40000", b"40100")
    world.phone.send(phone, "UPDATE", world.hop, body=moved)
    assert (await world.psap.request("UPDATE")).body == moved
    world.psap.send(psap, "UPDATE", world.hop, body=ANSWER_SDP)
    assert (await world.phone.request("UPDATE")).body == ANSWER_SDP
    await world.psap.answer_to("UPDATE")
    await world.phone.answer_to("UPDATE")


async def test_a_reinvite_before_the_answer_is_told_to_wait(world: World) -> None:
    world.psap.on_invite = early
    tx = world.phone.endpoint.request(world.invite(), world.hop)
    dialog = Dialog.as_caller(tx.request, await world.phone.response(183), world.hop)
    world.phone.send(dialog, "INVITE", world.hop, body=SDP)
    refused = await world.phone.response(500)
    assert 0 <= int(refused.get("Retry-After") or "-1") <= 10
    assert len(world.psap.of_method("INVITE")) == 1

"""The caller gives up, or answers cross each other (RFC 3261 §9, §13.2.2.4, §16.7)."""

import pytest

from callpoint.sip.dialog import Dialog
from callpoint.sip.hop import Hop
from callpoint.sip.message import Request
from tests.node.world import ANSWER_SDP, Actor, World, refuse_with, ring, stay_silent


def hold(actor: Actor, event: object) -> None:
    """100 by the layer, and nothing more until the test says so."""


async def test_cancel_before_any_sign_of_life(world: World) -> None:
    world.psap.on_invite = stay_silent
    tx = world.phone.endpoint.request(world.invite(), world.hop)
    await world.psap.request("INVITE")
    world.phone.endpoint.cancel(tx)  # waits for our 100
    await world.phone.response(487)
    ended = world.journal.of_kind("ended")
    assert [(fact["by"], fact["status"]) for fact in ended] == [("caller", 487)]
    assert world.relay.requests == []


async def test_cancel_with_two_targets_ringing_stops_both(world: World) -> None:
    world.psap.on_invite = hold
    world.relay.on_invite = ring
    world.psap.obeys_cancel = False
    tx = world.phone.endpoint.request(world.invite(), world.hop)
    await world.phone.response(180)
    world.phone.endpoint.cancel(tx)
    await world.phone.response(487)
    await world.relay.until(lambda: world.relay.cancels == 1)
    await world.psap.until(lambda: world.psap.cancels == 1)


async def test_an_answer_that_crosses_the_cancel_is_thanked_and_hung_up(world: World) -> None:
    world.psap.on_invite = ring
    world.psap.obeys_cancel = False
    tx = world.phone.endpoint.request(world.invite(), world.hop)
    await world.phone.response(180)
    world.phone.endpoint.cancel(tx)
    await world.phone.response(487)
    world.psap.say(200, body=ANSWER_SDP)
    bye = await world.psap.request("BYE")
    assert len(world.psap.acks) == 1
    assert bye.cseq.number == 2
    assert [r.status for r in world.phone.finals("INVITE")] == [487]
    assert len(world.journal.of_kind("ended")) == 1
    await world.psap.until(lambda: len(world.services.dialogs) == 0)


async def test_a_cancel_after_the_answer_changes_nothing(world: World) -> None:
    talk = await world.established()
    cancel = Request("CANCEL", talk.tx.request.uri)
    cancel.add("Via", str(talk.tx.request.via))
    cancel.copy_fields(talk.tx.request, "From", "To", "Call-ID")
    cancel.add("CSeq", "1 CANCEL")
    world.phone.endpoint.send_bytes(bytes(cancel), world.hop)
    world.phone.send(talk.phone, "INFO", world.hop)
    await world.psap.request("INFO")
    assert world.psap.cancels == 0
    assert world.journal.of_kind("ended") == []


async def test_two_targets_answer_and_the_first_is_the_call(world: World) -> None:
    world.psap.on_invite = hold
    world.psap.obeys_cancel = False
    world.phone.endpoint.request(world.invite(), world.hop)
    ok = await world.phone.response(200)  # the relay center's
    world.psap.say(200, body=ANSWER_SDP)
    await world.psap.request("BYE")
    assert len(world.psap.acks) == 1
    assert [r.to.tag for r in world.phone.finals("INVITE")] == [ok.to.tag]
    assert [fact["by"] for fact in world.journal.of_kind("answered")] == ["relay"]
    assert world.relay.of_method("BYE") == []


async def test_a_target_forks_and_both_branches_answer(world: World) -> None:
    """Two 200 with different To tags to one INVITE: the first is the call, the second is hung up."""

    def both(actor: Actor, event: object) -> None:
        tx = actor.invites[-1]
        actor.say(200, body=ANSWER_SDP)
        second = tx.request.response(200, to_tag="other-branch")
        second.set("Contact", actor.endpoint.contact("other", tx.source))
        actor.endpoint.send_bytes(bytes(second), tx.hop)

    world.psap.on_invite = both
    world.phone.endpoint.request(world.invite(), world.hop)
    ok = await world.phone.response(200)
    bye = await world.psap.request("BYE")
    hung_up = world.psap.invites[-1].to_tag  # its answer waited for the end of the turn, the other did not
    assert bye.to.tag == hung_up
    assert bye.uri.startswith("sip:psap@")
    assert {ack.to.tag for ack in world.psap.acks} == {hung_up}  # the caller has not acknowledged yet
    assert world.journal.of_kind("ended") == []
    assert ok.to.tag not in ("other-branch", hung_up)
    assert len(world.services.dialogs) == 2


async def test_what_a_cancelled_target_still_says_is_not_heard(world: World) -> None:
    world.psap.on_invite = hold
    world.psap.obeys_cancel = False
    world.relay.on_invite = ring
    world.phone.endpoint.request(world.invite(), world.hop)
    await world.phone.response(180)
    world.psap.say(183, body=ANSWER_SDP)
    world.psap.say(199)
    world.psap.say(600)
    world.relay.say(200, body=ANSWER_SDP)
    await world.phone.response(200)
    assert [r.status for r in world.phone.responses if r.status > 100] == [180, 200]


@pytest.mark.parametrize("status", [486, 600, 603])
async def test_a_refusal_that_crosses_another_targets_ringing_is_not_the_callers(world: World, status: int) -> None:
    world.psap.on_invite = hold
    world.psap.obeys_cancel = False
    world.relay.on_invite = ring
    world.phone.endpoint.request(world.invite(), world.hop)
    await world.phone.response(180)
    world.psap.say(status)
    world.relay.say(200, body=ANSWER_SDP)
    assert (await world.phone.response(200)).status == 200
    assert world.phone.finals("INVITE")[0].status == 200


async def test_a_late_answer_while_the_announcement_plays(world: World) -> None:
    world.psap.on_invite = hold
    world.psap.obeys_cancel = False
    world.relay.on_invite = refuse_with(503)
    tx = world.phone.endpoint.request(world.invite(), world.hop)
    ok = await world.phone.response(200)
    assert world.journal.of_kind("answered")[0]["by"] == "announcement"
    dialog = Dialog.as_caller(tx.request, ok, world.hop)
    world.phone.endpoint.acknowledge(tx, dialog.request("ACK", cseq=1), world.hop)
    world.psap.say(200, body=ANSWER_SDP)
    await world.psap.request("BYE")
    assert len(world.psap.acks) == 1
    world.phone.send(dialog, "BYE", world.hop)
    assert (await world.phone.answer_to("BYE")).status == 200
    assert [fact["by"] for fact in world.journal.of_kind("ended")] == ["caller"]
    await world.phone.until(lambda: len(world.services.dialogs) == 0)


async def test_cancel_in_the_same_moment_as_the_invite(world: World) -> None:
    """Both in one burst: 933 has not even begun to look for an audio port."""
    invite = world.invite("sip:933@callpoint.example")
    invite.prepend("Via", f"SIP/2.0/UDP 127.0.0.1:{world.phone.port};branch=z9hG4bKburst")
    cancel = Request("CANCEL", invite.uri)
    cancel.copy_fields(invite, "Via", "From", "To", "Call-ID")
    cancel.add("CSeq", "1 CANCEL")
    for message in (invite, cancel):
        world.endpoint._bytes_in(bytes(message), Hop("udp", "127.0.0.1", world.phone.port))
    await world.phone.until(lambda: world.journal.of_kind("ended"))
    assert world.journal.of_kind("ended")[0]["by"] == "caller"
    assert world.journal.of_kind("answered") == []

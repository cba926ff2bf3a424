"""911 through the node over real sockets: who gets it, with what, and what happens when somebody does not answer."""

import pytest

from callpoint.i3.pidf_lo import read_pidf_lo
from callpoint.node.bodies import body_parts
from callpoint.sip.dialog import Dialog
from callpoint.sip.message import Request, Response
from tests.node.world import ANSWER_SDP, MONTPELIER, SDP, World, refuse_with, ring, stay_silent


async def established(world: World, **headers: str) -> tuple[Request, Response, Dialog]:
    """A call that was answered and acknowledged, as the phone sees it."""
    invite = world.invite(**headers)
    tx = world.phone.endpoint.request(invite, world.hop)
    ok = await world.phone.response(200)
    dialog = Dialog.as_caller(tx.request, ok, world.hop)
    world.phone.endpoint.acknowledge(tx, dialog.request("ACK", cseq=1), world.hop)
    await world.psap.until(lambda: world.psap.acks)
    return invite, ok, dialog


async def test_the_psap_gets_location_callback_and_the_untouched_sdp(world: World) -> None:
    _, ok, _ = await established(world)
    assert ok.body == ANSWER_SDP
    invite = await world.psap.request("INVITE")
    assert invite.uri == "urn:service:sos"
    assert invite.get("P-Asserted-Identity") == "<sip:+18025550101@node.example;user=phone>"
    assert invite.from_.parsed_uri.user == "+18025550101"
    assert invite.get("Geolocation-Routing") == "yes"
    assert invite.get("Resource-Priority") == "esnet.1"
    assert not invite.has("X-Employee-ID")
    parts = {part.content_type: part for part in body_parts(invite)}
    assert parts["application/sdp"].body == SDP
    pidf = parts["application/pidf+xml"]
    assert invite.get("Geolocation") == f"<cid:{pidf.content_id}>"
    location = read_pidf_lo(pidf.body).locations[0]
    assert location.civic == MONTPELIER
    purposes = [value.partition("purpose=")[2] for value in invite.values("Call-Info")]
    assert purposes[:2] == ["emergency-CallId", "emergency-IncidentId"]
    assert "EmergencyCallData.ProviderInfo" in purposes
    assert "EmergencyCallData.SubscriberInfo" in purposes
    assert world.journal.kinds == ["received", "decided", "dialled", "progress", "answered"]


async def test_the_caller_hangs_up(world: World) -> None:
    _, _, dialog = await established(world)
    world.phone.endpoint.request(dialog.request("BYE"), world.hop)
    await world.psap.request("BYE")
    await world.phone.until(lambda: len([r for r in world.phone.responses if r.cseq.method == "BYE"]) == 1)
    ended = world.journal.of_kind("ended")[0]
    assert (ended["by"], ended["answered"]) == ("caller", True)
    assert world.journal.dialogs == {}


async def test_the_psap_hangs_up(world: World) -> None:
    await established(world)
    invite = world.psap.requests[0]
    answer = invite.response(200, to_tag=world.psap.acks[0].to.tag)
    dialog = Dialog.as_callee(invite, answer)
    hop = world.hop
    world.psap.endpoint.request(dialog.request("BYE"), hop)
    await world.phone.request("BYE")
    assert world.journal.of_kind("ended")[0]["by"] == "psap"


async def test_an_unknown_person_reaches_the_relay_center_without_location(world: World) -> None:
    world.phone.endpoint.request(world.invite(identity="e1001"), world.hop)
    await world.phone.response(200)
    invite = await world.relay.request("INVITE")
    types = [part.content_type for part in body_parts(invite)]
    assert "application/pidf+xml" not in types
    comment = next(part for part in body_parts(invite) if "comment" in part.content_type.lower())
    assert b"E1001" in comment.body
    assert world.journal.of_kind("decided")[0]["unregistered"] is True
    assert world.psap.requests == []


@pytest.mark.parametrize("script", [refuse_with(503), refuse_with(404), refuse_with(500), stay_silent])
async def test_the_next_target_is_dialled(world: World, script) -> None:  # type: ignore[no-untyped-def]
    world.psap.on_invite = script
    world.phone.endpoint.request(world.invite(), world.hop)
    await world.phone.response(200)
    invite = await world.relay.request("INVITE")
    assert any(part.content_type == "application/pidf+xml" for part in body_parts(invite))
    assert world.journal.of_kind("attempt_failed")[0]["next"] is True
    assert not any(response.status >= 400 for response in world.phone.responses)


async def test_a_closed_port_is_known_at_once(world: World) -> None:
    await world.psap.endpoint.close()
    started = world.endpoint.now()
    world.phone.endpoint.request(world.invite(), world.hop)
    await world.phone.response(200)
    assert world.endpoint.now() - started < 0.25  # before the reroute time of 0.3 s
    assert "cannot be reached" in world.journal.of_kind("attempt_failed")[0]["reason"]


async def test_busy_at_the_psap_is_final(world: World) -> None:
    world.psap.on_invite = refuse_with(486)
    world.phone.endpoint.request(world.invite(), world.hop)
    await world.phone.response(486)
    assert world.relay.requests == []


async def test_everybody_out_of_service_ends_in_a_spoken_announcement(world: World) -> None:
    world.psap.on_invite = world.relay.on_invite = refuse_with(503)
    world.phone.endpoint.request(world.invite(), world.hop)
    ok = await world.phone.response(200)
    assert b"m=audio" in ok.body
    assert world.journal.of_kind("alarm")[0]["alarm"] == "no_target_reached"
    assert world.journal.of_kind("answered")[0]["by"] == "announcement"


async def test_cancel_while_it_rings(world: World) -> None:
    world.psap.on_invite = ring
    tx = world.phone.endpoint.request(world.invite(), world.hop)
    await world.phone.response(180)
    world.phone.endpoint.cancel(tx)
    await world.phone.response(487)
    await world.psap.until(lambda: world.psap.cancels == 1)
    assert world.journal.of_kind("ended")[0]["by"] == "caller"
    assert world.relay.requests == []


async def test_a_late_answer_of_a_silent_target_is_still_the_call(world: World) -> None:
    held = []

    def hold(actor, event) -> None:  # type: ignore[no-untyped-def]
        stay_silent(actor, event)
        held.append(event)

    world.psap.on_invite = hold
    world.psap.obeys_cancel = False  # its answer crosses our CANCEL
    world.relay.on_invite = ring
    world.phone.endpoint.request(world.invite(), world.hop)
    await world.relay.request("INVITE")
    event = held[0]
    ok = event.tx.response(200)
    ok.set("Contact", world.psap.endpoint.contact("psap", event.source))
    ok.set("Content-Type", "application/sdp")
    ok.body = ANSWER_SDP
    world.psap.endpoint.respond(event.tx, ok)
    await world.phone.response(200)
    await world.relay.until(lambda: world.relay.cancels == 1)
    assert world.journal.of_kind("answered")[0]["by"] == "psap"


async def test_reinvite_update_info_cross_both_ways(world: World) -> None:
    _, _, dialog = await established(world)
    reinvite = dialog.request("INVITE")
    reinvite.set("Content-Type", "application/sdp")
    reinvite.body = SDP.replace(b"40000", b"40002")
    world.psap.on_invite = _hold_answer
    tx = world.phone.endpoint.request(reinvite, world.hop)
    await world.psap.until(lambda: len([r for r in world.psap.requests if r.method == "INVITE"]) == 2)
    second = [r for r in world.psap.requests if r.method == "INVITE"][1]
    assert second.body == reinvite.body
    assert second.get("Content-Type") == "application/sdp"
    await world.phone.until(lambda: len([r for r in world.phone.responses if r.status == 200]) == 2)
    world.phone.endpoint.acknowledge(tx, dialog.request("ACK", cseq=2), world.hop)
    await world.psap.until(lambda: len(world.psap.acks) == 2)
    info = dialog.request("INFO")
    info.set("Content-Type", "application/dtmf-relay")
    info.body = b"Signal=1\r\nDuration=160\r\n"
    world.phone.endpoint.request(info, world.hop)
    assert (await world.psap.request("INFO")).body == info.body
    world.phone.endpoint.request(dialog.request("UPDATE"), world.hop)
    await world.psap.request("UPDATE")


def _hold_answer(actor, event) -> None:  # type: ignore[no-untyped-def]
    ok = event.tx.response(200)
    ok.set("Contact", actor.endpoint.contact(actor.name, event.source))
    ok.set("Content-Type", "application/sdp")
    ok.body = ANSWER_SDP
    actor.endpoint.respond(event.tx, ok)


@pytest.mark.parametrize("name", ["REFER", "isfocus", "Replaces"])
async def test_transfers_and_conferences_are_refused(world: World, name: str) -> None:
    _, _, dialog = await established(world)
    if name == "REFER":
        request = dialog.request("REFER")
        request.set("Refer-To", "<sip:friend@elsewhere.example>")
    else:
        request = dialog.request("INVITE")
        if name == "isfocus":
            request.set("Contact", "<sip:conference@127.0.0.1:9>;isfocus")
        else:
            request.set("Replaces", f"{dialog.call_id};to-tag=a;from-tag=b")
    world.phone.endpoint.request(request, world.hop)
    await world.phone.response(403)
    assert world.journal.of_kind("transfer_refused")[0]["by"] == "caller"
    assert len(world.psap.requests) == 1


async def test_misdials_are_refused_with_words_and_recorded(world: World) -> None:
    world.phone.endpoint.request(world.invite("sip:9911@callpoint.example"), world.hop)
    response = await world.phone.response(404)
    assert "Three Digits" in response.reason
    misdial = world.journal.of_kind("misdial")[0]
    assert (misdial["dialled"], misdial["identity"]) == ("9911", "E1001")  # the administrator learns whom to teach


async def test_other_numbers_are_404(world: World) -> None:
    world.phone.endpoint.request(world.invite("sip:18005551212@callpoint.example"), world.hop)
    await world.phone.response(404)


async def test_a_stranger_is_refused_and_costs_no_transaction(world: World) -> None:
    world.view.trunk_list = ()
    world.phone.endpoint.request(world.invite(), world.hop)
    await world.phone.response(403)
    assert len(world.endpoint._layer) == 0
    assert world.journal.kinds == ["stranger"]


async def test_a_call_answered_before_a_restart_still_ends_on_both_sides(world: World) -> None:
    _, _, dialog = await established(world)
    saved = dict(world.journal.dialogs)
    port = world.hop.port
    await world.endpoint.close()
    await world.start_node(port)
    assert world.node.restore(saved) == 1
    world.phone.endpoint.request(dialog.request("BYE"), world.hop)
    await world.psap.request("BYE")
    assert world.journal.of_kind("ended")[0]["by"] == "caller"

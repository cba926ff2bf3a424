"""How calls end: BYE from either side and at any moment, lost ACKs, expired sessions (RFC 3261 §15, RFC 4028 §10)."""

import pytest

from callpoint.node import bridge
from callpoint.sip.dialog import Dialog
from tests.node.world import ANSWER_SDP, QUICK, World, ring


async def test_bye_before_the_ack_acknowledges_for_the_caller(world: World) -> None:
    invite = world.invite()
    tx = world.phone.endpoint.request(invite, world.hop)
    ok = await world.phone.response(200)
    dialog = Dialog.as_caller(tx.request, ok, world.hop)
    world.phone.send(dialog, "BYE", world.hop)
    await world.psap.request("BYE")
    assert len(world.psap.acks) == 1  # or it would repeat its 200 for 32 s
    assert (await world.phone.answer_to("BYE")).status == 200


async def test_bye_before_the_answer_gives_the_call_up(world: World) -> None:
    world.psap.on_invite = ring
    tx = world.phone.endpoint.request(world.invite(), world.hop)
    dialog = Dialog.as_caller(tx.request, await world.phone.response(180), world.hop)
    world.phone.send(dialog, "BYE", world.hop)
    assert (await world.phone.answer_to("BYE")).status == 200
    await world.phone.response(487)
    await world.psap.until(lambda: world.psap.cancels == 1)
    assert [fact["by"] for fact in world.journal.of_kind("ended")] == ["caller"]


async def test_both_hang_up_at_once(world: World) -> None:
    talk = await world.established()
    world.phone.send(talk.phone, "BYE", world.hop)
    world.psap.send(talk.psap, "BYE", world.hop)
    assert (await world.phone.answer_to("BYE")).status in (200, 481)
    assert (await world.psap.answer_to("BYE")).status in (200, 481)
    assert len(world.journal.of_kind("ended")) == 1


async def test_the_reason_of_a_bye_crosses_and_is_recorded(world: World) -> None:
    talk = await world.established()
    world.psap.send(talk.psap, "BYE", world.hop, Reason='Q.850;cause=16;text="Terminated"')
    assert (await world.phone.request("BYE")).get("Reason") == 'Q.850;cause=16;text="Terminated"'
    assert "cause=16" in world.journal.of_kind("ended")[0]["why"]


async def test_a_repeated_bye_of_a_stranger_gets_its_answer_again(world: World) -> None:
    """The PSAP is no trunk: once its dialog is gone it must not be taken for a stranger."""
    talk = await world.established()
    world.view.trunk_list = ()
    tx = world.psap.send(talk.psap, "BYE", world.hop)
    await world.psap.answer_to("BYE")
    world.psap.endpoint.send_bytes(bytes(tx.request), world.hop)  # as if the 200 had been lost
    world.psap.send(talk.psap, "INFO", world.hop)
    assert (await world.psap.answer_to("INFO")).status == 481  # a new request for what is over
    assert not any(response.status == 403 for response in world.psap.responses)


async def test_a_lost_ack_is_asked_for_again(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[bytes] = []
    transmit = world.endpoint._transmit
    monkeypatch.setattr(world.endpoint, "_transmit", lambda data, hop: (sent.append(data[:14]), transmit(data, hop)))
    invite = world.invite()
    tx = world.phone.endpoint.request(invite, world.hop)
    ok = await world.phone.response(200)
    await world.phone.until(lambda: sent.count(b"SIP/2.0 200 OK") >= 3)  # T1 is 0.1 s here
    dialog = Dialog.as_caller(tx.request, ok, world.hop)
    world.phone.endpoint.acknowledge(tx, dialog.request("ACK", cseq=1), world.hop)
    await world.psap.until(lambda: world.psap.acks)
    assert len(world.psap.acks) == 1


async def test_an_ack_that_never_comes_ends_both_sides(world: World) -> None:
    await world.endpoint.close()
    await world.start_node(world.hop.port, timers=QUICK)
    world.phone.endpoint.request(world.invite(), world.hop)
    await world.phone.response(200)
    await world.psap.request("BYE")
    await world.phone.request("BYE")
    assert world.psap.acks
    ended = world.journal.of_kind("ended")
    assert [(fact["by"], fact["answered"]) for fact in ended] == [("node", True)]
    assert "acknowledged" in ended[0]["why"]


@pytest.mark.parametrize("refreshed", ["expires", "switched off"])
async def test_a_session_nobody_refreshes_is_cleared_up(
    world: World, refreshed: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bridge, "EXPIRY_GRACE_SECONDS", -89.8)
    world.psap.on_invite = lambda actor, event: actor.say(200, body=ANSWER_SDP, Session_Expires="90;refresher=uac")  # type: ignore[assignment,return-value]
    talk = await world.established(world.invite(Supported="timer", Session_Expires="90;refresher=uac"))
    assert world.psap.requests[0].get("Session-Expires") == "90;refresher=uac"
    assert talk.ok.get("Session-Expires") == "90;refresher=uac"
    if refreshed == "switched off":  # RFC 4028 §7.2: an answer without Session-Expires ends the timer
        world.phone.send(talk.phone, "UPDATE", world.hop)
        await world.phone.answer_to("UPDATE")
        await world.phone.until(lambda: world.endpoint.now() - world.started > 0.4)
        assert world.journal.of_kind("ended") == []
    else:
        await world.phone.request("BYE")
        await world.psap.request("BYE")
        assert "session timer" in world.journal.of_kind("ended")[0]["why"]


async def test_a_refresh_keeps_the_session(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bridge, "EXPIRY_GRACE_SECONDS", -89.75)
    world.psap.on_invite = lambda actor, event: actor.say(200, body=ANSWER_SDP, Session_Expires="90;refresher=uac")  # type: ignore[assignment,return-value]
    world.psap.on_other = lambda actor, event: actor.say(200, event.tx, Session_Expires="1800;refresher=uac")  # type: ignore[assignment,return-value]
    talk = await world.established(world.invite(Supported="timer", Session_Expires="90;refresher=uac"))
    world.phone.send(talk.phone, "UPDATE", world.hop, Session_Expires="1800;refresher=uac", Supported="timer")
    await world.phone.answer_to("UPDATE")
    await world.phone.until(lambda: world.endpoint.now() - world.started > 0.4)
    assert world.journal.of_kind("ended") == []


async def test_a_request_of_no_dialog_is_481(world: World) -> None:
    talk = await world.established()
    for method in ("BYE", "INFO", "UPDATE", "INVITE"):
        stranger = Dialog.from_json(talk.phone.to_json())
        stranger.remote = f"<sip:911@callpoint.example>;tag=never-{method}"
        world.phone.send(stranger, method, world.hop)
        assert (await world.phone.answer_to(method, 2 if method == "INVITE" else 1)).status == 481


@pytest.mark.parametrize("method", ["BYE", "INFO", "PRACK", "UPDATE", "NOTIFY"])
async def test_a_request_that_names_no_dialog_but_needs_one_is_481(world: World, method: str) -> None:
    request = world.invite()
    request.method = method
    request.set("CSeq", f"1 {method}")
    world.phone.endpoint.request(request, world.hop)
    await world.phone.response(481)


@pytest.mark.parametrize(
    ("method", "status"), [("REGISTER", 405), ("SUBSCRIBE", 405), ("PUBLISH", 405), ("MESSAGE", 405), ("DANCE", 501)]
)
async def test_what_is_not_served_is_refused_with_allow(world: World, method: str, status: int) -> None:
    request = world.invite()
    request.method = method
    request.set("CSeq", f"1 {method}")
    world.phone.endpoint.request(request, world.hop)
    assert "INVITE" in ((await world.phone.response(status)).get("Allow") or "")


async def test_options_that_require_too_much_hear_what_it_was(world: World) -> None:
    request = world.invite(Require="geolocation, teleport")
    request.method = "OPTIONS"
    request.set("CSeq", "1 OPTIONS")
    world.phone.endpoint.request(request, world.hop)
    assert (await world.phone.response(420)).get("Unsupported") == "teleport"


async def test_an_emergency_call_may_require_what_it_likes(world: World) -> None:
    world.phone.endpoint.request(world.invite(Require="teleport", Accept="text/plain"), world.hop)
    await world.phone.response(200)

"""The node dies and comes back: calls that were answered go on (drill of issue 2)."""

import json

import pytest

from callpoint.node import bridge
from tests.node.world import ANSWER_SDP, SDP, Talk, World


async def restarted(world: World, saved: dict[str, str] | None = None) -> Talk:
    talk = await world.established()
    saved = saved or dict(world.journal.dialogs)
    await world.restart_node()
    assert world.node.restore(saved) == 1
    return talk


async def test_the_psap_hangs_up(world: World) -> None:
    talk = await restarted(world)
    world.psap.send(talk.psap, "BYE", world.hop)
    bye = await world.phone.request("BYE")
    assert bye.to.tag == talk.phone.local_tag
    assert bye.from_.tag == talk.phone.remote_tag
    ended = world.journal.of_kind("ended")[0]
    assert (ended["by"], ended["answered"]) == ("psap", True)
    assert ended["talked_seconds"] >= 0
    assert world.journal.dialogs == {}
    assert len(world.services.dialogs) == 0


async def test_the_caller_changes_its_session(world: World) -> None:
    talk = await restarted(world)
    moved = SDP.replace(b"40000", b"40800")
    tx = world.phone.send(talk.phone, "INVITE", world.hop, body=moved)
    arrived = await world.psap.request("INVITE", 2)
    assert arrived.body == moved
    assert arrived.cseq.number > 1000  # no number of before is used again
    ok = await world.phone.answer_to("INVITE", 2)
    assert ok.body == ANSWER_SDP
    world.phone.endpoint.acknowledge(tx, talk.phone.request("ACK", cseq=tx.request.cseq.number), world.hop)
    await world.psap.until(lambda: len(world.psap.acks) == 2)
    assert world.psap.acks[1].cseq.number == arrived.cseq.number


async def test_info_crosses_both_ways_and_the_employee_number_stays(world: World) -> None:
    talk = await restarted(world)
    world.phone.send(talk.phone, "INFO", world.hop, X_Employee_ID="E1001")
    assert not (await world.psap.request("INFO")).has("X-Employee-ID")
    world.psap.send(talk.psap, "INFO", world.hop)
    await world.phone.request("INFO")


async def test_a_transfer_is_refused_as_before(world: World) -> None:
    talk = await restarted(world)
    world.phone.send(talk.phone, "REFER", world.hop, Refer_To="<sip:x@y>")
    assert (await world.phone.answer_to("REFER")).status == 403


async def test_a_second_restart(world: World) -> None:
    talk = await restarted(world)
    world.phone.send(talk.phone, "UPDATE", world.hop)
    await world.phone.answer_to("UPDATE")
    saved = dict(world.journal.dialogs)  # written anew by the refresh
    await world.restart_node()
    assert world.node.restore(saved) == 1
    world.phone.send(talk.phone, "BYE", world.hop)
    assert (await world.psap.request("BYE")).cseq.number > (await world.psap.request("UPDATE")).cseq.number


async def test_a_session_timer_goes_on_running(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.psap.on_invite = lambda actor, event: actor.say(200, body=ANSWER_SDP, Session_Expires="90;refresher=uac")  # type: ignore[assignment,return-value]
    await world.established(world.invite(Supported="timer", Session_Expires="90;refresher=uac"))
    saved = dict(world.journal.dialogs)
    monkeypatch.setattr(bridge, "EXPIRY_GRACE_SECONDS", -89.95)
    await world.restart_node()
    assert world.node.restore(saved) == 1
    await world.phone.request("BYE")
    await world.psap.request("BYE")


@pytest.mark.parametrize(
    "state",
    [
        "not json",
        "[]",
        "{}",
        "null",
        '{"organization": "demo", "answered_at": "soon", "caller": {}, "psap": {}}',
        '{"organization": "demo", "answered_at": 1, "caller": {"side": "caller", "dialog": 5}, "psap": 7}',
        '{"organization": "demo", "answered_at": 1, "caller": null, "psap": {"side": "psap", "dialog": {"hop": null}}}',
    ],
)
async def test_a_broken_state_is_told_and_costs_no_other_call(world: World, state: str) -> None:
    await world.established()
    saved = {"broken": state} | world.journal.dialogs
    world.journal.dialogs["broken"] = state
    await world.restart_node()
    assert world.node.restore(saved) == 1
    assert [fact["alarm"] for fact in world.journal.of_kind("alarm")] == ["dialogs_not_restored"]
    assert "broken" not in world.journal.dialogs
    assert len(world.services.dialogs) == 2


@pytest.mark.parametrize("field", ["local", "remote", "remote_target", "route_set", "local_cseq", "call_id"])
async def test_a_damaged_field_stops_neither_the_start_nor_the_loop(world: World, field: str) -> None:
    """Bits fall over in files: whatever is read back, the node starts and the next call goes through."""
    talk = await world.established()
    ((call_id, text),) = world.journal.dialogs.items()
    state = json.loads(text)
    state["psap"]["dialog"][field] = {"local_cseq": "x", "route_set": ["<<<"]}.get(field, "\u0000 <<")
    await world.restart_node()
    world.node.restore({call_id: json.dumps(state)})
    world.phone.send(talk.phone, "BYE", world.hop)
    assert (await world.phone.answer_to("BYE")).status in (200, 481, 500)
    world.phone.endpoint.request(world.invite(), world.hop)
    await world.phone.until(lambda: [r.status for r in world.phone.finals("INVITE")] == [200, 200])

"""The caller at a terminal, against stations and against peers that do less than one hopes."""

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest
from tests.lab.stage import HOST
from tests.node.world import Actor

from callpoint.lab import dialler
from callpoint.lab.agent_call import AgentCall, IncomingCall
from callpoint.lab.behaviour import Behaviour, Mode
from callpoint.lab.dialler import Order, dial
from callpoint.lab.main import Lab
from callpoint.lab.user_agent import UserAgent
from callpoint.sip.dialog import Dialog
from callpoint.sip.hop import Hop
from callpoint.sip.sdp import Sdp

PORTS = (36_000, 36_200)
NO_EVENTS = (
    b"v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n"
    b"m=audio 9 RTP/AVP 0\r\na=rtpmap:0 PCMU/8000\r\n"
)


def order(lab: Lab, **more: object) -> Order:
    made = Order("911", Hop("udp", HOST, lab.ports["psap"]), seconds=0.5, rtp_ports=PORTS)
    return replace(made, **more)  # type: ignore[arg-type]


async def test_the_outcome_tells_the_whole_call(lab: Lab) -> None:
    lines: list[str] = []
    outcome = await dial(order(lab), lines.append)
    assert outcome.answered
    assert outcome.ended_by == "us"
    assert 0.4 <= outcome.talked_seconds <= 3.0
    assert outcome.setup_ms > 0
    assert outcome.wav is None
    assert len(lines) == len(outcome.ladder)
    assert set(outcome.to_json()) == {
        *("answered", "status", "reason", "call_id", "setup_ms", "talked_seconds", "ended_by"),
        *("heard_seconds", "level", "tones", "wav", "ladder"),
    }


async def test_what_is_dialled_and_who_dials_stand_in_the_invite(lab: Lab) -> None:
    headers = (("X-Employee-ID", "E 1"),)
    await dial(order(lab, number="933", from_user="+18025550123", headers=headers, seconds=0.1), lambda _: None)
    invite = lab.points["psap"].calls[-1].invite
    assert invite.uri == f"sip:933@{HOST}:{lab.ports['psap']}"
    assert invite.from_.uri == f"sip:+18025550123@{HOST}"
    assert invite.get("X-Employee-ID") == "E 1"
    await dial(order(lab, number="urn:service:sos", seconds=0.1), lambda _: None)
    assert lab.points["psap"].calls[-1].invite.uri == "urn:service:sos"


async def test_a_call_nobody_answers_is_given_up_and_cancelled(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dialler, "SETUP_SECONDS", 0.3)
    lab.points["psap"].behaviour = Behaviour(Mode.RING, 60.0)
    outcome = await dial(order(lab, seconds=0.1), lambda _: None)
    assert not outcome.answered
    assert outcome.talked_seconds == 0.0
    assert outcome.status == 487
    assert lab.points["psap"].calls[-1].state == "cancelled"


async def test_keys_go_by_info_where_the_far_end_takes_no_events(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dialler, "KEY_SECONDS", 0.05)
    pressed: list[str] = []

    def press(_: AgentCall, digit: str) -> None:
        pressed.append(digit)

    def take(call: IncomingCall) -> None:
        call.answer(NO_EVENTS)

    peer = UserAgent(take, on_digit=press)
    port = await peer.listen("udp", HOST)
    try:
        made = Order("911", Hop("udp", HOST, port), seconds=0.6, digits="1#", rtp_ports=PORTS)
        outcome = await dial(made, lambda _: None)
    finally:
        await peer.close()
    assert pressed == ["1", "#"]
    assert [rung["label"] for rung in outcome.ladder].count("INFO") == 2


async def test_the_sound_is_recorded_even_when_nobody_answers(lab: Lab, tmp_path: Path) -> None:
    lab.points["psap"].behaviour = Behaviour(Mode.DECLINE, 0.0)
    wav = tmp_path / "heard.wav"
    outcome = await dial(order(lab, record=wav), lambda _: None)
    assert (outcome.status, outcome.wav) == (603, str(wav))
    assert wav.read_bytes()[:4] == b"RIFF"


async def test_a_far_end_that_moves_its_audio_gets_an_answer() -> None:
    """As it does when somebody listens in to the call."""
    psap = await Actor("psap").open()
    dialling = asyncio.create_task(
        dial(Order("911", Hop("udp", HOST, psap.port), seconds=60.0, rtp_ports=PORTS), lambda line: None)
    )
    try:
        invite = await psap.request("INVITE")
        await psap.until(lambda: psap.acks)
        dialog = Dialog.as_callee(invite, invite.response(200, to_tag=psap.acks[0].to.tag), psap.invites[0].source)
        assert dialog.hop is not None
        moved = psap.send(dialog, "INVITE", dialog.hop, body=NO_EVENTS)
        answer = await psap.answer_to("INVITE")
        audio = Sdp.parse(answer.body).audio
        assert audio is not None
        assert PORTS[0] <= audio.port <= PORTS[1]
        psap.endpoint.acknowledge(moved, dialog.request("ACK", cseq=moved.request.cseq.number), dialog.hop)
        psap.send(dialog, "BYE", dialog.hop)
        assert (await dialling).ended_by == "them"
    finally:
        dialling.cancel()
        await psap.endpoint.close()


async def test_every_port_is_given_back(lab: Lab) -> None:
    """As many calls as there are ports twice over, one pair of ports at a time."""
    lab.points["psap"].behaviour = Behaviour(Mode.ANSWER, 0.0)
    for _ in range(4):
        outcome = await dial(order(lab, seconds=0.1, rtp_ports=(36_300, 36_301)), lambda _: None)
        assert outcome.answered


async def test_twenty_callers_at_once_are_each_heard(lab: Lab) -> None:
    lab.points["psap"].behaviour = Behaviour(Mode.ANSWER, 0.0)
    orders = [order(lab, from_user=f"+1802555{number:04}", seconds=1.0) for number in range(20)]
    outcomes = await asyncio.gather(*(dial(each, lambda _: None) for each in orders))
    assert all(outcome.answered for outcome in outcomes)
    received = lab.points["psap"].calls
    assert {call.callback_number for call in received} == {each.from_user for each in orders}
    assert all(call.sound is not None and call.sound.heard().tones.get(1000, 0) >= 0.3 for call in received)

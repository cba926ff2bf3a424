"""Listening and joining over real sockets: who hears whom, and that the parties hear each other whatever happens."""

import asyncio
import itertools
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from callpoint.media import guards as guards_module
from callpoint.media import listening_words as words
from callpoint.media.anchoring import remote_of
from callpoint.media.g711 import PCMA, PCMU
from callpoint.media.guards import MAX_SEATS
from callpoint.media.listening_words import SENTENCES
from callpoint.media.seat import Seat
from callpoint.media.telephone_event import TelephoneEvent
from callpoint.routing.alert_records import AlertPlan, Monitoring
from callpoint.speech.mu_law import Pcm
from callpoint.transport.control import ControlError

from .conftest import until
from .listening_stage import (
    CALL,
    CALLER_TONE,
    EVENTS,
    GUARD_TONE,
    JOIN,
    ORGANIZATION,
    OTHER_TONE,
    PATIENCE,
    PSAP_TONE,
    Call,
    Stage,
)


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    stage = Stage(tmp_path)
    yield stage
    await stage.close()


async def parties_hear_each_other(call: Call) -> None:
    await asyncio.gather(call.caller.hears(PSAP_TONE), call.psap.hears(CALLER_TONE))


@pytest.mark.parametrize(("caller_law", "psap_law"), [(PCMU, PCMU), (PCMA, PCMU), (PCMU, PCMA)])
async def test_a_guard_listens_joins_listens_again_and_leaves(stage: Stage, caller_law: int, psap_law: int) -> None:
    call = await stage.call(caller_law=caller_law, psap_law=psap_law)
    await parties_hear_each_other(call)
    session, guard = await stage.guard()
    before = len(call.caller.sound), len(call.psap.sound)
    await guard.hears(CALLER_TONE, PSAP_TONE)
    await parties_hear_each_other(call)
    assert GUARD_TONE not in call.caller.heard_since(before[0]) | call.psap.heard_since(before[1])
    stage.guards.change_mode(session, "join")
    await call.caller.hears(PSAP_TONE, GUARD_TONE)
    await call.psap.hears(CALLER_TONE, GUARD_TONE)
    await guard.hears(CALLER_TONE, PSAP_TONE)
    stage.guards.change_mode(session, "listen")
    await parties_hear_each_other(call)
    await stage.guards.leave(session)
    assert stage.node.asked == [("anchor", CALL), ("release", CALL)]
    assert stage.guards.anchoring.rooms == {}
    await parties_hear_each_other(call)
    assert stage.states() == ["joined", "mode", "mode", "left"]


async def test_guards_hear_those_who_joined_and_nobody_hears_a_listener(stage: Stage) -> None:
    call = await stage.call()
    _, joined = await stage.guard("join", frequency=GUARD_TONE)
    _, listening = await stage.guard("listen", frequency=OTHER_TONE)
    await listening.hears(CALLER_TONE, PSAP_TONE, GUARD_TONE)
    await joined.hears(CALLER_TONE, PSAP_TONE)
    await call.caller.hears(PSAP_TONE, GUARD_TONE)
    for phone in (call.caller, call.psap, joined):
        assert OTHER_TONE not in phone.heard_since(0)
    assert stage.node.times("anchor") == 1


async def test_the_call_is_given_back_with_the_last_guard_and_not_before(stage: Stage) -> None:
    call = await stage.call()
    first, _ = await stage.guard()
    second, phone = await stage.guard(frequency=OTHER_TONE)
    await stage.guards.leave(first)
    assert stage.node.times("release") == 0
    await phone.hears(CALLER_TONE, PSAP_TONE)
    await stage.guards.leave(second)
    assert stage.node.times("release") == 1
    await parties_hear_each_other(call)
    again, phone = await stage.guard()
    await phone.hears(CALLER_TONE, PSAP_TONE)
    assert stage.node.times("anchor") == 2
    await stage.guards.leave(again)
    await stage.guards.leave(again)


class BrokenLine:
    """A guard's line that fails in the way it is told."""

    can_speak = True

    def __init__(self, how: str) -> None:
        self.how = how
        self.closed = False

    def take(self) -> Pcm:
        if self.how == "take":
            raise RuntimeError("the decoder is gone")
        return np.zeros(7 if self.how == "short" else 160, np.int16)

    def give(self, pcm: Pcm) -> None:
        if self.how == "give":
            raise OSError("no buffer space")

    def skip(self, ticks: int) -> None:
        raise RuntimeError("never mind")

    async def close(self) -> None:
        self.closed = True


@pytest.mark.parametrize("how", ["take", "give", "short"])
async def test_a_broken_line_of_a_guard_is_thrown_out_and_not_heard_of_by_the_parties(stage: Stage, how: str) -> None:
    call = await stage.call()
    line = BrokenLine(how)
    seat = await stage.guards.sit(Seat("s", CALL, ORGANIZATION, "Guard", "browser", "join", line))
    stage.guards.took_up(seat.session)
    await until(lambda: line.closed, PATIENCE)
    await until(lambda: stage.states() == ["joined", "failed"], PATIENCE)
    await parties_hear_each_other(call)


async def test_with_every_guards_line_broken_the_parties_hear_each_other_through_us(stage: Stage) -> None:
    call = await stage.call()
    _, phone = await stage.guard()
    for how in ("take", "give", "short"):
        seat = await stage.guards.sit(Seat(how, CALL, ORGANIZATION, how, "browser", "join", BrokenLine(how)))
        stage.guards.took_up(seat.session)
    await until(lambda: stage.states().count("failed") == 3, PATIENCE)
    phone.close()
    assert stage.guards.anchoring.rooms
    await parties_hear_each_other(call)


@pytest.mark.parametrize("why", ["The PSAP's side did not take it: 488 Not Acceptable Here", "There is no such call."])
async def test_a_refused_anchoring_is_told_and_changes_nothing(stage: Stage, why: str) -> None:
    call = await stage.call()
    stage.node.refusal = why
    with pytest.raises(ControlError, match=why.replace("?", ".")):
        await stage.guard()
    assert stage.guards.anchoring.rooms == {}
    assert stage.guards.seats == {}
    assert stage.told == []
    await parties_hear_each_other(call)


async def test_without_a_node_nobody_listens(stage: Stage) -> None:
    stage.node.connected = False
    with pytest.raises(ControlError, match="node cannot be asked"):
        await stage.guard()
    assert stage.guards.anchoring.rooms == {}


async def test_an_anchoring_nobody_answers_goes_on_mixing_until_it_is_known_to_be_over(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The node was silent after it had moved the parties: closing the room would cut them off."""
    call = await stage.call()
    answered = stage.node.ask
    moved: list[dict[str, Any]] = []

    async def moves_and_falls_silent(method: str, seconds: float, **params: Any) -> dict[str, Any]:
        if method == "anchor":
            moved.append(await answered(method, seconds, **params))
            room = stage.guards.anchoring.rooms[CALL]
            room.caller.set_remote(remote_of(call.caller.audio))
            room.psap.set_remote(remote_of(call.psap.audio))
        raise TimeoutError

    monkeypatch.setattr(stage.node, "ask", moves_and_falls_silent)
    with pytest.raises(ControlError, match="no answer"):
        await stage.guard()
    assert list(stage.guards.anchoring.rooms) == [CALL]
    await parties_hear_each_other(call)
    monkeypatch.setattr(stage.node, "ask", answered)
    loop = asyncio.get_running_loop()
    stage.guards.look(loop.time() + 6)
    await until(lambda: not stage.guards.anchoring.rooms, PATIENCE)
    await parties_hear_each_other(call)


async def test_a_release_that_is_refused_keeps_the_room_until_the_parties_are_silent(stage: Stage) -> None:
    call = await stage.call()
    session, _ = await stage.guard()
    stage.node.refusal = "each time one of the parties was just changing the call itself"
    await stage.guards.leave(session)
    assert list(stage.guards.anchoring.rooms) == [CALL]
    await parties_hear_each_other(call)
    call.close()
    loop = asyncio.get_running_loop()
    stage.guards.look(loop.time() + 30)
    await until(lambda: stage.node.times("release") == 2, PATIENCE)
    assert list(stage.guards.anchoring.rooms) == [CALL]  # they were heard a moment ago
    stage.guards.anchoring.rooms[CALL].caller.heard_at -= 30
    stage.guards.anchoring.rooms[CALL].psap.heard_at -= 30
    stage.guards.look(loop.time() + 60)
    await until(lambda: not stage.guards.anchoring.rooms, PATIENCE)


async def test_whoever_gives_up_while_the_call_is_being_brought_here_leaves_no_call_behind(stage: Stage) -> None:
    """The dispatcher is killed meanwhile: its question is cancelled, the node's answer comes all the same."""
    call = await stage.call()
    stage.node.slow = 0.2
    asking = asyncio.create_task(stage.guard())
    await until(lambda: stage.node.times("anchor") == 1, PATIENCE)
    asking.cancel()
    await asyncio.gather(asking, return_exceptions=True)
    await until(lambda: stage.guards.anchoring.rooms[CALL].caller.remote is not None, PATIENCE)
    stage.node.slow = 0.0
    await parties_hear_each_other(call)
    stage.guards.look(asyncio.get_running_loop().time() + 6)
    await until(lambda: not stage.guards.anchoring.rooms, PATIENCE)
    assert stage.node.times("release") == 1
    await parties_hear_each_other(call)


async def test_guards_who_come_at_once_bring_the_call_here_once(stage: Stage) -> None:
    await stage.call()
    stage.node.slow = 0.05
    guards = await asyncio.gather(*(stage.guard() for _ in range(5)))
    assert stage.node.times("anchor") == 1
    await asyncio.gather(*(stage.guards.leave(session) for session, _ in guards))
    assert stage.node.times("release") == 1
    assert stage.guards.anchoring._turns == {}


async def test_one_who_comes_while_the_last_leaves_gets_his_seat(stage: Stage) -> None:
    await stage.call()
    session, _ = await stage.guard()
    stage.node.slow = 0.05
    _, (_, phone) = await asyncio.gather(stage.guards.leave(session), stage.guard())
    await phone.hears(CALLER_TONE, PSAP_TONE)
    assert stage.node.asked[-1][0] == "anchor"


async def test_keys_cross_unchanged_and_in_the_others_numbers(stage: Stage) -> None:
    call = await stage.call()
    _, guard = await stage.guard("join")
    await call.psap.hears(CALLER_TONE, GUARD_TONE)
    sent = [bytes(TelephoneEvent(5, False, 7, length)) for length in (160, 320, 480)]
    sent += [bytes(TelephoneEvent(5, True, 7, 800))] * 3
    for number, payload in enumerate(sent):
        call.caller.press(payload, 4711, marker=number == 0)
        await asyncio.sleep(0.02)
    await until(lambda: sum(packet.payload_type == EVENTS for packet in call.psap.packets) >= 6, PATIENCE)
    events = [packet for packet in call.psap.packets if packet.payload_type == EVENTS]
    assert [packet.payload for packet in events] == sent
    assert len({packet.timestamp for packet in events}) == 1
    assert [packet.marker for packet in events] == [True, *[False] * 5]
    # One stream with the sound: the numbers go on (what came before we did was the caller's own).
    numbers = [packet.sequence for packet in call.psap.packets if packet.ssrc == events[0].ssrc]
    assert len(numbers) > len(events)
    assert all((second - first) & 0xFFFF == 1 for first, second in itertools.pairwise(numbers))
    # Sound goes on after the key, in its time.
    await call.psap.hears(CALLER_TONE, GUARD_TONE)
    assert not any(packet.payload_type == EVENTS for packet in (*call.caller.packets, *guard.packets))
    call.psap.press(bytes(TelephoneEvent(11, True, 3, 400)), 99, marker=True)
    await until(lambda: any(packet.payload_type == EVENTS for packet in call.caller.packets), PATIENCE)


async def test_a_guards_keys_are_told_once_and_reach_neither_party(stage: Stage) -> None:
    call = await stage.call()
    session, guard = await stage.guard()
    for _ in range(3):
        guard.press(bytes(TelephoneEvent(1, True, 7, 800)), 500)
    guard.press(bytes(TelephoneEvent(0, True, 7, 800)), 900)
    digits = [{"session": session, "digit": digit} for digit in "10"]
    await until(lambda: [told for what, told in stage.told if what == "digit"] == digits, PATIENCE)
    await parties_hear_each_other(call)
    assert not any(packet.payload_type == EVENTS for packet in (*call.caller.packets, *call.psap.packets))


async def test_a_party_may_move_while_it_is_listened_to(stage: Stage) -> None:
    call = await stage.call()
    _, guard = await stage.guard()
    moved = await stage.phone(OTHER_TONE)
    moved.payload_type = PCMA
    room = stage.guards.anchoring.rooms[CALL]
    left, call.psap = call.psap, moved
    left.close()
    moved.talk_to(*room.psap.local)
    stage.guards.anchoring.remote_changed(CALL, "psap", remote_of(moved.audio))
    await moved.hears(CALLER_TONE)
    await call.caller.hears(OTHER_TONE)
    await guard.hears(CALLER_TONE, OTHER_TONE)
    hold = {**moved.audio, "port": 0}
    stage.guards.anchoring.remote_changed(CALL, "psap", remote_of(hold))
    assert room.psap.remote is None
    for call_id, side in (("another", "psap"), (CALL, "guard"), (CALL, "")):
        with pytest.raises(ControlError, match="no such call"):
            stage.guards.anchoring.remote_changed(call_id, side, remote_of(moved.audio))
    with pytest.raises(ControlError, match="cannot be reached"):
        stage.guards.anchoring.remote_changed(CALL, "psap", remote_of({"host": "::1", "port": 4000}))


async def test_when_the_call_ends_everybody_leaves_and_nothing_is_asked_for(stage: Stage) -> None:
    await stage.call()
    await stage.guard()
    await stage.guard("join")
    await stage.guards.call_ended(CALL)
    assert stage.guards.seats == {}
    assert stage.guards.anchoring.rooms == {}
    assert [told["why"] for what, told in stage.told if told["state"] == "left"] == ["The call has ended."] * 2
    assert stage.node.times("release") == 0
    await stage.guards.call_ended(CALL)


async def test_a_call_that_ends_at_the_moment_its_audio_comes_leaves_no_seat_behind(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    await stage.call()
    answer = stage.node.answer

    def ends(method: str, params: dict[str, Any]) -> dict[str, Any]:
        # Told right behind the answer: whoever waits for the seat goes on after it.
        asyncio.get_running_loop().call_soon(lambda: stage.guards.anchoring.ended(CALL))
        return answer(method, params)

    monkeypatch.setattr(stage.node, "answer", ends)
    with pytest.raises(ControlError, match="The call has ended"):
        await stage.guard()
    assert stage.guards.seats == stage.guards.anchoring.rooms == {}


async def test_of_another_organizations_call_nothing_is_said(stage: Stage) -> None:
    """The same words as for a call that does not exist."""
    await stage.call()
    await stage.guard()
    stage.plans["other"] = AlertPlan("other", monitoring=JOIN)
    for call_id in (CALL, "nowhere"):
        with pytest.raises(ControlError, match=r"^There is no such call\.$"):
            await stage.guards.sit_by_phone(call_id, "other", "Spy", "listen")
    assert len(stage.guards.seats) == 1


@pytest.mark.parametrize(
    ("monitoring", "mode", "words"),
    [
        (Monitoring(mode="off"), "listen", "turned off"),
        (Monitoring(mode="off"), "join", "turned off"),
        (Monitoring(mode="listen"), "join", "listen to calls, not join"),
    ],
)
async def test_what_an_organization_does_not_allow_is_refused(
    stage: Stage, monitoring: Monitoring, mode: Any, words: str
) -> None:
    await stage.call()
    stage.allow(monitoring)
    with pytest.raises(ControlError, match=words):
        await stage.guard(mode)
    assert stage.node.asked == []
    with pytest.raises(ControlError, match="no alert plan"):
        await stage.guards.sit_by_phone(CALL, "unknown", "Guard", "listen")


async def test_what_is_forbidden_meanwhile_ends(stage: Stage) -> None:
    call = await stage.call()
    session, guard = await stage.guard("join")
    await call.caller.hears(PSAP_TONE, GUARD_TONE)
    stage.allow(Monitoring(mode="listen"))
    await parties_hear_each_other(call)
    await guard.hears(CALLER_TONE, PSAP_TONE)
    with pytest.raises(ControlError, match="not join"):
        stage.guards.change_mode(session, "join")
    stage.allow(Monitoring(mode="off"))
    await until(lambda: stage.states() == ["joined", "mode", "left"], PATIENCE)
    await until(lambda: stage.node.times("release") == 1, PATIENCE)


async def test_a_seat_nobody_takes_up_is_given_away(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    await stage.call()
    monkeypatch.setattr(guards_module, "SETTLE_SECONDS", 0.0)
    await stage.guards.sit_by_phone(CALL, ORGANIZATION, "Guard", "listen")
    await until(lambda: stage.states() == ["failed"], PATIENCE)
    await until(lambda: not stage.guards.anchoring.rooms, PATIENCE)


async def test_a_room_has_so_many_seats_and_a_process_so_many_rooms(tmp_path: Path) -> None:
    stage = Stage(tmp_path, max_calls=2)
    try:
        for number in range(3):
            await stage.call(f"call-{number}")
        for _ in range(MAX_SEATS):
            await stage.guard(call_id="call-0")
        with pytest.raises(ControlError, match=f"{MAX_SEATS} guards"):
            await stage.guard(call_id="call-0")
        await stage.guard(call_id="call-1")
        with pytest.raises(ControlError, match="no more at once"):
            await stage.guard(call_id="call-2")
        assert len(stage.guards.seats) == MAX_SEATS + 1
    finally:
        await stage.close()


async def test_a_process_has_so_many_guards(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guards_module, "MAX_GUARDS", 2)
    await stage.call()
    await stage.call("call-2")
    sessions = [await stage.guard(), await stage.guard(call_id="call-2")]
    with pytest.raises(ControlError, match="2 guards listen already"):
        await stage.guard()
    await stage.guards.leave(sessions[0][0])
    await stage.guard()


async def test_one_organization_leaves_seats_for_the_others(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guards_module, "MAX_OF_ONE", 2)
    await stage.call()
    (session, _), _ = await stage.guard(), await stage.guard()
    with pytest.raises(ControlError, match="2 guards of this organization"):
        await stage.guard()
    stage.guards.seats[session].organization = "neighbour"
    await stage.guard()  # those of others are not counted
    stage.guards.seats[session].organization = ORGANIZATION


async def test_ten_calls_at_once_are_kept_apart(stage: Stage) -> None:
    calls = [await stage.call(f"call-{number}") for number in range(10)]
    guards = [await stage.guard("join" if number % 2 else "listen", f"call-{number}") for number in range(10)]
    for number, (call, (_, guard)) in enumerate(zip(calls, guards, strict=True)):
        await guard.hears(CALLER_TONE, PSAP_TONE)
        await call.caller.hears(PSAP_TONE, *([GUARD_TONE] if number % 2 else []))
    await asyncio.gather(*(stage.guards.leave(session) for session, _ in guards))
    assert stage.guards.anchoring.rooms == {}
    for call in calls:
        await parties_hear_each_other(call)


async def test_the_parties_are_told_once_that_somebody_listens(tmp_path: Path) -> None:
    stage = Stage(tmp_path, Monitoring(mode="join", announce=True))
    try:
        call = await stage.call()
        await stage.guard()
        await call.caller.hears(PSAP_TONE, OTHER_TONE)
        await parties_hear_each_other(call)
        assert OTHER_TONE in call.psap.heard_since(0)
        start = len(call.caller.sound)
        _, late = await stage.guard(frequency=GUARD_TONE)
        await late.hears(CALLER_TONE, PSAP_TONE)
        await parties_hear_each_other(call)
        assert OTHER_TONE not in call.caller.heard_since(start)
        assert stage.prompts == [SENTENCES["en", "listening"]]
    finally:
        await stage.close()


async def test_announcements_speak_the_organizations_language_or_beep(monkeypatch: pytest.MonkeyPatch) -> None:
    spoken: list[str] = []

    async def voice(text: str) -> bytes:
        spoken.append(text)
        return b"sound"

    async def no_voice(_: str) -> bytes:
        await asyncio.Event().wait()
        return b""

    assert await words.announcement(voice, "listening", "fr") == b"sound"
    assert await words.announcement(voice, "recording", "de") == b"sound"
    assert spoken == [SENTENCES["fr", "listening"], SENTENCES["en", "recording"]]
    monkeypatch.setattr(words, "PATIENCE_SECONDS", 0.01)
    assert await words.announcement(no_voice, "listening", "en") == words.BEEP


async def test_a_fault_of_mixing_one_call_is_told_once_and_leaves_the_others(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    await stage.call()
    other = await stage.call("call-2")
    await stage.guard()
    _, guard = await stage.guard(call_id="call-2")
    room = stage.guards.anchoring.rooms[CALL]

    def broken() -> None:
        raise RuntimeError("a fault of ours")

    monkeypatch.setattr(room, "tick", broken)
    await until(lambda: stage.node.times("release") == 1, PATIENCE)
    await guard.hears(CALLER_TONE, PSAP_TONE)
    await parties_hear_each_other(other)
    assert stage.states().count("left") == 1


def test_a_seat_is_heard_only_when_it_was_taken_up_and_joined() -> None:
    seat = Seat("s", CALL, ORGANIZATION, "Guard", "browser", "join", BrokenLine(""))
    assert not seat.audible
    seat.joined = True
    assert seat.audible
    seat.mode = "listen"
    assert not seat.audible


@pytest.mark.parametrize(
    "document",
    [
        None,
        [],
        {},
        {"host": "127.0.0.1"},
        {"host": "phone.example", "port": 4000},
        {"host": "127.0.0.1", "port": 70_000},
        {"host": "127.0.0.1", "port": -1},
        {"host": "127.0.0.1", "port": "4000"},
        {"host": "127.0.0.1", "port": 4000, "payload_type": 18},
        {"host": "127.0.0.1", "port": 4000, "event_type": 8},
        {"host": "127.0.0.1", "port": 4000, "ptime": "20"},
        {"host": 7, "port": 4000},
    ],
)
def test_what_is_no_audio_is_refused(document: Any) -> None:
    with pytest.raises(ValueError, match=r"."):
        remote_of(document)


def test_a_missing_event_type_is_none() -> None:
    for none in (None, 0):
        assert remote_of({"host": "127.0.0.1", "port": 4000, "event_type": none}).event_type is None


async def test_guards_of_a_call_whose_parties_are_long_silent_are_sent_home(stage: Stage) -> None:
    """The node died and the call with it: nobody will ever tell that it has ended."""
    call = await stage.call()
    await stage.guard()
    call.close()
    room = stage.guards.anchoring.rooms[CALL]
    loop = asyncio.get_running_loop()
    stage.guards.look(loop.time() + 50)
    assert len(stage.guards.seats) == 1
    room.caller.heard_at -= 100
    room.psap.heard_at -= 100
    stage.node.refusal = "There is no answered call of that name."
    stage.guards.look(loop.time())
    await until(lambda: stage.guards.seats == {} and stage.guards.anchoring.rooms == {}, PATIENCE)
    assert stage.states() == ["joined", "left"]

"""How listening in ends: given back, the media process gone or hanging, the node restarted, the call over."""

import json
from collections.abc import Callable

import pytest

from callpoint.node import anchoring, media_link, sdp_memory
from callpoint.sip.events import RequestReceived
from callpoint.sip.sdp import Sdp
from callpoint.transport.control import ControlError, LinkLostError
from tests.node.anchoring_world import DIRECT, MIXED, MIXER, AnchoringWorld
from tests.node.world import ANSWER_SDP, QUICK, Actor

BOTH = ("caller", "psap")
OTHER = {"caller": "psap", "psap": "caller"}
LOST = "the media process was lost"


# --- the media process goes


async def test_the_media_process_dies(scene: AnchoringWorld) -> None:
    await scene.anchored()
    await scene.media.die()
    await scene.direct_again()
    assert scene.steps() == ["anchored", "released"]
    assert scene.reasons()[-1] == LOST
    assert scene.still_a_call()
    scene.caller.versions_go_up()
    scene.psap.versions_go_up()


async def test_the_media_process_comes_back_and_nothing_is_taken_up_by_itself(scene: AnchoringWorld) -> None:
    call_id = await scene.anchored()
    await scene.media.die()
    await scene.direct_again()
    await scene.media.start()
    await scene.until(lambda: scene.media.linked)
    assert scene.ways == DIRECT
    await scene.anchor(call_id)  # the guard comes again
    assert scene.ways == MIXED


async def test_the_media_process_hangs(scene: AnchoringWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(media_link, "PING_SECONDS", 0.02)
    monkeypatch.setattr(media_link, "ALIVE_SECONDS", 0.1)
    call_id = await scene.anchored()
    scene.media.hangs = True
    await scene.direct_again()
    assert scene.reasons()[-1] == LOST
    assert not scene.link.connected
    with pytest.raises(LinkLostError):
        await scene.link.ask("seat_phone")
    scene.media.hangs = False
    await scene.until(lambda: scene.link.connected)
    assert scene.media.of_kind("released") == [{"call_id": call_id, "why": LOST}]
    assert scene.ways == DIRECT
    await scene.anchor(call_id)
    assert scene.ways == MIXED


async def test_a_media_process_that_knows_no_ping_lives(scene: AnchoringWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(media_link, "PING_SECONDS", 0.01)
    scene.media.refuses = True
    await scene.anchored()
    await scene.until(lambda: scene.media.pings > 10)
    assert scene.link.connected
    assert scene.ways == MIXED


@pytest.mark.parametrize("side", BOTH)
async def test_it_dies_while_the_parties_are_being_asked(scene: AnchoringWorld, side: str) -> None:
    call_id = await scene.call()
    scene.party(side).silent = True
    asked = scene.begin(scene.media.ask("anchor", call_id=call_id, **MIXER))
    await scene.until(lambda: scene.party(side).unanswered)
    await scene.media.die()
    with pytest.raises(LinkLostError):
        await asked
    scene.party(side).answer_now()
    await scene.direct_again()
    assert scene.steps() == ["failed"]
    assert scene.still_a_call()


async def test_it_dies_while_a_party_changes_the_call(scene: AnchoringWorld) -> None:
    await scene.anchored()
    scene.psap.silent = True
    changing = scene.begin(scene.caller.reinvite(scene.world.hop, scene.caller.describe()))
    await scene.until(lambda: scene.psap.unanswered)
    await scene.media.die()
    scene.psap.answer_now()
    assert await changing == 200
    await scene.direct_again()


async def test_who_else_asked_to_be_told_is_told(scene: AnchoringWorld) -> None:
    heard: list[object] = []
    scene.link.hear("session", heard.append)
    scene.link.hear("session", lambda params: 1 / 0)  # type: ignore[arg-type,return-value]
    scene.link.hear("digit", heard.append)
    scene.link.hear_lost(lambda: 1 / 0)  # type: ignore[arg-type,return-value]
    scene.link.hear_lost(lambda: heard.append("lost"))
    scene.media.peer.tell("session", session="s1", state="joined")
    scene.media.peer.tell("digit", session="s1", digit="1")
    await scene.until(lambda: len(heard) == 2)
    await scene.media.die()
    await scene.until(lambda: heard[-1] == "lost")
    assert heard[:2] == [{"session": "s1", "state": "joined"}, {"session": "s1", "digit": "1"}]


async def test_other_parts_ask_over_the_link(scene: AnchoringWorld) -> None:
    assert await scene.link.ask("rooms") == {"calls": []}
    with pytest.raises(ControlError, match="not served"):
        await scene.link.ask("seat_phone", call_id="x")


# --- giving back is refused


@pytest.mark.parametrize("status", [488, 491, 500])
@pytest.mark.parametrize("side", BOTH)
async def test_a_refused_way_back_is_tried_again(scene: AnchoringWorld, side: str, status: int) -> None:
    call_id = await scene.anchored()
    scene.party(side).refusals = [status, status]
    await scene.media.ask("release", call_id=call_id)
    assert scene.ways == DIRECT
    scene.caller.versions_go_up()
    scene.psap.versions_go_up()


async def test_the_second_try_offers_g711_alone(scene: AnchoringWorld) -> None:
    scene.caller.codecs = scene.psap.codecs = "9 0 101"
    call_id = await scene.anchored()
    scene.caller.refusals = [488]
    await scene.media.ask("release", call_id=call_id)
    assert scene.caller.audio.formats == ("0", "8", "101")
    assert scene.psap.audio.formats == ("9", "101")


async def test_an_operator_is_told_of_a_party_that_never_takes_it_back(scene: AnchoringWorld) -> None:
    await scene.anchored()
    scene.caller.refusals = [488] * 6
    await scene.media.die()
    await scene.direct_again()
    alarms = scene.world.journal.of_kind("alarm")
    assert [alarm["alarm"] for alarm in alarms] == ["audio_not_given_back"]
    assert "488" in alarms[0]["text"]


async def test_audio_turned_off_on_the_way_back_is_asked_for_again(scene: AnchoringWorld) -> None:
    call_id = await scene.anchored()
    answer = scene.caller.answer(scene.caller.heard[-1]).replace(b"m=audio 40000", b"m=audio 0")
    scene.caller.answers = [answer]
    await scene.media.ask("release", call_id=call_id)
    assert scene.ways == DIRECT
    assert len(scene.caller.heard) == 4


async def test_an_unreadable_answer_on_the_way_back_is_taken(scene: AnchoringWorld) -> None:
    call_id = await scene.anchored()
    scene.caller.answers = [b"v=1\r\n"]
    await scene.media.ask("release", call_id=call_id)
    assert scene.ways == DIRECT


async def test_a_port_that_moves_with_every_answer_is_not_followed_for_ever(scene: AnchoringWorld) -> None:
    call_id = await scene.anchored()
    scene.caller.rewrite = scene.psap.rewrite = _restless()
    await scene.media.ask("release", call_id=call_id)
    assert len(scene.caller.heard) <= 2 + anchoring.MAX_ROUNDS
    assert all(port not in MIXED for port in scene.ways)


async def test_nobody_left_takes_a_long_time_to_be_given_back(
    scene: AnchoringWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(media_link, "GIVING_BACK_SECONDS", 0.1)
    call_id = await scene.anchored()
    scene.caller.silent = True
    with pytest.raises(ControlError, match="not taken its audio back yet"):
        await scene.media.ask("release", call_id=call_id)
    assert "given back" in await scene.refused(call_id)
    scene.caller.answer_now()
    await scene.direct_again()
    assert await scene.media.ask("release", call_id=call_id) == {}


# --- the node is killed and comes back


async def test_after_a_restart_a_call_the_media_process_still_holds_stays(scene: AnchoringWorld) -> None:
    call_id = await scene.anchored()
    await scene.restart_node()
    [anchoring_] = scene.anchorings
    await scene.until(lambda: not anchoring_.unconfirmed)
    assert scene.ways == MIXED
    scene.caller.port = 40400  # and a party's change still meets the mixer
    assert await scene.caller.reinvite(scene.world.hop, scene.caller.describe()) == 200
    assert scene.ways == MIXED
    await scene.until(lambda: scene.media.of_kind("remote_changed"))
    await scene.media.ask("release", call_id=call_id)
    assert scene.ways == (50000, 40400)
    for party in (scene.caller, scene.psap):
        numbers = [int(version) for _, version in party.versions]
        assert numbers == sorted(numbers)
        assert len({session for session, _ in party.versions}) == 1


async def test_after_a_restart_a_call_the_media_process_does_not_hold_is_given_back(scene: AnchoringWorld) -> None:
    await scene.anchored()
    scene.media.rooms.clear()
    await scene.restart_node()
    await scene.direct_again()
    assert scene.reasons()[-1] == LOST
    assert scene.still_a_call()


async def test_after_a_restart_without_a_media_process_it_is_given_back(
    scene: AnchoringWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(media_link, "RESTORED_SECONDS", 0.1)
    await scene.anchored()
    saved = dict(scene.world.journal.dialogs)
    await scene.stop_link()
    await scene.world.restart_node()
    scene.world.node.restore(saved)
    await scene.media.die()
    scene.start_linking()
    await scene.direct_again()


@pytest.mark.parametrize("side", BOTH)
async def test_killed_while_the_parties_were_asked(scene: AnchoringWorld, side: str) -> None:
    """Which of them had moved is not known: both are given back."""
    call_id = await scene.call()
    scene.party(side).silent = True
    scene.begin(scene.media.ask("anchor", call_id=call_id, **MIXER))
    await scene.until(lambda: scene.party(side).unanswered)
    await scene.until(lambda: scene.party(OTHER[side]).hears_from in MIXED)
    scene.party(side).silent = False
    scene.party(side).unanswered.clear()
    await scene.restart_node()
    await scene.direct_again()
    assert scene.still_a_call()


async def test_killed_while_they_were_given_back(scene: AnchoringWorld) -> None:
    call_id = await scene.anchored()
    scene.caller.silent = True
    scene.begin(scene.media.ask("release", call_id=call_id))
    await scene.until(lambda: scene.caller.unanswered)
    scene.caller.silent = False
    scene.caller.unanswered.clear()
    await scene.restart_node()
    await scene.direct_again()


async def test_a_call_of_before_can_be_taken_up(scene: AnchoringWorld) -> None:
    call_id = await scene.call()
    await scene.restart_node()
    await scene.anchor(call_id)
    assert scene.ways == MIXED
    await scene.media.ask("release", call_id=call_id)
    assert scene.ways == DIRECT


async def test_a_call_an_older_node_wrote_down_goes_on_unheard(scene: AnchoringWorld) -> None:
    call_id = await scene.call()
    state = json.loads(scene.world.journal.dialogs[call_id])
    del state["sdp"], state["refresher"]
    scene.world.journal.dialogs[call_id] = json.dumps(state)
    await scene.restart_node()
    assert "not known" in await scene.refused(call_id)
    assert await scene.caller.reinvite(scene.world.hop, scene.caller.describe()) == 200


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("sdp", 7),
        ("sdp", []),
        ("sdp", {}),
        ("sdp", {"said": {"caller": 5}, "offerer": None}),
        ("sdp", {"said": {}, "offerer": None, "told": 3}),
        ("anchoring", {}),
        ("anchoring", {"index": "x"}),
        ("anchoring", {"index": 0, "at": {"caller": 3, "psap": None}, "established": False}),
        ("anchoring", {"index": 0, "at": {"caller": None, "psap": None}, "established": True, "places": {}}),
    ],
)
async def test_what_cannot_be_read_back_costs_the_listener_and_not_the_call(
    scene: AnchoringWorld, name: str, value: object
) -> None:
    call_id = await scene.call()
    state = json.loads(scene.world.journal.dialogs[call_id])
    scene.world.journal.dialogs[call_id] = json.dumps(state | {name: value})
    await scene.restart_node()
    assert [alarm["alarm"] for alarm in scene.world.journal.of_kind("alarm")] == ["internal_fault"]
    assert "not known" in await scene.refused(call_id)
    assert await scene.caller.reinvite(scene.world.hop, scene.caller.describe()) == 200


async def test_a_room_of_a_call_that_is_over_is_closed(scene: AnchoringWorld) -> None:
    scene.media.rooms = ["of-yesterday"]
    await scene.restart_node()
    await scene.until(lambda: scene.media.of_kind("call_ended"))
    assert scene.media.of_kind("call_ended") == [{"call_id": "of-yesterday"}]


async def test_versions_leave_a_gap_after_a_kill() -> None:
    memory = sdp_memory.SdpMemory({"caller": b"v=0\r\no=a 1 5 IN IP4 h\r\n", "psap": b"v=0\r\no=b 1 5 IN IP4 h\r\n"})
    memory.ours.add("caller")
    again = sdp_memory.SdpMemory.from_json(json.loads(json.dumps(memory.to_json())))
    assert b"o=b 1 15 IN" in (again.told("caller") or b"")
    assert again.told("psap") == memory.told("psap")
    assert again.said == memory.said


# --- the call ends


@pytest.mark.parametrize("side", BOTH)
async def test_bye_while_somebody_listens(scene: AnchoringWorld, side: str) -> None:
    call_id = await scene.anchored()
    party, far = scene.party(side), scene.party(OTHER[side])
    party.actor.send(party.dialog, "BYE", scene.world.hop)
    await far.actor.request("BYE")
    await scene.until(lambda: scene.media.of_kind("call_ended"))
    assert scene.media.of_kind("call_ended") == [{"call_id": call_id}]
    assert scene.steps() == ["anchored", "released"]
    assert "no answered call" in await scene.refused(call_id)


@pytest.mark.parametrize("late", [True, False])
@pytest.mark.parametrize("silent", BOTH)
@pytest.mark.parametrize("by", BOTH)
async def test_bye_while_the_parties_are_being_asked(scene: AnchoringWorld, by: str, silent: str, late: bool) -> None:
    call_id = await scene.call()
    slow = scene.party(silent)
    slow.silent, slow.actor.obeys_cancel = True, not late
    asked = scene.begin(scene.media.ask("anchor", call_id=call_id, **MIXER))
    await scene.until(lambda: slow.unanswered)
    party, far = scene.party(by), scene.party(OTHER[by])
    party.actor.send(party.dialog, "BYE", scene.world.hop)
    await far.actor.request("BYE")
    with pytest.raises(ControlError, match="ended"):
        await asked
    acks = len(slow.actor.acks)
    if late:  # its answer crosses the BYE, and is acknowledged all the same
        slow.answer_now()
        await scene.until(lambda: len(slow.actor.acks) > acks)
    assert scene.world.journal.of_kind("ended")[0]["by"] == by
    assert scene.media.of_kind("call_ended") == [{"call_id": call_id}]


@pytest.mark.parametrize("by", BOTH)
async def test_bye_while_it_is_given_back(scene: AnchoringWorld, by: str) -> None:
    call_id = await scene.anchored()
    scene.psap.silent = True
    released = scene.begin(scene.media.ask("release", call_id=call_id))
    await scene.until(lambda: scene.psap.unanswered)
    party, far = scene.party(by), scene.party(OTHER[by])
    party.actor.send(party.dialog, "BYE", scene.world.hop)
    await far.actor.request("BYE")
    assert await released == {}


async def test_bye_between_two_tries(scene: AnchoringWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(anchoring, "BACK_PAUSES", (0.1,))
    call_id = await scene.anchored()
    scene.caller.refusals = [488] * 99
    released = scene.begin(scene.media.ask("release", call_id=call_id))
    await scene.until(lambda: len(scene.caller.refusals) < 99)
    scene.world.psap.send(scene.psap.dialog, "BYE", scene.world.hop)
    await scene.world.phone.request("BYE")
    assert await released == {}


async def test_released_while_the_parties_are_being_asked(scene: AnchoringWorld) -> None:
    call_id = await scene.call()
    scene.psap.silent = True
    asked = scene.begin(scene.media.ask("anchor", call_id=call_id, **MIXER))
    await scene.until(lambda: scene.psap.unanswered)
    released = scene.begin(scene.media.ask("release", call_id=call_id))
    await scene.until(lambda: not any(a.wanted for a in scene.anchorings))
    scene.psap.answer_now()
    with pytest.raises(ControlError, match="nobody listens"):
        await asked
    await released
    assert scene.ways == DIRECT


async def test_nothing_is_kept_of_a_call_that_was_listened_to(scene: AnchoringWorld) -> None:
    await scene.restart_node(timers=QUICK)
    call_id = await scene.anchored()
    await scene.media.ask("release", call_id=call_id)
    scene.world.phone.send(scene.caller.dialog, "BYE", scene.world.hop)
    await scene.world.phone.answer_to("BYE")
    await scene.world.nothing_left()
    assert scene.world.services.anchorage.calls == {}


# --- many at once


async def test_hundreds_at_once_go_and_come_back(scene: AnchoringWorld) -> None:
    """Copies of one call, taken up after a restart: all listened to, then the media process dies."""
    call_id = await scene.call()
    state = scene.world.journal.dialogs.pop(call_id)
    for number in range(200):
        copy = json.loads(state)
        for side in BOTH:
            copy[side]["dialog"]["call_id"] += f"-{number}"
        scene.world.journal.dialogs[f"call-{number}"] = json.dumps(copy)
    crowd = {side: _Crowd(scene.party(side).actor) for side in BOTH}
    await scene.restart_node()
    names = list(scene.world.journal.dialogs)
    asked = [scene.begin(scene.media.ask("anchor", call_id=name, **MIXER)) for name in names]
    assert [len(await one) for one in asked] == [2] * 200
    assert set(crowd["caller"].hears_from.values()) == {6000}
    assert set(crowd["psap"].hears_from.values()) == {6002}
    await scene.media.die()
    await scene.until(lambda: set(crowd["caller"].hears_from.values()) == {50000}, 30)
    await scene.until(lambda: set(crowd["psap"].hears_from.values()) == {40000}, 30)
    assert [len(one.hears_from) for one in crowd.values()] == [200, 200]
    assert scene.steps().count("released") == 200
    assert scene.world.journal.of_kind("alarm") == []


class _Crowd:
    """One end of many calls: takes whatever it is offered."""

    def __init__(self, actor: Actor) -> None:
        self.hears_from: dict[str, int] = {}
        self._port = 40000 if actor.name == "phone" else 50000
        actor.on_invite = self._on_invite

    def _on_invite(self, actor: Actor, event: RequestReceived) -> None:
        self.hears_from[event.request.call_id] = Sdp.parse(event.request.body).media[0].port
        actor.say(200, event.tx, body=ANSWER_SDP.replace(b"50000", b"%d" % self._port))


def _restless() -> Callable[[bytes], bytes]:
    """Another port with every description."""
    port = iter(range(46000, 47000, 2))

    def moved(body: bytes) -> bytes:
        line = next(line for line in body.split(b"\r\n") if line.startswith(b"m=audio"))
        return body.replace(line, b" ".join([b"m=audio", b"%d" % next(port), *line.split(b" ")[2:]]))

    return moved

"""A guard's phone at a call: called by us, its audio handed to the media process, and given back when that is over."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from callpoint.node import audio_leg, guard_call, reinvitation
from callpoint.node.phone_phrases import phrases
from callpoint.transport.control import ControlError
from tests.node.beside_world import GATEWAY_NUMBER, AnsweringPhone, BesideWorld
from tests.node.test_call_out import Dispatcher
from tests.node.world import refuse_with

ORDER = {"call_id": "C1", "organization": "demo", "number": GATEWAY_NUMBER, "who": "Gina Guard", "mode": "listen"}


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the node says to phones, said in no time."""
    heard: list[str] = []

    async def say(self: Any, renderer: Any, segments: Any) -> None:
        heard.extend(segments)

    monkeypatch.setattr(audio_leg.AudioLeg, "say", say)
    monkeypatch.setattr(audio_leg, "LAST_SOUND_SECONDS", 0.02)
    monkeypatch.setattr(guard_call, "SILENCE_SECONDS", 5.0)
    return heard


@pytest.fixture
async def world(tmp_path: Path, said: list[str]) -> AsyncIterator[BesideWorld]:
    async with BesideWorld(tmp_path) as world:
        world.monitoring()
        world.media.port = 31000
        await world.beside.start()
        yield world


@pytest.fixture
async def dispatcher(world: BesideWorld) -> AsyncIterator[Dispatcher]:
    async with Dispatcher(world) as dispatcher:
        yield dispatcher


async def seated(world: BesideWorld, dispatcher: Dispatcher, **changes: Any) -> AnsweringPhone:
    """A guard who was called, pressed 1 and listens."""
    phone = await AnsweringPhone.behind(world.gateway)
    await dispatcher.client.ask("dial_guard", **{**ORDER, **changes})
    await dispatcher.until("ringing", "answered")
    phone.press("1")
    await dispatcher.until("answered", "listening")
    return phone


async def test_a_guard_is_called_presses_one_and_sits(
    world: BesideWorld, dispatcher: Dispatcher, said: list[str]
) -> None:
    phone = await seated(world, dispatcher)
    assert said == [phrases("en")["guard"], phrases("en")["listening_may_join"]]
    assert world.media.params_of("seat_phone") == [
        {"call_id": "C1", "organization": "demo", "who": "Gina Guard", "mode": "listen"}
    ]
    assert b"c=IN IP4 127.0.0.1" in phone.reinvites[0].body
    assert b"m=audio 31000 " in phone.reinvites[0].body
    assert world.media.params_of("seat_remote")[0]["port"] == phone.port.local.port
    heard = len(phone.heard)
    phone.hang_up()
    await dispatcher.until("listening", "ended")
    await world.gateway.until(lambda: world.media.params_of("leave"))
    assert len(phone.heard) - heard < 8000  # the node itself had stopped sending
    phone.close()
    await world.forgotten()


async def test_nobody_is_seated_without_a_key(
    world: BesideWorld, dispatcher: Dispatcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A voice mailbox answers, too, and would record the call."""
    monkeypatch.setattr(guard_call, "SILENCE_SECONDS", 0.02)
    phone = await AnsweringPhone.behind(world.gateway)
    await dispatcher.client.ask("dial_guard", **ORDER)
    await dispatcher.until("answered", "ended")
    assert world.media.asked == []
    assert dispatcher.told[-1]["why"] == "nobody pressed 1"
    assert world.facts("monitor")[0]["step"] == "failed"
    phone.close()


async def test_keys_change_between_listening_and_speaking(world: BesideWorld, dispatcher: Dispatcher) -> None:
    phone = await seated(world, dispatcher)
    world.media.tell("digit", session="S1", digit="*")
    world.media.tell("digit", session="S1", digit="1")
    await world.gateway.until(lambda: world.media.params_of("mode") == [{"session": "S1", "mode": "join"}])
    phone.press_by_info("0")
    await world.gateway.until(lambda: world.media.params_of("mode")[-1]["mode"] == "listen")
    world.media.tell("digit", session="another", digit="1")
    assert len(world.media.params_of("mode")) == 2
    phone.close()


async def test_who_may_only_listen_cannot_speak(world: BesideWorld, dispatcher: Dispatcher, said: list[str]) -> None:
    world.monitoring(mode="listen")
    phone = await seated(world, dispatcher, mode="join")
    assert world.media.params_of("seat_phone")[0]["mode"] == "listen"
    assert phrases("en")["listening"] in said
    world.media.tell("digit", session="S1", digit="1")
    phone.press_by_info("1")
    await world.gateway.answer_to("INFO")
    assert world.media.params_of("mode") == []
    phone.close()


async def test_the_media_process_dies_and_the_guard_is_told(
    world: BesideWorld, dispatcher: Dispatcher, said: list[str]
) -> None:
    phone = await seated(world, dispatcher)
    world.media.die()
    await dispatcher.until("listening", "ended")
    assert said[-1] == phrases("en")["monitoring_ended"]
    assert len(phone.reinvites) == 2  # back to the node's own port, to be heard
    assert b"m=audio 31000 " not in phone.reinvites[1].body
    await world.gateway.request("BYE")
    phone.close()


async def test_the_call_ends_and_the_guard_is_told(world: BesideWorld, dispatcher: Dispatcher, said: list[str]) -> None:
    phone = await seated(world, dispatcher)
    world.media.tell("session", session="S1", state="mode", why="")
    world.media.tell("session", session="S1", state="left", why="the call is over")
    await dispatcher.until("listening", "ended")
    assert said[-1] == phrases("en")["call_over"]
    phone.close()


async def test_a_phone_that_moves_its_audio_is_followed(world: BesideWorld, dispatcher: Dispatcher) -> None:
    phone = await seated(world, dispatcher)
    moved = phone.sdp().replace(str(phone.port.local.port).encode(), b"44444")
    world.gateway.send(phone.dialog, "INVITE", phone.event.source, body=moved)
    ok = await world.gateway.answer_to("INVITE")
    assert b"m=audio 31000 " in ok.body
    await world.gateway.until(lambda: world.media.params_of("seat_remote")[-1]["port"] == 44444)
    phone.close()


async def test_a_phone_that_refuses_to_move_stays_with_us_and_hears_why(
    world: BesideWorld, dispatcher: Dispatcher, said: list[str]
) -> None:
    phone = await AnsweringPhone.behind(world.gateway)
    phone.refuses_reinvites = True
    await dispatcher.client.ask("dial_guard", **ORDER)
    await dispatcher.until("answered")
    phone.press("1")
    await dispatcher.until("answered", "ended")
    assert "does not move" in dispatcher.told[-1]["why"]
    assert said[-1] == phrases("en")["cannot_join"]
    await world.gateway.until(lambda: world.media.params_of("leave"))
    phone.close()


async def test_a_glare_is_tried_again(
    world: BesideWorld, dispatcher: Dispatcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reinvitation, "GLARE_SECONDS", (0.01, 0.02))
    phone = await AnsweringPhone.behind(world.gateway)
    plain, pending = phone.take, [True]

    def take(actor: Any, event: Any) -> None:
        if event.request.to.tag is not None and pending:
            pending.clear()
            actor.endpoint.respond(event.tx, event.tx.response(491))
        else:
            plain(actor, event)

    world.gateway.on_invite = take
    await dispatcher.client.ask("dial_guard", **ORDER)
    await dispatcher.until("answered")
    phone.press("1")
    await dispatcher.until("answered", "listening")
    phone.close()


async def test_a_guard_who_does_not_answer_is_in_the_record(world: BesideWorld, dispatcher: Dispatcher) -> None:
    world.gateway.on_invite = refuse_with(486)
    await dispatcher.client.ask("dial_guard", **ORDER)
    await dispatcher.until("ended")
    fact = world.facts("monitor")[0]
    assert (fact["step"], fact["by"], fact["how"], fact["why"]) == (
        "failed",
        "Gina Guard",
        "phone",
        "the line is busy",
    )
    assert next(entry for entry in world.journal.facts if entry[2] == "monitor")[:2] == ("C1", "demo")


@pytest.mark.parametrize(
    ("changes", "said_why"),
    [
        ({"mode": "shout"}, "mode"),
        ({"number": "911"}, "no guard"),
        ({"call_id": ""}, "call_id"),
        ({"number": 7}, "number"),
    ],
)
async def test_what_cannot_be_is_refused(
    world: BesideWorld, dispatcher: Dispatcher, changes: dict[str, Any], said_why: str
) -> None:
    with pytest.raises(ControlError, match=said_why):
        await dispatcher.client.ask("dial_guard", **{**ORDER, **changes})


async def test_monitoring_that_is_off_calls_nobody(world: BesideWorld, dispatcher: Dispatcher) -> None:
    for plan in (lambda: world.monitoring(mode="off"), lambda: setattr(world, "plan", None)):
        plan()
        with pytest.raises(ControlError, match="switched off"):
            await dispatcher.client.ask("dial_guard", **ORDER)
    assert world.gateway.requests == []

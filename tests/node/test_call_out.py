"""Voice alerts: the node calls somebody by the gateway, reads the alert, takes 1 and 2, tells and writes each step."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from callpoint.node import audio_leg, call_out, outbound_call
from callpoint.node.call_out import CallOutOrder, masked
from callpoint.node.outbound_call import Gateway
from callpoint.node.phone_phrases import fixed_phrases, phrases
from callpoint.sip.auth import Credentials
from callpoint.sip.digest import challenge, ha1, make_nonce, verify
from callpoint.sip.events import RequestReceived
from callpoint.transport.control import ControlClient, ControlError, Peer
from tests.node.beside_world import GATEWAY_NUMBER, AnsweringPhone, BesideWorld, told_states
from tests.node.world import Actor, refuse_with, ring

ORDER = {
    "key": "C1/S1/0/R1",
    "number": GATEWAY_NUMBER,
    "organization": "demo",
    "alert": "C1",
    "text": {"language": "en", "sentences": ["Fire."]},
}


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tones take as long as the text; two letters are said in no time."""
    monkeypatch.setattr(audio_leg, "LAST_SOUND_SECONDS", 0.02)
    monkeypatch.setattr(call_out, "SILENCE_SECONDS", 0.3)
    monkeypatch.setattr(call_out, "phrases", lambda language: dict.fromkeys(phrases(language), "Ok."))


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[BesideWorld]:
    async with BesideWorld(tmp_path) as world:
        await world.beside.start()
        yield world


class Dispatcher:
    """The other end of the control socket."""

    def __init__(self, world: BesideWorld) -> None:
        self.world = world
        self.told: list[dict[str, Any]] = []
        self.client = ControlClient(
            world.folder / "node" / "control.sock", {"call_out": self._take, "dial_guard": self._take}
        )

    async def _take(self, peer: Peer, params: dict[str, Any]) -> None:
        self.told.append(params)

    async def __aenter__(self) -> "Dispatcher":
        self._task = asyncio.create_task(self.client.run())
        await self.world.gateway.until(lambda: self.client.connected)
        return self

    async def __aexit__(self, *_: object) -> None:
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)

    async def call_out(self, **changes: Any) -> str:
        return str((await self.client.ask("call_out", **{**ORDER, **changes}))["id"])

    async def until(self, *states: str, seconds: float = 30.0) -> None:
        """Waits until these states were told, in this order, others between them or not."""
        await self.world.gateway.until(lambda: follows(told_states(self.told), states), seconds)

    def states(self) -> list[str]:
        return told_states(self.told)


def follows(told: list[str], wanted: tuple[str, ...]) -> bool:
    rest = iter(told)
    return all(state in rest for state in wanted)


@pytest.fixture
async def dispatcher(world: BesideWorld) -> AsyncIterator[Dispatcher]:
    async with Dispatcher(world) as dispatcher:
        yield dispatcher


async def test_one_acknowledges_and_every_step_is_told_and_written(world: BesideWorld, dispatcher: Dispatcher) -> None:
    phone = await AnsweringPhone.behind(world.gateway)
    name = await dispatcher.call_out()
    await dispatcher.until("ringing", "answered")
    await world.gateway.until(lambda: len(phone.heard) > 800)
    assert len(set(phone.heard)) > 2  # a sound, not silence
    phone.press("1")
    await dispatcher.until("ringing", "answered", "acknowledged", "ended")
    await world.gateway.request("BYE")
    taken = next(step for step in dispatcher.told if step["state"] == "acknowledged")
    assert (taken["id"], taken["key"], taken["digit"]) == (name, ORDER["key"], "1")
    facts = world.facts("call_out")
    assert [fact["state"] for fact in facts] == ["ringing", "answered", "digit", "ended"]
    assert {(fact["key"], fact["number"], fact["alert"]) for fact in facts} == {(ORDER["key"], GATEWAY_NUMBER, "C1")}
    assert {entry[:2] for entry in world.journal.facts if entry[2] == "call_out"} == {("C1", "demo")}
    phone.close()
    await world.forgotten()


async def test_the_invite_goes_to_the_gateway_in_its_own_terms(world: BesideWorld, dispatcher: Dispatcher) -> None:
    world.gateway.on_invite = refuse_with(486)
    line = world.beside.control._call_outs._line
    line._gateway = Gateway(line._gateway.uri, caller="+18025550100")
    await dispatcher.call_out()
    invite = await world.gateway.request("INVITE")
    assert invite.uri.startswith(f"sip:{GATEWAY_NUMBER}@127.0.0.1:{world.gateway.port}")
    host = f"127.0.0.1:{world.gateway.port}"
    assert (invite.get("P-Asserted-Identity") or "") == f"<sip:+18025550100@{host}>"
    assert invite.from_.uri == f"sip:+18025550100@{host}"
    assert b"m=audio" in invite.body
    assert b"PCMU/8000" in invite.body
    assert b"telephone-event/8000" in invite.body
    assert not invite.has("Priority")
    assert not invite.has("Geolocation")


async def test_two_by_info_joins_where_it_may(world: BesideWorld, dispatcher: Dispatcher) -> None:
    world.monitoring()
    world.media.port = 31000
    phone = await AnsweringPhone.behind(world.gateway)
    await dispatcher.call_out(join_call="C1", may_join=True)
    await dispatcher.until("answered")
    phone.press_by_info("2")
    await dispatcher.until("answered", "joined")
    assert world.media.params_of("seat_phone")[0] == {
        "call_id": "C1",
        "organization": "demo",
        "who": GATEWAY_NUMBER,
        "mode": "join",
    }
    assert b"m=audio 31000 " in phone.reinvites[0].body
    remote = world.media.params_of("seat_remote")[0]
    assert (remote["host"], remote["port"], remote["payload_type"], remote["event_type"]) == (
        "127.0.0.1",
        phone.port.local.port,
        0,
        101,
    )
    phone.hang_up()
    await dispatcher.until("joined", "ended")
    await world.gateway.until(lambda: world.media.params_of("leave") == [{"session": "S1"}])
    phone.close()


@pytest.mark.parametrize("monitoring", ["off", "listen"])
async def test_two_means_nothing_where_it_may_not(world: BesideWorld, dispatcher: Dispatcher, monitoring: str) -> None:
    world.monitoring(mode=monitoring)
    phone = await AnsweringPhone.behind(world.gateway)
    await dispatcher.call_out(join_call="C1", may_join=True)
    await dispatcher.until("answered")
    phone.press("2")
    await world.gateway.until(lambda: any(fact["state"] == "digit" for fact in world.facts("call_out")))
    assert "joined" not in dispatcher.states()
    assert world.media.asked == []
    phone.press("1")
    await dispatcher.until("acknowledged", "ended")
    phone.close()


async def test_a_seat_that_is_not_to_be_had_still_counts_as_taken(world: BesideWorld, dispatcher: Dispatcher) -> None:
    world.monitoring()
    world.media.trouble = ControlError("There is no answered call of that name.")
    phone = await AnsweringPhone.behind(world.gateway)
    await dispatcher.call_out(join_call="C1", may_join=True)
    await dispatcher.until("answered")
    phone.press("2")
    await dispatcher.until("acknowledged", "ended")
    assert "no answered call" in next(s for s in dispatcher.told if s["state"] == "acknowledged")["why"]
    assert world.facts("monitor")[0]["step"] == "failed"
    phone.close()


async def test_another_key_reads_again_and_three_readings_are_enough(
    world: BesideWorld, dispatcher: Dispatcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[int] = []
    plain = audio_leg.AudioLeg.say

    async def counted(self: Any, renderer: Any, segments: Any) -> None:
        said.append(len(segments))
        await plain(self, renderer, segments)

    monkeypatch.setattr(audio_leg.AudioLeg, "say", counted)
    phone = await AnsweringPhone.behind(world.gateway)
    await dispatcher.call_out()
    await dispatcher.until("answered")
    phone.press("7")
    await dispatcher.until("spoken", "ended")
    assert len(said) == call_out.READINGS + 1
    assert [fact["digit"] for fact in world.facts("call_out") if fact["state"] == "digit"] == ["7"]
    await world.gateway.request("BYE")
    phone.close()


@pytest.mark.parametrize(
    ("status", "words"),
    [(486, "busy"), (603, "declined"), (408, "nobody"), (480, "nobody"), (302, "do not follow"), (404, "not exist")],
)
async def test_a_refusal_is_told_in_words(world: BesideWorld, dispatcher: Dispatcher, status: int, words: str) -> None:
    world.gateway.on_invite = refuse_with(status)
    await dispatcher.call_out()
    await dispatcher.until("ended")
    ended = dispatcher.told[-1]
    assert ended["status"] == status
    assert words in ended["why"]
    assert dispatcher.states() == ["ended"]
    assert len(world.gateway.of_method("INVITE")) == 1
    await world.forgotten()


async def test_it_rings_so_long_and_no_longer(
    world: BesideWorld, dispatcher: Dispatcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.gateway.on_invite = ring
    monkeypatch.setattr(world.beside.control._call_outs._line, "_ring_seconds", 0.3)
    await dispatcher.call_out()
    await dispatcher.until("ringing", "ended")
    await world.gateway.until(lambda: world.gateway.cancels)
    assert "0.3 s" in dispatcher.told[-1]["why"]


async def test_an_answer_that_crosses_the_cancel_is_hung_up(
    world: BesideWorld, dispatcher: Dispatcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.gateway.on_invite = ring
    world.gateway.obeys_cancel = False
    monkeypatch.setattr(world.beside.control._call_outs._line, "_ring_seconds", 0.2)
    await dispatcher.call_out()
    await dispatcher.until("ended")
    await world.gateway.until(lambda: world.gateway.cancels)
    world.gateway.say(200, body=outgoing_sdp())
    await world.gateway.request("BYE")
    assert world.gateway.acks


async def test_a_second_branch_that_answers_is_hung_up(world: BesideWorld, dispatcher: Dispatcher) -> None:
    phone = await AnsweringPhone.behind(world.gateway)
    await dispatcher.call_out()
    await dispatcher.until("answered")
    twin = phone.event.request.response(200, to_tag="other-branch")
    twin.set("Contact", world.gateway.endpoint.contact("twin", phone.event.source))
    world.gateway.endpoint.send_bytes(bytes(twin), phone.event.source)
    bye = await world.gateway.request("BYE")
    assert bye.to.tag == "other-branch"
    assert len(world.gateway.of_method("BYE")) == 1
    phone.press("1")
    await dispatcher.until("acknowledged", "ended")
    phone.close()


@pytest.mark.parametrize(
    ("status", "asked", "answered"),
    [(401, "WWW-Authenticate", "Authorization"), (407, "Proxy-Authenticate", "Proxy-Authorization")],
)
async def test_a_challenge_is_answered_once(
    world: BesideWorld, dispatcher: Dispatcher, status: int, asked: str, answered: str
) -> None:
    gatekeeper = Gatekeeper(status, asked, answered, "secret")
    line = world.beside.control._call_outs._line
    line._gateway = Gateway(line._gateway.uri, "callpoint", "secret")
    phone = await AnsweringPhone.behind(world.gateway)
    world.gateway.on_invite = lambda actor, event: gatekeeper.take(actor, event, phone)
    world.gateway.on_other = gatekeeper.take_bye
    await dispatcher.call_out()
    await dispatcher.until("answered")
    first, second = world.gateway.of_method("INVITE")
    assert (first.cseq.number, second.cseq.number) == (1, 2)
    assert first.call_id == second.call_id
    assert first.from_.tag == second.from_.tag
    await world.gateway.until(lambda: world.gateway.acks)
    assert world.gateway.acks[-1].get(answered) == second.get(answered)  # RFC 3261 §22.1
    phone.press("1")
    await dispatcher.until("ended")
    await world.gateway.request("BYE", 2)  # the first BYE was challenged as well
    phone.close()


async def test_nobody_but_the_gateway_is_logged_in_at(world: BesideWorld, dispatcher: Dispatcher) -> None:
    """Whoever answers names another host as Contact, and asks for the password there."""
    gatekeeper = Gatekeeper(401, "WWW-Authenticate", "Authorization", "secret")
    line = world.beside.control._call_outs._line
    line._gateway = Gateway(line._gateway.uri, "callpoint", "secret")
    stranger = await world.actor("stranger", host="127.0.0.2")
    stranger.on_other = gatekeeper.take_bye
    phone = await AnsweringPhone.behind(world.gateway)

    def answer_from_elsewhere(actor: Actor, event: RequestReceived) -> None:
        if gatekeeper.passes(actor, event):
            actor.say(200, event.tx, body=phone.sdp(), Contact=f"<sip:stranger@127.0.0.2:{stranger.port}>")
            phone.hear(event.request)

    world.gateway.on_invite = answer_from_elsewhere
    await dispatcher.call_out()
    await dispatcher.until("answered")
    await stranger.until(lambda: stranger.acks)
    phone.press("1")
    await dispatcher.until("ended")
    await stranger.request("BYE")
    # The gateway's turn comes after whatever the challenge of the stranger would have brought about.
    await dispatcher.call_out(key="K2")
    await world.gateway.request("INVITE", 4)
    assert not any(request.has("Authorization") for request in [*stranger.acks, *stranger.requests])
    phone.close()


async def test_a_wrong_password_is_not_tried_again(world: BesideWorld, dispatcher: Dispatcher) -> None:
    gatekeeper = Gatekeeper(401, "WWW-Authenticate", "Authorization", "other")
    line = world.beside.control._call_outs._line
    line._gateway = Gateway(line._gateway.uri, "callpoint", "secret")
    phone = await AnsweringPhone.behind(world.gateway)
    world.gateway.on_invite = lambda actor, event: gatekeeper.take(actor, event, phone)
    await dispatcher.call_out()
    await dispatcher.until("ended")
    assert dispatcher.told[-1]["status"] == 401
    assert len(world.gateway.of_method("INVITE")) == 2
    phone.close()


class Gatekeeper:
    """A gateway that asks for a password in everything, and checks it."""

    def __init__(self, status: int, asked: str, answered: str, password: str) -> None:
        self.status, self.asked, self.answered = status, asked, answered
        self.ha1 = {"MD5": ha1("callpoint", "gateway", password, "MD5")}

    def take(self, actor: Actor, event: RequestReceived, phone: AnsweringPhone) -> None:
        if self.passes(actor, event):
            phone.take(actor, event)

    def take_bye(self, actor: Actor, event: RequestReceived) -> None:
        if self.passes(actor, event):
            actor.endpoint.respond(event.tx, event.tx.response(200))

    def passes(self, actor: Actor, event: RequestReceived) -> bool:
        given = event.request.get(self.answered)
        if given is not None and verify(Credentials.parse(given), event.request.method, self.ha1):
            return True
        refusal = event.tx.response(self.status)
        refusal.add(self.asked, challenge("gateway", make_nonce(b"k" * 32, 0.0, b"saltsalt"), "MD5"))
        actor.endpoint.respond(event.tx, refusal)
        return False


async def test_more_wait_their_turn_and_are_told_so(world: BesideWorld, dispatcher: Dispatcher) -> None:
    world.beside.control._call_outs._turns = asyncio.Semaphore(1)
    world.gateway.on_invite = ring
    for number in range(3):
        await dispatcher.call_out(key=f"K{number}", number=f"+1802555017{number}")
    await dispatcher.until("queued", "queued")
    assert [step["key"] for step in dispatcher.told if step["state"] == "queued"] == ["K1", "K2"]
    await world.gateway.until(lambda: world.gateway.invites)
    await asyncio.sleep(0.1)
    assert len(world.gateway.invites) == 1
    for number in range(3):  # in their order, each when the one before it is over
        await world.gateway.until(lambda n=number: len(world.gateway.invites) == n + 1)  # type: ignore[misc]
        assert f"+1802555017{number}" in world.gateway.invites[-1].request.uri
        world.gateway.endpoint.respond(world.gateway.invites[-1], world.gateway.invites[-1].response(486))
    await dispatcher.until("ended", "ended", "ended")


async def test_911_goes_through_while_all_turns_are_taken(world: BesideWorld, dispatcher: Dispatcher) -> None:
    world.beside.control._call_outs._turns = asyncio.Semaphore(1)
    world.gateway.on_invite = ring
    await dispatcher.call_out(key="K1")
    await dispatcher.call_out(key="K2")
    await world.gateway.request("INVITE")
    await world.established()


async def test_the_same_key_dials_once_while_under_way_and_after_it_was_heard(
    world: BesideWorld, dispatcher: Dispatcher
) -> None:
    phone = await AnsweringPhone.behind(world.gateway)
    first = await dispatcher.call_out()
    assert await dispatcher.call_out() == first
    await dispatcher.until("answered")
    phone.press("1")
    await dispatcher.until("acknowledged", "ended")
    dispatcher.told.clear()
    assert await dispatcher.call_out() == first
    await dispatcher.until("answered", "acknowledged", "ended")  # told once more
    assert len(world.gateway.of_method("INVITE")) == 1
    phone.close()


async def test_a_call_nobody_heard_is_dialled_again(world: BesideWorld, dispatcher: Dispatcher) -> None:
    world.gateway.on_invite = refuse_with(486)
    first = await dispatcher.call_out()
    await dispatcher.until("ended")
    assert await dispatcher.call_out() != first
    await dispatcher.until("ended", "ended")
    assert len(world.gateway.of_method("INVITE")) == 2


async def test_a_dispatcher_that_went_away_finds_it_in_the_journal(world: BesideWorld) -> None:
    phone = await AnsweringPhone.behind(world.gateway)
    async with Dispatcher(world) as dispatcher:
        await dispatcher.call_out()
        await dispatcher.until("answered")
    phone.press("1")
    await world.gateway.until(lambda: [f["state"] for f in world.facts("call_out")][-1:] == ["ended"], 30)
    assert "1" in [fact["digit"] for fact in world.facts("call_out")]
    phone.close()


async def test_the_phone_hangs_up_before_the_end(world: BesideWorld, dispatcher: Dispatcher) -> None:
    phone = await AnsweringPhone.behind(world.gateway)
    await dispatcher.call_out()
    await dispatcher.until("answered")
    phone.hang_up()
    await dispatcher.until("answered", "ended")
    assert "spoken" not in dispatcher.states()
    phone.close()
    await world.forgotten()


async def test_an_answer_without_audio_is_hung_up(world: BesideWorld, dispatcher: Dispatcher) -> None:
    world.gateway.on_invite = lambda actor, event: actor.say(200, event.tx) and None
    await dispatcher.call_out()
    await dispatcher.until("ended")
    await world.gateway.request("BYE")
    assert "audio" in dispatcher.told[-1]["why"]


async def test_a_gateway_that_is_not_there(world: BesideWorld, dispatcher: Dispatcher) -> None:
    await world.gateway.endpoint.close()
    await dispatcher.call_out()
    await dispatcher.until("ended")
    assert "gateway" in dispatcher.told[-1]["why"]
    assert dispatcher.told[-1]["status"] in (408, 503)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"number": "911"}, "not called"),
        ({"number": "933"}, "not called"),
        ({"number": "+1;evil@host"}, "cannot be dialled"),
        ({"number": ""}, "number"),
        ({"key": None}, "key"),
        ({"text": {"sentences": []}}, "sentences"),
        ({"text": "Fire"}, "sentences"),
        ({"text": {"sentences": [1]}}, "sentences"),
    ],
)
async def test_what_cannot_be_is_refused_with_a_reason(
    world: BesideWorld, dispatcher: Dispatcher, changes: dict[str, Any], said: str
) -> None:
    with pytest.raises(ControlError, match=said):
        await dispatcher.call_out(**changes)
    assert world.gateway.requests == []


async def test_without_a_gateway_nobody_is_called(world: BesideWorld, dispatcher: Dispatcher) -> None:
    world.beside.control._call_outs._line._gateway = Gateway("")
    with pytest.raises(ControlError, match="no voice gateway"):
        await dispatcher.call_out()


async def test_the_node_goes_and_hangs_up(world: BesideWorld, dispatcher: Dispatcher) -> None:
    phone = await AnsweringPhone.behind(world.gateway)
    await dispatcher.call_out()
    await dispatcher.until("answered")
    await world.beside.close()
    await world.gateway.request("BYE")
    assert world.facts("call_out")[-1]["state"] == "ended"
    phone.close()


async def test_hold_and_keys_that_never_stop(
    world: BesideWorld, dispatcher: Dispatcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(call_out, "MOST_READINGS", 3)
    phone = await AnsweringPhone.behind(world.gateway)
    await dispatcher.call_out()
    await dispatcher.until("answered")
    for count in range(3):
        phone.press_by_info("5")
        await world.gateway.until(
            lambda n=count: len([f for f in world.facts("call_out") if f["state"] == "digit"]) == n + 1  # type: ignore[misc]
        )
    await dispatcher.until("ended")
    phone.close()


def test_numbers_are_masked_for_logs_and_whole_in_orders() -> None:
    assert masked("+18025550177") == "+*******0177"
    assert masked("911") == "911"
    order = CallOutOrder.from_params({**ORDER, "alert": "alarm/7"})
    assert (order.number, order.call_id) == (GATEWAY_NUMBER, "")
    assert CallOutOrder.from_params({**ORDER, "alert": "C9/call_ended"}).call_id == "C9"


def test_a_gateway_writes_who_calls() -> None:
    assert Gateway("sip:gw.example:5080", caller="100").caller_uri("us") == "sip:100@gw.example:5080"
    assert Gateway("sip:gw.example", caller="a@b.example").caller_uri("us") == "sip:a@b.example"
    assert Gateway("sip:gw.example", caller="sip:x@y").caller_uri("us") == "sip:x@y"
    assert Gateway("sip:gw.example").caller_uri("us") == "sip:callpoint@us"
    assert str(Gateway("sip:old:pw@gw.example;transport=tcp").dialling("12#")) == "sip:12%23@gw.example;transport=tcp"
    assert "hidden" not in repr(Gateway("sip:gw", "user", "hidden"))
    assert outbound_call.DIALABLE.fullmatch("+18025550177")


def test_every_phrase_is_there_in_both_languages() -> None:
    assert set(phrases("en")) == set(phrases("fr-CA"))
    assert phrases("de") is phrases("en")
    assert all("{" not in text for text in fixed_phrases())
    assert phrases("fr")["thanks"] in fixed_phrases()


def outgoing_sdp() -> bytes:
    return b"v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio 50000 RTP/AVP 0\r\n"

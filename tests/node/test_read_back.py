"""933 and the test service: answered by the node itself, never sent on (RFC 6881 §15)."""

import asyncio

import pytest

from callpoint.media.media_port import MediaPort
from callpoint.media.ports import PortRange
from callpoint.node import audio_leg, read_back, sos_rehearsal, voice
from callpoint.node.bodies import SDP_TYPE, part_of_type
from callpoint.sip.dialog import Dialog
from callpoint.sip.events import ClientTransaction
from callpoint.sip.message import Request, Response
from callpoint.sip.sdp import Media, Sdp
from tests.node.world import SDP, World

PORTS = PortRange(21000, 21199)
READ_BACK = "sip:933@callpoint.example"


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audio_leg, "LAST_SOUND_SECONDS", 0.02)


class Caller:
    """A 933 call with real audio at the phone's end."""

    def __init__(self, world: World, port: MediaPort) -> None:
        self.world = world
        self.port = port
        self.heard = bytearray()
        port.on_audio = self.heard.extend
        self.dialog: Dialog
        self.tx: ClientTransaction

    @classmethod
    async def call(cls, world: World, payload_types: str = "0 101", uri: str = READ_BACK) -> "Caller":
        caller = cls(world, await MediaPort.open("127.0.0.1", PORTS))
        invite = world.invite(uri)
        invite.body = caller.sdp(payload_types)
        caller.tx = world.phone.endpoint.request(invite, world.hop)
        ok = await world.phone.response(200)
        caller.hear(ok)
        caller.dialog = Dialog.as_caller(caller.tx.request, ok, world.hop)
        world.phone.endpoint.acknowledge(caller.tx, caller.dialog.request("ACK", cseq=1), world.hop)
        return caller

    def sdp(self, payload_types: str = "0 101", direction: str = "sendrecv") -> bytes:
        text = SDP.replace(b"40000", str(self.port.local.port).encode())
        return text.replace(b"AVP 0 101", f"AVP {payload_types}".encode()) + f"a={direction}\r\n".encode()

    def hear(self, answer: Response) -> Media:
        audio = described(answer)
        self.port.set_remote(audio.address, audio.port, audio.payload_types[0], audio.telephone_event)
        self.port.start()
        return audio

    async def press(self, digit: str) -> None:
        self.port.send_digits(digit)

    async def steps(self, *wanted: str) -> None:
        await self.world.phone.until(lambda: [step for step in self.all_steps() if step in wanted] == list(wanted))

    def all_steps(self) -> list[str]:
        return [fact["step"] for fact in self.world.journal.of_kind("read_back")]

    def close(self) -> None:
        self.port.close()


def described(message: Response | Request) -> Media:
    part = part_of_type(message, SDP_TYPE)
    assert part is not None
    audio = Sdp.parse(part.body).audio
    assert audio is not None
    return audio


async def test_it_speaks_the_very_location_of_a_real_call(world: World) -> None:
    caller = await Caller.call(world)
    await caller.steps("playing")
    said = world.journal.of_kind("read_back")[0]["text"]
    assert "State Street" in said or "115" in said
    await world.phone.until(lambda: len(caller.heard) > 1600)
    assert len(set(caller.heard)) > 2  # a sound, not silence
    assert world.journal.of_kind("answered")[0]["by"] == "read-back"
    assert world.psap.requests == []
    assert world.relay.requests == []
    caller.close()


@pytest.mark.parametrize("how", ["rfc4733", "info"])
@pytest.mark.parametrize(("digit", "step"), [("2", "confirmed"), ("3", "reported_wrong")])
async def test_the_caller_confirms_or_reports_and_is_hung_up(
    world: World, how: str, digit: str, step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(read_back.read_back, "reply", lambda *_: ())  # three seconds of tones
    caller = await Caller.call(world)
    await caller.steps("playing")
    if how == "info":
        body = f"Signal={digit}\r\nDuration=160\r\n".encode()
        world.phone.send(caller.dialog, "INFO", world.hop, body=body, Content_Type="application/dtmf-relay")
    else:
        await caller.press(digit)
    await caller.steps("playing", step)
    await world.phone.request("BYE")
    ended = world.journal.of_kind("ended")[0]
    assert (ended["by"], ended["answered"], ended["status"]) == ("node", True, 0)
    caller.close()


async def test_one_repeats_and_another_key_is_explained(world: World) -> None:
    caller = await Caller.call(world)
    await caller.steps("playing")
    await caller.press("1")
    await caller.steps("repeated")
    await caller.press("7")
    await caller.steps("repeated", "digit")
    assert world.phone.of_method("BYE") == []
    world.phone.send(caller.dialog, "BYE", world.hop)
    await world.phone.answer_to("BYE")
    assert world.journal.of_kind("ended")[0]["by"] == "caller"
    caller.close()


async def test_who_says_nothing_is_hung_up_after_a_while(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(read_back, "SILENCE_SECONDS", 0.05)
    monkeypatch.setattr(read_back.read_back, "compose", lambda *_: ())
    caller = await Caller.call(world)
    await world.phone.request("BYE")
    assert world.journal.of_kind("ended")[0]["by"] == "node"
    caller.close()


async def test_the_longest_call_is_ended(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(read_back, "LONGEST_SECONDS", 0.1)
    caller = await Caller.call(world)
    await world.phone.request("BYE")
    caller.close()


async def test_a_script_that_fails_hangs_up(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> tuple[str, ...]:
        raise ZeroDivisionError("a fault nobody foresaw")

    faults: list[object] = []
    asyncio.get_running_loop().set_exception_handler(lambda loop, context: faults.append(context["exception"]))
    monkeypatch.setattr(read_back.read_back, "compose", broken)
    caller = await Caller.call(world)
    await world.phone.request("BYE")
    assert isinstance(faults[0], ZeroDivisionError)
    assert len(world.journal.of_kind("ended")) == 1
    caller.close()


async def test_hold_and_back(world: World) -> None:
    """A re-INVITE with sendonly: we send nothing until it is taken back (RFC 3264 §8.4)."""
    caller = await Caller.call(world)
    await world.phone.until(lambda: len(caller.heard) > 800)
    first = described(world.phone.finals("INVITE")[0])
    tx = world.phone.send(caller.dialog, "INVITE", world.hop, body=caller.sdp(direction="sendonly"))
    held = await world.phone.answer_to("INVITE", 2)
    assert described(held).direction == "recvonly"
    assert described(held).port == first.port
    world.phone.endpoint.acknowledge(tx, caller.dialog.request("ACK", cseq=2), world.hop)
    await asyncio.sleep(0.05)
    silent_since = len(caller.heard)
    await asyncio.sleep(0.1)
    assert len(caller.heard) == silent_since
    world.phone.send(caller.dialog, "INVITE", world.hop, body=caller.sdp())
    back = await world.phone.answer_to("INVITE", 3)
    assert described(back).direction == "sendrecv"
    await world.phone.until(lambda: len(caller.heard) > silent_since + 800)
    origins = [response.body.split(b"o=")[1].split()[1:3] for response in world.phone.finals("INVITE")]
    assert len({session for session, _ in origins}) == 1  # RFC 3264 §8: one session ...
    assert [int(version) for _, version in origins] == sorted({int(version) for _, version in origins})
    caller.close()


async def test_a_change_we_cannot_speak_is_488_and_the_call_goes_on(world: World) -> None:
    caller = await Caller.call(world)
    world.phone.send(caller.dialog, "INVITE", world.hop, body=caller.sdp("18"))
    assert (await world.phone.answer_to("INVITE", 2)).status == 488
    world.phone.send(caller.dialog, "UPDATE", world.hop)
    update = await world.phone.answer_to("UPDATE")
    assert (update.status, update.body) == (200, b"")
    world.phone.send(caller.dialog, "OPTIONS", world.hop)
    assert "INFO" in ((await world.phone.answer_to("OPTIONS")).get("Allow") or "")
    world.phone.send(caller.dialog, "NOTIFY", world.hop)
    assert (await world.phone.answer_to("NOTIFY")).status == 405
    caller.close()


async def test_a_late_offer(world: World) -> None:
    port = await MediaPort.open("127.0.0.1", PORTS)
    caller = Caller(world, port)
    invite = world.invite(READ_BACK)
    invite.body = b""
    invite.remove("Content-Type")
    tx = world.phone.endpoint.request(invite, world.hop)
    ok = await world.phone.response(200)
    caller.hear(ok)
    dialog = Dialog.as_caller(tx.request, ok, world.hop)
    ack = dialog.request("ACK", cseq=1)
    ack.set("Content-Type", "application/sdp")
    ack.body = caller.sdp()
    world.phone.endpoint.acknowledge(tx, ack, world.hop)
    await world.phone.until(lambda: len(caller.heard) > 800)
    caller.close()


async def test_a_late_answer_we_cannot_speak_is_hung_up(world: World) -> None:
    invite = world.invite(READ_BACK)
    invite.body = b""
    invite.remove("Content-Type")
    tx = world.phone.endpoint.request(invite, world.hop)
    dialog = Dialog.as_caller(tx.request, await world.phone.response(200), world.hop)
    ack = dialog.request("ACK", cseq=1)
    ack.set("Content-Type", "application/sdp")
    ack.body = SDP.replace(b"AVP 0 101", b"AVP 18")
    world.phone.endpoint.acknowledge(tx, ack, world.hop)
    await world.phone.request("BYE")


async def test_a_law_alone(world: World) -> None:
    caller = await Caller.call(world, "8 101")
    assert described(world.phone.finals("INVITE")[0]).payload_types[0] == 8
    await world.phone.until(lambda: len(caller.heard) > 800)
    caller.close()


@pytest.mark.parametrize(
    "body", [SDP.replace(b"AVP 0 101", b"AVP 18"), b"v=0\r\nnonsense", b"v=0\r\nm=audio 1\r\n", b"\xff\xfe"]
)
async def test_no_audio_we_can_speak_is_refused_and_recorded(world: World, body: bytes) -> None:
    invite = world.invite(READ_BACK)
    invite.body = body
    world.phone.endpoint.request(invite, world.hop)
    await world.phone.until(lambda: world.phone.finals("INVITE"))
    status = world.phone.finals("INVITE")[0].status
    assert status in (400, 488)
    ended = world.journal.of_kind("ended")[0]
    assert (ended["by"], ended["status"], ended["answered"]) == ("node", status, False)


async def test_too_many_at_once_are_busy_and_each_end_makes_room(world: World) -> None:
    callers = [await Caller.call(world)]
    for _ in range(2):
        world.phone.responses.clear()
        callers.append(await Caller.call(world))
    world.phone.responses.clear()
    world.phone.endpoint.request(world.invite(READ_BACK), world.hop)
    busy = await world.phone.response(486)
    assert busy.get("Retry-After") == "60"
    assert world.journal.of_kind("ended")[0]["status"] == 486
    await world.established()  # a real call is no test call
    world.phone.send(callers[0].dialog, "BYE", world.hop)
    await world.phone.answer_to("BYE")
    world.phone.responses.clear()
    callers.append(await Caller.call(world))
    for caller in callers:
        caller.close()


async def test_the_last_sound_is_heard_before_the_bye(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audio_leg, "LAST_SOUND_SECONDS", 0.15)
    monkeypatch.setattr(read_back, "SILENCE_SECONDS", 0.01)
    monkeypatch.setattr(read_back.read_back, "compose", lambda *_: ())
    caller = await Caller.call(world)
    started = world.endpoint.now()
    await world.phone.request("BYE")
    assert world.endpoint.now() - started >= 0.14
    caller.close()


async def test_a_caller_that_never_acknowledges_is_hung_up(world: World) -> None:
    from_node = world.phone.endpoint.request(world.invite(READ_BACK), world.hop)
    await world.phone.response(200)
    tx = next(iter(world.endpoint._layer._accepted.values()))
    tx.owner.on_ack_missing(tx)
    await world.phone.request("BYE")
    assert from_node.answered


async def test_a_person_without_a_location_hears_that(world: World) -> None:
    invite = world.invite(READ_BACK, identity="E9999")
    world.phone.endpoint.request(invite, world.hop)
    await world.phone.response(200)
    await world.phone.until(lambda: world.journal.of_kind("read_back"))
    assert "relay" in world.journal.of_kind("read_back")[0]["text"].lower()


async def test_the_test_service_tells_in_text_and_is_never_sent_on(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sos_rehearsal, "GREATEST_SECONDS", 0.05)
    tx = world.phone.endpoint.request(world.invite("urn:service:test.sos"), world.hop)
    ok = await world.phone.response(200)
    text = part_of_type(ok, "text/plain")
    assert text is not None
    for word in (b"urn:service:sos", b"Montpelier dispatch", b"State Street", b"+18025550101"):
        assert word in text.body.replace(b"test.sos", b"sos")
    assert described(ok).port
    dialog = Dialog.as_caller(tx.request, ok, world.hop)
    world.phone.endpoint.acknowledge(tx, dialog.request("ACK", cseq=1), world.hop)
    await world.phone.request("BYE")
    assert world.psap.requests == []
    assert world.relay.requests == []
    assert world.journal.of_kind("answered")[0]["by"] == "test"
    assert world.journal.of_kind("ended")[0]["answered"] is True


async def test_test_calls_have_a_limit_too(world: World) -> None:
    for _ in range(3):
        world.phone.endpoint.request(world.invite("urn:service:test.sos"), world.hop)
    await world.phone.until(lambda: len(world.phone.finals("INVITE")) == 3)
    world.phone.endpoint.request(world.invite("urn:service:test.sos"), world.hop)
    await world.phone.response(486)


async def test_the_announcement_is_said_and_then_hung_up(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also while every test line is taken: a lost 911 call is no test."""
    monkeypatch.setattr(voice, "ANNOUNCEMENTS", 0)
    monkeypatch.setattr(world.services.voice, "_most_calls", 0)
    world.view.relay = ()
    world.view.psap = None
    tx = world.phone.endpoint.request(world.invite(), world.hop)
    dialog = Dialog.as_caller(tx.request, await world.phone.response(200), world.hop)
    world.phone.endpoint.acknowledge(tx, dialog.request("ACK", cseq=1), world.hop)
    await world.phone.request("BYE")
    ended = world.journal.of_kind("ended")[0]
    assert (ended["by"], ended["answered"]) == ("node", False)

"""A guard dials in: number, PIN, call, seat; and whoever has no PIN gets nothing."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from callpoint.media.media_port import MediaPort
from callpoint.node import dial_in
from callpoint.node.audio_leg import far_audio
from callpoint.node.calls_now import CallsNow
from callpoint.node.dial_in import Failures, owner_of, same_number
from callpoint.node.phone_phrases import phrases
from callpoint.routing import monitor_pin
from callpoint.routing.alert_records import MonitorPhone
from callpoint.routing.records import Trunk
from callpoint.sip.dialog import Dialog
from callpoint.snapshot import fact_kinds
from tests.node.beside_world import PORTS, BesideWorld
from tests.node.test_guard_phone import said as said  # the fixture
from tests.node.world import SDP, agree

DIAL_IN = "+18025550190"
PIN = "246810"
GUARD = MonitorPhone("7", "Gina Guard", "+18025550177", monitor_pin.digest(PIN))
KEYS = "246810#"


@pytest.fixture
async def world(tmp_path: Path, said: list[str], monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[BesideWorld]:
    monkeypatch.setattr(dial_in, "KEY_SECONDS", 5.0)
    async with BesideWorld(tmp_path) as world:
        world.monitoring(dial_in=DIAL_IN, phones=(MonitorPhone("6", "Other", "+1802", ""), GUARD))
        world.media.port = 31000
        yield world


class Guard:
    """The guard's phone, which is the world's phone with real audio."""

    def __init__(self, world: BesideWorld, port: MediaPort) -> None:
        self.world = world
        self.port = port
        self.dialog: Dialog

    @classmethod
    async def dials(cls, world: BesideWorld, number: str = DIAL_IN) -> "Guard":
        guard = cls(world, await MediaPort.open("127.0.0.1", PORTS))
        world.phone.on_invite = guard.moved
        world.phone.on_other = agree
        invite = world.invite(f"sip:{number}@callpoint.example")
        invite.body = guard.sdp()
        tx = world.phone.endpoint.request(invite, world.hop)
        ok = await world.phone.response(200)
        guard.dialog = Dialog.as_caller(tx.request, ok, world.hop)
        world.phone.endpoint.acknowledge(tx, guard.dialog.request("ACK", cseq=1), world.hop)
        far = far_audio(ok)
        guard.port.set_remote(far.host, far.port, far.payload_type, far.event_type)
        guard.port.start()
        return guard

    def moved(self, actor: Any, event: Any) -> None:
        actor.say(200, event.tx, body=self.sdp())

    def sdp(self) -> bytes:
        return SDP.replace(b"40000", str(self.port.local.port).encode())

    def press(self, keys: str) -> None:
        self.port.send_digits(keys)

    async def hung_up(self, seconds: float = 30.0) -> None:
        await self.world.phone.until(lambda: self.world.phone.of_method("BYE"), seconds)
        self.port.close()


def up(world: BesideWorld, call_id: str, who: str, organization: str = "demo") -> None:
    """An answered emergency call."""
    note = world.beside.calls_now.note
    note(call_id, organization, fact_kinds.DECIDED, {"person": who})
    note(call_id, organization, fact_kinds.ANSWERED, {"kind": "psap"})


async def test_the_only_call_is_listened_to(world: BesideWorld, said: list[str]) -> None:
    up(world, "C1", "Ada")
    up(world, "C2", "Somebody else", "other")
    guard = await Guard.dials(world)
    guard.press(KEYS)
    await world.phone.until(lambda: world.media.params_of("seat_remote"), 30)
    assert world.media.params_of("seat_phone") == [
        {"call_id": "C1", "organization": "demo", "who": "Gina Guard", "mode": "listen"}
    ]
    assert said == [phrases("en")["pin"], phrases("en")["listening_may_join"]]
    world.media.tell("digit", session="S1", digit="1")
    await world.phone.until(lambda: world.media.params_of("mode"))
    world.phone.send(guard.dialog, "BYE", world.hop)
    await world.phone.until(lambda: world.media.params_of("leave"))
    guard.port.close()
    await world.forgotten()


async def test_of_several_calls_one_is_chosen_by_its_order(world: BesideWorld, said: list[str]) -> None:
    up(world, "C1", "Ada")
    up(world, "C2", "")
    guard = await Guard.dials(world)
    guard.press(KEYS)
    await world.phone.until(lambda: phrases("en")["which_call"] in said, 30)
    assert said[-2:] == [
        "For the call of Ada, press 1.",
        f"For the call of {phrases('en')['somebody']}, press 2.",
    ]
    guard.press("9")
    guard.press("2")
    await world.phone.until(lambda: world.media.params_of("seat_phone"), 30)
    assert world.media.params_of("seat_phone")[0]["call_id"] == "C2"
    guard.port.close()


async def test_without_a_call_the_guard_is_told_so(world: BesideWorld, said: list[str]) -> None:
    guard = await Guard.dials(world)
    guard.press(KEYS)
    await guard.hung_up()
    assert said[-1] == phrases("en")["no_call"]


async def test_three_wrong_pins_end_it_and_are_written_down(world: BesideWorld, said: list[str]) -> None:
    up(world, "C1", "Ada")
    guard = await Guard.dials(world)
    for _ in range(3):
        guard.press("111111#")
    await guard.hung_up()
    assert said == [phrases("en")[name] for name in ("pin", "wrong_pin", "pin", "wrong_pin", "pin", "refused")]
    fact = world.facts("monitor")[0]
    assert (fact["step"], fact["by"], fact["how"]) == ("refused", "trunk main", "phone")
    assert PIN not in str(world.journal.facts)
    assert world.media.asked == []


async def test_a_right_pin_after_a_wrong_one(world: BesideWorld, said: list[str]) -> None:
    up(world, "C1", "Ada")
    guard = await Guard.dials(world)
    guard.press("1#")
    guard.press(KEYS)
    await world.phone.until(lambda: world.media.params_of("seat_phone"), 30)
    guard.port.close()


async def test_a_trunk_of_many_failures_is_not_answered(world: BesideWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    (door,) = [other for other in world.beside.others if isinstance(other, dial_in.DialIn)]
    for _ in range(dial_in.FAILURES):
        door._failures.note(("main", "demo"))
    world.phone.endpoint.request(world.invite(f"sip:{DIAL_IN}@callpoint.example"), world.hop)
    await world.phone.response(480)
    assert world.facts("monitor")[0]["step"] == "refused"
    await world.established()  # 911 is not asked


@pytest.mark.parametrize("number", ["911", "+18025550191"])
async def test_other_numbers_are_not_taken(world: BesideWorld, number: str, said: list[str]) -> None:
    world.phone.endpoint.request(world.invite(f"sip:{number}@callpoint.example"), world.hop)
    await world.phone.until(lambda: world.phone.finals("INVITE"))
    assert world.phone.finals("INVITE")[0].status == (200 if number == "911" else 404)
    assert said == []


async def test_switched_off_or_of_another_organization_it_is_a_number_like_any(world: BesideWorld) -> None:
    world.monitoring(mode="off", dial_in=DIAL_IN)
    world.phone.endpoint.request(world.invite(f"sip:{DIAL_IN}@callpoint.example"), world.hop)
    await world.phone.response(404)
    world.monitoring(dial_in=DIAL_IN)
    world.view.trunk_list = (Trunk("theirs", "other", source_networks=("127.0.0.1/32",)),)
    world.phone.responses.clear()
    world.phone.endpoint.request(world.invite(f"sip:{DIAL_IN}@callpoint.example"), world.hop)
    await world.phone.response(404)


async def test_no_audio_in_common_is_refused(world: BesideWorld) -> None:
    invite = world.invite(f"sip:{DIAL_IN}@callpoint.example")
    invite.body = SDP.replace(b"AVP 0 101", b"AVP 18")
    world.phone.endpoint.request(invite, world.hop)
    await world.phone.response(488)


async def test_who_only_holds_the_line_is_hung_up(world: BesideWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dial_in, "LONGEST_SECONDS", 0.1)
    guard = await Guard.dials(world)
    await guard.hung_up()


async def test_hanging_up_after_a_wrong_pin_is_no_way_to_guess_on(world: BesideWorld) -> None:
    (door,) = [other for other in world.beside.others if isinstance(other, dial_in.DialIn)]
    guard = await Guard.dials(world)
    guard.press("111111#")
    await world.phone.until(lambda: len(door._failures._at.get(("main", "demo"), ())) == 1, 30)
    world.phone.send(guard.dialog, "BYE", world.hop)
    await world.forgotten()
    guard.port.close()
    assert len(door._failures._at["main", "demo"]) == 1


async def test_calls_at_once_share_their_guesses(world: BesideWorld, said: list[str]) -> None:
    up(world, "C1", "Ada")
    (door,) = [other for other in world.beside.others if isinstance(other, dial_in.DialIn)]
    guard = await Guard.dials(world)
    for _ in range(dial_in.FAILURES):
        door._failures.note(("main", "demo"))  # by others, while this one was being spoken to
    guard.press(KEYS)
    await guard.hung_up()
    assert said[-1] == phrases("en")["refused"]
    assert world.media.asked == []


async def test_a_right_pin_is_no_failure(world: BesideWorld, said: list[str]) -> None:
    up(world, "C1", "Ada")
    (door,) = [other for other in world.beside.others if isinstance(other, dial_in.DialIn)]
    guard = await Guard.dials(world)
    guard.press(KEYS)
    await world.phone.until(lambda: world.media.params_of("seat_phone"), 30)
    assert not door._failures._at["main", "demo"]
    guard.port.close()


def test_failures_are_forgotten_in_time() -> None:
    now = [0.0]
    failures = Failures(lambda: now[0])
    for _ in range(dial_in.FAILURES):
        assert not failures.too_many(("main", "demo"))
        failures.note(("main", "demo"))
    assert failures.too_many(("main", "demo"))
    assert not failures.too_many(("other", "demo"))
    assert not failures.too_many(("main", "neighbour"))
    now[0] = dial_in.FAILURE_SECONDS
    assert not failures.too_many(("main", "demo"))


def test_whose_pin_it_is() -> None:
    phones = (MonitorPhone("1", "No PIN", "+1"), GUARD)
    assert owner_of(PIN, phones) is GUARD
    assert owner_of("", phones) is None
    assert owner_of("000000", phones) is None


def test_the_number_however_it_is_written() -> None:
    assert same_number("8025550190", "+1 802 555 0190")
    assert same_number("*77", "*77")
    assert not same_number("", "")
    assert not same_number("77", "78")


def test_calls_now_follow_the_facts() -> None:
    calls = CallsNow()
    calls.note("C1", "demo", fact_kinds.DECIDED, {"person": "", "device_user_id": "E1"})
    assert calls.of("demo") == []
    calls.note("C1", "demo", fact_kinds.ANSWERED, {"kind": "relay_center"})
    calls.note("C2", "demo", fact_kinds.DECIDED, {"person": "Bo"})
    calls.note("C2", "demo", fact_kinds.ANSWERED, {"kind": "read_back"})
    calls.note("C3", "demo", fact_kinds.RESTORED, {"state": "answered"})
    calls.name("C3", "Cy")
    calls.name("C9", "nobody")
    assert [(call.call_id, call.who) for call in calls.of("demo")] == [("C1", "E1"), ("C3", "Cy")]
    calls.note("C1", "demo", fact_kinds.ENDED, {})
    assert [call.call_id for call in calls.of("demo")] == ["C3"]

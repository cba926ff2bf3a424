"""Mistakes of our own: told to the operator, and no call is lost for them (promise 2)."""

from typing import Any

import pytest

from callpoint.node.bridge import Bridge
from callpoint.node.crossing import Crossing
from callpoint.sip.dialog import Dialog
from tests.node.world import World


class Fails:
    """Fails so often, then does what it stands for."""

    def __init__(self, real: Any, times: int = 1) -> None:
        self.real = real
        self.left = times

    def __get__(self, instance: object, owner: type) -> Any:
        def call(*args: Any, **options: Any) -> Any:
            if self.left:
                self.left -= 1
                raise ZeroDivisionError("a fault nobody foresaw")
            return self.real(instance, *args, **options)

        return call


def alarms(world: World) -> set[str]:
    return {fact["alarm"] for fact in world.journal.of_kind("alarm")}


async def test_an_answer_that_cannot_be_worked_on_leads_to_the_next_target(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Bridge, "towards_caller", Fails(Bridge.towards_caller, times=2))  # the 180 and the 200
    world.phone.endpoint.request(world.invite(), world.hop)
    await world.phone.response(200)
    assert world.journal.of_kind("answered")[0]["by"] == "relay"
    assert alarms(world) == {"internal_fault"}


async def test_a_fault_after_the_answer_does_not_answer_twice(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Bridge, "save", Fails(Bridge.save))
    tx = world.phone.endpoint.request(world.invite(), world.hop)
    ok = await world.phone.response(200)
    dialog = Dialog.as_caller(tx.request, ok, world.hop)
    world.phone.endpoint.acknowledge(tx, dialog.request("ACK", cseq=1), world.hop)
    world.phone.send(dialog, "BYE", world.hop)
    await world.psap.request("BYE")
    assert world.relay.requests == []


async def test_without_a_decision_the_relay_center_takes_the_call(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError("a fault nobody foresaw")

    monkeypatch.setattr("callpoint.node.node.decide", broken)
    world.phone.endpoint.request(world.invite(), world.hop)
    await world.relay.request("INVITE")
    await world.phone.response(200)
    assert alarms(world) == {"internal_fault"}
    assert world.journal.of_kind("decided")[0]["unregistered"] is True


async def test_a_decision_that_cannot_be_written_down_is_dialled(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError("a fault nobody foresaw")

    monkeypatch.setattr("callpoint.node.node.plan_as_json", broken)
    await world.established()
    assert alarms(world) == {"internal_fault"}


async def test_a_request_that_cannot_be_worked_on_is_answered(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    talk = await world.established()
    monkeypatch.setattr(Crossing, "start", Fails(Crossing.start))
    world.phone.send(talk.phone, "INFO", world.hop)
    assert (await world.phone.answer_to("INFO")).status == 500
    world.phone.send(talk.phone, "INFO", world.hop)
    assert (await world.phone.answer_to("INFO", 2)).status == 200


async def test_an_answer_inside_the_call_that_cannot_be_worked_on_is_500(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    talk = await world.established()
    monkeypatch.setattr(Crossing, "_refresh", Fails(Crossing._refresh))
    world.phone.send(talk.phone, "INFO", world.hop)
    await world.phone.until(lambda: world.phone.finals("INFO"))
    assert [response.status for response in world.phone.finals("INFO")] == [500]


@pytest.mark.parametrize("dialled", ["933", "urn:service:test.sos"])
async def test_a_voice_that_fails_leaves_no_caller_without_an_answer(
    world: World, monkeypatch: pytest.MonkeyPatch, dialled: str
) -> None:
    monkeypatch.setattr(world.endpoint, "media_hosts", lambda hop: 1 / 0)
    uri = f"sip:{dialled}@callpoint.example" if dialled == "933" else dialled
    world.phone.endpoint.request(world.invite(uri), world.hop)
    assert (await world.phone.response(500)).status == 500
    assert alarms(world) == {"internal_fault"}
    assert world.services.voice._tests == set()
    assert len(world.journal.of_kind("ended")) == 1


async def test_a_mending_that_fails_drops_nothing(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError("a fault nobody foresaw")

    monkeypatch.setattr("callpoint.node.gate.mend", broken)
    await world.established()
    assert alarms(world) == {"internal_fault"}

"""Nothing of a call is kept once it is over, however it went."""

import asyncio
import gc
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path

import pytest

from callpoint.node.attempt import Attempt
from callpoint.node.bridge import Bridge
from callpoint.node.call import Call
from callpoint.node.context import CallContext
from callpoint.node.crossing import Crossing
from callpoint.node.local_answer import LocalAnswer
from callpoint.sip.dialog import Dialog
from callpoint.sip.hop import Hop
from tests.node.world import ANSWER_SDP, QUICK, Actor, World, agree, refuse_with, ring, stay_silent

CALLS = 3


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with World(tmp_path) as world:
        await world.endpoint.close()
        await world.start_node(world.hop.port, reroute=0.05, timers=QUICK)
        yield world


async def caller_hangs_up(world: World) -> None:
    talk = await world.established()
    world.phone.send(talk.phone, "BYE", world.hop)


async def psap_hangs_up(world: World) -> None:
    talk = await world.established()
    world.psap.send(talk.psap, "BYE", world.hop)


async def never_acknowledged(world: World) -> None:
    world.phone.endpoint.request(world.invite(), world.hop)
    await world.phone.response(200)


async def cancelled(world: World) -> None:
    world.psap.on_invite = ring
    tx = world.phone.endpoint.request(world.invite(), world.hop)
    await world.phone.response(180)
    world.phone.endpoint.cancel(tx)
    await world.phone.response(487)


async def refused(world: World) -> None:
    world.psap.on_invite = refuse_with(486)
    world.phone.endpoint.request(world.invite(), world.hop)
    await world.phone.response(486)


async def rerouted(world: World) -> None:
    world.psap.on_invite = stay_silent
    tx = world.phone.endpoint.request(world.invite(), world.hop)
    dialog = Dialog.as_caller(tx.request, await world.phone.response(200), world.hop)
    world.phone.endpoint.acknowledge(tx, dialog.request("ACK", cseq=1), world.hop)
    world.phone.send(dialog, "BYE", world.hop)


async def announced(world: World) -> None:
    """Both targets ring first, so that early dialogs are there when the announcement begins."""
    world.psap.on_invite = world.relay.on_invite = _rings_and_fails
    tx = world.phone.endpoint.request(world.invite(), world.hop)
    dialog = Dialog.as_caller(tx.request, await world.phone.response(200), world.hop)
    world.phone.endpoint.acknowledge(tx, dialog.request("ACK", cseq=1), world.hop)
    world.phone.send(dialog, "BYE", world.hop)


def _rings_and_fails(actor: Actor, event: object) -> None:
    actor.say(183, body=ANSWER_SDP)
    actor.say(503)


async def read_back(world: World) -> None:
    tx = world.phone.endpoint.request(world.invite("sip:933@callpoint.example"), world.hop)
    dialog = Dialog.as_caller(tx.request, await world.phone.response(200), world.hop)
    world.phone.endpoint.acknowledge(tx, dialog.request("ACK", cseq=1), world.hop)
    world.phone.send(dialog, "BYE", world.hop)


async def no_audio(world: World) -> None:
    invite = world.invite("sip:933@callpoint.example")
    invite.body = invite.body.replace(b"RTP/AVP 0 101", b"RTP/AVP 18")
    world.phone.endpoint.request(invite, world.hop)
    await world.phone.response(488)


async def misdialled(world: World) -> None:
    world.phone.endpoint.request(world.invite("sip:9911@callpoint.example"), world.hop)
    await world.phone.response(404)


async def reinvited_and_hung_up_meanwhile(world: World) -> None:
    talk = await world.established()
    world.psap.on_invite = lambda actor, event: None
    world.phone.send(talk.phone, "INVITE", world.hop, body=ANSWER_SDP)
    await world.psap.until(lambda: len(world.psap.invites) >= 2)
    world.psap.send(talk.psap, "BYE", world.hop)
    await world.phone.response(487)


async def psap_dies(world: World) -> None:
    """It rings and is never heard of again; the caller gives up."""
    world.psap.on_invite = ring
    world.psap.obeys_cancel = False
    tx = world.phone.endpoint.request(world.invite(), world.hop)
    await world.phone.response(180)
    world.phone.endpoint.cancel(tx)
    await world.phone.response(487)


KINDS = [
    caller_hangs_up,
    psap_hangs_up,
    never_acknowledged,
    cancelled,
    refused,
    rerouted,
    announced,
    read_back,
    no_audio,
    misdialled,
    reinvited_and_hung_up_meanwhile,
    psap_dies,
]


@pytest.mark.parametrize("call", KINDS)
async def test_nothing_waits_for_the_garbage_collector(
    world: World, call: Callable[[World], Awaitable[None]], without_collector: None
) -> None:
    """Memory of an ended call is free at once: in circles it would stay until a long pause of everything."""
    before = held()
    await call(world)
    await world.nothing_left()
    await asyncio.sleep(0.05)  # what the loop itself still holds of its last turn
    assert held() == before


@pytest.fixture
def without_collector() -> Iterator[None]:
    gc.collect()
    gc.disable()
    yield
    gc.enable()


def held() -> Counter[str]:
    """What is alive of calls, by the name of its class."""
    kinds = (Attempt, Bridge, Call, CallContext, Crossing, LocalAnswer)
    return Counter(type(thing).__name__ for thing in gc.get_objects() if isinstance(thing, kinds))


@pytest.mark.parametrize("call", KINDS)
async def test_nothing_is_kept(world: World, call: Callable[[World], Awaitable[None]]) -> None:
    await call(world)
    await world.nothing_left()
    if call is misdialled:
        assert world.journal.of_kind("refused")
    else:
        assert len(world.journal.of_kind("ended")) == 1  # every path ends with exactly one


async def test_strangers_leave_nothing(world: World) -> None:
    world.view.trunk_list = ()
    for number in range(20):
        invite = world.invite()
        invite.prepend("Via", f"SIP/2.0/UDP 127.0.0.1:9;branch=z9hG4bK{number}")
        world.endpoint._bytes_in(bytes(invite), Hop("udp", "127.0.0.1", 9))
    assert not any(world.kept().values())


async def test_many_calls_of_all_kinds_side_by_side(world: World) -> None:
    for call in (caller_hangs_up, psap_hangs_up, caller_hangs_up):
        for actor in (world.phone, world.psap, world.relay):
            actor.responses.clear()
            actor.acks.clear()
            actor.on_other = agree
        await call(world)
    await world.nothing_left()
    assert len(world.journal.of_kind("ended")) == CALLS

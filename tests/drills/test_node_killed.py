"""kill -9 of the node under its supervisor: it is back at once, its journal is whole, and calls that were up go on."""

import sqlite3
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import closing

import pytest
from tests.drills.installation import Installation
from tests.drills.phone import OTHER_TONE, TONE, Phone
from tests.lab.stage import until

from callpoint.lab.main import PSAP_TONE
from callpoint.lab.sound import judge
from callpoint.snapshot.facts import read_dialogs

pytestmark = [pytest.mark.stack, pytest.mark.timeout(180)]

BACK_SECONDS = 2.0  # issue: from the kill to the first answered OPTIONS
STILL_HEARD = 0.8  # of the packets of an outage, at least; a busy machine may hold some up


@pytest.fixture(scope="module")
def system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    with Installation(tmp_path_factory.mktemp("installation")) as installation:
        yield installation


@pytest.fixture
async def phone(system: Installation) -> AsyncIterator[Phone]:
    async with Phone(system.hop) as phone:
        yield phone


async def call_that_is_up(system: Installation, phone: Phone) -> str:
    """The phone talks with the PSAP, both hear each other, and the journal has it; the call's identifier."""
    await phone.dial_911()
    await until(lambda: bool(system.call_ids(phone.call_id)))
    [call_id] = system.call_ids(phone.call_id)
    await until(lambda: call_id in read_dialogs(system.journal))
    await until(lambda: phone.sound.heard().tones.get(PSAP_TONE, 0) >= 0.3)
    await system.psap_call(call_id, lambda call: call["heard"]["tones"].get(str(TONE), 0) >= 0.3)
    return call_id


async def test_the_node_is_back_within_two_seconds_and_its_journal_is_whole(system: Installation, phone: Phone) -> None:
    call_id = await call_that_is_up(system, phone)
    before = system.facts()
    others = {name: pid for name, pid in system.children().items() if name != "node"}
    killed_at = await system.kill("node")
    took = await system.node_back() - killed_at
    assert took <= BACK_SECONDS
    await until(lambda: bool(system.facts("restored", call_id)))
    assert system.facts()[: len(before)] == before
    with closing(sqlite3.connect(system.journal)) as db:
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert {name: pid for name, pid in system.children().items() if name != "node"} == others
    await phone.hang_up()
    async with Phone(system.hop) as next_phone:
        next_id = await call_that_is_up(system, next_phone)
        assert system.facts("received", next_id)[0].seq > before[-1].seq
        await next_phone.hang_up()


async def test_an_answered_call_keeps_its_audio_and_the_callers_bye_crosses(system: Installation, phone: Phone) -> None:
    call_id = await call_that_is_up(system, phone)
    heard_there = (await system.psap_call(call_id, lambda call: True))["heard"]["seconds"]
    heard_here, began = len(phone.sound.recording()), time.monotonic()
    await system.kill("node")
    await system.node_back()
    outage = time.monotonic() - began
    during = judge(phone.sound.recording()[heard_here:])
    there = (await system.psap_call(call_id, lambda call: True))["heard"]["seconds"] - heard_there
    assert outage > 0.3, "the node was hardly away: the drill shows nothing"
    assert during.seconds >= outage * STILL_HEARD
    assert during.tones.get(PSAP_TONE, 0) >= outage * STILL_HEARD - 0.2
    assert there >= outage * STILL_HEARD
    await phone.hang_up()
    ended = await system.psap_call(call_id, lambda call: call["state"] == "ended")
    assert ended["ended_by"] == "them"
    await until(lambda: bool(system.facts("ended", call_id)))
    fact = system.facts("ended", call_id)[0].data
    assert (fact["by"], fact["answered"]) == ("caller", True)
    assert fact["talked_seconds"] > outage
    await until(lambda: call_id not in read_dialogs(system.journal))


async def test_a_reinvite_afterwards_crosses_and_moves_the_audio(system: Installation, phone: Phone) -> None:
    call_id = await call_that_is_up(system, phone)
    await system.kill("node")
    await system.node_back()
    moved = await phone.move_audio()
    phone.sound.close()
    await until(lambda: moved.heard().tones.get(PSAP_TONE, 0) >= 0.3)
    await system.psap_call(call_id, lambda call: call["heard"]["tones"].get(str(OTHER_TONE), 0) >= 0.3)
    await phone.hang_up()
    await system.psap_call(call_id, lambda call: call["state"] == "ended")


async def test_a_hang_up_of_the_psap_afterwards_crosses(system: Installation, phone: Phone) -> None:
    call_id = await call_that_is_up(system, phone)
    await system.kill("node")
    await system.node_back()
    status, answer = await system.lab.post("/psap/hangup", {"call_id": call_id})
    assert (status, answer) == (200, {"ended": 1})
    await phone.actor.request("BYE")
    await until(lambda: bool(system.facts("ended", call_id)))
    assert system.facts("ended", call_id)[0].data["by"] == "psap"

"""The media process dies or hangs while a guard listens: the parties hear each other again, and so does the next guard.

Measured on the packets each party gets: the longest time without one, from the moment the media process was struck.
"""

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from contextlib import aclosing
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

import pytest
from tests.drills.installation import Installation
from tests.drills.phone import Phone
from tests.drills.stage import HOST, ONE_TRUNK, PERSON, PSAP_TONE, Desk, DrillNode, Stage
from tests.lab.stage import CALLER_TONE, Caller, Talk, until
from tests.node.world import Actor
from tests.peers.guard import GUARDS_MAY_JOIN, PATIENCE, Guard, MediaProcess, linked, node_is_linked
from tests.peers.node import Places, directory

from callpoint.lab import main as lab
from callpoint.lab.sound import Sound, judge
from callpoint.lab.user_agent import UserAgent
from callpoint.media.ports import PortRange
from callpoint.sip.events import RequestReceived
from callpoint.sip.sdp import Sdp
from callpoint.snapshot.changes import Put

pytestmark = [pytest.mark.stack, pytest.mark.timeout(180)]

BACK_SECONDS = 2.0  # issue: audio back to direct within 2 s
HANG_SECONDS = 5.0  # noticed within 1.5 s; a machine busy with other tests may take its time
RECENT = 2400  # bytes of mu-law, 300 ms


@dataclass
class Ear:
    """What a party hears, and when each packet came (loop time)."""

    sound: Sound
    arrivals: list[float] = field(default_factory=list)

    def __post_init__(self) -> None:
        take, now = self.sound._port.on_audio, asyncio.get_running_loop().time
        assert take is not None

        def note(audio: bytes) -> None:
            self.arrivals.append(now())
            take(audio)

        self.sound._port.on_audio = note

    def hears(self, tone: int) -> bool:
        """Whether it has heard just that for the last 300 ms."""
        recent = judge(self.sound.recording()[-RECENT:])
        return set(recent.tones) == {tone} and recent.tones[tone] >= 0.3

    def longest_silence(self, since: float) -> float:
        times = [since, *(at for at in self.arrivals if at > since)]
        return max(after - before for before, after in pairwise(times))


@dataclass
class Drill:
    """A call that is up, its two ears, and a guard who has not come yet."""

    node: DrillNode
    media: MediaProcess
    talk: Talk
    desk: Desk
    caller: Ear
    psap: Ear
    guard: Guard
    call_id: str

    async def steps(self, *names: str) -> None:
        await until(lambda: [fact.data["step"] for fact in self.node.facts("monitor")] == list(names), PATIENCE)

    async def both_hear_each_other(self) -> None:
        await until(lambda: self.caller.hears(PSAP_TONE) and self.psap.hears(CALLER_TONE), PATIENCE)

    async def listened_to(self) -> None:
        await self.guard.sit_down(self.call_id)
        await self.steps("anchored")
        await until(lambda: len(self.guard.sound) > RECENT, PATIENCE)
        await self.both_hear_each_other()
        assert direct(self.talk) is False

    def strike(self, number: int) -> float:
        os.kill(self.media.process.pid, number)
        return asyncio.get_running_loop().time()


@pytest.fixture
async def drill(stage: Stage, tmp_path: Path, prompts: Path) -> AsyncIterator[Drill]:
    desk = await stage.desk()
    changes = [*directory(Places([desk.uri]), ONE_TRUNK), Put(GUARDS_MAY_JOIN)]
    with DrillNode(tmp_path / "node", changes, prompts=prompts) as node:
        await node.ready()
        with MediaProcess(node) as media:
            await until(media.socket.exists, PATIENCE)
            async with aclosing(linked(media.socket)) as links:
                guard = await Guard.ready(await anext(links))
                talk = await dial(node)
                received = await desk.answered()
                await until(lambda: received.sound is not None)
                assert received.sound is not None
                ears = Ear(talk.sound), Ear(received.sound)
                await until(lambda: bool(node.facts("answered")), PATIENCE)
                drill = Drill(node, media, talk, desk, *ears, guard, node.facts("received")[0].call_id)
                await drill.both_hear_each_other()
                yield drill
                guard.port.close()
                talk.sound.close()
                await talk.call.endpoint.close()


async def dial(node: DrillNode) -> Talk:
    """E1001 dials 911 from a phone that lets its audio be moved."""
    sounds: list[Sound] = []
    agent = UserAgent(new_session=lambda call: sounds[0].answer(call.remote_sdp))
    caller = Caller(agent, PortRange(39_000, 39_400), await agent.listen("udp", HOST))
    talk = await caller.dial(node.hop, headers=PERSON)
    sounds.append(talk.sound)
    await talk.becomes("answered")
    return talk


def direct(talk: Talk) -> bool:
    """Whether the caller sends its audio to the desk itself."""
    audio = Sdp.parse(talk.call.remote_sdp).audio
    return audio is not None and 38_000 <= audio.port <= 38_400


async def test_killed_both_hear_each_other_again_within_two_seconds(drill: Drill) -> None:
    await drill.listened_to()
    struck = drill.strike(signal.SIGKILL)
    await drill.steps("anchored", "released")
    await drill.both_hear_each_other()
    silences = drill.caller.longest_silence(struck), drill.psap.longest_silence(struck)
    assert max(silences) <= BACK_SECONDS, silences
    assert direct(drill.talk)
    assert drill.node.facts("ended") == drill.node.facts("alarm") == []
    drill.talk.call.hang_up()
    await drill.node.fact("ended", by="caller")


async def test_hanging_it_counts_as_dead(drill: Drill) -> None:
    await drill.listened_to()
    struck = drill.strike(signal.SIGSTOP)
    try:
        await drill.steps("anchored", "released")
        await drill.both_hear_each_other()
        silences = drill.caller.longest_silence(struck), drill.psap.longest_silence(struck)
        assert max(silences) <= HANG_SECONDS, silences
        assert direct(drill.talk)
    finally:
        drill.strike(signal.SIGCONT)
    # Awake again it learns that the call is no longer its own, and the guard may come again.
    await until_rooms(drill, [])
    await drill.guard.sit_down(drill.call_id)
    await drill.steps("anchored", "released", "anchored")
    await drill.both_hear_each_other()


async def test_killed_while_the_parties_are_being_asked(drill: Drill) -> None:
    """Whatever the moment, the call comes out of it whole."""
    seat = asyncio.create_task(drill.guard.sit_down(drill.call_id))
    await drill.node.fact("monitor")
    drill.strike(signal.SIGKILL)
    await asyncio.gather(seat, return_exceptions=True)
    await until(lambda: direct(drill.talk), PATIENCE)
    await drill.both_hear_each_other()


async def test_the_node_is_killed_and_the_guard_goes_on_listening(drill: Drill) -> None:
    await drill.listened_to()
    drill.node.kill()
    drill.node.start()
    await drill.node.ready()
    await node_is_linked(drill.guard.link)
    heard = len(drill.guard.sound)
    await until(lambda: len(drill.guard.sound) > heard + 8000, PATIENCE)
    assert not direct(drill.talk)
    await drill.both_hear_each_other()
    await drill.guard.link.ask("leave", session=drill.guard.session)
    await drill.steps("anchored", "released")
    await drill.both_hear_each_other()
    assert direct(drill.talk)


async def test_both_are_killed(drill: Drill) -> None:
    """Nobody is left who knows where the audio is, but for the journal: the parties are given back at the start."""
    await drill.listened_to()
    drill.strike(signal.SIGKILL)
    drill.node.kill()
    drill.node.start()
    await drill.node.ready()
    await until(lambda: direct(drill.talk), PATIENCE)
    await drill.both_hear_each_other()


async def test_in_an_installation_it_is_started_again_and_serves_the_next_guard(tmp_path: Path) -> None:
    with Installation(tmp_path) as system:
        async with Phone(system.hop) as phone:
            phone.actor.on_invite = lambda actor, event: move(phone, actor, event)
            await phone.dial_911()
            await until(lambda: bool(system.call_ids(phone.call_id)))
            [call_id] = system.call_ids(phone.call_id)
            for number in (1, 2):
                async with aclosing(linked(system.data / "media" / "control.sock")) as links:
                    guard = await Guard.ready(await anext(links))
                    await guard.sit_down(call_id)
                    await until(lambda number=number: monitored(system, call_id).count("anchored") == number, PATIENCE)
                    await system.kill("media")
                    await until(lambda number=number: monitored(system, call_id).count("released") == number, PATIENCE)
                    guard.port.close()
                heard = len(phone.sound.recording())
                await until(
                    lambda heard=heard: judge(phone.sound.recording()[heard:]).tones.get(lab.PSAP_TONE, 0) > 0.5
                )
                await until(lambda: system.serves("media"), PATIENCE)
            await phone.hang_up()


def monitored(system: Installation, call_id: str) -> list[str]:
    return [fact.data["step"] for fact in system.facts("monitor", call_id)]


def move(phone: Phone, actor: Actor, event: RequestReceived) -> None:
    """The phone takes a re-INVITE."""
    actor.say(200, event.tx, body=phone.sound.answer(event.request.body))
    assert phone.sound.connect(event.request.body)


async def until_rooms(drill: Drill, calls: list[str]) -> None:
    async with asyncio.timeout(PATIENCE):
        while (await drill.guard.link.ask("rooms"))["calls"] != calls:
            await asyncio.sleep(0.05)

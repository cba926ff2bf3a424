"""Two real phones talk through the node, and a guard listens in: who hears whom before, during and after.

The parties are baresip behind border controllers; the media process is the real one.
"""

from collections.abc import AsyncIterator, Callable
from contextlib import ExitStack, aclosing
from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.lab.stage import until
from tests.peers.baresip import Baresip
from tests.peers.guard import GUARD_TONE, GUARDS_MAY_JOIN, PATIENCE, Guard, MediaProcess, linked
from tests.peers.kamailio import Kamailio
from tests.peers.node import Node, Places, directory
from tests.peers.tones import Samples, silence, strength, tone

from callpoint.snapshot.changes import Put

pytestmark = [pytest.mark.peers, pytest.mark.stack]

CALLER, CALL_TAKER, GUARD = 440, 880, GUARD_TONE  # Hz: what each says
TONES = (CALLER, CALL_TAKER, GUARD)
WINDOW = 2400  # samples: what is judged of a recording, its last 300 ms
AUDIBLE = 0.02

MakePhone = Callable[..., Baresip]
MakeKamailio = Callable[..., Kamailio]


@dataclass(frozen=True)
class Line:
    """An employee's phone, the node and its media process, a call taker's phone, a guard's."""

    phone: Baresip
    call_taker: Baresip
    node: Node
    media: MediaProcess
    guard: Guard
    call_id: str

    async def hear(self, *, caller: set[int], call_taker: set[int], guard: set[int] | None = None) -> None:
        """Until each hears just these tones."""
        await until(lambda: tones_now(self.phone.heard()) == caller, PATIENCE)
        await until(lambda: tones_now(self.call_taker.heard()) == call_taker, PATIENCE)
        if guard is not None:
            await until(lambda: tones_now(self.guard.heard()) == guard, PATIENCE)

    async def ended(self) -> str:
        """By whom, once the record tells it."""
        await until(lambda: bool(self.node.facts("ended")), PATIENCE)
        return str(self.node.facts("ended")[0].data["by"])

    async def step(self, name: str) -> None:
        """Until the record tells that step of monitoring."""
        await until(lambda: name in [fact.data["step"] for fact in self.node.facts("monitor")], PATIENCE)


@pytest.fixture
async def line(
    baresip: MakePhone, kamailio: MakeKamailio, tmp_path: Path, programs: ExitStack, prompts: Path
) -> AsyncIterator[Line]:
    """A 911 call in which the two hear each other; the organization lets guards join."""
    call_taker = baresip("911", says=tone(CALL_TAKER, 120), answers=True)
    border = kamailio("127.0.0.1:9", psap=f"127.0.0.1:{call_taker.port}", psap_is_a_phone=True)
    changes = [*directory(Places([f"sip:psap@{border.address}"])), Put(GUARDS_MAY_JOIN)]
    node = programs.enter_context(Node(tmp_path / "node", changes, prompts=prompts))
    node.wait_until_ready()
    media = programs.enter_context(MediaProcess(node))
    phone = baresip("E1001", says=tone(CALLER, 120), proxy=kamailio(node.address).address)
    media.wait_for(media.socket.exists, 20, "the media process listens")
    async with aclosing(linked(media.socket)) as links:
        link = await anext(links)
        guard = await Guard.ready(link)
        phone.dial("sip:911@callpoint.example")
        await until(lambda: bool(phone.events_of("CALL_ESTABLISHED")), PATIENCE)
        await until(lambda: bool(node.facts("answered")), PATIENCE)
        line = Line(phone, call_taker, node, media, guard, node.facts("received")[0].call_id)
        await line.hear(caller={CALL_TAKER}, call_taker={CALLER})
        yield line
        guard.port.close()


async def test_listened_to_joined_and_left(line: Line) -> None:
    await line.guard.sit_down(line.call_id)
    await line.step("anchored")
    await line.hear(caller={CALL_TAKER}, call_taker={CALLER}, guard={CALLER, CALL_TAKER})
    listened = len(line.phone.heard()), len(line.call_taker.heard())

    await line.guard.link.ask("mode", session=line.guard.session, mode="join")
    await line.hear(caller={CALL_TAKER, GUARD}, call_taker={CALLER, GUARD}, guard={CALLER, CALL_TAKER})

    await line.guard.link.ask("mode", session=line.guard.session, mode="listen")
    await line.hear(caller={CALL_TAKER}, call_taker={CALLER}, guard={CALLER, CALL_TAKER})

    await line.guard.link.ask("leave", session=line.guard.session)
    await line.step("released")
    await line.hear(caller={CALL_TAKER}, call_taker={CALLER})
    assert (await line.guard.link.ask("rooms"))["calls"] == []
    for party, until_then in zip((line.phone, line.call_taker), listened, strict=True):
        assert not ever(party.heard()[:until_then], GUARD)
    line.phone.hang_up()
    await until(lambda: bool(line.call_taker.events_of("CALL_CLOSED")), PATIENCE)
    assert await line.ended() == "caller"


async def test_the_media_process_is_killed(line: Line) -> None:
    """kill -9 while a guard is in the call: the two hear each other again, and nobody else."""
    await line.guard.sit_down(line.call_id)
    await line.guard.link.ask("mode", session=line.guard.session, mode="join")
    await line.hear(caller={CALL_TAKER, GUARD}, call_taker={CALLER, GUARD})
    line.media.process.kill()
    await line.step("released")
    await line.hear(caller={CALL_TAKER}, call_taker={CALLER})
    assert line.node.facts("monitor")[-1].data["why"] == "the media process was lost"
    line.call_taker.hang_up()
    await until(lambda: bool(line.phone.events_of("CALL_CLOSED")), PATIENCE)
    assert await line.ended() == "psap"


async def test_hold_and_resume_while_a_guard_listens(line: Line) -> None:
    await line.guard.sit_down(line.call_id)
    await line.hear(caller={CALL_TAKER}, call_taker={CALLER}, guard={CALLER, CALL_TAKER})
    line.call_taker.command("hold")  # this phone says nothing meanwhile, and the other has been told not to
    await until(lambda: tones_now(line.guard.heard()) == set(), PATIENCE)
    line.call_taker.command("resume")
    await line.hear(caller={CALL_TAKER}, call_taker={CALLER}, guard={CALLER, CALL_TAKER})


async def test_hung_up_while_a_guard_listens(line: Line) -> None:
    await line.guard.sit_down(line.call_id)
    await line.hear(caller={CALL_TAKER}, call_taker={CALLER}, guard={CALLER, CALL_TAKER})
    line.phone.hang_up()
    await until(lambda: bool(line.call_taker.events_of("CALL_CLOSED")), PATIENCE)
    await line.step("released")


def tones_now(recording: Samples) -> set[int]:
    """Which of TONES stand in the last moment of a recording."""
    last = recording[-WINDOW:] if len(recording) >= WINDOW else silence(0.1)
    return {hz for hz in TONES if strength(last, hz) > AUDIBLE}


def ever(recording: Samples, hz: int) -> bool:
    """Whether that tone stands in any piece of it."""
    pieces = [recording[at : at + WINDOW] for at in range(0, len(recording) - WINDOW, WINDOW)]
    return any(strength(piece, hz) > AUDIBLE for piece in pieces)

"""OPTIONS to targets and trunks: who is asked, when silence is an alarm, and what clears it."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from callpoint.node.liveness import MISSES, Liveness, Pulse
from callpoint.routing.records import Psap, Target, Trunk
from tests.node.beside_world import BesideWorld
from tests.node.world import QUICK, Actor, refuse_with, stay_silent

NOON = datetime(2026, 7, 1, 12, 0, tzinfo=UTC)


class Watched:
    """A liveness whose clock is stepped: `pass_time` makes it ask whoever is due, and waits for what comes of it."""

    def __init__(self, world: BesideWorld) -> None:
        self.world = world
        self.seconds = 0.0
        recorder = world.services.recorder
        self.liveness = Liveness(world.endpoint, world, recorder, 60.0, lambda: NOON, lambda: self.seconds)

    async def pass_time(self, seconds: float) -> None:
        self.seconds += seconds
        await self.liveness.ask_those_due()
        await self.world.psap.until(lambda: not any(pulse.waiting for pulse in self.pulses()))

    async def miss(self) -> None:
        """As many questions as it takes without an answer."""
        for _ in range(MISSES):
            await self.pass_time(80)

    def pulses(self) -> list[Pulse]:
        return list(self.liveness._pulses.values())

    def alarms(self) -> list[tuple[str, bool]]:
        return [(fact["alarm"], fact["cleared"]) for fact in self.world.facts("alarm")]


@pytest.fixture
async def watched(tmp_path: Path) -> AsyncIterator[Watched]:
    """The node's timers are short, so that a question is given up after a third of a second."""
    async with BesideWorld(tmp_path) as world:
        await world.endpoint.close()
        await world.start_node(timers=QUICK)
        watched = Watched(world)
        await watched.pass_time(0)
        yield watched


def options_at(actor: Actor) -> int:
    return len(actor.of_method("OPTIONS"))


async def test_everybody_is_asked_once_an_interval(watched: Watched) -> None:
    world = watched.world
    switchboard = await world.actor("switchboard")
    world.view.trunk_list = (
        replace(world.view.trunk_list[0], callback_uri=f"sip:pbx@127.0.0.1:{switchboard.port}"),
        Trunk("without", "demo"),
    )
    await watched.pass_time(0)
    assert sum(map(options_at, (world.psap, world.relay, switchboard))) == 0  # the first comes at some time within it
    await watched.pass_time(61)
    assert [options_at(actor) for actor in (world.psap, world.relay, switchboard)] == [1, 1, 1]
    await watched.pass_time(30)
    assert options_at(world.psap) == 1
    await watched.pass_time(50)
    assert options_at(world.psap) == 2
    asked = world.psap.of_method("OPTIONS")[0]
    assert asked.uri == f"sip:127.0.0.1:{world.psap.port};transport=udp"
    assert (asked.get("Max-Forwards"), asked.to.tag) == ("70", None)
    assert world.facts("alarm") == []


async def test_two_misses_in_a_row_are_an_alarm_and_an_answer_clears_it(watched: Watched) -> None:
    world = watched.world
    await watched.pass_time(61)
    world.psap.on_other = stay_silent
    await watched.pass_time(80)
    assert watched.alarms() == []
    await watched.pass_time(20)  # after a miss it is asked sooner
    assert watched.alarms() == [("target_down", False)]
    fact = world.facts("alarm")[0]
    uri = f"sip:127.0.0.1:{world.psap.port};transport=udp"
    assert fact["about"] == uri
    assert uri in fact["text"]
    assert "Montpelier dispatch" in fact["text"]
    assert "2026-07-01 12:00:00 UTC" in fact["text"]
    assert [asked.uri for asked in watched.liveness.standing()] == [uri]
    await watched.miss()
    assert len(watched.alarms()) == 1  # told once
    world.psap.on_other = refuse_with(503)
    await watched.pass_time(80)
    assert watched.alarms() == [("target_down", False), ("target_down", True)]
    assert watched.liveness.standing() == []


async def test_one_miss_between_answers_is_nothing(watched: Watched) -> None:
    await watched.pass_time(61)
    for _ in range(2):
        watched.world.psap.on_other = stay_silent
        await watched.pass_time(80)
        watched.world.psap.on_other = refuse_with(405)
        await watched.pass_time(80)
    assert watched.alarms() == []


async def test_who_never_answered_is_left_to_doctor(watched: Watched) -> None:
    watched.world.psap.on_other = stay_silent
    await watched.pass_time(61)
    await watched.miss()
    assert watched.alarms() == []


async def test_a_call_that_met_it_dead_makes_its_silence_an_alarm(watched: Watched) -> None:
    world = watched.world
    world.psap.on_other = stay_silent
    await watched.pass_time(61)
    await watched.miss()
    uri = f"sip:127.0.0.1:{world.psap.port};transport=udp"
    watched.liveness.note("C1", "demo", "dialled", {"attempt": 1, "uri": uri})
    watched.liveness.note("C1", "demo", "attempt_failed", {"attempt": 1, "status": 0})
    await watched.pass_time(0)  # asked at once
    assert watched.alarms() == [("target_down", False)]


async def test_a_target_that_refused_a_call_is_alive(watched: Watched) -> None:
    world = watched.world
    world.psap.on_other = stay_silent
    await watched.pass_time(61)
    uri = f"sip:127.0.0.1:{world.psap.port};transport=udp"
    watched.liveness.note("C1", "demo", "dialled", {"attempt": 1, "uri": uri})
    watched.liveness.note("C1", "demo", "attempt_failed", {"attempt": 1, "status": 503})
    await watched.miss()
    assert watched.alarms() == []


async def test_the_node_tells_it_of_its_calls(watched: Watched) -> None:
    """The facts of a call reach `note` by the recorder's listeners."""
    world = watched.world
    seen: list[str] = []
    world.beside.liveness._suspect = seen.append  # type: ignore[method-assign]
    world.psap.on_invite = stay_silent
    world.phone.endpoint.request(world.invite(), world.hop)
    await world.phone.until(lambda: seen)
    assert seen == [f"sip:127.0.0.1:{world.psap.port};transport=udp"]


async def test_a_trunk_names_its_organization(watched: Watched) -> None:
    world = watched.world
    switchboard = await world.actor("switchboard")
    uri = f"sip:pbx@127.0.0.1:{switchboard.port}"
    world.view.trunk_list = (replace(world.view.trunk_list[0], callback_uri=uri),)
    await watched.pass_time(0)
    await watched.pass_time(61)
    switchboard.on_other = stay_silent
    await watched.miss()
    assert watched.alarms() == [("trunk_down", False)]
    call_id, organization, _, data = next(entry for entry in world.journal.facts if entry[2] == "alarm")
    assert (call_id, organization, data["about"]) == ("", "demo", uri)
    assert "trunk main" in data["text"]


async def test_a_closed_port_counts_as_a_miss(watched: Watched) -> None:
    world = watched.world
    await watched.pass_time(61)
    await world.relay.endpoint.close()
    await watched.miss()
    assert watched.alarms() == [("target_down", False)]
    assert "relay" in world.facts("alarm")[0]["text"]


async def test_one_that_is_no_longer_published_stands_no_more(watched: Watched) -> None:
    world = watched.world
    await watched.pass_time(61)
    world.psap.on_other = stay_silent
    await watched.miss()
    world.view.psap = Psap("Elsewhere", (Target("other", f"sip:127.0.0.1:{world.relay.port};transport=udp"),))
    await watched.pass_time(0)
    assert watched.alarms() == [("target_down", False), ("target_down", True)]


async def test_uris_nobody_can_read_or_find_stop_nothing(watched: Watched) -> None:
    world = watched.world
    world.psap_list = (
        Psap("Bad", (Target("unreadable", "sip:"), Target("nowhere", "sip:no-such-host.invalid"))),
        Psap("Good", (Target("psap", f"sip:127.0.0.1:{world.psap.port};transport=udp"),)),
    )
    await watched.pass_time(0)
    await watched.pass_time(61)
    assert options_at(world.psap) == 1
    await watched.miss()
    assert watched.alarms() == []


async def test_one_address_of_two_psaps_is_asked_once(watched: Watched) -> None:
    world = watched.world
    target = Target("psap", f"sip:127.0.0.1:{world.psap.port};transport=udp")
    world.psap_list = (Psap("One", (target,)), Psap("Two", (target,)))
    await watched.pass_time(0)
    await watched.pass_time(61)
    assert options_at(world.psap) == 1

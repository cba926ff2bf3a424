"""A computer that slept, or whose clock somebody set: the connection is made anew at once, and nothing is lost."""

import asyncio
import time
from pathlib import Path

from callpoint.desktop.agent.agent import Agent
from callpoint.desktop.agent.api import OnsiteApi
from callpoint.desktop.agent.health import Link
from callpoint.desktop.agent.memory import Memory
from callpoint.desktop.agent.settings import Settings
from callpoint.desktop.agent.situation import Situation
from tests.desktop.server import TOKEN, OnsiteServer, moment


async def come(condition: object, seconds: float = 30.0) -> None:
    end = time.monotonic() + seconds
    while not condition():  # type: ignore[operator]
        assert time.monotonic() < end
        await asyncio.sleep(0.02)


async def test_a_jump_of_the_clock_connects_anew_and_shows_no_loss(server: OnsiteServer, tmp_path: Path) -> None:
    ahead, told = [0.0], list[Situation]()
    memory = Memory(tmp_path / "state.json", "w")
    async with OnsiteApi(Settings(server.url, TOKEN), "test") as api:
        agent = Agent(api, memory, tmp_path, "test", told.append, wall=lambda: time.time() + ahead[0])
        running = asyncio.create_task(agent.run())
        server.raise_alert("call-1", ago=60)
        await come(lambda: told and told[-1].board.find("call-1"))
        for jump in (7200.0, -86_400.0):
            before = len(server.streams())
            ahead[0] += jump
            await come(lambda before=before: len(server.streams()) > before)
            await come(lambda: told[-1].health.broken_at is None)
        now = time.monotonic()
        assert told[-1].board.find("call-1") is not None
        assert 58 <= told[-1].seconds(moment(ago=60), now) <= 75, "the timer is the server's"
        assert all(one.link(one.health.last_word or now) is not Link.LOST for one in told)
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


async def test_a_small_correction_of_the_clock_changes_nothing(server: OnsiteServer, tmp_path: Path) -> None:
    ahead, told = [0.0], list[Situation]()
    async with OnsiteApi(Settings(server.url, TOKEN), "test") as api:
        memory = Memory(tmp_path / "state.json", "w")
        agent = Agent(api, memory, tmp_path, "test", told.append, wall=lambda: time.time() + ahead[0])
        running = asyncio.create_task(agent.run())
        await come(server.streams)
        ahead[0] += 5.0
        await asyncio.sleep(2.5)  # to see that nothing happens: both clocks are looked at each second
        assert len(server.streams()) == 1
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)

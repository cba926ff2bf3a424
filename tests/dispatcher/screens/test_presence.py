"""Which screens are alive, with time stepped by hand."""

from typing import Any

import pytest
from tests.dispatcher.screens.stage import ACME, fact

from callpoint.dispatcher.own_journal import NotWrittenError
from callpoint.dispatcher.screens.presence import Presence
from callpoint.dispatcher.screens.viewer import Viewer
from callpoint.snapshot import fact_kinds

LOBBY = Viewer.of_screen(ACME, ACME.screens[0])


class Written:
    """Signs that were told; refuses while `full`."""

    def __init__(self) -> None:
        self.signs: list[tuple[str, str]] = []
        self.full = False

    async def screen_sign(self, organization: str, screen: str, state: str, program: str, origin: str) -> None:
        if self.full:
            raise NotWrittenError("disk full")
        self.signs.append((screen, state))

    async def acknowledge(self, *_: Any, **__: Any) -> bool:
        raise AssertionError("nobody acknowledges here")

    async def chat(self, *_: Any) -> bool:
        raise AssertionError("nobody talks here")


class Watch:
    """Presence with a clock one can set."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.written = Written()
        self.presence = Presence(self.written, lambda: self.now)
        self.live: list[str] = []
        self.presence.on_live = lambda organization, screen, state: self.live.append(state)

    async def after(self, seconds: float) -> list[str]:
        """What was told by then, since the last time it was asked."""
        self.now += seconds
        await self.presence.step()
        told, self.written.signs = [state for _, state in self.written.signs], []
        return told


@pytest.fixture
def watch() -> Watch:
    return Watch()


async def test_a_screen_that_comes_and_goes_is_told_once_each(watch: Watch) -> None:
    watch.presence.stream(LOBBY, "192.0.2.7", "browser", True)
    assert await watch.after(0) == ["connected"]
    assert await watch.after(10) == []
    watch.presence.stream(LOBBY, "192.0.2.7", "browser", False)
    assert await watch.after(29) == []
    assert await watch.after(1) == ["lost"]
    assert await watch.after(1000) == []


async def test_who_sends_notices_knows_at_once(watch: Watch) -> None:
    watch.presence.stream(LOBBY, "", "", True)
    watch.presence.stream(LOBBY, "", "", False)
    assert watch.live == ["connected", "lost"]


async def test_a_reload_is_no_news(watch: Watch) -> None:
    watch.presence.stream(LOBBY, "192.0.2.7", "browser", True)
    assert await watch.after(0) == ["connected"]
    watch.presence.stream(LOBBY, "192.0.2.7", "browser", False)
    assert await watch.after(5) == []
    watch.presence.stream(LOBBY, "192.0.2.7", "browser", True)
    assert await watch.after(60) == []


async def test_a_page_that_froze_is_lost_though_its_stream_is_open(watch: Watch) -> None:
    watch.presence.stream(LOBBY, "", "", True)
    await watch.presence.beat(LOBBY, "", "", False)
    assert await watch.after(0) == ["connected"]
    assert await watch.after(74) == []
    assert await watch.after(30) == ["lost"]
    await watch.presence.beat(LOBBY, "", "", False)
    assert await watch.after(0) == ["connected"]


async def test_a_program_that_sends_no_beats_is_alive_by_its_stream(watch: Watch) -> None:
    watch.presence.stream(LOBBY, "", "", True)
    assert await watch.after(0) == ["connected"]
    assert await watch.after(3000) == []


async def test_a_living_screen_is_told_again_every_hour_and_when_it_is_another_program(watch: Watch) -> None:
    watch.presence.stream(LOBBY, "192.0.2.7", "one", True)
    assert await watch.after(0) == ["connected"]
    assert await watch.after(3600) == ["connected"]
    watch.presence.stream(LOBBY, "192.0.2.7", "two", True)
    assert await watch.after(1) == ["connected"]


async def test_a_check_of_the_volume_is_told_at_once_and_once(watch: Watch) -> None:
    watch.presence.stream(LOBBY, "", "", True)
    await watch.presence.beat(LOBBY, "", "", True)
    await watch.presence.beat(LOBBY, "", "", True)
    assert await watch.after(0) == ["volume_checked", "connected"]
    watch.now += 31
    await watch.presence.beat(LOBBY, "", "", True)
    assert await watch.after(0) == ["volume_checked"]


async def test_what_the_disk_refuses_is_told_later(watch: Watch) -> None:
    watch.presence.stream(LOBBY, "", "", True)
    watch.written.full = True
    assert await watch.after(0) == []
    watch.written.full = False
    assert await watch.after(1) == ["connected"]


async def test_after_a_restart_those_who_are_back_are_no_news_and_the_others_are_lost(watch: Watch) -> None:
    for number, screen in enumerate(("11", "12")):
        data = {"screen": screen, "state": "connected", "program": "browser", "origin": "192.0.2.7"}
        watch.presence.recall(fact(number + 1, fact_kinds.SCREEN, data))
    watch.presence.stream(LOBBY, "192.0.2.7", "browser", True)
    assert watch.live == ["connected"]
    assert await watch.after(10) == []
    watch.now += 20
    await watch.presence.step()
    assert watch.written.signs == [("12", "lost")]


async def test_thousands_that_come_at_once_are_told_a_part_each_second(watch: Watch) -> None:
    for number in range(450):
        viewer = Viewer("screen", "acme", str(number), "One of many")
        watch.presence.stream(viewer, "", "", True)
    assert [len(await watch.after(1)) for _ in range(4)] == [200, 200, 50, 0]

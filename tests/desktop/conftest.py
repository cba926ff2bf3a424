"""What the desktop's tests lean on: a real server, and an agent at work on it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from callpoint.desktop.agent.agent_thread import AgentThread
from callpoint.desktop.agent.alert import Alert
from callpoint.desktop.agent.places import Places
from callpoint.desktop.agent.settings import Settings
from callpoint.desktop.agent.situation import Situation
from tests.desktop.server import TOKEN, OnsiteServer, until


@pytest.fixture
def server() -> Iterator[OnsiteServer]:
    running = OnsiteServer().start()
    yield running
    running.stop()


@pytest.fixture
def places(tmp_path: Path) -> Places:
    """Files of a user of this test alone."""
    user = tmp_path / "user"
    return Places(tmp_path / "machine.json", (), user / "settings.json", user / "state.json", user / "cache")


@dataclass
class Watched:
    """An agent in its thread, and everything it has told."""

    thread: AgentThread
    told: list[Situation] = field(default_factory=list)

    @property
    def now(self) -> Situation:
        until(lambda: self.told, what="the agent told nothing")
        return self.told[-1]

    def alert(self, alert: str) -> Alert | None:
        return self.told[-1].board.find(alert) if self.told else None

    def until(self, condition: Callable[[Situation], object], what: str = "") -> None:
        until(lambda: self.told and condition(self.told[-1]), what=what or repr(self.told[-1:]))


@pytest.fixture
def begin(places: Places, server: OnsiteServer) -> Iterator[Callable[..., Watched]]:
    """Starts an agent for the server; again means the program started anew, with what it kept."""
    running: list[Watched] = []

    def start(token: str = TOKEN, host: str = "") -> Watched:
        told: list[Situation] = []
        watched = Watched(AgentThread(Settings(host or server.url, token), places, told.append), told)
        watched.thread.start()
        running.append(watched)
        return watched

    yield start
    for watched in running:
        watched.thread.stop()

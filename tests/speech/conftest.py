"""Engines for the tests: one that tells what it was asked, one that fails, and the real one."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest

from callpoint.speech.engine import EngineFailure
from callpoint.speech.hibari_engine import HibariEngine


@dataclass
class ScriptedEngine:
    """Says `name` and the text as bytes; fails while `broken`."""

    name: str = "scripted"
    version: str = "1"
    voice: str = "none"
    speed: float = 1.0
    broken: bool = False
    asked: list[str] = field(default_factory=list)

    def render(self, text: str) -> bytes:
        self.asked.append(text)
        if self.broken:
            raise EngineFailure("broken by the test")
        return f"{self.name}:{text}".encode()

    def close(self) -> None:
        self.broken = True


@pytest.fixture
def engine() -> ScriptedEngine:
    return ScriptedEngine()


@pytest.fixture(scope="module")
def hibari() -> Iterator[HibariEngine]:
    """The real voice in its real process."""
    voice = HibariEngine()
    yield voice
    voice.close()

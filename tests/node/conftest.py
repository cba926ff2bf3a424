"""The world each test of the node lives in."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from callpoint.node import anchoring, own_offer
from tests.node.anchoring_world import AnchoringWorld
from tests.node.world import World


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with World(tmp_path) as world:
        yield world


@pytest.fixture
async def scene(world: World, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[AnchoringWorld]:
    """A call's audio may be taken up; what RFC 3261 has wait for seconds waits for hundredths."""
    monkeypatch.setattr(own_offer, "GLARE_WAIT_OF_OWNER", (0.02, 0.04))
    monkeypatch.setattr(own_offer, "GLARE_WAIT_OF_OTHER", (0.01, 0.02))
    monkeypatch.setattr(anchoring, "BACK_PAUSES", (0.02, 0.02, 0.05))
    async with AnchoringWorld(world) as scene:
        yield scene

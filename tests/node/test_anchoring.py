"""Listening in: the call's audio goes to the media process and back, and the call never suffers (issue 5, Monitoring)."""

from collections.abc import AsyncIterator

import pytest

from tests.node.anchoring_world import AnchoringWorld
from tests.node.world import World

MIXED, DIRECT = (6000, 6002), (50000, 40000)


@pytest.fixture
async def scene(world: World) -> AsyncIterator[AnchoringWorld]:
    async with AnchoringWorld(world) as scene:
        yield scene


async def test_both_parties_talk_to_the_media_process(scene: AnchoringWorld) -> None:
    call_id = await scene.call()
    assert scene.ways == DIRECT
    answer = await scene.anchor(call_id)
    assert scene.ways == MIXED
    assert answer == {
        "caller": {"host": "127.0.0.1", "port": 40000, "payload_type": 0, "event_type": 101, "ptime": 20},
        "psap": {"host": "127.0.0.1", "port": 50000, "payload_type": 0, "event_type": 101, "ptime": 20},
    }
    assert scene.steps() == ["anchored"]


async def test_released_they_talk_to_each_other_again(scene: AnchoringWorld) -> None:
    call_id = await scene.anchored()
    await scene.media.ask("release", call_id=call_id)
    assert scene.ways == DIRECT
    assert scene.steps() == ["anchored", "released"]
    assert scene.still_a_call()

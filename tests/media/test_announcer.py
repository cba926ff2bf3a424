"""Segments are played in their order, the first while the others are still rendered."""

import asyncio

import pytest

from callpoint.media.announcer import announce
from callpoint.media.tones import heard, tone

from .conftest import OpenLeg, until

TONES = {"first": tone([440.0], 0.1), "second": tone([1000.0], 0.1)}


async def test_the_first_plays_while_the_second_is_rendered_and_the_order_holds(open_leg: OpenLeg) -> None:
    leg, far = await open_leg(), await open_leg()
    leg.set_remote(*far.local)
    sound = bytearray()
    far.on_audio = sound.extend
    first_was_played = asyncio.Event()

    async def prompt(text: str) -> bytes:
        if text == "second":
            await first_was_played.wait()
        return TONES[text]

    leg.start()
    speaking = asyncio.ensure_future(announce(leg, prompt, ["first", "second", "first"]))
    await until(lambda: heard(bytes(sound[-800:]), 440.0))
    first_was_played.set()
    await asyncio.wait_for(speaking, 5)
    await until(
        lambda: (
            heard(bytes(sound[-800:]), 440.0)
            and any(heard(bytes(sound[at : at + 400]), 1000.0) for at in range(0, len(sound), 400))
        )
    )


async def test_cancelled_it_leaves_nothing_to_play(open_leg: OpenLeg) -> None:
    leg = await open_leg()

    async def prompt(text: str) -> bytes:
        if text == "never":
            await asyncio.Event().wait()
        return tone([440.0], 10)

    speaking = asyncio.ensure_future(announce(leg, prompt, ["first", "never"]))
    await until(lambda: leg.remaining > 0)
    speaking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await speaking
    assert leg.remaining == 0


async def test_a_failing_prompt_is_told_and_nothing_stays_under_way(open_leg: OpenLeg) -> None:
    leg = await open_leg()
    cancelled: list[str] = []

    async def prompt(text: str) -> bytes:
        if text == "bad":
            raise OSError("no sound")
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            cancelled.append(text)
            raise
        return b""

    with pytest.raises(OSError, match="no sound"):
        await announce(leg, prompt, ["bad", "other"])
    await asyncio.sleep(0.01)
    assert cancelled == ["other"]

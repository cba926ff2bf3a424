"""Speaks a row of segments on a leg, each as soon as it is rendered: the first plays while the next is being made."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence

from callpoint.media.media_port import MediaPort


async def announce(port: MediaPort, prompt: Callable[[str], Awaitable[bytes]], segments: Sequence[str]) -> None:
    """Play `segments` in their order; returns when the last was heard.

    `prompt` gives the mu-law of a text (`speech.renderer.Renderer.prompt`). Cancelled (on a digit, at the end of
    the call) it leaves nothing in the queue; clearing the queue alone does not keep later segments from following.
    """
    rendering = [asyncio.ensure_future(prompt(segment)) for segment in segments]
    try:
        for sound in rendering:
            port.play(await sound)
        await port.drained()
    except asyncio.CancelledError:
        port.clear()
        raise
    finally:
        for sound in rendering:
            sound.cancel()

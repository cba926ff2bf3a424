"""Keys of a phone, waited for while something is said and for a while after."""

import asyncio
from collections.abc import Sequence

from callpoint.node.audio_leg import AudioLeg
from callpoint.speech.renderer import Renderer


class Keypad:
    """The keys pressed on one leg, in their order. Takes the leg's `on_digit`."""

    def __init__(self, leg: AudioLeg, renderer: Renderer) -> None:
        self._leg = leg
        self._renderer = renderer
        self._digits: asyncio.Queue[str] = asyncio.Queue()
        self.listen()

    def listen(self) -> None:
        """The keys are ours (again)."""
        self._leg.on_digit = self._digits.put_nowait

    async def key_during(self, segments: Sequence[str], silence_seconds: float) -> str | None:
        """The key pressed while `segments` are said, which ends them, or within `silence_seconds` after."""
        speaking = asyncio.ensure_future(self._leg.say(self._renderer, segments))
        pressed = asyncio.ensure_future(self._digits.get())
        try:
            await asyncio.wait({speaking, pressed}, return_when=asyncio.FIRST_COMPLETED)
            if not pressed.done():
                await asyncio.wait({pressed}, timeout=silence_seconds)
            return pressed.result() if pressed.done() else None
        finally:
            speaking.cancel()
            pressed.cancel()

    async def number_during(self, segments: Sequence[str], silence_seconds: float, most: int) -> str:
        """Keys up to `#`, or to `silence_seconds` without one; at most `most`. "" when none was pressed."""
        typed = ""
        key = await self.key_during(segments, silence_seconds)
        while key is not None and key != "#" and len(typed) < most:
            typed += key
            key = await self.key_during((), silence_seconds)
        return typed

"""933: what the caller hears, and what the keys do."""

import asyncio
import time

from callpoint.media.ports import PortRange
from callpoint.node.context import CallContext
from callpoint.node.local_answer import LocalAnswer
from callpoint.snapshot import fact_kinds
from callpoint.speech import read_back
from callpoint.speech.read_back import ReadBackFacts
from callpoint.speech.renderer import Renderer

SILENCE_SECONDS = 20.0  # after the menu: somebody who writes the address down gets time, a forgotten phone does not
LONGEST_SECONDS = 300.0


class ReadBack:
    """The script of one 933 call on an answered leg."""

    def __init__(
        self, context: CallContext, answer: LocalAnswer, renderer: Renderer, language: str, facts: ReadBackFacts
    ) -> None:
        self._context = context
        self._answer = answer
        self._renderer = renderer
        self._language = language
        self._facts = facts
        self._digits: asyncio.Queue[str] = asyncio.Queue()
        self._answered_at = 0.0
        answer.on_ended = self._ended
        answer.on_digit = self._digits.put_nowait

    async def run(self, ports: PortRange) -> None:
        """Answers, then speaks and listens until the caller is content, silent or gone."""
        if not await self._answer.answer(ports):
            self._answer.refuse()
            return
        self._answered_at = time.monotonic()
        self._context.recorder.fact(
            fact_kinds.ANSWERED, by="read-back", kind="read_back", attempt=0, status=200, setup_ms=0.0
        )
        self._answer.start(self._converse())

    async def _converse(self) -> None:
        try:
            async with asyncio.timeout(LONGEST_SECONDS):
                segments = read_back.compose(self._facts, self._language)
                self._step("playing", text=" ".join(segments))
                while (digit := await self._say_until_digit(segments)) is not None:
                    segments = self._react(digit)
                    if digit in ("2", "3"):
                        await self._answer.say(self._renderer, segments)
                        break
        except TimeoutError:
            pass  # the longest a 933 call may take: it is hung up now

    async def _say_until_digit(self, segments: tuple[str, ...]) -> str | None:
        """The digit pressed while `segments` play or soon after; None when nobody presses any."""
        speaking = asyncio.ensure_future(self._answer.say(self._renderer, segments))
        pressed = asyncio.ensure_future(self._digits.get())
        try:
            await asyncio.wait({speaking, pressed}, return_when=asyncio.FIRST_COMPLETED)
            if not pressed.done():
                await asyncio.wait({pressed}, timeout=SILENCE_SECONDS)
            return pressed.result() if pressed.done() else None
        finally:
            speaking.cancel()
            pressed.cancel()

    def _react(self, digit: str) -> tuple[str, ...]:
        """What a key does: 1 repeats digit by digit, 2 confirms, 3 reports it wrong; any other is explained."""
        if digit == "1":
            self._step("repeated", digit)
            return read_back.compose_repeat(self._facts, self._language)
        if digit == "2":
            self._step("confirmed", digit)
            return read_back.reply("confirmed", self._language)
        if digit == "3":
            self._step("reported_wrong", digit)
            return read_back.reply("reported", self._language)
        self._step("digit", digit)
        return read_back.reply("not_understood", self._language)

    def _step(self, step: str, digit: str = "", text: str = "") -> None:
        self._context.recorder.fact(fact_kinds.READ_BACK, step=step, digit=digit, text=text)

    def _ended(self, by: str) -> None:
        talked = round(time.monotonic() - self._answered_at, 3) if self._answered_at else 0.0
        self._context.recorder.fact(
            fact_kinds.ENDED,
            by=by,
            why=self._answer.why,
            status=self._answer.status,
            talked_seconds=talked,
            answered=bool(self._answered_at),
        )

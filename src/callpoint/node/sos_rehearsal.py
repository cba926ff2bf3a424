"""Answers `urn:service:test.sos`: a call that ends here and tells what a real one would have met (RFC 6881 §15)."""

import asyncio
import time

from callpoint.media.ports import PortRange
from callpoint.node.context import CallContext
from callpoint.node.local_answer import LocalAnswer
from callpoint.routing.explain import what_a_real_call_would_do
from callpoint.sip.message import Response
from callpoint.sip.multipart import Part, write_multipart
from callpoint.snapshot import fact_kinds
from callpoint.speech import read_back
from callpoint.speech.renderer import Renderer

GREATEST_SECONDS = 10.0  # a test must not hold a line; the tester's phone is told enough by then


class SosRehearsal:
    """Answers 200 with a text of who would have answered and which location was seen, says one phrase, hangs up."""

    def __init__(self, context: CallContext, answer: LocalAnswer, renderer: Renderer) -> None:
        self._context = context
        self._answer = answer
        self._renderer = renderer
        self._answered_at = 0.0
        answer.on_ended = self._ended

    async def run(self, ports: PortRange) -> None:
        if not await self._answer.answer(ports, extra=self._add_text):
            self._answer.refuse()
            return
        self._answered_at = time.monotonic()
        self._context.recorder.fact(fact_kinds.ANSWERED, by="test", kind="test", attempt=0, status=200, setup_ms=0.0)
        self._answer.start(self._say())

    async def _say(self) -> None:
        try:
            async with asyncio.timeout(GREATEST_SECONDS):
                await self._answer.say(self._renderer, read_back.reply("test_sos"))
        except TimeoutError:
            pass  # said enough

    def _add_text(self, response: Response) -> None:
        parts = [
            Part((("Content-Type", response.get("Content-Type") or ""),), response.body),
            Part((("Content-Type", "text/plain;charset=utf-8"),), self._text().encode()),
        ]
        content_type, body = write_multipart(parts, f"callpoint-{self._context.marks.call_id}")
        response.set("Content-Type", content_type)
        response.body = body

    def _text(self) -> str:
        plan = self._context.plan
        civic = plan.location.civic if plan.location is not None else None
        lines = [
            f"Service: {self._context.incoming.service_urn}",
            f"PSAP: {plan.psap.name if plan.psap is not None else 'none'}",
            f"Location: {civic.formatted() if civic is not None else 'none'}",
            f"Callback: {plan.callback_number or 'none'}",
            f"A real call {what_a_real_call_would_do(plan)}.",
        ]
        return "\r\n".join(lines)

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

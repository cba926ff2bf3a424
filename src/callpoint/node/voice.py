"""Everything the node says itself: 933, the answer to test calls, and the announcement when nobody can be reached."""

import asyncio
from collections.abc import Coroutine
from typing import Any

from callpoint.media.ports import PortRange
from callpoint.node.context import CallContext
from callpoint.node.local_answer import LocalAnswer
from callpoint.node.read_back import ReadBack
from callpoint.node.services import Dialogs
from callpoint.node.test_answer import TestAnswer
from callpoint.routing.read_back import language_of, read_back_facts
from callpoint.snapshot import fact_kinds
from callpoint.speech import read_back
from callpoint.speech.renderer import Renderer
from callpoint.transport.endpoint import SipEndpoint

ANNOUNCEMENTS = 3  # said that often, then we hang up: the caller must be free to use another phone


class Voice:
    """Starts local answers and counts them. 933 has a limit; the announcement of a lost 911 call has none."""

    def __init__(
        self, endpoint: SipEndpoint, dialogs: Dialogs, renderer: Renderer, ports: tuple[int, int], most_calls: int
    ) -> None:
        self._endpoint = endpoint
        self._dialogs = dialogs
        self._renderer = renderer
        self._ports = PortRange(*ports)
        self._most_calls = most_calls
        self._read_backs = 0
        self._tasks: set[asyncio.Task[None]] = set()

    def read_back(self, context: CallContext) -> None:
        """933. Too many at once get 486 (RFC 6881 §15 says so for tests): real calls need the processor."""
        if self._read_backs >= self._most_calls:
            self._refuse_busy(context)
            return
        self._read_backs += 1
        self._spawn(self._read_back(context))

    def test(self, context: CallContext) -> None:
        """`urn:service:test.sos` (RFC 6881 §15)."""
        if self._read_backs >= self._most_calls:
            self._refuse_busy(context)
            return
        self._read_backs += 1
        self._spawn(self._test(context))

    def announce(self, context: CallContext, after_ms: float) -> bool:
        """Tells the caller of a 911 call nobody took to use another phone; False when that cannot be done at all."""
        self._spawn(self._announce(context, after_ms))
        return True

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _read_back(self, context: CallContext) -> None:
        answer = self._local_answer(context)
        script = ReadBack(context, answer, self._renderer, language_of(context.plan), read_back_facts(context.plan))
        try:
            if await answer.answer(self._ports):
                await script.run()
        finally:
            self._read_backs -= 1

    async def _test(self, context: CallContext) -> None:
        try:
            await TestAnswer(context, self._local_answer(context), self._renderer).run(self._ports)
        finally:
            self._read_backs -= 1

    async def _announce(self, context: CallContext, after_ms: float) -> None:
        answer = self._local_answer(context)
        answer.on_ended = lambda by: context.recorder.fact(
            fact_kinds.ENDED, by=by, why="nobody was reached", status=0, talked_seconds=0.0, answered=False
        )
        if not await answer.answer(self._ports):
            return
        context.recorder.fact(
            fact_kinds.ANSWERED, by="announcement", kind="announcement", attempt=0, status=200, setup_ms=after_ms
        )
        language = language_of(context.plan)
        phrase = read_back.reply("total_failure", language)
        answer.start(self._say_and_hang_up(answer, phrase * ANNOUNCEMENTS))

    async def _say_and_hang_up(self, answer: LocalAnswer, segments: tuple[str, ...]) -> None:
        await answer.say(self._renderer, segments)
        answer.hang_up()

    def _local_answer(self, context: CallContext) -> LocalAnswer:
        return LocalAnswer(self._endpoint, self._dialogs, context.invite, context.tx, context.source)

    def _refuse_busy(self, context: CallContext) -> None:
        response = context.tx.response(486, "Too Many Test Calls At Once")
        response.set("Retry-After", "60")
        self._endpoint.respond(context.tx, response)
        context.recorder.fact(
            fact_kinds.ENDED,
            by="node",
            why="too many test calls at once",
            status=486,
            talked_seconds=0.0,
            answered=False,
        )

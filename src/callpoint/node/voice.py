"""Everything the node says itself: 933, the answer to test calls, and the announcement when nobody can be reached."""

from collections.abc import Callable, Coroutine
from typing import Any

from callpoint.media.ports import PortRange
from callpoint.node import faults
from callpoint.node.context import CallContext
from callpoint.node.local_answer import LocalAnswer
from callpoint.node.read_back import ReadBack
from callpoint.node.services import Dialogs
from callpoint.node.sos_rehearsal import SosRehearsal
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
        self._tests: set[LocalAnswer] = set()

    def read_back(self, context: CallContext) -> None:
        """933. Too many at once get 486 (RFC 6881 §15 says so for tests): real calls need the processor."""
        if self._too_many(context):
            return
        answer = self._local_answer(context)
        script = ReadBack(context, answer, self._renderer, language_of(context.plan), read_back_facts(context.plan))
        self._count(answer)
        self._spawn(context, answer, script.run(self._ports))

    def test(self, context: CallContext) -> None:
        """`urn:service:test.sos` (RFC 6881 §15)."""
        if self._too_many(context):
            return
        answer = self._local_answer(context)
        script = SosRehearsal(context, answer, self._renderer)
        self._count(answer)
        self._spawn(context, answer, script.run(self._ports))

    def announce(self, context: CallContext, after_ms: float, otherwise: Callable[[], None]) -> None:
        """Tells the caller of a 911 call nobody took to use another phone; `otherwise` is called when that cannot be

        done, and the INVITE still wants an answer then.
        """
        answer = self._local_answer(context)
        answer.on_ended = lambda by: context.recorder.fact(
            fact_kinds.ENDED, by=by, why="nobody was reached", status=0, talked_seconds=0.0, answered=False
        )
        self._spawn(context, answer, self._announce(context, answer, after_ms, otherwise))

    async def _announce(
        self, context: CallContext, answer: LocalAnswer, after_ms: float, otherwise: Callable[[], None]
    ) -> None:
        if not await answer.answer(self._ports):
            if not answer.over:
                answer.abandon()
                otherwise()
            return
        context.recorder.fact(
            fact_kinds.ANSWERED, by="announcement", kind="announcement", attempt=0, status=200, setup_ms=after_ms
        )
        phrase = read_back.reply("total_failure", language_of(context.plan))
        answer.start(answer.say(self._renderer, phrase * ANNOUNCEMENTS))

    def _spawn(self, context: CallContext, answer: LocalAnswer, work: Coroutine[Any, Any, None]) -> None:
        self._endpoint.spawn(self._guarded(context, answer, work))

    async def _guarded(self, context: CallContext, answer: LocalAnswer, work: Coroutine[Any, Any, None]) -> None:
        try:
            await work
        except Exception as error:  # noqa: BLE001 - whatever went wrong, the caller is not left without an answer
            faults.tell(context.recorder, f"answering {context.incoming.service}", error)
            if context.tx.answered:
                answer.hang_up()
            else:
                answer.refuse()

    def _too_many(self, context: CallContext) -> bool:
        if len(self._tests) < self._most_calls:
            return False
        self._refuse_busy(context)
        return True

    def _count(self, answer: LocalAnswer) -> None:
        self._tests.add(answer)
        told = answer.on_ended

        def ended(by: str) -> None:
            self._tests.discard(answer)
            told(by)

        answer.on_ended = ended

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

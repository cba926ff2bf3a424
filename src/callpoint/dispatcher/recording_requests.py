"""Has calls recorded from their answer on, where the organization wants that.

The audio of a recorded call runs through the media process, so it is asked for as soon as somebody has answered; and
again when the media process comes back, which has forgotten everything. A refusal is noted with the call: whoever
looks for a recording finds why there is none.
"""

import asyncio
import logging
from collections.abc import Callable, Iterable
from typing import Any, Final, Protocol

from callpoint.routing.alert_records import AlertPlan
from callpoint.snapshot import fact_kinds
from callpoint.snapshot.facts import Fact
from callpoint.transport.control import ControlError, LinkLostError

logger = logging.getLogger(__name__)

ANSWER_SECONDS: Final = 30.0
NOT_CALLS: Final = frozenset({"announcement", "read_back", "test"})
"""What the node answers itself: nobody's emergency is spoken of there."""

PlanOf = Callable[[str], AlertPlan | None]
Refused = Callable[[str, str, str], None]
"""Told (organization, call_id, why)."""


class Media(Protocol):
    """The link to the media process."""

    async def ask(self, method: str, seconds: float = ..., **params: Any) -> dict[str, Any]: ...


class RecordingRequests:
    """Fed with the node's facts in their order, and told when the media process is linked."""

    def __init__(self, media: Media, plan_of: PlanOf, refused: Refused) -> None:
        self._media = media
        self._plan_of = plan_of
        self._refused = refused
        self._answered: dict[str, str] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    def begin(self, calls: Iterable[tuple[str, str]]) -> None:
        """Calls (call_id, organization) that were under way when we started."""
        self._answered.update(calls)

    def take(self, fact: Fact) -> None:
        """A fact of the node."""
        if fact.kind == fact_kinds.ENDED:
            self._answered.pop(fact.call_id, None)
        elif fact.kind == fact_kinds.ANSWERED and fact.data.get("kind") not in NOT_CALLS:
            self._answered[fact.call_id] = fact.organization
            self._ask(fact.call_id, fact.organization)

    def linked(self) -> None:
        """The media process is there (again)."""
        for call_id, organization in self._answered.items():
            self._ask(call_id, organization)

    async def close(self) -> None:
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _ask(self, call_id: str, organization: str) -> None:
        plan = self._plan_of(organization)
        if plan is not None and plan.monitoring.record:
            task = asyncio.create_task(self._have_recorded(call_id, organization))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _have_recorded(self, call_id: str, organization: str) -> None:
        try:
            await self._media.ask("record", ANSWER_SECONDS, call_id=call_id, organization=organization)
        except LinkLostError:
            self._refused(organization, call_id, "the media process is not there; it is asked again when it is")
        except (ControlError, TimeoutError) as error:
            if call_id in self._answered:
                self._refused(organization, call_id, str(error) or "the media process does not answer")

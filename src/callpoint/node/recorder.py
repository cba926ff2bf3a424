"""Facts into the journal, in the words of `snapshot.fact_kinds`. Never waits, never raises into a call."""

import json
import logging
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

from callpoint.node.leg import Side
from callpoint.snapshot import fact_kinds

logger = logging.getLogger(__name__)

Listener = Callable[[str, str, str, Mapping[str, Any]], None]
"""Takes call_id, organization, kind and data of a fact, on the event loop; what it raises is logged, no more."""


class FactJournal(Protocol):
    """What a recorder needs of `snapshot.journal.Journal`."""

    def append(self, call_id: str, organization: str, kind: str, data: Mapping[str, Any]) -> None: ...

    def save_dialogs(self, call_id: str, state: str) -> None: ...

    def close_dialogs(self, call_id: str) -> None: ...


class Recorder:
    """The journal as the call logic sees it: one call's identifiers bound once, then plain keyword facts."""

    def __init__(
        self,
        journal: FactJournal,
        call_id: str = "",
        organization: str = "",
        listeners: Sequence[Listener] = (),
    ) -> None:
        self._journal = journal
        self._listeners = listeners
        self.call_id = call_id
        self.organization = organization

    def of_call(self, call_id: str, organization: str) -> "Recorder":
        return Recorder(self._journal, call_id, organization, self._listeners)

    def part(self, side: Side) -> Side:
        """Who is on that side of the bridge, as the record has it: the caller called 911, the PSAP answers."""
        return side

    def fact(self, kind: str, /, **data: Any) -> None:
        """Appends one fact (`kind` from `fact_kinds`); the journal's own thread makes it durable."""
        self._journal.append(self.call_id, self.organization, kind, data)
        for listener in self._listeners:
            try:
                listener(self.call_id, self.organization, kind, data)
            except Exception:  # whoever listens may fail; the call must not
                logger.exception("a listener to the fact %s failed", kind)

    def alarm(self, name: str, text: str, cleared: bool = False) -> None:
        self.fact(fact_kinds.ALARM, alarm=name, text=text, cleared=cleared)

    def save_dialogs(self, state: dict[str, Any]) -> None:
        """Keeps the two dialogs of an answered call, so that a restarted node can take them up."""
        self._journal.save_dialogs(self.call_id, json.dumps(state))

    def close_dialogs(self) -> None:
        self._journal.close_dialogs(self.call_id)

"""Facts into the journal, in the words of `snapshot.fact_kinds`. Never waits, never raises into a call."""

import json
from typing import Any

from callpoint.snapshot import fact_kinds
from callpoint.snapshot.journal import Journal


class Recorder:
    """The journal as the call logic sees it: one call's identifiers bound once, then plain keyword facts."""

    def __init__(self, journal: Journal, call_id: str = "", organization: str = "") -> None:
        self._journal = journal
        self.call_id = call_id
        self.organization = organization

    def of_call(self, call_id: str, organization: str) -> "Recorder":
        return Recorder(self._journal, call_id, organization)

    def fact(self, kind: str, /, **data: Any) -> None:
        """Appends one fact (`kind` from `fact_kinds`); the journal's own thread makes it durable."""
        self._journal.append(self.call_id, self.organization, kind, data)

    def alarm(self, name: str, text: str, cleared: bool = False) -> None:
        self.fact(fact_kinds.ALARM, alarm=name, text=text, cleared=cleared)

    def save_dialogs(self, state: dict[str, Any]) -> None:
        """Keeps the two dialogs of an answered call, so that a restarted node can take them up."""
        self._journal.save_dialogs(self.call_id, json.dumps(state))

    def close_dialogs(self) -> None:
        self._journal.close_dialogs(self.call_id)

"""An alert that is not over: what it tells, who has begun to be told, and what its call does."""

import json
from dataclasses import dataclass, field
from typing import Any, Final

from callpoint.dispatcher.own_journal import Work
from callpoint.routing.alert_call import AlertCall
from callpoint.routing.alert_records import AlertType

URGENT: Final = frozenset({"emergency", "relay_center", "psap_callback"})
"""A person may be in danger: tried faster, sent before all others, screens ring."""

_SAVE: Final = """
INSERT INTO alert (id, organization, type, call_id, raised_at, open, state) VALUES (?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (id) DO UPDATE SET open = excluded.open, state = excluded.state
"""


@dataclass
class OpenAlert:
    """`raised_at` is seconds since 1970, `began` the same moment on the monotonic clock.

    `steps` has for each matching subscription the index of the step whose turn is next. `subject` names the trouble an
    alert of no call is about, so that its end finds it. `late`: it happened long before we knew. `unplanned`:
    nobody was told, as the organization had no plan then. `call_state` is
    the call's last (`ended` when it is over), "" without a call.
    """

    id: str
    organization: str
    type: AlertType
    call: AlertCall
    raised_at: float
    began: float = 0.0
    test: bool = False
    quiet: bool = False
    late: bool = False
    unplanned: bool = False
    subject: str = ""
    call_state: str = ""
    acknowledged: bool = False
    open: bool = True
    steps: dict[str, int] = field(default_factory=dict)
    _json_of: AlertCall | None = field(default=None, repr=False, compare=False)
    _json: dict[str, Any] = field(default_factory=dict, repr=False, compare=False)

    @property
    def call_json(self) -> dict[str, Any]:
        """`call` as JSON; made once, as it is written and sent many times, and not to be changed."""
        if self._json_of is not self.call:
            self._json_of, self._json = self.call, self.call.to_json()
        return self._json

    @property
    def urgent(self) -> bool:
        return self.type in URGENT and not self.test

    def save(self, work: Work) -> None:
        """Has its state written with `work`."""
        state = {
            "call": self.call_json,
            "test": self.test,
            "quiet": self.quiet,
            "late": self.late,
            "unplanned": self.unplanned,
            "subject": self.subject,
            "call_state": self.call_state,
            "acknowledged": self.acknowledged,
            "steps": self.steps,
        }
        row = (self.id, self.organization, self.type, self.call.call_id, self.raised_at, int(self.open))
        work.run(_SAVE, *row, json.dumps(state))

    @classmethod
    def load(cls, row: tuple[Any, ...]) -> "OpenAlert":
        """From id, organization, type, raised_at, open, state of the table."""
        key, organization, type_, raised_at, is_open, text = row
        state = json.loads(text)
        call = AlertCall.from_json(state.pop("call"))
        return cls(key, organization, type_, call, raised_at, open=bool(is_open), **state)

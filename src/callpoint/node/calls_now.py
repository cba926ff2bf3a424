"""The emergency calls under way, as a guard who dials in may choose among them; made from the node's own facts."""

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from callpoint.snapshot import fact_kinds

MOST_CALLS = 10_000  # waiting for an answer; far more than there are lines
_TALKS_TO_SOMEBODY = frozenset({"psap", "relay_center", "trunk"})


@dataclass(frozen=True)
class CallNow:
    """`who` is what the caller is called by, "" for nobody known."""

    call_id: str
    organization: str
    who: str = ""


class CallsNow:
    """`note` is a listener of `recorder.Recorder`."""

    def __init__(self) -> None:
        self._waiting: OrderedDict[str, CallNow] = OrderedDict()
        self._answered: OrderedDict[str, CallNow] = OrderedDict()

    def of(self, organization: str) -> list[CallNow]:
        """The answered calls of an organization, the oldest first."""
        return [call for call in self._answered.values() if call.organization == organization]

    def note(self, call_id: str, organization: str, kind: str, data: Mapping[str, Any]) -> None:
        if kind in (fact_kinds.DECIDED, fact_kinds.PSAP_CALLBACK):
            who = str(data.get("person") or data.get("device_user_id") or "")
            self._waiting[call_id] = CallNow(call_id, organization, who)
            if len(self._waiting) > MOST_CALLS:
                self._waiting.popitem(last=False)
        elif kind == fact_kinds.ANSWERED:
            call = self._waiting.pop(call_id, None)
            if data.get("kind") in _TALKS_TO_SOMEBODY:
                self._answered[call_id] = call or CallNow(call_id, organization)
        elif kind == fact_kinds.RESTORED:
            self._answered[call_id] = CallNow(call_id, organization)
        elif kind == fact_kinds.ENDED:
            self._waiting.pop(call_id, None)
            self._answered.pop(call_id, None)

    def name(self, call_id: str, who: str) -> None:
        """Who a restored call is by, once the journal has told."""
        call = self._answered.get(call_id)
        if call is not None:
            self._answered[call_id] = replace(call, who=who)

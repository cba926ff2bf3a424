"""The record of a call back, told with the parties' parts as in the call it answers.

In a bridge the caller is whoever sent the INVITE, and the PSAP whoever was dialled. In a call back it is the other way
round, and whoever reads the record should not have to turn it in their head: `by` is "psap" when the PSAP hung up.
"""

from typing import Any, Self

from callpoint.node.leg import Side
from callpoint.node.recorder import Recorder
from callpoint.snapshot import fact_kinds

_PARTS = {"caller": "psap", "psap": "caller"}
_WITH_PARTS = frozenset({fact_kinds.ENDED, fact_kinds.RELAYED, fact_kinds.TRANSFER_REFUSED})
_WITH_KIND = frozenset({fact_kinds.DIALLED, fact_kinds.ANSWERED})
MARK = "psap_callback"


class CallbackRecorder(Recorder):
    """As `Recorder`, for one call back."""

    @classmethod
    def over(cls, recorder: Recorder) -> Self:
        """One that writes where `recorder` does."""
        return cls(recorder._journal, recorder.call_id, recorder.organization, recorder._listeners)

    def part(self, side: Side) -> Side:
        return "psap" if side == "caller" else "caller"

    def fact(self, kind: str, /, **data: Any) -> None:
        if kind in _WITH_PARTS:
            data["by"] = _PARTS.get(data.get("by", ""), data.get("by", ""))
        elif kind in _WITH_KIND and data.get("kind") in ("psap", "relay_center"):
            data["kind"] = "trunk"
        super().fact(kind, **data)

    def save_dialogs(self, state: dict[str, Any]) -> None:
        super().save_dialogs(state | {MARK: True})


def recorder_for(recorder: Recorder, state: dict[str, Any]) -> Recorder:
    """The recorder of a call that was saved with `state`."""
    return CallbackRecorder.over(recorder) if state.get(MARK) else recorder

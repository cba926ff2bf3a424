"""933 calls as proofs: whose location was read back to them when, and who said that it is wrong."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db.models import Max

from callpoint.calls.models import CallRecord, Step
from callpoint.snapshot import fact_kinds

STEPS_AT_ONCE: Final = 500
# What was heard stays heard when it is confirmed or played again; only "wrong" takes the proof back.
_READ: Final = frozenset({"playing", "repeated", CallRecord.ReadBack.CONFIRMED.value})
_WRONG: Final = CallRecord.ReadBack.REPORTED_WRONG.value


@dataclass(frozen=True)
class Proof:
    """A location read back to that ID of an organization at `at`; None where it was reported wrong."""

    organization: int
    identity: str
    at: datetime | None


def proofs_after(seen: int) -> tuple[int, Sequence[Proof]]:
    """What steps with a key above `seen` prove, in their order, and the key up to which they have been read.

    Steps are written by one process in order, so a lower key never comes later. A call that was told that no location
    is registered proves nothing of anybody.
    """
    newest = Step.objects.aggregate(newest=Max("pk"))["newest"] or 0
    if newest <= seen:
        return seen, ()
    read = Step.objects.filter(pk__gt=seen, pk__lte=newest, kind=fact_kinds.READ_BACK)
    steps = list(read.select_related("call").order_by("pk")[:STEPS_AT_ONCE])
    upto = steps[-1].pk if len(steps) == STEPS_AT_ONCE else newest
    return upto, [proof for step in steps if (proof := _proof(step)) is not None]


def _proof(step: Step) -> Proof | None:
    call, what = step.call, step.data.get("step")
    if call.organization_id is None or not call.identity or call.location is None:
        return None
    if what not in _READ and what != _WRONG:
        return None
    return Proof(call.organization_id, call.identity, None if what == _WRONG else step.at)

"""Facts of the journals of node and dispatcher become call records, each fact exactly once.

The position in the journal moves in the same transaction as the rows, and every row carries journal and
number under a unique constraint: a crash between two batches repeats nothing and loses nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.db import transaction

from callpoint.calls import fact_rules
from callpoint.calls.clean import storable, texts
from callpoint.calls.fact import Fact
from callpoint.calls.fact_rules import time_of
from callpoint.calls.models import Alarm, CallRecord, Misdial, Position, Step
from callpoint.calls.strangers import forget_proven, take_in
from callpoint.directory.models import Organization
from callpoint.directory.tenancy import everywhere
from callpoint.snapshot import fact_kinds as kinds

# Of notices the record keeps whom they were for; what became of each is kept by `notices`. An alert that is brought up
# to date tells screens what the call's own steps say.
NO_STEP: Final = frozenset({kinds.NOTICE, kinds.REQUESTED, kinds.SCREEN, kinds.ALERT_UPDATED})
_MISDIAL: Final = {"dialled": "dialled", "identity": "identity", "trunk": "trunk", "treated_as": "treated_as"}
_ALARM: Final = {"alarm": "alarm", "text": "text"}


@dataclass(frozen=True)
class Place:
    """How far a journal has been taken in: the number and time of its last fact (0 and "" before the first)."""

    journal: str
    seq: int = 0
    at: str = ""

    def follows(self, fact: Fact) -> bool:
        """Whether `fact`, which has the place's number, is the fact that was taken in under it."""
        return fact.seq == self.seq and fact.at == self.at


def current_place(node: str) -> Place:
    """Where reading goes on for a node: in its newest journal."""
    newest = Position.objects.filter(journal__startswith=f"{node}/").order_by("pk").last()
    return Place(newest.journal, newest.seq, newest.last_at) if newest else Place(f"{node}/1")


def next_journal(place: Place) -> Place:
    """The beginning of the journal that came after this one, because the node lost its disk."""
    node, _, number = place.journal.rpartition("/")
    return Place(f"{node}/{int(number) + 1}")


def ingest(journal: str, facts: Sequence[Fact]) -> int:
    """Take in facts in the order of their numbers; those already taken in are passed over. How many were new."""
    with transaction.atomic(), everywhere():
        position, _ = Position.objects.select_for_update().get_or_create(journal=journal)
        fresh = [fact for fact in facts if fact.seq > position.seq]
        if fresh:
            _Intake(journal, fresh).run()
            position.seq, position.last_at = fresh[-1].seq, fresh[-1].at
            position.save()
        return len(fresh)


class _Intake:
    """One batch: what is looked up once, and the call records it touches."""

    def __init__(self, journal: str, facts: Sequence[Fact]) -> None:
        self.journal = journal
        self.facts = facts
        slugs = {fact.organization for fact in facts}
        self.organizations = dict(Organization.objects.filter(slug__in=slugs).values_list("slug", "pk"))
        ids = {fact.call_id for fact in facts}
        self.calls = {call.call_id: call for call in CallRecord.objects.filter(call_id__in=ids)}

    def run(self) -> None:
        for fact in self.facts:
            if fact.kind == kinds.MISDIAL:
                self._misdial(fact)
            elif fact.kind == kinds.ALARM:
                self._alarm(fact)
            elif fact.kind == kinds.STRANGER:
                take_in(fact)
            elif fact.kind == kinds.RECEIVED:
                forget_proven(fact)
            if fact.call_id:
                self._step(fact)
        for call in self.calls.values():
            call.save()

    def _row(self, fact: Fact) -> dict[str, Any]:
        organization = self.organizations.get(fact.organization)
        return {"organization_id": organization, "journal": self.journal, "seq": fact.seq, "at": time_of(fact.at)}

    def _misdial(self, fact: Fact) -> None:
        Misdial.objects.create(**self._row(fact), **texts(fact.data, Misdial, _MISDIAL))

    def _alarm(self, fact: Fact) -> None:
        if fact.data.get("cleared"):
            standing = Alarm.objects.filter(alarm=fact.data.get("alarm", ""), cleared_at=None, journal=self.journal)
            about = storable(str(fact.data.get("about") or ""))  # of several targets that are down one may be back
            standing.filter(text__contains=about).update(cleared_at=time_of(fact.at))
        else:
            Alarm.objects.create(**self._row(fact), **texts(fact.data, Alarm, _ALARM))

    def _step(self, fact: Fact) -> None:
        call = self.calls.get(fact.call_id)
        if call is None:
            # Whatever comes first makes the record: a journal that was cut must not hide the rest of a call.
            call = CallRecord.objects.create(
                call_id=fact.call_id,
                started_at=time_of(fact.at),
                organization_id=self.organizations.get(fact.organization),
            )
            self.calls[fact.call_id] = call
        call.organization_id = call.organization_id or self.organizations.get(fact.organization)
        fact_rules.apply(call, fact)
        if fact.kind in NO_STEP:
            return
        Step.objects.create(**self._row(fact), call=call, kind=fact.kind, data=storable(fact.data))

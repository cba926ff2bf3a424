"""Keeping what outside ECRFs said: which addresses are due to be asked for, and what an answer or a failure leaves."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db import transaction
from django.db.models import F, Q

from callpoint.directory.mapping.lost import Answer, digest, question_for, retry_after
from callpoint.directory.models import Address, LostMapping
from callpoint.directory.models.change import mark
from callpoint.i3.lost import write_request

OUTBOX_KIND: Final = "lost_mapping"
_LONGEST: Final = 255


@dataclass(frozen=True)
class Question:
    """A LoST request of one address, ready to be sent; `at` is when the address was as it says."""

    address: int
    url: str
    body: bytes
    at: datetime

    @property
    def digest(self) -> str:
        return digest(self.body)


def due(now: datetime, resting: frozenset[str], most: int) -> list[Question]:
    """Addresses to be asked for now, those never asked for first; none of servers that are `resting` (URLs).

    An address that was saved without what is asked being another is noted as seen, and not asked for. Call within
    `everywhere()`.
    """
    wanted = (
        Address.objects.exclude(organization__ecrf_url="")
        .exclude(organization__ecrf_url__in=resting)
        .filter(
            Q(lost_mapping__isnull=True)
            | Q(lost_mapping__ask_again_at__lte=now)
            | Q(lost_mapping__looked_at__lt=F("updated_at"))
            | ~Q(lost_mapping__url=F("organization__ecrf_url"))
        )
    )
    # Never asked for sorts first by the flag; NULLs alone would sort differently on each database.
    found = wanted.select_related("organization", "lost_mapping").order_by(
        F("lost_mapping__ask_again_at").asc(nulls_first=True), "pk"
    )[:most]
    return [question for address in found if (question := _question(address, now)) is not None]


def _question(address: Address, now: datetime) -> Question | None:
    body = write_request(question_for(address.values()))
    question = Question(address.pk, address.organization.ecrf_url, body, now)
    known: LostMapping | None = getattr(address, "lost_mapping", None)
    if known is None or known.ask_again_at <= now:
        return question
    if known.url != question.url or known.question != question.digest:
        return question
    LostMapping.objects.filter(pk=known.pk).update(looked_at=max(now, address.updated_at))
    return None


def keep_answer(question: Question, answer: Answer, now: datetime) -> bool:
    """Put the answer in the place of the one before; whether it says something else (the outbox tells so, too).

    Nothing is kept of an address that is gone, or of a server its organization has left meanwhile.
    """
    with transaction.atomic():
        row = _row(question, now)
        if row is None:
            return False
        before = (row.url, row.uris, row.display_name, row.source_id)
        _fill(row, answer.columns() | {"url": question.url, "question": question.digest, "answered_at": now})
        _fill(row, {"failures": 0, "trouble": "", "looked_at": question.at})
        row.save()
        changed = before != (row.url, row.uris, row.display_name, row.source_id)
        if changed:
            mark(OUTBOX_KIND, [row.address_id])
    return changed


def keep_trouble(question: Question, trouble: str, now: datetime) -> None:
    """Note that nothing was learnt. What the same server said before stays, expired or not."""
    with transaction.atomic():
        row = _row(question, now)
        if row is None:
            return
        if row.url != question.url:
            _fill(row, Answer(now).columns() | {"url": question.url, "answered_at": None, "failures": 0})
        row.failures += 1
        _fill(row, {"trouble": trouble[:_LONGEST], "question": question.digest, "looked_at": question.at})
        row.ask_again_at = now + retry_after(row.failures)
        row.save()


def forget_left() -> int:
    """Delete what is kept for organizations that no longer go by an outside ECRF; how many."""
    return LostMapping.objects.filter(organization__ecrf_url="").delete()[0]


def _row(question: Question, now: datetime) -> LostMapping | None:
    address = Address.objects.filter(pk=question.address, organization__ecrf_url=question.url).first()
    if address is None:
        return None
    new = LostMapping(
        organization_id=address.organization_id, address=address, url=question.url, looked_at=now, ask_again_at=now
    )
    return LostMapping.objects.select_for_update().filter(address=address).first() or new


def _fill(row: LostMapping, values: dict[str, Any]) -> None:
    for name, value in values.items():
        setattr(row, name, value)

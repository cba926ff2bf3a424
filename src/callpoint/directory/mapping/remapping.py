"""Going through all addresses: begun when data sets differ from the last time, done in batches, taken up where it was
left by a worker that was killed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import transaction
from django.utils import timezone

from callpoint.directory.mapping.psap_rows import drop_unused
from callpoint.directory.mapping.serving import Sources
from callpoint.directory.mapping.writing import WHO, judge_all, write
from callpoint.directory.models import Address, RemappedAddress, Remapping, acting
from callpoint.directory.tenancy import everywhere
from callpoint.directory.verdicts import Judge

# With verdicts a batch takes about a second; a worker that is told to stop waits for no more than one.
BATCH: Final = 200
Names = list[list[str]]
"""Data sets as `[name, version]`, as JSON keeps them."""


@dataclass(frozen=True)
class LoadedSets:
    """What there is to go by. `planned` are the instants boundaries come into effect or expire."""

    boundaries: Names
    addresses: Names
    planned: Sequence[datetime] = ()


def due(sets: LoadedSets, now: datetime) -> Remapping | None:
    """The way through all addresses to go on with now, or None when everything has been gone through."""
    with transaction.atomic():
        last = Remapping.objects.order_by("pk").last()
        if last is not None and last.finished_at is None:
            if [last.boundary_sets, last.address_sets] == [sets.boundaries, sets.addresses]:
                return last
            last.finished_at, last.superseded = now, True
            last.save()
        done = Remapping.objects.filter(superseded=False, finished_at__isnull=False).order_by("pk").last()
        reasons = _reasons(sets, done, now)
        if not reasons:
            return None
        return Remapping.objects.create(
            started_at=now,
            as_of=now,
            why=" and ".join(reasons)[:254],
            boundary_sets=sets.boundaries,
            address_sets=sets.addresses,
            judged=bool(sets.addresses) and sets.addresses != (done.address_sets if done else []),
        )


def _reasons(sets: LoadedSets, done: Remapping | None, now: datetime) -> list[str]:
    reasons = []
    if sets.boundaries != (done.boundary_sets if done else []):
        reasons.append("boundaries were exchanged")
    if sets.addresses != (done.address_sets if done else []):
        reasons.append("sets of addresses were exchanged")
    if done is not None and any(done.as_of < instant <= now for instant in sets.planned):
        reasons.append("a planned change of boundaries came into effect")
    return reasons


def step(run: Remapping, sources: Sources, judge: Judge) -> bool:
    """Deal with the next batch; False when that was the last. Addresses, lines and cursor are one transaction."""
    with everywhere():
        batch = list(Address.objects.filter(pk__gt=run.cursor).select_related("organization").order_by("pk")[:BATCH])
        keys = [address.pk for address in batch]
        judgement = judge_all(batch, judge, _known_sets()) if run.judged else None
        with transaction.atomic():
            written = write(keys, sources, run.why, judgement)
            for line in written.lines:
                line.remapping = run
            RemappedAddress.objects.bulk_create(written.lines)
            run.cursor = keys[-1] if keys else run.cursor
            run.examined += len(keys)
            run.changed += written.changed
            if len(keys) < BATCH:
                with acting(WHO, run.why):
                    drop_unused()
                run.finished_at = timezone.now()
            run.save()
    return run.finished_at is None


def _known_sets() -> frozenset[str]:
    """Names of all sets of addresses that ever were loaded."""
    listings = Remapping.objects.values_list("address_sets", flat=True)
    return frozenset(name.partition("/")[2] for listing in listings for name, _ in listing)

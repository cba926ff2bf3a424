"""Working people out and keeping their rows: only what became different is written."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import transaction
from django.db.models import Q

from callpoint.directory.models import Person, Readiness
from callpoint.directory.models.person import identity_of
from callpoint.directory.readiness.outlook import Outlook, outlook
from callpoint.routing.rehearsal import rehearse
from callpoint.routing.view import DirectoryView

_COLUMNS: Final = (
    "pk",
    "organization_id",
    "organization__slug",
    "identification_type",
    "device_user_id",
    "phone_number",
)
_WORKED_OUT: Final = ("state", "psap", "why", "confirmed_at")


@dataclass(frozen=True)
class Settled:
    """How many people of each organization (by primary key) were gone through, and whom the view does not know.

    The unknown keep the row they have: a snapshot that is being filled anew holds only some of the people.
    """

    people: Mapping[int, int]
    unknown: Sequence[int]


def settle(keys: Sequence[int], view: DirectoryView, now: datetime) -> Settled:
    """Work these people out by `view` and keep what is new of them; those who are no longer there are passed over.

    `computed_at` is when a row was last written, because it had become another. Raises `DirectoryUnavailable` and
    writes nothing when the view cannot answer now.
    """
    people = list(Person.objects.filter(pk__in=keys).values(*_COLUMNS))
    owners = {person["pk"]: person["organization_id"] for person in people}
    said = {row["pk"]: outlook(rehearse(identity_of(row), row["organization__slug"], view)) for row in people}
    found = {key: one for key, one in said.items() if one is not None}
    known = {row["pk"]: row for row in Readiness.objects.filter(pk__in=found).values("pk", *_WORKED_OUT)}
    changed = [key for key, one in found.items() if key not in known or _columns(one) != _kept(known[key])]
    if changed:
        _write({key: found[key] for key in changed}, owners, now)
    return Settled(Counter(owners.values()), sorted(said.keys() - found.keys()))


def proved(organization: int, identity: str, at: datetime | None) -> list[int]:
    """Keep that a test call of that ID read the location back at `at`, or (None) that it was reported wrong.

    Gives the keys of people of that ID, who may have no row yet.
    """
    by_id = Q(identification_type=Person.Identification.DEVICE_USER_ID, device_user_id=identity)
    by_number = Q(identification_type=Person.Identification.PHONE_NUMBER, phone_number=identity)
    keys = list(Person.objects.filter(by_id | by_number, organization=organization).values_list("pk", flat=True))
    Readiness.objects.filter(pk__in=keys).exclude(tested_at=at).update(tested_at=at)
    return keys


def without_row(keys: Iterable[int]) -> list[int]:
    """Those of these people who have not been worked out yet."""
    wanted = list(keys)
    return sorted(set(wanted) - set(Readiness.objects.filter(pk__in=wanted).values_list("pk", flat=True)))


def _write(found: Mapping[int, Outlook], owners: Mapping[int, int], now: datetime) -> None:
    with transaction.atomic():
        # Who was removed since they were read must not come back as a row of nobody.
        alive = Person.objects.select_for_update(no_key=True).filter(pk__in=list(found)).values_list("pk", flat=True)
        rows = [
            Readiness(
                person_id=key,
                organization_id=owners[key],
                computed_at=now,
                **dict(zip(_WORKED_OUT, _columns(found[key]), strict=True)),
            )
            for key in sorted(alive)
        ]
        columns = [*_WORKED_OUT, "computed_at"]
        Readiness.objects.bulk_create(rows, update_conflicts=True, unique_fields=["person"], update_fields=columns)


def _columns(said: Outlook) -> tuple[object, ...]:
    return (said.state.value, said.psap, said.why, said.confirmed_at)


def _kept(row: Mapping[str, object]) -> tuple[object, ...]:
    return tuple(row[name] for name in _WORKED_OUT)

"""Bringing many people to what a file wants of them: compared first, then written in one transaction."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db import transaction

from callpoint.directory.bulk import batched, insert_rows, update_rows
from callpoint.directory.imports.result import Result, RowError
from callpoint.directory.models import Organization, Person
from callpoint.directory.models.base import Signature, Values


@dataclass(frozen=True)
class WantedPerson:
    """One good row: where it stands in the file, and the column values it asks for."""

    row: int
    values: Values

    @property
    def key(self) -> tuple[str, str]:
        kind = self.values["identification_type"]
        return kind, self.values[kind]


@dataclass
class _Plan:
    """People to make, and people to change with their values before."""

    new: list[Person] = field(default_factory=list)
    changed: list[tuple[Person, Values]] = field(default_factory=list)


def write_people(
    organization: Organization, wanted: Sequence[WantedPerson], signed: Signature, result: Result, skip_wrong: bool
) -> Result:
    """Bring the organization's people to what the rows want, in one transaction, and count into `result`.

    Nothing is written for a dry run, nor with wrong rows unless `skip_wrong`. Call within the organization's scope.
    """
    plan = _Plan()
    for rows in batched(wanted):
        _compare(organization, rows, plan, result)
    result.new, result.changed = len(plan.new), len(plan.changed)
    if result.dry_run or (result.wrong and not skip_wrong):
        return result
    if plan.new or plan.changed:
        with transaction.atomic():
            insert_rows(plan.new, signed)
            update_rows(plan.changed, signed)
    result.written = True
    return result


def _compare(organization: Organization, rows: Sequence[WantedPerson], plan: _Plan, result: Result) -> None:
    existing = _existing(rows)
    holders = _number_holders(rows)
    for row in rows:
        person = existing.get(row.key)
        if error := _taken_number(row, person, holders):
            result.add_errors([error])
        elif person is None:
            plan.new.append(Person(organization=organization, **row.values))
        else:
            before = person.values()
            for name, value in row.values.items():
                setattr(person, name, value)
            if person.values() == before:
                result.unchanged += 1
            else:
                plan.changed.append((person, before))


def _existing(rows: Sequence[WantedPerson]) -> dict[tuple[str, str], Person]:
    found: dict[tuple[str, str], Person] = {}
    for kind in Person.Identification.values:
        keys = [row.key[1] for row in rows if row.key[0] == kind]
        for person in Person.objects.filter(**{f"{kind}__in": keys}):
            found[kind, getattr(person, kind)] = person
    return found


def _number_holders(rows: Sequence[WantedPerson]) -> dict[str, int]:
    numbers = [number for row in rows if (number := row.values.get("phone_number"))]
    holders = Person.objects.filter(phone_number__in=numbers)
    return {person.phone_number: person.pk for person in holders if person.phone_number}


def _taken_number(row: WantedPerson, person: Person | None, holders: dict[str, int]) -> RowError | None:
    number = row.values.get("phone_number")
    holder = holders.get(number) if number else None
    if holder is None or (person is not None and holder == person.pk):
        return None
    return RowError(row.row, "", f"the phone number {number} belongs to somebody else here; correct one of them")

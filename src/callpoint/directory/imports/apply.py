"""A plan carried out: everything it says in one transaction, a thousand rows at a time, with the history kept.

The plan is what somebody has looked at, so it is written as it stands or not at all: when anything it was compared
with has changed since, `staleness.StaleError` is raised before the first row.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final, TypeVar

from callpoint.directory.bulk import delete_rows, insert_values, update_rows
from callpoint.directory.imports.in_use import users_of
from callpoint.directory.imports.plan import BuildingStep, Plan, Step
from callpoint.directory.imports.staleness import require_fresh
from callpoint.directory.models import Address, Building, ImportRun, Location, Organization, Person
from callpoint.directory.models.base import RecordedModel, Signature, Values

KEEP: Final = "keep"
DEACTIVATE: Final = "deactivate"
REMOVE: Final = "remove"
MISSING: Final[dict[str, tuple[str, ...]]] = {
    ImportRun.Kind.USERS: (KEEP, DEACTIVATE),
    ImportRun.Kind.LOCATIONS: (KEEP, REMOVE),
}
"""What can become of those who are not in the file; the first is the default."""
_ROWS_AT_ONCE: Final = 1000

Tell = Callable[[int, int], None]
T = TypeVar("T")
M = TypeVar("M", bound=RecordedModel)


@dataclass
class _Told:
    """Counts rows that are done for whoever watches."""

    tell: Tell
    of: int
    done: int = 0

    def more(self, rows: int) -> None:
        self.done += rows
        self.tell(self.done, self.of)


def apply_plan(
    organization: Organization,
    kind: str,
    plan: Plan,
    signed: Signature,
    missing: str = KEEP,
    tell: Tell = lambda *_: None,
) -> None:
    """Bring the directory to what the plan says; its wrong rows are left out. `tell` hears how many rows of how many.

    Call as `bulk` asks, and within the organization's scope. Raises `StaleError`.
    """
    require_fresh(organization, kind, plan.meta("head"))
    counts = plan.counts()
    gone = counts["missing"] if missing != KEEP else 0
    told = _Told(tell, counts["new"] + counts["changed"] + gone)
    if kind == ImportRun.Kind.USERS:
        _write_people(organization, plan, signed, told)
        if missing == DEACTIVATE:
            _change(Person, plan.steps("missing"), signed, told)
    else:
        _write_places(organization, plan, signed, told)
        if missing == REMOVE:
            _remove_places(plan, signed, told)


def _write_people(organization: Organization, plan: Plan, signed: Signature, told: _Told) -> None:
    template = Person(organization=organization).values()
    for steps in pieces(plan.steps("new")):
        insert_values(Person, [template | step.work["values"] for step in steps], signed)
        told.more(len(steps))
    _change(Person, plan.steps("changed"), signed, told)


def _write_places(organization: Organization, plan: Plan, signed: Signature, told: _Told) -> None:
    template = Location(organization=organization).values()
    keys = _write_buildings(organization, plan, signed)
    for steps in pieces(plan.steps("new")):
        unknown = list({step.work["building"] for step in steps} - keys.keys())
        keys |= dict(Building.objects.filter(name__in=unknown).values_list("name", "pk"))
        rows = [template | {"building_id": keys[step.work["building"]]} | step.work["values"] for step in steps]
        insert_values(Location, rows, signed)
        told.more(len(steps))
    _change(Location, plan.steps("changed"), signed, told)


def _write_buildings(organization: Organization, plan: Plan, signed: Signature) -> dict[str, int]:
    """Keys of the new buildings by their names."""
    made: dict[str, int] = {}
    of_address = Address(organization=organization).values()
    of_building = {"id": None, "organization_id": organization.pk}
    for steps in pieces(plan.buildings()):
        new = [step for step in steps if step.object is None]
        addresses = insert_values(Address, [of_address | step.work["values"] for step in new], signed)
        rows = [
            of_building | {"name": step.name, "address_id": address}
            for step, address in zip(new, addresses, strict=True)
        ]
        made |= zip((step.name for step in new), insert_values(Building, rows, signed), strict=True)
        _readdress([step for step in steps if step.object is not None], signed)
    return made


def _readdress(steps: Sequence[BuildingStep], signed: Signature) -> None:
    wanted = {step.address: step.work["after"] for step in steps if step.address is not None}
    found = Address.objects.filter(pk__in=wanted).order_by("pk")
    _update([(address, wanted[address.pk]) for address in found], signed)


def _change(model: type[M], steps: Iterator[Step], signed: Signature, told: _Told) -> None:
    for piece in pieces(steps):
        wanted = {step.object: step.work["after"] for step in piece if step.work["after"]}
        found = model._base_manager.filter(pk__in=wanted).order_by("pk")
        _update([(row, wanted[row.pk]) for row in found], signed)
        told.more(len(piece))


def _update(rows: Sequence[tuple[RecordedModel, Mapping[str, Any]]], signed: Signature) -> None:
    changed: list[tuple[RecordedModel, Values]] = []
    for row, after in rows:
        before = row.values()
        for name, value in after.items():
            setattr(row, name, value)
        changed.append((row, before))
    update_rows(changed, signed)


def _remove_places(plan: Plan, signed: Signature, told: _Told) -> None:
    """Locations nobody uses, and the buildings that are left without any and stand in no row, with their addresses."""
    emptied: set[int] = set()
    for steps in pieces(plan.steps("missing")):
        keys = [step.object for step in steps if step.object is not None]
        used = users_of(Location, keys)
        gone = list(Location.objects.filter(pk__in=[key for key in keys if not used[key]]).order_by("pk"))
        emptied.update(location.building_id for location in gone if location.building_id is not None)
        delete_rows(gone, signed)
        told.more(len(steps))
    remove_buildings(sorted(emptied), signed)


def remove_buildings(keys: Sequence[int], signed: Signature) -> None:
    """Those of these buildings that nothing refers to any more, and the addresses that only they had."""
    used = users_of(Building, keys)
    for piece in pieces(iter([key for key in keys if not used[key]])):
        buildings = list(Building.objects.filter(pk__in=piece).order_by("pk"))
        delete_rows(buildings, signed)
        addresses = sorted({building.address_id for building in buildings})
        still = users_of(Address, addresses)
        unused = [key for key in addresses if not still[key]]
        delete_rows(list(Address.objects.filter(pk__in=unused).order_by("pk")), signed)


def pieces(rows: Iterator[T]) -> Iterator[list[T]]:
    """The rows in pieces a statement can take."""
    while piece := list(islice(rows, _ROWS_AT_ONCE)):
        yield piece

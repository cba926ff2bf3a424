"""Bringing buildings and locations to what a file wants of them: compared first, then written by few statements."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.db import transaction

from callpoint.directory.bulk import batched, insert_rows, update_rows
from callpoint.directory.imports.result import Result
from callpoint.directory.models import Address, Building, Location, Organization
from callpoint.directory.models.base import Signature, Values
from callpoint.directory.verdicts import Columns, settle


@dataclass(frozen=True)
class WantedPlace:
    """One good row: a building with the columns of its address, and a spot in it."""

    building: str
    address: Columns
    location: str
    spot: Mapping[str, str]


@dataclass
class _Plan:
    """Rows to make, and rows to change with their values before."""

    new_addresses: list[Address] = field(default_factory=list)
    new_buildings: list[Building] = field(default_factory=list)
    new_locations: list[Location] = field(default_factory=list)
    addresses: list[tuple[Address, Values]] = field(default_factory=list)
    locations: list[tuple[Location, Values]] = field(default_factory=list)

    def write(self, signed: Signature) -> None:
        """In the order rows need each other; keys are given to the rows as they are made."""
        insert_rows(self.new_addresses, signed)
        for building in self.new_buildings:
            building.address_id = building.address.pk
        insert_rows(self.new_buildings, signed)
        for location in self.new_locations:
            location.building_id = location.building.pk if location.building else None
        insert_rows(self.new_locations, signed)
        update_rows(self.addresses, signed)
        update_rows(self.locations, signed)


def write_places(
    organization: Organization, wanted: Sequence[WantedPlace], signed: Signature, result: Result, skip_wrong: bool
) -> Result:
    """Bring the organization's places to what the rows want, in one transaction, and count into `result`.

    Nothing is written for a dry run, nor with wrong rows unless `skip_wrong`. Call within the organization's scope.
    """
    really = not result.dry_run and (skip_wrong or not result.wrong)
    with transaction.atomic():
        plan = _compared(organization, wanted, result)
        if really:
            plan.write(signed)
    result.written = really
    return result


def _compared(organization: Organization, wanted: Sequence[WantedPlace], result: Result) -> _Plan:
    plan = _Plan()
    buildings, fresh = _buildings(organization, wanted, plan)
    locations = _locations({building.pk for building in buildings.values() if building.pk})
    readdressed = fresh.copy()
    for row in wanted:
        building = buildings[row.building]
        location = locations.get((building.pk, row.location))
        if location is None:
            plan.new_locations.append(
                Location(organization=organization, building=building, name=row.location, **row.spot)
            )
            result.new += 1
            readdressed.discard(row.building)
            continue
        before = location.values()
        for name, value in row.spot.items():
            setattr(location, name, value)
        moved = location.values() != before
        if moved:
            plan.locations.append((location, before))
        # A new address is told once for its building, with the first row that has it.
        changed = moved or row.building in readdressed
        readdressed.discard(row.building)
        result.changed += changed
        result.unchanged += not changed
    return plan


def _buildings(
    organization: Organization, wanted: Sequence[WantedPlace], plan: _Plan
) -> tuple[dict[str, Building], set[str]]:
    """Every building of the rows, new ones without keys yet, and the names of those whose address changes."""
    addresses = {row.building: row.address for row in wanted}
    found: dict[str, Building] = {}
    readdressed: set[str] = set()
    for names in batched(list(addresses)):
        for building in Building.objects.select_related("address").filter(name__in=names):
            found[building.name] = building
    for name, columns in addresses.items():
        building_found = found.get(name)
        if building_found is None:
            address = Address(organization=organization, **columns)
            plan.new_addresses.append(address)
            found[name] = Building(organization=organization, name=name, address=address)
            plan.new_buildings.append(found[name])
            continue
        before = building_found.address.values()
        settle(building_found.address, columns)
        if building_found.address.values() != before:
            plan.addresses.append((building_found.address, before))
            readdressed.add(name)
    return found, readdressed


def _locations(buildings: set[int]) -> dict[tuple[int | None, str], Location]:
    found: dict[tuple[int | None, str], Location] = {}
    for keys in batched(sorted(buildings)):
        for location in Location.objects.filter(building__in=keys):
            found[location.building_id, location.name] = location
    return found

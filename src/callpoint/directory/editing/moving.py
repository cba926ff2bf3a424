"""Moving everybody out of a place at once, so that it can be removed."""

from collections.abc import Iterator, Sequence
from typing import Any, Final

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from callpoint.directory.bulk import batched, update_rows
from callpoint.directory.editing.places import remove_building, remove_location
from callpoint.directory.editing.refused import Refused
from callpoint.directory.models import Building, Location, Person
from callpoint.directory.models.base import Values, signature
from callpoint.directory.models.chain import chain_of, hold

_PLACES: Final = ("assigned_location_id", "current_location_id", "number_location_id")
MANUAL: Final = "Manual"
"""The method token of RFC 4119 §2.2.3 for a place somebody named."""


def move_and_remove_location(location: Location, target: Location | None) -> int:
    """Move everybody to `target` and take the location away, all or nothing; how many were moved. Raises `Refused`."""
    with transaction.atomic():
        hold(chain_of(location.organization_id))
        moved = _move([location.pk], _checked(target, {location.pk}) if target is not None else None)
        remove_location(location)
    return moved


def move_and_remove_building(building: Building, target: Location | None) -> int:
    """Move everybody in the building to `target` elsewhere, and take the building with all its locations away."""
    with transaction.atomic():
        hold(chain_of(building.organization_id))
        locations = list(Location.objects.filter(building=building))
        keys = {location.pk for location in locations}
        moved = _move(sorted(keys), _checked(target, keys) if target is not None else None)
        for location in locations:
            remove_location(location)
        remove_building(building)
    return moved


def _checked(target: Location, leaving: set[int]) -> Location:
    if target.pk in leaving:
        raise Refused({"target": [_("is what is being removed; choose a location elsewhere")]})
    if target.building_id is None:
        raise Refused({"target": [_("is somebody's home; choose a location in a building")]})
    return target


def _move(leaving: Sequence[int], target: Location | None) -> int:
    """Nobody is moved nowhere: without a target whoever is there stays, and the removal is refused."""
    if target is None:
        return 0
    changed = list(_changed(leaving, target))
    update_rows(changed, signature())
    return len(changed)


def _changed(leaving: Sequence[int], target: Location) -> Iterator[tuple[Person, Values]]:
    seen: set[int] = set()
    for keys in batched(leaving):
        here = Q(assigned_location__in=keys) | Q(current_location__in=keys) | Q(number_location__in=keys)
        for person in Person.objects.filter(here).select_related("organization"):
            if person.pk not in seen:
                seen.add(person.pk)
                before = person.values()
                _put(person, set(leaving), target)
                yield person, before


def _put(person: Person, leaving: set[int], target: Location) -> None:
    new: dict[str, Any] = {name: target.pk for name in _PLACES if getattr(person, name) in leaving}
    if "current_location_id" in new:
        new |= {"current_at": timezone.now(), "current_by": signature().who, "current_method": MANUAL}
    for name, value in new.items():
        setattr(person, name, value)

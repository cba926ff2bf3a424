"""What a PSAP gets of a location, and who would answer: by the code that builds the records calls are decided by."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from callpoint.directory.models import Address, Location
from callpoint.directory.publishing.places import Places
from callpoint.i3.civic import PSAP_SCREEN_CHARS, Civic
from callpoint.routing.destination import destination
from callpoint.routing.plan import Reason
from callpoint.routing.records import LocationRecord
from callpoint.routing.whose_location import Found
from callpoint.web.installation import snapshot

NO_SPOT: Mapping[str, Any] = {"name": "Default", "floor": "", "unit": "", "room": "", "note": ""}


@dataclass(frozen=True)
class Screen:
    """The location as a call taker reads it. Of the free line only `sure` shows on every screen, `cut` may not."""

    street: str
    spot: str
    sure: str
    cut: str
    place: str
    elements: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Answering:
    """Who a call from there goes to: the PSAP, "" for the relay center, and every reason."""

    psap: str
    reasons: tuple[Reason, ...]


def record_of(address: Address, spot: Location | None = None, **typed: str) -> LocationRecord:
    """The record of a spot at the address, stored or with what is typed instead; without a spot, of the door."""
    values: dict[str, Any] = dict(spot.values()) if spot is not None else dict(NO_SPOT)
    values |= {"pk": spot.pk if spot is not None else 0, "building__name": "", "building_id": None}
    values["updated_at"] = address.updated_at if spot is None or spot.updated_at is None else spot.updated_at
    return Places().record(values | typed, address.values() | {"pk": address.pk})


def screen(civic: Civic) -> Screen:
    """The lines of a call taker's screen."""
    return Screen(
        street=civic.street_line(),
        spot=replace(civic, LOC="").spot_line(),
        sure=civic.LOC[:PSAP_SCREEN_CHARS],
        cut=civic.LOC[PSAP_SCREEN_CHARS:],
        place=civic.place_line(),
        elements=tuple(civic.to_fields().items()),
    )


def answering(record: LocationRecord) -> Answering:
    """By the very question a call is asked, from the snapshot, about the address as the database has it now."""
    goal = destination(Found(record, "assigned", None, ()), snapshot(), "")
    direct = goal.psap is not None and bool(goal.psap.targets)
    return Answering(goal.psap.name if direct and goal.psap is not None else "", goal.reasons)

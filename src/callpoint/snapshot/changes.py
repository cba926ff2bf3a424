"""What a publisher hands to a snapshot: records put, records removed, or all of it afresh."""

from dataclasses import dataclass
from typing import Literal

from callpoint.routing.alert_records import AlertPlan
from callpoint.routing.records import FixedRoute, Identity, LocationRecord, Organization, Provider, Psap, Trunk

SmallRecord = Organization | Trunk | Psap | FixedRoute | Provider | AlertPlan
AnyRecord = SmallRecord | LocationRecord | Identity
SmallKind = Literal["organization", "trunk", "psap", "fixed_route", "provider", "alert_plan"]
Kind = SmallKind | Literal["location", "identity"]

KEY_SEPARATOR = "\x1f"


@dataclass(frozen=True)
class Put:
    """Insert the record or replace the one with its key. Embedded locations and PSAPs are put with it.

    Keys: slug, trunk name, PSAP name, (country, A1, A3), one provider, the slug of an alert plan, location id (unique
    over all organizations), (organization, identity).
    """

    record: AnyRecord


@dataclass(frozen=True)
class Remove:
    """Take the record of that kind and key away; no matter when there is none.

    Removing a person leaves its locations, which others may share: see `SnapshotWriter.drop_unused_locations`.
    """

    kind: Kind
    key: tuple[str, ...]


@dataclass(frozen=True)
class Clear:
    """Take everything away: the start of publishing all of it afresh, seen by no reader before the end of it."""


Change = Put | Remove | Clear


def small_row(record: SmallRecord) -> tuple[SmallKind, tuple[str, ...]]:
    """Under which kind and key a small record is kept."""
    match record:
        case Organization():
            return "organization", (record.slug,)
        case Trunk():
            return "trunk", (record.name,)
        case Psap():
            return "psap", (record.name,)
        case FixedRoute():
            return "fixed_route", (record.country, record.A1, record.A3)
        case Provider():
            return "provider", ()
        case AlertPlan():
            return "alert_plan", (record.organization,)

"""The directory's tables."""

from callpoint.directory.models.account import Account, Membership
from callpoint.directory.models.base import UnsignedChangeError, acting
from callpoint.directory.models.change import ChainHead, Change, Outbox
from callpoint.directory.models.feed_state import FeedState
from callpoint.directory.models.import_run import ColumnMapping, ImportRun
from callpoint.directory.models.mapping import LostMapping, MappingState, RemappedAddress, Remapping
from callpoint.directory.models.organization import Organization, Provider
from callpoint.directory.models.person import Person
from callpoint.directory.models.place import Address, Building, Location
from callpoint.directory.models.portal import (
    ApiToken,
    IdempotencyKey,
    SavedFilter,
    SignOnProvider,
    Welcome,
)
from callpoint.directory.models.psap import FixedRoute, Psap, Target
from callpoint.directory.models.readiness import Readiness, ReadinessState
from callpoint.directory.models.trunk import Trunk

__all__ = [
    "Account",
    "Address",
    "ApiToken",
    "Building",
    "ChainHead",
    "Change",
    "ColumnMapping",
    "FeedState",
    "FixedRoute",
    "IdempotencyKey",
    "ImportRun",
    "Location",
    "LostMapping",
    "MappingState",
    "Membership",
    "Organization",
    "Outbox",
    "Person",
    "Provider",
    "Psap",
    "Readiness",
    "ReadinessState",
    "RemappedAddress",
    "Remapping",
    "SavedFilter",
    "SignOnProvider",
    "Target",
    "Trunk",
    "UnsignedChangeError",
    "Welcome",
    "acting",
]

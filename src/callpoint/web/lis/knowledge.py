"""What the LoST server asks: boundaries, addresses, fixed routes. All answer from memory or local files."""

from dataclasses import dataclass, field
from typing import Protocol

from callpoint.addresses.verdict import Verdict
from callpoint.i3.civic import Civic
from callpoint.i3.shapes import Shape
from callpoint.routing.boundaries import BoundaryIndex
from callpoint.routing.records import Psap
from callpoint.web.lis.index_facts import FactsOfTheDay, IndexFacts


class StillLoading(Exception):
    """The boundaries are being read: whatever was answered now would be wrong."""


class Loaded(Protocol):
    @property
    def index(self) -> BoundaryIndex: ...


class Boundaries(Protocol):
    """`snapshot.boundaries.LiveBoundaries`; `loaded` is None while the first ones are being read."""

    @property
    def loaded(self) -> Loaded | None: ...


class Addresses(Protocol):
    """`addresses.live_validator.LiveValidator`."""

    def check(self, address: Civic) -> Verdict: ...


class Routes(Protocol):
    """The fixed routes of the node's snapshot (`snapshot.store.Snapshot` without boundaries)."""

    def psap_for(self, civic: Civic | None, shape: Shape | None) -> Psap | None: ...


@dataclass(frozen=True)
class Knowledge:
    """Safe to share between threads, as its parts are."""

    boundaries: Boundaries
    addresses: Addresses
    routes: Routes
    _facts: FactsOfTheDay = field(default_factory=FactsOfTheDay)

    def facts(self) -> IndexFacts:
        """The boundaries as they are now, with what follows from them. Raises StillLoading."""
        loaded = self.boundaries.loaded
        if loaded is None:
            raise StillLoading
        return self._facts.of(loaded.index)

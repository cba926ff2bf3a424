"""What the LoST server asks: boundaries, addresses, fixed routes. All answer from memory or local files."""

from dataclasses import dataclass, field
from typing import Protocol

from callpoint.addresses.verdict import Verdict
from callpoint.datasets.boundary import ServiceBoundary
from callpoint.i3.civic import Civic
from callpoint.i3.shapes import Shape
from callpoint.routing.boundaries import BoundaryIndex
from callpoint.routing.boundary_psaps import Names
from callpoint.routing.records import Psap
from callpoint.web.lis.index_facts import FactsOfTheDay, IndexFacts


class StillLoading(Exception):
    """The boundaries are being read: whatever was answered now would be wrong."""


class Loaded(Protocol):
    @property
    def index(self) -> BoundaryIndex: ...
    @property
    def names(self) -> Names: ...


class Boundaries(Protocol):
    """`snapshot.boundaries.LiveBoundaries`; `loaded` is None while the first ones are being read."""

    @property
    def loaded(self) -> Loaded | None: ...


class Addresses(Protocol):
    """`addresses.live_validator.LiveValidator`."""

    def check(self, address: Civic) -> Verdict: ...


class Routes(Protocol):
    """The directory in the node's snapshot (`snapshot.store.Snapshot` without boundaries): fixed routes and PSAPs."""

    def psap(self, name: str) -> Psap | None: ...
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

    def uris(self, boundary: ServiceBoundary) -> tuple[str, ...]:
        """Where calls go for a boundary: the targets an operator has chosen for its PSAP, as the node would dial them,
        else what the boundary publishes."""
        loaded = self.boundaries.loaded
        name = loaded.names.get(boundary.key) if loaded is not None else None
        psap = self.routes.psap(name) if name is not None else None
        chosen = tuple([target.uri for target in psap.targets]) if psap is not None else ()
        return chosen or (boundary.uri,)

"""What a decision may ask of the directory."""

from collections.abc import Sequence
from typing import Protocol

from callpoint.i3.civic import Civic
from callpoint.i3.shapes import Shape
from callpoint.routing.records import Identity, Organization, Provider, Psap, Trunk
from callpoint.routing.served_by import BoundaryAnswer


class DirectoryUnavailable(Exception):
    """The directory cannot be read now; the text says why. `decide` answers it with a call to the relay center."""


class DirectoryView(Protocol):
    """The directory as it is at this moment. Every answer comes from memory or a local file, in microseconds.

    `person` and `near_misses` may raise DirectoryUnavailable, because they are read at the time of the call;
    `organization` only while nothing was ever read. The other answers always come, from what was last read well.
    """

    def organization(self, slug: str) -> Organization | None: ...

    def person(self, organization: str, identity: str) -> Identity | None:
        """The person of exactly this identity: same letters, same case, same blanks."""
        ...

    def near_misses(self, organization: str, identity: str) -> Sequence[str]:
        """Other identities with the same `identity.near_miss_key`, to be named to people and never matched."""
        ...

    def provider(self) -> Provider: ...

    def trunks(self) -> Sequence[Trunk]: ...

    def psap_by_boundary(self, shape: Shape, at: str) -> BoundaryAnswer:
        """What the service boundaries say of a place at the moment `at` (ISO 8601; "" stands for now)."""
        ...

    def psap_for(self, civic: Civic | None, shape: Shape | None) -> Psap | None:
        """The PSAP that serves a place which carries no mapping of its own, or None: by boundaries when there is a
        shape, then by fixed routes."""
        ...

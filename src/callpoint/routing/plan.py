"""What a call brings to the decision, and what it gets."""

from dataclasses import dataclass
from typing import Literal, Protocol

from callpoint.i3.civic import Civic
from callpoint.i3.shapes import Shape
from callpoint.routing.records import Identity, LocationRecord, Psap, Target, Trunk

Service = Literal["emergency", "read_back", "test"]
LocationSource = Literal["call", "network", "current", "assigned", "number", "none"]


class CallLocation(Protocol):
    """A location that came in the INVITE: the two properties of an `i3.pidf_lo.Location` a decision needs."""

    @property
    def civic(self) -> Civic | None: ...

    @property
    def shape(self) -> Shape | None: ...


@dataclass(frozen=True)
class Reason:
    """Why a call goes where it goes: a stable code (see `reasons`) and a sentence for people."""

    code: str
    text: str


@dataclass(frozen=True)
class IncomingCall:
    """A call as the node read it. Nothing in it is trusted but `trunk`, which has proved itself.

    `identity` is the ID exactly as sent ("" = none) and `identity_source` the header it came in;
    `caller_number` is the number in P-Asserted-Identity or From as it came; `location` is what the INVITE
    carried, whether or not the trunk may send it; `at` is ISO 8601 in UTC.
    """

    organization: str
    dialled: str
    service: Service
    service_urn: str
    identity: str
    identity_source: str
    trunk: Trunk
    location: CallLocation | None = None
    at: str = ""
    caller_number: str = ""


@dataclass(frozen=True)
class CallPlan:
    """What happens to one call. For an emergency `targets` ends with the relay center; for tests it is empty.

    `location` goes along with the call; `unusable_location` does not, because nobody could confirm where it
    is: its words belong into a comment for the call taker. `verdict` is what is known of `location` ("" when
    there is none) and never better than its record says. `cost` is decimal text in `currency`, "" = nothing.
    """

    kind: Service
    organization: str
    identity: Identity | None
    callback_number: str
    location: LocationRecord | CallLocation | None
    location_source: LocationSource
    psap: Psap | None
    targets: tuple[Target, ...]
    unregistered: bool
    reasons: tuple[Reason, ...]
    notified: tuple[str, ...]
    cost: str = ""
    currency: str = ""
    verdict: str = ""
    unusable_location: LocationRecord | None = None

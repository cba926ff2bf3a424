"""A directory written by hand, and the people in it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from callpoint.i3.civic import Civic
from callpoint.i3.shapes import Shape
from callpoint.routing.fixed_routes import RouteTable
from callpoint.routing.identity import near_miss_key
from callpoint.routing.plan import IncomingCall
from callpoint.routing.records import FixedRoute, Identity, LocationRecord, Organization, Provider, Psap, Target, Trunk
from callpoint.routing.served_by import NO_BOUNDARIES, BoundaryAnswer
from callpoint.routing.view import DirectoryUnavailable

RELAY = Target("Relay", "sip:relay.example.net", "i3", "relay_center")
RELAY_2 = Target("Second relay", "sip:relay2.example.net", "i3", "relay_center")
PSAP_A = Target("Montpelier A", "sip:a.psap.example.net;transport=tls")
PSAP_B = Target("Montpelier B", "sip:b.psap.example.net;transport=tls")
MONTPELIER = Psap("Montpelier dispatch", (PSAP_A, PSAP_B))
OTTAWA = Psap("Ottawa 911", (Target("Ottawa", "sip:ottawa.example.net"),))

STATE_STREET = Civic(country="US", A1="VT", A3="Montpelier", RD="State", STS="Street", HNO="115", PC="05633", FLR="2")
MAIN_STREET = Civic(country="US", A1="VT", A3="Barre", RD="Main", STS="Street", HNO="7", PC="05641")

OFFICE = LocationRecord(
    "office", STATE_STREET, None, "valid", "Vermont E911 2026", MONTPELIER, "boundary", source="administrator"
)
HOME = LocationRecord(
    "home", MAIN_STREET, None, "unchecked", psap=MONTPELIER, psap_source="fixed route", source="person"
)
AT_NOON = "2026-11-20T12:00:00Z"
AT_ONE = "2026-11-20T13:00:00+00:00"

DEMO = Organization("demo", "Demo", unregistered_fee="120.00", currency="CAD", notified=("security",))
TRUNK = Trunk("pbx", "demo", ("192.0.2.0/24",))
PROVIDER = Provider((RELAY,), "100.00", "USD", "Callpoint")


def person(identity: str = "E1001", **fields: object) -> Identity:
    """Ada at her desk, or with `fields` whoever is needed."""
    ada = Identity("demo", "device_user_id", identity, "Ada", callback_number="+18025550100", notified=("front desk",))
    return replace(ada, **fields)  # type: ignore[arg-type]


def call(identity: str = "E1001", **fields: object) -> IncomingCall:
    """Ada dials 911, or with `fields` something else happens."""
    plain = IncomingCall("demo", "911", "emergency", "urn:service:sos", identity, "X-Employee-ID", TRUNK)
    return replace(plain, **fields)  # type: ignore[arg-type]


@dataclass(frozen=True)
class SentLocation:
    """A location as it comes in an INVITE."""

    civic: Civic | None = None
    shape: Shape | None = None


@dataclass
class HandView:
    """A DirectoryView of dictionaries; `down` makes it fail as a broken file does."""

    people: Sequence[Identity] = ()
    organizations: Mapping[str, Organization] = field(default_factory=lambda: {"demo": DEMO})
    who_runs_it: Provider = PROVIDER
    routes: Sequence[FixedRoute] = ()
    down: str = ""
    down_altogether: bool = False
    boundary: BoundaryAnswer = NO_BOUNDARIES
    asked: list[tuple[Shape, str]] = field(default_factory=list)

    def organization(self, slug: str) -> Organization | None:
        if self.down_altogether:
            raise DirectoryUnavailable(self.down)
        return self.organizations.get(slug)

    def person(self, organization: str, identity: str) -> Identity | None:
        if self.down:
            raise DirectoryUnavailable(self.down)
        found = [one for one in self.people if (one.organization, one.identity) == (organization, identity)]
        return found[0] if found else None

    def near_misses(self, organization: str, identity: str) -> Sequence[str]:
        key = near_miss_key(identity)
        return [
            one.identity
            for one in self.people
            if one.organization == organization and one.identity != identity and near_miss_key(one.identity) == key
        ]

    def provider(self) -> Provider:
        return self.who_runs_it

    def trunks(self) -> Sequence[Trunk]:
        return (TRUNK,)

    def psap_by_boundary(self, shape: Shape, at: str) -> BoundaryAnswer:
        self.asked.append((shape, at))
        return self.boundary

    def psap_for(self, civic: Civic | None, shape: Shape | None) -> Psap | None:
        return RouteTable(self.routes).psap_for(civic)

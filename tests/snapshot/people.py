"""A small directory for snapshots."""

from callpoint.i3.civic import Civic
from callpoint.routing.records import (
    FixedRoute,
    Identity,
    LocationRecord,
    Organization,
    Provider,
    Psap,
    Target,
    Trunk,
)
from callpoint.snapshot.changes import Change, Put

RELAY = Target("Relay", "sip:relay.example.net", "i3", "relay_center")
FALLBACK = Provider((Target("Fallback relay", "sip:fallback.example.net", "i3", "relay_center"),), name="fallback")
PSAP = Psap("Montpelier dispatch", (Target("Montpelier", "sip:psap.example.net;transport=tls"),))
CIVIC = Civic(country="US", A1="VT", A3="Montpelier", RD="State", STS="Street", HNO="115", PC="05633")
OFFICE = LocationRecord("office", CIVIC, (44.26, -72.58), "valid", "VT", PSAP, "boundary")
HOME = LocationRecord("home", Civic(country="US", A1="VT", A3="Barre", RD="Main", HNO="7"))
DEMO = Organization("demo", "Demo")
TRUNK = Trunk("pbx", "demo", ("192.0.2.0/24",), digest_ha1={"MD5": "ab"})
PROVIDER = Provider((RELAY,), "100.00", "USD", "Callpoint")


def person(identity: str = "E1001", organization: str = "demo", **fields: object) -> Identity:
    plain = {"name": "Ada", "assigned_location": OFFICE, "callback_number": "+18025550100"}
    return Identity(organization, "device_user_id", identity, **{**plain, **fields})  # type: ignore[arg-type]


def demo_directory() -> list[Change]:
    return [Put(PROVIDER), Put(DEMO), Put(TRUNK), Put(FixedRoute(PSAP, "US", "VT")), Put(person())]

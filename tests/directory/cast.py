"""The standing cast: two organizations, and the people and accounts every test knows."""

from dataclasses import dataclass

from callpoint.directory import provision
from callpoint.directory.models import Account, Building, Location, Membership, Organization, Person, Psap, acting

PASSWORD = "correct-horse-battery"
MONTPELIER = {"country": "US", "A1": "VT", "A3": "Montpelier", "HNO": "115", "RD": "State", "STS": "Street"}
OTTAWA = {"country": "CA", "A1": "ON", "A3": "Ottawa", "HNO": "111", "RD": "Wellington", "STS": "Street"}


@dataclass
class Cast:
    """Organization `acme` with one building and two people, its outsider `other`, and the accounts."""

    acme: Organization
    other: Organization
    psap: Psap
    building: Building
    desk: Location
    ada: Person
    bob: Person
    stranger: Person
    organization_administrator: Account
    provider_administrator: Account
    auditor: Account
    security: Account
    outsider: Account


def build() -> Cast:
    """Make everybody, as the test setup."""
    with acting("test", "setting up"):
        return _build()


def _build() -> Cast:
    acme = provision.create_organization("acme", "Acme", status="active")
    other = provision.create_organization("other", "Other", status="active")
    psap = provision.create_psap("Montpelier dispatch", [("sip:911@psap.example;transport=tcp", "i3")])
    provision.create_route(psap, "US", "VT")
    provision.set_provider([("sip:911@relay.example", "carrier")], second_factor_required=False)
    provision.create_trunk("acme trunk", acme, source_networks=["192.0.2.0/24"])
    building = provision.create_building(acme, "State House", MONTPELIER)
    desk = provision.create_location(building, "Front desk", floor="2")
    roles = Membership.Role
    return Cast(
        acme=acme,
        other=other,
        psap=psap,
        building=building,
        desk=desk,
        ada=provision.create_person(
            acme, "E1", first_name="Ada", callback_number="+1 802 555 0101", assigned_location=desk
        ),
        bob=provision.create_person(acme, "E2", first_name="Bob", email="bob@acme.example"),
        stranger=provision.create_person(other, "E1", first_name="Secret Stranger"),
        organization_administrator=provision.create_administrator(acme, "admin@acme.example", PASSWORD).account,
        provider_administrator=provision.create_administrator(None, "root@provider.example", PASSWORD).account,
        auditor=provision.create_administrator(acme, "auditor@acme.example", PASSWORD, roles.AUDITOR).account,
        security=provision.create_administrator(acme, "guard@acme.example", PASSWORD, roles.SECURITY).account,
        outsider=provision.create_administrator(other, "admin@other.example", PASSWORD).account,
    )

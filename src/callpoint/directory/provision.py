"""Setting up by program: what the demo, the tests, the command line and later interfaces call.

Every function is idempotent: what is there is brought to the values given, what is not is made. Call them
within `acting(who, why)`. They reach across tenants, so they are for provisioning, never for a person's request.
"""

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from django.contrib.auth.password_validation import validate_password
from django.db import transaction
from django.utils import timezone

from callpoint.directory import rules
from callpoint.directory.models import (
    Account,
    Address,
    Building,
    FixedRoute,
    Location,
    Membership,
    Organization,
    Person,
    Provider,
    Psap,
    Target,
    Trunk,
)
from callpoint.directory.models.base import RecordedModel, signature
from callpoint.directory.tenancy import everywhere
from callpoint.directory.verdicts import Judge, accept, settle
from callpoint.i3.civic import Civic

Row = TypeVar("Row", bound=RecordedModel)


def put(model: type[Row], key: Mapping[str, Any], values: Mapping[str, Any]) -> Row:
    """The row with this key, made or brought to these values. Saves nothing when it has them already."""
    with transaction.atomic(), everywhere():
        row = model._default_manager.filter(**key).first() or model(**key)
        for name, value in values.items():
            setattr(row, name, value)
        row.save()
        return row


Point = tuple[float, float]
"""Latitude and longitude in WGS 84 degrees."""


def create_organization(slug: str, name: str, **settings: Any) -> Organization:
    """An organization by its slug, for example `create_organization("acme", "Acme", country="CA", status="active")`.

    Raises `rules.RuleError` for an `ecrf_url` that is none.
    """
    if "ecrf_url" in settings:
        settings["ecrf_url"] = rules.ecrf_url(settings["ecrf_url"])
    return put(Organization, {"slug": slug}, {"name": name, **settings})


def create_account(email: str, password: str, name: str = "") -> Account:
    """A sign-in account. The password is set only when the account is new; raises `ValidationError` when it is weak."""
    address = rules.email(email).lower()
    account = Account.objects.filter(email=address).first()
    if account is None:
        account = Account(email=address, name=name)
        validate_password(password, account)
        account.set_password(password)
        account.save()
    return account


def create_administrator(
    organization: Organization | None, email: str, password: str, role: str | None = None
) -> Membership:
    """An account with a role in an organization; without one, a provider administrator."""
    roles = Membership.Role
    role = role or (roles.ORGANIZATION_ADMINISTRATOR if organization else roles.PROVIDER_ADMINISTRATOR)
    account = create_account(email, password)
    return put(Membership, {"account": account, "organization": organization, "role": role}, {})


def create_building(
    organization: Organization,
    name: str,
    civic: Mapping[str, str],
    point: Point | None = None,
    judge: Judge | None = None,
) -> Building:
    """A building at a civic address, given by element names (`{"country": "US", "A1": "VT", …}`).

    With a judge the address is kept in its standard form with its verdict; raises `AddressError` when it is not
    accepted. `point` counts where no data set has one.
    """
    with transaction.atomic(), everywhere():
        building = Building.objects.filter(organization=organization, name=name).first()
        address = building.address if building else Address(organization=organization)
        _fill(address, civic, point, judge)
        return put(Building, {"organization": organization, "name": name}, {"address": address})


def create_location(building: Building, name: str, **spot: str) -> Location:
    """A spot in a building; `spot` may hold floor, unit, room and note."""
    key = {"organization": building.organization, "building": building, "name": name}
    return put(Location, key, spot)


def create_home(
    person: Person,
    civic: Mapping[str, str],
    name: str = "Home",
    point: Point | None = None,
    judge: Judge | None = None,
) -> Location:
    """A person's own location with its own address, which is judged as that of `create_building`."""
    with transaction.atomic(), everywhere():
        home = Location.objects.filter(person=person, name=name).first()
        address = home.address if home and home.address else Address(organization=person.organization)
        _fill(address, civic, point, judge)
        key = {"organization": person.organization, "person": person, "name": name}
        return put(Location, key, {"address": address})


def create_person(organization: Organization, device_user_id: str, **values: Any) -> Person:
    """A person by device user ID; the callback number may be written in any usual way. Raises `rules.RuleError`."""
    if "callback_number" in values:
        values["callback_number"] = rules.phone_number(values["callback_number"])
    key = {"organization": organization, "device_user_id": rules.device_user_id(device_user_id)}
    return put(Person, key, values)


def set_current_location(person: Person, location: Location | None, method: str = "Manual") -> Person:
    """Where the person is now, told by whoever is acting; `method` is a PIDF-LO method token (RFC 4119 §2.2.3)."""
    if person.current_location_id == (location.pk if location else None) and person.current_method == method:
        return person
    person.current_location = location
    person.current_at, person.current_by = timezone.now(), signature().who
    person.current_method = method
    person.save()
    return person


def create_trunk(name: str, organization: Organization | None, **values: Any) -> Trunk:
    """A trunk by its name; provider-wide (`organization_header` needed) without an organization."""
    return put(Trunk, {"name": name, "organization": organization}, values)


def create_psap(name: str, targets: Sequence[tuple[str, str]]) -> Psap:
    """A PSAP with its targets in order, each `(SIP URI, profile)`; one made from a boundary is the operator's now."""
    psap = put(Psap, {"name": name}, {"source": "", "source_id": ""})
    _put_targets(psap, name, targets)
    return psap


def create_route(psap: Psap, country: str, a1: str = "", a3: str = "") -> FixedRoute:
    """A fixed route: the country, the state or the place goes to this PSAP."""
    return put(FixedRoute, {"country": country, "a1": a1, "a3": a3}, {"psap": psap})


def set_provider(relay_center: Sequence[tuple[str, str]], **settings: Any) -> Provider:
    """The provider's settings and the relay center's targets in order, each `(SIP URI, profile)`."""
    provider = put(Provider, {"pk": 1}, settings)
    _put_targets(None, "Relay center", relay_center)
    return provider


def _fill(address: Address, civic: Mapping[str, str], point: Point | None, judge: Judge | None) -> None:
    if judge is not None:
        own = judge.for_organization(address.organization)
        settle(address, accept(Civic.from_fields(civic), own).columns)
    else:
        for element, value in civic.items():
            setattr(address, element.lower(), value)
    if point is not None and not address.accuracy:
        address.latitude, address.longitude = point
    address.save()


def _put_targets(psap: Psap | None, name: str, targets: Sequence[tuple[str, str]]) -> None:
    with transaction.atomic():
        for position, (uri, profile) in enumerate(targets):
            put(Target, {"psap": psap, "position": position}, {"name": name, "uri": uri, "profile": profile})
        for surplus in Target.objects.filter(psap=psap, position__gte=len(targets)):
            surplus.delete()

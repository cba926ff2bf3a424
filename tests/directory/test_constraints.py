"""What the database itself refuses, whoever writes to it and however; on both databases."""

from collections.abc import Callable

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from tests.directory.cast import Cast

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
    acting,
)
from callpoint.directory.models.base import RecordedModel
from callpoint.directory.tenancy import everywhere

Make = Callable[[Cast], RecordedModel]
REFUSED: dict[str, tuple[str, Make]] = {
    "organization elsewhere": ("organization_us_or_ca", lambda c: Organization(slug="x", name="X", country="MX")),
    "slug twice": ("slug", lambda c: Organization(slug="acme", name="X")),
    "address elsewhere": ("address_us_or_ca", lambda c: Address(organization=c.acme, country="GB")),
    "half a point": ("address_point", lambda c: Address(organization=c.acme, country="US", latitude=44.0)),
    "no such point": ("address_point", lambda c: Address(organization=c.acme, country="US", latitude=91, longitude=0)),
    "building twice": (
        "building_name|directory_building.name",
        lambda c: Building(organization=c.acme, name="State House", address=c.building.address),
    ),
    "location nowhere": ("location_in_building_or_own", lambda c: Location(organization=c.acme, name="X")),
    "location in two places": (
        "location_in_building_or_own",
        lambda c: Location(organization=c.acme, name="X", building=c.building, address=c.building.address),
    ),
    "home without an address": (
        "location_in_building_or_own",
        lambda c: Location(organization=c.acme, name="X", person=c.ada),
    ),
    "location twice": (
        "location_name|directory_location.name",
        lambda c: Location(organization=c.acme, name="Front desk", building=c.building),
    ),
    "nobody": ("person_has_identity", lambda c: Person(organization=c.acme)),
    "nobody by number": (
        "person_has_identity",
        lambda c: Person(organization=c.acme, device_user_id="X", identification_type="phone_number"),
    ),
    "identity twice": (
        "person_device_user_id|directory_person.device_user_id",
        lambda c: Person(organization=c.acme, device_user_id="E1"),
    ),
    "empty identity": ("person_device_user_id_filled", lambda c: Person(organization=c.acme, device_user_id="")),
    "callback in words": (
        "person_callback_e164",
        lambda c: Person(organization=c.acme, device_user_id="X", callback_number="802-555-0101"),
    ),
    "current location by nobody": (
        "person_current_told_by",
        lambda c: Person(
            organization=c.acme, device_user_id="X", current_location=c.desk, current_at=timezone.now(), current_by="me"
        ),
    ),
    "target that is no SIP": ("target_sip_uri", lambda c: Target(psap=c.psap, position=9, name="X", uri="tel:911")),
    "target place twice": (
        "target_position|directory_target.position",
        lambda c: Target(psap=c.psap, position=0, name="X", uri="sip:x@y"),
    ),
    "relay place twice": (
        "target_relay_position|directory_target.position",
        lambda c: Target(position=0, name="X", uri="sip:x@y"),
    ),
    "psap twice": ("name", lambda c: Psap(name="Montpelier dispatch")),
    "route elsewhere": ("route_us_or_ca", lambda c: FixedRoute(psap=c.psap, country="FR")),
    "route twice": (
        "route_area|directory_fixedroute",
        lambda c: FixedRoute(psap=c.psap, country="US", a1="VT"),
    ),
    "town of no state": (
        "route_place_within_state",
        lambda c: FixedRoute(psap=c.psap, country="US", a3="Barre"),
    ),
    "trunk of nobody": ("trunk_provider_wide_names_organization", lambda c: Trunk(name="X")),
    "trunk twice": ("name", lambda c: Trunk(name="acme trunk", organization=c.acme)),
    "administrator of nothing": (
        "membership_organization_unless_provider",
        lambda c: Membership(account=c.auditor, role="auditor"),
    ),
    "provider of one": (
        "membership_organization_unless_provider",
        lambda c: Membership(account=c.auditor, role="provider_administrator", organization=c.acme),
    ),
    "role twice": (
        "membership_once|directory_membership",
        lambda c: Membership(account=c.auditor, role="auditor", organization=c.acme),
    ),
    "provider twice": (
        "membership_provider_once|directory_membership",
        lambda c: Membership(account=c.provider_administrator, role="provider_administrator"),
    ),
}


def test_all_that_is_refused(real: Cast, subtests: pytest.Subtests) -> None:
    for what, (constraint, make) in REFUSED.items():
        with subtests.test(what), acting("test", what), pytest.raises(IntegrityError, match=constraint):
            _save(make(real))


def _save(row: RecordedModel) -> None:
    with transaction.atomic():
        row.save()


def test_what_is_refused_leaves_no_trace(real: Cast) -> None:
    with acting("test", "wrong"), pytest.raises(IntegrityError):
        _save(Person(organization=real.acme))
    with everywhere():
        assert Person.objects.count() == 3


def test_the_same_identity_in_two_organizations_is_fine(real: Cast) -> None:
    with everywhere():
        assert Person.objects.filter(device_user_id="E1").count() == 2


def test_several_people_without_a_phone_number(real: Cast) -> None:
    with everywhere():
        assert Person.objects.filter(phone_number=None).count() == 3


def test_the_provider_is_one_row(real: Cast) -> None:
    with acting("test", "again"):
        Provider(name="Second").save(force_update=True)
    assert [provider.name for provider in Provider.objects.all()] == ["Second"]


def test_accounts_by_address_whatever_its_case(real: Cast) -> None:
    found = Account.objects.get_by_natural_key(" Admin@ACME.example ")
    assert found == real.organization_administrator
    with pytest.raises(IntegrityError), transaction.atomic():
        Account(email="ADMIN@acme.example").save()


@pytest.mark.parametrize(
    ("row", "text"),
    [
        ("acme", "Acme"),
        ("psap", "Montpelier dispatch"),
        ("building", "State House"),
        ("desk", "Front desk"),
        ("ada", "Ada"),
        ("auditor", "auditor@acme.example"),
    ],
)
def test_rows_have_names_for_people(row: str, text: str, people: Cast) -> None:
    assert str(getattr(people, row)) == text


def test_other_rows_have_names_too(people: Cast) -> None:
    assert str(people.building.address) == "115 State Street, Montpelier, VT"
    assert str(people.psap.routes.get()) == "US/VT to Montpelier dispatch"
    assert str(people.psap.targets.get()) == "Montpelier dispatch <sip:911@psap.example;transport=tcp>"
    assert str(Person(device_user_id="E7")) == "E7"

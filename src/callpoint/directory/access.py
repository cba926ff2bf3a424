"""What an account may reach. Pages ask here and nowhere else, and get a tenant's rows only through `…_for`."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db.models import QuerySet

from callpoint.directory.models import Account, Membership, Organization, Person
from callpoint.directory.tenancy import everywhere, inside


def organizations_for(account: Account) -> list[Organization]:
    """The organizations an account serves, by name; all of them for a provider administrator."""
    with everywhere():
        memberships = Membership.objects.filter(account=account)
        if memberships.filter(role=Membership.Role.PROVIDER_ADMINISTRATOR).exists():
            return list(Organization.objects.order_by("name"))
        served = memberships.values("organization")
        return list(Organization.objects.filter(pk__in=served).order_by("name"))


def organization_for(account: Account, slug: str) -> Organization | None:
    """The organization of this slug, if the account serves it; None is all an outsider learns."""
    return next((found for found in organizations_for(account) if found.slug == slug), None)


@contextmanager
def scope_of(account: Account) -> Iterator[list[Organization]]:
    """Within the block only rows of the account's organizations exist; gives these organizations."""
    organizations = organizations_for(account)
    with inside(organizations):
        yield organizations


def people_for(account: Account, organization: Organization) -> QuerySet[Person]:
    """The organization's people in the order of their IDs. Call within `scope_of(account)`."""
    return Person.objects.filter(organization=organization).order_by("device_user_id", "phone_number")

"""What an account may reach. Pages and interfaces ask here and nowhere else; an outsider learns nothing but None."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from django.db.models import QuerySet

from callpoint.directory.models import Account, Membership, Organization, Person
from callpoint.directory.tenancy import everywhere, inside


class Right(StrEnum):
    """What somebody may do in an organization; `PROVIDE` is for the whole installation."""

    CALLS = "calls"  # see calls, alerts and how ready the organization is
    READ = "read"  # see people, places, trunks, imports and the history
    CHANGE = "change"  # change them
    MONITOR = "monitor"  # listen to calls under way or join them, where the organization allows it
    APPOINT = "appoint"  # give and take roles, make tokens, set how people sign in
    PROVIDE = "provide"  # organizations, PSAPs, the relay center, data sets


_ROLES: Final = Membership.Role
RIGHTS: Final[dict[str, frozenset[Right]]] = {
    _ROLES.PROVIDER_ADMINISTRATOR: frozenset(Right),
    _ROLES.ORGANIZATION_ADMINISTRATOR: frozenset(Right) - {Right.PROVIDE},
    _ROLES.SECURITY: frozenset({Right.CALLS, Right.MONITOR}),
    _ROLES.AUDITOR: frozenset({Right.CALLS, Right.READ}),
}


@dataclass(frozen=True)
class Access:
    """What an account may do in one organization; `as_provider` when only its provider role lets it in.

    `serves_others` when it has a role in another organization, too: that one's sign-ins are told to nobody but the
    installation, so each organization is told who came into it.
    """

    account: Account
    organization: Organization
    rights: frozenset[Right]
    as_provider: bool
    serves_others: bool = False


def is_provider(account: Account) -> bool:
    """Whether the account is a provider administrator."""
    with everywhere():
        return Membership.objects.filter(account=account, role=_ROLES.PROVIDER_ADMINISTRATOR).exists()


def organizations_for(account: Account) -> list[Organization]:
    """The organizations an account serves, by name; all of them for a provider administrator."""
    with everywhere():
        memberships = Membership.objects.filter(account=account)
        if memberships.filter(role=_ROLES.PROVIDER_ADMINISTRATOR).exists():
            return list(Organization.objects.order_by("name"))
        served = memberships.values("organization")
        return list(Organization.objects.filter(pk__in=served).order_by("name"))


def access_for(account: Account, slug: str) -> Access | None:
    """What the account may do in the organization of this slug; None where it serves none of that name."""
    with everywhere():
        organization = Organization.objects.filter(slug=slug).first()
        if organization is None or not account.is_active:
            return None
        held = list(Membership.objects.filter(account=account))
    here = {membership.role for membership in held if membership.organization_id == organization.pk}
    provider = any(membership.organization_id is None for membership in held)
    others = any(membership.organization_id not in (None, organization.pk) for membership in held)
    if not here and not provider:
        return None
    rights = frozenset().union(*(RIGHTS[role] for role in here)) | (frozenset(Right) if provider else frozenset())
    return Access(account, organization, rights, as_provider=provider and not here, serves_others=others)


def organization_for(account: Account, slug: str) -> Organization | None:
    """The organization of this slug, if the account serves it; None is all an outsider learns."""
    access = access_for(account, slug)
    return access.organization if access is not None else None


@contextmanager
def scope_of(account: Account) -> Iterator[list[Organization]]:
    """Within the block only rows of the account's organizations exist; gives these organizations."""
    organizations = organizations_for(account)
    with inside(organizations):
        yield organizations


def people_for(account: Account, organization: Organization) -> QuerySet[Person]:
    """The organization's people in the order of their IDs. Call within `scope_of(account)`."""
    return Person.objects.filter(organization=organization).order_by("device_user_id", "phone_number")

"""Buildings, locations and trunks that subscriptions and screens are bound to: they stay while they are named there.

A filter that lost the only place it names would match every call, and people be told of what does not concern them.
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any, Final

from django.db import models
from django.utils.translation import gettext

from callpoint.directory.models import Building, Location, Organization, Trunk
from callpoint.directory.tenancy import everywhere
from callpoint.notices.models import Screen, Subscription


def held_by_filters(model: type[models.Model], keys: Collection[int]) -> dict[int, list[str]]:
    """What `directory.holders` asks for: for each of the keys in a filter, the sentences that name it."""
    looked = _LOOKS.get(model)
    found: dict[int, list[str]] = {}
    if looked is not None:
        for key, sentence in looked(frozenset(keys)):
            found.setdefault(key, []).append(sentence)
    return found


def _buildings(keys: frozenset[int]) -> Iterator[tuple[int, str]]:
    owners = _owners(Building, keys)
    for one in _subscriptions(owners.values()):
        for key in keys.intersection(one.buildings):
            yield key, _subscription(one)
    for screen in Screen.objects.filter(organization__in=set(owners.values()), revoked_at=None).order_by("name"):
        for key in keys.intersection(screen.buildings):
            told = gettext("The screen “%(name)s” is bound to it; bind it to another building, or revoke it, first.")
            yield key, told % {"name": screen.name}


def _locations(keys: frozenset[int]) -> Iterator[tuple[int, str]]:
    for one in _subscriptions(_owners(Location, keys).values()):
        for key in keys.intersection(one.locations):
            yield key, _subscription(one)


def _trunks(keys: frozenset[int]) -> Iterator[tuple[int, str]]:
    """By name, and for a provider-wide one in every organization."""
    with everywhere():
        trunks = {trunk.name: trunk for trunk in Trunk.objects.filter(pk__in=keys)}
        everybodys = any(trunk.organization_id is None for trunk in trunks.values())
        rows = Subscription.objects.select_related("organization").order_by("name")
        if not everybodys:
            rows = rows.filter(organization__in={trunk.organization_id for trunk in trunks.values()})
        for one in rows:
            for trunk in (trunks[name] for name in one.trunks if name in trunks):
                if trunk.organization_id == one.organization_id:
                    yield trunk.pk, _subscription(one)
                elif trunk.organization_id is None:
                    yield trunk.pk, _subscription(one, one.organization)


def _owners(model: type[Building] | type[Location], keys: frozenset[int]) -> dict[int, int]:
    found: dict[int, int] = dict(model._default_manager.filter(pk__in=keys).values_list("pk", "organization_id"))
    return found


def _subscriptions(organizations: Collection[Any]) -> Iterator[Subscription]:
    return Subscription.objects.filter(organization__in=set(organizations)).order_by("name").iterator()


def _subscription(one: Subscription, organization: Organization | None = None) -> str:
    if organization is not None:
        told = gettext("The subscription “%(name)s” of %(organization)s is limited to it; change that one first.")
        return told % {"name": one.name, "organization": organization.name}
    return gettext("The subscription “%(name)s” is limited to it; change that one first.") % {"name": one.name}


_LOOKS: Final[Mapping[type[models.Model], Callable[[frozenset[int]], Iterator[tuple[int, str]]]]] = {
    Building: _buildings,
    Location: _locations,
    Trunk: _trunks,
}

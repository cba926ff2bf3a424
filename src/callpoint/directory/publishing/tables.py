"""The small tables of a snapshot: organizations, trunks, PSAPs, fixed routes, the provider."""

from collections.abc import Iterator
from typing import cast

from callpoint.directory.models import Organization, Trunk
from callpoint.directory.publishing.places import Places
from callpoint.directory.publishing.routes import provider_record
from callpoint.routing import records
from callpoint.snapshot.changes import Change, Put


def table_changes(places: Places) -> Iterator[Change]:
    """All of them, put as they are now."""
    yield Put(provider_record())
    yield from (Put(organization_record(organization)) for organization in Organization.objects.all())
    yield from (Put(trunk_record(trunk)) for trunk in Trunk.objects.select_related("organization"))
    yield from (Put(psap) for psap in places.routes.psaps.values())
    yield from (Put(route) for route in places.routes.routes)


def organization_record(organization: Organization) -> records.Organization:
    fee = organization.unregistered_fee
    return records.Organization(
        slug=organization.slug,
        name=organization.name,
        status=organization.status,
        country=organization.country,
        language=organization.language,
        time_zone=organization.time_zone,
        number_location_allowed=organization.number_location_allowed,
        unregistered_fee="" if fee is None else str(fee),
        currency=organization.currency,
    )


def trunk_record(trunk: Trunk) -> records.Trunk:
    return records.Trunk(
        name=trunk.name,
        organization=trunk.organization.slug if trunk.organization else "",
        source_networks=tuple(trunk.source_networks),
        digest_username=trunk.digest_username,
        digest_ha1=trunk.digest_ha1,
        certificate_names=tuple(trunk.certificate_names),
        id_headers=tuple(trunk.id_headers),
        organization_header=trunk.organization_header,
        location_trusted=trunk.location_trusted,
        misdial=cast(records.Misdial, trunk.misdial),
        callback_uri=trunk.callback_uri,
    )

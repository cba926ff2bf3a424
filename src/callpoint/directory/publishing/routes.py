"""Which PSAP serves an address: its own mapping, else the most specific fixed route."""

from collections.abc import Mapping
from typing import Any, cast

from callpoint.directory.models import FixedRoute, Provider, Psap, Target
from callpoint.routing import records


def target_record(target: Target) -> records.Target:
    kind: records.TargetKind = "psap" if target.psap_id else "relay_center"
    return records.Target(target.name, target.uri, cast(records.Profile, target.profile), kind)


class RouteTable:
    """All PSAPs and fixed routes as they are now, read in three queries."""

    def __init__(self) -> None:
        targets: dict[int, list[records.Target]] = {}
        for target in Target.objects.filter(psap__isnull=False):
            targets.setdefault(cast(int, target.psap_id), []).append(target_record(target))
        self.psaps = {psap.pk: records.Psap(psap.name, tuple(targets.get(psap.pk, ()))) for psap in Psap.objects.all()}
        self.routes = [
            records.FixedRoute(self.psaps[route.psap_id], route.country, route.a1, route.a3)
            for route in FixedRoute.objects.order_by("pk")
        ]
        self._by_area = {(route.country, route.A1.casefold(), route.A3.casefold()): route.psap for route in self.routes}

    def psap_for(self, address: Mapping[str, Any]) -> tuple[records.Psap | None, str]:
        """The PSAP for column values of an address, and where the mapping comes from ("" when there is none)."""
        if address["psap_id"] is not None:
            return self.psaps[address["psap_id"]], address["psap_source"] or "administrator"
        country, a1, a3 = address["country"], address["a1"].casefold(), address["a3"].casefold()
        for area in ((country, a1, a3), (country, a1, ""), (country, "", "")):
            if area in self._by_area:
                return self._by_area[area], "fixed route"
        return None, ""


def provider_record() -> records.Provider:
    """The provider's settings with the relay center's targets in order."""
    provider = Provider.objects.first() or Provider()
    relay = tuple(target_record(target) for target in Target.objects.filter(psap__isnull=True))
    return records.Provider(
        relay_center=relay,
        unregistered_fee=str(provider.unregistered_fee),
        currency=provider.currency,
        name=provider.name,
        provider_id=provider.provider_id,
    )

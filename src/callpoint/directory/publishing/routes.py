"""Which PSAP serves an address: its own mapping, else the most specific fixed route."""

from collections.abc import Mapping
from typing import Any, cast

from callpoint.directory.mapping.serving import BOUNDARY, POSTAL_AREA
from callpoint.directory.models import FixedRoute, Provider, Psap, Target
from callpoint.routing import records


def target_record(target: Target) -> records.Target:
    kind: records.TargetKind = "psap" if target.psap_id else "relay_center"
    return records.Target(target.name, target.uri, cast(records.Profile, target.profile), kind)


def psap_record(psap: Psap, targets: tuple[records.Target, ...]) -> records.Psap:
    return records.Psap(psap.name, targets, tuple(psap.callback_networks))


class RouteTable:
    """All PSAPs and fixed routes as they are now, read in three queries."""

    def __init__(self) -> None:
        targets: dict[int, list[records.Target]] = {}
        for target in Target.objects.filter(psap__isnull=False):
            targets.setdefault(cast(int, target.psap_id), []).append(target_record(target))
        self.psaps = {psap.pk: psap_record(psap, tuple(targets.get(psap.pk, ()))) for psap in Psap.objects.all()}
        self.routes = [
            records.FixedRoute(self.psaps[route.psap_id], route.country, route.a1, route.a3)
            for route in FixedRoute.objects.order_by("pk")
        ]
        self._by_area = {(route.country, route.A1.casefold(), route.A3.casefold()): route.psap for route in self.routes}

    def psap_for(self, address: Mapping[str, Any]) -> tuple[records.Psap | None, str]:
        """The PSAP for column values of an address, and where the mapping comes from ("" when there is none).

        A boundary may name a PSAP without saying where its calls go. Then a fixed route that does say it is better.
        """
        if address["psap_id"] is None:
            return self._by_route(address)
        mapped, source = self._psap(address["psap_id"]), address["psap_source"] or "administrator"
        if not mapped.targets and source in (BOUNDARY, POSTAL_AREA):
            routed, _ = self._by_route(address)
            if routed is not None and routed.targets:
                return routed, f"fixed route, as {mapped.name} has no target"
        return mapped, source

    def _by_route(self, address: Mapping[str, Any]) -> tuple[records.Psap | None, str]:
        country, a1, a3 = address["country"], address["a1"].casefold(), address["a3"].casefold()
        for area in ((country, a1, a3), (country, a1, ""), (country, "", "")):
            if area in self._by_area:
                return self._by_area[area], "fixed route"
        return None, ""

    def _psap(self, key: int) -> records.Psap:
        """The PSAP of this key; read now if it was made after the others were."""
        known = self.psaps.get(key)
        if known is None:
            targets = Target.objects.filter(psap=key)
            known = psap_record(Psap.objects.get(pk=key), tuple(target_record(target) for target in targets))
            self.psaps[key] = known
        return known


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

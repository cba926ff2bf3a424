"""The small tables of a snapshot, in memory: organizations, trunks, PSAPs, fixed routes, provider, alert plans."""

import json
from collections.abc import Iterable
from dataclasses import replace
from typing import TypeVar

from callpoint.routing.alert_records import AlertPlan
from callpoint.routing.fixed_routes import RouteTable
from callpoint.routing.records import (
    FixedRoute,
    Organization,
    Provider,
    Psap,
    RecordError,
    Trunk,
    from_json,
)
from callpoint.snapshot.changes import KEY_SEPARATOR

T = TypeVar("T")

Row = tuple[str, str, str | None]
"""kind, key, JSON or None for a removed record."""


class SmallTables:
    """Filled row by row, so that a change of one PSAP among thousands costs one row.

    `provider` is None until one was published. `trunks` stays the same object until a trunk changes.
    """

    def __init__(self) -> None:
        self.organizations: dict[str, Organization] = {}
        self.psaps: dict[str, Psap] = {}
        self.provider: Provider | None = None
        self.trunks: tuple[Trunk, ...] = ()
        self.alert_plans: dict[str, AlertPlan] = {}
        self.routes = RouteTable(())
        self._trunks: dict[str, Trunk] = {}
        self._routes: dict[str, FixedRoute] = {}

    def take(self, rows: Iterable[Row]) -> list[str]:
        """Put the rows in; returns what is wrong with those that cannot be read, whose old record stays."""
        wrong: list[str] = []
        changed: set[str] = set()
        for kind, key, body in rows:
            try:
                self._take_row(kind, key, body)
                changed.add(kind)
            except (RecordError, json.JSONDecodeError) as error:
                wrong.append(f"{kind} {key.replace(KEY_SEPARATOR, '/')}: {error}")
        if "trunk" in changed:
            self.trunks = tuple([self._trunks[name] for name in sorted(self._trunks)])
        if changed & {"psap", "fixed_route"}:
            self.routes = RouteTable(
                replace(route, psap=self.psaps.get(route.psap.name, route.psap)) for route in self._routes.values()
            )
        return wrong

    def _take_row(self, kind: str, key: str, body: str | None) -> None:
        plain = json.loads(body) if body is not None else None
        match kind:
            case "organization":
                _put(self.organizations, key, from_json(Organization, plain) if plain is not None else None)
            case "trunk":
                _put(self._trunks, key, from_json(Trunk, plain) if plain is not None else None)
            case "psap":
                _put(self.psaps, key, from_json(Psap, plain) if plain is not None else None)
            case "fixed_route":
                _put(self._routes, key, from_json(FixedRoute, plain) if plain is not None else None)
            case "provider":
                self.provider = from_json(Provider, plain) if plain is not None else None
            case "alert_plan":
                _put(self.alert_plans, key, from_json(AlertPlan, plain) if plain is not None else None)
            case _:
                raise RecordError(f"{kind} is no kind this version knows")


def _put(table: dict[str, T], key: str, record: T | None) -> None:
    if record is None:
        table.pop(key, None)
    else:
        table[key] = record

"""What belongs to the whole installation: the provider's settings, the relay center, PSAPs and fixed routes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.db import IntegrityError, transaction
from django.utils.translation import gettext, ngettext

from callpoint.directory import rules
from callpoint.directory.editing import trunk_proofs
from callpoint.directory.editing.refused import WHOLE, Checks, Refused
from callpoint.directory.editing.sip_uris import read_sip_uri
from callpoint.directory.editing.typed import (
    Rule,
    amount,
    at_most,
    currency,
    refuse_if_changed,
    several,
    yes_or_no,
)
from callpoint.directory.models import Address, FixedRoute, Provider, Psap, Target
from callpoint.directory.rules import RuleError

MOST_TARGETS: Final = 10  # each is waited for in turn, and a caller hangs on
RELAY_CENTER: Final = "Relay center"
SETTINGS: Final[Mapping[str, Rule]] = {
    "name": at_most(120),
    "provider_id": lambda value: rules.text(value, 120),
    "unregistered_fee": amount,
    "currency": currency,
    "second_factor_required": yes_or_no,
}


@dataclass(frozen=True)
class Goal:
    """A target as it is typed: a line `URI`, or `URI PROFILE`."""

    uri: str
    profile: str


def save_provider(fields: Mapping[str, str]) -> Provider:
    """Bring the provider's settings to the fields that are given. Raises `Refused`."""
    checks = Checks()
    values = {name: checks.take(name, rule, fields[name]) for name, rule in SETTINGS.items() if name in fields}
    checks.done()
    with transaction.atomic():
        provider = Provider.objects.first()
        if provider is None:
            provider = Provider()
        else:
            refuse_if_changed(provider, fields)
        for name, value in values.items():
            setattr(provider, name, value)
        provider.save()
    return provider


def save_relay_center(targets_text: str) -> list[Target]:
    """The relay center's targets in order, one a line (`goals_of`); at least one. Raises `Refused` on "targets"."""
    checks = Checks()
    goals = checks.take("targets", goals_of, targets_text)
    if goals == []:
        checks.refuse("targets", gettext("The relay center needs a target: every call can end there."))
    checks.done()
    with transaction.atomic():
        if not Provider.objects.exists():
            Provider().save()
        return _put_targets(None, RELAY_CENTER, goals or [])


def save_psap(fields: Mapping[str, str], psap: Psap | None = None) -> Psap:
    """A PSAP by `name` (never changed later) and `targets`, one a line. It is the operator's from then on, and its
    targets no longer follow what a boundary or another LoST server publishes. `callback_networks` (a list, one a line
    or comma) are where it calls back from, besides the hosts of its targets. Raises `Refused`."""
    checks = Checks()
    networks = fields.get("callback_networks")
    callers = None if networks is None else checks.take("callback_networks", _callback_networks, networks)
    goals = checks.take("targets", goals_of, fields["targets"]) if "targets" in fields else None
    if psap is None:
        name = checks.take("name", _free_name, fields.get("name", ""))
    else:
        name = psap.name
        if fields.get("name", name) != name:
            checks.refuse("name", gettext("never changes; add a PSAP of the other name instead"))
    checks.done()
    try:
        with transaction.atomic():
            if psap is None:
                psap = Psap(name=name or "")
            else:
                refuse_if_changed(psap, fields, psap.targets.all)
            psap.source = psap.source_id = ""
            if callers is not None:
                psap.callback_networks = callers
            psap.save()
            if goals is not None:
                _put_targets(psap, psap.name, goals)
    except IntegrityError as error:
        raise Refused({"name": [_name_taken(name or "")]}) from error
    return psap


def remove_psap(psap: Psap) -> None:
    """Raises `Refused` while a route or an address leads to it. Call within `everywhere()`."""
    with transaction.atomic():
        refuse_if_changed(psap, {})
        reasons = [*_routes_to(psap), *_addresses_to(psap)]
        if reasons:
            raise Refused({WHOLE: reasons})
        psap.delete()


def save_route(fields: Mapping[str, str], route: FixedRoute | None = None) -> FixedRoute:
    """A fixed route: `country`, `a1` (state or province, empty: all) and `a3` (place, empty: all) go to `psap`.

    That is the PSAP's name. Without `route`, one for the same area is brought to that PSAP. Raises `Refused`.
    """
    checks = Checks()
    country = checks.take("country", rules.country, fields.get("country", ""))
    a1, a3 = fields.get("a1", "").strip(), _place(checks, fields.get("a3", ""))
    if a1 and country:
        a1 = checks.take("a1", lambda value: rules.region(value, country), a1) or ""
    if a3 and not a1:
        checks.refuse("a1", gettext("A place needs its state or province."))
    psap = Psap.objects.filter(name=fields.get("psap", "").strip()).first()
    if psap is None:
        checks.refuse("psap", gettext("There is no PSAP of this name; add it first."))
    checks.done()
    with transaction.atomic():
        area = {"country": country or "", "a1": a1, "a3": a3}
        if route is None:
            route = next((one for one in FixedRoute.objects.filter(**area)), FixedRoute(**area))
        elif FixedRoute.objects.filter(**area).exclude(pk=route.pk).exists():
            raise Refused({WHOLE: [gettext("There is a route for this area already; change that one.")]})
        for name, value in {**area, "psap": psap}.items():
            setattr(route, name, value)
        route.save()
    return route


def remove_route(route: FixedRoute) -> None:
    """Addresses it served are published with what serves them then, or nobody."""
    route.delete()


def goals_of(text: str) -> list[Goal]:
    """Targets in the order of the lines, each a SIP URI and, behind a blank, i3 (the default) or carrier.

    Raises `RuleError`, which names the line.
    """
    lines = [line.split() for line in text.splitlines() if line.strip()]
    goals = [_goal(number, words) for number, words in enumerate(lines, 1)]
    if len(goals) > MOST_TARGETS:
        raise RuleError(gettext("%(most)s targets are the most that make sense") % {"most": MOST_TARGETS})
    if len({goal.uri for goal in goals}) < len(goals):
        raise RuleError(gettext("names a target twice"))
    return goals


def _goal(number: int, words: Sequence[str]) -> Goal:
    uri, profile = words[0], words[1] if len(words) > 1 else Target.Profile.I3.value
    if len(words) > 2 or profile not in Target.Profile.values:
        raise RuleError(
            gettext("target %(number)s: after the URI stands i3 or carrier, nothing else") % {"number": number}
        )
    return Goal(_sip_uri(uri, number), profile)


def _sip_uri(text: str, number: int) -> str:
    uri = read_sip_uri(text)
    if not uri:
        raise RuleError(
            gettext("target %(number)s: %(uri)s is no SIP URI; write it as sip:911@psap.example.net")
            % {"number": number, "uri": text}
        )
    return uri


def _put_targets(psap: Psap | None, name: str, goals: Sequence[Goal]) -> list[Target]:
    """Rows are brought to the goals in order of position, which is unique: none is ever there twice."""
    rows = list(Target.objects.select_for_update().filter(psap=psap).order_by("position"))
    for surplus in rows[len(goals) :]:
        surplus.delete()
    kept: list[Target] = []
    for position, goal in enumerate(goals):
        row = rows[position] if position < len(rows) else Target(psap=psap, name=name)
        row.position, row.uri, row.profile = position, goal.uri, goal.profile
        row.save()
        kept.append(row)
    return kept


def _callback_networks(text: str) -> list[str]:
    return trunk_proofs.networks(several(text))


def _free_name(value: str) -> str:
    name: str = at_most(255)(value)
    if Psap.objects.filter(name=name).exists():
        raise RuleError(_name_taken(name))
    return name


def _name_taken(name: str) -> str:
    return gettext("there is a PSAP %(name)s already; change that one") % {"name": name}


def _routes_to(psap: Psap) -> list[str]:
    routes = [str(route).partition(" to ")[0] for route in psap.routes.order_by("pk")]
    if not routes:
        return []
    said = ngettext("A fixed route leads to it: %(routes)s.", "Fixed routes lead to it: %(routes)s.", len(routes))
    return [said % {"routes": ", ".join(routes[:10])}]


def _addresses_to(psap: Psap) -> list[str]:
    count = Address.objects.filter(psap=psap).count()
    said = ngettext("%(count)s address is mapped to it.", "%(count)s addresses are mapped to it.", count)
    return [said % {"count": count}] if count else []


def _place(checks: Checks, value: str) -> str:
    kept: Any = checks.take("a3", lambda text: rules.text(text, 128), value)
    return kept or ""

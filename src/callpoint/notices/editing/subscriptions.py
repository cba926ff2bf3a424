"""Subscriptions: what is told, to whom, and to whom next when nobody acknowledges."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, Final

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext

from callpoint.directory.editing.refused import Checks
from callpoint.directory.editing.typed import Rule, at_most, one_of, refuse_if_changed, yes_or_no
from callpoint.directory.models import Building, Location, Organization, Person, Trunk
from callpoint.directory.rules import RuleError
from callpoint.directory.tenancy import everywhere
from callpoint.notices.editing.references import holding, keys_of, lines_of, name_is_taken
from callpoint.notices.editing.steps import steps_of
from callpoint.notices.models import Subscription, Template
from callpoint.routing.alert_records import ALERT_TYPES

LONGEST_NAME: Final = 120
LONGEST_IDENTITY: Final = 128


def save_subscription(
    organization: Organization, fields: Mapping[str, str], subscription: Subscription | None = None
) -> Subscription:
    """A subscription brought to the fields given. Raises `Refused`.

    `name`, `type`; the filters `buildings` and `locations` (keys), `trunks` (names, one a line) and `people`
    (identities exactly as calls carry them, one a line; unknown ones are taken: `unknown_people`); `templates` (keys,
    of the same type, one for each channel and language); `steps` (`steps.steps_of`); `quiet_tests` and `enabled`.
    """
    made = subscription or Subscription(organization=organization)
    with holding(organization, _name_taken(fields.get("name", ""))):
        if subscription is not None:
            refuse_if_changed(subscription, fields)
        for name, value in _checked(organization, fields, made, is_new=subscription is None).items():
            setattr(made, name, value)
        made.save()
    return made


def remove_subscription(subscription: Subscription) -> None:
    """Nobody is told by it any more. Raises `Refused` when it is gone already."""
    with transaction.atomic():
        refuse_if_changed(subscription, {})
        subscription.delete()


def unknown_people(subscription: Subscription) -> list[str]:
    """Identities of its filter that nobody of the organization has, so that no call of theirs can match."""
    wanted = subscription.people
    known = Person.objects.filter(organization=subscription.organization_id).filter(
        Q(device_user_id__in=wanted) | Q(phone_number__in=wanted)
    )
    found = {identity for pair in known.values_list("device_user_id", "phone_number") for identity in pair}
    return [identity for identity in wanted if identity not in found]


def trunk_names(organization: Organization, among: list[str]) -> set[str]:
    """Those of the names that calls of the organization can come by: its own trunks, and provider-wide ones."""
    with everywhere():
        rows = Trunk.objects.filter(Q(organization=organization) | Q(organization=None), name__in=among)
        return set(rows.values_list("name", flat=True))


def templates_for(organization: Organization) -> list[Template]:
    """The templates it may choose: its own, then the provider's, by name."""
    with everywhere():
        rows = Template.objects.filter(Q(organization=organization) | Q(organization=None)).order_by("name")
        return sorted(rows, key=lambda one: one.organization_id is None)


def _checked(
    organization: Organization, fields: Mapping[str, str], subscription: Subscription, *, is_new: bool
) -> dict[str, Any]:
    checks = Checks()
    needed = ("name", "type", "steps") if is_new else ()
    values = {
        name: checks.take(name, rule, fields.get(name, ""))
        for name, rule in _rules(organization).items()
        if name in fields or name in needed
    }
    others = Subscription.objects.filter(organization=organization)
    if name_is_taken(subscription, others, values.get("name") or ""):
        checks.refuse("name", _name_taken(values["name"] or ""))
    if "templates" in values or "type" in values:
        kind = values.get("type", subscription.type)
        chosen = values.get("templates", subscription.templates)
        _check_templates(organization, kind or "", chosen or [], checks)
    checks.done()
    return values


def _rules(organization: Organization) -> Mapping[str, Rule]:
    return {
        "name": at_most(LONGEST_NAME),
        "type": lambda value: one_of(value, ALERT_TYPES),
        "buildings": keys_of(Building.objects.filter(organization=organization)),
        "locations": keys_of(Location.objects.filter(organization=organization, building__isnull=False)),
        "trunks": partial(_trunks, organization),
        "people": _people,
        "steps": steps_of(organization),
        "templates": _templates(organization),
        "quiet_tests": yes_or_no,
        "enabled": yes_or_no,
    }


def _trunks(organization: Organization, value: str) -> list[str]:
    names = lines_of(value)
    known = trunk_names(organization, names)
    for name in names:
        if name not in known:
            raise RuleError(gettext("No call comes in by a trunk “%(name)s”; choose again.") % {"name": name})
    return names


def _people(value: str) -> list[str]:
    found = lines_of(value)
    for identity in found:
        if len(identity) > LONGEST_IDENTITY or not identity.isprintable():
            told = gettext("%(identity)r is no ID that a call can carry; write one ID a line")
            raise RuleError(told % {"identity": identity[:LONGEST_IDENTITY]})
    return found


def _templates(organization: Organization) -> Callable[[str], list[int]]:
    """The provider's lie outside of the organization's scope."""

    def rule(value: str) -> list[int]:
        with everywhere():
            rows = Template.objects.filter(Q(organization=organization) | Q(organization=None))
            return keys_of(rows)(value)

    return rule


def _check_templates(organization: Organization, kind: str, chosen: list[int], checks: Checks) -> None:
    seen: set[tuple[str, str]] = set()
    for one in (one for one in templates_for(organization) if one.pk in chosen):
        if one.type != kind:
            told = gettext("“%(name)s” is a template for another type of alert; choose one for this type.")
            checks.refuse("templates", told % {"name": one.name})
        elif (one.channel, one.language) in seen:
            told = gettext("“%(name)s” is the second template of its channel and language; only one can be used.")
            checks.refuse("templates", told % {"name": one.name})
        seen.add((one.channel, one.language))


def _name_taken(name: str) -> str:
    return gettext("There is a subscription “%(name)s” already; choose another name.") % {"name": name}

"""Groups: recipients who are told together, and when they are on duty."""

from collections.abc import Mapping
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext

from callpoint.directory.editing.refused import Checks
from callpoint.directory.editing.typed import at_most, refuse_if_changed
from callpoint.directory.models import Organization
from callpoint.directory.rules import RuleError
from callpoint.notices.editing.duty_times import duty_times
from callpoint.notices.editing.references import holding, keys_of, name_is_taken, refuse_in_use
from callpoint.notices.models import Group, Recipient, Subscription

LONGEST_NAME: Final = 120


def save_group(organization: Organization, fields: Mapping[str, str], group: Group | None = None) -> Group:
    """A group brought to the fields given: `name`, `members` (keys of recipients of the organization, one at least),
    `duty` (`duty_times`; none: always). Raises `Refused`."""
    made = group or Group(organization=organization)
    with holding(organization, _name_taken(fields.get("name", ""))):
        if group is not None:
            refuse_if_changed(group, fields)
        for name, value in _checked(organization, fields, made, is_new=group is None).items():
            setattr(made, name, value)
        made.save()
    return made


def remove_group(group: Group) -> None:
    """Raises `Refused`, naming them, while subscriptions tell it."""
    with transaction.atomic():
        refuse_if_changed(group, {})
        names = [one.name for one in subscriptions_of(group)]
        refuse_in_use(gettext("It is told by %(names)s; choose another group there first."), names)
        group.delete()


def subscriptions_of(group: Group) -> list[Subscription]:
    """The subscriptions that tell the group in one of their steps, by name. Call within a scope."""
    rows = Subscription.objects.filter(organization=group.organization_id).order_by("name")
    return [one for one in rows if any(step["group"] == group.pk for step in one.steps)]


def _checked(organization: Organization, fields: Mapping[str, str], group: Group, *, is_new: bool) -> dict[str, Any]:
    checks = Checks()
    values: dict[str, Any] = {}
    if "name" in fields or is_new:
        values["name"] = checks.take("name", at_most(LONGEST_NAME), fields.get("name", ""))
    if "members" in fields or is_new:
        recipients = keys_of(Recipient.objects.filter(organization=organization))
        values["members"] = checks.take("members", lambda value: _some(recipients(value)), fields.get("members", ""))
    if "duty" in fields:
        values["duty"] = checks.take("duty", duty_times, fields["duty"])
    others = Group.objects.filter(organization=organization)
    if name_is_taken(group, others, values.get("name") or ""):
        checks.refuse("name", _name_taken(values["name"]))
    checks.done()
    return values


def _some(members: list[int]) -> list[int]:
    if not members:
        raise RuleError(gettext("Choose one recipient at least; a group of nobody tells nobody."))
    return members


def _name_taken(name: str) -> str:
    return gettext("There is a group “%(name)s” already; choose another name.") % {"name": name}

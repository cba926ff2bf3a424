"""Templates: an organization's own words, or the provider's for all of its organizations, instead of the built-in."""

from collections.abc import Mapping
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext

from callpoint.channels.templates import check_template
from callpoint.directory.editing.refused import Checks
from callpoint.directory.editing.typed import Rule, at_most, one_of, refuse_if_changed
from callpoint.directory.models import Organization
from callpoint.directory.tenancy import everywhere
from callpoint.notices.editing.references import holding, name_is_taken, refuse_in_use
from callpoint.notices.models import Subscription, Template
from callpoint.routing.alert_records import ALERT_TYPES, CHANNELS

LONGEST_NAME: Final = 120
LANGUAGES: Final = ("en", "fr")
LETTERS: Final = ("welcome", "update_available", "reminder")
"""E-mails to people, by the same machine as alerts."""
TYPES: Final = (*ALERT_TYPES, *LETTERS)
WITH_SUBJECT: Final = frozenset({"email"})


def save_template(
    organization: Organization | None, fields: Mapping[str, str], template: Template | None = None
) -> Template:
    """A template of the organization, or (None) of the provider, brought to the fields given: `name`, `type`,
    `channel`, `language` ("en", "fr"), `subject` (e-mail's), `body`. Raises `Refused`, with every problem of the words.
    """
    made = template or Template(organization=organization)
    with holding(organization, _name_taken(fields.get("name", ""))):
        if template is not None:
            refuse_if_changed(template, fields)
        for name, value in _checked(organization, fields, made, is_new=template is None).items():
            setattr(made, name, value)
        made.trouble = ""
        made.save()
    return made


def remove_template(template: Template) -> None:
    """The built-in words count again. Raises `Refused`, naming them, while subscriptions use it."""
    with transaction.atomic():
        refuse_if_changed(template, {})
        refuse_in_use(gettext("It is used by %(names)s; take it out there first."), _users(template))
        template.delete()


def problems(template: Template) -> list[str]:
    """Why its words cannot be used as they are: the built-in ones go out instead. Empty for none."""
    found = check_template(template.body, template.subject, template.channel)
    return found or ([template.trouble] if template.trouble else [])


def subscriptions_of(template: Template) -> list[Subscription]:
    """Those that use it, of every organization where it is the provider's."""
    with everywhere():
        rows = Subscription.objects.select_related("organization").order_by("organization__name", "name")
        if template.organization_id is not None:
            rows = rows.filter(organization=template.organization_id)
        return [one for one in rows if template.pk in one.templates]


def _users(template: Template) -> list[str]:
    if template.organization_id is not None:
        return [one.name for one in subscriptions_of(template)]
    return [f"{one.organization.name}: {one.name}" for one in subscriptions_of(template)]


def _checked(
    organization: Organization | None, fields: Mapping[str, str], template: Template, *, is_new: bool
) -> dict[str, Any]:
    checks = Checks()
    needed = frozenset({"name", "type", "channel", "language"}) if is_new else frozenset()
    values: dict[str, Any] = {
        name: checks.take(name, rule, fields.get(name, ""))
        for name, rule in _RULES.items()
        if name in fields or name in needed
    }
    # Browsers end lines as e-mail does; kept are plain ones.
    values |= {name: fields[name].replace("\r\n", "\n").strip() for name in ("subject", "body") if name in fields}
    after = {name: values.get(name, getattr(template, name)) for name in ("type", "channel", "subject", "body")}
    _check_words(after, checks)
    if after["type"] in LETTERS and after["channel"] not in WITH_SUBJECT:
        checks.refuse("channel", gettext("must be e-mail: this is a letter to people"))
    if not is_new and after["type"] != template.type and subscriptions_of(template):
        checks.refuse("type", gettext("cannot change while subscriptions use it; add another template instead"))
    if after["channel"] not in WITH_SUBJECT:
        values["subject"] = ""
    others = Template.objects.filter(organization=organization)
    if name_is_taken(template, others, values.get("name") or ""):
        checks.refuse("name", _name_taken(values["name"]))
    checks.done()
    return values


def _check_words(after: Mapping[str, Any], checks: Checks) -> None:
    """Told beside the field it is about: the subject by itself, then the body."""
    channel = after["channel"] or "email"
    about_body = check_template(after["body"], "", channel)
    for sentence in about_body:
        checks.refuse("body", sentence)
    if channel in WITH_SUBJECT:
        for sentence in check_template("-", after["subject"], channel):
            checks.refuse("subject", sentence)


_RULES: Final[Mapping[str, Rule]] = {
    "name": at_most(LONGEST_NAME),
    "type": lambda value: one_of(value, TYPES),
    "channel": lambda value: one_of(value, CHANNELS),
    "language": lambda value: one_of(value, LANGUAGES),
}


def _name_taken(name: str) -> str:
    return gettext("There is a template “%(name)s” already; choose another name.") % {"name": name}

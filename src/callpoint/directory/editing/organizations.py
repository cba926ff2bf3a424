"""Organizations: the provider makes them and says how they stand, their administrators set how they work."""

import re
from collections.abc import Mapping
from functools import partial
from typing import Any, Final

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext

from callpoint.directory import rules
from callpoint.directory.editing.refused import Checks, Refused
from callpoint.directory.editing.typed import (
    Rule,
    amount,
    at_most,
    currency,
    language,
    one_of,
    refuse_if_changed,
    time_zone,
    whole_number,
    yes_or_no,
)
from callpoint.directory.models import Organization
from callpoint.directory.rules import RuleError

SLUG_CHARS: Final = 40
LONGEST_DAYS: Final = 3650  # ten years; more is "never", which would hide what has grown old
_SLUG: Final = re.compile(r"[a-z0-9][a-z0-9-]*")
_days: Final = partial(whole_number, lowest=1, highest=LONGEST_DAYS)


def _fee(value: str) -> Any:
    """Empty: the provider's."""
    return amount(value) if value.strip() else None


OWN: Final[dict[str, Rule]] = {
    "name": at_most(120),
    "language": language,
    "time_zone": time_zone,
    "number_location_allowed": yes_or_no,
    "stale_after_days": _days,
    "test_every_days": _days,
    "welcome_people": yes_or_no,
    "remind_people": yes_or_no,
    "ecrf_url": rules.ecrf_url,
}
"""What an organization's own administrators may change."""
PROVIDERS: Final[dict[str, Rule]] = {
    "status": partial(one_of, choices=Organization.Status.values),
    "country": rules.country,
    "unregistered_fee": _fee,
    "currency": currency,
}
"""What only the provider may change besides. The slug stands in every routing record and never changes."""


def create_organization(fields: Mapping[str, str]) -> Organization:
    """A new organization of these fields; its slug is made from the name unless given. Raises `Refused`.

    Call within `everywhere()`: slugs are unique in the whole installation.
    """
    checks = Checks()
    values = _checked({"name": ""} | dict(fields), OWN | PROVIDERS, checks)
    slug = fields.get("slug", "").strip() or slugify(fields.get("name", ""))[:SLUG_CHARS].strip("-")
    values["slug"] = checks.take("slug", _free_slug, slug) if slug or "name" not in checks.errors else None
    checks.done()
    organization = Organization(**values)
    _welcome_from_now(organization, before=False)
    try:
        with transaction.atomic():
            organization.save()
    except IntegrityError as error:
        raise Refused({"slug": [_taken(slug)]}) from error
    return organization


def save_organization(organization: Organization, fields: Mapping[str, str]) -> Organization:
    """Bring it to the fields that are given, `OWN` and `PROVIDERS`; whoever calls hands on what may be changed.

    `seen` may hold its fingerprint (`typed.fingerprint`). Raises `Refused`.
    """
    checks = Checks()
    values = _checked(fields, OWN | PROVIDERS, checks)
    if fields.get("slug", organization.slug) != organization.slug:
        checks.refuse("slug", gettext("never changes: every call is routed by it"))
    checks.done()
    with transaction.atomic():
        refuse_if_changed(organization, fields)
        welcomed = organization.welcome_people
        for name, value in values.items():
            setattr(organization, name, value)
        _welcome_from_now(organization, before=welcomed)
        organization.save()
    return organization


def _checked(fields: Mapping[str, str], rules_by_field: Mapping[str, Rule], checks: Checks) -> dict[str, Any]:
    return {name: checks.take(name, rule, fields[name]) for name, rule in rules_by_field.items() if name in fields}


def _welcome_from_now(organization: Organization, *, before: bool) -> None:
    """Those who are there already are not written to because a switch is thrown."""
    if organization.welcome_people and not before:
        organization.welcome_since = timezone.now()


def _free_slug(value: str) -> str:
    if not _SLUG.fullmatch(value) or len(value) > SLUG_CHARS:
        raise RuleError(
            gettext("may hold small letters, digits and hyphens only, %(most)s at most, and begins with no hyphen")
            % {"most": SLUG_CHARS}
        )
    if Organization.objects.filter(slug=value).exists():
        raise RuleError(_taken(value))
    return value


def _taken(slug: str) -> str:
    return gettext("%(slug)s is another organization's; choose another one") % {"slug": slug}

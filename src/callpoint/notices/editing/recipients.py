"""Recipients: people and systems that can be told, each by one address of one channel."""

import secrets
from collections.abc import Mapping
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext

from callpoint.directory.editing.refused import WHOLE, Checks, Refused
from callpoint.directory.editing.typed import at_most, language, one_of, refuse_if_changed, yes_or_no
from callpoint.directory.models import Organization
from callpoint.directory.sealing import seal
from callpoint.notices.editing.recipient_address import address
from callpoint.notices.editing.references import holding, name_is_taken, refuse_in_use
from callpoint.notices.models import Group, Recipient
from callpoint.routing.alert_records import CHANNELS

LONGEST_NAME: Final = 120
SIGNED: Final = "webhook"
"""The channel whose notices are signed: its receiver can tell ours from anybody else's."""
_SECRET_BYTES: Final = 32


def save_recipient(
    organization: Organization, fields: Mapping[str, str], recipient: Recipient | None = None
) -> tuple[Recipient, str]:
    """A recipient brought to the fields given: `channel` (never changed later), `name`, `address`, `language` ("" for
    the organization's), `enabled`. Raises `Refused`.

    With it comes the signing secret if one was made just now, to be shown this once; "" otherwise.
    """
    made = recipient or Recipient(organization=organization)
    with holding(organization, _name_taken(fields.get("name", ""))):
        if recipient is not None:
            refuse_if_changed(recipient, fields)
        values = _checked(organization, fields, recipient)
        for name, value in values.items():
            setattr(made, name, value)
        secret = ""
        if recipient is None and made.channel == SIGNED:
            secret = _new_secret(made)
        made.save()
    return made, secret


def renew_secret(recipient: Recipient) -> str:
    """Another signing secret, to be shown this once; the one before stops counting at once. Raises `Refused`."""
    if recipient.channel != SIGNED:
        raise Refused({WHOLE: [gettext("Only webhooks are signed.")]})
    with transaction.atomic():
        refuse_if_changed(recipient, {})
        secret = _new_secret(recipient)
        recipient.save()
    return secret


def remove_recipient(recipient: Recipient) -> None:
    """Nobody is told by it any more. Raises `Refused`, naming them, while groups have it as a member."""
    with transaction.atomic():
        refuse_if_changed(recipient, {})
        names = [group.name for group in groups_of(recipient)]
        refuse_in_use(gettext("It is a member of %(names)s; take it out there first."), names)
        recipient.delete()


def groups_of(recipient: Recipient) -> list[Group]:
    """The groups it is a member of, by name. Call within a scope."""
    groups = Group.objects.filter(organization=recipient.organization_id).order_by("name")
    return [group for group in groups if recipient.pk in group.members]


def _checked(organization: Organization, fields: Mapping[str, str], recipient: Recipient | None) -> dict[str, Any]:
    checks = Checks()
    values: dict[str, Any] = {}
    channel = _channel(checks, fields, recipient)
    if recipient is None:
        values["channel"] = channel
    if "name" in fields or recipient is None:
        values["name"] = checks.take("name", at_most(LONGEST_NAME), fields.get("name", ""))
    if channel and ("address" in fields or recipient is None):
        values["address"] = checks.take(
            "address", lambda value: address(organization, channel, value), fields.get("address", "")
        )
    if "language" in fields:
        values["language"] = checks.take("language", lambda value: value and language(value), fields["language"])
    if "enabled" in fields:
        values["enabled"] = checks.take("enabled", yes_or_no, fields["enabled"])
    others = Recipient.objects.filter(organization=organization, channel=channel or "")
    if name_is_taken(recipient or Recipient(), others, values.get("name") or ""):
        checks.refuse("name", _name_taken(values["name"]))
    checks.done()
    return values


def _channel(checks: Checks, fields: Mapping[str, str], recipient: Recipient | None) -> str:
    if recipient is None:
        return checks.take("channel", lambda value: one_of(value, CHANNELS), fields.get("channel", "")) or ""
    if fields.get("channel", recipient.channel) != recipient.channel:
        checks.refuse("channel", gettext("never changes; add a recipient of the other channel instead"))
    return recipient.channel


def _new_secret(recipient: Recipient) -> str:
    secret = secrets.token_urlsafe(_SECRET_BYTES)
    recipient.secret = seal(secret)
    return secret


def _name_taken(name: str) -> str:
    return gettext("There is a recipient “%(name)s” of this channel already; choose another name.") % {"name": name}

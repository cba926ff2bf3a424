"""A sensible start: these people are told of every 911 call, from addresses typed into one box."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext

from callpoint.directory import rules
from callpoint.directory.editing.refused import WHOLE, Checks, Refused
from callpoint.directory.editing.typed import one_of, yes_or_no
from callpoint.directory.models import Organization
from callpoint.directory.rules import RuleError
from callpoint.notices.editing.groups import save_group
from callpoint.notices.editing.recipients import save_recipient
from callpoint.notices.editing.references import at_most, holding
from callpoint.notices.editing.subscriptions import save_subscription
from callpoint.notices.models import Group, Recipient, Subscription
from callpoint.routing.alert_records import EVERY_SCREEN

NUMBERS_BY: Final[Mapping[str, tuple[str, ...]]] = {"sms": ("sms",), "voice": ("voice",), "both": ("sms", "voice")}
"""How numbers are told: by text message, by a phone call, or by both."""
TYPES: Final = ("emergency", "relay_center", "test_call")
_NAMED: Final = re.compile(r"(?P<name>[^<>]*?)\s*<(?P<address>[^<>]+)>")


@dataclass(frozen=True)
class Typed:
    """One of those who shall be told: an address of a channel, and a name for it."""

    channel: str
    address: str
    name: str


@dataclass(frozen=True)
class FirstAlerts:
    """What was made."""

    recipients: list[Recipient]
    group: Group
    subscriptions: list[Subscription]


def tell_of_every_call(organization: Organization, fields: Mapping[str, str]) -> FirstAlerts:
    """Recipients, a group of them, and subscriptions for 911 calls, relay center calls and (quiet) 933 tests.

    `addresses`: e-mail addresses and numbers, one a line or separated by commas, each as `Name <address>` or bare.
    `numbers_by`: a key of `NUMBERS_BY`. `screens`: "yes" to show them on every Onsite screen, too. A recipient of the
    same channel and address is taken as it is. Raises `Refused`: also where 911 calls are subscribed to already.
    """
    checks = Checks()
    by = checks.take("numbers_by", lambda value: one_of(value, NUMBERS_BY), fields.get("numbers_by", "sms"))
    screens = checks.take("screens", yes_or_no, fields.get("screens", ""))
    typed = checks.take("addresses", lambda value: _typed(value, NUMBERS_BY[by or "sms"]), fields.get("addresses", ""))
    checks.done()
    wanted = [*(typed or []), *([Typed("onsite", EVERY_SCREEN, gettext("Every screen"))] if screens else [])]
    with holding(organization, gettext("Somebody has just set alerts up; look again."), WHOLE):
        if Subscription.objects.filter(organization=organization, type__in=TYPES).exists():
            told = gettext("Alerts about calls are set up already; change the subscriptions there are instead.")
            raise Refused({WHOLE: [told]})
        recipients = [_recipient(organization, one) for one in wanted]
        members = ",".join(dict.fromkeys(str(one.pk) for one in recipients))
        group = save_group(organization, {"name": _free_group(organization), "members": members})
        return FirstAlerts(recipients, group, [_subscription(organization, kind, group) for kind in TYPES])


def _typed(value: str, by: tuple[str, ...]) -> list[Typed]:
    found: dict[tuple[str, str], Typed] = {}
    for piece in (piece.strip() for piece in re.split(r"[,;\n]", value)):
        for one in _told_by(piece, by) if piece else ():
            found.setdefault((one.channel, one.address.casefold()), one)
    if not found:
        raise RuleError(gettext("is missing; give an e-mail address or a phone number at least"))
    return at_most(list(found.values()))


def _told_by(piece: str, by: tuple[str, ...]) -> Iterator[Typed]:
    named = _NAMED.fullmatch(piece)
    name, text = (named["name"].strip('" '), named["address"].strip()) if named else ("", piece)
    is_email = "@" in text
    address = rules.email(text) if is_email else rules.phone_number(text)
    channels = ("email",) if is_email else by
    for channel in channels:
        yield Typed(channel, address, (name or address)[:120])


def _recipient(organization: Organization, one: Typed) -> Recipient:
    there = Recipient.objects.filter(organization=organization, channel=one.channel)
    found = there.filter(address__iexact=one.address).order_by("pk").first()
    if found is not None:
        return found
    name = one.name if not there.filter(name=one.name).exists() else f"{one.name} ({one.address})"[:120]
    return save_recipient(organization, {"channel": one.channel, "name": name, "address": one.address})[0]


def _free_group(organization: Organization) -> str:
    """A name no group has: whoever took the one with this name apart may still have it."""
    taken = set(Group.objects.filter(organization=organization).values_list("name", flat=True))
    name = gettext("Told of every 911 call")
    numbers = (f"{name} ({number})" for number in range(2, len(taken) + 3))
    return next(one for one in (name, *numbers) if one not in taken)


def _subscription(organization: Organization, kind: str, group: Group) -> Subscription:
    names = {
        "emergency": gettext("911 calls"),
        "relay_center": gettext("911 calls to the relay center"),
        "test_call": gettext("933 test calls"),
    }
    fields = {"name": names[kind], "type": kind, "steps": f"0 {group.pk}", "quiet_tests": "yes"}
    return save_subscription(organization, fields)

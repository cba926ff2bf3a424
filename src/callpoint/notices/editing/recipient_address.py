"""The address of a recipient, channel by channel: checked when it is typed, so that nobody finds out in an emergency.

That an address is right in form says nothing of somebody being there: the self-test does.
"""

import re
from collections.abc import Callable, Mapping
from typing import Final
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext

from callpoint.channels.http.reachable import may_be_reached, plain_form
from callpoint.directory import rules
from callpoint.directory.models import Organization
from callpoint.directory.rules import RuleError
from callpoint.notices.editing.references import key
from callpoint.notices.models import Screen
from callpoint.routing.alert_records import EVERY_SCREEN

LONGEST_URL: Final = 500
# What browsers and resolvers take for an IPv4 address: decimal, octal and hexadecimal numbers, one to four of them.
_ENDS_IN_NUMBER: Final = re.compile(r"(?:^|\.)(?:\d+|0x[0-9a-f]*)\.?$", re.IGNORECASE)
_HOST_LABEL: Final = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)", re.IGNORECASE)


def address(organization: Organization, channel: str, value: str) -> str:
    """The address as it is kept. Raises `RuleError` for one that this channel cannot reach anybody of theirs by."""
    if not value.strip():
        raise RuleError(_MISSING[channel]())
    return _screen(organization, value) if channel == "onsite" else _RULES[channel](value)


def _url(value: str) -> str:
    url = value.strip()
    if len(url) > LONGEST_URL or not url.isprintable() or " " in url or "\\" in url:
        raise RuleError(gettext("is no URL: it has a blank, a sign that does not belong there, or is too long"))
    try:
        parts = urlsplit(url)
        host, port_is_one = parts.hostname or "", parts.port != 0
    except ValueError as error:
        raise RuleError(_no_url(url)) from error
    if parts.scheme.lower() != "https" and not (settings.WEBHOOK_PLAIN and parts.scheme.lower() == "http"):
        raise RuleError(gettext("must begin with https://, as what is told there is about an emergency"))
    if parts.username is not None or parts.password is not None:
        raise RuleError(gettext("holds a name or password, which would stand in every log; leave it out"))
    if not host or not port_is_one:
        raise RuleError(_no_url(url))
    if parts.fragment:
        raise RuleError(gettext("has a part behind #, which no server sees; leave it out"))
    _check_host(host)
    return url


def _check_host(host: str) -> None:
    """A name is resolved, and what it leads to judged, when a notice is sent: it may lead elsewhere at any time, and an
    operator may open private networks to some (`channels.settings.HttpSettings`)."""
    try:
        literal = plain_form(host)
    except ValueError:
        _check_name(host)
        return
    if not may_be_reached(literal, settings.WEBHOOK_NETWORKS):
        told = gettext("%(host)s lies within a private network, which notices are never sent into")
        raise RuleError(told % {"host": host})


def _check_name(host: str) -> None:
    if _ENDS_IN_NUMBER.search(host):
        raise RuleError(gettext("%(host)s is a number in disguise; write the name of the server") % {"host": host})
    try:
        labels = host.rstrip(".").encode("idna").decode().split(".")
    except UnicodeError as error:
        raise RuleError(_no_url(host)) from error
    if not all(_HOST_LABEL.fullmatch(label) for label in labels):
        raise RuleError(_no_url(host))
    if labels[-1].lower() == "localhost":
        raise RuleError(gettext("%(host)s is this installation itself; notices are not sent there") % {"host": host})


def _screen(organization: Organization, value: str) -> str:
    """The key of a screen of the organization, or every screen."""
    if value.strip() == EVERY_SCREEN:
        return EVERY_SCREEN
    wanted = key(value.strip())
    if not Screen.objects.filter(organization=organization, pk=wanted, revoked_at=None).exists():
        raise RuleError(gettext("There is no such screen, or it was revoked; choose another one, or every screen."))
    return str(wanted)


def _no_url(url: str) -> str:
    return gettext("%(url)r is no URL; write it as https://hooks.example.com/alerts") % {"url": url[:80]}


_RULES: Final[Mapping[str, Callable[[str], str]]] = {
    "email": rules.email,
    "sms": rules.phone_number,
    "voice": rules.phone_number,
    "webhook": _url,
    "teams": _url,
    "slack": _url,
}


def _missing_number() -> str:
    return gettext("is missing; give a number of the US or Canada, as +1 802 555 0142")


def _missing_url() -> str:
    return gettext("is missing; give a URL that begins with https://")


_MISSING: Final[Mapping[str, Callable[[], str]]] = {
    "onsite": lambda: gettext("is missing; choose a screen, or every screen"),
    "email": lambda: gettext("is missing; give an e-mail address"),
    "sms": _missing_number,
    "voice": _missing_number,
    "webhook": _missing_url,
    "teams": _missing_url,
    "slack": _missing_url,
}

"""E-mails to people that are no alerts of calls: reminders, and news of the program that screens run.

Each is a request to the dispatcher, which delivers it as it delivers alerts. What a letter says follows from rows;
who gets one, and when, is decided here.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from django.utils import translation
from django.utils.translation import gettext as _

from callpoint.directory.models import Account, Membership, Organization, Person
from callpoint.directory.readiness.counting import Category, rows_in
from callpoint.directory.welcome import Letter
from callpoint.notices.models import Reminder, Screen

REMINDED_AGAIN: Final = timedelta(days=30)
MANIFEST: Final = Path("installers") / "manifest.json"
_REASONS: Final = (Category.STALE, Category.NEVER_TESTED)
_PROGRAM: Final = re.compile(r"callpoint-onsite[ /](\d+(?:\.\d+)*)", re.ASCII | re.IGNORECASE)


def asked(kind: str, key: str, letter: Letter) -> dict[str, Any]:
    """The request for a letter of type `kind`; one of the same key is delivered once."""
    return {"request": "message", "type": kind, "key": key, **asdict(letter)}


@dataclass(frozen=True)
class Due:
    """Somebody to remind, and of what."""

    person: Person
    reason: Category


def reminders_due(organization: Organization, now: datetime, most: int) -> list[Due]:
    """At most so many people whose location is stale or untested, who were not reminded lately. Within its scope."""
    if not organization.remind_people:
        return []
    lately = Reminder.objects.filter(organization=organization, sent_at__gt=now - REMINDED_AGAIN)
    found: list[Due] = []
    for reason in _REASONS:
        rows = rows_in(reason, organization, now)
        people = Person.objects.filter(pk__in=rows.values("pk"), active=True).exclude(email="")
        fresh = people.exclude(pk__in=lately.values("pk")).order_by("pk")[: most - len(found)]
        found += [Due(person, reason) for person in fresh]
    return found


def reminded(due: Due, now: datetime) -> None:
    """Note it, so that the next one comes a month later at the earliest."""
    Reminder.objects.update_or_create(
        person=due.person,
        defaults={"organization_id": due.person.organization_id, "reason": due.reason.value, "sent_at": now},
    )


def reminder(due: Due, organization: Organization) -> Letter:
    """In the person's language, else the organization's."""
    language = due.person.language or organization.language or "en"
    name = _line(due.person.name) or _line(due.person.identity)
    with translation.override(language):
        subject = _("911 at %(organization)s: please check your location") % {"organization": _line(organization.name)}
        said = (
            _("You said long ago where you are. If you have moved since, a 911 call would send help to the old place.")
            if due.reason is Category.STALE
            else _("Nobody has ever tried whether a 911 call from you would send help to the right place.")
        )
        paragraphs = [
            _("Hello %(name)s,") % {"name": name},
            said,
            _("Dial 933 to hear what would be sent. It costs nothing and reaches nobody. Never dial 911 to try."),
            _("If anything of this is wrong, tell your administrator at %(organization)s at once.")
            % {"organization": _line(organization.name)},
        ]
    return Letter(due.person.email, name, language, subject, "\n\n".join(paragraphs))


# --- the program of the screens


def newest_program(data: Path) -> str:
    """The newest version of Onsite that is there to install, "" without any."""
    try:
        document = json.loads((data / MANIFEST).read_text("utf-8"))
        listed = document["packages"] if isinstance(document, dict) else document
        versions = [str(one["version"]) for one in listed]
    except (OSError, ValueError, KeyError, TypeError):
        return ""  # nothing to install: the page for it says so, and why
    return max(versions, key=_parts, default="")


def outdated_screens(organization: Organization, newest: str) -> list[str]:
    """Names of the organization's screens that run an older version of the program. Within its scope."""
    rows = Screen.objects.filter(organization=organization, revoked_at=None, sign__isnull=False).select_related("sign")
    found = []
    for screen in rows.order_by("name"):
        version = _PROGRAM.search(screen.sign.program)
        if version is not None and _parts(version[1]) < _parts(newest):
            found.append(screen.name)
    return found


def update_letters(organization: Organization, newest: str, screens: list[str]) -> Iterator[tuple[str, Letter]]:
    """For each of its administrators: the key and the letter, in their language."""
    administrators = Account.objects.filter(
        is_active=True,
        memberships__organization=organization,
        memberships__role=Membership.Role.ORGANIZATION_ADMINISTRATOR,
    )
    for account in administrators.distinct().order_by("pk"):
        language = account.language or organization.language or "en"
        with translation.override(language):
            subject = _("Onsite %(version)s can be installed") % {"version": newest}
            text = "\n\n".join([
                _("Version %(version)s of the Onsite program is there to install.") % {"version": newest},
                _("These screens run an older one: %(names)s.") % {"names": ", ".join(map(_line, screens))},
                _("You find it in the portal under Screens, Programs to install."),
            ])  # fmt: skip
        key = f"update/{organization.pk}/{newest}/{account.pk}"
        yield key, Letter(account.email, _line(account.name) or account.email, language, subject, text)


def _parts(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", version)[:6])


def _line(text: str) -> str:
    """On one line, whatever somebody typed."""
    return " ".join(text.split())

"""The e-mail that tells a person they are registered: who is due to get one, and what it says.

Only people added after the organization switched it on get one, once. Whoever was already there is not written to, and
neither is somebody without an e-mail address or who is switched off. The dispatcher delivers it, and tries for a day.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db.models import Exists, OuterRef
from django.utils import translation
from django.utils.translation import gettext as _

from callpoint.directory.models import Change, Location, Organization, Person, Welcome
from callpoint.directory.tenancy import inside

TRIED_FOR: Final = timedelta(days=1)


@dataclass(frozen=True)
class Letter:
    """What goes to one address, in its language; `subject` is one line."""

    address: str
    name: str
    language: str
    subject: str
    text: str


def due(organization: Organization, most: int) -> list[Person]:
    """People to write to now, at most so many, those who waited longest first."""
    if not organization.welcome_people or organization.welcome_since is None:
        return []
    with inside(organization):
        created = Change.objects.filter(
            organization=organization, model="person", action=Change.Action.CREATED, at__gte=organization.welcome_since
        )
        known = Welcome.objects.filter(person=OuterRef("pk"))
        newcomers = Person.objects.filter(pk__in=created.values("object_id"), active=True).exclude(email="")
        return list(newcomers.filter(~Exists(known)).order_by("pk")[:most])


def written(person: Person, now: datetime) -> Welcome:
    """Note that the dispatcher was asked to write to the person."""
    return Welcome.objects.create(
        person=person,
        organization_id=person.organization_id,
        address=person.email,
        attempts=1,
        next_at=now + TRIED_FOR,
    )


def letter(person: Person, organization: Organization) -> Letter:
    """The text in the person's language, else the organization's: what is known of them, and how to try it."""
    language = person.language or organization.language or "en"
    with translation.override(language):
        subject = _("911 at %(organization)s: please check your location") % {"organization": _line(organization.name)}
        text = "\n\n".join(_paragraphs(person, organization))
    return Letter(person.email, _line(person.name), language, subject, text)


def _paragraphs(person: Person, organization: Organization) -> list[str]:
    names = {
        "name": _line(person.name) or _line(person.identity),
        "organization": _line(organization.name),
        "identity": _line(person.identity),
        "callback": person.callback_number,
    }
    callback = (
        _("If the line breaks, emergency services call you back at %(callback)s.")
        if person.callback_number
        else _("No callback number is known: if the line breaks, emergency services cannot reach you.")
    )
    location = _where(person)
    place = _("Your registered location is: %(location)s") if location else _("No location is registered for you yet.")
    return [
        _("Hello %(name)s,") % names,
        _(
            "%(organization)s has registered you for emergency calls under the ID %(identity)s. When you dial 911,"
            " emergency services are told where you are."
        )
        % names,
        place % {"location": location},
        callback % names,
        _("Dial 933 to hear what would be sent. It costs nothing and reaches nobody. Never dial 911 to try."),
        _("If anything of this is wrong, tell your administrator at %(organization)s at once.") % names,
    ]


def _where(person: Person) -> str:
    location: Location | None = person.current_location or person.assigned_location
    if location is None:
        return ""
    building = location.building
    address = building.address if building is not None else location.address
    inside_it = [building.name, location.name] if building is not None else []
    return ", ".join(filter(None, [*map(_line, inside_it), str(address or "")]))


def _line(text: str) -> str:
    """On one line, whatever somebody typed: a header must not be ended early."""
    return " ".join(text.split())

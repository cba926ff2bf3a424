"""Onsite screens: each has a token of its own, shown once and found by its digest."""

import secrets
from collections.abc import Mapping, Sequence
from functools import partial
from hashlib import sha256
from typing import Final

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext

from callpoint.directory.editing.refused import Checks, Refused
from callpoint.directory.editing.typed import at_most, one_of, refuse_if_changed
from callpoint.directory.models import Organization
from callpoint.notices.editing.chosen_buildings import buildings_of
from callpoint.notices.models import Screen

PREFIX: Final = "cps_"
"""Every screen's token begins so: people, and programs that look for leaked secrets, know it by that."""
SECRET_BYTES: Final = 32
START_CHARS: Final = 12
LONGEST_NAME: Final = 120


def make_screen(organization: Organization, fields: Mapping[str, str], buildings: Sequence[str]) -> tuple[Screen, str]:
    """A screen and its token, which is not kept and never seen again. `fields` are `name` and `language`.

    Raises `Refused`. Call within `inside(organization)` and `acting`.
    """
    secret = PREFIX + secrets.token_urlsafe(SECRET_BYTES)
    screen = Screen(organization=organization, start=secret[:START_CHARS], digest=digest(secret))
    _write(screen, fields, buildings)
    return screen, secret


def save_screen(screen: Screen, fields: Mapping[str, str], buildings: Sequence[str]) -> None:
    """Another name, language or other buildings; its token stays. Raises `Refused`."""
    _write(screen, fields, buildings)


def revoke_screen(screen: Screen) -> None:
    """From now on it is shown nothing, within a second or two; a screen that was revoked stays so."""
    if screen.revoked_at is None:
        screen.revoked_at = timezone.now()
        screen.save()


def digest(secret: str) -> str:
    """What is kept of a token. It has 256 random bits, so nothing slower than SHA-256 would make it any safer."""
    return sha256(secret.encode()).hexdigest()


def _write(screen: Screen, fields: Mapping[str, str], buildings: Sequence[str]) -> None:
    checks = Checks()
    name = checks.take("name", at_most(LONGEST_NAME), fields.get("name", ""))
    languages = ("", *dict(settings.LANGUAGES))
    language = checks.take("language", partial(one_of, choices=languages), fields.get("language", ""))
    limit = checks.take("buildings", lambda _: buildings_of(screen.organization, buildings), "")
    others = Screen.objects.filter(organization=screen.organization, name=name or "").exclude(pk=screen.pk)
    if name and others.exists():
        checks.refuse("name", _name_taken())
    checks.done()
    screen.name, screen.language, screen.buildings = name or "", language or "", limit or []
    try:
        with transaction.atomic():
            if not screen._state.adding:
                refuse_if_changed(screen, fields)
            screen.save()
    except IntegrityError as error:  # somebody else took the name between the look and the writing
        raise Refused({"name": [_name_taken()]}) from error


def _name_taken() -> str:
    return gettext("is the name of another screen; choose one that tells them apart")

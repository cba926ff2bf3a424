"""What guards may do with a call under way, and the phones they do it by."""

import secrets
from collections.abc import Mapping
from functools import partial
from typing import Final

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext

from callpoint.directory import rules
from callpoint.directory.editing.refused import Checks, Refused
from callpoint.directory.editing.typed import at_most, one_of, refuse_if_changed, whole_number, yes_or_no
from callpoint.directory.models import Organization
from callpoint.directory.models.base import signature
from callpoint.notices.models import MonitorPhone, MonitorSettings
from callpoint.routing import monitor_pin

LONGEST_RETENTION: Final = 3650
PIN_DIGITS: Final = 8


def monitor_settings(organization: Organization) -> MonitorSettings:
    """The organization's, not yet saved where nothing was ever set: everything is off."""
    found = MonitorSettings.objects.filter(organization=organization).first()
    return found or MonitorSettings(organization=organization)


def save_monitoring(organization: Organization, fields: Mapping[str, str]) -> MonitorSettings:
    """Sets `mode`, `announce`, `record`, `lawful`, `retention_days` and `dial_in`. Raises `Refused`.

    Recording needs somebody of the organization to say that it is lawful there (`lawful`), who is kept with the day.
    """
    settings = monitor_settings(organization)
    checks = Checks()
    mode = checks.take("mode", partial(one_of, choices=MonitorSettings.Mode.values), fields.get("mode", ""))
    announce = checks.take("announce", yes_or_no, fields.get("announce", ""))
    record = checks.take("record", yes_or_no, fields.get("record", ""))
    days = partial(whole_number, lowest=1, highest=LONGEST_RETENTION)
    retention = checks.take("retention_days", days, fields.get("retention_days", ""))
    dial_in = checks.take("dial_in", _number_or_none, fields.get("dial_in", ""))
    lawful = checks.take("lawful", yes_or_no, fields.get("lawful", ""))
    if record and not lawful:
        checks.refuse("lawful", gettext("must be confirmed before calls are recorded; ask your counsel first"))
    checks.done()
    settings.mode, settings.announce, settings.record = mode or "off", bool(announce), bool(record)
    settings.retention_days, settings.dial_in = retention or 1, dial_in or ""
    _keep_who_answers(settings, bool(lawful))
    with transaction.atomic():
        if not settings._state.adding:
            refuse_if_changed(settings, fields)
        settings.save()
    return settings


def add_phone(organization: Organization, fields: Mapping[str, str]) -> tuple[MonitorPhone, str]:
    """A phone (`name`, `number`) and its PIN, which is not kept and never seen again. Raises `Refused`."""
    checks = Checks()
    name = checks.take("name", at_most(120), fields.get("name", ""))
    number = checks.take("number", rules.phone_number, fields.get("number", ""))
    if number == "":
        checks.refuse("number", gettext("is missing"))
    if name and MonitorPhone.objects.filter(organization=organization, name=name).exists():
        checks.refuse("name", _name_taken())
    checks.done()
    pin = "".join(secrets.choice("0123456789") for _ in range(PIN_DIGITS))
    phone = MonitorPhone(organization=organization, name=name or "", number=number or "")
    phone.pin_digest = monitor_pin.digest(pin)
    try:
        with transaction.atomic():
            phone.save()
    except IntegrityError as error:  # somebody else took the name between the look and the writing
        raise Refused({"name": [_name_taken()]}) from error
    return phone, pin


def remove_phone(phone: MonitorPhone) -> None:
    """It is called no more, and its PIN opens nothing."""
    phone.delete()


def _name_taken() -> str:
    return gettext("is the name of another phone; choose one that tells them apart")


def _number_or_none(text: str) -> str:
    return rules.phone_number(text) if text.strip() else ""


def _keep_who_answers(settings: MonitorSettings, lawful: bool) -> None:
    """Who said first that recording is lawful stays, until somebody takes it back."""
    if not lawful:
        settings.legal_notice_by, settings.legal_notice_at = "", None
    elif not settings.legal_notice_by:
        settings.legal_notice_by, settings.legal_notice_at = signature().who, timezone.now()

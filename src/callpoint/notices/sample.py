"""Alerts of the sample organization: one front desk, told by e-mail and on a screen, that may listen and join."""

from typing import Any, Final, TypeVar

from django.db import transaction

from callpoint.directory.models import Building, Organization, acting
from callpoint.directory.sample import WHO, WHY
from callpoint.directory.tenancy import inside
from callpoint.notices.editing.screens import START_CHARS, digest
from callpoint.notices.models import (
    BuildingPlan,
    Group,
    MonitorSettings,
    PublishedModel,
    Recipient,
    Screen,
    Subscription,
)
from callpoint.routing.alert_records import EVERY_SCREEN

DESK: Final = "Front desk"
DESK_ADDRESS: Final = "frontdesk@demo.example"
_TYPES: Final = (
    ("emergency", "Every 911 call"),
    ("relay_center", "911 calls without a location"),
    ("test_call", "933 tests"),
    ("psap_callback", "Calls back from a PSAP"),
    ("misdial", "Misdials"),
)
_DIRECTIONS: Final = "Sample: meet responders at the main entrance; the elevator key is at the front desk."

Row = TypeVar("Row", bound=PublishedModel)


def build_sample_alerts(organization: Organization, screen_token: str) -> None:
    """Make them, or bring them back to how they are meant to be; what somebody added beside them stays."""
    with acting(WHO, WHY), inside(organization), transaction.atomic():
        _screen(organization, screen_token)
        told = [
            _row(Recipient, organization, {"channel": "email", "name": DESK}, address=DESK_ADDRESS),
            _row(Recipient, organization, {"channel": "onsite", "name": "Every screen"}, address=EVERY_SCREEN),
        ]
        group = _row(Group, organization, {"name": DESK}, members=[one.pk for one in told])
        steps = [{"after_seconds": 0, "group": group.pk}]
        for kind, name in _TYPES:
            _row(Subscription, organization, {"name": name}, type=kind, steps=steps)
        _row(MonitorSettings, organization, {}, mode=MonitorSettings.Mode.JOIN)
        building = Building.objects.order_by("pk").first()
        if building is not None:
            _row(BuildingPlan, organization, {"building": building}, directions=_DIRECTIONS)


def _screen(organization: Organization, token: str) -> None:
    """The one with this token; an older one of the name makes way, as names are given once."""
    kept = digest(token)
    for older in Screen.objects.filter(name=DESK).exclude(digest=kept):
        older.delete()
    _row(Screen, organization, {"digest": kept}, name=DESK, start=token[:START_CHARS], revoked_at=None)


def _row(model: type[Row], organization: Organization, key: dict[str, Any], **values: Any) -> Row:
    """The row of that key with these values, made where it is missing; saving one that is so already does nothing."""
    row = model._base_manager.filter(organization=organization, **key).first() or model(
        organization=organization, **key
    )
    for name, value in values.items():
        setattr(row, name, value)
    row.save()
    return row

"""When a recipient is tested without being asked: once a week, in working hours, each at a moment of its own.

So that a wrong number or a mailbox that is full is found before the day it matters. A new one is tested soon after it
is first seen. Phones are called only when somebody asks for it: a call at a fixed hour every week would teach people
not to pick up.
"""

import hashlib
from datetime import UTC, datetime, timedelta
from typing import Final

from callpoint.dispatcher.reach import Standing
from callpoint.routing.alert_records import Channel
from callpoint.routing.who_is_told import zone

ONLY_ON_REQUEST: Final = frozenset({"voice"})
FIRST_TEST_SECONDS: Final = 300
"""New recipients are tested within this, so that hundreds of an import do not go out in one moment."""
WORKING_DAYS: Final = 5
FIRST_MINUTE: Final = 9 * 60
WORKING_MINUTES: Final = 7 * 60


def due_since(
    organization: str, recipient: str, channel: Channel, time_zone: str, standing: Standing, now: float
) -> float | None:
    """Since when (seconds since 1970) a test is due at `now`; None when none is. The number also names the test."""
    if channel in ONLY_ON_REQUEST:
        return None
    chance = _number(organization, recipient)
    if not standing.tested_at:
        first = standing.seen_at + chance % FIRST_TEST_SECONDS
        return first if first <= now else None
    slot = latest_slot(chance, time_zone, now)
    return slot if standing.tested_at < slot else None


def latest_slot(chance: int, time_zone: str, now: float) -> float:
    """The last weekly moment at or before `now`: Monday to Friday, 9:00 to 16:00 by the organization's clock."""
    local = datetime.fromtimestamp(now, UTC).astimezone(zone(time_zone))
    minute = FIRST_MINUTE + chance // WORKING_DAYS % WORKING_MINUTES
    day = local.date() - timedelta(days=local.weekday()) + timedelta(days=chance % WORKING_DAYS)
    slot = datetime(day.year, day.month, day.day, minute // 60, minute % 60, tzinfo=local.tzinfo)
    if slot > local:
        earlier = day - timedelta(days=7)
        slot = slot.replace(year=earlier.year, month=earlier.month, day=earlier.day)
    return slot.timestamp()


def _number(organization: str, recipient: str) -> int:
    return int.from_bytes(hashlib.sha256(f"{organization}/{recipient}".encode()).digest()[:8], "big")

"""“Waiting for your first call”: what came in by a trunk since somebody began to look, and what was turned away."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal

from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from callpoint.calls.models import CallRecord, Misdial, Stranger
from callpoint.calls.strangers import attempts_on
from callpoint.directory.editing.trunks import all_trunks
from callpoint.directory.models import Trunk
from callpoint.web.portal.trunks.place import Place

SHOWN: Final = 10
LONGEST_LOOK: Final = timedelta(hours=12)
# Those of a decision's reasons that a telephony engineer can do something about.
_ENGINEERS: Final = frozenset(
    {
        "organization_missing",
        "organization_unknown",
        "organization_suspended",
        "identity_missing",
        "identity_unknown",
        "identity_near_miss",
        "person_inactive",
        "call_location_untrusted",
    }
)
_UNKNOWN: Final = frozenset({"organization_missing", "organization_unknown", "identity_missing", "identity_unknown"})
_WHY: Final[dict[str, Promise]] = {
    Stranger.Why.WRONG_PASSWORD: _("Turned away: the user is this trunk's, the password (or the realm) is wrong."),
    Stranger.Why.NO_CREDENTIALS: _(
        "Turned away: it was asked for a password and gave none. If its address is one of this trunk's networks, the "
        "node has taken that over a moment later: call again."
    ),
    Stranger.Why.UNKNOWN_USER: _("Turned away: the user was not known at that moment."),
    Stranger.Why.UNKNOWN_SOURCE: _(
        "Turned away: its address was not known at that moment. If it has been added since, call again."
    ),
}


@dataclass(frozen=True)
class Seen:
    """One thing that happened. `reasons` are sentences of the decision; `call` and `attempt` say which it was."""

    at: datetime
    level: Literal["good", "doubtful", "bad"]
    call: CallRecord | None = None
    reasons: Sequence[str] = ()
    attempt: Stranger | None = None
    why: Promise | None = None
    misdial: Misdial | None = None


@dataclass(frozen=True)
class Look:
    """What was seen since `since`, the latest first; `state` changes whenever that does."""

    since: datetime
    seen: Sequence[Seen]

    @property
    def state(self) -> str:
        told = [
            f"{one.at} {one.level} {one.call.state if one.call else ''} {one.attempt.count if one.attempt else ''}"
            for one in self.seen
        ]
        return hashlib.sha256("\n".join(told).encode()).hexdigest()[:16]


def look(place: Place, trunk: Trunk, since: datetime) -> Look:
    """Calls, misdials and failed attempts of this trunk since then."""
    calls = [_call(one) for one in place.calls(trunk).filter(started_at__gte=since)[:SHOWN]]
    misdials = [Seen(one.at, "doubtful", misdial=one) for one in place.misdials(trunk).filter(at__gte=since)[:SHOWN]]
    attempts = [
        Seen(one.last_at, "bad", attempt=one, why=_WHY[one.why])
        for one in attempts_on(trunk, all_trunks(), since)[:SHOWN]
    ]
    return Look(since, sorted([*calls, *misdials, *attempts], key=lambda one: one.at, reverse=True)[:SHOWN])


def since_when(text: str) -> datetime:
    """The moment somebody began to look, from an address; now when it says none, and never long ago."""
    now = timezone.now()
    try:
        asked = parse_datetime(text)
    except ValueError:
        asked = None
    if asked is None or asked.tzinfo is None:
        return now
    return min(max(asked, now - LONGEST_LOOK), now)


def _call(call: CallRecord) -> Seen:
    codes = {str(reason.get("code")) for reason in call.reasons if isinstance(reason, dict)}
    told = [str(one.get("text", "")) for one in call.reasons if isinstance(one, dict) and one.get("code") in _ENGINEERS]
    if codes & _UNKNOWN or call.state == CallRecord.State.REFUSED:
        level: Literal["good", "doubtful", "bad"] = "bad"
    elif call.unregistered or told:
        level = "doubtful"
    else:
        level = "good"
    return Seen(call.started_at, level, call=call, reasons=told)

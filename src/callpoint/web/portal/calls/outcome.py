"""What became of a call, in the few words a list has room for."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from callpoint.calls.models import CallRecord

_STATE: Final = CallRecord.State
_NOW: Final[dict[str, Promise]] = {
    _STATE.RECEIVED: _("Coming in"),
    _STATE.DECIDED: _("Being sent"),
    _STATE.DIALLING: _("Ringing"),
}
_KINDS: Final[dict[str, Promise]] = {
    "read_back": _("933 test"),
    "test": _("Test"),
    "psap_callback": _("PSAP calls back"),
    "emergency": _("911"),
}
# A node that lost its power never tells the end; after a day nobody is on the line any more.
LIVE_AT_MOST: Final = timedelta(days=1)


@dataclass(frozen=True)
class Outcome:
    """`level` is for the eye: good, doubtful, bad, or live while somebody is on the line."""

    level: Literal["good", "doubtful", "bad", "live"]
    words: str


def kind(call: CallRecord) -> str:
    """911, 933 or a test, as people call it."""
    return str(_KINDS.get(call.service, call.dialled))


def outcome(call: CallRecord, now: datetime) -> Outcome:
    """What became of it, or is becoming."""
    if call.state == _STATE.REFUSED:
        return Outcome("bad", gettext("Refused: %(why)s") % {"why": gettext(call.why_ended) if call.why_ended else "?"})
    if call.state != _STATE.ENDED:
        return _under_way(call, now)
    if call.answered_at is None:
        return Outcome("bad", _not_answered(call))
    if call.service == "read_back":
        return _read_back(call)
    words = gettext("Answered by %(who)s") % {"who": call.answered_by}
    return Outcome("doubtful" if call.unregistered else "good", words)


def _under_way(call: CallRecord, now: datetime) -> Outcome:
    if now - call.started_at > LIVE_AT_MOST:
        return Outcome("doubtful", gettext("Its end was never recorded"))
    if call.state == _STATE.ANSWERED:
        return Outcome("live", gettext("Speaking with %(who)s") % {"who": call.answered_by})
    return Outcome("live", str(_NOW.get(call.state, call.state)))


def _not_answered(call: CallRecord) -> str:
    if not call.why_ended:
        return gettext("Not answered")
    return gettext("Not answered: %(why)s") % {"why": gettext(call.why_ended)}


def _read_back(call: CallRecord) -> Outcome:
    if call.read_back == CallRecord.ReadBack.REPORTED_WRONG:
        return Outcome("bad", gettext("Location reported wrong"))
    if call.location is None:
        return Outcome("bad", gettext("No location to read back"))
    if call.read_back == CallRecord.ReadBack.CONFIRMED:
        return Outcome("good", gettext("Location confirmed"))
    return Outcome("good", gettext("Location read back"))

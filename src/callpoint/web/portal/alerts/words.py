"""What types of alerts, channels, states and days are called on pages."""

from collections.abc import Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from callpoint.directory.history_words import VALUES
from callpoint.notices.models import Delivery
from callpoint.routing.alert_records import ALERT_TYPES

TYPES: Final[Mapping[str, Promise]] = {**VALUES["type"], "self_test": _("Self-test")}
EXPLAINED: Final[Mapping[str, Promise]] = {
    "emergency": _("Every 911 call, also one that goes to the relay center."),
    "relay_center": _("A 911 call without a usable location, or that no PSAP could take; with what it costs."),
    "test_call": _("933, and test calls of a platform."),
    "psap_callback": _("A PSAP calls somebody back after a 911 call."),
    "call_ended": _("The 911 call is over, with how long it lasted."),
    "misdial": _("Somebody dialled a prefix before 911, as in 9911."),
    "undefined_network": _("A device showed up in a network nobody has given a location."),
    "person_without_location": _("Somebody has no location a 911 call could be sent with."),
    "trunk_down": _("A trunk, or a target of a PSAP, does not answer."),
    "nobody_reachable": _("The self-test found that nobody could be told of a 911 call now."),
}
CHANNELS: Final[Mapping[str, Promise]] = VALUES["channel"]
STATES: Final[Mapping[str, Promise]] = {
    Delivery.State.QUEUED: pgettext_lazy("notice", "waiting"),
    Delivery.State.SENT: pgettext_lazy("notice", "handed over"),
    Delivery.State.DELIVERED: pgettext_lazy("notice", "delivered"),
    Delivery.State.ACKNOWLEDGED: pgettext_lazy("notice", "acknowledged"),
    Delivery.State.RETRYING: pgettext_lazy("notice", "trying again"),
    Delivery.State.FAILED: pgettext_lazy("notice", "failed"),
    Delivery.State.SKIPPED: pgettext_lazy("notice", "not needed"),
}
LEVELS: Final[Mapping[str, str]] = {
    Delivery.State.QUEUED: "doubtful",
    Delivery.State.RETRYING: "doubtful",
    Delivery.State.FAILED: "bad",
    Delivery.State.SKIPPED: "doubtful",
}
"""The colour of a state's dot; good for the rest. The words beside it say the same."""
LANGUAGES: Final[Mapping[str, Promise]] = {"en": _("English"), "fr": _("French")}
DAYS: Final = (
    ("mon", _("Monday")),
    ("tue", _("Tuesday")),
    ("wed", _("Wednesday")),
    ("thu", _("Thursday")),
    ("fri", _("Friday")),
    ("sat", _("Saturday")),
    ("sun", _("Sunday")),
)
SUBSCRIBED: Final = ALERT_TYPES
"""Types a subscription can have."""


def type_word(name: str) -> str:
    return str(TYPES.get(name, name))


def channel_word(name: str) -> str:
    return str(CHANNELS.get(name, name))


def state_word(name: str) -> str:
    return str(STATES.get(name, name))

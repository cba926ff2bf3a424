"""Alert plans: who of an organization is told of what, in which way, in whose words; published with the directory.

Whatever is needed to tell people stands here, so that alerts go out with the central database and the pages away.
Plain frozen values in the JSON form of `routing.records`. Numbers of rows are texts, as in every routing record.
"""

from dataclasses import dataclass, field
from typing import Final, Literal, get_args

AlertType = Literal[
    "emergency",
    "relay_center",
    "test_call",
    "psap_callback",
    "call_ended",
    "misdial",
    "undefined_network",
    "person_without_location",
    "trunk_down",
    "nobody_reachable",
]
"""`emergency`: a 911 call that goes to a PSAP; `relay_center`: one that goes to the relay center, and what it costs;
`test_call`: 933 and `urn:service:test`; `trunk_down`: a trunk or a target of PSAPs does not answer."""

Channel = Literal["onsite", "email", "sms", "voice", "webhook", "teams", "slack"]
MonitorMode = Literal["off", "listen", "join"]

ALERT_TYPES: Final[tuple[AlertType, ...]] = get_args(AlertType)
CHANNELS: Final[tuple[Channel, ...]] = get_args(Channel)
EVERY_SCREEN: Final = "*"


@dataclass(frozen=True)
class DutyTime:
    """When somebody is on duty, in the organization's time zone: days (0 = Monday), `begins` and `ends` as "08:30".

    One that ends at or before its beginning goes on into the next day.
    """

    days: tuple[int, ...]
    begins: str
    ends: str


@dataclass(frozen=True)
class Recipient:
    """Somebody who can be told. `address` is an e-mail address, a number (E.164), a URL, a screen's id or EVERY_SCREEN.

    `secret` is the key a webhook is signed with ("" = unsigned).
    """

    id: str
    channel: Channel
    address: str
    name: str = ""
    language: str = ""
    secret: str = field(default="", repr=False)


@dataclass(frozen=True)
class AlertStep:
    """Who is told `after_seconds` from the alert's beginning if nobody has acknowledged it until then (0: at once)."""

    recipients: tuple[str, ...]
    after_seconds: int = 0
    group: str = ""  # the name of the group, for people
    duty: tuple[DutyTime, ...] = ()  # none: always


@dataclass(frozen=True)
class Subscription:
    """What is told, to whom, in which steps. Empty filters match everything; within one any match does, all must match.

    `people` are identities exactly as calls carry them, `trunks` are names. `templates` are ids of this plan's
    templates. With `quiet_tests` a test call makes no sound, calls nobody and escalates nowhere.
    """

    id: str
    name: str
    type: AlertType
    steps: tuple[AlertStep, ...]
    buildings: tuple[str, ...] = ()
    locations: tuple[str, ...] = ()
    trunks: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    templates: tuple[str, ...] = ()
    quiet_tests: bool = True


@dataclass(frozen=True)
class TemplateRecord:
    """Words for one type, channel and language ("en", "fr"), instead of the built-in ones. `subject` is e-mail's."""

    id: str
    name: str
    type: str
    channel: Channel
    language: str
    body: str
    subject: str = ""


@dataclass(frozen=True)
class Screen:
    """An Onsite screen: `token_digest` is the SHA-256 of its token in hexadecimal; `buildings` limit what it shows."""

    id: str
    name: str
    token_digest: str
    buildings: tuple[str, ...] = ()
    language: str = ""


@dataclass(frozen=True)
class Watcher:
    """An account that may see the organization's calls as they happen, and (`may_monitor`) listen to them."""

    account: str
    name: str
    language: str = ""
    may_monitor: bool = False


@dataclass(frozen=True)
class MonitorPhone:
    """A phone a guard may listen by: called out to, or dialling in and proving itself by a PIN.

    `pin_digest` is `routing.monitor_pin.digest` of it, "" for a phone that is only called.
    """

    id: str
    name: str
    number: str
    pin_digest: str = ""


@dataclass(frozen=True)
class Monitoring:
    """What the organization lets guards do with a call under way. `dial_in` is the number they dial ("" = none).

    `announce`: the parties hear it said that somebody listens. Recordings are kept for `retention_days`.
    """

    mode: MonitorMode = "off"
    announce: bool = False
    record: bool = False
    retention_days: int = 30
    dial_in: str = ""
    phones: tuple[MonitorPhone, ...] = ()


@dataclass(frozen=True)
class BuildingPlan:
    """What responders are shown of a building: the way in, and a picture (a file in `floor-plans/`, "" = none)."""

    id: str
    name: str
    directions: str = ""
    picture: str = ""
    point: tuple[float, float] | None = None


@dataclass(frozen=True)
class AlertPlan:
    """All of an organization's, by its slug."""

    organization: str
    name: str = ""
    language: str = "en"
    time_zone: str = "UTC"
    subscriptions: tuple[Subscription, ...] = ()
    recipients: tuple[Recipient, ...] = ()
    templates: tuple[TemplateRecord, ...] = ()
    screens: tuple[Screen, ...] = ()
    watchers: tuple[Watcher, ...] = ()
    monitoring: Monitoring = Monitoring()
    buildings: tuple[BuildingPlan, ...] = ()

"""One alert as a screen knows it: the server's words, and everything that has happened to it since."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

EMERGENCIES: Final = frozenset({"emergency", "relay_center", "psap_callback"})
OVER: Final = frozenset({"ended", "failed", "cancelled", "over", "closed"})
"""The states of a call that has ended; any other call is still going on."""

Plain = Mapping[str, Any]


@dataclass(frozen=True)
class Acknowledgement:
    """`by` is a name, `how` what was used ("screen", "voice" ...), `at` ISO 8601."""

    by: str
    how: str
    at: str


@dataclass(frozen=True)
class Told:
    """How far the notice to one recipient has come: "queued", "sent", "delivered", "acknowledged", "failed"."""

    recipient: str
    channel: str
    state: str
    by: str
    at: str


@dataclass(frozen=True)
class ChatLine:
    """What a responder wrote."""

    by: str
    text: str
    at: str


@dataclass(frozen=True)
class BuildingWords:
    """What responders are shown of the building. `picture` is the server's path of the floor plan, "" without one."""

    name: str = ""
    directions: str = ""
    picture: str = ""

    @classmethod
    def read(cls, plain: Plain) -> "BuildingWords":
        return cls(text(plain, "name"), text(plain, "directions"), text(plain, "picture"))


@dataclass(frozen=True)
class Alert:
    """`at` is when it began (ISO 8601, the server's clock), `state` the call's ("" until told).

    `closed_at` is "" while the alert is open.
    `speech` and `picture` are files on this computer once they have been fetched, "" until then.
    """

    id: str
    type: str
    at: str
    test: bool = False
    quiet: bool = False
    title: str = ""
    lines: tuple[str, ...] = ()
    call: Plain = field(default_factory=dict)
    building: BuildingWords = BuildingWords()
    state: str = ""
    state_at: str = ""
    closed_at: str = ""
    acknowledgements: tuple[Acknowledgement, ...] = ()
    told: tuple[Told, ...] = ()
    escalations: tuple[str, ...] = ()
    chat: tuple[ChatLine, ...] = ()
    speech: str = ""
    picture: str = ""

    @classmethod
    def read(cls, plain: Plain) -> "Alert":
        """From the data of an `alert` event; what is missing or of another kind is empty."""
        words = mapping(plain, "words")
        return cls(
            id=text(plain, "alert"),
            type=text(plain, "type"),
            at=text(plain, "at"),
            test=plain.get("test") is True,
            quiet=plain.get("quiet") is True,
            title=text(words, "title"),
            lines=tuple(line for line in sequence(words, "lines") if isinstance(line, str)),
            call=mapping(plain, "call"),
            building=BuildingWords.read(mapping(plain, "building")),
        )

    @property
    def acknowledged(self) -> bool:
        """Whether anybody has: it is quiet on every screen from then on."""
        return bool(self.acknowledgements)

    @property
    def call_over(self) -> bool:
        """Whether nobody is speaking any more."""
        return bool(self.closed_at) or self.state in OVER

    @property
    def demands(self) -> bool:
        """Whether it covers the screen and is heard until somebody has taken it, also when its call has ended before.

        One meant to be quiet never does; nor does one the server has closed (`closed` is its word that it is over).
        """
        return self.rings and not (self.quiet or self.acknowledged or self.closed_at)

    @property
    def rings(self) -> bool:
        """Whether it is of those that ring: a person may be in danger, or somebody tries whether it would be heard."""
        return self.type in EMERGENCIES or self.test

    @property
    def note(self) -> bool:
        """Whether it is only noted in a corner, until somebody has seen it."""
        return not (self.demands or self.acknowledged or self.closed_at)

    @property
    def emergency(self) -> bool:
        return self.type in EMERGENCIES and not self.test

    def of_call(self, name: str) -> str:
        """A text of the call ("callback_number", "floor" ...), "" where nothing is known."""
        return text(self.call, name)

    def updated(self, plain: Plain) -> "Alert":
        """With a newer state of the call, and what has changed of the call itself; an older one changes nothing."""
        at = text(plain, "at")
        if at < self.state_at:
            return self
        call = {**self.call, **mapping(plain, "call")}
        return replace(self, state=text(plain, "state") or self.state, state_at=at, call=call)

    def with_acknowledgement(self, plain: Plain) -> "Alert":
        new = Acknowledgement(text(plain, "by"), text(plain, "how"), text(plain, "at"))
        return self if new in self.acknowledgements else replace(self, acknowledgements=(*self.acknowledgements, new))

    def with_told(self, plain: Plain) -> "Alert":
        new = Told(*(text(plain, name) for name in ("recipient", "channel", "state", "by", "at")))
        others = tuple(one for one in self.told if (one.recipient, one.channel) != (new.recipient, new.channel))
        newest = max((one for one in self.told if one not in others), key=lambda one: one.at, default=new)
        return self if newest.at > new.at else replace(self, told=(*others, new))

    def with_escalation(self, plain: Plain) -> "Alert":
        group = text(plain, "group")
        return self if group in self.escalations else replace(self, escalations=(*self.escalations, group))

    def with_chat(self, plain: Plain) -> "Alert":
        new = ChatLine(text(plain, "by"), text(plain, "text"), text(plain, "at"))
        return self if new in self.chat else replace(self, chat=(*self.chat, new))

    def closed(self, plain: Plain) -> "Alert":
        return replace(self, closed_at=text(plain, "at") or self.at)


def text(plain: Plain, name: str) -> str:
    """The text under `name`, "" if there is none."""
    value = plain.get(name)
    return value if isinstance(value, str) else ""


def mapping(plain: Plain, name: str) -> Plain:
    """The object under `name`, an empty one if there is none."""
    value = plain.get(name)
    return value if isinstance(value, Mapping) else {}


def sequence(plain: Plain, name: str) -> tuple[Any, ...]:
    """The list under `name`, empty if there is none."""
    value = plain.get(name)
    return tuple(value) if isinstance(value, list | tuple) else ()

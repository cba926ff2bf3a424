"""A call as an answering point's screen shows it, and as the lab's JSON gives it."""

import datetime
from dataclasses import dataclass, field
from typing import Any

from callpoint.i3 import additional_data
from callpoint.i3.civic import Civic
from callpoint.i3.errors import DocumentError
from callpoint.i3.identifiers import parse_emergency_call_id
from callpoint.i3.pidf_lo import CONTENT_TYPE, Location, read_pidf_lo
from callpoint.lab.agent_call import CallState, IncomingCall
from callpoint.lab.bodies import parts_of
from callpoint.lab.sound import Sound
from callpoint.sip.message import Request


@dataclass
class ReceivedCall:
    """One INVITE that reached an answering point. `call` is None for one it kept silent about."""

    invite: Request
    received_at: datetime.datetime
    source: str
    call: IncomingCall | None = None
    sound: Sound | None = None
    info_digits: str = ""
    answered_at: datetime.datetime | None = None
    ended_at: datetime.datetime | None = None
    locations: tuple[Location, ...] = field(init=False)
    call_id: str = field(init=False)

    def __post_init__(self) -> None:
        self.locations = locations_of(self.invite)
        self.call_id = call_id_of(self.invite)

    @property
    def state(self) -> CallState:
        return CallState.RECEIVED if self.call is None else self.call.state

    @property
    def callback_number(self) -> str:
        """The number in P-Asserted-Identity, else in From (RFC 3325 §9.1); "" when neither holds one."""
        return next((user for user in (_user(value) for value in self._callers()) if user), "")

    def is_named(self, name: str) -> bool:
        """Whether `name` is its emergency call identifier or its SIP Call-ID."""
        return name in (self.call_id, self.invite.get("Call-ID"))

    def to_json(self) -> dict[str, Any]:
        """Up to `raw_invite` the names are fixed: scripts of users rely on them. Times are ISO 8601, UTC."""
        civic = self._civic()
        return {
            "call_id": self.call_id,
            "state": str(self.state),
            "received_at": self.received_at.isoformat(timespec="milliseconds"),
            "from": self.invite.get("From") or "",
            "callback_number": self.callback_number,
            "civic": civic.to_fields() if civic is not None else None,
            "point": self._point(),
            "headers": self._headers(),
            "raw_invite": bytes(self.invite).decode("utf-8", "replace"),
            "formatted": civic.formatted() if civic is not None else "",
            "comments": comments_of(self.invite),
            "sip_call_id": self.invite.get("Call-ID") or "",
            "source": self.source,
            "status": self.call.status if self.call is not None else 0,
            "answered_at": _text(self.answered_at),
            "ended_at": _text(self.ended_at),
            "ended_by": self.call.ended_by if self.call is not None else "",
            "digits": (self.sound.digits if self.sound is not None else "") + self.info_digits,
            "heard": self._heard(),
        }

    def _callers(self) -> list[str]:
        return [*self.invite.values("P-Asserted-Identity"), self.invite.get("From") or ""]

    def _civic(self) -> Civic | None:
        return next((location.civic for location in self.locations if location.civic is not None), None)

    def _point(self) -> list[float] | None:
        shape = next((location.shape for location in self.locations if location.shape is not None), None)
        return [shape.centre.lat, shape.centre.lon] if shape is not None else None

    def _headers(self) -> dict[str, str]:
        """Repeated fields are joined by commas, as RFC 3261 §7.3.1 allows."""
        headers: dict[str, str] = {}
        for name, value in self.invite.items():
            headers[name] = f"{headers[name]}, {value}" if name in headers else value
        return {
            name: value.encode("utf-8", "surrogateescape").decode("utf-8", "replace") for name, value in headers.items()
        }

    def _heard(self) -> dict[str, Any]:
        if self.sound is None:
            return {"seconds": 0.0, "level": 0.0, "tones": {}}
        heard = self.sound.heard()
        return {"seconds": heard.seconds, "level": heard.level, "tones": heard.tones}


def locations_of(invite: Request) -> tuple[Location, ...]:
    """The locations by value (RFC 6442 §4.1), of the first readable document; empty without one."""
    for part in parts_of(invite):
        if part.content_type == CONTENT_TYPE:
            try:
                return read_pidf_lo(part.body).locations
            except DocumentError:
                continue
    return ()


def comments_of(invite: Request) -> list[str]:
    """The texts of the Comment blocks (RFC 7852 §4.5)."""
    found: list[str] = []
    for part in parts_of(invite):
        if part.content_type == additional_data.Comment.content_type.lower():
            try:
                block = additional_data.read(part.body)
            except DocumentError:
                continue
            if isinstance(block, additional_data.Comment):
                found += [comment.text for comment in block.comments]
    return found


def call_id_of(invite: Request) -> str:
    """The STRING of the i3 emergency call identifier, else the SIP Call-ID."""
    for value in invite.values("Call-Info"):
        if "purpose=emergency-callid" in value.lower():
            try:
                return parse_emergency_call_id(value.partition("<")[2].partition(">")[0]).token
            except DocumentError:
                continue
    return invite.get("Call-ID") or ""


def _user(value: str) -> str:
    """The telephone number a From or P-Asserted-Identity value holds, "" for anything else."""
    uri = value.partition("<")[2].partition(">")[0] or value
    number = uri.partition(":")[2].partition("@")[0].partition(";")[0]
    return number if number.removeprefix("+").isdigit() else ""


def _text(moment: datetime.datetime | None) -> str | None:
    return moment.isoformat(timespec="milliseconds") if moment is not None else None

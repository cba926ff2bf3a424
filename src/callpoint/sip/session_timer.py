"""Session timers of one leg: agreed in requests and their 2xx, then a clock for refreshing or giving up (RFC 4028).

Theory of operation. `check` and `answer` serve a request of the peer, `offer`, `raise_minimum` and `settle` one of
ours; each 2xx to an INVITE or UPDATE starts the clock anew. Whoever is the refresher then hears "refresh" from `wake`
at half the interval and sends an UPDATE or re-INVITE with `offer`; either side hears "expired" when none came through
in time, and may end the call with BYE (RFC 4028 §10). Where nobody asks for a timer there is none.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, Self

from callpoint.sip.errors import LocalProtocolError, RemoteProtocolError
from callpoint.sip.grammar import number
from callpoint.sip.message import Message, Request, Response
from callpoint.sip.session_expires import MAX_DELTA_SECONDS, Refresher, SessionExpires

SHORTEST_INTERVAL = 90
"""Seconds; the least Min-SE there is, and its default (RFC 4028 §5)."""

GRACE = 32
"""Seconds before the end at which the side that does not refresh gives up, at most (RFC 4028 §10)."""

Verdict = Literal["refresh", "expired"]


@dataclass(frozen=True, slots=True)
class SessionPolicy:
    """What we ask for and stand: seconds. `insist` starts a timer even when the peer did not ask for one."""

    interval: int = 1800
    min_se: int = SHORTEST_INTERVAL
    insist: bool = False


class SessionTimer:
    """The session timer of one dialog; `interval` is None while there is none."""

    def __init__(self, policy: SessionPolicy | None = None) -> None:
        policy = policy or SessionPolicy()
        self.interval: int | None = None
        self.refreshing = False
        self._wanted = max(policy.interval, policy.min_se)
        self._min_se = policy.min_se
        self._insist = policy.insist
        self._refresh_at: float | None = None
        self._expires_at: float | None = None

    @property
    def min_se(self) -> int:
        """The Min-SE we hold to, for a 422."""
        return self._min_se

    def check(self, request: Request) -> None:
        """RemoteProtocolError 422 when the peer asks for less than our minimum; the 422 carries Min-SE: `min_se`.

        Only a peer that knows session timers can be asked to try again (RFC 4028 §9).
        """
        asked = _session_expires(request)
        if asked is not None and _knows_timer(request) and asked.seconds < self._min_se:
            raise RemoteProtocolError(422, "Session Interval Too Small")

    def answer(self, request: Request, response: Response, now: float) -> None:
        """Write our choice into the 2xx `response` to an INVITE or UPDATE of the peer, and start the clock.

        The interval is the shorter of theirs and ours, and no less than the Min-SE of the request. We refresh unless
        they asked for it otherwise (RFC 4028 §9 table 2).
        """
        asked = _session_expires(request)
        if asked is None and not self._insist and self.interval is None:
            return
        known = _knows_timer(request)
        wanted = self.interval or self._wanted
        seconds = wanted if asked is None else min(asked.seconds, wanted)
        # below 90 s the peer is in the wrong already (RFC 4028 §4); refreshing a call every second helps nobody
        seconds = max(seconds, _min_se(request), SHORTEST_INTERVAL)
        refresher: Refresher = "uac" if known and asked is not None and asked.refresher == "uac" else "uas"
        response.set("Session-Expires", str(SessionExpires(seconds, refresher)))
        if refresher == "uac":
            _add_token(response, "Require")
        _add_token(response, "Supported")
        self._start(seconds, refreshing=refresher == "uas", now=now)

    def offer(self, request: Request) -> None:
        """Write what we want into an INVITE or UPDATE of ours (RFC 4028 §7.1, RFC 4028 §7.4).

        Inside a session with a timer the interval and the present refresher are kept.
        """
        _add_token(request, "Supported")
        refresher: Refresher | None = None
        if self.interval is not None:
            refresher = "uac" if self.refreshing else "uas"
        request.set("Session-Expires", str(SessionExpires(self.interval or self._wanted, refresher)))
        if self._min_se > SHORTEST_INTERVAL:
            request.set("Min-SE", str(self._min_se))

    def raise_minimum(self, response: Response) -> None:
        """Take the Min-SE of a 422; the request may then be sent again with a new `offer` (RFC 4028 §7.3)."""
        self._min_se = max(self._min_se, _min_se(response))
        self._wanted = max(self._wanted, self._min_se)
        if self.interval is not None:
            self.interval = max(self.interval, self._min_se)

    def settle(self, response: Response, now: float) -> None:
        """Take a 2xx to an INVITE or UPDATE of ours and start the clock; without Session-Expires there is none.

        RFC 4028 §7.2: the 2xx names the refresher; without a name it is we.
        """
        agreed = _session_expires(response)
        if agreed is None:
            self.interval = self._refresh_at = self._expires_at = None
            return
        self._start(max(agreed.seconds, 1), refreshing=agreed.refresher != "uas", now=now)

    def wake(self, now: float) -> Verdict | None:
        """What is due: "refresh" or "expired", each told once; None before the time."""
        if self._expires_at is not None and now >= self._expires_at:
            self._refresh_at = self._expires_at = None
            return "expired"
        if self._refresh_at is not None and now >= self._refresh_at:
            self._refresh_at = None
            return "refresh"
        return None

    def next_wake(self) -> float | None:
        """When `wake` has something to tell; None without a timer."""
        return self._expires_at if self._refresh_at is None else self._refresh_at

    def to_json(self) -> dict[str, Any]:
        """What is agreed, as json.dumps takes it."""
        return {"interval": self.interval, "refreshing": self.refreshing}

    @classmethod
    def from_json(cls, data: dict[str, Any], now: float, policy: SessionPolicy | None = None) -> Self:
        """What `to_json` gave, its clock started at `now`; LocalProtocolError when it is something else."""
        timer = cls(policy)
        try:
            interval, refreshing = data["interval"], data["refreshing"]
        except (KeyError, TypeError) as error:
            raise LocalProtocolError(f"this is no session timer: {error}") from error
        if interval is not None:
            timer._start(interval, refreshing=refreshing, now=now)
        return timer

    def _start(self, seconds: int, *, refreshing: bool, now: float) -> None:
        self.interval, self.refreshing = seconds, refreshing
        self._refresh_at = now + seconds / 2 if refreshing else None
        self._expires_at = now + seconds if refreshing else now + seconds - min(GRACE, seconds / 3)


def _session_expires(message: Message) -> SessionExpires | None:
    """None also for one that cannot be read: no call is lost for its timer."""
    try:
        value = message.get("Session-Expires")
        return None if value is None else SessionExpires.parse(value)
    except RemoteProtocolError:
        return None


def _min_se(message: Message) -> int:
    try:
        return number((message.get("Min-SE") or "").partition(";")[0], MAX_DELTA_SECONDS, "Min-SE")
    except RemoteProtocolError:
        return 0


def _knows_timer(message: Message) -> bool:
    return _has_token(message, "Supported") or _has_token(message, "Require")


def _has_token(message: Message, header: str) -> bool:
    return any(value.lower() == "timer" for value in message.values(header))


def _add_token(message: Message, header: str) -> None:
    if not _has_token(message, header):
        message.add(header, "timer")

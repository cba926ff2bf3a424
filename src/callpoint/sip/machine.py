"""What every transaction is: a state, a table and a few running timers.

Theory of operation. A transaction is a table of rows `(state, what happened) -> (next state, actions)`. `step` looks
the row up, moves to the next state and runs the actions in order, which are methods named in the table. **No row means
that nothing happens**: a late timer, a repeated response or a request out of place is absorbed, never an error. Actions
put bytes into `Machinery.outgoing`, events into `Machinery.events` and timers into `Machinery.timers`; the layer
(layer.py) hands them out. On entering TERMINATED a transaction stops all its timers and is forgotten by the layer.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, ClassVar

from callpoint.sip.errors import LocalProtocolError
from callpoint.sip.hop import Hop
from callpoint.sip.message import Request, parse
from callpoint.sip.timers import TimerQueue, Timers


class State(StrEnum):
    """States of RFC 3261 §17 and RFC 6026 §7; three are ours, from the prose of RFC 3261 §9 and RFC 3261 §13.3.1.4."""

    CALLING = "calling"
    TRYING = "trying"
    PROCEEDING = "proceeding"
    CANCEL_WANTED = "cancel wanted"  # client INVITE: CANCEL must wait for a provisional response
    CANCELLED = "cancelled"  # CANCEL has been sent (client) or received (server); the final answer is still open
    COMPLETED = "completed"
    CONFIRMED = "confirmed"
    ACCEPTED = "accepted"
    ACKNOWLEDGED = "acknowledged"  # server INVITE: the ACK of our 2xx is here
    TERMINATED = "terminated"


class Input(StrEnum):
    """Everything that can happen to a transaction."""

    OPENED = "opened"  # the first sending (client) or the first arrival (server) of the request
    REQUEST = "request"  # the request came again
    ACK = "ACK"
    CANCEL = "CANCEL"
    TRYING = "100"
    PROVISIONAL = "101-199"
    SUCCESS = "2xx"
    FAILURE = "3xx-6xx"
    UNREACHABLE = "transport error"
    TIMER_A = "timer A"
    TIMER_B = "timer B"
    TIMER_C = "timer C"
    TIMER_D = "timer D"
    TIMER_E = "timer E"
    TIMER_F = "timer F"
    TIMER_G = "timer G"
    TIMER_H = "timer H"
    TIMER_I = "timer I"
    TIMER_J = "timer J"
    TIMER_K = "timer K"
    TIMER_L = "timer L"
    TIMER_M = "timer M"
    SAY_TRYING = "200 ms without an answer"
    REPEAT_SUCCESS = "2xx not acknowledged yet"
    CANCEL_ENDED = "64*T1 after CANCEL"
    ABANDONED = "no answer from the application"


Table = Mapping[tuple[State, Input], tuple[State, tuple[str, ...]]]
Rows = Mapping[tuple[State, Input], tuple[State, tuple[Callable[[Any, float], None], ...]]]


def kind_of(status: int) -> Input:
    """The table input a response of this status is."""
    if status >= 300:
        return Input.FAILURE
    if status >= 200:
        return Input.SUCCESS
    return Input.TRYING if status == 100 else Input.PROVISIONAL


class KeptRequest:
    """The request of a transaction: taken apart while it is worked on, plain bytes some time after it was answered.

    Answered transactions live on for half a minute to absorb repetitions, and a request taken apart is four times as
    large as its bytes. The layer packs when it is called next, so that whoever hears of the answer finds it whole.
    """

    __slots__ = ("_bytes", "_request")

    def __init__(self, request: Request) -> None:
        self._bytes = b""
        self._request: Request | None = request

    def get(self) -> Request:
        """The request; once packed, another equal one each time."""
        if self._request is not None:
            return self._request
        request = parse(self._bytes)
        if not isinstance(request, Request):
            raise LocalProtocolError("a request was edited into something else")
        return request

    def pack(self) -> None:
        """Keep the bytes alone."""
        if self._request is not None:
            self._bytes = bytes(self._request)
            self._request = None


class Event:
    """Something the layer tells its user; the kinds are listed in events.py."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A message ready to be sent: its bytes, and where to."""

    data: bytes
    hop: Hop


@dataclass(slots=True)
class Machinery:
    """What all transactions of one layer share."""

    settings: Timers
    token: Callable[[], str]
    trying_at_once: bool = False
    timers: TimerQueue[tuple[Transaction, Input]] = field(default_factory=TimerQueue)
    outgoing: list[Outgoing] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    answered: list[KeptRequest] = field(default_factory=list)
    began: Callable[[Transaction], None] = lambda _: None
    ended: Callable[[Transaction], None] = lambda _: None


class Transaction:
    """Base of the four machines. `hop` is where its messages go."""

    table: ClassVar[Table] = {}
    _rows: ClassVar[Rows] = {}
    __slots__ = ("_gap", "_machinery", "_running", "hop", "owner", "state")

    def __init__(self, machinery: Machinery, hop: Hop, state: State) -> None:
        self._machinery = machinery
        self._running: dict[Input, int] = {}
        self._gap = machinery.settings.t1
        self.hop = hop
        self.owner: Any = None  # the layer's user keeps here whom its events concern; the layer never looks
        self.state = state

    def __init_subclass__(cls) -> None:
        """Bind the action names of the table, so that a misspelt one fails at import."""
        super().__init_subclass__()
        cls._rows = {
            key: (after, tuple(getattr(cls, action) for action in actions))
            for key, (after, actions) in cls.table.items()
        }

    def step(self, what: Input, now: float) -> None:
        """Let `what` happen. Without a row for it in this state nothing changes."""
        row = self._rows.get((self.state, what))
        if row is None:
            return
        self.state = row[0]
        for action in row[1]:
            action(self, now)
        if row[0] is State.TERMINATED:
            self.stop_timers(now)
            self._machinery.ended(self)

    def fire(self, timer: Input, now: float) -> None:
        """`timer` is due: it no longer runs, and its row is taken."""
        self._running.pop(timer, None)
        self.step(timer, now)

    def start(self, timer: Input, due: float) -> None:
        """Start `timer` anew; it becomes due at `due`."""
        self.stop(timer)
        self._running[timer] = self._machinery.timers.start(due, (self, timer))

    def stop(self, timer: Input) -> None:
        """Stop `timer` if it runs."""
        number = self._running.pop(timer, None)
        if number is not None:
            self._machinery.timers.stop(number)

    def linger(self, timer: Input, duration: float, now: float) -> None:
        """Absorb repetitions for `duration` over UDP. On a stream there are none: `timer` is due at once."""
        if self.hop.reliable:
            self.step(timer, now)
        else:
            self.start(timer, now + duration)

    def start_doubled(self, timer: Input, now: float) -> None:
        """Start `timer` anew with twice the last gap, T2 at most."""
        self._gap = self._machinery.settings.doubled(self._gap)
        self.start(timer, now + self._gap)

    def stop_timers(self, _now: float) -> None:
        """Stop every timer of this transaction."""
        for number in self._running.values():
            self._machinery.timers.stop(number)
        self._running.clear()

    def _send(self, data: bytes) -> None:
        self._machinery.outgoing.append(Outgoing(data, self.hop))

    def _tell(self, event: Event) -> None:
        self._machinery.events.append(event)

"""Two phones on a good wire, and the ladder of what they said to each other, as the RFCs draw their flows."""

import itertools
from collections.abc import Callable

from callpoint.sip.events import Event
from callpoint.sip.hop import Hop
from callpoint.sip.layer import TransactionLayer
from callpoint.sip.message import Request, Response, parse

Answerer = Callable[["Phone", Event], None]


class Phone:
    """A transaction layer at `host`; `told` holds what it told its user, who reacts by `on_event`."""

    def __init__(self, name: str, host: str, on_event: Answerer, *, trying_at_once: bool = False) -> None:
        numbers = itertools.count(1)
        self.name = name
        self.hop = Hop("udp", host, 5060)
        self.layer = TransactionLayer(
            sent_by=lambda _hop: f"{host}:5060",
            token=lambda: f"{name}{next(numbers)}",
            trying_at_once=trying_at_once,
        )
        self.on_event = on_event
        self.told: list[Event] = []


class Ladder:
    """The wire between `left` and `right`. `rungs` reads like the drawing: "INVITE ->", "<- 180"."""

    def __init__(self, left: Phone, right: Phone) -> None:
        self.left, self.right = left, right
        self.now = 0.0
        self.rungs: list[str] = []
        self.messages: list[Request | Response] = []
        self.cut = False

    def settle(self) -> None:
        """Carry messages until neither side has anything to say; with `cut` nothing arrives any more."""
        while self._carry(self.left, self.right, "{} ->") or self._carry(self.right, self.left, "<- {}"):
            pass

    def run(self, until: float) -> None:
        """Let time pass, every timer at its own moment."""
        self.settle()
        while (due := self._next()) is not None and due <= until:
            self.now = due
            for phone in (self.left, self.right):
                self._tell(phone, phone.layer.wake(due))
            self.settle()
        self.now = until

    @property
    def idle(self) -> bool:
        """Whether neither side remembers anything."""
        return all(len(phone.layer) == 0 and phone.layer.timers_running == 0 for phone in (self.left, self.right))

    def sent(self, what: str) -> list[Request | Response]:
        """The messages behind the rungs of that name."""
        return [message for rung, message in zip(self.rungs, self.messages, strict=True) if what in rung]

    def _next(self) -> float | None:
        due = [when for phone in (self.left, self.right) if (when := phone.layer.next_wake()) is not None]
        return min(due, default=None)

    def _carry(self, sender: Phone, receiver: Phone, drawn: str) -> bool:
        outgoing = sender.layer.take_outgoing()
        for sent in outgoing:
            message = parse(sent.data)
            headline = message.method if isinstance(message, Request) else str(message.status)
            self.rungs.append(drawn.format(headline))
            self.messages.append(message)
            if not self.cut:
                self._tell(receiver, receiver.layer.receive(parse(sent.data), sender.hop, self.now))
        return bool(outgoing)

    def _tell(self, phone: Phone, events: list[Event]) -> None:
        for event in events:
            phone.told.append(event)
            phone.on_event(phone, event)

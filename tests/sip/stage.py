"""One transaction layer under a stepped clock, and the messages to play against it."""

import itertools

from callpoint.sip.events import Event, RequestReceived, ServerTransaction
from callpoint.sip.hop import Hop
from callpoint.sip.layer import TransactionLayer
from callpoint.sip.message import Request, Response, parse
from callpoint.sip.timers import Timers

UDP = Hop("udp", "192.0.2.2", 5060)
TCP = Hop("tcp", "192.0.2.2", 5060)
STREAM = Hop("tcp", "192.0.2.2", 40_001, connection=7)
T1 = 0.5
TIMEOUT = 32.0

Sent = tuple[float, str]
"""When, and the start of the start line: a method, or a status."""


def headline(message: Request | Response) -> str:
    """`INVITE`, `200`, ..."""
    return message.method if isinstance(message, Request) else str(message.status)


class Stage:
    """A layer at 192.0.2.1 whose time moves only in `at`. `log` holds what was sent when, `events` what was told."""

    def __init__(self, *, trying_at_once: bool = False, timers: Timers | None = None) -> None:
        numbers = itertools.count(1)
        self.layer = TransactionLayer(
            sent_by=lambda hop: "192.0.2.1:5060",
            token=lambda: f"t{next(numbers)}",
            timers=timers,
            trying_at_once=trying_at_once,
        )
        self.now = 0.0
        self.log: list[Sent] = []
        self.messages: list[Request | Response] = []
        self.hops: list[Hop] = []
        self.events: list[Event] = []

    def at(self, now: float) -> "Stage":
        """Let time pass until `now`, every timer at its own moment."""
        self.collect()
        while (due := self.layer.next_wake()) is not None and due <= now:
            self.now = max(self.now, due)
            self.events += self.layer.wake(due)
            self.collect()
        self.now = now
        return self

    def collect(self) -> None:
        """Put what the layer wants sent into the log."""
        for outgoing in self.layer.take_outgoing():
            message = parse(outgoing.data)
            self.log.append((round(self.now, 3), headline(message)))
            self.messages.append(message)
            self.hops.append(outgoing.hop)

    def hear(self, message: Request | Response, source: Hop = UDP) -> list[Event]:
        """Let `message` arrive, through its bytes; gives what the layer told about it."""
        events = self.layer.receive(parse(bytes(message)), source, self.now)
        self.events += events
        self.collect()
        return events

    def serve(self, request: Request, source: Hop = UDP) -> ServerTransaction:
        """Let a new request arrive and give its transaction."""
        (event,) = self.hear(request, source)
        assert isinstance(event, RequestReceived)
        return event.tx

    def respond(self, tx: ServerTransaction, status: int) -> None:
        """Answer."""
        self.layer.respond(tx, tx.response(status), self.now)
        self.collect()

    def times(self, what: str) -> list[float]:
        """When `what` was sent."""
        return [when for when, sent in self.log if sent == what]

    def told(self, kind: type[Event]) -> list[Event]:
        """The events of one kind."""
        return [event for event in self.events if isinstance(event, kind)]

    @property
    def last(self) -> Request | Response:
        """The message sent last."""
        return self.messages[-1]

    @property
    def idle(self) -> bool:
        """Whether the layer holds nothing any more."""
        return len(self.layer) == 0 and self.layer.timers_running == 0 and self.layer.next_wake() is None


def request_of_ours(method: str = "INVITE", cseq: int = 1) -> Request:
    """A request as a user of the layer makes it."""
    return Request(
        method,
        "sip:psap@192.0.2.2",
        [
            ("Max-Forwards", "70"),
            ("Route", "<sip:192.0.2.2;lr>"),
            ("From", "<sip:node@192.0.2.1>;tag=ours"),
            ("To", "<sip:psap@192.0.2.2>"),
            ("Call-ID", "call-1"),
            ("CSeq", f"{cseq} {method}"),
        ],
    )


def request_of_theirs(
    method: str = "INVITE",
    *,
    branch: str = "z9hG4bKtheirs",
    cseq: int = 1,
    to_tag: str = "",
    call_id: str = "call-2",
    via: str = "",
) -> Request:
    """A request as it comes in over UDP from 192.0.2.2."""
    return Request(
        method,
        "sip:911@192.0.2.1",
        [
            ("Via", via or f"SIP/2.0/UDP 192.0.2.2:5060;branch={branch}"),
            ("Max-Forwards", "70"),
            ("From", "<sip:e1001@192.0.2.2>;tag=theirs"),
            ("To", "<sip:911@192.0.2.1>" + (f";tag={to_tag}" if to_tag else "")),
            ("Call-ID", call_id),
            ("CSeq", f"{cseq} {method}"),
            ("Contact", "<sip:e1001@192.0.2.2:5060>"),
        ],
    )

"""What the parts of one node share, and what they promise each other."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from callpoint.node.anchoring import Anchorage
from callpoint.node.config import NodeConfig
from callpoint.node.context import CallContext
from callpoint.node.leg import Leg
from callpoint.node.recorder import Recorder
from callpoint.routing.records import Provider
from callpoint.sip.events import ClientTransaction, ServerTransaction
from callpoint.sip.message import Request, Response
from callpoint.transport.endpoint import SipEndpoint

DialogKey = tuple[str, str, str]
REMEMBERED_SECONDS = 35.0  # 64*T1 and a little: so long a peer may repeat its last words (RFC 3261 §17.1.2.2)


class RequestOwner(Protocol):
    """Whoever sent a request hears what becomes of it; exactly one final word (response, time-out or failure)."""

    def on_response(self, tx: ClientTransaction, response: Response) -> None: ...

    def on_timed_out(self, tx: ClientTransaction) -> None: ...

    def on_transport_failed(self, tx: ClientTransaction) -> None: ...

    def on_fault(self, why: str) -> None:
        """What came could not be worked on, by a mistake of ours."""


class InviteOwner(Protocol):
    """Whoever answers an INVITE hears what the other side does with it."""

    def on_cancel(self, tx: ServerTransaction) -> None: ...

    def on_ack(self, tx: ServerTransaction, ack: Request) -> None: ...

    def on_ack_missing(self, tx: ServerTransaction) -> None: ...


class DialogOwner(Protocol):
    """Whoever has a dialog hears the requests inside it."""

    def on_dialog_request(self, leg: Leg, tx: ServerTransaction, request: Request) -> None: ...


class LocalAnswers(Protocol):
    """Whatever the node says itself. Each takes a call whose INVITE nobody answered yet, and returns at once."""

    def read_back(self, context: CallContext) -> None:
        """933."""

    def test(self, context: CallContext) -> None:
        """`urn:service:test.sos`."""

    def announce(self, context: CallContext, after_ms: float, otherwise: Callable[[], None]) -> None:
        """Nobody could be reached; `otherwise` answers the INVITE where no announcement can play."""


@dataclass
class Dialogs:
    """All dialogs of the node, by Call-ID, our tag and their tag (RFC 3261 §12)."""

    _owners: dict[DialogKey, tuple[Leg, DialogOwner]] = field(default_factory=dict)
    _call_ids: dict[str, int] = field(default_factory=dict)
    _past: dict[str, float] = field(default_factory=dict)

    def add(self, leg: Leg, owner: DialogOwner) -> None:
        if leg.key not in self._owners:
            self.expect(leg.dialog.call_id)
        self._owners[leg.key] = (leg, owner)

    def remove(self, leg: Leg) -> None:
        if self._owners.pop(leg.key, None) is not None:
            self.release(leg.dialog.call_id)

    def expect(self, call_id: str) -> None:
        """A call by that Call-ID is here, though it may have no dialog yet."""
        self._call_ids[call_id] = self._call_ids.get(call_id, 0) + 1

    def release(self, call_id: str) -> None:
        """The end of `expect`."""
        left = self._call_ids.get(call_id, 0) - 1
        if left > 0:
            self._call_ids[call_id] = left
            return
        self._call_ids.pop(call_id, None)
        self.remember(call_id)

    def remember(self, call_id: str) -> None:
        """For a while whoever speaks of that Call-ID is no stranger."""
        now = time.monotonic()
        self._past.pop(call_id, None)
        self._past[call_id] = now + REMEMBERED_SECONDS
        while self._past[oldest := next(iter(self._past))] <= now:
            del self._past[oldest]

    def find(self, call_id: str, our_tag: str, their_tag: str) -> tuple[Leg, DialogOwner] | None:
        return self._owners.get((call_id, our_tag, their_tag))

    def knows_call_id(self, call_id: str) -> bool:
        return call_id in self._call_ids

    def knew_call_id(self, call_id: str) -> bool:
        """Whether a call by that Call-ID is here, or was a moment ago."""
        return call_id in self._call_ids or self._past.get(call_id, 0.0) > time.monotonic()

    def __len__(self) -> int:
        return len(self._owners)


@dataclass
class Services:
    """One node's parts, handed to each call."""

    config: NodeConfig
    endpoint: SipEndpoint
    recorder: Recorder
    provider: Callable[[], Provider]
    voice: LocalAnswers
    dialogs: Dialogs = field(default_factory=Dialogs)
    dialling_call_ids: set[str] = field(default_factory=set)
    anchorage: Anchorage = field(default_factory=Anchorage)

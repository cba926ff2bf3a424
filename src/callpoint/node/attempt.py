"""One target being dialled: its INVITE over one hop after another, until it answers, refuses or stays silent.

Theory of operation. A target has a hop for each of its addresses and transports. Each but the last gets its share of
the reroute time; silent for longer, refused or unreachable, it is given up for the next one. What a hop that was given
up still says does not fail the attempt, but an answer of it is one. The attempt itself is over at the first refusal of
the hop being tried, or when the reroute time has passed without a sign of life.
"""

import asyncio
from collections.abc import Callable
from typing import Protocol

from callpoint.node import faults
from callpoint.node.bridge import Bridge, UnansweredCall
from callpoint.node.leg import Leg
from callpoint.node.outgoing import compose_invite, compose_plain, from_value
from callpoint.node.services import Services
from callpoint.routing.records import Target
from callpoint.routing.targets import Outcome
from callpoint.sip.dialog import Dialog
from callpoint.sip.errors import LocalProtocolError, SipError
from callpoint.sip.events import ClientTransaction
from callpoint.sip.hop import Hop
from callpoint.sip.message import Request, Response
from callpoint.sip.uri import Uri
from callpoint.snapshot import fact_kinds
from callpoint.transport.endpoint import token

# Behind the last target there is only an announcement, so it gets longer: over UDP four sendings of the INVITE.
LAST_TARGET_PATIENCE = 2


class DialledCall(UnansweredCall, Protocol):
    """What an attempt tells the call it is made for."""

    @property
    def services(self) -> Services: ...

    def progress(self, attempt: "Attempt", bridge: Bridge | None, response: Response) -> None:
        """A provisional response other than 100; `bridge` is None when it names no dialog."""

    def answered(self, attempt: "Attempt", tx: ClientTransaction, bridge: Bridge | None, response: Response) -> None:
        """A 2xx, also of an attempt that was given up."""

    def attempt_failed(
        self, attempt: "Attempt", outcome: Outcome | int, response: Response | None, why: str = ""
    ) -> None:
        """Its last word: a refusal, or silence and the like, when `response` is None."""

    def recover(self, attempt: "Attempt", why: str) -> None:
        """Something it said could not be worked on."""


class Attempt:
    """The caller's call towards one target. Each answering branch of it becomes a `Bridge` of its own."""

    def __init__(self, call: DialledCall, number: int, target: Target) -> None:
        self.call = call
        self.number = number
        self.target = target
        self.over = False  # it said its last word to the call: nothing it does moves the call on, but an answer
        self._services = call.services
        self._bridges: dict[str, Bridge] = {}
        self._hops: list[Hop] = []
        self._transactions: list[ClientTransaction] = []
        self._timers: dict[str, asyncio.TimerHandle] = {}
        self._call_id = f"{token()}@{call.context.marks.host}"
        last = number == len(call.context.plan.targets)
        self._patience = call.services.config.reroute_seconds * (LAST_TARGET_PATIENCE if last else 1)
        self._invite: Request

    def start(self) -> None:
        """Dials at once when the target's address is known; else after the look-up, which the reroute time bounds.

        Raises nothing: a target that cannot be dialled has failed.
        """
        try:
            self._start()
        except SipError as error:
            self.call.context.recorder.alarm(
                "target_unusable", f"{self.target.name} cannot be dialled by {self.target.uri!r}: {error}. Correct it."
            )
            self._failed("unreachable", f"it cannot be dialled: {error}")
        except Exception as error:  # noqa: BLE001 - promise 2: whatever is wrong here, the next target is dialled
            faults.tell(self.call.context.recorder, f"dialling {self.target.name}", error)
            self._failed("unreachable", "it cannot be dialled")

    def _start(self) -> None:
        self._invite = self._compose()
        self._services.dialling_call_ids.add(self._call_id)
        self._after("reroute", self._patience, self._silent)
        uri = Uri.parse(self.target.uri)
        # Only a target that names no transport is judged by size (RFC 3261 §18.1.1); writing it out for that is dear.
        size = 0 if uri.param("transport") else len(bytes(self._invite))
        known = self._services.endpoint.resolver.known_hops(uri, size)
        if known is not None:
            self._dial(known)
            return
        self._services.endpoint.spawn(self._look_up(uri, size))

    def cancel(self) -> None:
        """No longer wanted. An answer that crosses the CANCEL is heard all the same (RFC 3261 §9.1)."""
        self._finish()
        self._cancel_all()

    def close(self, kept: Bridge | None = None) -> None:
        """The call is decided: gives this target up, and forgets the dialogs of branches that are not the call."""
        self._finish()
        self._cancel_all()  # the answered one is past cancelling
        for bridge in self._bridges.values():
            if bridge is not kept:
                bridge.close()

    def let_go(self) -> None:
        """The call is over: see `Call.let_go`."""
        self._bridges.clear()
        for transaction in self._transactions:
            if transaction.answered:
                transaction.owner = None
        self._transactions = [transaction for transaction in self._transactions if not transaction.answered]

    # --- what the network says (`services.RequestOwner`)

    def on_response(self, tx: ClientTransaction, response: Response) -> None:
        self._stop("hop")
        if response.status < 200:
            self._progress(tx, response)
        elif response.status < 300:
            self._finish()
            self.call.answered(self, tx, self._bridge(tx, response), response)
        elif not self.over and self._is_tried(tx):
            self._finish()
            self.call.attempt_failed(self, response.status, response)

    def on_timed_out(self, tx: ClientTransaction) -> None:
        if self._is_tried(tx):
            self._failed("timed_out", "no final answer")

    def on_fault(self, why: str) -> None:
        self.call.recover(self, why)

    def on_transport_failed(self, tx: ClientTransaction) -> None:
        if self.over or not self._is_tried(tx):
            return
        if self._hops:
            self._next_hop()  # another address of the same target (RFC 3263 §4.3)
            return
        self._failed("unreachable", f"{tx.hop} cannot be reached")

    # --- ours

    def _compose(self) -> Request:
        context = self.call.context
        from_header = from_value(context.plan, context.marks, token())
        try:
            return compose_invite(context, self.target, self._services.provider(), from_header, self._call_id)
        except Exception as error:  # noqa: BLE001 - promise 2: what cannot be written must not keep the call from going
            return self._plain(from_header, error)

    def _plain(self, from_header: str, error: Exception) -> Request:
        context = self.call.context
        context.recorder.alarm(
            "invite_without_location",
            f"The call {context.marks.call_id} went out without its documents: {error}. Correct the record.",
        )
        return compose_plain(context, self.target, from_header, self._call_id)

    async def _look_up(self, uri: Uri, size: int) -> None:
        self._dial(await self._services.endpoint.resolver.hops(uri, size))

    def _dial(self, hops: list[Hop]) -> None:
        if self.over:
            return
        self._hops = list(hops)
        if not hops:
            self._failed("unreachable", f"no address is known for {self.target.uri}")
            return
        self._next_hop()

    def _next_hop(self) -> None:
        hop = self._hops.pop(0)
        try:
            transaction = self._send(hop)
        except LocalProtocolError as error:  # text from a record that no bytes stand for
            self._invite = self._plain(self._invite.required("From"), error)
            transaction = self._send(hop)
        transaction.owner = self
        if self._hops:
            self._after("hop", self._patience / (len(self._hops) + 1), self._hop_silent)
        self._transactions.append(transaction)
        self.call.context.recorder.fact(
            fact_kinds.DIALLED,
            attempt=self.number,
            target=self.target.name,
            uri=self.target.uri,
            kind=self.target.kind,
            hop=str(hop),
        )

    def _send(self, hop: Hop) -> ClientTransaction:
        self._invite.set("Contact", self._services.endpoint.contact("callpoint", hop))
        return self._services.endpoint.request(self._invite, hop)

    def _hop_silent(self) -> None:
        if not self.over and self._hops:
            self._cancel_all()
            self._next_hop()

    def _is_tried(self, tx: ClientTransaction) -> bool:
        return bool(self._transactions) and tx is self._transactions[-1]

    def _cancel_all(self) -> None:
        for transaction in self._transactions:
            self._services.endpoint.cancel(transaction)

    def _progress(self, tx: ClientTransaction, response: Response) -> None:
        if response.status == 100 or self.over:
            return
        self._stop("reroute")  # somebody is there: from now on we wait for a human (RFC 3261 §16.7 step 2)
        self.call.progress(self, self._bridge(tx, response), response)

    def _silent(self) -> None:
        """The reroute time is over without any sign of life."""
        if self.over:
            return
        self.cancel()
        self.call.attempt_failed(self, "silent", None, f"no sign of life within {self._patience:g} s")

    def _failed(self, outcome: Outcome, why: str) -> None:
        if self.over:
            return
        self._finish()
        self.call.attempt_failed(self, outcome, None, why)

    def _finish(self) -> None:
        self.over = True
        self._stop("hop")
        self._stop("reroute")
        self._services.dialling_call_ids.discard(self._call_id)

    def _after(self, name: str, seconds: float, act: Callable[[], None]) -> None:
        self._stop(name)
        self._timers[name] = self._services.endpoint.call_later(seconds, act)

    def _stop(self, name: str) -> None:
        timer = self._timers.pop(name, None)
        if timer is not None:
            timer.cancel()

    def _bridge(self, tx: ClientTransaction, response: Response) -> Bridge | None:
        """The bridge of the branch this response came from; None when it names no dialog.

        An answer without a To tag names one all the same: RFC 3261 §12.1.2 takes the tag as empty (RFC 2543 peers).
        """
        try:
            tag = response.to.tag
            if tag is None and response.status < 200:
                return None
            tag = tag or ""
            bridge = self._bridges.get(tag)
            if bridge is None:
                # Our own copy: the transaction keeps its request as bytes once it is answered, and would parse it anew.
                dialog = Dialog.as_caller(self._invite, response, tx.hop)
                bridge = Bridge(self._services, self.call, Leg(self._services.endpoint, "psap", dialog), tx)
                self._bridges[tag] = bridge
            return bridge
        except SipError:
            return None  # a response too broken for a dialog: its status still counts

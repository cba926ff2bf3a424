"""Notices by phone, through the node's control link.

The node tells each step of a call. Read out once is *sent*; a key is a person, so *delivered*, and acknowledged
besides. The node knows a call by the notice's key: asking again while it is under way, or after it was heard, dials
nobody.
"""

import asyncio
import contextlib
import logging
from pathlib import Path
from typing import Any, Final

from callpoint.channels.notice import DeliveryError, Notice, OnReport, Receipt, Report
from callpoint.channels.phrases import short_language
from callpoint.channels.reporting import Reports
from callpoint.routing.alert_records import Recipient
from callpoint.transport.control import ControlClient, ControlError, LinkLostError, Params, Peer

logger = logging.getLogger(__name__)

LINK_SECONDS: Final = 3.0
POLL_SECONDS: Final = 0.05
METHOD: Final = "call_out"
# RFC 3261 §21.4, §21.6: the number itself is the trouble. Busy, silent and declining phones may do better later.
_NO_SUCH_NUMBER: Final = frozenset({404, 410, 414, 416, 484, 604})
# Calls that can be joined.
_WITH_A_CALL: Final = frozenset({"emergency", "relay_center"})
_TAKEN: Final = frozenset({"acknowledged", "joined"})


class _Call:
    """One call out as far as it has come."""

    def __init__(self, recipient: Recipient) -> None:
        self.recipient = recipient
        self.answered = False
        self.taken = False
        self.outcome: asyncio.Future[Receipt] = asyncio.get_running_loop().create_future()

    def succeed(self, receipt: Receipt) -> None:
        if not self.outcome.done():
            self.outcome.set_result(receipt)

    def fail(self, error: DeliveryError) -> None:
        if not self.outcome.done():
            self.outcome.set_exception(error)
            self.outcome.exception()  # it is told to whoever waits; nobody waiting is no fault


class VoiceSender:
    """Belongs to one event loop; the link is made by the first call and kept."""

    def __init__(self, control: Path, on_report: OnReport) -> None:
        self._client = ControlClient(control, {METHOD: self._told}, on_lost=self._lost)
        self._reports = Reports(on_report)
        self._calls: dict[str, _Call] = {}
        self._linking: asyncio.Task[None] | None = None

    async def send(self, notice: Notice, recipient: Recipient) -> Receipt:
        await self._linked()
        call = self._calls[notice.key] = _Call(recipient)
        try:
            await self._client.ask(METHOD, **_order(notice, recipient))
            return await call.outcome
        except LinkLostError as error:
            raise DeliveryError(f"the node cannot be asked: {error}") from error
        except ControlError as error:
            why = str(error)
            raise DeliveryError(f"the node does not call: {why}", permanent=not why.startswith("fault")) from error
        finally:
            if call.outcome.cancelled() or not call.outcome.done() or call.outcome.exception() is not None:
                self._calls.pop(notice.key, None)

    async def close(self) -> None:
        if self._linking is not None:
            self._linking.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._linking

    async def _linked(self) -> None:
        if self._linking is None:
            self._linking = asyncio.create_task(self._client.run())
        try:
            async with asyncio.timeout(LINK_SECONDS):
                while not self._client.connected:
                    await asyncio.sleep(POLL_SECONDS)
        except TimeoutError:
            raise DeliveryError("the node, which makes the calls, is not there") from None

    async def _told(self, _: Peer, params: Params) -> None:
        key, state = str(params.get("key", "")), str(params.get("state", ""))
        call = self._calls.get(key)
        if call is None:
            return
        if state == "answered":
            call.answered = True
        elif state == "spoken":
            call.succeed(Receipt(reference=key))
        elif state in _TAKEN:
            self._taken(key, call)
        elif state == "ended":
            self._calls.pop(key, None)
            call.fail(_unheard(call, params))

    def _taken(self, key: str, call: _Call) -> None:
        call.succeed(Receipt(reference=key, delivered=True))
        if not call.taken:
            call.taken = True
            by = call.recipient.name or call.recipient.address
            self._reports.tell(Report(reference=key, state="acknowledged", by=by))

    def _lost(self) -> None:
        calls, self._calls = self._calls, {}
        for call in calls.values():
            call.fail(DeliveryError("the node went away during the call", uncertain=call.answered))


def _order(notice: Notice, recipient: Recipient) -> Params:
    call: Any = notice.document.get("call")
    call_id = str(call.get("call_id", "")) if isinstance(call, dict) else ""
    joinable = notice.type in _WITH_A_CALL and not notice.test and bool(call_id)
    return {
        "key": notice.key,
        "number": recipient.address,
        "organization": notice.organization,
        "alert": notice.alert,
        "text": {
            "language": short_language(notice.language),
            "sentences": [line for line in notice.text.splitlines() if line.strip()],
        },
        "join_call": call_id if joinable else "",
        "may_join": joinable,
    }


def _unheard(call: _Call, params: Params) -> DeliveryError:
    status, why = int(params.get("status") or 0), str(params.get("why") or "")
    if call.answered:
        return DeliveryError("it was answered, but hung up before the alert had been read out")
    words = " ".join(part for part in (str(status) if status else "", why) if part)
    return DeliveryError(f"nobody answered: {words or 'no reason given'}", permanent=status in _NO_SUCH_NUMBER)

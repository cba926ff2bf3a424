"""One re-INVITE of the node itself inside one party's dialog, and what the party makes of it.

It is acknowledged here whatever becomes of the work it was sent for (RFC 3261 §13.2.2.4): an answer that comes after
everybody has lost interest is a change of the session all the same, and is told like any other.
"""

import asyncio
import random
from dataclasses import dataclass

from callpoint.node.leg import Leg
from callpoint.sip.errors import RemoteProtocolError
from callpoint.sip.events import ClientTransaction
from callpoint.sip.hop import Hop
from callpoint.sip.message import Request, Response
from callpoint.sip.retry_after import RetryAfter

# RFC 3261 §14.1: seconds to wait after a 491, for whoever made up the Call-ID of the dialog and for the other side.
GLARE_WAIT_OF_OWNER = (2.1, 4.0)
GLARE_WAIT_OF_OTHER = (0.0, 2.0)
LONGEST_WAIT = 10.0  # what a party may ask for by Retry-After (RFC 3261 §14.2)


@dataclass(frozen=True, slots=True)
class Answer:
    """What came: a 2xx `response`, a refusal by `status`, or nothing (`status` 408 or 503, no response)."""

    status: int
    reason: str
    response: Response | None = None
    wait: float = 0.0
    """Seconds after which the same may be offered again; 0: it was refused for good."""

    @property
    def taken(self) -> bool:
        return self.response is not None and 200 <= self.status < 300

    @property
    def refused(self) -> bool:
        """The session is as it was before (RFC 3261 §14.1); without any response that is not known."""
        return self.response is not None and self.status >= 300


class OwnOffer:
    """`request` goes out on `leg`, whose dialog it was made in. An owner of requests (`services.RequestOwner`)."""

    def __init__(self, leg: Leg, request: Request, owns_call_id: bool) -> None:
        self._leg = leg
        self._request = request
        self._owns_call_id = owns_call_id
        self._number = leg.dialog.local_cseq
        self._out: ClientTransaction | None = None
        self._given_up = False
        self._answer: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()

    async def answer(self) -> Answer:
        """Sends it, and waits for the final word, which always comes: an answer, a refusal or a time-out."""
        self._leg.with_hop(self._send)
        return await self._answer

    def cancel(self) -> None:
        """Nobody wants to wait any longer; its final word comes all the same."""
        self._given_up = True
        if self._out is not None:
            self._leg.endpoint.cancel(self._out)

    def abandon(self) -> None:
        """The call is over: whoever waits hears so now, and a late answer is still acknowledged."""
        self.cancel()
        self._settle(Answer(487, "the call has ended"))

    # --- the party's answer (`services.RequestOwner`)

    def on_response(self, tx: ClientTransaction, response: Response) -> None:
        if response.status < 200:
            return
        if response.status < 300:
            self._acknowledge(tx)
        self._settle(Answer(response.status, response.reason, response, self._wait(response)))

    def on_timed_out(self, tx: ClientTransaction) -> None:
        self._settle(Answer(408, "it did not answer"))

    def on_transport_failed(self, tx: ClientTransaction) -> None:
        self._settle(Answer(503, "it cannot be reached"))

    def on_fault(self, why: str) -> None:
        self._settle(Answer(500, why))

    # --- ours

    def _send(self, hop: Hop) -> None:
        if self._given_up:  # while the name of the party's host was looked up
            self._settle(Answer(487, "it was given up"))
            return
        self._out = self._leg.endpoint.request(self._request, hop)
        self._out.owner = self

    def _acknowledge(self, tx: ClientTransaction) -> None:
        ack = self._leg.request("ACK", cseq=self._number)
        self._leg.with_hop(lambda hop: self._leg.endpoint.acknowledge(tx, ack, hop))
        tx.owner = None  # a repeated 2xx is answered by the layer

    def _settle(self, answer: Answer) -> None:
        if not self._answer.done():
            self._answer.set_result(answer)

    def _wait(self, response: Response) -> float:
        if response.status == 491:
            first, last = GLARE_WAIT_OF_OWNER if self._owns_call_id else GLARE_WAIT_OF_OTHER
            return max(round(random.uniform(first, last), 2), 0.01)  # noqa: S311 - spreads load, guards nothing
        if response.status in (500, 503) and (value := response.get("Retry-After")) is not None:
            try:
                return min(max(float(RetryAfter.parse(value).seconds), 0.01), LONGEST_WAIT)
            except RemoteProtocolError:
                return 0.0
        return 0.0

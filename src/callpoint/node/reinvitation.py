"""A re-INVITE of ours that moves a phone's audio: sent, repeated after a glare, acknowledged (RFC 3261 §14.1)."""

import asyncio
import random

from callpoint.node.bodies import SDP_TYPE
from callpoint.node.leg import Leg
from callpoint.sip.errors import RemoteProtocolError
from callpoint.sip.events import ClientTransaction
from callpoint.sip.hop import Hop
from callpoint.sip.message import Request, Response
from callpoint.transport.endpoint import SipEndpoint

ANSWER_SECONDS = 5.0  # a phone answers a re-INVITE by itself, at once or not at all
GLARES_MET = 3
GLARE_SECONDS = (2.1, 4.0)  # RFC 3261 §14.1, for whoever made the Call-ID; the other end tries earlier


class Reinvitation:
    """Owner of its transactions (`services.RequestOwner`). Use `answered` once."""

    def __init__(self, endpoint: SipEndpoint, leg: Leg, description: bytes) -> None:
        self._endpoint = endpoint
        self._leg = leg
        self._description = description
        self._outcome: asyncio.Future[Response] | None = None
        self._cseq = 0

    async def answered(self) -> Response:
        """The 2xx, acknowledged. Raises RemoteProtocolError with the refusal, or 408 without any answer."""
        for _ in range(GLARES_MET):
            outcome = self._outcome = asyncio.get_running_loop().create_future()
            self._send()
            try:
                async with asyncio.timeout(ANSWER_SECONDS):
                    response = await outcome
            except TimeoutError:
                raise RemoteProtocolError(408, "no answer to the re-INVITE") from None
            if response.status != 491:
                return self._judged(response)
            await asyncio.sleep(random.uniform(*GLARE_SECONDS))  # noqa: S311 - spreads two tries, guards nothing
        raise RemoteProtocolError(491, "the phone goes on changing its audio itself")

    def abandon(self) -> None:
        """The call is over."""
        self._fail(481, "the phone has hung up")

    # --- `services.RequestOwner`

    def on_response(self, tx: ClientTransaction, response: Response) -> None:
        if response.status < 200:
            return
        if response.status < 300:
            ack = self._leg.request("ACK", cseq=self._cseq)
            self._leg.with_hop(lambda hop: self._endpoint.acknowledge(tx, ack, hop))
        if self._outcome is not None and not self._outcome.done():
            self._outcome.set_result(response)

    def on_timed_out(self, tx: ClientTransaction) -> None:
        self._fail(408, "no answer to the re-INVITE")

    def on_transport_failed(self, tx: ClientTransaction) -> None:
        self._fail(503, "the phone cannot be reached")

    def on_fault(self, why: str) -> None:
        self._fail(500, why)

    # --- ours

    def _send(self) -> None:
        invite = self._leg.request("INVITE")
        self._cseq = self._leg.dialog.local_cseq
        invite.set("Contact", self._leg.contact())
        invite.set("Content-Type", SDP_TYPE)
        invite.body = self._description
        self._leg.with_hop(lambda hop: self._own(invite, hop))

    def _own(self, invite: Request, hop: Hop) -> None:
        self._endpoint.request(invite, hop).owner = self

    def _judged(self, response: Response) -> Response:
        if response.status >= 300:
            raise RemoteProtocolError(response.status, response.reason)
        self._leg.dialog.refresh_target(response)
        return response

    def _fail(self, status: int, why: str) -> None:
        if self._outcome is not None and not self._outcome.done():
            self._outcome.set_exception(RemoteProtocolError(status, why))

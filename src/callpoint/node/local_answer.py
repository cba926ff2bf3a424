"""A call the node answers itself (933, test calls, the announcement of total failure, guards who dial in)."""

from collections.abc import Callable

from callpoint.media.media_port import MediaPort
from callpoint.media.ports import PortRange
from callpoint.node.audio_leg import ALLOWED, AudioLeg
from callpoint.node.bodies import SDP_TYPE
from callpoint.node.leg import Leg
from callpoint.node.services import Dialogs
from callpoint.sip.dialog import Dialog
from callpoint.sip.errors import RemoteProtocolError, SipError
from callpoint.sip.events import ServerTransaction
from callpoint.sip.hop import Hop
from callpoint.sip.message import Request, Response
from callpoint.transport.endpoint import SipEndpoint


class LocalAnswer(AudioLeg):
    """Answers one INVITE; owner of it and of its dialog (`services.InviteOwner`, `services.DialogOwner`)."""

    def __init__(
        self, endpoint: SipEndpoint, dialogs: Dialogs, invite: Request, tx: ServerTransaction, hop: Hop
    ) -> None:
        super().__init__(endpoint, dialogs, hop)
        self._invite = invite
        self._tx = tx
        tx.owner = self

    async def answer(self, ports: PortRange, extra: Callable[[Response], None] | None = None) -> bool:
        """Sends the 200 with our audio; False when the caller has gone, or no audio can be agreed on: then `status`
        and `why` say so, and the INVITE still wants an answer (`refuse`).

        `extra` may add to the 200. Without an offer in the INVITE ours goes into the 200 (RFC 3264 §5).
        """
        bind, advertised = self._endpoint.media_hosts(self._hop)
        try:
            self._port = await MediaPort.open(bind, ports)
        except OSError:
            self.status, self.why = 486, "No Audio Port Free"
            return False
        if self._over:  # the caller gave up meanwhile
            self._port.close()
            return False
        try:
            self._agree(self._invite, advertised)
        except SipError as error:
            self.status, self.why = (
                (error.status, error.reason)
                if isinstance(error, RemoteProtocolError)
                else (
                    500,
                    "No Audio Address",
                )
            )
            return False
        self._send_answer(extra)
        return True

    def refuse(self) -> None:
        """Sends the refusal that `answer` found; nothing where the call is over."""
        if not self._over:
            self._endpoint.respond(self._tx, self._tx.response(self.status or 500, self.why))
            self._finish("node")

    def abandon(self) -> None:
        """Gives the INVITE back unanswered: somebody else answers it."""
        self.on_ended = _given_back
        self._finish("node")

    # --- what the caller does (`services.InviteOwner`)

    def on_cancel(self, tx: ServerTransaction) -> None:
        if not tx.answered:
            self._endpoint.respond(tx, tx.response(487))
            self.status, self.why = 487, "the caller hung up before an answer"
            self._finish("caller")

    # --- ours

    def _send_answer(self, extra: Callable[[Response], None] | None) -> None:
        response = self._tx.response(200)
        response.set("Contact", self._endpoint.contact("callpoint", self._hop))
        response.set("Allow", ALLOWED)
        response.set("Content-Type", SDP_TYPE)
        response.body = self._description
        if extra is not None:
            extra(response)
        try:
            self._open_dialog(Leg(self._endpoint, "caller", Dialog.as_callee(self._invite, response, self._hop)))
        except SipError:
            self._leg = None  # no dialog can be made of this INVITE; the audio still plays, and ends by itself
        self._endpoint.respond(self._tx, response)
        self._begin_audio()

    def _finish(self, by: str) -> None:
        super()._finish(by)
        self._tx.owner = None


def _given_back(_by: str) -> None:
    """Somebody else tells how it ends."""

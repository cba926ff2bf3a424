"""A call the node answers itself: one leg of audio, one dialog (933, test calls, the announcement of total failure)."""

import asyncio
import secrets
from collections.abc import Callable, Coroutine, Sequence
from typing import Any

from callpoint.media.announcer import announce
from callpoint.media.media_port import DEFAULT_PTIME, MediaPort
from callpoint.media.ports import PortRange
from callpoint.media.sip_info_digits import SipInfoDigits
from callpoint.node.bodies import SDP_TYPE, part_of_type
from callpoint.node.leg import Leg
from callpoint.node.services import Dialogs
from callpoint.sip import sdp
from callpoint.sip.dialog import Dialog
from callpoint.sip.errors import RemoteProtocolError, SipError
from callpoint.sip.events import ServerTransaction
from callpoint.sip.hop import Hop
from callpoint.sip.message import Message, Request, Response
from callpoint.speech.renderer import Renderer
from callpoint.transport.endpoint import SipEndpoint

ALLOWED = "ACK, BYE, CANCEL, INFO, INVITE, OPTIONS, UPDATE"
LAST_SOUND_SECONDS = 0.2  # between the last packet and our BYE: the far end's jitter buffer still plays it


class LocalAnswer:
    """Answers one INVITE; owner of it and of its dialog (`services.InviteOwner`, `services.DialogOwner`).

    `on_ended(by)` is told once, with "caller" or "node"; `status` and `why` say more by then. `on_digit` hears
    RFC 4733 events and INFO digits alike.
    """

    def __init__(
        self, endpoint: SipEndpoint, dialogs: Dialogs, invite: Request, tx: ServerTransaction, hop: Hop
    ) -> None:
        self._endpoint = endpoint
        self._dialogs = dialogs
        self._invite = invite
        self._tx = tx
        self._hop = hop
        self._leg: Leg | None = None
        self._port: MediaPort | None = None
        self._description = b""
        self._session_id = secrets.randbits(31)
        self._version = 0
        self._script: asyncio.Task[None] | None = None
        self._over = False
        self.status = 0  # of a refusal; 0 when there was none
        self.why = "hung up"
        self.on_ended: Callable[[str], None] = _nobody
        self.on_digit: Callable[[str], None] = _nobody
        tx.owner = self

    @property
    def over(self) -> bool:
        return self._over

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
        self.on_ended = _nobody
        self._finish("node")

    def start(self, script: Coroutine[Any, Any, None]) -> None:
        """Runs what is to be said beside the signalling, then hangs up; cancelled when the call ends."""
        if self._over:
            script.close()
        else:
            self._script = self._endpoint.spawn(self._run(script))
            self._script.add_done_callback(lambda _: script.close())  # one that ended before its first step

    async def _run(self, script: Coroutine[Any, Any, None]) -> None:
        try:
            await script
            await asyncio.sleep(LAST_SOUND_SECONDS)
        finally:
            self.hang_up()  # also after a fault: no caller is left on a silent line

    async def say(self, renderer: Renderer, segments: Sequence[str]) -> None:
        """Speaks; returns when the last segment was heard."""
        if self._port is not None:
            await announce(self._port, renderer.prompt, segments)

    def hang_up(self) -> None:
        """BYE from us."""
        if self._over:
            return
        leg = self._leg
        if leg is not None:
            bye = leg.request("BYE")
            leg.with_hop(lambda hop: self._forget(bye, hop))
        self._finish("node")

    # --- what the caller does (`services.InviteOwner`, `services.DialogOwner`)

    def on_cancel(self, tx: ServerTransaction) -> None:
        if not tx.answered:
            self._endpoint.respond(tx, tx.response(487))
            self.status, self.why = 487, "the caller hung up before an answer"
            self._finish("caller")

    def on_ack(self, tx: ServerTransaction, ack: Request) -> None:
        if part_of_type(ack, SDP_TYPE) is not None and self._port is not None:
            try:
                self._listen_to(ack)
            except RemoteProtocolError:
                self.hang_up()  # an answer we cannot use: there is no audio to come

    def on_ack_missing(self, tx: ServerTransaction) -> None:
        self.hang_up()

    def on_dialog_request(self, leg: Leg, tx: ServerTransaction, request: Request) -> None:
        try:
            leg.dialog.accept(request)
        except RemoteProtocolError as error:
            self._endpoint.respond(tx, request.response(error.status, error.reason))
            return
        handler = _METHODS.get(request.method)
        if handler is None:
            response = request.response(405)
            response.set("Allow", ALLOWED)
            self._endpoint.respond(tx, response)
        else:
            handler(self, tx, request)

    # --- ours

    def _agree(self, message: Message, advertised: str) -> None:
        """Our description, from the offer in `message` where there is one; raises RemoteProtocolError 4xx."""
        port = self._port
        if port is None:
            raise RemoteProtocolError(500, "No Audio Port")
        part = part_of_type(message, SDP_TYPE)
        if part is None:
            self._describe(sdp.offer(advertised, port.local.port, self._session_id))
            return
        self._describe(sdp.answer(sdp.Sdp.parse(part.body), advertised, port.local.port, self._session_id))
        self._listen_to(message)

    def _describe(self, description: bytes) -> None:
        """RFC 3264 §8: the session stays the same one, its version grows with each description."""
        self._version += 1
        same = f"{self._session_id} {self._session_id} IN"
        grown = f"{self._session_id} {self._session_id + self._version} IN"
        self._description = description.replace(same.encode(), grown.encode(), 1)

    def _listen_to(self, message: Message) -> None:
        part = part_of_type(message, SDP_TYPE)
        description = sdp.Sdp.parse(part.body) if part is not None else None
        audio = description.audio if description is not None else None
        codec = description.codec() if description is not None else None
        if self._port is None or audio is None or codec is None:
            raise RemoteProtocolError(488, "Not Acceptable Here")
        port = 0 if audio.on_hold else audio.port  # who does not want to hear us is sent nothing (RFC 3264 §8.4)
        try:
            self._port.set_remote(audio.address, port, codec, audio.telephone_event, audio.ptime or DEFAULT_PTIME)
        except ValueError as error:
            raise RemoteProtocolError(488, "Not Acceptable Here") from error

    def _send_answer(self, extra: Callable[[Response], None] | None) -> None:
        response = self._tx.response(200)
        response.set("Contact", self._endpoint.contact("callpoint", self._hop))
        response.set("Allow", ALLOWED)
        response.set("Content-Type", SDP_TYPE)
        response.body = self._description
        if extra is not None:
            extra(response)
        try:
            self._leg = Leg(self._endpoint, "caller", Dialog.as_callee(self._invite, response, self._hop))
            self._dialogs.add(self._leg, self)
        except SipError:
            self._leg = None  # no dialog can be made of this INVITE; the audio still plays, and ends by itself
        self._endpoint.respond(self._tx, response)
        if self._port is not None:
            self._port.on_digit = self._digit
            self._port.start()

    def _digit(self, digit: str) -> None:
        self.on_digit(digit)

    def _bye(self, tx: ServerTransaction, request: Request) -> None:
        self._endpoint.respond(tx, request.response(200))
        self._finish("caller")

    def _info(self, tx: ServerTransaction, request: Request) -> None:
        self._endpoint.respond(tx, request.response(200))
        digit = SipInfoDigits.parse(request.get("Content-Type") or "", request.body)
        if digit is not None:
            if self._port is not None:
                self._port.clear()
            self.on_digit(digit.digit)

    def _renegotiate(self, tx: ServerTransaction, request: Request) -> None:
        """A re-INVITE or UPDATE: a phone going on hold, or moving its audio (RFC 3261 §14.2)."""
        described = request.method == "INVITE" or part_of_type(request, SDP_TYPE) is not None
        try:
            if described:
                self._agree(request, self._endpoint.media_hosts(self._hop)[1])
        except SipError:
            self._endpoint.respond(tx, request.response(488))
            return
        if self._leg is not None:
            self._leg.dialog.refresh_target(request)
        response = request.response(200)
        response.set("Contact", self._endpoint.contact("callpoint", self._hop))
        if described:
            response.set("Content-Type", SDP_TYPE)
            response.body = self._description
        if request.method == "INVITE":
            tx.owner = self
        self._endpoint.respond(tx, response)

    def _options(self, tx: ServerTransaction, request: Request) -> None:
        response = request.response(200)
        response.set("Allow", ALLOWED)
        self._endpoint.respond(tx, response)

    def _finish(self, by: str) -> None:
        if self._over:
            return
        self._over = True
        if self._script is not None and self._script is not asyncio.current_task():
            self._script.cancel()
        if self._port is not None:
            self._port.on_digit = None
            self._port.close()
        if self._leg is not None:
            self._dialogs.remove(self._leg)
        self.on_ended(by)
        # What is over must not be kept by the transaction that lives 32 s longer, nor keep its script.
        self._tx.owner = None
        self.on_ended = self.on_digit = _nobody
        self._port = self._script = None

    def _forget(self, request: Request, hop: Hop) -> None:
        self._endpoint.request(request, hop)


def _nobody(_word: str) -> None:
    """Nobody listens yet."""


_Handler = Callable[[LocalAnswer, ServerTransaction, Request], None]
_METHODS: dict[str, _Handler] = {
    "BYE": LocalAnswer._bye,
    "INFO": LocalAnswer._info,
    "INVITE": LocalAnswer._renegotiate,
    "UPDATE": LocalAnswer._renegotiate,
    "OPTIONS": LocalAnswer._options,
}

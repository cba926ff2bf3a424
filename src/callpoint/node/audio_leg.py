"""A call whose far end talks with the node itself: one dialog, one leg of audio, keys in, speech out.

The audio may be somewhere else for a while (`move_audio`): a guard's phone is then heard by the media process, while
the dialog, and with it the keys sent by INFO, stays here. Who was called by whom is for the subclasses to know.
"""

import asyncio
import secrets
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass
from typing import Any

from callpoint.media.announcer import announce
from callpoint.media.media_port import DEFAULT_PTIME, MediaPort
from callpoint.media.sip_info_digits import SipInfoDigits
from callpoint.node.bodies import SDP_TYPE, part_of_type
from callpoint.node.leg import Leg
from callpoint.node.reinvitation import Reinvitation
from callpoint.node.services import Dialogs
from callpoint.sip import sdp
from callpoint.sip.errors import RemoteProtocolError, SipError
from callpoint.sip.events import ServerTransaction
from callpoint.sip.glare import check_glare
from callpoint.sip.hop import Hop
from callpoint.sip.message import Message, Request, Response
from callpoint.speech.renderer import Renderer
from callpoint.transport.endpoint import SipEndpoint

ALLOWED = "ACK, BYE, CANCEL, INFO, INVITE, OPTIONS, UPDATE"
LAST_SOUND_SECONDS = 0.2  # between the last packet and our BYE: the far end's jitter buffer still plays it


@dataclass(frozen=True)
class FarAudio:
    """Where the far end takes its audio, and in which form: G.711 payload type, that of RFC 4733 digits, ms a packet.

    `port` is 0 while it does not want to hear us (RFC 3264 §8.4).
    """

    host: str
    port: int
    payload_type: int
    event_type: int | None
    ptime: int


class AudioLeg:
    """`on_ended(by)` is told once, with "caller" (the far end) or "node"; `status` and `why` say more by then.

    `on_digit` hears RFC 4733 events and INFO digits alike. Owner of its dialog (`services.DialogOwner`).
    """

    def __init__(self, endpoint: SipEndpoint, dialogs: Dialogs, hop: Hop) -> None:
        self._endpoint = endpoint
        self._dialogs = dialogs
        self._hop = hop
        self._leg: Leg | None = None
        self._port: MediaPort | None = None
        self._description = b""
        self._session_id = secrets.randbits(31)
        self._version = 0
        self._script: asyncio.Task[None] | None = None
        self._over = False
        self._elsewhere: tuple[str, int] | None = None  # where our end of the audio is, when it is not at our port
        self._moving: Reinvitation | None = None
        self.status = 0  # of a refusal; 0 when there was none
        self.why = "hung up"
        self.on_ended: Callable[[str], None] = _nobody
        self.on_digit: Callable[[str], None] = _nobody
        self.on_far_audio: Callable[[FarAudio], None] = _nowhere  # it moved while our end is elsewhere

    @property
    def over(self) -> bool:
        return self._over

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

    async def move_audio(self, host: str, port: int) -> FarAudio:
        """Offers the far end our audio at `host`:`port`, which is somebody else's; returns where it wants its own.

        Raises AudioNotMovedError when it does not follow: its audio is where it was.
        """
        before, self._elsewhere = self._elsewhere, (host, port)
        try:
            far = await self._reinvite(host, port)
        except BaseException:
            self._elsewhere = before
            raise
        if self._port is not None:
            self._port.stop()  # two of us sending would be heard as noise
        return far

    async def take_audio_back(self) -> None:
        """The audio is ours again. Raises AudioNotMovedError."""
        media = self._port
        if media is None or self._elsewhere is None:
            return
        self._elsewhere = None
        far = await self._reinvite(self._endpoint.media_hosts(self._hop)[1], media.local.port)
        self._hear_at(far)
        media.start()

    # --- what the far end does (`services.InviteOwner`, `services.DialogOwner`)

    def on_cancel(self, tx: ServerTransaction) -> None:
        """A re-INVITE was answered at once; there is nothing left to cancel."""

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

    # --- for subclasses

    def _open_dialog(self, leg: Leg) -> None:
        self._leg = leg
        self._dialogs.add(leg, self)

    def _begin_audio(self) -> None:
        if self._port is not None:
            self._port.on_digit = self._digit
            self._port.start()

    def _agree(self, message: Message, advertised: str) -> None:
        """Our description, from the offer in `message` where there is one; raises RemoteProtocolError 4xx."""
        port = self._port
        if port is None:
            raise RemoteProtocolError(500, "No Audio Port")
        host, number = self._elsewhere or (advertised, port.local.port)
        part = part_of_type(message, SDP_TYPE)
        if part is None:
            self._describe(sdp.offer(host, number, self._session_id))
            return
        self._describe(sdp.answer(sdp.Sdp.parse(part.body), host, number, self._session_id))
        self._listen_to(message)

    def _describe(self, description: bytes) -> None:
        """RFC 3264 §8: the session stays the same one, its version grows with each description."""
        self._version += 1
        same = f"{self._session_id} {self._session_id} IN"
        grown = f"{self._session_id} {self._session_id + self._version} IN"
        self._description = description.replace(same.encode(), grown.encode(), 1)

    def _listen_to(self, message: Message) -> None:
        far = far_audio(message)
        if self._elsewhere is not None:
            self.on_far_audio(far)
        else:
            self._hear_at(far)

    def _forget(self, request: Request, hop: Hop) -> None:
        self._endpoint.request(request, hop)

    def _finish(self, by: str) -> None:
        if self._over:
            return
        self._over = True
        if self._script is not None and self._script is not asyncio.current_task():
            self._script.cancel()
        if self._moving is not None:
            self._moving.abandon()
        if self._port is not None:
            self._port.on_digit = None
            self._port.close()
        if self._leg is not None:
            self._dialogs.remove(self._leg)
        self.on_ended(by)
        # What is over must not be kept by a transaction that lives 32 s longer, nor keep its script.
        self.on_ended = self.on_digit = _nobody
        self.on_far_audio = _nowhere
        self._port = self._script = None

    # --- ours

    def _hear_at(self, far: FarAudio) -> None:
        if self._port is None:
            raise RemoteProtocolError(488, "Not Acceptable Here")
        try:
            self._port.set_remote(far.host, far.port, far.payload_type, far.event_type, far.ptime)
        except ValueError as error:
            raise RemoteProtocolError(488, "Not Acceptable Here") from error

    async def _reinvite(self, host: str, port: int) -> FarAudio:
        leg = self._leg
        if leg is None or self._over:
            raise AudioNotMovedError("the phone has hung up")
        self._describe(sdp.offer(host, port, self._session_id))
        self._moving = Reinvitation(self._endpoint, leg, self._description)
        try:
            answer = await self._moving.answered()
            return far_audio(answer)
        except SipError as error:
            raise AudioNotMovedError(f"the phone does not move its audio: {error}") from error
        finally:
            self._moving = None

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
                check_glare(ours_pending=self._moving is not None, theirs_pending=False)
                self._agree(request, self._endpoint.media_hosts(self._hop)[1])
        except SipError as error:
            self._endpoint.respond(tx, _refusal(request, error))
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


class AudioNotMovedError(SipError):
    """The far end did not take its audio elsewhere; the text says why."""


def far_audio(message: Message) -> FarAudio:
    """What the SDP in `message` says of its sender; RemoteProtocolError 488 when there is no audio we speak."""
    part = part_of_type(message, SDP_TYPE)
    description = sdp.Sdp.parse(part.body) if part is not None else None
    audio = description.audio if description is not None else None
    codec = description.codec() if description is not None else None
    if audio is None or codec is None:
        raise RemoteProtocolError(488, "Not Acceptable Here")
    port = 0 if audio.on_hold else audio.port  # who does not want to hear us is sent nothing (RFC 3264 §8.4)
    return FarAudio(audio.address, port, codec, audio.telephone_event, audio.ptime or DEFAULT_PTIME)


def _refusal(request: Request, error: SipError) -> Response:
    pending = isinstance(error, RemoteProtocolError) and error.status == 491
    return request.response(491 if pending else 488)


def _nobody(_word: str) -> None:
    """Nobody listens yet."""


def _nowhere(_far: FarAudio) -> None:
    """The audio is our own."""


_Handler = Callable[[AudioLeg, ServerTransaction, Request], None]
_METHODS: dict[str, _Handler] = {
    "BYE": AudioLeg._bye,
    "INFO": AudioLeg._info,
    "INVITE": AudioLeg._renegotiate,
    "UPDATE": AudioLeg._renegotiate,
    "OPTIONS": AudioLeg._options,
}

"""A simulated PSAP, relay center or phone: takes calls over SIP, greets with tones, listens, presses keys, hangs up,
calls back."""

import asyncio
import datetime
import secrets
from collections.abc import Callable
from dataclasses import dataclass

from callpoint.lab.agent_call import AgentCall, CallState, IncomingCall, OutgoingCall
from callpoint.lab.behaviour import REFUSALS, Behaviour, Mode
from callpoint.lab.free_port import free_port
from callpoint.lab.received_call import ReceivedCall
from callpoint.lab.sound import Sound, notes
from callpoint.lab.user_agent import Dial, UserAgent
from callpoint.media.ports import PortRange
from callpoint.sip.errors import RemoteProtocolError
from callpoint.sip.hop import Hop
from callpoint.sip.message import Request, Response

MAX_CALLS_KEPT = 500  # shown by the page and the JSON; the oldest that is over goes first
NOT_ACCEPTABLE_HERE = 488
SERVER_ERROR = 500

Clock = Callable[[], datetime.datetime]


class NoSuchCallError(LookupError):
    """Nobody of that name has called."""


class CallbackError(ValueError):
    """The call cannot be called back; the text says why."""


@dataclass(frozen=True)
class Station:
    """Who this is and how it sounds: after the greeting notes (Hz) comes `tone` until the call ends."""

    name: str
    host: str
    greeting: tuple[int, ...]
    tone: int
    node: Hop | None = None  # where call-backs are sent; None: there are none
    node_host: str = "callpoint.invalid"


class AnsweringPoint:
    """All calls of one station. Made inside a running event loop; `open` binds its ports."""

    def __init__(self, station: Station, ports: PortRange, clock: Clock) -> None:
        self.station = station
        self.behaviour = Behaviour()
        self.calls: list[ReceivedCall] = []
        self.callbacks: list[OutgoingCall] = []
        self._ports = ports
        self._clock = clock
        self._agent = UserAgent(
            self._call_arrived, new_session=self._new_session, on_digit=self._info_digit, screen=self._screen
        )
        self._sounds: dict[AgentCall, Sound] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    async def open(self, port: int) -> int:
        """Binds UDP and TCP on the same port (0: any free one); gives the port. Raises OSError."""
        chosen = port or free_port(self.station.host)
        await self._agent.listen("udp", self.station.host, chosen)
        return await self._agent.listen("tcp", self.station.host, chosen)

    async def close(self) -> None:
        for task in self._tasks:
            task.cancel()
        for sound in self._sounds.values():
            sound.close()
        await self._agent.close()

    def find(self, name: str) -> ReceivedCall:
        """The newest call of that name (call_id or SIP Call-ID). Raises NoSuchCallError."""
        for received in reversed(self.calls):
            if received.is_named(name):
                return received
        raise NoSuchCallError(name)

    def hang_up(self, name: str | None = None) -> int:
        """Ends that call, or every answered one; gives how many. Raises NoSuchCallError."""
        chosen = self.calls if name is None else [self.find(name)]
        live = [r.call for r in chosen if r.call is not None and r.call.state is CallState.ANSWERED]
        for call in live:
            call.hang_up()
        return len(live)

    def press(self, name: str, digits: str) -> None:
        """Presses keys in that call. Raises NoSuchCallError; ValueError where it takes none, or they are none."""
        received = self.find(name)
        if received.sound is None or received.state is not CallState.ANSWERED:
            raise ValueError("the call is not answered")
        received.sound.send_digits(digits)

    async def call_back(self, name: str | None = None) -> OutgoingCall:
        """Calls the callback number of a received call through the node, marked as RFC 7090 §4.2 says.

        Without a name the newest call that brought a number is called back. Raises NoSuchCallError; CallbackError when
        the call brought no number or no node is known; OSError without a free audio port.
        """
        received = self.find(name) if name is not None else self._newest_with_number()
        station = self.station
        if station.node is None:
            raise CallbackError("no node is configured to call back through")
        if not received.callback_number:
            raise CallbackError("the call brought no callback number")
        sound = await Sound.open(station.host, self._ports, secrets.randbits(31))
        sound.play_steadily(station.tone)
        uri = f"sip:{received.callback_number}@{station.node_host};user=phone"
        from_uri = f"sip:{station.name}@{self._agent.endpoint.sent_by(station.node)}"
        headers = (("Priority", "psap-callback"),)
        call = self._agent.call(Dial(uri, from_uri, station.node, sound.offer(), headers, user=station.name))
        self.callbacks = [*self.callbacks[1 - MAX_CALLS_KEPT :], call]
        self._attach(call, sound)
        return call

    def _newest_with_number(self) -> ReceivedCall:
        for received in reversed(self.calls):
            if received.callback_number:
                return received
        raise NoSuchCallError("with a callback number")

    # --- what the user agent tells

    def _screen(self, message: Request | Response, source: Hop) -> bool:
        """Silence is kept before anything can answer 100: the call is only noted, once."""
        if self.behaviour.mode is not Mode.SILENT or not isinstance(message, Request) or message.method != "INVITE":
            return True
        try:
            is_new = message.to.tag is None
        except RemoteProtocolError:
            return False
        if is_new and not any(r.invite.get("Call-ID") == message.get("Call-ID") for r in self.calls):
            self._keep(ReceivedCall(message, self._clock(), str(source)))
        return not is_new

    def _call_arrived(self, call: IncomingCall) -> None:
        received = ReceivedCall(call.invite, self._clock(), str(call.hop), call)
        self._keep(received)
        call.listeners.append(lambda _: self._changed(received))
        refusal = REFUSALS.get(self.behaviour.mode)
        if refusal is not None:
            call.reject(refusal)
            self._changed(received)
            return
        call.ring()
        task = asyncio.get_running_loop().create_task(self._answer(received, call, self.behaviour.ring_seconds))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _answer(self, received: ReceivedCall, call: IncomingCall, ring_seconds: float) -> None:
        await asyncio.sleep(ring_seconds)
        if call.is_over:
            return
        try:
            sound = await Sound.open(self.station.host, self._ports, secrets.randbits(31))
        except OSError:
            call.reject(SERVER_ERROR)
            return
        received.sound = sound
        self._attach(call, sound)
        sound.play(notes(self.station.greeting, 0.3))
        sound.play_steadily(self.station.tone)
        try:
            sdp = sound.answer(call.remote_sdp) if call.remote_sdp else sound.offer()
        except RemoteProtocolError:
            call.reject(NOT_ACCEPTABLE_HERE)
            return
        call.answer(sdp)
        if call.remote_sdp:
            sound.connect(call.remote_sdp)

    def _attach(self, call: AgentCall, sound: Sound) -> None:
        self._sounds[call] = sound
        call.on_session = self._session_arrived
        call.listeners.append(self._close_sound_when_over)

    def _session_arrived(self, call: AgentCall) -> None:
        sound = self._sounds.get(call)
        if sound is not None:
            sound.connect(call.remote_sdp)

    def _close_sound_when_over(self, call: AgentCall) -> None:
        if call.is_over:
            sound = self._sounds.pop(call, None)
            if sound is not None:
                sound.close()

    def _new_session(self, call: AgentCall) -> bytes:
        sound = self._sounds.get(call)
        if sound is None:
            raise RemoteProtocolError(NOT_ACCEPTABLE_HERE, "Not Acceptable Here")
        return sound.answer(call.remote_sdp)

    def _info_digit(self, call: AgentCall, digit: str) -> None:
        for received in self.calls:
            if received.call is call:
                received.info_digits += digit

    def _changed(self, received: ReceivedCall) -> None:
        if received.state is CallState.ANSWERED:
            received.answered_at = self._clock()
        elif received.call is not None and received.call.is_over:
            received.ended_at = received.ended_at or self._clock()

    def _keep(self, received: ReceivedCall) -> None:
        self.calls.append(received)
        if len(self.calls) > MAX_CALLS_KEPT:
            over = next((r for r in self.calls if r.call is None or r.call.is_over), self.calls[0])
            self.calls.remove(over)

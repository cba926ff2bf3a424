"""A guard's phone at a call: called by us or dialling in, its audio handed to the media process for as long.

Theory of operation. The media process is asked for a seat in the call's room and answers where the phone shall send its
audio; a re-INVITE moves it there, and the phone's own address goes back to the media process. Keys then come to that
process, or here by INFO; both mean the same: 1 speaks, 0 only listens again. When the call is over, or the media
process is gone, the audio comes back to the node, which says so and hangs up. Nothing here touches the parties' call.
"""

import asyncio
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from callpoint.node.audio_leg import AudioLeg, AudioNotMovedError, FarAudio
from callpoint.node.phone_phrases import phrases
from callpoint.node.recorder import Recorder
from callpoint.routing.alert_records import MonitorMode
from callpoint.snapshot import fact_kinds
from callpoint.speech.renderer import Renderer
from callpoint.transport.control import ControlError

SEAT_SECONDS = 10.0  # the first listener's seat waits for two re-INVITEs of the parties' call
MODE_KEYS = {"1": "join", "0": "listen"}

AllowedMode = Callable[[str], MonitorMode]
"""What an organization lets guards do (`alert_records.Monitoring.mode`), by its slug."""


class MediaRooms(Protocol):
    """The link to the media process (`transport.control.ControlClient`)."""

    async def ask(self, method: str, seconds: float = ..., **params: Any) -> dict[str, Any]:
        """Raises ControlError (LinkLostError while there is no link) and TimeoutError."""


@dataclass(frozen=True)
class Seat:
    """Who sits down at which call; `mode` is "listen" or "join"."""

    call_id: str
    organization: str
    who: str
    mode: str
    language: str = "en"


@dataclass
class Seated:
    """A phone in a room. `over` is set with `ending`, the phrase that says why, "" for none."""

    leg: AudioLeg
    seat: Seat
    session: str
    over: asyncio.Event = field(default_factory=asyncio.Event)
    ending: str = ""

    def end(self, ending: str) -> None:
        self.ending = ending
        self.over.set()


class GuardPhones:
    """All guards' phones that listen to calls of this node."""

    def __init__(self, rooms: MediaRooms, renderer: Renderer, recorder: Recorder, allowed: AllowedMode) -> None:
        self._rooms = rooms
        self._renderer = renderer
        self._recorder = recorder
        self._allowed = allowed
        self._seated: dict[str, Seated] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    def mode_of(self, organization: str) -> MonitorMode:
        """What its guards may do: "off", "listen", or "join"."""
        return self._allowed(organization)

    async def sit_down(self, leg: AudioLeg, seat: Seat, on_seated: Callable[[], None]) -> str:
        """Seats the phone and stays with it until it leaves; returns "" then, or why there was no seat, in words.

        To be awaited in the leg's own script, which ends with the call. `on_seated` is called when it listens.
        """
        allowed = self._allowed(seat.organization)
        if allowed == "off":
            return self._refused(seat, "monitoring is switched off")
        mode = "listen" if allowed == "listen" else seat.mode
        await leg.say(self._renderer, (self._greeting(mode, allowed, seat.language),))
        try:
            seated = await self._take_seat(leg, seat, mode)
        except (ControlError, TimeoutError, AudioNotMovedError) as error:
            await self._bring_back(leg)
            return self._refused(seat, str(error) or "the media process does not answer")
        try:
            on_seated()
            leg.on_digit = lambda key: self._key(seated, key)
            leg.on_far_audio = lambda far: self._spawn(self._tell_far_audio(seated, far))
            await seated.over.wait()
        finally:
            self._seated.pop(seated.session, None)
            self._spawn(self._leave(seated))
        await self._say_ending(seated)
        return ""

    # --- what the media process tells

    def session_changed(self, params: Mapping[str, Any]) -> None:
        """`session {session, call_id, who, state: joined | left | failed, why}`."""
        seated = self._seated.get(str(params.get("session")))
        if seated is not None and params.get("state") in ("left", "failed"):
            seated.end("call_over" if params.get("state") == "left" else "monitoring_ended")

    def key_pressed(self, params: Mapping[str, Any]) -> None:
        """`digit {session, digit}`: a key that came with the audio (RFC 4733)."""
        seated = self._seated.get(str(params.get("session")))
        if seated is not None:
            self._key(seated, str(params.get("digit")))

    def media_lost(self) -> None:
        """The media process is gone, and all its rooms with it."""
        for seated in list(self._seated.values()):
            seated.end("monitoring_ended")

    async def close(self) -> None:
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    # --- ours

    def _greeting(self, mode: str, allowed: MonitorMode, language: str) -> str:
        name = "joining" if mode == "join" else "listening_may_join" if allowed == "join" else "listening"
        return phrases(language)[name]

    async def _take_seat(self, leg: AudioLeg, seat: Seat, mode: str) -> Seated:
        given = await self._rooms.ask(
            "seat_phone",
            SEAT_SECONDS,
            call_id=seat.call_id,
            organization=seat.organization,
            who=seat.who,
            mode=mode,
        )
        seated = Seated(leg, seat, str(given["session"]))
        self._seated[seated.session] = seated
        try:
            far = await leg.move_audio(str(given["host"]), int(given["port"]))
            await self._tell_far_audio(seated, far)
        except BaseException:
            self._seated.pop(seated.session, None)
            self._spawn(self._leave(seated))
            raise
        return seated

    async def _tell_far_audio(self, seated: Seated, far: FarAudio) -> None:
        await self._rooms.ask(
            "seat_remote",
            session=seated.session,
            host=far.host,
            port=far.port,
            payload_type=far.payload_type,
            event_type=far.event_type,
            ptime=far.ptime,
        )

    def _key(self, seated: Seated, key: str) -> None:
        mode = MODE_KEYS.get(key)
        if mode is not None and (mode == "listen" or self._allowed(seated.seat.organization) == "join"):
            self._spawn(self._change_mode(seated, mode))

    async def _change_mode(self, seated: Seated, mode: str) -> None:
        try:
            await self._rooms.ask("mode", session=seated.session, mode=mode)
        except (ControlError, TimeoutError) as error:
            self._refused(seated.seat, f"the mode could not be changed: {error}")

    async def _leave(self, seated: Seated) -> None:
        try:
            await self._rooms.ask("leave", session=seated.session)
        except (ControlError, TimeoutError):
            return  # the room is gone, or was left already

    async def _say_ending(self, seated: Seated) -> None:
        if seated.ending and await self._bring_back(seated.leg):
            await seated.leg.say(self._renderer, (phrases(seated.seat.language)[seated.ending],))

    async def _bring_back(self, leg: AudioLeg) -> bool:
        """Whether the phone hears the node again."""
        try:
            await leg.take_audio_back()
        except AudioNotMovedError:
            return False  # it hears nothing any more; hanging up says enough
        return not leg.over

    def _refused(self, seat: Seat, why: str) -> str:
        self._recorder.of_call(seat.call_id, seat.organization).fact(
            fact_kinds.MONITOR, step="failed", by=seat.who, how="phone", why=why, recording=""
        )
        return why

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._done)

    def _done(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        error = None if task.cancelled() else task.exception()
        if error is not None and not isinstance(error, ControlError | TimeoutError):
            asyncio.get_running_loop().call_exception_handler(
                {"message": "beside a guard's phone", "exception": error, "task": task}
            )

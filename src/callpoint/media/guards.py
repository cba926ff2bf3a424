"""The guards: who sits in which room, in which mode; what is announced and recorded because of it.

What an organization allows is asked of its alert plan each time, and again while somebody sits: monitoring turned off
ends it, "listen only" makes listeners of those who had joined. Everything that happens is told to `tell`.
"""

import asyncio
import logging
import secrets
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from callpoint.media.anchoring import Anchoring, LegPlace, Node
from callpoint.media.listening_words import Announcement, Prompt, announcement
from callpoint.media.phone_line import PhoneLine
from callpoint.media.recorder import Recorder, RecordingOf
from callpoint.media.room import Room
from callpoint.media.rtp_leg import Remote
from callpoint.media.seat import Seat, SeatMode, allowed
from callpoint.routing.alert_records import AlertPlan
from callpoint.transport.control import ControlError

logger = logging.getLogger(__name__)

MAX_SEATS: Final = 16
"""In one room: a guard post, and those who happen to look."""
MAX_GUARDS: Final = 64
"""In all rooms: each may be a browser, which costs as much as a dozen calls."""
MAX_OF_ONE: Final = 32
"""Of one organization, so that one alone leaves seats for the others."""
SETTLE_SECONDS: Final = 30.0
"""Whoever has a seat and does not take it up within this time has given it up."""
LOOK_SECONDS: Final = 1.0

PlanOf = Callable[[str], AlertPlan | None]
Tell = Callable[[str, dict[str, Any]], None]
"""Told (what, particulars): "session", "recording" or "digit"; see `control_methods`."""


class Guards:
    """Belongs to one event loop; `run` is its task."""

    def __init__(
        self, node: Node, place: LegPlace, max_calls: int, data_dir: Path, plan_of: PlanOf, prompt: Prompt, tell: Tell
    ) -> None:
        self.anchoring = Anchoring(node, place, max_calls, self._line_broken, self._deserted)
        self.seats: dict[str, Seat] = {}
        self._data_dir = data_dir
        self._plan_of = plan_of
        self._prompt = prompt
        self._tell = tell
        self._settling: dict[str, float] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    # --- what others ask

    def check(self, organization: str, mode: SeatMode) -> None:
        """Raises ControlError where the organization does not allow that."""
        plan = self._plan_of(organization)
        refusal = allowed(plan.monitoring, mode) if plan is not None else "This organization has no alert plan."
        if refusal:
            raise ControlError(refusal)

    async def sit(self, seat: Seat) -> Seat:
        """Gives him that seat, the call's audio brought here if need be; his line is closed when there is none.

        The guard hears and is heard from `took_up` on. Raises ControlError.
        """
        call_id, organization = seat.call_id, seat.organization
        try:
            self.check(organization, seat.mode)
            if len(self.seats) >= MAX_GUARDS:
                raise ControlError(f"{MAX_GUARDS} guards listen already; no more at once.")
            if sum(one.organization == organization for one in self.seats.values()) >= MAX_OF_ONE:
                raise ControlError(f"{MAX_OF_ONE} guards of this organization listen already; no more at once.")
            async with self.anchoring.turn(call_id):
                room = await self.anchoring.room_for(call_id, organization)
                if self.anchoring.rooms.get(call_id) is not room:
                    raise ControlError("The call has ended.")  # while its audio was on the way here
                if len(room.seats) >= MAX_SEATS:
                    raise ControlError(f"{MAX_SEATS} guards are at this call already.")
                room.admit(seat)
        except BaseException:
            await seat.line.close()
            raise
        self.seats[seat.session] = seat
        self._settling[seat.session] = asyncio.get_running_loop().time() + SETTLE_SECONDS
        self._record_if_wanted(room)
        return seat

    async def sit_by_phone(self, call_id: str, organization: str, who: str, mode: SeatMode) -> tuple[Seat, PhoneLine]:
        """A seat for a phone, and its leg. Raises ControlError."""
        session = new_session()
        try:
            leg = await self.anchoring.place.open()
        except OSError as error:
            raise ControlError(f"There is no port for the guard's audio: {error}.") from error
        line = PhoneLine(leg, lambda digit: self._tell("digit", {"session": session, "digit": digit}))
        return await self.sit(Seat(session, call_id, organization, who, "phone", mode, line)), line

    def phone_remote(self, session: str, remote: Remote) -> None:
        """Where the guard's phone takes its audio; the first time is when it takes up its seat. Raises ControlError."""
        seat = self._seat(session)
        if not isinstance(seat.line, PhoneLine):
            raise ControlError("That is no phone.")
        try:
            seat.line.leg.set_remote(remote)
        except ValueError as error:
            raise ControlError(str(error)) from error
        self.took_up(session)

    def took_up(self, session: str) -> None:
        """The guard is there: his line stands. Told and announced the first time."""
        seat = self.seats.get(session)
        if seat is None or seat.joined:
            return
        seat.joined = True
        self._settling.pop(session, None)
        self._tell_session(seat, "joined")
        room = self.anchoring.rooms.get(seat.call_id)
        if room is not None:
            self._announce(room, "listening")

    def lost(self, session: str, why: str) -> None:
        """The guard's line is gone."""
        self._spawn(self.leave(session, why, failed=True))

    def change_mode(self, session: str, mode: SeatMode) -> None:
        """Raises ControlError."""
        seat = self._seat(session)
        self.check(seat.organization, mode)
        if mode == "join" and not seat.line.can_speak:
            raise ControlError("This line carries no sound of yours; listen anew to join.")
        if seat.mode != mode:
            seat.mode = mode
            self._tell_session(seat, "mode")

    async def leave(self, session: str, why: str = "", failed: bool = False) -> None:
        """Empties the seat, and gives the call back if it was the last; one that is empty already is no matter."""
        seat = self.seats.pop(session, None)
        if seat is None:
            return
        self._settling.pop(session, None)
        room = self.anchoring.rooms.get(seat.call_id)
        if room is not None:
            room.dismiss(session)
        self._tell_session(seat, "failed" if failed else "left", why)
        await seat.line.close()
        if room is not None:
            async with self.anchoring.turn(seat.call_id):
                await self.anchoring.give_back(room)

    async def record(self, call_id: str, organization: str) -> str:
        """Record that call, if its organization wants calls recorded; the recording's name. Raises ControlError."""
        plan = self._plan_of(organization)
        if plan is None or not plan.monitoring.record:
            raise ControlError("This organization does not record calls.")
        async with self.anchoring.turn(call_id):
            room = await self.anchoring.room_for(call_id, organization)
            self._record_if_wanted(room)
            if room.recorder is None:
                raise ControlError("The recording of this call has ended.")
            return room.recorder.name

    async def call_ended(self, call_id: str, why: str = "The call has ended.") -> None:
        """Everybody leaves; there is nothing to give back."""
        room = self.anchoring.rooms.get(call_id)
        if room is None:
            return
        seats = room.seats
        await self._finish_recording(room)
        self.anchoring.ended(call_id)
        await asyncio.gather(*(self.leave(seat.session, why) for seat in seats))

    # --- what happens by itself

    async def run(self) -> None:
        """Until cancelled."""
        clock = asyncio.create_task(self.anchoring.clock.run())
        try:
            while True:
                self.look(asyncio.get_running_loop().time())
                await asyncio.sleep(LOOK_SECONDS)
        finally:
            clock.cancel()

    def look(self, now: float) -> None:
        """Who has not come, who may not stay; `now` is the loop's time."""
        for session, until in list(self._settling.items()):
            if now > until:
                self._spawn(self.leave(session, "It was not taken up.", failed=True))
        for seat in list(self.seats.values()):
            plan = self._plan_of(seat.organization)
            refusal = allowed(plan.monitoring, "listen") if plan is not None else ""
            if refusal:
                self._spawn(self.leave(seat.session, refusal))
            elif plan is not None and allowed(plan.monitoring, seat.mode):
                seat.mode = "listen"
                self._tell_session(seat, "mode", allowed(plan.monitoring, "join"))
        self.anchoring.look_after(now)

    async def close(self) -> None:
        """Everybody leaves and every call is given back; the process ends."""
        for room in list(self.anchoring.rooms.values()):
            await self._finish_recording(room)
        await asyncio.gather(*(self.leave(session, "Callpoint is being stopped.") for session in list(self.seats)))
        await self.anchoring.close()

    def _line_broken(self, seat: Seat, why: str) -> None:
        self._spawn(self.leave(seat.session, why, failed=True))

    def _deserted(self, room: Room) -> None:
        self._spawn(self._empty(room))

    async def _empty(self, room: Room) -> None:
        await self._finish_recording(room)
        for seat in room.seats:
            await self.leave(seat.session, "The call's audio does not come here any more.")

    def _seat(self, session: str) -> Seat:
        seat = self.seats.get(session)
        if seat is None:
            raise ControlError("That session is over.")
        return seat

    # --- announcing and recording

    def _announce(self, room: Room, what: Announcement) -> None:
        plan = self._plan_of(room.organization)
        if plan is not None and plan.monitoring.announce and what not in room.announced:
            room.announced.add(what)
            self._spawn(self._say(room, what, plan.language))

    async def _say(self, room: Room, what: Announcement, language: str) -> None:
        room.announce(await announcement(self._prompt, what, language))

    def _record_if_wanted(self, room: Room) -> None:
        """Once a room: a recording that failed is not begun anew with every guard who comes."""
        plan = self._plan_of(room.organization)
        if plan is None or not plan.monitoring.record or room.recorded:
            return
        room.recorded = True
        what = RecordingOf(room.call_id, room.organization, datetime.now(UTC))
        room.recorder = Recorder(self._data_dir, what, lambda why: self._recording_failed(room, why))
        self._tell_recording(room, room.recorder, "started")
        self._announce(room, "recording")

    def _recording_failed(self, room: Room, why: str) -> None:
        recorder, room.recorder = room.recorder, None
        if recorder is not None:
            self._tell_recording(room, recorder, "failed", why)

    async def _finish_recording(self, room: Room) -> None:
        recorder, room.recorder = room.recorder, None
        if recorder is not None:
            await recorder.finish()
            if not recorder.failed:
                self._tell_recording(room, recorder, "finished")

    # --- telling

    def _tell_session(self, seat: Seat, state: str, why: str = "") -> None:
        particulars = {"session": seat.session, "call_id": seat.call_id, "organization": seat.organization}
        particulars |= {"who": seat.who, "account": seat.account, "how": seat.how, "mode": seat.mode}
        self._tell("session", particulars | {"state": state, "why": why})

    def _tell_recording(self, room: Room, recorder: Recorder, state: str, why: str = "") -> None:
        particulars = {"call_id": room.call_id, "organization": room.organization, "recording": recorder.name}
        self._tell("recording", particulars | {"state": state, "why": why})

    def _spawn(self, work: Any) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._done)

    def _done(self, task: "asyncio.Task[None]") -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            logger.error("beside a call that is listened to", exc_info=error)


def new_session() -> str:
    """A name nobody can guess."""
    return secrets.token_urlsafe(12)

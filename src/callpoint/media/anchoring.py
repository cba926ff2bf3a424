"""Brings a call's audio into a room and back to direct, by the node's re-INVITEs.

Theory of operation. The node owns the call. It is asked to `anchor` it: to point both parties at two legs of ours; and
to `release` it: to point them at each other again. One of the two at a time for each call. What goes wrong is decided
in favour of the parties:

    anchor refused            the call is direct as before; whoever wanted it is told why
    anchor without an answer  release is asked for; until that is answered we mix whatever comes
    release refused or lost   the room stays and goes on mixing; asked again, and closed when nobody sends any more

So a room is closed only when the node says the audio is elsewhere, the call has ended, or both parties are silent.
"""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Protocol

from callpoint.media.mix_clock import MixClock, Ticking
from callpoint.media.ports import PortRange
from callpoint.media.room import Room
from callpoint.media.rtp_leg import Remote, RtpLeg
from callpoint.media.seat import Seat
from callpoint.transport.control import ControlError, LinkLostError

logger = logging.getLogger(__name__)

ANCHOR_SECONDS: Final = 20.0
"""Two re-INVITEs one after the other, each with a glare to be met (RFC 3261 §14.1)."""
RELEASE_AGAIN_SECONDS: Final = 5.0
SILENT_SECONDS: Final = 10.0
"""Nobody needs a room, and nobody sends: the audio has gone elsewhere."""
DESERTED_SECONDS: Final = 60.0
"""The same, while guards still listen: the parties may be on hold, or suppress silence."""
SIDES: Final = ("caller", "psap")


class Node(Protocol):
    """The link to the node."""

    @property
    def connected(self) -> bool: ...

    async def ask(self, method: str, seconds: float, **params: Any) -> dict[str, Any]:
        """Raises ControlError, LinkLostError, TimeoutError."""
        ...


@dataclass(frozen=True)
class LegPlace:
    """Where legs are opened: `bind` is an address of this host, `advertised` the one peers are told."""

    bind: str
    advertised: str
    ports: PortRange

    async def open(self) -> RtpLeg:
        """Raises OSError."""
        return await RtpLeg.open(self.bind, self.advertised, self.ports)


class Anchoring:
    """Every room there is. `on_broken(seat, why)` hears of a guard's line that failed, `on_deserted(room)` of a room
    whose parties have long been silent."""

    def __init__(
        self,
        node: Node,
        place: LegPlace,
        max_calls: int,
        on_broken: Callable[[Seat, str], None],
        on_deserted: Callable[[Room], None],
    ) -> None:
        self.rooms: dict[str, Room] = {}
        self.place = place
        self.clock = MixClock(self._on_fault)
        self._node = node
        self._max_calls = max_calls
        self._on_broken = on_broken
        self._on_deserted = on_deserted
        self._turns: dict[str, tuple[asyncio.Lock, int]] = {}
        self._tries: dict[str, float] = {}
        self._tasks: set[asyncio.Task[Any]] = set()
        self._faulty: set[str] = set()

    @contextlib.asynccontextmanager
    async def turn(self, call_id: str) -> AsyncIterator[None]:
        """One at a time for each call: nobody enters a room that is just being given up."""
        lock, waiting = self._turns.get(call_id, (asyncio.Lock(), 0))
        self._turns[call_id] = lock, waiting + 1
        try:
            async with lock:
                yield
        finally:
            waiting = self._turns[call_id][1] - 1
            self._turns[call_id] = lock, waiting
            if not waiting:
                del self._turns[call_id]

    async def room_for(self, call_id: str, organization: str) -> Room:
        """The call's room, its audio brought here if it is not yet; within `turn`. Raises ControlError."""
        room = self.rooms.get(call_id)
        if room is None:
            # A task of its own: whoever asked may go away meanwhile, and an anchored call needs its room.
            return await asyncio.shield(self._spawn(self._anchor(call_id, organization)))
        if room.organization != organization:
            raise ControlError("There is no such call.")
        return room

    async def give_back(self, room: Room) -> None:
        """The parties talk directly again, if nobody needs the room; within `turn`."""
        if not room.wanted and self.rooms.get(room.call_id) is room:
            await asyncio.shield(self._spawn(self._release(room)))

    def ended(self, call_id: str) -> None:
        """The call is over: nothing to be given back."""
        room = self.rooms.get(call_id)
        if room is not None:
            self._close(room)

    def remote_changed(self, call_id: str, side: str, remote: Remote) -> None:
        """A party moved its audio. Raises ControlError for what is not here, or cannot be."""
        room = self.rooms.get(call_id)
        if room is None or side not in SIDES:
            raise ControlError("There is no such call.")
        try:
            room.leg(side).set_remote(remote)
        except ValueError as error:
            raise ControlError(str(error)) from error

    def look_after(self, now: float) -> None:
        """To be called now and then; `now` is the loop's time."""
        for room in list(self.rooms.values()):
            silent = now - room.heard_at
            if room.call_id in self._turns:
                continue
            if room.wanted:
                if silent > DESERTED_SECONDS:
                    self._on_deserted(room)
            elif now - self._tries.get(room.call_id, 0.0) > RELEASE_AGAIN_SECONDS:
                self._tries[room.call_id] = now
                self._spawn(self._clear(room))

    async def close(self) -> None:
        """Give every call back; the process ends."""
        for room in list(self.rooms.values()):
            await self._release(room)
            self._close(room)

    async def _clear(self, room: Room) -> None:
        async with self.turn(room.call_id):
            await self.give_back(room)

    async def _anchor(self, call_id: str, organization: str) -> Room:
        if len(self.rooms) >= self._max_calls:
            raise ControlError(f"{self._max_calls} calls are being listened to or recorded; no more at once.")
        if not self._node.connected:
            raise ControlError("The node cannot be asked now.")
        room = await self._new_room(call_id, organization)
        legs = {side: {"host": room.leg(side).local.host, "port": room.leg(side).local.port} for side in SIDES}
        try:
            answer = await self._node.ask("anchor", ANCHOR_SECONDS, call_id=call_id, organization=organization, **legs)
            for side in SIDES:
                room.leg(side).set_remote(remote_of(answer.get(side)))
        except (LinkLostError, TimeoutError, ValueError) as error:
            # What the node has done by now is not known: the room stays until it says so.
            logger.warning("call %s could not be brought here for sure: %r", call_id, error)
            await self._release(room)
            raise ControlError(f"The call's audio could not be brought here: {str(error) or 'no answer'}.") from error
        except ControlError:
            self._close(room)
            raise
        return room

    async def _new_room(self, call_id: str, organization: str) -> Room:
        opened = await asyncio.gather(self.place.open(), self.place.open(), return_exceptions=True)
        caller, psap = opened
        if isinstance(caller, BaseException) or isinstance(psap, BaseException):
            for leg in opened:
                if isinstance(leg, RtpLeg):
                    leg.close()
            raise ControlError("There is no port for the call's audio.")
        room = self.rooms[call_id] = Room(call_id, organization, caller, psap, self._on_broken)
        # Mixed from now on: a party that has been re-INVITEd sends before the other has answered.
        self.clock.add(room)
        return room

    async def _release(self, room: Room) -> None:
        try:
            await self._node.ask("release", ANCHOR_SECONDS, call_id=room.call_id)
        except (ControlError, TimeoutError) as error:
            now = asyncio.get_running_loop().time()
            self._tries[room.call_id] = now
            if now - room.heard_at > SILENT_SECONDS:
                self._close(room)
            else:
                logger.warning("call %s is not direct again yet: %s", room.call_id, str(error) or "no answer")
        else:
            self._close(room)

    def _close(self, room: Room) -> None:
        if self.rooms.get(room.call_id) is room:
            del self.rooms[room.call_id]
        self.clock.discard(room)
        self._tries.pop(room.call_id, None)
        self._faulty.discard(room.call_id)
        room.close()

    def _on_fault(self, ticking: Ticking, error: Exception) -> None:
        call_id = ticking.call_id if isinstance(ticking, Room) else ""
        if call_id not in self._faulty:
            self._faulty.add(call_id)
            logger.error("mixing call %s", call_id, exc_info=error)
            if isinstance(ticking, Room):
                self._on_deserted(ticking)

    def _spawn(self, work: Any) -> "asyncio.Task[Any]":
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task


def remote_of(document: object) -> Remote:
    """A party's audio as the node tells it. Raises ValueError."""
    if not isinstance(document, Mapping):
        raise ValueError("no audio was told")
    host, port = document.get("host"), document.get("port")
    if not isinstance(host, str) or not isinstance(port, int):
        raise ValueError("no address was told")
    numbers = {name: document.get(name) for name in ("payload_type", "event_type", "ptime")}
    wrong = [name for name, value in numbers.items() if value is not None and not isinstance(value, int)]
    if wrong:
        raise ValueError(f"{wrong[0]} is no number")
    given = {name: value for name, value in numbers.items() if isinstance(value, int)}
    if given.get("event_type") == 0:
        del given["event_type"]  # 0 is PCMU, and so how "none" is written
    return Remote(host, port, **given)

"""A room: one call's audio while it goes through us. Two legs for the parties, a seat for each guard.

Theory of operation. Each tick takes a frame from everybody, mixes, and gives everybody what the others said. A guard
hears the parties and the guards who have joined; the parties hear each other and the guards who have joined. The
parties come first: their frames are mixed and sent before any seat is touched for output, and a seat that fails in any
way is taken out of the room, told to `on_broken`, and missed by nobody.
"""

import logging
from collections.abc import Callable, Sequence
from typing import Final

import numpy as np

from callpoint.media.mixer import add, mix
from callpoint.media.playout import FRAME
from callpoint.media.recorder import Recorder
from callpoint.media.rtp_leg import RtpLeg
from callpoint.media.seat import Seat
from callpoint.speech import mu_law
from callpoint.speech.mu_law import Pcm

logger = logging.getLogger(__name__)

SILENT_FRAME: Final[Pcm] = np.zeros(FRAME, np.int16)


class Room:
    """Driven by the clock (`mix_clock.Ticking`). Belongs to one event loop."""

    def __init__(
        self, call_id: str, organization: str, caller: RtpLeg, psap: RtpLeg, on_broken: Callable[[Seat, str], None]
    ) -> None:
        self.call_id = call_id
        self.organization = organization
        self.caller = caller
        self.psap = psap
        self.recorder: Recorder | None = None
        self.recorded = False
        self.announced: set[str] = set()
        self._seats: dict[str, Seat] = {}
        self._on_broken = on_broken
        self._announcement = b""
        # A key pressed at one end is for the other, and must come out of us as it came in.
        caller.on_event = psap.pass_on
        psap.on_event = caller.pass_on

    @property
    def seats(self) -> tuple[Seat, ...]:
        return tuple(self._seats.values())

    @property
    def wanted(self) -> bool:
        """Whether anybody needs the audio here."""
        return bool(self._seats) or self.recorder is not None

    @property
    def heard_at(self) -> float:
        """When a party was last heard, in the loop's time."""
        return max(self.caller.heard_at, self.psap.heard_at)

    def leg(self, side: str) -> RtpLeg:
        """Of "caller" or "psap". Raises KeyError."""
        return {"caller": self.caller, "psap": self.psap}[side]

    def admit(self, seat: Seat) -> None:
        """From the next tick on."""
        self._seats[seat.session] = seat

    def dismiss(self, session: str) -> Seat | None:
        """Whose seat that was; None when it was empty already."""
        return self._seats.pop(session, None)

    def announce(self, mu_law_sound: bytes) -> None:
        """Say something to the parties, over what is being said."""
        self._announcement += mu_law_sound

    def tick(self) -> None:
        seats = self.seats
        frames = [self.caller.take(), self.psap.take(), *(self._said_by(seat) for seat in seats)]
        heard = mix(frames, [True, True, *(seat.audible for seat in seats)])
        announced = self._announced()
        self.caller.give(add(heard[0], announced))
        self.psap.give(add(heard[1], announced))
        for seat, sound in zip(seats, heard[2:], strict=True):
            self._tell(seat, sound)
        if self.recorder is not None:
            self.recorder.write(_callers_end(seats, frames), frames[1])

    def skip(self, ticks: int) -> None:
        self.caller.skip(ticks)
        self.psap.skip(ticks)
        for seat in self.seats:
            seat.line.skip(ticks)
        if self.recorder is not None:
            silence = np.zeros(ticks * FRAME, np.int16)
            self.recorder.write(silence, silence)

    def close(self) -> None:
        """Gives the ports back; again is harmless."""
        self.caller.close()
        self.psap.close()

    def _said_by(self, seat: Seat) -> Pcm:
        """Asked of listeners as well: what they say is to be used up, not to wait until they join."""
        try:
            frame = seat.line.take()
            if frame.shape != SILENT_FRAME.shape:
                raise ValueError(f"a frame of {frame.shape} samples")
        except Exception as error:  # noqa: BLE001 - whatever is wrong with a guard, the parties hear each other
            self._throw_out(seat, error)
            return SILENT_FRAME
        return frame

    def _tell(self, seat: Seat, sound: Pcm) -> None:
        try:
            seat.line.give(sound)
        except Exception as error:  # noqa: BLE001 - see above
            self._throw_out(seat, error)

    def _throw_out(self, seat: Seat, error: Exception) -> None:
        if self.dismiss(seat.session) is not None:
            logger.error("the line of %s is broken", seat.who, exc_info=error)
            self._on_broken(seat, "The line is broken.")

    def _announced(self) -> Pcm:
        """This tick's part of what is announced."""
        if not self._announcement:
            return SILENT_FRAME
        part, self._announcement = self._announcement[:FRAME], self._announcement[FRAME:]
        return mu_law.decode(part.ljust(FRAME, bytes([mu_law.SILENCE])))


def _callers_end(seats: tuple[Seat, ...], frames: Sequence[Pcm]) -> Pcm:
    """The caller, and the guards who speak at his end of the line: the left channel of a recording."""
    sound = frames[0]
    for seat, frame in zip(seats, frames[2:], strict=True):
        if seat.audible:
            sound = add(sound, frame)
    return sound

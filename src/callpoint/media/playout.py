"""From packets as they come to frames as they are needed: the small jitter buffer before a mixer.

Theory of operation. A second of sound lies in a ring, each sample at the place its RTP timestamp names. A pointer
runs through it at our own clock's pace; what it passes is played and wiped, so what never came is silence. The
pointer is put DELAY behind the first packet. It moves out of step in three ways: with nothing left to play, a packet
that comes too late puts it back (the peer's clock is slower, or the way has become longer); a timestamp far ahead
takes it along (the peer began anew); and sound that lay unplayed for a whole WINDOW is passed over (the peer's clock
is faster than ours, or a burst has left delay behind).
"""

from typing import Final

import numpy as np

from callpoint.speech.mu_law import Pcm

FRAME: Final = 160
"""Samples of one tick of the mixer, 20 ms."""
DELAY: Final = 2 * FRAME
"""How much longer than the first a packet may be under way: the usual unevenness of an office network."""
LONGEST: Final = 20 * FRAME
"""A timestamp so far ahead of what is played is a new beginning and no burst."""
WINDOW: Final = 100
"""Ticks over which needless delay is measured, 2 s."""
# About a second, and a power of two, so that timestamps keep their places where they wrap.
_RING: Final = 8192
_TIMESTAMPS: Final = 0xFFFFFFFF


class PlayoutBuffer:
    """Sound of one source, put by timestamp and taken by the tick. No socket and no clock.

    `late` counts packets that came too late, `skipped` samples passed over to catch up.
    """

    def __init__(self) -> None:
        self._ring: Pcm = np.zeros(_RING, np.int16)
        self._source: object = None
        self._play = 0
        self._end = 0
        self._ticks = 0
        self._spare = LONGEST
        self.late = 0
        self.skipped = 0

    @property
    def waiting(self) -> int:
        """Samples from now to the end of what has come."""
        return self._end

    def put(self, source: object, timestamp: int, pcm: Pcm) -> None:
        """Sound that begins at `timestamp` (samples, 32 bits); another `source` (an SSRC) has another time."""
        pcm = pcm[:LONGEST]
        if source != self._source:
            self._source = source
            self._begin(timestamp)
        ahead = ((timestamp - self._play + 0x80000000) & _TIMESTAMPS) - 0x80000000
        if ahead < 0:
            self.late += 1
            if self._end:
                return  # one that was overtaken; the others are in time
        if not 0 <= ahead <= LONGEST:
            self._begin(timestamp)
            ahead = DELAY
        self._write(timestamp, pcm)
        self._end = max(self._end, ahead + len(pcm))

    def take(self) -> Pcm:
        """The FRAME samples of this tick; silence where nothing has come."""
        at = self._play % _RING
        frame = np.concatenate((self._ring[at : at + FRAME], self._ring[: max(at + FRAME - _RING, 0)]))
        self._pass_over(FRAME)
        self._spare = min(self._spare, self._end)
        self._ticks += 1
        if self._ticks >= WINDOW:
            self._catch_up()
        return frame

    def clear(self) -> None:
        """Forget what has not been played; the next packet begins anew."""
        self._source = None
        self._begin(0)

    def _begin(self, timestamp: int) -> None:
        self._ring[:] = 0
        self._play = (timestamp - DELAY) & _TIMESTAMPS
        self._end = 0
        self._spare, self._ticks = LONGEST, 0

    def _write(self, timestamp: int, pcm: Pcm) -> None:
        at = timestamp % _RING
        first = min(len(pcm), _RING - at)
        self._ring[at : at + first] = pcm[:first]
        self._ring[: len(pcm) - first] = pcm[first:]

    def _pass_over(self, samples: int) -> None:
        at = self._play % _RING
        self._ring[at : at + samples] = 0
        self._ring[: max(at + samples - _RING, 0)] = 0
        self._play = (self._play + samples) & _TIMESTAMPS
        self._end = max(self._end - samples, 0)

    def _catch_up(self) -> None:
        """`_spare` is the least that was left after any tick of the window: more than DELAY was never needed."""
        surplus = self._spare - DELAY
        if surplus >= FRAME:
            self._pass_over(surplus)
            self.skipped += surplus
        self._spare, self._ticks = LONGEST, 0

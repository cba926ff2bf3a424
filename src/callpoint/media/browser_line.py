"""A guard's browser: a WebRTC connection (aiortc) between it and the mixer.

What the browser sends is thrown away undecoded into sound for the mixer while its guard only listens: `hears_guard`
says so. A browser that vanishes is noticed by its silence: even a muted one sends RTCP every few seconds.
"""

import asyncio
import contextlib
import logging
from collections import deque
from collections.abc import Callable, Coroutine
from fractions import Fraction
from typing import Any, Final

import numpy as np
from aiortc import RTCConfiguration, RTCPeerConnection, RTCRtpSender, RTCSessionDescription
from aiortc.mediastreams import MediaStreamError, MediaStreamTrack
from aiortc.stats import RTCTransportStats
from av import AudioFrame, AudioResampler

from callpoint.media.anchoring import LegPlace
from callpoint.media.browser_offer import CODECS, BrowserOffer, OfferError
from callpoint.media.g711 import SAMPLE_RATE
from callpoint.media.ice_place import gather_at
from callpoint.media.playout import FRAME, PlayoutBuffer
from callpoint.speech.mu_law import Pcm

logger = logging.getLogger(__name__)

SILENT_SECONDS: Final = 12.0
"""Chromium reports every 5 s at most; two reports missing and some, and the guard is gone."""
LOOK_SECONDS: Final = 1.0
MOST_WAITING: Final = 10
"""Frames that wait for a slow encoder, 200 ms; older sound is of no use."""
OUT_OF_STEP: Final = 4 * FRAME
"""How far sound may be from the time its packets name before the line follows the packets."""


class MixedTrack(MediaStreamTrack):
    """What the guard hears, as aiortc wants to be given it: it waits in `recv` for the mixer's next frame."""

    kind = "audio"

    def __init__(self) -> None:
        super().__init__()
        self._frames: deque[Pcm] = deque(maxlen=MOST_WAITING)
        self._something = asyncio.Event()
        self._sample = 0

    def give(self, pcm: Pcm) -> None:
        self._frames.append(pcm)
        self._something.set()

    def skip(self, ticks: int) -> None:
        self._sample += ticks * FRAME

    async def recv(self) -> AudioFrame:
        while not self._frames:
            if self.readyState != "live":
                raise MediaStreamError
            self._something.clear()
            await self._something.wait()
        frame = AudioFrame.from_ndarray(self._frames.popleft()[np.newaxis, :], format="s16", layout="mono")
        frame.sample_rate = SAMPLE_RATE
        frame.pts = self._sample
        frame.time_base = Fraction(1, SAMPLE_RATE)
        self._sample += FRAME
        return frame

    def stop(self) -> None:
        super().stop()
        self._something.set()


class BrowserLine:
    """A `seat.SoundLine`. `on_connected` and `on_lost(why)` are each told at most once, and not after `close`."""

    def __init__(self, place: LegPlace, on_connected: Callable[[], None], on_lost: Callable[[str], None]) -> None:
        self.can_speak = False
        self.hears_guard: Callable[[], bool] = lambda: False
        self._place = place
        self._on_connected: Callable[[], None] | None = on_connected
        self._on_lost: Callable[[str], None] | None = on_lost
        self._connection = RTCPeerConnection(RTCConfiguration(iceServers=[]))
        self._track = MixedTrack()
        self._said = PlayoutBuffer()
        self._tasks: set[asyncio.Task[None]] = set()
        self._closing: asyncio.Task[None] | None = None

    async def answer(self, offer: BrowserOffer) -> str:
        """Our answer to it, with our candidate. Raises OfferError, and OSError when no port is free."""
        connection = self._connection
        self.can_speak = offer.sends
        transceiver = connection.addTransceiver(self._track, "sendrecv" if offer.sends else "sendonly")
        known = RTCRtpSender.getCapabilities("audio").codecs
        by_name = {codec.mimeType.lower().removeprefix("audio/"): codec for codec in known}
        transceiver.setCodecPreferences([by_name[name] for name in CODECS if name in by_name])
        gather_at(transceiver.receiver.transport.transport._connection, self._place)
        connection.on("connectionstatechange", self._state_changed)
        connection.on("track", self._track_came)
        try:
            await connection.setRemoteDescription(RTCSessionDescription(offer.sdp, "offer"))
            await connection.setLocalDescription(await connection.createAnswer())
        except OSError:
            raise
        except Exception as error:
            logger.info("an offer of a browser could not be answered: %r", error)
            raise OfferError("The offer cannot be answered.") from error
        self._spawn(self._watch())
        return str(connection.localDescription.sdp)

    def take(self) -> Pcm:
        return self._said.take()

    def give(self, pcm: Pcm) -> None:
        self._track.give(pcm)

    def skip(self, ticks: int) -> None:
        self._track.skip(ticks)

    async def close(self) -> None:
        """Waits until the connection is down; what it says of that to the browser has been sent then."""
        self._on_connected = self._on_lost = None
        if self._closing is None:
            self._closing = asyncio.create_task(self._close())
        await asyncio.shield(self._closing)

    async def _close(self) -> None:
        self._track.stop()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        try:
            await self._connection.close()
        except Exception:
            logger.exception("closing the line of a browser")

    # --- what aiortc tells

    def _state_changed(self) -> None:
        state = self._connection.connectionState
        if state == "connected" and self._on_connected is not None:
            told, self._on_connected = self._on_connected, None
            told()
        elif state in ("failed", "closed"):
            self._lost("The browser has gone." if state == "closed" else "The connection to the browser failed.")

    def _lost(self, why: str) -> None:
        if self._on_lost is not None:
            told, self._on_lost = self._on_lost, None
            told(why)

    def _track_came(self, track: MediaStreamTrack) -> None:
        self._spawn(self._listen(track))

    async def _listen(self, track: MediaStreamTrack) -> None:
        resampler, sample = AudioResampler(format="s16", layout="mono", rate=SAMPLE_RATE), 0
        with contextlib.suppress(MediaStreamError):  # the browser has stopped sending
            while True:
                frame = await track.recv()
                if not isinstance(frame, AudioFrame) or not self.hears_guard():
                    self._said.clear()
                    continue
                named = round((frame.pts or 0) * (frame.time_base or 0) * SAMPLE_RATE)
                if abs(named - sample) > OUT_OF_STEP:
                    sample = named
                for even in resampler.resample(frame):
                    pcm = even.to_ndarray()[0]
                    self._said.put(self, sample, pcm)
                    sample += len(pcm)

    async def _watch(self) -> None:
        """Notices that nothing comes any more, long before the consent of ICE runs out (RFC 7675 §5.1: 30 s)."""
        loop = asyncio.get_running_loop()
        seen, at = -1, loop.time()
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            received = await self._received()
            if received != seen or self._connection.connectionState != "connected":
                seen, at = received, loop.time()
            elif loop.time() - at > SILENT_SECONDS:
                self._lost("The browser is not heard from any more.")
                return

    async def _received(self) -> int:
        """Packets of RTP and RTCP so far."""
        statistics = await self._connection.getSenders()[0].getStats()
        return sum(one.packetsReceived for one in statistics.values() if isinstance(one, RTCTransportStats))

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

"""The audio of one call of the lab: plays tones, hears, and tells what it heard."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from callpoint.media.g711 import SAMPLE_RATE
from callpoint.media.media_port import MediaPort
from callpoint.media.ports import PortRange
from callpoint.media.tones import FLOOR, SHARE, share, tone
from callpoint.sip.errors import RemoteProtocolError
from callpoint.sip.sdp import Sdp, answer, offer
from callpoint.speech import mu_law

LONGEST_CALL_SECONDS = 3600  # a steady tone is queued for this long; queueing it costs references, no memory
LOOP_SECONDS = 2  # whole periods of every tone of a whole number of Hz, so that loops join without a click
KEPT_SECONDS = 300  # of what was heard; a forgotten call must not fill the memory
WINDOW_SECONDS = 0.1  # tones are told in steps of this
HZ_STEP = 1 / WINDOW_SECONDS


@dataclass(frozen=True)
class Heard:
    """What came in: seconds of sound, its level (RMS, 1.0 = full scale), and the seconds of each tone in Hz."""

    seconds: float
    level: float
    tones: dict[int, float]


class Sound:
    """One leg. `offer` or `answer` gives our SDP, `connect` takes theirs; then it plays and hears until `close`."""

    def __init__(self, port: MediaPort, session_id: int) -> None:
        """Use `open`."""
        self._port = port
        self._session_id = session_id
        self._heard = bytearray()
        self.digits = ""
        self.connected = False
        port.on_audio = self._hear
        port.on_digit = self._press

    @classmethod
    async def open(cls, host: str, ports: PortRange, session_id: int) -> "Sound":
        """Raises OSError when no port is free."""
        port = await MediaPort.open(host, ports)
        port.clear_on_digit = False
        return cls(port, session_id)

    def offer(self) -> bytes:
        return offer(self._port.local.host, self._port.local.port, self._session_id)

    def answer(self, remote_sdp: bytes) -> bytes:
        """Our answer to their offer. Raises RemoteProtocolError (400, 488) when it cannot be taken."""
        return answer(Sdp.parse(remote_sdp), self._port.local.host, self._port.local.port, self._session_id)

    def connect(self, remote_sdp: bytes) -> bool:
        """Speaks to where their SDP says from now on; False (and silence) when it names no G.711 we can reach."""
        try:
            session = Sdp.parse(remote_sdp)
            codec, audio = session.codec(), session.audio
            if audio is None or codec is None:
                return False
            self._port.set_remote(audio.address, audio.port, codec, audio.telephone_event)
        except (RemoteProtocolError, ValueError):
            return False
        self.connected = True
        self._port.start()
        return True

    def play(self, sound: bytes) -> None:
        """Mu-law, after everything queued."""
        self._port.play(sound)

    def play_steadily(self, frequency: int) -> None:
        """A tone until the call ends."""
        loop = tone([frequency], LOOP_SECONDS)
        for _ in range(LONGEST_CALL_SECONDS // LOOP_SECONDS):
            self._port.play(loop)

    def send_digits(self, digits: str) -> None:
        """As RFC 4733 events. Raises ValueError for what is no digit, or a peer that takes none."""
        self._port.send_digits(digits)

    def heard(self) -> Heard:
        return judge(bytes(self._heard))

    def recording(self) -> bytes:
        """What was heard, mu-law."""
        return bytes(self._heard)

    def close(self) -> None:
        self._port.close()

    def _hear(self, sound: bytes) -> None:
        if len(self._heard) < KEPT_SECONDS * SAMPLE_RATE:
            self._heard += sound

    def _press(self, digit: str) -> None:
        self.digits += digit


def notes(frequencies: Sequence[int], seconds: float) -> bytes:
    """One tone after the other, each that long: how an answering point greets."""
    return b"".join(tone([frequency], seconds) for frequency in frequencies)


def judge(sound: bytes) -> Heard:
    """Level and tones of mu-law. A tone counts in each window where it holds `SHARE` of the energy."""
    pcm = mu_law.decode(sound)
    level = float(np.sqrt(np.mean(pcm.astype(np.float64) ** 2))) / 32768 if pcm.size else 0.0
    size = round(WINDOW_SECONDS * SAMPLE_RATE)
    windows = [pcm[start : start + size] for start in range(0, pcm.size - size + 1, size)]
    found = [_tone_of(window) for window in windows]
    tones = {hz: round(found.count(hz) * WINDOW_SECONDS, 1) for hz in sorted({hz for hz in found if hz})}
    return Heard(round(pcm.size / SAMPLE_RATE, 2), round(level, 4), tones)


def _tone_of(window: mu_law.Pcm) -> int:
    """The frequency that stands out, in steps of 10 Hz; 0 when none does."""
    if np.sqrt(np.mean(window.astype(np.float64) ** 2)) < FLOOR * 32768:
        return 0
    hz = round(float(np.argmax(np.abs(np.fft.rfft(window))[1:]) + 1) * HZ_STEP)
    return hz if share(window, hz) >= SHARE else 0

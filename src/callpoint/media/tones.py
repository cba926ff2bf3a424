"""Tones: made for the lab's phones and PSAPs, and found again in what the other end heard."""

from collections.abc import Iterable

import numpy as np

from callpoint.media.g711 import SAMPLE_RATE
from callpoint.speech import mu_law
from callpoint.speech.mu_law import Pcm

# The level of a tone relative to full scale, where G.711 is cleanest.
LEVEL = 0.3
# A tone is there when it holds this share of all energy; speech spreads, noise spreads more.
SHARE = 0.6
# Quieter than this (of full scale, RMS) there is nothing: the noise of a silent line.
FLOOR = 0.003


def tone(frequencies: Iterable[float], seconds: float, level: float = LEVEL) -> bytes:
    """Sines of those frequencies in Hz, added, as mu-law; the sum's peak is `level` of full scale."""
    at = np.arange(round(seconds * SAMPLE_RATE)) / SAMPLE_RATE
    sines = [np.sin(2 * np.pi * frequency * at) for frequency in frequencies]
    pcm = np.round(np.sum(sines, axis=0) / len(sines) * level * 32767).astype(np.int16)
    return mu_law.encode(pcm)


def share(pcm: Pcm, frequency: float) -> float:
    """The share (0 to 1) of the energy of `pcm` at `frequency` Hz, by Goertzel's sum over the whole of it."""
    samples = pcm.astype(np.float64)
    energy = float(np.sum(samples**2))
    if not samples.size or np.sqrt(energy / samples.size) < FLOOR * 32768:
        return 0.0
    turn = np.exp(-2j * np.pi * frequency / SAMPLE_RATE * np.arange(samples.size))
    return min(1.0, 2 * float(np.abs(np.dot(samples, turn)) ** 2) / (samples.size * energy))


def heard(mu_law_audio: bytes, frequency: float) -> bool:
    """Whether that tone stands out in the sound."""
    return share(mu_law.decode(mu_law_audio), frequency) >= SHARE


class ToneDetector:
    """Watches sound as it arrives, in windows, and counts how long each of some tones was heard."""

    # 50 ms: 20 Hz of resolution, short enough for the beeps of a test.
    WINDOW = 400

    def __init__(self, frequencies: Iterable[float]) -> None:
        self._pending = b""
        self.seconds: dict[float, float] = dict.fromkeys(frequencies, 0.0)

    def feed(self, mu_law_audio: bytes) -> None:
        """Take sound in, in any pieces (made for `MediaPort.on_audio`)."""
        self._pending += mu_law_audio
        while len(self._pending) >= self.WINDOW:
            window, self._pending = self._pending[: self.WINDOW], self._pending[self.WINDOW :]
            for frequency in self.seconds:
                if heard(window, frequency):
                    self.seconds[frequency] += self.WINDOW / SAMPLE_RATE

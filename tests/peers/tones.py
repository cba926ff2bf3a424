"""Listening to a recorded WAV: which tones stand in it, how loud, from when to when; and writing one with a tone."""

import struct
import wave
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

RATE = 8000  # Hz, telephone audio
WINDOW = 400  # samples, 50 ms: resolves 20 Hz, enough to tell our test tones apart

Samples = NDArray[np.float64]


def read_wav(path: Path) -> tuple[Samples, int]:
    """Samples between -1 and 1 (the first channel) and the rate of a 16 bit WAV.

    One still being written is read as far as it goes: its header may not know its length yet, or not be there at all.
    """
    content = path.read_bytes()
    channels, rate = 1, RATE
    position = 12  # after "RIFF", its length, "WAVE"
    while position + 8 <= len(content):
        name, size = struct.unpack_from("<4sI", content, position)
        position += 8
        if name == b"data":
            data = content[position : position + size] if size else content[position:]
            whole = len(data) - len(data) % (2 * channels)
            return np.frombuffer(data[:whole], dtype="<i2").astype(np.float64)[::channels] / 32768, rate
        if name == b"fmt " and position + 16 <= len(content):
            _, channels, rate, _, _, bits = struct.unpack_from("<HHIIHH", content, position)
            if bits != 16:
                raise ValueError(f"{path}: {bits} bit samples, 16 are expected")
        position += size + size % 2
    return np.zeros(0), rate


def write_wav(path: Path, samples: Samples, rate: int = RATE) -> Path:
    """Writes 16 bit mono."""
    with wave.open(str(path), "wb") as wav:
        wav.setnchannels(1)
        wav.setsampwidth(2)
        wav.setframerate(rate)
        wav.writeframes((np.clip(samples, -1, 1) * 32767).astype("<i2").tobytes())
    return path


def tone(frequency: float, seconds: float, level: float = 0.3, rate: int = RATE) -> Samples:
    """A sine of that frequency (Hz) and amplitude."""
    result: Samples = level * np.sin(2 * np.pi * frequency * np.arange(int(seconds * rate)) / rate)
    return result


def silence(seconds: float, rate: int = RATE) -> Samples:
    """Nothing, for so long."""
    return np.zeros(int(seconds * rate))


def strength(samples: Samples, frequency: float, rate: int = RATE) -> float:
    """The amplitude of the sine of `frequency` in `samples` (0 to 1), by one bin of a Fourier transform."""
    if len(samples) == 0:
        return 0.0
    window = np.hanning(len(samples))
    turning = np.exp(-2j * np.pi * frequency * np.arange(len(samples)) / rate)
    return float(2 * abs(np.sum(samples * window * turning)) / np.sum(window))


def seconds_of(samples: Samples, frequency: float, rate: int = RATE, level: float = 0.05) -> float:
    """How long `frequency` is heard at `level` or louder and holds at least half of the sound's power, in seconds."""
    size = WINDOW * rate // RATE
    heard = 0
    for start in range(0, len(samples) - size + 1, size):
        piece = samples[start : start + size]
        amplitude = strength(piece, frequency, rate)
        power = float(np.mean(piece**2))
        heard += amplitude >= level and amplitude**2 / 2 >= 0.5 * power
    return heard * size / rate


def loudness(samples: Samples) -> float:
    """Root mean square (0 to 1)."""
    return float(np.sqrt(np.mean(samples**2))) if len(samples) else 0.0


def first_sound(samples: Samples, rate: int = RATE, level: float = 0.01) -> float | None:
    """Seconds until it first sounds, None for silence."""
    size = rate // 100  # 10 ms
    for start in range(0, len(samples) - size + 1, size):
        if loudness(samples[start : start + size]) >= level:
            return start / rate
    return None


def from_mu_law(audio: bytes) -> Samples:
    """G.711 mu-law as samples between -1 and 1."""
    codes = ~np.frombuffer(audio, dtype=np.uint8)
    steps = ((codes & 0x0F).astype(np.int32) * 2 + 33) << ((codes >> 4) & 0x07)
    amplitudes = (steps - 33) / 8158
    return np.where(codes & 0x80, -amplitudes, amplitudes)


def likeness(recording: Samples, sound: Samples) -> float:
    """How much the best matching stretch of `recording` is like `sound`: 1 the same, 0 nothing in common."""
    if len(recording) < len(sound) or not len(sound):
        return 0.0
    size = 1 << (len(recording) + len(sound)).bit_length()
    product = np.fft.irfft(np.fft.rfft(recording, size) * np.conj(np.fft.rfft(sound, size)), size)
    places = len(recording) - len(sound) + 1
    energy = np.concatenate([[0.0], np.cumsum(recording**2)])
    stretch = energy[len(sound) :][:places] - energy[:places]
    norms = np.sqrt(np.maximum(stretch, 1e-9) * np.sum(sound**2))
    return float(np.max(product[:places] / norms))

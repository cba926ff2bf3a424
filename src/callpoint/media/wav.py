"""WAV files of telephone sound: read (PCM, mu-law, A-law; 8 kHz) and written (16-bit PCM)."""

import struct
import wave
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from callpoint.media import g711
from callpoint.speech import mu_law
from callpoint.speech.mu_law import Pcm

_FORMAT_PCM, _FORMAT_A_LAW, _FORMAT_MU_LAW = 1, 6, 7
_BYTES_A_SAMPLE = {_FORMAT_PCM: 2, _FORMAT_A_LAW: 1, _FORMAT_MU_LAW: 1}


class WavError(ValueError):
    """A file that is no WAV, or one of a kind we do not read."""


@dataclass(frozen=True)
class _Format:
    code: int
    channels: int
    rate: int


def read_wav(data: bytes) -> Pcm:
    """The sound of a WAV file as 16-bit samples at 8 kHz; several channels are averaged. Raises WavError only."""
    chunks = _chunks(data)
    kind = _format(chunks.get(b"fmt ", b""))
    sound = chunks.get(b"data", b"")
    frame = _BYTES_A_SAMPLE[kind.code] * kind.channels
    samples = _samples(sound[: len(sound) // frame * frame], kind.code)
    if kind.channels == 1:
        return samples
    mono: Pcm = np.round(samples.reshape(-1, kind.channels).mean(axis=1)).astype(np.int16)
    return mono


def write_wav(path: Path, pcm: Pcm) -> None:
    """16-bit samples at 8 kHz as a WAV file. Raises OSError."""
    with WavRecorder(path) as recorder:
        recorder.write_pcm(pcm)


def _chunks(data: bytes) -> dict[bytes, bytes]:
    if data[:4] != b"RIFF" or data[8:12] != b"WAVE":
        raise WavError("no RIFF WAVE file")
    found: dict[bytes, bytes] = {}
    at = 12
    while at + 8 <= len(data):
        size = int.from_bytes(data[at + 4 : at + 8], "little")
        found.setdefault(data[at : at + 4], data[at + 8 : at + 8 + size])
        at += 8 + size + size % 2
    return found


def _format(chunk: bytes) -> _Format:
    if len(chunk) < 16:
        raise WavError("no format")
    code, channels, rate, _, _, bits = struct.unpack_from("<HHIIHH", chunk)
    if code not in _BYTES_A_SAMPLE or bits != 8 * _BYTES_A_SAMPLE[code]:
        raise WavError(f"format {code} with {bits} bits is not read here")
    if rate != g711.SAMPLE_RATE or not channels:
        raise WavError(f"{channels} channels of {rate} Hz; 8000 Hz is needed")
    return _Format(code, channels, rate)


def _samples(sound: bytes, code: int) -> Pcm:
    if code == _FORMAT_MU_LAW:
        return mu_law.decode(sound)
    if code == _FORMAT_A_LAW:
        return g711.decode_a_law(sound)
    return np.frombuffer(sound, dtype="<i2").astype(np.int16)


class WavRecorder:
    """Writes sound to a WAV file as it comes; the file is right whenever it is closed, also early.

    One channel, or two (left and right written together; the shorter is filled up with silence).
    """

    def __init__(self, path: Path, channels: int = 1) -> None:
        """Raises OSError when the file cannot be made."""
        self._wave = wave.open(str(path), "wb")  # noqa: SIM115 - open until `close`
        self._wave.setnchannels(channels)
        self._wave.setsampwidth(2)
        self._wave.setframerate(g711.SAMPLE_RATE)
        self._channels = channels

    def __enter__(self) -> "WavRecorder":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def write(self, *mu_law_channels: bytes) -> None:
        """Append mu-law, one argument for each channel (made for `MediaPort.on_audio`)."""
        self.write_pcm(*(mu_law.decode(sound) for sound in mu_law_channels))

    def write_pcm(self, *channels: Pcm) -> None:
        """Append 16-bit samples. Raises ValueError when there are not as many arguments as channels."""
        if len(channels) != self._channels:
            raise ValueError(f"{len(channels)} channels given, {self._channels} recorded")
        frames = np.zeros((max(map(len, channels)), self._channels), dtype="<i2")
        for column, pcm in enumerate(channels):
            frames[: len(pcm), column] = pcm
        self._wave.writeframes(frames.tobytes())

    def close(self) -> None:
        """Write the header's lengths and close; again is harmless."""
        self._wave.close()

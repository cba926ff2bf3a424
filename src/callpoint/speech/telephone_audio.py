"""From an engine's sound to telephone sound: 8 kHz, even loudness, short ends, mu-law."""

import numpy as np
from numpy.typing import NDArray

from callpoint.speech import mu_law

# Loudness of speech on the telephone: active level near -20 dBov leaves 10 dB for peaks before clipping.
SPEECH_RMS = 0.1
PEAK = 0.9
# Below this (of full scale) an end is silence; 40 ms of it stay so that soft consonants are not cut.
END_THRESHOLD = 0.004
END_MARGIN = 0.04
# Silence after a segment: the pause between two sentences.
PAUSE = 0.3
# Half-length of the low-pass filter in output samples: 60 dB down at 4.4 kHz.
_FILTER_HALF = 24

Sound = NDArray[np.float32]


def to_mu_law(sound: Sound, rate: int) -> bytes:
    """`sound` (mono, -1 to 1, `rate` Hz, a whole multiple of 8000) as telephone mu-law with a pause at its end.

    Raises ValueError for another rate or for sound that is silent throughout, which no text gives.
    """
    factor, rest = divmod(rate, mu_law.SAMPLE_RATE)
    if rest or not factor:
        raise ValueError(f"cannot make 8000 Hz of {rate} Hz")
    narrow = _trimmed(_decimated(np.asarray(sound, dtype=np.float32), factor))
    if not narrow.size:
        raise ValueError("the sound is silent")
    pcm = np.round(_levelled(narrow) * 32767).astype(np.int16)
    return mu_law.encode(pcm) + mu_law.silence(PAUSE)


def _decimated(sound: Sound, factor: int) -> Sound:
    if factor == 1 or not sound.size:
        return sound
    at = np.arange(-_FILTER_HALF * factor, _FILTER_HALF * factor + 1)
    # Cut a little below 4 kHz, so that the fall of the filter does not fold back into speech.
    cut = 0.94 / factor
    kernel = np.sinc(at * cut) * np.hamming(at.size)
    kernel /= kernel.sum()
    return np.convolve(sound, kernel, mode="same")[::factor].astype(np.float32)


def _trimmed(sound: Sound) -> Sound:
    loud = np.flatnonzero(np.abs(sound) > END_THRESHOLD)
    if not loud.size:
        return sound[:0]
    margin = round(END_MARGIN * mu_law.SAMPLE_RATE)
    return sound[max(0, int(loud[0]) - margin) : int(loud[-1]) + margin]


def _levelled(sound: Sound) -> Sound:
    """Scaled to SPEECH_RMS, less where a peak would be cut off."""
    rms = float(np.sqrt(np.mean(sound**2)))
    gain = min(SPEECH_RMS / rms, PEAK / float(np.abs(sound).max()))
    return sound * np.float32(gain)

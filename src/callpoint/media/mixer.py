"""The mixer: everybody hears all others who may be heard, and never himself (N-1).

Sound is 16-bit at 8 kHz in frames of 20 ms. Who may be heard is a mask and not a matter of signalling: the sound of a
listener is multiplied by nothing, whatever his browser or phone sends.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from callpoint.speech.mu_law import Pcm

_LOWEST, _HIGHEST = -32768, 32767


def mix(frames: Sequence[Pcm], audible: Sequence[bool]) -> NDArray[np.int16]:
    """What each of n participants hears: n rows, from `frames` (n of equal length) and who is `audible`.

    Sums are clipped, not wrapped: two who shout at once distort, and do not crackle.
    """
    sound = np.array(frames, dtype=np.int32)
    sound *= np.array(audible, dtype=np.int32)[:, np.newaxis]
    heard: NDArray[np.int16] = np.clip(sound.sum(axis=0) - sound, _LOWEST, _HIGHEST).astype(np.int16)
    return heard


def add(first: Pcm, second: Pcm) -> Pcm:
    """Two sounds of equal length at once, clipped."""
    total: Pcm = np.clip(first.astype(np.int32) + second, _LOWEST, _HIGHEST).astype(np.int16)
    return total

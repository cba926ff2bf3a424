"""Who hears whom, told by tones, and sums that clip."""

import itertools

import numpy as np
import pytest

from callpoint.media.mixer import add, mix
from callpoint.media.tones import share
from callpoint.speech.mu_law import Pcm

TONES = (440.0, 800.0, 1300.0, 2100.0)
CALLER, PSAP, FIRST, SECOND = range(4)


def sine(frequency: float, level: float = 0.2, samples: int = 1600) -> Pcm:
    at = np.arange(samples) / 8000
    return np.round(np.sin(2 * np.pi * frequency * at) * level * 32767).astype(np.int16)


def heard_by(heard: Pcm) -> set[int]:
    """Whose tones are in that sound: of n equal ones each holds a share of 1/n."""
    return {who for who, frequency in enumerate(TONES) if share(heard, frequency) > 0.2}


@pytest.mark.parametrize(
    ("audible", "expected"),
    [
        # Both guards listen: the parties hear each other alone, each guard both parties and not the other guard.
        ((True, True, False, False), [{PSAP}, {CALLER}, {CALLER, PSAP}, {CALLER, PSAP}]),
        # The first has joined: heard by the parties and by the other guard, not by himself.
        ((True, True, True, False), [{PSAP, FIRST}, {CALLER, FIRST}, {CALLER, PSAP}, {CALLER, PSAP, FIRST}]),
        (
            (True, True, True, True),
            [{PSAP, FIRST, SECOND}, {CALLER, FIRST, SECOND}, {CALLER, PSAP, SECOND}, {CALLER, PSAP, FIRST}],
        ),
    ],
)
def test_who_hears_whom(audible: tuple[bool, ...], expected: list[set[int]]) -> None:
    heard = mix([sine(frequency) for frequency in TONES], audible)
    assert [heard_by(sound) for sound in heard] == expected


def test_of_a_listener_not_a_single_bit_reaches_anybody() -> None:
    """Whatever he sends, at full level: what the others hear is the very same as without him."""
    frames = [sine(frequency) for frequency in TONES]
    for wild in (np.full(1600, 32767, np.int16), np.full(1600, -32768, np.int16)):
        silent = mix([*frames[:2], np.zeros(1600, np.int16)], (True, True, False))
        loud = mix([*frames[:2], wild], (True, True, False))
        assert np.array_equal(silent, loud)


def test_two_alone_hear_exactly_each_other() -> None:
    caller, psap = sine(440.0, 0.9), sine(800.0, 0.9)
    heard = mix([caller, psap], (True, True))
    assert np.array_equal(heard[CALLER], psap)
    assert np.array_equal(heard[PSAP], caller)


def test_shouting_together_clips_and_does_not_wrap() -> None:
    extremes = (np.full(160, 32767, np.int16), np.full(160, -32768, np.int16))
    for loud in extremes:
        heard = mix([loud] * 5, [True] * 5)
        assert np.array_equal(heard, np.array([loud] * 5))
        assert np.array_equal(add(loud, loud), loud)
    rising = np.arange(-32768, 32768, 64, dtype=np.int16)
    for sound in mix([rising] * 3, [True] * 3):
        assert all(first <= second for first, second in itertools.pairwise(sound.tolist()))


def test_nobody_at_all_hears_silence() -> None:
    heard = mix([sine(440.0)] * 3, [False] * 3)
    assert not heard.any()

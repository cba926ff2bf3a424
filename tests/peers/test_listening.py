"""The ears of these tests: a tone is found where it is and nowhere else, a sound is recognized in a recording."""

from pathlib import Path

import numpy as np
import pytest
from tests.peers.tones import (
    RATE,
    Samples,
    first_sound,
    from_mu_law,
    likeness,
    read_wav,
    seconds_of,
    silence,
    strength,
    tone,
    write_wav,
)


def noise(seconds: float, seed: int, level: float = 0.1) -> Samples:
    """Sound like nothing in particular."""
    return np.random.default_rng(seed).normal(0, level, int(seconds * RATE))


def test_a_tone_is_heard_as_long_as_it_lasts() -> None:
    recording = np.concatenate([silence(1), tone(880, 2), silence(1)])
    assert seconds_of(recording, 880) == pytest.approx(2, abs=0.05)
    assert seconds_of(recording, 440) == 0
    assert first_sound(recording) == pytest.approx(1, abs=0.02)


def test_a_tone_under_a_louder_one_does_not_count() -> None:
    both = tone(880, 1, level=0.1) + tone(440, 1, level=0.4)
    assert seconds_of(both, 440) == pytest.approx(1)
    assert seconds_of(both, 880) == 0
    assert strength(both, 880) == pytest.approx(0.1, abs=0.01)


def test_silence_and_noise_hold_no_tone() -> None:
    assert first_sound(silence(1)) is None
    assert seconds_of(noise(1, seed=1), 880) == 0


def test_a_sound_is_recognized_in_a_recording_and_another_is_not() -> None:
    word, other = noise(0.5, seed=2), noise(0.5, seed=3)
    recording = np.concatenate([silence(0.3), word * 0.5, silence(0.2)]) + noise(1.0, seed=4, level=0.005)
    assert likeness(recording, word) > 0.95
    assert likeness(recording, other) < 0.3
    assert likeness(word[:100], word) == 0


def test_a_recording_is_read_as_it_was_written(tmp_path: Path) -> None:
    samples, rate = read_wav(write_wav(tmp_path / "tone.wav", tone(600, 0.5)))
    assert rate == RATE
    assert samples == pytest.approx(tone(600, 0.5), abs=1e-4)


@pytest.mark.parametrize("kept", [0, 10, 30, 44, 1000])
def test_a_recording_cut_short_is_read_as_far_as_it_goes(kept: int, tmp_path: Path) -> None:
    path = write_wav(tmp_path / "tone.wav", tone(600, 0.5))
    path.write_bytes(path.read_bytes()[:kept])
    assert len(read_wav(path)[0]) == max(0, kept - 44) // 2


def test_mu_law_is_what_the_table_of_the_standard_says() -> None:
    # ITU-T G.711, table 2a: the largest values, the smallest step, and zero.
    assert from_mu_law(bytes([0x80, 0x00, 0xFE, 0xFF, 0x8F])) * 8158 == pytest.approx([8031, -8031, 2, 0, 4191])

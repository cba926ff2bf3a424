"""Tones are found where they are, and nowhere else."""

import numpy as np
import pytest

from callpoint.media.tones import ToneDetector, heard, share, tone
from callpoint.speech import mu_law


@pytest.mark.parametrize("frequency", [300.0, 440.0, 1004.0, 3000.0])
def test_a_tone_is_heard_at_its_frequency_only(frequency: float) -> None:
    sound = tone([frequency], 0.2)
    assert len(sound) == 1600
    assert heard(sound, frequency)
    for other in (frequency + 60, frequency * 1.2, 200.0):
        assert not heard(sound, other)


def test_two_tones_share_the_energy() -> None:
    pcm = mu_law.decode(tone([350.0, 440.0], 0.5))
    assert share(pcm, 350.0) == pytest.approx(0.5, abs=0.05)
    assert share(pcm, 440.0) == pytest.approx(0.5, abs=0.05)


def test_silence_and_noise_are_no_tone() -> None:
    assert not heard(mu_law.silence(0.2), 440.0)
    assert not heard(b"", 440.0)
    noise = np.random.default_rng(1).normal(0, 3000, 1600).astype(np.int16)
    assert not heard(mu_law.encode(noise), 440.0)


def test_a_very_quiet_tone_counts_as_silence() -> None:
    assert not heard(tone([440.0], 0.2, level=0.001), 440.0)
    assert heard(tone([440.0], 0.2, level=0.02), 440.0)


def test_the_detector_counts_seconds_from_pieces_of_any_size() -> None:
    detector = ToneDetector([440.0, 1000.0])
    sound = tone([440.0], 1.0) + mu_law.silence(0.5) + tone([1000.0], 0.5)
    for at in range(0, len(sound), 137):
        detector.feed(sound[at : at + 137])
    assert detector.seconds[440.0] == pytest.approx(1.0, abs=0.06)
    assert detector.seconds[1000.0] == pytest.approx(0.5, abs=0.06)

"""mu-law and the way from an engine's sound to the telephone's."""

import numpy as np
import pytest

from callpoint.speech import mu_law, telephone_audio


def sine(frequency: float, seconds: float, rate: int, level: float = 0.5) -> telephone_audio.Sound:
    at = np.arange(round(seconds * rate)) / rate
    return (level * np.sin(2 * np.pi * frequency * at)).astype(np.float32)


def test_mu_law_values_of_the_standard() -> None:
    # ITU-T G.711 table 2a: the end and the beginning of each sign.
    assert mu_law.encode(np.array([32767, 0, -32768, 8, -8], dtype=np.int16)) == bytes([0x80, 0xFF, 0x00, 0xFE, 0x7E])
    assert mu_law.decode(bytes([0x80, 0xFF, 0x7F, 0x00])).tolist() == [32124, 0, 0, -32124]


def test_every_code_survives_decoding_and_encoding() -> None:
    codes = bytes(range(256))
    again = mu_law.encode(mu_law.decode(codes))
    # The two zeros are one sample.
    assert [code for code in codes if again[code] != code] == [0x7F]


def test_the_error_of_mu_law_is_within_half_a_step() -> None:
    pcm = np.arange(-32000, 32000, 7, dtype=np.int16)
    error = np.abs(mu_law.decode(mu_law.encode(pcm)).astype(int) - pcm)
    assert np.all(error <= np.maximum(4, np.abs(pcm.astype(int)) / 16 / 2 + 8))


def test_silence_is_silent() -> None:
    assert len(mu_law.silence(0.5)) == 4000
    assert not mu_law.decode(mu_law.silence(0.5)).any()


@pytest.mark.parametrize("rate", [8000, 16000, 24000])
def test_any_rate_becomes_eight_kilohertz_of_the_same_length(rate: int) -> None:
    audio = telephone_audio.to_mu_law(sine(440, 1.0, rate), rate)
    seconds = len(audio) / 8000 - telephone_audio.PAUSE
    assert seconds == pytest.approx(1.0, abs=0.1)
    pcm = mu_law.decode(audio)[:7000].astype(float)
    assert np.argmax(np.abs(np.fft.rfft(pcm))) * 8000 / 7000 == pytest.approx(440, abs=2)


def test_what_the_telephone_cannot_carry_does_not_fold_back() -> None:
    both = sine(1000, 1.0, 24000, 0.2) + sine(6500, 1.0, 24000, 0.2)
    pcm = mu_law.decode(telephone_audio.to_mu_law(both, 24000))[1000:7000].astype(float)
    spectrum = np.abs(np.fft.rfft(pcm * np.hanning(pcm.size)))
    wanted, folded = spectrum[round(1000 * 6000 / 8000)], spectrum[round(1500 * 6000 / 8000)]
    assert folded < wanted / 100


def test_loud_and_quiet_speech_come_out_equally_loud() -> None:
    levels = []
    for level in (0.02, 0.9):
        pcm = mu_law.decode(telephone_audio.to_mu_law(sine(300, 1.0, 8000, level), 8000))[:8000] / 32768
        levels.append(float(np.sqrt(np.mean(pcm**2))))
    assert levels[0] == pytest.approx(telephone_audio.SPEECH_RMS, rel=0.05)
    assert levels[1] == pytest.approx(levels[0], rel=0.05)


def test_silent_ends_are_cut_and_a_pause_follows() -> None:
    padded = np.concatenate([np.zeros(8000, np.float32), sine(300, 1.0, 8000), np.zeros(8000, np.float32)])
    audio = telephone_audio.to_mu_law(padded, 8000)
    assert len(audio) / 8000 == pytest.approx(1.0 + telephone_audio.PAUSE + 2 * telephone_audio.END_MARGIN, abs=0.02)
    assert set(audio[-2000:]) == {mu_law.SILENCE}


@pytest.mark.parametrize("rate", [0, 11025, 22050, 4000])
def test_other_rates_are_refused(rate: int) -> None:
    with pytest.raises(ValueError, match="cannot make 8000 Hz"):
        telephone_audio.to_mu_law(sine(300, 0.1, 8000), rate)


def test_silence_is_no_speech() -> None:
    with pytest.raises(ValueError, match="silent"):
        telephone_audio.to_mu_law(np.zeros(8000, np.float32), 8000)
    with pytest.raises(ValueError, match="silent"):
        telephone_audio.to_mu_law(np.zeros(0, np.float32), 24000)

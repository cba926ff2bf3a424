"""A-law, the tables between the laws, and the choice of a codec."""

import numpy as np
import pytest

from callpoint.media import g711
from callpoint.speech import mu_law


def test_a_law_values_of_the_standard() -> None:
    # ITU-T G.711 table 1a: both signs of the largest and the smallest value.
    pcm = np.array([32767, 0, -1, -32768, 16, 31 * 16], dtype=np.int16)
    assert g711.encode_a_law(pcm) == bytes([0xAA, 0xD5, 0x55, 0x2A, 0xD4, 0xCA])
    assert g711.decode_a_law(bytes([0xAA, 0x2A, 0xD5, 0x55])).tolist() == [32256, -32256, 8, -8]


def test_every_a_law_code_survives_decoding_and_encoding() -> None:
    codes = bytes(range(256))
    assert g711.encode_a_law(g711.decode_a_law(codes)) == codes


def test_the_error_of_a_law_is_within_half_a_step() -> None:
    pcm = np.arange(-32000, 32000, 7, dtype=np.int16)
    error = np.abs(g711.decode_a_law(g711.encode_a_law(pcm)).astype(int) - pcm)
    assert np.all(error <= np.maximum(8, np.abs(pcm.astype(int)) / 32 + 1))


def test_a_law_grows_with_the_sample() -> None:
    decoded = g711.decode_a_law(g711.encode_a_law(np.arange(-32768, 32767, dtype=np.int16)))
    assert np.all(np.diff(decoded.astype(int)) >= 0)


def test_between_the_laws_nothing_is_lost_but_precision() -> None:
    sound = bytes(range(256))
    there = g711.to_wire(sound, g711.PCMA)
    back = g711.from_wire(there, g711.PCMA)
    before, after = mu_law.decode(sound).astype(int), mu_law.decode(back).astype(int)
    assert np.all(np.abs(before - after) <= np.maximum(16, np.abs(before) / 16))
    assert g711.to_wire(sound, g711.PCMU) == sound
    assert g711.from_wire(sound, g711.PCMU) == sound


@pytest.mark.parametrize(
    ("offered", "chosen"), [([0, 8, 101], 0), ([8, 0], 0), ([8, 18], 8), ([18, 101], None), ([], None)]
)
def test_pcmu_first_then_pcma(offered: list[int], chosen: int | None) -> None:
    assert g711.choose_payload_type(offered) == chosen

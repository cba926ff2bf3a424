"""G.711 mu-law (ITU-T G.711 table 2) and the 8 kHz it is made of: what every engine here gives."""

import numpy as np
from numpy.typing import NDArray

SAMPLE_RATE = 8000
# A mu-law byte is one sample, so this many bytes are one second.
BYTES_PER_SECOND = SAMPLE_RATE
SILENCE = 0xFF
_BIAS = 0x84
_CLIP = 0x1FFF

Pcm = NDArray[np.int16]


def _decode_table() -> Pcm:
    code = ~np.arange(256, dtype=np.uint8)
    exponent = (code >> 4) & 7
    magnitude = (((code & 15).astype(np.int32) << 3) + _BIAS) << exponent
    return np.where(code & 0x80, _BIAS - magnitude, magnitude - _BIAS).astype(np.int16)


def _encode_table() -> NDArray[np.uint8]:
    """The code of every 16-bit sample, indexed by the sample as an unsigned number."""
    samples = np.arange(65536, dtype=np.uint16).view(np.int16).astype(np.int32)
    # One's complement for negative samples, 14 bits, as in the reference code of ITU-T G.191.
    magnitude = np.minimum((np.where(samples < 0, ~samples, samples) >> 2) + (_BIAS >> 2), _CLIP)
    exponent = np.floor(np.log2(magnitude)).astype(np.int32) - 5
    mantissa = (magnitude >> (exponent + 1)) & 15
    sign = np.where(samples < 0, 0x80, 0)
    codes: NDArray[np.uint8] = (~(sign | (exponent << 4) | mantissa) & 0xFF).astype(np.uint8)
    return codes


DECODE = _decode_table()
ENCODE = _encode_table()


def encode(pcm: Pcm) -> bytes:
    """16-bit samples at 8 kHz as mu-law, one byte a sample."""
    return ENCODE[np.ascontiguousarray(pcm, dtype=np.int16).view(np.uint16)].tobytes()


def decode(mu_law: bytes) -> Pcm:
    """mu-law bytes as 16-bit samples."""
    return DECODE[np.frombuffer(mu_law, dtype=np.uint8)]


def silence(seconds: float) -> bytes:
    """That much silence in mu-law."""
    return bytes([SILENCE]) * round(seconds * BYTES_PER_SECOND)

"""G.711 in both laws (ITU-T G.711; RFC 3551 §4.5.14) and from one to the other by table, one byte a sample."""

import numpy as np
from numpy.typing import NDArray

from callpoint.speech import mu_law
from callpoint.speech.mu_law import Pcm

# Static payload types (RFC 3551 §6).
PCMU = 0
PCMA = 8
SAMPLE_RATE = mu_law.SAMPLE_RATE
_EVEN_BITS = 0x55


def _a_law_decode_table() -> Pcm:
    code = np.arange(256, dtype=np.uint8) ^ _EVEN_BITS
    exponent = ((code >> 4) & 7).astype(np.int32)
    mantissa = (code & 15).astype(np.int32)
    # Segment 0 is linear; the others carry a hidden leading one.
    magnitude = np.where(exponent == 0, (mantissa << 4) + 8, ((mantissa << 4) + 0x108) << np.maximum(exponent - 1, 0))
    return np.where(code & 0x80, magnitude, -magnitude).astype(np.int16)


def _a_law_encode_table() -> NDArray[np.uint8]:
    """The code of every 16-bit sample, indexed by the sample as an unsigned number."""
    samples = np.arange(65536, dtype=np.uint16).view(np.int16).astype(np.int32)
    # Negative samples are coded by one's complement, so that -1 and 0 fall on both sides of zero.
    magnitude = np.where(samples < 0, ~samples, samples) >> 4
    exponent = np.maximum(np.floor(np.log2(np.maximum(magnitude, 1))).astype(np.int32) - 3, 0)
    mantissa = (magnitude >> np.maximum(exponent, 1) - 1) & 15
    exponent = np.where(magnitude < 16, 0, exponent)
    sign = np.where(samples >= 0, 0x80, 0)
    codes: NDArray[np.uint8] = ((sign | (exponent << 4) | mantissa) ^ _EVEN_BITS).astype(np.uint8)
    return codes


A_LAW_DECODE = _a_law_decode_table()
A_LAW_ENCODE = _a_law_encode_table()


def encode_a_law(pcm: Pcm) -> bytes:
    """16-bit samples at 8 kHz as A-law, one byte a sample."""
    return A_LAW_ENCODE[np.ascontiguousarray(pcm, dtype=np.int16).view(np.uint16)].tobytes()


def decode_a_law(a_law: bytes) -> Pcm:
    """A-law bytes as 16-bit samples."""
    return A_LAW_DECODE[np.frombuffer(a_law, dtype=np.uint8)]


# For bytes.translate: what we keep is mu-law, a peer that only has A-law costs one table look-up a sample.
MU_LAW_TO_A_LAW = encode_a_law(mu_law.DECODE)
A_LAW_TO_MU_LAW = mu_law.encode(A_LAW_DECODE)


def to_wire(mu_law_audio: bytes, payload_type: int) -> bytes:
    """mu-law as the payload of `payload_type` (PCMU or PCMA)."""
    return mu_law_audio.translate(MU_LAW_TO_A_LAW) if payload_type == PCMA else mu_law_audio


def from_wire(payload: bytes, payload_type: int) -> bytes:
    """A payload of `payload_type` (PCMU or PCMA) as mu-law."""
    return payload.translate(A_LAW_TO_MU_LAW) if payload_type == PCMA else payload


def choose_payload_type(offered: "list[int] | tuple[int, ...]") -> int | None:
    """PCMU if it is among the offered payload types, else PCMA, else None (RFC 3264 §6.1 leaves us the choice)."""
    return next((payload_type for payload_type in (PCMU, PCMA) if payload_type in offered), None)

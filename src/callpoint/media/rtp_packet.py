"""An RTP packet (RFC 3550 §5.1)."""

import struct
from dataclasses import dataclass

_HEADER = struct.Struct("!BBHII")
VERSION = 2
HEADER_BYTES = _HEADER.size
# Payload types 64 to 95 with the marker bit are RTCP's packet types on a shared port (RFC 5761 §4).
RTCP_TYPES = range(192, 224)
# More than this is no telephone audio: 200 ms of G.711 in one packet, with head-room.
MAX_PACKET_BYTES = 2048


class RtpError(ValueError):
    """Bytes that are no RTP packet."""


@dataclass(frozen=True, slots=True)
class RtpPacket:
    """`timestamp` in samples (8000 a second), `sequence` 16 bits, `ssrc` 32 bits; `marker` begins a talk spurt."""

    payload_type: int
    sequence: int
    timestamp: int
    ssrc: int
    payload: bytes
    marker: bool = False

    @classmethod
    def parse(cls, data: bytes) -> "RtpPacket":
        """Reads CSRC lists, extensions and padding, and leaves them out. Raises RtpError and nothing else."""
        if not HEADER_BYTES <= len(data) <= MAX_PACKET_BYTES:
            raise RtpError(f"{len(data)} bytes")
        first, second, sequence, timestamp, ssrc = _HEADER.unpack_from(data)
        if first >> 6 != VERSION:
            raise RtpError(f"version {first >> 6}")
        if second in RTCP_TYPES:
            raise RtpError("RTCP")
        start = HEADER_BYTES + 4 * (first & 0x0F)
        if first & 0x10:
            start = _after_extension(data, start)
        end = len(data)
        if first & 0x20:
            end -= data[-1]
        if start > end or (first & 0x20 and not data[-1]):
            raise RtpError("lengths do not fit")
        return cls(second & 0x7F, sequence, timestamp, ssrc, data[start:end], bool(second & 0x80))

    def __bytes__(self) -> bytes:
        second = self.payload_type | (0x80 if self.marker else 0)
        return _HEADER.pack(VERSION << 6, second, self.sequence, self.timestamp, self.ssrc) + self.payload


def _after_extension(data: bytes, start: int) -> int:
    """Where the payload begins after a header extension (RFC 3550 §5.3.1)."""
    if start + 4 > len(data):
        raise RtpError("extension cut off")
    return start + 4 + 4 * int.from_bytes(data[start + 2 : start + 4])


def sequence_delta(newer: int, older: int) -> int:
    """How far `newer` is after `older` on the 16-bit circle: -32768 to 32767."""
    return ((newer - older + 0x8000) & 0xFFFF) - 0x8000

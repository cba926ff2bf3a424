"""RTP packets: round trips, what senders may add, and bytes that are none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callpoint.media.rtp_packet import MAX_PACKET_BYTES, RtpError, RtpPacket, sequence_delta

PACKET = RtpPacket(0, 0xFFFE, 0xFFFFFFF0, 0x12345678, b"sound", marker=True)


def test_the_bytes_are_those_of_the_rfc() -> None:
    assert bytes(PACKET) == bytes.fromhex("8080fffefffffff012345678") + b"sound"


@given(
    st.builds(
        RtpPacket,
        payload_type=st.sampled_from([0, 8, 13, 96, 101, 127]),
        sequence=st.integers(0, 0xFFFF),
        timestamp=st.integers(0, 0xFFFFFFFF),
        ssrc=st.integers(0, 0xFFFFFFFF),
        payload=st.binary(max_size=400),
        marker=st.booleans(),
    )
)
def test_reading_what_was_written(packet: RtpPacket) -> None:
    assert RtpPacket.parse(bytes(packet)) == packet


def test_csrc_extension_and_padding_are_left_out() -> None:
    plain = bytes(PACKET)
    csrc = bytes([0x80 | 2]) + plain[1:12] + bytes(8) + b"sound"
    assert RtpPacket.parse(csrc).payload == b"sound"
    extension = bytes([0x90]) + plain[1:12] + bytes.fromhex("bede0001") + bytes(4) + b"sound"
    assert RtpPacket.parse(extension).payload == b"sound"
    padded = bytes([0xA0]) + plain[1:] + bytes([0, 0, 3])
    assert RtpPacket.parse(padded).payload == b"sound"


@pytest.mark.parametrize(
    "data",
    {
        "empty": b"",
        "short": bytes(PACKET)[:11],
        "version 1": b"\x40" + bytes(PACKET)[1:],
        "RTCP sender report": bytes.fromhex("80c80006") + bytes(24),
        "extension cut off": b"\x90" + bytes(PACKET)[1:12] + b"\0",
        "extension longer than the packet": b"\x90" + bytes(PACKET)[1:12] + bytes.fromhex("bede00ff"),
        "CSRC longer than the packet": b"\x8f" + bytes(PACKET)[1:12],
        "padding of nothing": b"\xa0" + bytes(PACKET)[1:] + b"\0",
        "padding longer than the packet": b"\xa0" + bytes(PACKET)[1:] + b"\xff",
        "huge": bytes(PACKET) + bytes(MAX_PACKET_BYTES),
        "STUN": bytes.fromhex("000100002112a442") + bytes(12),
    }.values(),
)
def test_what_is_no_rtp_is_refused(data: bytes) -> None:
    with pytest.raises(RtpError):
        RtpPacket.parse(data)


@given(st.binary(max_size=64))
def test_no_bytes_raise_anything_else(data: bytes) -> None:
    try:
        RtpPacket.parse(data)
    except RtpError:
        return


@pytest.mark.parametrize(
    ("newer", "older", "delta"),
    [(5, 3, 2), (3, 5, -2), (0, 0xFFFF, 1), (0xFFFF, 0, -1), (0x8000, 0, -0x8000), (7, 7, 0)],
)
def test_sequence_numbers_wrap(newer: int, older: int, delta: int) -> None:
    assert sequence_delta(newer, older) == delta

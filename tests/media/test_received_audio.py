"""Received audio: duplicates, losses, late packets, new sources."""

from callpoint.media import g711
from callpoint.media.received_audio import MAX_FILL, ReceivedAudio
from callpoint.media.rtp_packet import RtpPacket
from callpoint.speech.mu_law import SILENCE


def packet(number: int, sound: bytes = b"", ssrc: int = 1, payload_type: int = 0) -> RtpPacket:
    return RtpPacket(payload_type, number & 0xFFFF, number * 160, ssrc, sound or bytes([number & 0x7F]) * 160)


def test_in_order_everything_is_passed_on() -> None:
    audio = ReceivedAudio()
    assert b"".join(audio.receive(packet(number)) for number in range(3)) == b"".join(
        packet(number).payload for number in range(3)
    )
    assert audio.lost == 0


def test_a_loss_becomes_silence_of_its_length() -> None:
    audio = ReceivedAudio()
    audio.receive(packet(1))
    assert audio.receive(packet(4)) == bytes([SILENCE]) * 320 + packet(4).payload
    assert audio.lost == 2


def test_repeated_and_late_packets_add_nothing() -> None:
    audio = ReceivedAudio()
    audio.receive(packet(1))
    audio.receive(packet(3))
    assert audio.receive(packet(3)) == b""
    assert audio.receive(packet(2)) == b""


def test_a_long_pause_is_not_filled() -> None:
    audio = ReceivedAudio()
    audio.receive(packet(1))
    later = 2 + MAX_FILL // 160 + 1
    assert audio.receive(packet(later)) == packet(later).payload


def test_numbers_wrap() -> None:
    audio = ReceivedAudio()
    audio.receive(packet(0xFFFF))
    assert audio.receive(packet(0x10000)) == packet(0x10000).payload


def test_another_source_begins_anew_and_so_does_a_jump_back() -> None:
    audio = ReceivedAudio()
    audio.receive(packet(500))
    assert audio.receive(packet(7, ssrc=2)) == packet(7).payload
    assert audio.receive(packet(1000, ssrc=2))
    assert audio.receive(packet(3, ssrc=2)) == packet(3).payload


def test_digits_in_between_are_no_loss_but_their_time_is_silent() -> None:
    audio = ReceivedAudio()
    audio.receive(packet(1))
    audio.skip(packet(2))
    audio.skip(packet(9, ssrc=5))
    assert audio.receive(packet(3)) == bytes([SILENCE]) * 160 + packet(3).payload
    assert audio.lost == 0


def test_a_law_is_turned_into_mu_law() -> None:
    assert ReceivedAudio().receive(packet(1, b"\xd5" * 160, payload_type=g711.PCMA)) == (b"\xd5" * 160).translate(
        g711.A_LAW_TO_MU_LAW
    )

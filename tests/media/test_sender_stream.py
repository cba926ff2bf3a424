"""The order of packets of a leg: numbers, times, markers, digits in place of audio; and the player behind it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callpoint.media import g711
from callpoint.media.player import Player
from callpoint.media.rtp_packet import RtpPacket
from callpoint.media.sender_stream import Format, SenderStream
from callpoint.speech.mu_law import SILENCE


def stream(player: Player | None = None, fmt: Format | None = None) -> SenderStream:
    made = SenderStream(player or Player(), lambda bits: 2**bits - 1)
    made.format = fmt or Format(telephone_event_pt=101)
    return made


def packets(sender: SenderStream, count: int) -> list[RtpPacket]:
    return [RtpPacket.parse(sender.next_packet()) for _ in range(count)]


def test_numbers_and_times_follow_each_other_also_over_the_end() -> None:
    sent = packets(stream(), 3)
    assert [packet.sequence for packet in sent] == [0xFFFF, 0, 1]
    assert [packet.timestamp for packet in sent] == [0xFFFFFFFF, 159, 319]
    assert [packet.marker for packet in sent] == [True, False, False]


def test_sound_then_silence() -> None:
    player = Player()
    player.add(b"\x01" * 200)
    first, second = packets(stream(player), 2)
    assert first.payload == b"\x01" * 160
    assert second.payload == b"\x01" * 40 + bytes([SILENCE]) * 120


def test_a_law_peers_get_a_law() -> None:
    player = Player()
    player.add(bytes(range(160)))
    (packet,) = packets(stream(player, Format(g711.PCMA)), 1)
    assert packet.payload_type == g711.PCMA
    assert packet.payload == bytes(range(160)).translate(g711.MU_LAW_TO_A_LAW)


def test_packet_time_of_the_peer() -> None:
    sent = packets(stream(fmt=Format(ptime=30)), 2)
    assert len(sent[0].payload) == 240
    assert (sent[1].timestamp - sent[0].timestamp) & 0xFFFFFFFF == 240


def test_a_digit_takes_the_place_of_audio_and_keeps_the_time_of_its_beginning() -> None:
    player = Player()
    player.add(b"\x01" * 1600)
    sender = stream(player)
    packets(sender, 1)
    sender.send_digits("5")
    sent = packets(sender, 12)
    events, rest = sent[:7], sent[7:]
    assert {packet.payload_type for packet in events} == {101}
    assert {packet.timestamp for packet in events} == {159}
    assert [packet.marker for packet in events] == [True] + [False] * 6
    assert [packet.payload_type for packet in rest] == [0] * 5
    # Time went on: the audio afterwards is seven packets later, and no sound was lost meanwhile.
    assert rest[0].timestamp == 159 + 7 * 160
    assert rest[0].payload == b"\x01" * 160
    assert [packet.sequence for packet in sent] == list(range(12))


def test_two_digits_have_a_rest_between_and_two_times() -> None:
    sender = stream()
    sender.send_digits("11")
    sent = packets(sender, 20)
    assert [packet.payload_type for packet in sent] == [101] * 7 + [0] * 3 + [101] * 7 + [0] * 3
    assert len({packet.timestamp for packet in sent if packet.payload_type == 101}) == 2
    assert not sender.sending_digits


def test_digits_are_refused_without_events_and_nothing_half_is_queued() -> None:
    with pytest.raises(ValueError, match="takes no telephone events"):
        stream(fmt=Format()).send_digits("1")
    sender = stream()
    with pytest.raises(ValueError, match="no digit"):
        sender.send_digits("1x")
    assert not sender.sending_digits


def test_skipped_time_begins_a_new_spurt() -> None:
    sender = stream()
    packets(sender, 1)
    sender.skip(5)
    (packet,) = packets(sender, 1)
    assert packet.marker
    assert packet.timestamp == 159 + 5 * 160
    assert packet.sequence == 0


@given(st.lists(st.binary(max_size=500), max_size=6), st.sampled_from([80, 160, 240]))
def test_the_player_loses_and_adds_nothing(segments: list[bytes], size: int) -> None:
    player = Player()
    for segment in segments:
        player.add(segment)
    whole = b"".join(segments)
    assert player.remaining == pytest.approx(len(whole) / 8000)
    played = b""
    while not player.empty:
        frame = player.frame(size)
        assert len(frame) == size
        played += frame
    assert played[: len(whole)] == whole
    assert set(played[len(whole) :]) <= {SILENCE}
    assert len(played) - len(whole) < size


def test_cleared_is_silent_at_once_and_plays_on_what_comes_next() -> None:
    player = Player()
    player.add(b"\x01" * 500)
    player.frame(160)
    player.clear()
    assert player.frame(160) == bytes([SILENCE]) * 160
    player.add(b"\x02" * 160)
    assert player.frame(160) == b"\x02" * 160

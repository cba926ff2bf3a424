"""Legs over real loopback sockets: sound both ways in both laws, digits through loss, pace, strangers."""

import asyncio
import itertools
import socket
import time

import pytest

from callpoint.media import g711
from callpoint.media.media_port import MediaPort
from callpoint.media.ports import NoPortError, PortRange
from callpoint.media.rtp_packet import RtpPacket
from callpoint.media.telephone_event import TelephoneEvent
from callpoint.media.tones import heard, share, tone
from callpoint.speech import mu_law

from .conftest import LOOPBACK, PORTS, OpenLeg, until

EVENTS = 101
LOW, HIGH = 440.0, 1000.0


class Wire(asyncio.DatagramProtocol):
    """A bare socket at the far end: keeps what arrives with its time, sends what the test wants."""

    def __init__(self) -> None:
        self.packets: list[tuple[float, RtpPacket]] = []
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind((LOOPBACK, 0))
        self.socket.setblocking(False)

    @classmethod
    async def open(cls) -> "Wire":
        wire = cls()
        await asyncio.get_running_loop().create_datagram_endpoint(lambda: wire, sock=wire.socket)
        return wire

    @property
    def address(self) -> tuple[str, int]:
        host, port = self.socket.getsockname()
        return host, port

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        self.packets.append((time.perf_counter(), RtpPacket.parse(data)))

    def send(self, packet: RtpPacket, to: tuple[str, int]) -> None:
        self.socket.sendto(bytes(packet), to)


async def connected(open_leg: OpenLeg, payload_type: int = g711.PCMU) -> tuple[MediaPort, MediaPort]:
    caller, answerer = await open_leg(), await open_leg()
    caller.set_remote(*answerer.local, payload_type, EVENTS)
    answerer.set_remote(*caller.local, payload_type, EVENTS)
    return caller, answerer


@pytest.mark.parametrize("payload_type", [g711.PCMU, g711.PCMA])
async def test_tones_cross_in_both_directions(open_leg: OpenLeg, payload_type: int) -> None:
    caller, answerer = await connected(open_leg, payload_type)
    at_caller, at_answerer = bytearray(), bytearray()
    caller.on_audio, answerer.on_audio = at_caller.extend, at_answerer.extend
    caller.play(tone([LOW], 0.4))
    answerer.play(tone([HIGH], 0.4))
    caller.start()
    answerer.start()
    await asyncio.gather(caller.drained(), answerer.drained())
    await until(lambda: min(len(at_caller), len(at_answerer)) >= 3200)
    assert heard(bytes(at_answerer[:3200]), LOW)
    assert heard(bytes(at_caller[:3200]), HIGH)
    assert share(mu_law.decode(bytes(at_caller[:3200])), LOW) < 0.01


async def test_every_digit_crosses_once(open_leg: OpenLeg) -> None:
    caller, answerer = await connected(open_leg)
    digits: list[str] = []
    answerer.on_digit = digits.append
    caller.start()
    caller.send_digits("0123456789*#")
    await until(lambda: len(digits) >= 12)
    await asyncio.sleep(0.1)
    assert "".join(digits) == "0123456789*#"


async def test_digits_survive_loss_and_duplication(open_leg: OpenLeg) -> None:
    """A wire that drops two of three packets and repeats the others stands between the legs."""
    caller, answerer, wire = await open_leg(), await open_leg(), await Wire.open()
    digits: list[str] = []
    answerer.on_digit = digits.append
    count = itertools.count()

    def pass_on(data: bytes, _: tuple[str, int]) -> None:
        if next(count) % 3 == 0:
            for _repetition in range(2):
                wire.socket.sendto(data, answerer.local)

    wire.datagram_received = pass_on  # type: ignore[method-assign]
    caller.set_remote(*wire.address, telephone_event_pt=EVENTS)
    answerer.set_remote(*wire.address, telephone_event_pt=EVENTS)
    caller.start()
    caller.send_digits("9331#*")
    await until(lambda: len(digits) >= 6)
    await asyncio.sleep(0.1)
    assert "".join(digits) == "9331#*"


async def test_a_digit_ends_what_is_played(open_leg: OpenLeg) -> None:
    caller, answerer = await connected(open_leg)
    left: list[float] = []
    answerer.on_digit = lambda _: left.append(answerer.remaining)
    answerer.play(tone([LOW], 30))
    answerer.start()
    caller.start()
    caller.send_digits("1")
    await answerer.drained()
    await until(lambda: bool(left))
    assert left == [0]


async def test_a_digit_leaves_the_sound_where_that_is_wanted(open_leg: OpenLeg) -> None:
    caller, answerer = await connected(open_leg)
    digits: list[str] = []
    answerer.on_digit = digits.append
    answerer.clear_on_digit = False
    answerer.play(tone([LOW], 30))
    answerer.start()
    caller.start()
    caller.send_digits("1")
    await until(lambda: digits == ["1"])
    assert answerer.remaining > 25


async def test_the_first_packet_leaves_at_once_and_the_pace_does_not_drift(open_leg: OpenLeg) -> None:
    leg, wire = await open_leg(), await Wire.open()
    leg.set_remote(*wire.address)
    began = time.perf_counter()
    leg.start()
    await until(lambda: len(wire.packets) >= 50)
    times = [at for at, _ in wire.packets[:50]]
    # Generous: a loaded machine may be late with one packet, but not add lateness to lateness.
    assert times[0] - began < 1.0
    assert 0.7 < times[-1] - times[0] < 5.0
    packets = [packet for _, packet in wire.packets[:50]]
    steps = {(b.sequence - a.sequence) & 0xFFFF for a, b in itertools.pairwise(packets)}
    assert steps == {1}
    assert {packet.payload for packet in packets} == {bytes([mu_law.SILENCE]) * 160}


async def test_a_loop_held_up_skips_instead_of_bursting(open_leg: OpenLeg, monkeypatch: pytest.MonkeyPatch) -> None:
    leg, wire = await open_leg(), await Wire.open()
    leg.set_remote(*wire.address)
    leg.start()
    await until(lambda: len(wire.packets) >= 3)
    time.sleep(0.5)
    await asyncio.sleep(0.1)
    packets = [packet for _, packet in wire.packets]
    jumps = [(b.timestamp - a.timestamp) & 0xFFFFFFFF for a, b in itertools.pairwise(packets)]
    # Sent in one burst the packets would follow each other without a jump in time.
    assert max(jumps) >= 160 * 20


async def test_segments_can_be_added_while_others_play(open_leg: OpenLeg) -> None:
    caller, answerer = await connected(open_leg)
    sound = bytearray()
    caller.on_audio = sound.extend
    answerer.play(tone([LOW], 0.2))
    answerer.start()
    await asyncio.sleep(0.05)
    answerer.play(tone([HIGH], 0.2))
    await answerer.drained()
    await until(lambda: len(sound) >= 3200)
    assert heard(bytes(sound[:1600]), LOW)
    assert heard(bytes(sound[1600:3200]), HIGH)


async def test_packets_go_to_where_the_peer_is_heard_from(open_leg: OpenLeg) -> None:
    leg, peer = await open_leg(), await Wire.open()
    leg.set_remote(LOOPBACK, 9)
    leg.start()
    peer.send(RtpPacket(0, 1, 160, 5, bytes(160)), leg.local)
    await until(lambda: len(peer.packets) >= 2)
    assert leg.remote == peer.address


async def test_a_stranger_cannot_take_the_stream_while_the_peer_is_heard(open_leg: OpenLeg) -> None:
    leg, peer, stranger = await open_leg(), await Wire.open(), await Wire.open()
    digits: list[str] = []
    leg.on_digit = digits.append
    leg.set_remote(*peer.address, telephone_event_pt=EVENTS)
    peer.send(RtpPacket(0, 1, 160, 5, bytes(160)), leg.local)
    await until(lambda: leg.statistics.received == 1)
    stranger.send(RtpPacket(EVENTS, 1, 160, 6, bytes(TelephoneEvent(2, True, 10, 800))), leg.local)
    await until(lambda: leg.statistics.refused == 1)
    assert leg.remote == peer.address
    assert digits == []


async def test_what_is_no_agreed_rtp_is_counted_and_passed_over(open_leg: OpenLeg) -> None:
    leg, peer = await open_leg(), await Wire.open()
    leg.set_remote(*peer.address)
    peer.socket.sendto(b"junk", leg.local)
    peer.send(RtpPacket(18, 1, 160, 5, b"G.729"), leg.local)
    peer.send(RtpPacket(EVENTS, 2, 160, 5, b"\x01"), leg.local)
    await until(lambda: leg.statistics.refused == 3)
    assert leg.statistics.received == 0


async def test_hold_sends_nothing_and_resuming_sends_again(open_leg: OpenLeg) -> None:
    leg, wire = await open_leg(), await Wire.open()
    leg.set_remote(*wire.address)
    leg.start()
    await until(lambda: len(wire.packets) >= 2)
    leg.set_remote("0.0.0.0", wire.address[1])
    assert leg.remote is None
    await asyncio.sleep(0.05)
    held = len(wire.packets)
    await asyncio.sleep(0.1)
    assert len(wire.packets) == held
    leg.set_remote(*wire.address)
    await until(lambda: len(wire.packets) > held)
    leg.stop()
    await asyncio.sleep(0.05)
    stopped = len(wire.packets)
    await asyncio.sleep(0.1)
    assert len(wire.packets) == stopped


async def test_what_the_peer_cannot_mean_is_refused(open_leg: OpenLeg) -> None:
    leg = await open_leg()
    with pytest.raises(ValueError, match=r"not G\.711"):
        leg.set_remote(LOOPBACK, 4000, 18)
    with pytest.raises(ValueError, match=r"phone\.example"):
        leg.set_remote("phone.example", 4000)
    with pytest.raises(ValueError, match="takes no telephone events"):
        leg.send_digits("1")


@pytest.mark.parametrize(("asked", "samples"), [(30, 240), (10, 80), (0, 160), (7, 160), (2000, 160)])
async def test_packet_times(open_leg: OpenLeg, asked: int, samples: int) -> None:
    leg, wire = await open_leg(), await Wire.open()
    leg.set_remote(*wire.address, ptime=asked)
    leg.start()
    await until(lambda: bool(wire.packets))
    assert len(wire.packets[0][1].payload) == samples


async def test_a_closed_leg_gives_its_ports_back_and_wakes_who_waits() -> None:
    few = PortRange(PORTS._first, PORTS._first + 5)
    legs = [await MediaPort.open(LOOPBACK, few) for _ in range(few.pairs)]
    with pytest.raises(NoPortError):
        await MediaPort.open(LOOPBACK, few)
    legs[0].play(tone([LOW], 5))
    waiting = asyncio.ensure_future(legs[0].drained())
    for leg in legs:
        leg.close()
        leg.close()
    await asyncio.wait_for(waiting, 5)
    legs[0].start()
    assert legs[0].statistics.sent == 0
    await asyncio.sleep(0)
    again = await MediaPort.open(LOOPBACK, few)
    again.close()


async def test_a_peer_whose_port_is_closed_does_not_stop_the_leg(open_leg: OpenLeg) -> None:
    leg, gone = await open_leg(), await Wire.open()
    leg.set_remote(*gone.address)
    gone.socket.close()
    leg.start()
    await until(lambda: leg.statistics.sent >= 5)


@pytest.mark.skipif(not socket.has_ipv6, reason="no IPv6 on this machine")
async def test_ipv6() -> None:
    try:
        first, second = [await MediaPort.open("::1", PORTS) for _ in range(2)]
    except OSError as error:
        pytest.skip(f"no IPv6 loopback: {error}")
    first.set_remote(*second.local)
    second.set_remote(*first.local)
    sound = bytearray()
    second.on_audio = sound.extend
    first.play(tone([LOW], 0.1))
    first.start()
    await until(lambda: len(sound) >= 800)
    assert heard(bytes(sound[:800]), LOW)
    first.close()
    second.close()

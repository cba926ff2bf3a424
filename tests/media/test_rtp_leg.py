"""One leg of a mixed call on a real socket: whose packets count, where they go, hold, and both IP versions."""

import asyncio
import socket
from collections.abc import AsyncIterator

import numpy as np
import pytest

from callpoint.media.g711 import PCMA, PCMU
from callpoint.media.playout import FRAME
from callpoint.media.rtp_leg import Remote, RtpLeg
from callpoint.media.rtp_packet import RtpPacket
from callpoint.media.telephone_event import TelephoneEvent
from callpoint.media.tones import heard, tone
from callpoint.speech import mu_law
from callpoint.speech.mu_law import Pcm

from .conftest import LOOPBACK, until
from .listening_stage import CALLER_TONE, EVENTS, PORTS, Phone

SILENT: Pcm = np.zeros(FRAME, np.int16)


@pytest.fixture
async def leg() -> AsyncIterator[RtpLeg]:
    opened = await RtpLeg.open(LOOPBACK, LOOPBACK, PORTS)
    yield opened
    opened.close()
    opened.close()


@pytest.fixture
async def phone() -> AsyncIterator[Phone]:
    opened = await Phone(CALLER_TONE).open()
    yield opened
    opened.close()


def remote(phone: Phone, **more: object) -> Remote:
    return Remote(**{**phone.audio, **more})


async def test_sound_goes_through_in_both_directions(leg: RtpLeg, phone: Phone) -> None:
    leg.set_remote(remote(phone))
    phone.talk_to(*leg.local)
    said: list[Pcm] = []
    due = tone([1000.0], 1.0)
    at = 0

    def tick() -> bool:
        nonlocal at
        said.append(leg.take())
        leg.give(mu_law.decode(due[at % 8000 : at % 8000 + FRAME]))
        at += FRAME
        return len(said) >= 60

    async with asyncio.timeout(30):
        while not tick():
            await asyncio.sleep(0.02)
    assert any(
        heard(mu_law.encode(np.concatenate(said[at : at + 10])), CALLER_TONE) for at in range(0, len(said) - 10, 5)
    )
    await until(lambda: len(phone.sound) >= 1600)
    assert heard(bytes(phone.sound[:1600]), 1000.0)


async def test_strangers_and_what_is_no_agreed_rtp_are_left_out(leg: RtpLeg, phone: Phone) -> None:
    leg.set_remote(remote(phone))
    events: list[RtpPacket] = []
    leg.on_event = events.append
    phone.talk_to(*leg.local)
    await until(lambda: leg.statistics.received >= 3)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stranger:
        for packet in (
            b"junk",
            bytes(RtpPacket(PCMU, 1, 160, 6, bytes(160))),
            bytes(RtpPacket(EVENTS, 1, 160, 6, bytes(TelephoneEvent(2, True, 10, 800)))),
            bytes(RtpPacket(18, 1, 160, 6, b"G.729")),
        ):
            stranger.sendto(packet, leg.local)
        await until(lambda: leg.statistics.refused >= 4)
    assert events == []
    assert leg.remote == (phone.audio["host"], phone.audio["port"])


async def test_hold_sends_nothing_and_what_follows_begins_anew(leg: RtpLeg, phone: Phone) -> None:
    leg.set_remote(remote(phone))
    leg.give(SILENT)
    await until(lambda: len(phone.packets) == 1)
    for hold in (remote(phone, port=0), remote(phone, host="0.0.0.0")):
        leg.set_remote(hold)
        assert leg.remote is None
        leg.give(SILENT)
        leg.pass_on(RtpPacket(EVENTS, 1, 160, 6, bytes(TelephoneEvent(2, True, 10, 800))))
    leg.set_remote(remote(phone))
    leg.give(SILENT)
    await until(lambda: len(phone.packets) == 2)
    first, second = phone.packets
    assert second.marker
    assert (second.timestamp - first.timestamp) & 0xFFFFFFFF == 3 * FRAME


async def test_losses_are_counted_and_repetitions_are_not(leg: RtpLeg) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as peer:
        peer.bind((LOOPBACK, 0))
        leg.set_remote(Remote(*peer.getsockname()))
        for sequence in (65534, 65535, 2, 2, 1, 5):
            peer.sendto(bytes(RtpPacket(PCMA, sequence, sequence * 160, 6, bytes(160))), leg.local)
        await until(lambda: leg.statistics.received == 6)
    assert leg.statistics.lost == 2 + 2


async def test_the_other_ip_version_cannot_be_reached(leg: RtpLeg) -> None:
    with pytest.raises(ValueError, match="cannot be reached"):
        leg.set_remote(Remote("2001:db8::1", 4000))
    leg.set_remote(Remote("::", 4000))
    assert leg.remote is None


async def test_a_closed_leg_gives_its_ports_back_and_says_nothing(phone: Phone) -> None:
    closed = await RtpLeg.open(LOOPBACK, LOOPBACK, PORTS)
    closed.set_remote(remote(phone))
    closed.close()
    await asyncio.sleep(0)
    closed.give(SILENT)
    for port in (closed.local.port, closed.local.port + 1):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            probe.bind((LOOPBACK, port))
    assert phone.packets == []


async def test_a_peer_whose_port_is_closed_stops_nothing(leg: RtpLeg) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as gone:
        gone.bind((LOOPBACK, 0))
        leg.set_remote(Remote(*gone.getsockname()))
    for _ in range(5):
        leg.give(SILENT)
        await asyncio.sleep(0.01)
    assert leg.statistics.sent == 5


@pytest.mark.skipif(not socket.has_ipv6, reason="no IPv6 on this machine")
async def test_ipv6() -> None:
    try:
        first, second = [await RtpLeg.open("::1", "::1", PORTS) for _ in range(2)]
    except OSError as error:
        pytest.skip(f"no IPv6 loopback: {error}")
    first.set_remote(Remote(*second.local))
    second.set_remote(Remote(*first.local))
    for _ in range(4):
        first.give(np.full(FRAME, 9000, np.int16))
        second.give(SILENT)
    await until(lambda: second.statistics.received == 4)
    assert [bool(second.take().any()) for _ in range(4)] == [False, False, True, True]
    first.close()
    second.close()

"""A 933 call's media from end to end: the real voice over real sockets, digits back, and what the caller heard."""

import asyncio
import time
from collections.abc import AsyncIterator
from pathlib import Path

import numpy as np
import pytest
import uvloop

from callpoint.media import g711
from callpoint.media.announcer import announce
from callpoint.media.media_port import MediaPort
from callpoint.media.wav import WavRecorder, read_wav
from callpoint.speech import mu_law
from callpoint.speech.read_back import ReadBackFacts, compose, compose_repeat, reply
from callpoint.speech.renderer import Renderer

from .conftest import LOOPBACK, PORTS, OpenLeg, until

FACTS = ReadBackFacts(
    "psap",
    {"country": "US", "A1": "VT", "A3": "Barre", "HNO": "7", "RD": "Main", "STS": "St"},
    callback_number="+18025550143",
    psap_name="Barre Dispatch",
)
EVENTS = 101


@pytest.fixture
async def speech(tmp_path: Path) -> AsyncIterator[Renderer]:
    renderer = Renderer.open(tmp_path / "prompts")
    yield renderer
    renderer.close()


def loudness(sound: bytes | bytearray) -> float:
    pcm = mu_law.decode(bytes(sound)).astype(float)
    return float(np.sqrt(np.mean(pcm**2))) if pcm.size else 0.0


@pytest.mark.parametrize("payload_type", [g711.PCMU, g711.PCMA])
async def test_a_caller_hears_the_read_back_presses_one_and_confirms(
    open_leg: OpenLeg, speech: Renderer, tmp_path: Path, payload_type: int
) -> None:
    node, phone = await open_leg(), await open_leg()
    node.set_remote(*phone.local, payload_type, EVENTS)
    phone.set_remote(*node.local, payload_type, EVENTS)
    pressed: asyncio.Queue[str] = asyncio.Queue()
    node.on_digit = pressed.put_nowait
    heard = bytearray()
    recorder = WavRecorder(tmp_path / "heard.wav")

    def listen(sound: bytes) -> None:
        heard.extend(sound)
        recorder.write(sound)

    phone.on_audio = listen
    for text in (compose(FACTS)[0], compose_repeat(FACTS)[0], *reply("confirmed")):
        await speech.prompt(text)

    phone.start()
    node.start()
    speaking = asyncio.ensure_future(announce(node, speech.prompt, compose(FACTS)))
    # Within the first second of the call the carrier phrase is heard, whatever else is still being rendered.
    await until(lambda: len(heard) >= 8000)
    assert loudness(heard[:8000]) > 500

    phone.send_digits("1")
    assert await asyncio.wait_for(pressed.get(), 5) == "1"
    speaking.cancel()
    assert node.remaining == 0
    speaking = asyncio.ensure_future(announce(node, speech.prompt, compose_repeat(FACTS)))
    await until(lambda: node.remaining > 1)

    phone.send_digits("2")
    assert await asyncio.wait_for(pressed.get(), 5) == "2"
    speaking.cancel()
    before = len(heard)
    await announce(node, speech.prompt, reply("confirmed")[1:])
    await until(lambda: loudness(heard[before:]) > 500)
    recorder.close()
    recorded = read_wav((tmp_path / "heard.wav").read_bytes())
    assert len(recorded) == len(heard)


async def test_what_arrives_is_what_was_rendered(open_leg: OpenLeg, speech: Renderer) -> None:
    node, phone = await open_leg(), await open_leg()
    node.set_remote(*phone.local)
    phone.set_remote(*node.local)
    heard = bytearray()
    phone.on_audio = heard.extend
    rendered = (await speech.prompt("Goodbye."))[:4000]
    node.play(rendered)
    node.start()
    await node.drained()
    await until(lambda: len(heard) >= len(rendered))
    assert bytes(heard[: len(rendered)]) == rendered


def test_the_same_under_the_loop_of_the_node() -> None:
    """The node runs on uvloop: its datagram transport is another one."""

    async def call() -> bytes:
        first, second = await MediaPort.open(LOOPBACK, PORTS), await MediaPort.open(LOOPBACK, PORTS)
        first.set_remote(*second.local, telephone_event_pt=EVENTS)
        second.set_remote(*first.local, telephone_event_pt=EVENTS)
        heard, digits = bytearray(), []
        second.on_audio, second.on_digit = heard.extend, digits.append
        first.play(b"\x20" * 320)
        first.start()
        await until(lambda: len(heard) >= 320)
        first.send_digits("9")
        await until(lambda: digits == ["9"])
        first.close()
        second.close()
        return bytes(heard[:320])

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        assert runner.run(call()) == b"\x20" * 320


async def test_many_legs_at_once_lose_nothing_and_leave_the_loop_free(open_leg: OpenLeg) -> None:
    pairs = [(await open_leg(), await open_leg()) for _ in range(20)]
    for first, second in pairs:
        first.set_remote(*second.local)
        second.set_remote(*first.local)
        first.play(b"\x20" * 4000)
        first.start()
        second.start()
    worst = 0.0
    while min(second.statistics.received for _, second in pairs) < 25:
        before = time.perf_counter()
        await asyncio.sleep(0.01)
        worst = max(worst, time.perf_counter() - before)
    assert all(second.statistics.lost == 0 for _, second in pairs)
    # Forty legs cost a few milliseconds in each packet time; ten times that would still be free.
    assert worst < 1.0


async def test_any_bytes_on_the_port_are_survived(open_leg: OpenLeg) -> None:
    leg = await open_leg()
    leg.set_remote(LOOPBACK, 9, telephone_event_pt=EVENTS)
    leg.on_audio = lambda _: None
    errors: list[object] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: errors.append(context))
    chance = np.random.default_rng(933)
    for _ in range(2000):
        data = chance.bytes(int(chance.integers(0, 64)))
        if chance.random() < 0.5:
            # Half of them look like RTP of an agreed payload type.
            data = b"\x80" + bytes([int(chance.choice([0, 8, EVENTS]))]) + data
        leg.datagram_received(data, (LOOPBACK, int(chance.integers(1, 5))))
    assert errors == []
    assert leg.statistics.refused > 0
    assert leg.statistics.received > 0

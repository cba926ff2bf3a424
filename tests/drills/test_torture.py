"""Two thousand messages nobody should send, and then a call like any other."""

import asyncio
import random
import socket
from pathlib import Path

import pytest
from tests.drills.stage import HOST, STRANGER_HOST, Stage
from tests.lab.stage import until
from tests.sip.test_fuzz import mutate
from tests.sip.torture import corpus

pytestmark = pytest.mark.stack

MESSAGES = 2_000
SEED = 5118
BURST = 20  # sent between two breaths of the loop, so that they arrive and are not lost in a full buffer
MORE_MEMORY_MIB = 64  # transactions of the last half minute may be held; a leak of whole messages would show


async def test_a_call_passes_after_two_thousand_torture_messages(stage: Stage, shared_data: Path) -> None:
    psap = await stage.desk()
    node = await stage.start([psap], [psap])
    await stage.call_passes(psap)
    pid, before = node.process.pid, node.resident_mib
    dice = random.Random(SEED)
    originals = corpus(shared_data)
    messages = originals + [mutate(dice.choice(originals), dice, originals) for _ in range(MESSAGES - len(originals))]
    # Half of them from a known trunk, whose messages are mended and answered, half from a stranger.
    with _sender(HOST) as trunk, _sender(STRANGER_HOST) as stranger:
        for number, message in enumerate(messages):
            (trunk if number % 2 else stranger).sendto(message[:65_000], (HOST, node.port))
            if number % BURST == 0:
                await asyncio.sleep(0.002)
        await node.ready()
        answers = _count(trunk)
        assert answers > MESSAGES / 20, "the node did not take the messages at all"
        await stage.call_passes(psap)
    assert node.process.pid == pid
    assert node.running()
    assert node.resident_mib - before < MORE_MEMORY_MIB
    assert "Traceback" not in node.output()
    await until(lambda: len([fact for fact in node.facts("ended") if fact.data["answered"]]) == 2)


def _sender(host: str) -> socket.socket:
    sender = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sender.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 * 2**20)
    sender.bind((host, 0))
    sender.setblocking(False)
    return sender


def _count(receiver: socket.socket) -> int:
    count = 0
    while True:
        try:
            receiver.recv(65_535)
        except BlockingIOError:
            return count
        count += 1

"""A call over TCP and a node that dies: its connections die with it, and the call goes on over new ones."""

import asyncio
import contextlib

import pytest
from tests.drills.phone import Phone
from tests.drills.stage import HOST, Desk, DrillNode, Stage
from tests.lab.stage import until

from callpoint.sip.hop import Hop
from callpoint.snapshot.facts import read_dialogs

pytestmark = pytest.mark.stack


async def call_over_a_killed_node(stage: Stage, psap: Desk, phone: Phone, node: DrillNode) -> None:
    """The phone talks with the PSAP, then the node is killed and started again."""
    await phone.dial_911()
    await psap.answered()
    await until(lambda: bool(read_dialogs(node.journal)))
    node.kill()
    node.start()
    await node.ready()


async def test_the_caller_hangs_up_over_a_new_connection(stage: Stage) -> None:
    psap = await stage.desk()
    node = await stage.start([psap], [psap])
    async with Phone(Hop("tcp", HOST, node.port)) as phone:
        await call_over_a_killed_node(stage, psap, phone, node)
        await phone.hang_up()
        await until(lambda: psap.calls[0].state == "ended")


async def test_the_psap_hangs_up_and_only_the_caller_hears_it(stage: Stage) -> None:
    """Strangers connect first after the restart: their connections must not be taken for the caller's."""
    psap = await stage.desk()
    node = await stage.start([psap], [psap])
    async with Phone(Hop("tcp", HOST, node.port)) as phone, contextlib.AsyncExitStack() as strangers:
        await call_over_a_killed_node(stage, psap, phone, node)
        heard = []
        for _ in range(5):
            reader, writer = await asyncio.open_connection(HOST, node.port)
            strangers.callback(writer.close)
            heard.append(asyncio.create_task(reader.read(1000)))
        await stage.call_passes(psap)
        psap.calls[0].call.hang_up()  # type: ignore[union-attr]
        await phone.actor.request("BYE")
        assert not any(task.done() for task in heard)
        for task in heard:
            task.cancel()

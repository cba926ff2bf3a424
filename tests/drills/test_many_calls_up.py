"""The node is killed with many calls up and more being dialled: journal whole, and those that were up are kept."""

import asyncio
import sqlite3
from contextlib import closing

import pytest
from tests.drills.stage import Stage
from tests.lab.stage import until
from tests.node.world import SDP, Actor

from callpoint.lab.agent_call import OutgoingCall
from callpoint.lab.user_agent import Dial, UserAgent
from callpoint.sip.hop import Hop
from callpoint.snapshot.facts import read_dialogs

pytestmark = pytest.mark.stack

UP = 60
BEING_DIALLED = 20


async def test_sixty_calls_outlive_a_kill_in_the_middle_of_twenty_more(stage: Stage) -> None:
    psap, agent = Actor("psap"), UserAgent()
    await psap.open()
    await agent.listen("udp", "127.0.0.1")
    try:
        node = await stage.start([f"sip:911@127.0.0.1:{psap.port};transport=udp"])
        calls = [await dial(agent, node.hop) for _ in range(UP)]
        await until(lambda: all(call.state == "answered" for call in calls))
        await until(lambda: len(read_dialogs(node.journal)) == UP)
        before = node.facts()
        for _ in range(BEING_DIALLED):
            await dial(agent, node.hop)
        node.kill()
        with closing(sqlite3.connect(node.journal)) as db:
            assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert node.facts()[: len(before)] == before
        node.start()
        await node.ready()
        for call in calls:
            call.hang_up()
            await asyncio.sleep(0.002)
        ours = {call.invite.call_id for call in calls}
        await until(lambda: len(psap_byes(psap)) >= UP)
        ids = {fact.call_id for fact in before if fact.data.get("sip_call_id") in ours}
        await until(lambda: ids <= {fact.call_id for fact in node.facts("ended")})
        assert not ids & set(read_dialogs(node.journal))
        assert all(fact.data["by"] == "caller" for fact in node.facts("ended") if fact.call_id in ids)
    finally:
        await agent.close()
        await psap.endpoint.close()


async def dial(agent: UserAgent, node: Hop) -> OutgoingCall:
    """One more 911; a breath later, so that the calls come one after the other."""
    headers = (("X-Employee-ID", "E1001"),)
    call = agent.call(Dial(f"sip:911@{node.host}:{node.port}", "sip:agent@drill.example", node, SDP, headers))
    await asyncio.sleep(0.005)
    return call


def psap_byes(psap: Actor) -> set[str]:
    """The calls that were hung up towards the PSAP."""
    return {request.call_id for request in psap.requests if request.method == "BYE"}

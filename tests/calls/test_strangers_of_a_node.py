"""From what a stranger sends to a real node, to the row the provider reads."""

import asyncio
from pathlib import Path

from tests.directory.cast import Cast
from tests.node.world import World

from callpoint.calls.ingest import ingest
from callpoint.calls.strangers import attempts_on, latest
from callpoint.directory import provision
from callpoint.directory.editing.trunks import all_trunks
from callpoint.directory.models import acting
from callpoint.routing.records import Trunk
from callpoint.sip.digest import authorize, ha1
from callpoint.snapshot.facts import Fact

STORED = {algorithm: ha1("sbc", "node.example", "secret", algorithm) for algorithm in ("SHA-256", "MD5")}


async def dial(folder: Path) -> list[Fact]:
    """One call with a wrong password, then the same with the right one; gives what the node wrote down."""
    async with World(folder) as world:
        world.view.trunk_list = (Trunk("acme digest", "demo", digest_username="sbc", digest_ha1=STORED),)
        for number, password in enumerate(("guess", "secret"), 1):
            invite = world.invite()
            world.phone.endpoint.request(invite, world.hop)
            await world.phone.until(lambda number=number: len(world.phone.finals("INVITE")) == 2 * number - 1)
            challenge = world.phone.finals("INVITE")[-1].values("WWW-Authenticate")[0]
            again = invite.copy()
            again.set("CSeq", "2 INVITE")
            again.set("Authorization", authorize(challenge, "INVITE", invite.uri, "sbc", password, "c", 1))
            if password == "secret":
                await world.established(again)
            else:
                world.phone.endpoint.request(again, world.hop)
                await world.phone.until(lambda: len(world.phone.finals("INVITE")) == 2)
        return [
            Fact(seq, "2026-11-23T02:00:00.000Z", call_id, slug, kind, data)
            for seq, (call_id, slug, kind, data) in enumerate(world.journal.facts, 1)
        ]


def test_a_wrong_password_stays_and_the_first_try_of_a_right_one_does_not(people: Cast, tmp_path: Path) -> None:
    facts = asyncio.run(dial(tmp_path))
    ingest("node/1", facts)
    with acting("test", "setting up"):
        trunk = provision.create_trunk("acme digest", people.acme, digest_username="sbc", digest_ha1=STORED)
    rows = [(row.source, row.method, row.digest_username, row.why, row.count) for row in latest()]
    assert rows == [("127.0.0.1", "INVITE", "sbc", "wrong_password", 1)]
    since = latest()[0].first_at
    assert [row.why for row in attempts_on(trunk, all_trunks(), since)] == ["wrong_password"]

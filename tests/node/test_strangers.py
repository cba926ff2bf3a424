"""Unknown sources: a word for a few, silence for a flood, and no effect on a trunk's calls."""

import pytest

from callpoint.node.strangers import AnswerBudget
from callpoint.routing.records import Trunk
from callpoint.sip.hop import Hop
from callpoint.sip.message import Request
from tests.node.world import World

STRANGER = Hop("udp", "192.0.2.66", 5060)


@pytest.fixture
def turned_away(world: World, monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """What would have been sent to the stranger, who is at an address of nobody."""
    sent: list[bytes] = []
    transmit = world.endpoint._transmit

    def catch(data: bytes, hop: Hop) -> None:
        if hop.host == STRANGER.host:
            sent.append(data)
        else:
            transmit(data, hop)

    monkeypatch.setattr(world.endpoint, "_transmit", catch)
    return sent


def knocks(world: World, method: str = "INVITE", number: int = 0, **headers: str) -> Request:
    request = world.invite(**headers)
    request.method = method
    request.set("CSeq", f"1 {method}")
    request.prepend("Via", f"SIP/2.0/UDP 192.0.2.66;branch=z9hG4bK{method}{number};rport")
    return request


@pytest.mark.parametrize("method", ["INVITE", "OPTIONS", "REGISTER", "SUBSCRIBE", "BYE", "MESSAGE"])
async def test_each_is_refused_and_costs_no_transaction(world: World, turned_away: list[bytes], method: str) -> None:
    world.endpoint._bytes_in(bytes(knocks(world, method)), STRANGER)
    assert turned_away[0].startswith(b"SIP/2.0 403 Unknown Source")
    assert b"received=192.0.2.66" in turned_away[0]
    assert len(world.endpoint._layer) == 0
    assert world.journal.kinds == ["stranger"]


async def test_a_repetition_gets_the_same_answer_though_nothing_was_kept(
    world: World, turned_away: list[bytes]
) -> None:
    knock = bytes(knocks(world))
    for _ in range(2):
        world.endpoint._bytes_in(knock, STRANGER)
    assert turned_away[0] == turned_away[1]


async def test_a_flood_gets_a_few_answers_and_a_trunks_call_passes(world: World, turned_away: list[bytes]) -> None:
    for number in range(500):
        world.endpoint._bytes_in(bytes(knocks(world, number=number)), STRANGER)
    assert 5 <= len(turned_away) <= 8
    await world.established()
    assert len(world.endpoint._layer) < 10


async def test_a_flood_of_scans_leaves_a_digest_trunk_its_challenge(world: World, turned_away: list[bytes]) -> None:
    world.view.trunk_list = (Trunk("d", "demo", digest_username="sbc", digest_ha1={"MD5": "0" * 32}),)
    for number in range(100):
        world.endpoint._bytes_in(bytes(knocks(world, "OPTIONS", number)), STRANGER)
    world.endpoint._bytes_in(bytes(knocks(world)), STRANGER)
    assert turned_away[-1].startswith(b"SIP/2.0 401")
    assert len(world.endpoint._layer) == 0


async def test_nothing_a_stranger_says_inside_a_call_is_heard(world: World, turned_away: list[bytes]) -> None:
    talk = await world.established()
    for method in ("BYE", "INVITE", "REFER", "UPDATE"):
        forged = knocks(world, method)
        forged.set("Call-ID", talk.phone.call_id)
        forged.set("To", "<sip:911@callpoint.example>;tag=guessed")
        world.endpoint._bytes_in(bytes(forged), STRANGER)
    await world.phone.until(lambda: len(turned_away) == 4)
    assert all(b" 481 " in data.splitlines()[0] for data in turned_away)
    assert world.psap.of_method("BYE") == []
    assert world.journal.of_kind("ended") == []


async def test_acks_and_unaddressable_requests_are_not_answered(world: World, turned_away: list[bytes]) -> None:
    world.endpoint._bytes_in(bytes(knocks(world, "ACK")), STRANGER)
    lost = knocks(world)
    lost.remove("Via")
    world.endpoint._bytes_in(bytes(lost), STRANGER)
    world.endpoint._bytes_in(
        b"SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP a;branch=z9hG4bKx\r\nCSeq: 1 INVITE\r\n\r\n", STRANGER
    )
    assert all(b" 403 " in data.splitlines()[0] for data in turned_away)
    assert len(turned_away) <= 1


async def test_the_psap_may_speak_inside_its_call_though_it_is_no_trunk(world: World) -> None:
    talk = await world.established()
    world.view.trunk_list = ()
    world.psap.send(talk.psap, "INFO", world.hop)
    await world.phone.request("INFO")
    assert (await world.psap.answer_to("INFO")).status == 200


async def test_a_strangers_stream_is_not_kept(world: World) -> None:
    world.view.trunk_list = ()
    hop = await world.listen("tcp")
    world.phone.endpoint.request(world.invite(), hop)
    await world.phone.response(403)
    streams = world.endpoint._streams
    assert [stream.welcome for stream in streams._open.values()] == [False]


def test_a_budget_fills_with_time_up_to_its_size() -> None:
    now = 100.0
    budget = AnswerBudget(2.0, lambda: now)
    assert [budget.spend() for _ in range(3)] == [True, True, False]
    now += 0.5
    assert [budget.spend() for _ in range(2)] == [True, False]
    now += 3600
    assert [budget.spend() for _ in range(3)] == [True, True, False]

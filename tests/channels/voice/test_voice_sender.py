"""Phone calls through the node's control link, a node of the test's own at its other end."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from callpoint.channels.notice import DeliveryError, Receipt, Report
from callpoint.channels.voice.sender import VoiceSender
from callpoint.transport.control import ControlError, ControlServer, Params, Peer
from tests.channels.notices import NOTICE, notice, recipient
from tests.channels.waiting import eventually

GUARD = recipient("voice", "+18025550100", "Gina Guard")


@dataclass
class Node:
    """Takes orders, and tells what the test says; `refuses` is why it does not take them."""

    path: Path
    refuses: str = ""
    orders: list[Params] = field(default_factory=list)
    peers: list[Peer] = field(default_factory=list)

    async def call_out(self, peer: Peer, params: Params) -> Params:
        if self.refuses:
            raise ControlError(self.refuses)
        self.orders.append(params)
        self.peers.append(peer)
        return {"id": str(len(self.orders))}

    def tell(self, state: str, number: int = 0, **more: Any) -> None:
        order = self.orders[number]
        params = {"id": "1", "key": order["key"], "state": state, "digit": "", "status": 0, "why": "", **more}
        self.peers[-1].tell("call_out", **params)


@asynccontextmanager
async def running(tmp_path: Path, refuses: str = "") -> AsyncIterator[Node]:
    node = Node(tmp_path / "node" / "control.sock", refuses)
    server = ControlServer(node.path, {"call_out": node.call_out})
    await server.start()
    try:
        yield node
    finally:
        await server.close()


@asynccontextmanager
async def calling(node: Node, what: Any = NOTICE) -> AsyncIterator[tuple["asyncio.Task[Receipt]", list[Report]]]:
    """A call under way, the node having its order."""
    reports: list[Report] = []
    sender = VoiceSender(node.path, reports.append)
    task = asyncio.create_task(sender.send(what, GUARD))
    try:
        await eventually(lambda: node.orders or task.done())
        yield task, reports
    finally:
        await sender.close()
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError, DeliveryError):
            await task


async def test_the_node_is_asked_to_call_and_what_to_say(tmp_path: Path) -> None:
    what = notice(text="This is an alert.\n\nLocation: here.", language="fr-CA")
    async with running(tmp_path) as node, calling(node, what) as (task, _):
        node.tell("spoken")
        assert await task == Receipt(NOTICE.key)
    [order] = node.orders
    assert order == {
        "key": NOTICE.key,
        "number": "+18025550100",
        "organization": "demo",
        "alert": "call-1",
        "text": {"language": "fr", "sentences": ["This is an alert.", "Location: here."]},
        "join_call": "call-1",
        "may_join": True,
    }


@pytest.mark.parametrize(
    "what",
    [
        notice(type="trunk_down", document={}),
        notice(test=True),
        notice(type="call_ended"),
        notice(document={"call": None}),
    ],
)
async def test_only_a_call_under_way_can_be_joined(tmp_path: Path, what: Any) -> None:
    async with running(tmp_path) as node, calling(node, what):
        assert (node.orders[0]["join_call"], node.orders[0]["may_join"]) == ("", False)


async def test_read_out_is_sent_and_a_key_later_is_a_person(tmp_path: Path) -> None:
    async with running(tmp_path) as node, calling(node) as (task, reports):
        node.tell("ringing")
        node.tell("answered")
        node.tell("spoken")
        assert await task == Receipt(NOTICE.key, delivered=False)
        assert reports == []
        node.tell("acknowledged", digit="1")
        await eventually(lambda: reports)
    assert reports == [Report(NOTICE.key, "acknowledged", by="Gina Guard")]


@pytest.mark.parametrize("state", ["acknowledged", "joined"])
async def test_a_key_during_the_reading_is_delivered_at_once(tmp_path: Path, state: str) -> None:
    async with running(tmp_path) as node, calling(node) as (task, reports):
        node.tell("answered")
        node.tell(state, digit="1")
        assert await task == Receipt(NOTICE.key, delivered=True)
        assert reports == []  # first the receipt, then what is told of it
        node.tell("acknowledged", digit="1")
        node.tell("ended")
        await eventually(lambda: reports)
    assert reports == [Report(NOTICE.key, "acknowledged", by="Gina Guard")]


@pytest.mark.parametrize(
    ("status", "permanent"),
    [
        (486, False), (600, False), (603, False), (480, False), (408, False), (0, False),
        (404, True), (604, True), (484, True),
    ],
)  # fmt: skip
async def test_who_does_not_answer_may_do_so_later_but_not_a_number_that_is_none(
    tmp_path: Path, status: int, permanent: bool
) -> None:
    async with running(tmp_path) as node, calling(node) as (task, _):
        node.tell("ringing")
        node.tell("ended", status=status, why="that is why")
        with pytest.raises(DeliveryError, match=r"nobody answered: .*that is why") as caught:
            await task
    assert (caught.value.permanent, caught.value.uncertain) == (permanent, False)


async def test_whoever_hangs_up_at_once_has_not_heard_it(tmp_path: Path) -> None:
    async with running(tmp_path) as node, calling(node) as (task, _):
        node.tell("answered")
        node.tell("ended", status=200)
        with pytest.raises(DeliveryError, match="hung up before the alert had been read out") as caught:
            await task
    assert not caught.value.permanent


@pytest.mark.parametrize(("why", "permanent"), [("911 is not called", True), ("fault: KeyError()", False)])
async def test_a_node_that_refuses_is_told_in_its_words(tmp_path: Path, why: str, permanent: bool) -> None:
    async with running(tmp_path, why) as node, calling(node) as (task, _):
        with pytest.raises(DeliveryError, match="the node does not call") as caught:
            await task
    assert caught.value.permanent is permanent


@pytest.mark.parametrize(("answered", "uncertain"), [(False, False), (True, True)])
async def test_a_node_that_goes_away_during_the_call(tmp_path: Path, answered: bool, uncertain: bool) -> None:
    async with running(tmp_path) as node, calling(node) as (task, _):
        if answered:
            await node.peers[-1].ask("call_out", key=NOTICE.key, state="answered")
        node.peers[-1].close()
        with pytest.raises(DeliveryError, match=r"went away|is gone|cannot be asked") as caught:
            await task
    assert (caught.value.permanent, caught.value.uncertain) == (False, uncertain)


async def test_a_node_that_is_not_there_may_come(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("callpoint.channels.voice.sender.LINK_SECONDS", 0.2)
    sender = VoiceSender(tmp_path / "node" / "control.sock", lambda report: None)
    with pytest.raises(DeliveryError, match="is not there") as caught:
        await sender.send(NOTICE, GUARD)
    assert not caught.value.permanent
    async with running(tmp_path) as node:
        monkeypatch.setattr("callpoint.channels.voice.sender.LINK_SECONDS", 20.0)
        task = asyncio.create_task(sender.send(NOTICE, GUARD))
        await eventually(lambda: node.orders)
        node.tell("spoken")
        assert (await task).reference == NOTICE.key
    await sender.close()


async def test_several_calls_are_told_apart(tmp_path: Path) -> None:
    async with running(tmp_path) as node:
        reports: list[Report] = []
        sender = VoiceSender(node.path, reports.append)
        tasks = [asyncio.create_task(sender.send(notice(key=key), GUARD)) for key in ("a", "b")]
        await eventually(lambda: len(node.orders) == 2)
        keys = [order["key"] for order in node.orders]
        node.tell("ended", keys.index("b"), status=486)
        node.tell("acknowledged", keys.index("a"))
        assert (await tasks[0]).delivered
        with pytest.raises(DeliveryError):
            await tasks[1]
        await eventually(lambda: reports)
        await sender.close()
    assert [report.reference for report in reports] == ["a"]


async def test_a_call_given_up_is_forgotten(tmp_path: Path) -> None:
    async with running(tmp_path) as node, calling(node) as (task, reports):
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        node.tell("acknowledged")
        again = notice(key="later")
        del node.orders[:]
        async with calling(node, again) as (second, _):
            node.tell("spoken")
            assert (await second).reference == "later"
        assert reports == []

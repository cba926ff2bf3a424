"""baresip answers a voice alert of the node's, hears it in the node's own voice, and presses a key."""

import asyncio
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest
from tests.peers.baresip import Baresip
from tests.peers.node import Node
from tests.peers.tones import from_mu_law, likeness, loudness, silence

from callpoint.node.phone_phrases import phrases
from callpoint.speech.renderer import Renderer
from callpoint.transport.control import ControlClient, Params, Peer

pytestmark = [pytest.mark.peers, pytest.mark.stack]

MakePhone = Callable[..., Baresip]
MakeNode = Callable[..., Node]

NUMBER = "2001"  # what the phone is called, too: baresip takes calls to its own name alone
SENTENCES = ["Emergency call from Amy Agent.", "115 State Street, Montpelier."]


class Asker:
    """Asks the node over its control socket for one call-out, and keeps what it is told of it."""

    def __init__(self, node: Node) -> None:
        self.node = node
        self.told: list[Params] = []

    async def order(self, number: str, *until: str, then: Callable[[str], None] = lambda state: None) -> None:
        """Returns when a state of `until` was told; `then` hears each state."""
        reached = asyncio.Event()

        async def take(peer: Peer, params: Params) -> None:
            self.told.append(params)
            await asyncio.to_thread(then, params["state"])
            if params["state"] in until:
                reached.set()

        client = ControlClient(Path(self.node.data) / "node" / "control.sock", {"call_out": take})
        running = asyncio.create_task(client.run())
        try:
            async with asyncio.timeout(90):
                while not client.connected:
                    await asyncio.sleep(0.02)
                await client.ask(
                    "call_out",
                    key="C1/S1/0/R1",
                    number=number,
                    organization="demo",
                    alert="C1",
                    text={"language": "en", "sentences": SENTENCES},
                )
                await reached.wait()
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)

    @property
    def states(self) -> list[str]:
        return [params["state"] for params in self.told]


def run(work: Coroutine[Any, Any, None]) -> None:
    asyncio.run(work)


@pytest.fixture
def phone(baresip: MakePhone) -> Baresip:
    return baresip(NUMBER, says=silence(120), answers=True)


@pytest.fixture
def between(node: MakeNode, phone: Baresip) -> Node:
    """A node whose voice gateway is that very phone."""
    return node(["sip:911@127.0.0.1:9"], extra=["[voice]", f'gateway = "sip:127.0.0.1:{phone.port}"', 'caller = "100"'])


@pytest.mark.parametrize("dtmf", ["rtpevent", "info"])
def test_it_is_heard_and_acknowledged_by_one(baresip: MakePhone, node: MakeNode, dtmf: str) -> None:
    phone = baresip(NUMBER, says=silence(120), answers=True, dtmf=dtmf)
    between = node(["sip:911@127.0.0.1:9"], extra=["[voice]", f'gateway = "sip:127.0.0.1:{phone.port}"'])
    asker = Asker(between)

    def listen_and_press(state: str) -> None:
        if state == "answered":
            for text in (SENTENCES[0], SENTENCES[1], phrases("en")["acknowledge"]):
                hears(phone, between, text)
            phone.press("1")

    run(asker.order(NUMBER, "ended", then=listen_and_press))
    assert "acknowledged" in asker.states
    assert asker.states[-1] == "ended"
    phone.wait_for_event("CALL_CLOSED")
    assert [fact.data["state"] for fact in between.facts("call_out")][:2] == ["ringing", "answered"]
    assert "1" in [fact.data["digit"] for fact in between.facts("call_out")]
    assert {fact.data["number"] for fact in between.facts("call_out")} == {NUMBER}


def test_a_phone_that_declines_is_told_of(baresip: MakePhone, node: MakeNode) -> None:
    phone = baresip(NUMBER, says=silence(60))
    between = node(["sip:911@127.0.0.1:9"], extra=["[voice]", f'gateway = "sip:127.0.0.1:{phone.port}"'])
    asker = Asker(between)

    def decline(state: str) -> None:
        if state == "ringing":
            phone.wait_for_event("CALL_INCOMING")
            phone.hang_up()

    run(asker.order(NUMBER, "ended", then=decline))
    assert asker.states == ["ringing", "ended"]
    assert asker.told[-1]["status"] in (486, 603)


def test_a_silent_listener_hears_it_three_times(phone: Baresip, between: Node) -> None:
    asker = Asker(between)
    run(asker.order(NUMBER, "ended"))
    assert asker.states == ["ringing", "answered", "spoken", "ended"]
    assert loudness(phone.heard()) > 0.01
    phone.wait_for_event("CALL_CLOSED")


def spoken(between: Node, text: str) -> bytes:
    """How the node says `text` (mu-law), empty as long as it has not rendered it."""
    renderer = Renderer.open(between.data / "node" / "prompts")
    try:
        return renderer.cached(text) or b""
    finally:
        renderer.close()


def hears(phone: Baresip, between: Node, text: str) -> None:
    """Waits until `text`, in the node's own voice, stands in what the phone has recorded."""
    between.wait_for(lambda: bool(spoken(between, text)), 60, f"the node renders {text!r}")
    words = from_mu_law(spoken(between, text))
    phone.wait_for(lambda: likeness(phone.heard(), words) > 0.9, 60, f"the phone hears {text!r}")

"""baresip, a real phone, dials 911 and 933 through a border controller: what both ends hear, and what keys do."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from tests.peers.baresip import Baresip
from tests.peers.kamailio import Kamailio
from tests.peers.node import CALLBACK, Node
from tests.peers.tones import Samples, first_sound, from_mu_law, likeness, loudness, seconds_of, silence, tone

from callpoint.speech.phone import say_phone
from callpoint.speech.phrases_en import PHRASES
from callpoint.speech.renderer import Renderer

pytestmark = [pytest.mark.peers, pytest.mark.stack]

MakePhone = Callable[..., Baresip]
MakeNode = Callable[..., Node]
MakeKamailio = Callable[..., Kamailio]


@dataclass(frozen=True)
class Line:
    """An employee's phone, the node between two border controllers, and a call taker's phone."""

    phone: Baresip
    node: Node
    call_taker: Baresip


@pytest.fixture
def line(baresip: MakePhone, node: MakeNode, kamailio: MakeKamailio) -> Line:
    """Everything switched on; the caller's tone is 440 Hz, the call taker's 880 Hz."""
    call_taker = baresip("911", says=tone(880, 60), answers=True)
    border = kamailio("127.0.0.1:9", psap=f"127.0.0.1:{call_taker.port}", psap_is_a_phone=True)
    between = node([f"sip:psap@{border.address}"])
    phone = baresip("E1001", says=tone(440, 60), proxy=kamailio(between.address).address)
    return Line(phone, between, call_taker)


def test_911_carries_speech_both_ways(line: Line) -> None:
    line.phone.dial("sip:911@callpoint.example")
    line.phone.wait_for_event("CALL_ESTABLISHED")
    line.phone.wait_for(lambda: seconds_of(line.phone.heard(), 880) > 1, 10, "the caller hears the call taker")
    line.call_taker.wait_for(
        lambda: seconds_of(line.call_taker.heard(), 440) > 1, 10, "the call taker hears the caller"
    )
    assert seconds_of(line.phone.heard(), 440) == 0
    assert seconds_of(line.call_taker.heard(), 880) == 0
    line.phone.hang_up()
    line.call_taker.wait_for_event("CALL_CLOSED")
    assert line.node.wait_for_fact("ended").data["by"] == "caller"
    assert line.node.facts("decided")[0].data["device_user_id"] == "E1001"


def test_the_call_taker_hangs_up(line: Line) -> None:
    line.phone.dial("sip:911@callpoint.example")
    line.phone.wait_for_event("CALL_ESTABLISHED")
    line.call_taker.wait_for_event("CALL_ESTABLISHED")
    line.call_taker.hang_up()
    line.phone.wait_for_event("CALL_CLOSED")
    assert line.node.wait_for_fact("ended").data["by"] == "psap"


def test_keys_pressed_in_a_911_call_reach_the_call_taker(line: Line) -> None:
    line.phone.dial("sip:911@callpoint.example")
    line.phone.wait_for_event("CALL_ESTABLISHED")
    line.phone.press("911")
    line.call_taker.wait_for(lambda: len(line.call_taker.events_of("CALL_DTMF_START")) == 3, 10, "three keys arrive")
    assert "".join(event["param"] for event in line.call_taker.events_of("CALL_DTMF_START")) == "911"


def test_a_call_that_nobody_can_take_is_told_so(baresip: MakePhone, node: MakeNode, kamailio: MakeKamailio) -> None:
    between = node()
    phone = baresip("E1001", says=silence(60), proxy=kamailio(between.address).address)
    phone.dial("sip:911@callpoint.example")
    phone.wait_for_event("CALL_ESTABLISHED")
    phone.wait_for(lambda: loudness(phone.heard()) > 0.01, 10, "an announcement is heard")
    assert between.wait_for_fact("answered").data["by"] == "announcement"
    assert between.wait_for_fact("alarm").data["cleared"] is False


def test_933_reads_back_and_takes_keys(baresip: MakePhone, node: MakeNode, kamailio: MakeKamailio) -> None:
    between = node(["sip:911@127.0.0.1:9"])
    phone = baresip("E1001", says=silence(90), proxy=kamailio(between.address).address)
    between.wait_for(lambda: bool(spoken(between, PHRASES["test_call"])), 30, "the opening phrase is rendered")
    phone.dial("sip:933@callpoint.example")
    phone.wait_for_event("CALL_ESTABLISHED")
    phone.wait_for(lambda: loudness(phone.heard()) > 0.01, 10, "something is said")
    begins = first_sound(phone.heard())
    assert begins is not None
    assert begins < 0.5
    hears(phone, between, f"{say_phone(CALLBACK)}.", 40)
    phone.press("1")
    phone.wait_for(lambda: "repeated" in steps(between), 10, "1 repeats")
    hears(phone, between, f"{say_phone(CALLBACK, digit_by_digit=True)}.", 40)
    assert not found(phone.heard(), spoken(between, PHRASES["no_location"]))
    phone.press("2")
    phone.wait_for(lambda: "confirmed" in steps(between), 10, "2 confirms")
    phone.hang_up()
    between.wait_for_fact("ended")
    assert not between.facts("dialled")


def test_933_takes_keys_sent_by_info(baresip: MakePhone, node: MakeNode, kamailio: MakeKamailio) -> None:
    between = node(["sip:911@127.0.0.1:9"])
    phone = baresip("E1001", says=silence(90), proxy=kamailio(between.address).address, dtmf="info")
    phone.dial("sip:933@callpoint.example")
    phone.wait_for_event("CALL_ESTABLISHED")
    phone.press("3")
    phone.wait_for(lambda: "reported_wrong" in steps(between), 10, "3 reports a wrong location")


def test_933_says_what_is_missing(baresip: MakePhone, node: MakeNode, kamailio: MakeKamailio) -> None:
    between = node(["sip:911@127.0.0.1:9"])
    phone = baresip("E1099", says=silence(90), proxy=kamailio(between.address).address)
    between.wait_for(lambda: bool(spoken(between, PHRASES["no_location"])), 30, "the phrase is rendered")
    phone.dial("sip:933@callpoint.example")
    phone.wait_for_event("CALL_ESTABLISHED")
    hears(phone, between, PHRASES["no_location"], 30)


def steps(between: Node) -> list[str]:
    """The steps of the 933 call so far."""
    return [fact.data["step"] for fact in between.facts("read_back")]


def spoken(between: Node, text: str) -> bytes:
    """How the node says `text` (mu-law), empty as long as it has not rendered it."""
    renderer = Renderer.open(between.data / "node" / "prompts")
    try:
        return renderer.cached(text) or b""
    finally:
        renderer.close()


def hears(phone: Baresip, between: Node, text: str, seconds: float) -> None:
    """Waits until `text`, in the node's own voice, stands in what the phone has recorded."""
    between.wait_for(lambda: bool(spoken(between, text)), seconds, f"the node renders {text!r}")
    words = spoken(between, text)
    phone.wait_for(lambda: found(phone.heard(), words), seconds, f"the phone hears {text!r}")


def found(heard: Samples, words: bytes) -> bool:
    """Whether the recording holds the very sound of `words`, wherever it begins."""
    return bool(words) and likeness(heard, from_mu_law(words)) > 0.9

"""baresip, a real phone, dials 911 and 933 through a border controller: what both ends hear, and what keys do."""

from collections.abc import Callable

import pytest
from tests.peers.baresip import Baresip
from tests.peers.kamailio import Kamailio
from tests.peers.node import Node
from tests.peers.tones import first_sound, loudness, seconds_of, silence, tone

pytestmark = [pytest.mark.peers, pytest.mark.stack]

MakePhone = Callable[..., Baresip]
MakeNode = Callable[..., Node]
MakeKamailio = Callable[..., Kamailio]


def test_911_carries_speech_both_ways(baresip: MakePhone, node: MakeNode, kamailio: MakeKamailio) -> None:
    psap = baresip("psap", says=tone(880, 60), answers=True)
    between = node([f"sip:psap@127.0.0.1:{psap.port}"])
    phone = baresip("E1001", says=tone(440, 60), proxy=kamailio(between.address).address)
    phone.dial("sip:911@callpoint.example")
    phone.wait_for_event("CALL_ESTABLISHED")
    phone.wait_for(lambda: seconds_of(phone.heard(), 880) > 1, 10, "the caller hears the call taker")
    psap.wait_for(lambda: seconds_of(psap.heard(), 440) > 1, 10, "the call taker hears the caller")
    assert seconds_of(phone.heard(), 440) == 0
    assert seconds_of(psap.heard(), 880) == 0
    phone.hang_up()
    psap.wait_for_event("CALL_CLOSED")
    assert between.wait_for_fact("ended").data["by"] == "caller"
    assert between.facts("decided")[0].data["device_user_id"] == "E1001"


def test_the_call_taker_hangs_up(baresip: MakePhone, node: MakeNode, kamailio: MakeKamailio) -> None:
    psap = baresip("psap", answers=True)
    between = node([f"sip:psap@127.0.0.1:{psap.port}"])
    phone = baresip("E1001", proxy=kamailio(between.address).address)
    phone.dial("sip:911@callpoint.example")
    phone.wait_for_event("CALL_ESTABLISHED")
    psap.wait_for_event("CALL_ESTABLISHED")
    psap.hang_up()
    phone.wait_for_event("CALL_CLOSED")
    assert between.wait_for_fact("ended").data["by"] == "psap"


@pytest.mark.parametrize("dtmf", ["rtpevent", "info"])
def test_933_reads_back_and_takes_keys(dtmf: str, baresip: MakePhone, node: MakeNode, kamailio: MakeKamailio) -> None:
    between = node(["sip:911@127.0.0.1:9"])
    phone = baresip("E1001", says=silence(60), proxy=kamailio(between.address).address, dtmf=dtmf)
    phone.dial("sip:933@callpoint.example")
    phone.wait_for_event("CALL_ESTABLISHED")
    phone.wait_for(lambda: loudness(phone.heard()) > 0.01, 10, "something is said")
    begins = first_sound(phone.heard())
    assert begins is not None
    assert begins < 1.0
    phone.press("1")
    phone.wait_for(lambda: "repeated" in steps(between), 10, "1 repeats")
    phone.press("2")
    phone.wait_for(lambda: "confirmed" in steps(between), 10, "2 confirms")
    phone.hang_up()
    between.wait_for_fact("ended")
    assert not between.facts("dialled")


def steps(between: Node) -> list[str]:
    """The steps of the 933 call so far."""
    return [fact.data["step"] for fact in between.facts("read_back")]

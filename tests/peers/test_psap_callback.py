"""SIPp as a PSAP calls a baresip phone back that has called 911, through the node as a process of its own."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from tests.peers.baresip import Baresip
from tests.peers.node import CALLBACK, TRUNK, Node
from tests.peers.sipp import Sipp
from tests.peers.tones import loudness, silence, tone

pytestmark = [pytest.mark.peers, pytest.mark.stack]

MakePhone = Callable[..., Baresip]
MakeNode = Callable[..., Node]
MakeSipp = Callable[..., Sipp]

# A phone says who calls in From alone.
BY_PHONE = replace(TRUNK, id_headers=("From",))


def call_back(sipp: MakeSipp, node: Node, number: str = CALLBACK, hold: int = 500) -> Sipp:
    """The PSAP's call back to `number`, begun."""
    keys = {"dialled": f"sip:{number}@{node.address};user=phone"}
    return sipp("psap_calls_back", remote=node.address, keys=keys, blanks={"HOLD": str(hold)})


def called_911(phone: Baresip, node: Node, psap: Sipp) -> None:
    """An emergency call, answered by the PSAP and hung up by it."""
    phone.dial(f"sip:911@{node.address}")
    phone.wait_for_event("CALL_ESTABLISHED")
    psap.succeed()
    phone.wait_for_event("CALL_CLOSED")
    node.wait_for_fact("ended")


def test_the_phone_that_called_rings_and_talks(sipp: MakeSipp, baresip: MakePhone, node: MakeNode) -> None:
    """No trunk names where calls back go: the phone is found by where its call came from."""
    psap = sipp("psap_hangs_up", blanks={"HOLD": "300"})
    between = node([f"sip:911@{psap.address}"], trunk=BY_PHONE)
    phone = baresip("E1001", says=tone(440, 60), proxy=between.address, answers=True)
    called_911(phone, between, psap)
    call_back(sipp, between).succeed()
    phone.wait_for(lambda: len(phone.events_of("CALL_ESTABLISHED")) == 2, 10, "the phone takes the call back")
    phone.wait_for(lambda: len(phone.events_of("CALL_CLOSED")) == 2, 10, "the PSAP hangs up")
    told = between.wait_for_fact("psap_callback").data
    assert (told["number"], told["psap"], told["person"]) == (CALLBACK, "Montpelier dispatch", "Amy Agent")
    assert told["original_call_id"] == between.facts("received")[0].call_id
    assert told["priority"] is True
    name = between.facts("psap_callback")[0].call_id
    between.wait_for(lambda: ended_by(between, name) == ["psap"], 10, "the journal tells that the PSAP hung up")


def ended_by(node: Node, call_id: str) -> list[str]:
    return [fact.data["by"] for fact in node.facts("ended") if fact.call_id == call_id]


def test_it_rings_at_once_after_a_kill_and_a_restart(sipp: MakeSipp, baresip: MakePhone, node: MakeNode) -> None:
    """Whose number it is stands in the journal."""
    psap = sipp("psap_hangs_up", blanks={"HOLD": "300"})
    between = node([f"sip:911@{psap.address}"], trunk=BY_PHONE)
    phone = baresip("E1001", says=tone(440, 60), proxy=between.address, answers=True)
    called_911(phone, between, psap)
    between.process.kill()
    between.process.wait(10)
    between.start()
    between.wait_until_ready()
    call_back(sipp, between).succeed()
    told = between.wait_for_fact("psap_callback").data
    assert (told["person"], told["original_call_id"] != "") == ("Amy Agent", True)


def test_the_trunk_of_the_person_is_rung_first(sipp: MakeSipp, baresip: MakePhone, node: MakeNode) -> None:
    psap = sipp("psap_hangs_up", blanks={"HOLD": "300"})
    switchboard = baresip(CALLBACK, says=silence(60), answers=True)
    trunk = replace(BY_PHONE, callback_uri=f"sip:pbx@127.0.0.1:{switchboard.port};transport=udp")
    between = node([f"sip:911@{psap.address}"], trunk=trunk)
    phone = baresip("E1001", says=tone(440, 60), proxy=between.address, answers=True)
    called_911(phone, between, psap)
    call_back(sipp, between).succeed()
    switchboard.wait_for_event("CALL_ESTABLISHED")
    assert len(phone.events_of("CALL_ESTABLISHED")) == 1
    assert between.wait_for_fact("psap_callback").data["trunk"] == "trunk contact-center"


def test_a_phone_that_is_off_is_told_of_in_words(sipp: MakeSipp, baresip: MakePhone, node: MakeNode) -> None:
    """The call taker, here a phone so that the words can be heard, is answered all the same, without any mark."""
    psap = sipp("psap_hangs_up", blanks={"HOLD": "300"})
    between = node([f"sip:911@{psap.address}"], trunk=BY_PHONE)
    phone = baresip("E1001", says=tone(440, 60), proxy=between.address)
    called_911(phone, between, psap)
    phone.stop()
    call_taker = baresip("desk7", says=silence(60))
    call_taker.dial(f"sip:{CALLBACK}@{between.address}")
    call_taker.wait_for_event("CALL_ESTABLISHED", 30)
    call_taker.wait_for(lambda: loudness(call_taker.heard()) > 0.01, 30, "the call taker is told")
    assert [fact.data["by"] for fact in between.facts("answered")][-1] == "announcement"
    assert between.wait_for_fact("alarm").data["alarm"] == "callback_not_delivered"

"""Calls in circles: our own mark found, and nobody else's taken for it."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.sip.stage import UDP, request_of_ours, request_of_theirs

from callpoint.sip.errors import RemoteProtocolError
from callpoint.sip.layer import TransactionLayer
from callpoint.sip.loop import LoopGuard
from callpoint.sip.message import parse
from callpoint.sip.via import MAGIC_COOKIE


def guard(key: bytes = b"secret") -> LoopGuard:
    numbers = itertools.count()
    return LoopGuard(key, lambda: f"random{next(numbers)}")


def test_a_request_of_our_own_layer_is_known_again() -> None:
    marks = guard()
    layer = TransactionLayer(sent_by=lambda _: "192.0.2.1", token=marks.token)
    layer.request(request_of_ours(), UDP, 0.0)
    ours = parse(layer.take_outgoing()[0].data)
    returned = request_of_theirs()
    returned.add("Via", "SIP/2.0/TCP proxy.example;branch=z9hG4bKother")
    returned.add("Via", str(ours.via))
    with pytest.raises(RemoteProtocolError) as refused:
        marks.check(returned)
    assert refused.value.status == 482


def test_nodes_with_one_key_know_each_other() -> None:
    branch = MAGIC_COOKIE + guard().token()
    assert guard().is_ours(branch)
    assert not guard(b"other").is_ours(branch)


def test_a_new_call_is_no_loop() -> None:
    request = request_of_theirs()
    request.add("Via", "nonsense")
    request.add("Via", "SIP/2.0/UDP 192.0.2.3")
    guard().check(request, {"call-1"})


def test_the_call_id_of_a_leg_of_ours_is_a_loop() -> None:
    with pytest.raises(RemoteProtocolError) as refused:
        guard().check(request_of_theirs(call_id="ours"), {"ours"})
    assert refused.value.status == 482


@given(st.text(max_size=40))
def test_what_others_write_is_not_ours(text: str) -> None:
    assert not guard().is_ours(text)
    assert not guard().is_ours(MAGIC_COOKIE + text)


def test_a_missing_branch_is_not_ours() -> None:
    assert not guard().is_ours(None)
    assert not guard().is_ours("")


def test_tokens_differ() -> None:
    marks = guard()
    assert len({marks.token() for _ in range(100)}) == 100

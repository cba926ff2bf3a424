"""Reliable provisional responses of several legs in one row towards the caller (RFC 3262)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.sip.stage import request_of_ours, request_of_theirs

from callpoint.sip.errors import RemoteProtocolError
from callpoint.sip.message import Request, Response
from callpoint.sip.rack import RAck
from callpoint.sip.reliable import FIRST_RSEQ_LIMIT, Passed, ReliableRelay, first_rseq, wants_reliability


def ringing(rseq: int | str, tag: str = "psap", cseq: int = 4) -> Response:
    response = request_of_ours(cseq=cseq).response(183, None, tag)
    response.add("Require", "100rel")
    response.add("RSeq", str(rseq))
    return response


def prack(rack: str) -> Request:
    request = request_of_theirs("PRACK", cseq=2)
    request.add("RAck", rack)
    return request


def relay() -> ReliableRelay:
    return ReliableRelay(cseq=1, first=100)


def test_a_response_gets_the_next_number_and_its_prack_the_old_one() -> None:
    row = relay()
    assert row.pass_on("first", ringing(7001)) == 100
    assert row.waiting
    assert row.take_prack(prack("100 1 INVITE")) == Passed("first", "psap", RAck.parse("7001 4 INVITE"))
    assert not row.waiting


def test_several_legs_and_forks_share_one_row() -> None:
    row = relay()
    assert row.pass_on("first", ringing(7001)) == 100
    assert row.pass_on("first", ringing(1, "fork")) == 101
    assert row.pass_on("second", ringing(7001)) == 102
    assert row.pass_on("first", ringing(7002)) == 103
    assert row.take_prack(prack("103 1 INVITE")).rack.rseq == 7002
    assert row.take_prack(prack("102 1 INVITE")).leg == "second"
    assert row.take_prack(prack("101 1 INVITE")).to_tag == "fork"


def test_a_repetition_is_passed_on_under_the_same_number_until_its_prack() -> None:
    row = relay()
    assert [row.pass_on("first", ringing(5)) for _ in range(3)] == [100, 100, 100]
    row.take_prack(prack("100 1 INVITE"))
    assert row.pass_on("first", ringing(5)) is None
    assert row.pass_on("first", ringing(6)) == 101


def test_an_older_one_is_not_passed_on() -> None:
    row = relay()
    row.pass_on("first", ringing(5))
    assert row.pass_on("first", ringing(4)) is None


def test_a_gap_is_not_passed_on_until_it_is_filled() -> None:
    row = relay()
    assert row.pass_on("first", ringing(5)) == 100
    assert row.pass_on("first", ringing(7)) is None
    assert row.pass_on("first", ringing(6)) == 101
    assert row.pass_on("first", ringing(7)) == 102


@pytest.mark.parametrize("rack", ["99 1 INVITE", "101 1 INVITE", "100 2 INVITE", "100 1 UPDATE"])
def test_a_prack_of_nothing_is_answered_481(rack: str) -> None:
    row = relay()
    row.pass_on("first", ringing(5))
    with pytest.raises(RemoteProtocolError) as refused:
        row.take_prack(prack(rack))
    assert refused.value.status == 481
    assert row.waiting


def test_a_second_prack_is_answered_481() -> None:
    row = relay()
    row.pass_on("first", ringing(5))
    row.take_prack(prack("100 1 INVITE"))
    with pytest.raises(RemoteProtocolError) as refused:
        row.take_prack(prack("100 1 INVITE"))
    assert refused.value.status == 481


@pytest.mark.parametrize("rack", ["", "100", "x 1 INVITE", "100 1"])
def test_an_unreadable_rack_is_answered_400(rack: str) -> None:
    row = relay()
    with pytest.raises(RemoteProtocolError) as refused:
        row.take_prack(prack(rack))
    assert refused.value.status == 400


@pytest.mark.parametrize("rseq", ["", "x", "-1", str(2**32)])
def test_an_unreadable_rseq_is_their_mistake(rseq: str) -> None:
    with pytest.raises(RemoteProtocolError):
        relay().pass_on("first", ringing(rseq))


def test_reliability_is_required_by_its_tag() -> None:
    assert wants_reliability(ringing(1))
    plain = request_of_ours().response(180, None, "x")
    assert not wants_reliability(plain)
    plain.add("Require", "timer, 100REL")
    assert wants_reliability(plain)


@given(st.floats(0, 1, exclude_max=True))
def test_the_first_number_is_in_its_range(chance: float) -> None:
    assert 1 <= first_rseq(chance) <= FIRST_RSEQ_LIMIT


@given(st.lists(st.tuples(st.sampled_from(["a", "b"]), st.sampled_from(["x", "y"]), st.integers(1, 6)), max_size=30))
def test_every_number_leads_back_to_where_it_came_from(script: list[tuple[str, str, int]]) -> None:
    row = relay()
    given_out: dict[int, tuple[str, str, int]] = {}
    for leg, tag, rseq in script:
        number = row.pass_on(leg, ringing(rseq, tag))
        if number is not None:
            assert given_out.setdefault(number, (leg, tag, rseq)) == (leg, tag, rseq)
    assert sorted(given_out) == list(range(100, 100 + len(given_out)))
    for number, (leg, tag, rseq) in given_out.items():
        passed = row.take_prack(prack(f"{number} 1 INVITE"))
        assert (passed.leg, passed.to_tag, passed.rack.rseq) == (leg, tag, rseq)
    assert not row.waiting

"""What is asked of an outside ECRF, what its answers are good for, and which are kept for how long."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from tests.directory.areas import NOW
from tests.directory.cast import Cast

from callpoint.directory import provision
from callpoint.directory.mapping import lost_rows
from callpoint.directory.mapping.lost import (
    LAST_RETRY,
    Answer,
    NoAnswerError,
    answer_in,
    question_for,
    retry_after,
)
from callpoint.directory.mapping.lost_rows import Question, due, forget_left, keep_answer, keep_trouble
from callpoint.directory.models import Address, LostMapping, Outbox, acting
from callpoint.directory.tenancy import everywhere
from callpoint.directory.verdicts import unchecked_columns
from callpoint.i3 import lost
from callpoint.i3.civic import Civic

ECRF = "https://ecrf.example.net/lost"
CIVIC = Civic.from_fields({"country": "US", "A1": "VT", "A3": "Barre", "HNO": "6", "RD": "Main"})
MAPPING = lost.Mapping(
    "ecrf.example.net",
    "7e3f40b0",
    "2026-11-01T00:00:00Z",
    "2026-11-23T13:00:00Z",
    "urn:service:sos",
    ("sip:911@psap.example.net", "tel:+18025550101"),
    (lost.DisplayName("Barre Dispatch"),),
    "911",
)


def written(*mappings: lost.Mapping) -> bytes:
    return lost.write_response(lost.FindServiceResponse(mappings, ("ecrf.example.net",)))


def read(response: bytes) -> Answer:
    return answer_in(response, lost.CONTENT_TYPE, NOW)


# --- the question


def test_the_point_is_asked_for_first_and_the_address_as_well() -> None:
    values = unchecked_columns(CIVIC)
    assert [one.profile for one in question_for(values).locations] == [lost.CIVIC]
    question = question_for(values | {"latitude": 44.2, "longitude": -72.5})
    assert [one.profile for one in question.locations] == [lost.GEODETIC, lost.CIVIC]
    assert (question.service, question.recursive) == ("urn:service:sos", True)
    read_again = lost.read_request(lost.write_request(question))
    assert isinstance(read_again, lost.FindService)
    assert read_again.locations[1].civic == CIVIC


# --- the answer


def test_an_answer_names_the_psap_and_when_to_ask_again() -> None:
    answer = read(written(MAPPING))
    assert (answer.uris, answer.display_name, answer.service_number) == (
        *(("sip:911@psap.example.net",), "Barre Dispatch", "911"),
    )
    assert (answer.source, answer.source_id) == ("ecrf.example.net", "7e3f40b0")
    assert answer.expires == NOW + timedelta(hours=1)
    assert answer.ask_again_at == NOW + timedelta(minutes=48)


@pytest.mark.parametrize(
    ("expires", "kept_until", "again"),
    [
        ("NO-CACHE", None, timedelta(minutes=15)),
        ("NO-EXPIRATION", None, timedelta(days=30)),
        ("2026-11-23T12:01:00Z", NOW + timedelta(minutes=1), timedelta(minutes=5)),
        ("2026-11-22T12:00:00Z", NOW - timedelta(days=1), timedelta(minutes=5)),
        ("2027-11-23T12:00:00Z", NOW + timedelta(days=365), timedelta(days=30)),
        ("2026-11-23T10:00:00-05:00", NOW + timedelta(hours=3), timedelta(minutes=144)),
    ],
)
def test_what_expires_says(expires: str, kept_until: datetime | None, again: timedelta) -> None:
    answer = read(written(replace(MAPPING, expires=expires)))
    assert (answer.expires, answer.ask_again_at) == (kept_until, NOW + again)


def test_the_first_mapping_that_can_be_called_counts() -> None:
    police = replace(MAPPING, service="urn:service:sos.police", uris=("sip:police@a.example",))
    silent = replace(MAPPING, uris=("https://psap.example.net",))
    assert read(written(police, silent, MAPPING)).uris == ("sip:911@psap.example.net",)


@pytest.mark.parametrize(
    ("response", "told"),
    [
        (written(replace(MAPPING, uris=("tel:+18025550101",))), "no SIP URI"),
        (b"<html>busy</html>", "cannot be read"),
        (b"", "cannot be read"),
        (
            lost.write_response(lost.Errors("a.example", (lost.Problem("serverError", "database away"),))),
            "serverError: database away",
        ),
        (
            lost.write_response(
                lost.Errors("a.example", (lost.Problem("notFound", "none"), lost.Problem("serverError", "away")))
            ),
            "serverError",
        ),
        (lost.write_response(lost.Redirect("other.example", "a.example")), "redirects to other.example"),
        (lost.write_response(lost.ListServicesResponse(("urn:service:sos",), ("a.example",))), "another question"),
    ],
)
def test_what_is_no_answer(response: bytes, told: str) -> None:
    with pytest.raises(NoAnswerError, match=told):
        read(response)


def test_not_found_is_an_answer() -> None:
    answer = read(lost.write_response(lost.Errors("a.example", (lost.Problem("notFound", "nobody there"),))))
    assert (answer.uris, answer.ask_again_at) == ((), NOW + timedelta(days=1))


def test_retries_get_rarer() -> None:
    waits = [retry_after(failures) for failures in range(1, 9)]
    assert waits[:3] == [timedelta(minutes=1), timedelta(minutes=2), timedelta(minutes=4)]
    assert waits == sorted(waits)
    assert retry_after(10_000) == LAST_RETRY


# --- which are due


@pytest.fixture
def asking(people: Cast) -> Cast:
    """Acme routes by an outside ECRF, the other organization does not."""
    with acting("root", "outside"):
        provision.create_organization("acme", "Acme", ecrf_url=ECRF)
        provision.create_building(people.other, "Elsewhere", {"country": "US", "A1": "NH"})
    return people


def questions(now: datetime = NOW, resting: frozenset[str] = frozenset()) -> Sequence[Question]:
    with everywhere():
        return due(now, resting, 100)


def only(now: datetime = NOW) -> Question:
    (question,) = questions(now)
    return question


def kept() -> LostMapping:
    with everywhere():
        return LostMapping.objects.get()


def answered(question: Question, now: datetime = NOW, **more: Any) -> bool:
    answer = Answer(now + timedelta(hours=1), ("sip:911@psap.example.net",), "Barre Dispatch", source_id="1")
    with everywhere():
        return keep_answer(question, replace(answer, **more), now)


def at_once(address: Address, now: datetime = NOW) -> Address:
    """As if saved just then: real saves carry the real time."""
    with everywhere():
        Address.objects.filter(pk=address.pk).update(updated_at=now)
    return address


def test_addresses_of_organizations_that_ask_are_due_once(asking: Cast) -> None:
    address = at_once(asking.building.address)
    question = only()
    assert (question.address, question.url) == (address.pk, ECRF)
    assert answered(question)
    assert questions() == []
    assert questions(NOW + timedelta(minutes=59)) == []
    assert len(questions(NOW + timedelta(hours=1))) == 1


def test_servers_that_rest_are_left_alone(asking: Cast) -> None:
    assert questions(resting=frozenset({ECRF})) == []


def test_a_moved_address_is_asked_for_again(asking: Cast) -> None:
    address = at_once(asking.building.address)
    answered(only())
    address.hno = "117"
    with acting("test", "moved"), everywhere():
        address.save()
    at_once(address, NOW + timedelta(minutes=1))
    again = only(NOW + timedelta(minutes=2))
    assert b"117" in again.body
    answered(again, NOW + timedelta(minutes=2))
    assert questions(NOW + timedelta(minutes=3)) == []


def test_an_address_saved_for_another_reason_is_not(asking: Cast) -> None:
    address = at_once(asking.building.address)
    answered(only())
    at_once(address, NOW + timedelta(minutes=1))
    assert questions(NOW + timedelta(minutes=2)) == []
    assert kept().looked_at == NOW + timedelta(minutes=2)


def test_an_address_that_moves_while_it_is_asked_for_is_due_again(asking: Cast) -> None:
    address = at_once(asking.building.address)
    question = only()
    address.hno = "117"
    with acting("test", "moved"), everywhere():
        address.save()
    at_once(address, NOW + timedelta(seconds=1))
    answered(question, NOW + timedelta(seconds=5))
    assert b"117" in only(NOW + timedelta(seconds=10)).body


def test_another_server_is_asked_at_once(asking: Cast) -> None:
    at_once(asking.building.address)
    answered(only())
    with acting("root", "another"):
        provision.create_organization("acme", "Acme", ecrf_url="https://other.example/lost")
    assert only().url == "https://other.example/lost"


# --- what stays of answers and failures


def test_the_outbox_hears_of_what_is_new_alone(asking: Cast) -> None:
    at_once(asking.building.address)
    question = only()
    with everywhere():
        before = Outbox.objects.count()
        assert answered(question)
        assert not answered(question, NOW + timedelta(hours=1), expires=NOW + timedelta(hours=9))
        assert answered(question, NOW + timedelta(hours=2), uris=("sip:new@psap.example.net",))
        rows = list(Outbox.objects.order_by("seq"))[before:]
    assert [(row.kind, row.ids) for row in rows] == [("lost_mapping", [asking.building.address_id])] * 2


def test_a_failure_keeps_what_was_said_before(asking: Cast) -> None:
    at_once(asking.building.address)
    question = only()
    answered(question)
    with everywhere():
        for minute in (60, 61):
            keep_trouble(question, "no answer within 5 s", NOW + timedelta(minutes=minute))
    row = kept()
    assert (row.uris, row.failures, row.trouble) == (["sip:911@psap.example.net"], 2, "no answer within 5 s")
    assert (row.answered_at, row.ask_again_at) == (NOW, NOW + timedelta(minutes=63))
    assert not answered(question, NOW + timedelta(minutes=70))
    assert (kept().failures, kept().trouble) == (0, "")


def test_a_failure_of_a_new_server_keeps_nothing_of_the_old_one(asking: Cast) -> None:
    at_once(asking.building.address)
    answered(only())
    with acting("root", "another"):
        provision.create_organization("acme", "Acme", ecrf_url="https://other.example/lost")
    with everywhere():
        keep_trouble(only(), "refused", NOW)
    row = kept()
    assert (row.url, row.uris, row.failures, row.answered_at) == ("https://other.example/lost", [], 1, None)


def test_what_comes_too_late_is_not_kept(asking: Cast) -> None:
    at_once(asking.building.address)
    question = only()
    with acting("root", "no more"):
        provision.create_organization("acme", "Acme", ecrf_url="")
    assert not answered(question)
    with everywhere():
        keep_trouble(question, "late", NOW)
        assert not LostMapping.objects.exists()
        assert not lost_rows.keep_answer(replace(question, address=10**9), Answer(NOW), NOW)


def test_an_organization_that_leaves_is_forgotten(asking: Cast) -> None:
    at_once(asking.building.address)
    answered(only())
    with acting("root", "no more"), everywhere():
        assert forget_left() == 0
        provision.create_organization("acme", "Acme", ecrf_url="")
        assert forget_left() == 1

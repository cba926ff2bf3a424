"""Delivery receipts and refusals in every form centers give them."""

from dataclasses import dataclass, field

import pytest

from callpoint.channels.notice import DeliveryError
from callpoint.channels.sms.addresses import checked_number, typed
from callpoint.channels.sms.receipts import DeliveryReceipt, receipt_of
from callpoint.channels.sms.statuses import STATUSES, refusal


@dataclass
class Parameter:
    tag: int
    value: bytes


@dataclass
class Event:
    short_message: bytes = b""
    esm_class: int = 4
    tlvs: list[Parameter] = field(default_factory=list)


ID, STATE = 0x001E, 0x0427


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        (Event(b"id:a1 stat:DELIVRD"), DeliveryReceipt("a1", "delivered")),
        (Event(b"ID:a1 STAT:delivrd ERR:000"), DeliveryReceipt("a1", "delivered")),
        (Event(b"id: a1 stat: REJECTD err: 5"), DeliveryReceipt("a1", "failed", "REJECTD (error 5)")),
        (Event(tlvs=[Parameter(ID, b"b2\0"), Parameter(STATE, b"\x05")]), DeliveryReceipt("b2", "failed", "UNDELIV")),
        (Event(b"id:a1", tlvs=[Parameter(STATE, b"\x02")]), DeliveryReceipt("a1", "delivered")),
        (Event(b"id:a1 stat:DELIVRD", esm_class=0x44), DeliveryReceipt("a1", "delivered")),
        (Event(b"id:a1 stat:ENROUTE"), None),
        (Event(b"id:a1 stat:ACCEPTD"), None),
        (Event(b"stat:DELIVRD"), None),
        (Event(b"\xff\xfe\x00"), None),
        (Event(b"id:a1 stat:DELIVRD", esm_class=0), None),
        (Event(b"id:a1 stat:DELIVRD", esm_class=8), None),
    ],
)
def test_receipts(event: Event, expected: DeliveryReceipt | None) -> None:
    assert receipt_of(event) == expected


def test_an_unknown_status_may_pass() -> None:
    error = refusal(0x499)
    assert isinstance(error, DeliveryError)
    assert not error.permanent
    assert "0x00000499" in str(error)


@pytest.mark.parametrize("status", STATUSES)
def test_every_status_has_words(status: int) -> None:
    assert STATUSES[status].words in str(refusal(status))


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("+18025550100", ("18025550100", 1, 1)),
        ("18025550100", ("18025550100", 1, 1)),
        ("12345", ("12345", 3, 0)),
        ("Callpoint", ("Callpoint", 5, 0)),
    ],
)
def test_addresses_bear_their_type(address: str, expected: tuple[str, int, int]) -> None:
    assert typed(address) == expected


def test_numbers_may_be_written_with_gaps() -> None:
    assert checked_number("+1 (802) 555-0100") == "+18025550100"

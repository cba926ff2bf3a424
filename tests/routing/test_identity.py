"""The carried ID, the calling number, callback numbers and look-alikes."""

import pytest
from tests.routing.cast import person

from callpoint.routing.callback import callback_number
from callpoint.routing.identity import (
    CarriedIdentity,
    caller_number,
    carried_identity,
    difference,
    near_miss_key,
    us_or_canadian,
)
from callpoint.routing.records import Trunk

PLAIN = Trunk("pbx", "demo")


def test_headers_in_order_of_the_trunk() -> None:
    headers = {"X-Employee-ID": "E1", "E911-User-ID": "E2", "X-E911-User-ID": "E3"}
    assert carried_identity(headers.get, PLAIN) == CarriedIdentity("E1", "X-Employee-ID")
    del headers["X-Employee-ID"]
    assert carried_identity(headers.get, PLAIN) == CarriedIdentity("E2", "E911-User-ID")
    own = Trunk("own", id_headers=("X-E911-User-ID", "E911-User-ID"))
    assert carried_identity(headers.get, own) == CarriedIdentity("E3", "X-E911-User-ID")


def test_empty_header_is_none_at_all() -> None:
    assert carried_identity({"X-Employee-ID": "", "E911-User-ID": "E2"}.get, PLAIN).identity == "E2"
    assert carried_identity({}.get, PLAIN) == CarriedIdentity()


@pytest.mark.parametrize("value", ["e 1001", "0001", '"E1001"', "E1001;x=1", "<E1001>", "Zoë", "\udce9"])
def test_value_is_taken_as_sent(value: str) -> None:
    assert carried_identity({"X-Employee-ID": value}.get, PLAIN).identity == value


def test_address_header_gives_its_user() -> None:
    trunk = Trunk("numbers", id_headers=("P-Asserted-Identity", "From"))
    asserted = {"P-Asserted-Identity": '"Ada" <sip:+18025550100@pbx.example.com;user=phone>'}
    assert carried_identity(asserted.get, trunk) == CarriedIdentity("+18025550100", "P-Asserted-Identity")
    assert carried_identity({"From": "<sip:E%31@x>;tag=a"}.get, trunk) == CarriedIdentity("E1", "From")
    assert carried_identity({"From": "nonsense"}.get, trunk) == CarriedIdentity()


def test_calling_number() -> None:
    both = {"P-Asserted-Identity": "<tel:+18025550100>", "From": "<sip:+16135550100@x>;tag=1"}
    assert caller_number(both.get) == "+18025550100"
    assert caller_number({"From": "<sip:+16135550100@x>;tag=1"}.get) == "+16135550100"
    assert caller_number({"P-Asserted-Identity": "<sip:alice@x>", "From": "<sip:8025550100@x>"}.get) == "8025550100"
    assert caller_number({"From": "Anonymous <sip:anonymous@anonymous.invalid>"}.get) == ""
    assert caller_number({"From": "\x00"}.get) == ""


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("+18025550100", "+18025550100"),
        ("18025550100", "+18025550100"),
        ("802-555-0100", "+18025550100"),
        ("(613) 555-0100", "+16135550100"),
        ("+18222345678", "+18222345678"),  # an area code younger than the numbering data
        ("+18765550100", ""),  # Jamaica
        ("+442079460000", ""),
        ("5550100", ""),
        ("911", ""),
        ("+1802555010", ""),
        ("+18025550100 ext. 5", ""),
        ("alice", ""),
        ("", ""),
        ("\udce9", ""),
    ],
)
def test_us_or_canadian(text: str, number: str) -> None:
    assert us_or_canadian(text) == number


def test_callback_in_order() -> None:
    chosen, why = callback_number(person(), "+16135550100")
    assert (chosen, [reason.code for reason in why]) == ("+18025550100", ["callback_from_person"])
    phone = person("+18025550177", kind="phone_number", callback_number="")
    assert callback_number(phone, "+16135550100")[0] == "+18025550177"
    assert callback_number(person(callback_number=""), "613 555 0100")[0] == "+16135550100"
    assert callback_number(None, "anonymous")[0] == ""
    # A device user ID may look like a number and is none.
    assert callback_number(person("+18025550177", callback_number=""), "")[0] == ""


def test_useless_callback_number_is_named() -> None:
    number, why = callback_number(person(callback_number="12"), "")
    assert (number, [reason.code for reason in why]) == ("", ["callback_unusable", "callback_none"])
    assert "“12”" in why[0].text


@pytest.mark.parametrize("other", ["e1001", "E-1001", "E1001 ", "E_10.01", "E01001", "E001001", "\tE1001", "Ｅ1001"])
def test_look_alikes_share_a_key(other: str) -> None:
    assert near_miss_key(other) == near_miss_key("E1001")


@pytest.mark.parametrize("other", ["E1010", "E10010", "F1001", "1001", "E1001x", "E", ""])
def test_others_do_not(other: str) -> None:
    assert near_miss_key(other) != near_miss_key("E1001")


def test_zeros_alone_stay_a_number() -> None:
    assert near_miss_key("000") == near_miss_key("0") == "0"
    assert near_miss_key("--") == ""


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ("e1001", "upper and lower case differ"),
        ("E1001 ", "one has a blank at its edge"),
        ("E-1001", "separators differ"),
        ("E01001", "leading zeros differ"),
        ("e-1001", "upper and lower case differ and separators differ"),
    ],
)
def test_difference_in_words(sent: str, words: str) -> None:
    assert difference(sent, "E1001") == words


def test_difference_without_a_name() -> None:
    assert difference("Stra\u00dfe", "Stra\u00dfe") == "another spelling"

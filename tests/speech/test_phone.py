"""Phone numbers and postal codes."""

import pytest

from callpoint.speech.phone import national_digits, say_phone, say_postal_code, split_extension


@pytest.mark.parametrize(
    ("number", "said"),
    {
        "+18025550143": "eight zero two, five five five, zero one four three",
        "18025550143": "eight zero two, five five five, zero one four three",
        "8025550143": "eight zero two, five five five, zero one four three",
        "(802) 555-0143": "eight zero two, five five five, zero one four three",
        "tel:+1-802-555-0143;ext=12": "eight zero two, five five five, zero one four three, extension one two",
        "+1 802 555 0143 x7": "eight zero two, five five five, zero one four three, extension seven",
        "911": "nine one one",
        "+442079460000": "four four two, zero seven nine, four six zero, zero zero zero",
        "": "",
        "anonymous": "",
    }.items(),
)
def test_numbers_are_said_three_three_four(number: str, said: str) -> None:
    assert say_phone(number) == said


def test_on_the_repeat_there_is_a_pause_after_every_digit() -> None:
    assert say_phone("+18025550143", digit_by_digit=True) == (
        "eight, zero, two, five, five, five, zero, one, four, three"
    )


def test_french_digits() -> None:
    assert say_phone("+15145550143", "fr") == "cinq un quatre, cinq cinq cinq, zéro un quatre trois"


def test_a_french_extension_is_a_poste() -> None:
    assert say_phone("5145550143 x9", "fr-CA").endswith("un quatre trois, poste neuf")


def test_on_the_repeat_the_extension_has_pauses_too() -> None:
    assert say_phone("8025550143x12", digit_by_digit=True).endswith("four, three, extension one, two")


@pytest.mark.parametrize("digits", ["5", "55", "5550143", "0118025550143", "442079460000"])
def test_no_digit_of_an_unusual_number_is_lost(digits: str) -> None:
    said = say_phone(digits)
    assert len(said.replace(",", "").split()) == len(digits)
    assert all(len(group.split()) <= 3 for group in said.split(", "))


def test_only_the_country_code_one_is_left_out() -> None:
    assert national_digits("+18025550143") == "8025550143"
    assert national_digits("28025550143") == "28025550143"


def test_extension_is_cut_off() -> None:
    assert split_extension("8025550143 ext. 12") == ("8025550143 ", ". 12")
    assert split_extension("8025550143") == ("8025550143", "")


@pytest.mark.parametrize(
    ("code", "said"),
    {
        "05633": "zero five six three three",
        "05633-0001": "zero five six three three, zero zero zero one",
        "K1A 0A9": "K one A, zero A nine",
        "k1a0a9": "K one A, zero A nine",
        "H3B-4W8": "H three B, four W eight",
    }.items(),
)
def test_postal_codes(code: str, said: str) -> None:
    assert say_postal_code(code) == said

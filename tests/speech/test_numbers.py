"""Numbers as they are said: the rules of grouping, ordinals, fractions, letters, in both languages."""

from types import ModuleType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callpoint.speech import english_numbers, french_numbers
from callpoint.speech.numbers import say_digits, say_letters, say_number, say_ordinal, words_of

HOUSE_NUMBERS = {
    "7": "seven",
    "12": "twelve",
    "20": "twenty",
    "42": "forty-two",
    "100": "one hundred",
    "105": "one zero five",
    "110": "one ten",
    "115": "one fifteen",
    "120": "one twenty",
    "350": "three fifty",
    "999": "nine ninety-nine",
    "1000": "one thousand",
    "1005": "one zero zero five",
    "1055": "one zero five five",
    "1250": "twelve fifty",
    "1505": "fifteen zero five",
    "2000": "two thousand",
    "2200": "twenty-two hundred",
    "9911": "ninety-nine eleven",
    "12345": "one two three four five",
    "100000": "one zero zero zero zero zero",
    "0": "zero",
    "007": "zero zero seven",
    "90-22": "ninety dash twenty-two",
    "37-18A": "thirty-seven dash eighteen A",
    "115A": "one fifteen A",
    "115 1/2": "one fifteen and one half",
    "12½": "twelve and one half",
    "½": "one half",
    "8 3/4": "eight and three quarters",
    "5/7": "five slash seven",
    "N6W23001": "N six W two three zero zero one",
    "12.5": "twelve point five",
    "": "",
    "  ": "",
}


@pytest.mark.parametrize(("written", "said"), HOUSE_NUMBERS.items())
def test_house_numbers_are_grouped_as_people_say_them(written: str, said: str) -> None:
    assert say_number(written) == said


@pytest.mark.parametrize(
    ("written", "said"),
    {
        "115": "one one five",
        "1250": "one two five zero",
        "90-22": "nine zero dash two two",
        "115A": "one one five A",
        "115 1/2": "one one five and one half",
    }.items(),
)
def test_on_the_repeat_every_digit_stands_alone(written: str, said: str) -> None:
    assert say_number(written, digit_by_digit=True) == said


@pytest.mark.parametrize(
    ("value", "said"),
    {
        1: "first",
        2: "second",
        3: "third",
        5: "fifth",
        8: "eighth",
        9: "ninth",
        11: "eleventh",
        12: "twelfth",
        20: "twentieth",
        21: "twenty-first",
        42: "forty-second",
        100: "one hundredth",
        101: "one hundred first",
        161: "one hundred sixty-first",
        1000: "one thousandth",
    }.items(),
)
def test_english_ordinals(value: int, said: str) -> None:
    assert english_numbers.ordinal(value) == said


@pytest.mark.parametrize(
    ("value", "said"),
    {
        16: "seize",
        17: "dix-sept",
        21: "vingt et un",
        22: "vingt-deux",
        61: "soixante et un",
        70: "soixante-dix",
        71: "soixante et onze",
        75: "soixante-quinze",
        80: "quatre-vingts",
        81: "quatre-vingt-un",
        91: "quatre-vingt-onze",
        99: "quatre-vingt-dix-neuf",
        100: "cent",
        200: "deux cents",
        201: "deux cent un",
        1000: "mille",
        1250: "mille deux cent cinquante",
        2200: "deux mille deux cents",
    }.items(),
)
def test_french_cardinals(value: int, said: str) -> None:
    assert french_numbers.cardinal(value) == said


@pytest.mark.parametrize(
    ("value", "said"),
    {1: "première", 2: "deuxième", 4: "quatrième", 5: "cinquième", 9: "neuvième", 21: "vingt et unième",
     30: "trentième", 80: "quatre-vingtième"}.items(),
)  # fmt: skip
def test_french_ordinals(value: int, said: str) -> None:
    assert french_numbers.ordinal(value) == said


@pytest.mark.parametrize(
    ("token", "language", "said"),
    [
        ("5th", "en", "fifth"),
        ("161st", "en", "one hundred sixty-first"),
        ("161ST", "en", "one hundred sixty-first"),
        ("2nd.", "en", "second"),
        ("4e", "fr", "quatrième"),
        ("1re", "fr", "première"),
        ("5th", "fr", "fifth"),
        ("12B", "en", None),
        ("0th", "en", None),
        ("10000th", "en", None),
        ("th", "en", None),
        ("5", "en", None),
    ],
)
def test_ranks_are_told_from_numbers_with_letters(token: str, language: str, said: str | None) -> None:
    assert say_ordinal(token, language) == said


def test_digits_say_zero_and_leave_out_the_rest() -> None:
    assert say_digits("+1 (802) 05") == "one eight zero two zero five"
    assert say_digits("90", "fr-CA") == "neuf zéro"
    assert say_digits("٣²") == ""
    assert say_letters("ab1") == "A B"


def test_an_unknown_language_is_said_in_english() -> None:
    assert words_of("es-MX").cardinal(2) == "two"


@given(st.integers(0, 999_999))
def test_cardinals_never_hold_a_digit_and_differ(value: int) -> None:
    for words in (words_of("en"), words_of("fr")):
        said = words.cardinal(value)
        assert said
        assert not any(sign.isdigit() for sign in said)
        if value < 999_999:
            assert said != words.cardinal(value + 1)


@given(st.text())
def test_any_text_becomes_words_without_digits(text: str) -> None:
    for language in ("en", "fr"):
        said = say_number(text, language)
        assert not any(sign.isascii() and sign.isdigit() for sign in said)


@given(st.from_regex(r"[1-9][0-9]{0,7}", fullmatch=True))
def test_digit_by_digit_keeps_every_digit(digits: str) -> None:
    assert len(say_number(digits, digit_by_digit=True).split()) == len(digits)


@pytest.mark.parametrize("words", [english_numbers, french_numbers])
def test_no_two_house_numbers_sound_the_same(words: ModuleType) -> None:
    said = {words.grouped(str(number)) for number in range(10_000)}
    assert len(said) == 10_000


@given(st.from_regex(r"[1-9][0-9]{0,3}", fullmatch=True))
def test_grouped_english_numbers_can_be_written_down_again(digits: str) -> None:
    """A listener's rule: words of tens and units stand for their digits, hundred and thousand for zeros."""
    assert written_down(say_number(digits)) == digits


def written_down(said: str) -> str:
    values = {english_numbers.cardinal(value): str(value) for value in range(100)}
    written = ""
    for word in said.split():
        if word in ("hundred", "thousand"):
            written += "00" if word == "hundred" else "000"
        else:
            written += values[word]
    return written

"""Numbers as they are said in addresses, in either language.

A house number is more than digits: "90-22", "115A", "115 1/2", "N6W23001". It is cut into runs of digits
and letters; each run has its rule.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from callpoint.speech import english_numbers, french_numbers


@dataclass(frozen=True)
class NumberWords:
    """The number words of one language."""

    cardinal: Callable[[int], str]
    ordinal: Callable[[int], str]
    grouped: Callable[[str], str]
    one_by_one: Callable[[str], str]
    ordinal_suffixes: tuple[str, ...]
    fractions: Mapping[str, str]
    fraction_joint: str
    dash: str
    point: str
    slash: str


ENGLISH = NumberWords(
    english_numbers.cardinal,
    english_numbers.ordinal,
    english_numbers.grouped,
    english_numbers.one_by_one,
    english_numbers.ORDINAL_SUFFIXES,
    english_numbers.FRACTIONS,
    fraction_joint="and",
    dash="dash",
    point="point",
    slash="slash",
)
FRENCH = NumberWords(
    french_numbers.cardinal,
    french_numbers.ordinal,
    french_numbers.grouped,
    french_numbers.one_by_one,
    french_numbers.ORDINAL_SUFFIXES,
    french_numbers.FRACTIONS,
    fraction_joint="et",
    dash="tiret",
    point="point",
    slash="barre",
)
LANGUAGES: Mapping[str, NumberWords] = {"en": ENGLISH, "fr": FRENCH}

# The largest rank said in words; nobody numbers a street higher, and "1000000th" would only cost time.
MAX_ORDINAL = 9999
VULGAR = {"½": "1/2", "¼": "1/4", "¾": "3/4", "⅓": "1/3", "⅔": "2/3", "⅛": "1/8"}
_RUN = re.compile(r"\d+/\d+|\d+|[^\W\d_]+|[-.–/]")
_ORDINAL = re.compile(r"(\d{1,4})([a-zè]{1,4})\.?", re.IGNORECASE)


def words_of(language: str) -> NumberWords:
    """The number words for a language tag such as "fr-CA"; English where we have none."""
    return LANGUAGES.get(language.lower()[:2], ENGLISH)


def say_digits(text: str, language: str = "en") -> str:
    """Every digit of `text` as its own word; anything else in it is left out."""
    digits = "".join(sign for sign in text if sign.isascii() and sign.isdigit())
    return words_of(language).one_by_one(digits)


def say_letters(text: str) -> str:
    """Letters one by one in capitals, the form in which engines spell: "ab" is "A B"."""
    return " ".join(sign.upper() for sign in text if sign.isalpha())


def say_ordinal(token: str, language: str = "en") -> str | None:
    """Words for "161st", "5th", "4e"; None when `token` is no ordinal of that language or of English."""
    match = _ORDINAL.fullmatch(token)
    if match is None:
        return None
    value, suffix = int(match[1]), match[2].lower()
    if not 0 < value <= MAX_ORDINAL:
        return None
    for words in (words_of(language), ENGLISH):
        if suffix in words.ordinal_suffixes:
            return words.ordinal(value)
    return None


def say_number(text: str, language: str = "en", digit_by_digit: bool = False) -> str:
    """A house, suite, floor or room number in words.

    Three and four digits are grouped ("one fifteen", "twelve fifty"); five and more, or a zero in second
    place, are said one by one, as is everything with `digit_by_digit`. A hyphen is "dash" ("90-22"), letters
    are spelled ("115A"), fractions read as such ("115 1/2").
    """
    words = words_of(language)
    for sign, plain in VULGAR.items():
        text = text.replace(sign, f" {plain} ")
    said: list[str] = []
    for run in _RUN.findall(text):
        if run in words.fractions:
            said += [words.fraction_joint, words.fractions[run]] if said else [words.fractions[run]]
        elif "/" in run and len(run) > 1:
            above, below = run.split("/")
            said += [words.one_by_one(above), words.slash, words.one_by_one(below)]
        elif run.isascii() and run.isdigit():
            said.append(words.one_by_one(run) if digit_by_digit else words.grouped(run))
        elif run in "-–":
            said.append(words.dash)
        elif run in "./":
            said.append(words.point if run == "." else words.slash)
        else:
            said.append(say_letters(run))
    return " ".join(said)

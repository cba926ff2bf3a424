"""Takes the first words of a street line, gives the house number in CLDXF's three parts, and its other readings."""

import re
from typing import Final, NamedTuple

from callpoint.addresses.domains import directions, french_types, numerals, street_types
from callpoint.addresses.parsing.words import Word

Changes = dict[str, str]  # element -> text; "" takes the element away

_PLAIN: Final = re.compile(r"(\d{1,7})(?:-?([A-Z])|-([1-9]/[2-8]))?")
_FRACTION: Final = re.compile(r"[1-9]/(?:[2-9]|1[06])")
_ORDINAL: Final = re.compile(r"\d+(?:ST|ND|RD|TH|E|ER|RE|EME|ÈME|IEME|IÈME)")
_HYPHENATED: Final = re.compile(r"(\d{1,5}[A-Z]?|[A-Z])-(\d{1,6})([A-Z])?")
_RANGE_DIGITS: Final = 3  # "176-214" may be a range of numbers; Queens has two digits behind the hyphen
# Wisconsin's grids "N6W23001" and "W1234", Illinois' "26W482".
_GRID: Final = re.compile(r"([NSEW]\d{1,3}[NSEW]|\d{1,2}[NSEW]|[NSEW])(\d{1,6})([A-Z])?")
_GRID_HALF: Final = re.compile(r"[NSEW]\d{1,6}")  # "W148 N9748"
_LETTERED: Final = re.compile(r"([A-Z]-?)(\d{1,6})")
# "Seven Mile Road" has no house number.
_MEASURES: Final = frozenset(
    {"mile", "miles", "acre", "acres", "rod", "rods", "oaks", "pines", "and", "of", "point", "points"}
)


class Number(NamedTuple):
    """`fields` are HNP, HNO and HNS, with UNIT where the number brings it; `length` is in words.

    `alternatives` are changes to make for another reading, the likelier first.
    """

    fields: Changes
    length: int
    alternatives: tuple[Changes, ...] = ()


def read_number(words: list[Word], country: str) -> Number | None:
    """The house number that `words` open with, or None. `country` decides what "10-123" is.

    In Canada it is unit 10 of number 123; everywhere else a number with a prefix, as in Queens or Hawaii. The
    other reading is among the alternatives.
    """
    if not words:
        return None
    text, following = words[0].text.upper(), words[1:]
    if following and _GRID_HALF.fullmatch(text) and _GRID_HALF.fullmatch(following[0].text.upper()):
        other = following[0].text.upper()
        return Number(_filled(text + other[0], other[1:], ""), 2)
    if not text[0].isdigit() and not (text[-1].isdigit() and len(text) > 1):
        return _in_words(words)
    plain = _PLAIN.fullmatch(text)
    if plain and not (_ORDINAL.fullmatch(text) and _street_type_next(following)):
        suffix, length = _suffix(plain[2] or plain[3] or "", following)
        return Number(_filled("", plain[1], suffix), length)
    hyphenated = _HYPHENATED.fullmatch(text)
    if hyphenated:
        suffix, length = _suffix(hyphenated[3] or "", following)
        return _two_numbers(hyphenated[1], hyphenated[2], suffix, length, country)
    grid = _GRID.fullmatch(text) or _LETTERED.fullmatch(text)
    if grid and following:
        return Number(_filled(grid[1], grid[2], grid[3] or "" if grid.re is _GRID else ""), 1)
    return None


def is_ordinal(word: Word) -> bool:
    """Whether the word is "16th" or "39e", which names a street and is no house number."""
    return _ORDINAL.fullmatch(word.text.upper()) is not None


def _filled(prefix: str, number: str, suffix: str) -> Changes:
    return {name: text for name, text in (("HNP", prefix), ("HNO", number), ("HNS", suffix)) if text}


def _street_type_next(following: list[Word]) -> bool:
    return bool(following) and following[0].key in street_types.STREET_TYPES


def _suffix(own: str, following: list[Word]) -> tuple[str, int]:
    """The suffix and how many words the number has with it: "123 1/2", "123 B Main St"."""
    if own or not following:
        return own, 1
    text = following[0].text.upper()
    if _FRACTION.fullmatch(text):
        return text, 2
    letter = len(text) == 1 and text.isalpha() and text.lower() not in directions.ENGLISH
    if letter and _street_behind_comma(following):
        return text, 2
    if letter and len(following) > 2 and following[1].part == following[0].part:
        after = following[1].key
        plain = street_types.STREET_TYPES.get(after) in street_types.PLAIN_TYPES
        quadrant = after in directions.ENGLISH and len(after) == 2  # "1800 M NW"
        if len(after) > 1 and not (plain or quadrant or after == "and"):
            return text, 2
    return "", 1


def _street_behind_comma(following: list[Word]) -> bool:
    """Whether a comma parts the first word from a street: "6839 A, rue Drolet", but not "1800 K, Washington"."""
    behind = [word.key for word in following[1:] if word.part == following[1].part]
    if len(behind) < 2 or following[1].part == following[0].part:
        return False
    return behind[0] in french_types.FRENCH_TYPES or any(
        street_types.STREET_TYPES.get(key) in street_types.PLAIN_TYPES for key in behind[1:]
    )


def _two_numbers(first: str, second: str, suffix: str, length: int, country: str) -> Number:
    as_unit = {"HNP": "", "UNIT": first, **_filled("", second, suffix)}
    as_prefix = {"UNIT": "", **_filled(f"{first}-", second, suffix)}
    others: list[Changes] = []
    if min(len(first), len(second)) >= _RANGE_DIGITS and first.isdigit() and int(first) < int(second):
        others.append({"UNIT": "", "HNP": "", "HNS": "", "HNO": first})
    if country == "CA":
        return Number({name: text for name, text in as_unit.items() if text}, length, (as_prefix, *others))
    return Number({name: text for name, text in as_prefix.items() if text}, length, (*others, as_unit))


def _in_words(words: list[Word]) -> Number | None:
    """A number spelled out: "One Financial Place", "Twenty-One Main Street"."""
    if len(words) < 2 or words[1].key in _MEASURES:
        return None
    first, _, second = words[0].key.partition(" ")
    number = numerals.joined_number(first, second) if second else numerals.CARDINALS.get(first)
    if number is None or (second and second in numerals.ORDINALS):
        return None
    if words[1].key in street_types.STREET_TYPES and len(words) == 2:
        return None  # "Ten Street" is a street
    return Number({"HNO": str(number)}, 1)

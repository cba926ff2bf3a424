"""House numbers of data sets: a prefix, a whole number and a suffix, out of whatever one column holds.

A registry fills three columns; a collected set writes "48A", "5424-5426", "9 1/2" or "600 Suite 203" into one.
What cannot be told for sure is not read at all: a number that never existed must not become known.
"""

import re
from functools import lru_cache
from typing import Final, NamedTuple

# Longer runs of figures are identifiers that slipped into the column, not numbers on a door.
LONGEST_NUMBER: Final = 7
# "5424-5426" is one building with two doors; "803-58" is unit 803 of number 58. Doors of one building are of one
# side of the street and near each other, and single figures are more often units ("2-6").
_WIDEST_BUILDING: Final = 20
_SMALLEST_IN_RANGE: Final = 10

_FRACTIONS: Final = {"½": "1/2", "¼": "1/4", "¾": "3/4", "⅓": "1/3", "⅔": "2/3"}
_FRACTION_SIGN: Final = re.compile("[½¼¾⅓⅔]")
_PLAIN: Final = re.compile(r"\d{1,7}")
_SUFFIXED: Final = re.compile(r"(\d{1,7})(?:\s*-?\s*([A-Za-z])|\s*-?\s*([123]/[234])|\.5)")
_PREFIXED: Final = re.compile(r"([A-Z]+(?:\d+[A-Z]+)*)\s*-?\s*(\d{1,7})\s*([A-Z]?)", re.IGNORECASE)
_WITH_UNIT: Final = re.compile(
    r"(\d{1,7}[A-Za-z]?)[\s,]+(?:suite|ste|unit|unité|apt|app|apartment|appartement|bureau|#)[.\s#]*(\w[\w-]*)",
    re.IGNORECASE,
)
_UNIT_FIRST: Final = re.compile(
    r"(?:suite|ste|unit|unité|apt|app|#)[.\s#]*(\w+)\s*[-,]\s*(\d{1,7}[A-Za-z]?)", re.IGNORECASE
)
_HYPHENATED: Final = re.compile(r"(\d{1,7})\s*-\s*(\d{1,7})")
_LIST: Final = re.compile(r"\s*[;,/&]\s*")


class HouseNumber(NamedTuple):
    """One number as CLDXF has it; `unit` is filled where the same column also held a unit."""

    prefix: str
    number: int
    suffix: str
    unit: str = ""


@lru_cache(maxsize=4096)
def affix_key(prefix: str, suffix: str) -> str:
    """What stands around the number, made comparable: ("N6w", "") and ("n6W ", "") are one, as are "½" and "1/2"."""
    before, after = _bare(prefix), _bare(_FRACTION_SIGN.sub(lambda sign: _FRACTIONS[sign.group()], suffix))
    return f"{before}|{after}" if before or after else ""


def _bare(text: str) -> str:
    return re.sub(r"[\s.\-]", "", text).upper()


def whole_number(text: str) -> int | None:
    """The number itself, None when `text` is anything but figures."""
    return int(text) if _PLAIN.fullmatch(text) and text.isascii() else None


@lru_cache(maxsize=16384)
def read(text: str, country: str) -> tuple[HouseNumber, ...]:
    """The numbers `text` stands for, several for a building of several doors; empty when it cannot be told.

    "10-123" is unit 10 of number 123 in Canada, and a prefix with a number in the US (Queens, Hawaii).
    """
    clean = _FRACTION_SIGN.sub(lambda sign: f" {_FRACTIONS[sign.group()]}", text.strip())
    if one := _single(clean):
        return (one,)
    if found := _HYPHENATED.fullmatch(clean):
        return _hyphenated(found[1], found[2], country)
    if found := _WITH_UNIT.fullmatch(clean):
        return _of_unit(found[1], found[2])
    if found := _UNIT_FIRST.fullmatch(clean):
        return _of_unit(found[2], found[1])
    several = [_single(part) for part in _LIST.split(clean)]
    numbers = tuple(one for one in several if one is not None)
    return numbers if len(numbers) == len(several) else ()


def _single(text: str) -> HouseNumber | None:
    if (number := whole_number(text)) is not None:
        return HouseNumber("", number, "")
    if found := _SUFFIXED.fullmatch(text):
        suffix = found[2] or found[3] or "1/2"  # ".5" is a half as well
        return HouseNumber("", int(found[1]), suffix.upper())
    if found := _PREFIXED.fullmatch(text):
        return HouseNumber(found[1].upper(), int(found[2]), found[3].upper())
    return None


def _of_unit(number: str, unit: str) -> tuple[HouseNumber, ...]:
    one = _single(number)
    return (one._replace(unit=unit),) if one else ()


def _hyphenated(first: str, second: str, country: str) -> tuple[HouseNumber, ...]:
    low, high = int(first), int(second)
    if _is_one_building(first, second):
        return (HouseNumber("", low, ""), HouseNumber("", high, ""))
    if country == "CA":
        return (HouseNumber("", high, "", unit=first),)
    return (HouseNumber(f"{first}-", high, ""),)


def _is_one_building(first: str, second: str) -> bool:
    low, high = sorted((int(first), int(second)))
    written_alike = len(first) == len(second) and not second.startswith("0")
    near = 0 < high - low <= _WIDEST_BUILDING and (high - low) % 2 == 0
    return written_alike and near and low >= _SMALLEST_IN_RANGE

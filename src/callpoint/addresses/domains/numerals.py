"""Numbers in words and figures, English and French."""

import re
from typing import Final

from callpoint.addresses.domains.listing import listed

_CARDINALS: Final = listed(
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen ",
    "eighteen nineteen twenty",
)
_ORDINALS: Final = listed(
    "zeroth first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth ",
    "fifteenth sixteenth seventeenth eighteenth nineteenth twentieth",
)
_TENS: Final = {
    "twenty": 20,
    "thirty": 30,
    "forty": 40,
    "fifty": 50,
    "sixty": 60,
    "seventy": 70,
    "eighty": 80,
    "ninety": 90,
    "hundred": 100,
}
_TENTHS: Final = {
    word.removesuffix("y") + "ieth" if word.endswith("y") else word + "th": n for word, n in _TENS.items()
}
_FRENCH_ORDINALS: Final = {
    "premier": 1,
    "premiere": 1,
    "deuxieme": 2,
    "troisieme": 3,
    "quatrieme": 4,
    "cinquieme": 5,
    "sixieme": 6,
    "septieme": 7,
    "huitieme": 8,
    "neuvieme": 9,
    "dixieme": 10,
    "onzieme": 11,
    "douzieme": 12,
}

CARDINALS: Final = {word: number for number, word in enumerate(_CARDINALS) if number} | _TENS
ORDINALS: Final = {word: number for number, word in enumerate(_ORDINALS) if number} | _TENTHS | _FRENCH_ORDINALS
_FIGURES: Final = re.compile(r"0*(\d+)(?:st|nd|rd|th|er|re|e|eme|ieme|nde)?")
FRACTIONS: Final = {"½": "1/2", "¼": "1/4", "¾": "3/4", "⅓": "1/3", "⅔": "2/3", "⅛": "1/8", "⅜": "3/8", "⅝": "5/8"}


def number_of(word: str) -> int | None:
    """The number a folded word stands for, cardinal or ordinal: "first", "1st", "1", "39e", "premiere"."""
    figures = _FIGURES.fullmatch(word)
    if figures:
        return int(figures[1]) if len(word) <= 9 else None  # longer ones are no street's number
    return ORDINALS.get(word, CARDINALS.get(word))


def joined_number(tens: str, units: str) -> int | None:
    """The number of two folded words, "twenty" "first" or "twenty" "one"; None when they are none."""
    first = _TENS.get(tens)
    if first is None or first == 100:
        return None
    second = ORDINALS.get(units, CARDINALS.get(units))
    return first + second if second is not None and second < 10 else None

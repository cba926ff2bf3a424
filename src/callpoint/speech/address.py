"""A civic address in words, from PIDF-LO fields (RFC 4119 §2.2.1, RFC 5139 §3.1, RFC 6848 §5)."""

import re
from collections.abc import Iterable, Mapping

from callpoint.speech import english_numbers, french_numbers
from callpoint.speech.names import bare, clean, say_words
from callpoint.speech.numbers import say_letters, say_number, say_ordinal, words_of
from callpoint.speech.phone import say_postal_code
from callpoint.speech.regions import say_region
from callpoint.speech.streets import is_french, say_street
from callpoint.speech.unit_designators import UNIT_DESIGNATORS

# A street whose first word is a number runs into the house number: "350 5th" was heard as "355th".
_NUMBER_WORDS = frozenset(
    word
    for number in (*range(1, 20), *range(20, 100, 10), 100)
    for word in (
        *english_numbers.cardinal(number).split(),
        english_numbers.ordinal(number),
        french_numbers.cardinal(number),
        french_numbers.ordinal(number),
    )
)
# Names that say themselves what they are, so that "building" before them would be said twice.
_BUILDING_WORDS = re.compile(
    r"(?i)\b(building|bldg|tower|twr|hall|cent(er|re)|house|plaza|block|complex|hangar|pavilion|campus|court|"
    r"library|school|hospital|terminal|wing|édifice|pavillon|tour|maison|place)\b"
)
_FLOOR_WORDS = re.compile(
    r"(?i)\b(floor|fl|flr|level|lvl|basement|bsmt|lobby|mezzanine|penthouse|ph|roof|étage|rez-de-chaussée|sous-sol)\b"
)
# "3e" is the third floor in Quebec, in either language; "3E" would be a wing.
_FRENCH_RANK = re.compile(r"([1-9]\d{0,2})(?:e|er|ème|ième)")
# "G" or "LL" on a lift button is a code; a longer word names the floor.
LONGEST_FLOOR_CODE = 2
_LABELS = {
    "en": {"BLD": "building", "FLR": "floor", "UNIT": "unit", "ROOM": "room", "SEAT": "seat"},
    "fr": {"BLD": "bâtiment", "FLR": "étage", "UNIT": "unité", "ROOM": "local", "SEAT": "poste"},
}
_MILEPOST = {"en": "milepost", "fr": "borne"}
_POST_BOX = {"en": "P O box", "fr": "case postale"}


def say_address(civic_fields: Mapping[str, str], language: str = "en", digit_by_digit: bool = False) -> str:
    """The whole address as one sentence without its full stop; "" for an address without a field we say.

    `civic_fields` are PIDF-LO names ("HNO", "RD", …) with their values; unknown names are passed over. With
    `digit_by_digit` every number is said one digit at a time, for the caller who asked to hear it again.
    """
    return ", ".join(address_lines(civic_fields, language, digit_by_digit))


def address_lines(
    civic_fields: Mapping[str, str], language: str = "en", digit_by_digit: bool = False
) -> tuple[str, ...]:
    """The address as up to three pieces: street with number, place inside the building, town with state and code.

    Pieces are what is cached: the town of one person is the town of many.
    """
    fields = {name: value.strip() for name, value in civic_fields.items() if value and value.strip()}
    short = "fr" if language.lower().startswith("fr") else "en"
    lines = (
        _joined((say_words(fields.get("NAM", ""), short, digit_by_digit), _street_line(fields, short, digit_by_digit))),
        _inside_line(fields, short, digit_by_digit),
        _place_line(fields, short),
    )
    return tuple(line for line in lines if line)


def _joined(parts: Iterable[str]) -> str:
    return ", ".join(part for part in parts if part)


def _street_line(fields: Mapping[str, str], language: str, digit_by_digit: bool) -> str:
    number = say_number(_house_number(fields), language, digit_by_digit)
    street = say_street(fields, language, digit_by_digit)
    pause = digit_by_digit or is_french(fields) or _runs_together(number, street)
    line = f"{number}, {street}" if pause and number and street else f"{number} {street}".strip()
    milepost = fields.get("MP", "")
    box = fields.get("POBOX", "")
    return _joined(
        (
            line,
            f"{_MILEPOST[language]} {say_number(milepost, language, digit_by_digit)}" if milepost else "",
            f"{_POST_BOX[language]} {say_number(box, language, digit_by_digit)}" if box else "",
            say_words(fields.get("LMK", ""), language, digit_by_digit),
        )
    )


def _house_number(fields: Mapping[str, str]) -> str:
    return clean(" ".join(fields.get(key, "") for key in ("HNP", "HNO", "HNS")))


def _runs_together(number: str, street: str) -> bool:
    """Whether number and street would be heard as one: "350 5th", "12 Four Seasons", "115 A State"."""
    last = re.split(r"[ -]", number)[-1]
    first = re.split(r"[ -]", street.lower(), maxsplit=1)[0]
    return first in _NUMBER_WORDS or last.isupper() or last not in (*_NUMBER_WORDS, "thousand", "zero")


def _inside_line(fields: Mapping[str, str], language: str, digit_by_digit: bool) -> str:
    labels = _LABELS[language]
    said = [
        _say_building(fields.get("BLD", ""), labels["BLD"], language, digit_by_digit),
        _say_floor(fields.get("FLR", ""), labels["FLR"], language, digit_by_digit),
    ]
    said += [
        _say_designated(fields.get(key, ""), labels[key], language, digit_by_digit) for key in ("UNIT", "ROOM", "SEAT")
    ]
    said.append(say_words(fields.get("LOC", ""), language, digit_by_digit))
    return _joined(said)


def _say_building(value: str, label: str, language: str, digit_by_digit: bool) -> str:
    said = say_words(value, language, digit_by_digit)
    return said if not said or _BUILDING_WORDS.search(value) else f"{label} {said}"


def _say_floor(value: str, label: str, language: str, digit_by_digit: bool) -> str:
    """ "2" is "floor two", "2nd" "second floor", "B1" "floor B one", "Ground" "Ground floor", "Lobby" itself."""
    words = clean(value).split()
    if words and bare(words[0]) in ("fl", "flr", "floor", "étage"):
        return _say_floor(" ".join(words[1:]), label, language, digit_by_digit) or label
    said = say_words(value, language, digit_by_digit)
    if not said or _FLOOR_WORDS.search(value):
        return said
    if value.isalpha() and len(value) <= LONGEST_FLOOR_CODE:
        return f"{label} {say_letters(value)}"
    rank = _FRENCH_RANK.fullmatch(value)
    if rank:
        return f"{words_of(language).ordinal(int(rank[1]))} {label}"
    is_rank = say_ordinal(value, language) is not None
    return f"{said} {label}" if is_rank or value.isalpha() else f"{label} {said}"


def _say_designated(value: str, label: str, language: str, digit_by_digit: bool) -> str:
    """A unit, room or seat: "Ste 400" is "suite four hundred", "12B" in ROOM "room twelve B"."""
    words = clean(value.replace("#", " ")).split()
    if words and bare(words[0]) in UNIT_DESIGNATORS:
        label, words = UNIT_DESIGNATORS[bare(words[0])], words[1:]
    elif not words:
        return ""
    said = say_words(" ".join(words), language, digit_by_digit)
    if words and label in said.lower().split():
        return said
    return f"{label} {said}".strip()


def _place_line(fields: Mapping[str, str], language: str) -> str:
    country = fields.get("country", "").upper()
    town = fields.get("A3", "") or fields.get("PCN", "") or fields.get("A4", "")
    county = "" if town else fields.get("A2", "")
    region = fields.get("A1", "")
    return _joined(
        (
            say_words(town or county, language),
            say_region(region, country, language) if region else "",
            say_postal_code(fields["PC"], language) if fields.get("PC") else "",
            say_words(country, language) if country not in ("US", "CA") else "",
        )
    )

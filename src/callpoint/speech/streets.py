"""Street names as they are said, from the civic fields PRM PRD STP RD STS POD POM (RFC 5139 §3.1, RFC 6848 §5).

The field decides what an abbreviation means: "St" in STS is Street, in RD it is Saint. Where an import left the whole
name in RD, the last word is taken for the type and an outer single directional for a directional.
"""

import re
from collections.abc import Mapping

from callpoint.speech.directionals import ENGLISH_DIRECTIONALS, FRENCH_DIRECTIONALS
from callpoint.speech.french_street_types import FRENCH_ONLY, FRENCH_STREET_TYPES
from callpoint.speech.highways import HIGHWAYS
from callpoint.speech.names import bare, clean, say_words
from callpoint.speech.numbers import say_number
from callpoint.speech.regions import UNITED_STATES
from callpoint.speech.street_suffixes import STREET_SUFFIXES

_HIGHWAY = re.compile(r"([A-Za-z][A-Za-z. ]*?)[ -]*(\d+[A-Za-z]?)")
_WHOLE_TYPES = frozenset(STREET_SUFFIXES.values())
_LETTER_STREETS = frozenset({"ave", "av", "avenue", "st", "street", "rd", "road"})


def say_street(fields: Mapping[str, str], language: str = "en", digit_by_digit: bool = False) -> str:
    """The street of a civic address in words, "" when it names none."""
    name = fields.get("RD", "") or fields.get("A6", "")
    if is_french(fields):
        return _say_french(fields, name, language, digit_by_digit)
    street = _say_english(fields, name, language, digit_by_digit)
    branches = (say_words(fields.get(key, ""), language, digit_by_digit) for key in ("RDSEC", "RDBR", "RDSUBBR"))
    return ", ".join(part for part in (street, *branches) if part)


def is_french(fields: Mapping[str, str]) -> bool:
    """Whether the street is named in French: a Canadian address whose type stands before the name."""
    if fields.get("country", "").upper() != "CA":
        return False
    types = FRENCH_STREET_TYPES if fields.get("A1", "").upper() == "QC" else FRENCH_ONLY
    first = (fields.get("RD", "") or fields.get("A6", "")).split()[:1]
    return any(bare(word) in types for word in (fields.get("STP", ""), *first) if word) or (
        bare(fields.get("STS", "")) in FRENCH_ONLY
    )


def _say_french(fields: Mapping[str, str], name: str, language: str, digit_by_digit: bool) -> str:
    words = clean(name).split()
    kind = fields.get("STP", "") or fields.get("STS", "")
    if not kind and len(words) > 1:
        kind, words = words[0], words[1:]
    direction = fields.get("POD", "") or fields.get("PRD", "")
    if not direction and len(words) > 1 and bare(words[-1]) in FRENCH_DIRECTIONALS:
        direction, words = words[-1], words[:-1]
    said = (
        FRENCH_STREET_TYPES.get(bare(kind)) or say_words(kind, language).lower(),
        say_words(" ".join(words), language, digit_by_digit),
        FRENCH_DIRECTIONALS.get(bare(direction)) or say_words(direction, language),
    )
    # A token may turn into several words, or into blanks ("E..E").
    return " ".join(" ".join(said).split())


def _say_english(fields: Mapping[str, str], name: str, language: str, digit_by_digit: bool) -> str:
    before, words, after = _split_name(clean(name).split(), fields)
    highway = _say_highway(fields.get("STP", ""), " ".join(words), fields.get("A1", ""), digit_by_digit)
    said = (
        say_words(fields.get("PRM", ""), language, digit_by_digit),
        _direction(fields.get("PRD", "")) or before,
        "" if highway else _suffix(fields.get("STP", "")),
        highway or _say_name(words, language, digit_by_digit),
        _suffix(fields.get("STS", "")),
        after,
        _direction(fields.get("POD", "")),
        say_words(fields.get("POM", ""), language, digit_by_digit),
    )
    # A token may turn into several words, or into blanks ("E..E").
    return " ".join(" ".join(said).split())


def _split_name(words: list[str], fields: Mapping[str, str]) -> tuple[str, list[str], str]:
    """Directional before, bare name, type and directional after, for a name that came in one field."""
    before = after = ""
    if fields.get("STS") or fields.get("STP"):
        return before, words, after
    if _opens_with_direction(words) and not fields.get("PRD"):
        before, words = _direction(words[0]), words[1:]
    if _ends_with_direction(words) and not fields.get("POD"):
        after, words = _direction(words[-1]), words[:-1]
    if len(words) > 1 and bare(words[-1]) in STREET_SUFFIXES:
        after, words = f"{STREET_SUFFIXES[bare(words[-1])]} {after}".strip(), words[:-1]
    return before, words, after


def _opens_with_direction(words: list[str]) -> bool:
    """ "N Main St", "W Broadway"; but in "E St" the letter is the name."""
    if len(words) < 2 or not _is_short_direction(words[0]):
        return False
    return len(words) > 2 or (bare(words[1]) not in STREET_SUFFIXES and words[1].capitalize() not in _WHOLE_TYPES)


def _ends_with_direction(words: list[str]) -> bool:
    """ "Main St W", "I-95 N"; but "Avenue N" is a street of that letter."""
    if len(words) < 2 or not _is_short_direction(words[-1]):
        return False
    return len(words) > 2 or words[-2][-1:].isdigit()


def _is_short_direction(word: str) -> bool:
    return len(bare(word)) <= 2 and bare(word) in ENGLISH_DIRECTIONALS


def _direction(word: str) -> str:
    return ENGLISH_DIRECTIONALS.get(bare(word)) or say_words(word)


def _suffix(word: str) -> str:
    return STREET_SUFFIXES.get(bare(word)) or say_words(word)


def _say_name(words: list[str], language: str, digit_by_digit: bool) -> str:
    if len(words) == 2 and bare(words[0]) in _LETTER_STREETS and len(bare(words[1])) == 1:
        return f"{_suffix(words[0])} {words[1].upper()}"
    return say_words(" ".join(words), language, digit_by_digit)


def _say_highway(kind: str, name: str, region: str, digit_by_digit: bool) -> str:
    match = _HIGHWAY.fullmatch(f"{kind} {name}".strip())
    if match is None:
        return ""
    written, number = bare(match[1]).strip(), say_number(match[2], "en", digit_by_digit)
    if written in HIGHWAYS:
        return f"{HIGHWAYS[written]} {number}"
    state = written.split()[0].upper()
    if state == region.upper() and state in UNITED_STATES:
        return f"{UNITED_STATES[state]} Route {number}"
    return ""

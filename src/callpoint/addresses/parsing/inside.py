"""Takes units, floors, rooms and buildings out of the words, wherever they stand and in whatever order."""

import re
from typing import Final, NamedTuple

from callpoint.addresses.domains import directions, highways, numerals, street_types, units
from callpoint.addresses.parsing.reading import Reading
from callpoint.addresses.parsing.words import Word

_ID: Final = re.compile(r"(?=[a-z -]*\d)[a-z\d]{1,6}(?: [a-z\d]{1,5})?|[a-z]|[a-z] [a-z]")
_TOGETHER: Final = re.compile(r"(unit|apt|suite|ste|rm|room|bldg|floor|flr|fl|app|bureau) ?(\d{1,5}[a-z]?)")
_FLOOR_NUMBER: Final = re.compile(r"(\d{1,3})(?:st|nd|rd|th|er|re|e|eme|ieme)?|[a-z]\d?|\d[a-z]")
_ORDINAL: Final = re.compile(r"(\d{1,3})(?:st|nd|rd|th|er|re|e|eme|ieme)")
_NUMBER_WORDS: Final = frozenset({"#", "no", "number", "num", "nr"})
# Units that are ordinary words: only a figure or a single letter behind them makes a unit of them.
_NAMES_AS_WELL: Final = frozenset({"no", "number"})


_SAY_SOMETHING: Final = frozenset(units.UNITS) | units.FLOORS | frozenset(units.ALONE) | {"rez", "sous"}


class Found(NamedTuple):
    """An element, its value, and how many words it takes at and before the place it was seen."""

    element: str
    value: str
    length: int
    before: int = 0


def take_inside(reading: Reading) -> None:
    """Fills BLD, FLR, UNIT, ROOM, SEAT and LOC; what stands behind one is parted from what stands before it."""
    if not any(word.key in _SAY_SOMETHING or _may_be_two(word) for word in reading.words):
        return
    words, kept, parts = _apart(reading.words), list[Word](), list[int]()
    at = parted = 0
    while at < len(words):
        found = _found(words, at, kept)
        if found is None:
            kept.append(words[at])
            parts.append(words[at].part + parted)
            at += 1
            continue
        if found.before:
            del kept[-found.before :], parts[-found.before :]
        if words[at].key in units.FRENCH_WORDS and reading.country != "US":
            reading.french = True
        if words[at].key in units.STREET_ENDS_TOO and kept and kept[-1].part == words[at].part:
            reading.unit_or_name = words[at].text, found.value
        reading.put(found.element, found.value)
        at += found.length
        parted += 1
    if parted:
        reading.words = [word._replace(part=part) for word, part in zip(kept, parts, strict=True)]


def _may_be_two(word: Word) -> bool:
    return word.key[:1].isalpha() and any(map(str.isdigit, word.key))


def _apart(words: list[Word]) -> list[Word]:
    """The words with designator and identifier apart where they are written in one: "Unit508"."""
    apart: list[Word] = []
    for word in words:
        match = _TOGETHER.fullmatch(word.key) if _may_be_two(word) else None
        apart += [Word(text, text, word.part) for text in match.groups()] if match else [word]
    return apart


def _found(words: list[Word], at: int, kept: list[Word]) -> Found | None:
    key = words[at].key
    if key in units.FLOORS:
        return _floor(words, at, kept)
    if key in units.UNITS:
        return _unit(words, at, kept) or (_alone(words, at, kept) if key in units.ALONE else None)
    if key in units.ALONE or key in ("rez", "sous"):
        return _alone(words, at, kept)
    return None


def _floor(words: list[Word], at: int, kept: list[Word]) -> Found | None:
    before = words[at - 1]
    if kept and kept[-1] is before and before.part == words[at].part:
        ordinal = _ORDINAL.fullmatch(before.key)
        if ordinal:
            return Found("FLR", ordinal[1], 1, 1)
        if before.key in units.FLOOR_NAMES:
            return Found("FLR", units.FLOOR_NAMES[before.key], 1, 1)
        if before.key in numerals.ORDINALS:
            return Found("FLR", str(numerals.ORDINALS[before.key]), 1, 1)
    behind = _identifier(words, at + 1)
    if behind is None:
        return None
    number = _FLOOR_NUMBER.fullmatch(words[behind].key)
    spelled_out = numerals.ORDINALS.get(words[behind].key, numerals.CARDINALS.get(words[behind].key))
    if number is None and spelled_out is None:
        return None
    value = number[1] or words[behind].text.upper() if number else str(spelled_out)
    return Found("FLR", value, behind - at + 1)


def _identifier(words: list[Word], at: int) -> int | None:
    """Where the identifier behind a designator stands: a number sign may come between."""
    part = words[at - 1].part
    while at < len(words) and words[at].key in _NUMBER_WORDS:
        at += 1
    return at if at < len(words) and words[at].part == part else None


def _unit(words: list[Word], at: int, kept: list[Word]) -> Found | None:
    element, called = units.UNITS[words[at].key]
    behind = _identifier(words, at + 1)
    if behind is None or (words[at].key in _NUMBER_WORDS and _numbers_a_road(words, at)):
        return None
    if words[at].key == "#" and words[behind].key in units.UNITS and words[behind].key not in _NUMBER_WORDS:
        inner = _unit(words, behind, kept)
        return inner and inner._replace(length=inner.length + behind - at)
    key = words[behind].key
    after = words[behind + 1] if behind + 1 < len(words) else None
    if _ORDINAL.fullmatch(key) and after is not None and after.key in units.FLOORS:
        return _nothing_but_the_floor(words, at, behind)
    value = _value(words, at, behind, kept)
    if not value or (element == "BLD" and _closes_a_name(words, behind, kept)):
        return None
    return Found(element, f"{called} {value}" if called else value, behind - at + 1)


def _numbers_a_road(words: list[Word], at: int) -> bool:
    """Whether a number sign is the road's: "State Highway No 70", "Old Number 6 Highway"; not "Dixie Hwy # 5"."""
    if at == 0 or words[at - 1].key not in highways.BARE_ROAD_WORDS:
        return at > 0 and words[at - 1].key == "old"
    if at == 1:
        return True
    key = words[at - 2].key
    return key[:1].isdigit() or key == "old" or key in highways.SYSTEMS or key in directions.ENGLISH


def _closes_a_name(words: list[Word], behind: int, kept: list[Word]) -> bool:
    """Whether the figure is the house number behind a building's name: "L & C Tower 401 Church Street"."""
    following = words[behind + 1 : behind + 2]
    if not words[behind].key.isdigit() or not following or following[0].part != words[behind].part:
        return False
    return bool(kept) and not any(word.key[:1].isdigit() for word in kept)


def _nothing_but_the_floor(words: list[Word], at: int, behind: int) -> Found:
    """ "Apt 3rd floor": the floor is all that is said."""
    ordinal = _ORDINAL.fullmatch(words[behind].key)
    return Found("FLR", ordinal[1] if ordinal else words[behind].text, behind - at + 2)


def _value(words: list[Word], at: int, behind: int, kept: list[Word]) -> str:
    word = words[behind]
    if _ID.fullmatch(word.key):
        lone_letter = len(word.key) == 1 and word.key.isalpha()
        # "5 Tower C St" is a street; a letter counts at the end of its comma or behind the word "unit".
        if not (lone_letter and not kept and _street_follows(words, behind)):
            return word.text.upper()
    if word.key in numerals.CARDINALS and words[at].key not in _NAMES_AS_WELL:
        return str(numerals.CARDINALS[word.key])
    return ""


def _street_follows(words: list[Word], at: int) -> bool:
    following = words[at + 1] if at + 1 < len(words) else None
    return following is not None and following.part == words[at].part and following.key in street_types.STREET_TYPES


def _alone(words: list[Word], at: int, kept: list[Word]) -> Found | None:
    """A word that says all itself, where a street has just ended or it stands between commas."""
    length = 1
    key = words[at].key
    if key in ("rez", "sous"):
        length = 3 if key == "rez" else 2
        key = " ".join(word.key for word in words[at : at + length])
    if key not in units.ALONE:
        return None
    last = at + length == len(words) or words[at + length].part != words[at].part
    before = kept[-1] if kept else None
    ended = before is not None and (
        before.part != words[at].part or before.key in street_types.STREET_TYPES or before.key in directions.ENGLISH
    )
    return Found(*units.ALONE[key], length) if last and ended else None

"""Takes words of a street and its place with no comma between, gives where the place may begin, the likeliest first."""

import re
from collections.abc import Sequence
from typing import Final

from callpoint.addresses.domains import directions, french_types, street_types
from callpoint.addresses.domains.places import LONGEST_PLACE, OTHER_SPELLING
from callpoint.addresses.parsed import Gazetteer
from callpoint.addresses.parsing import highway
from callpoint.addresses.parsing.words import Word

_ORDINAL: Final = re.compile(r"\d+(?:st|nd|rd|th)")
_QUADRANTS: Final = frozenset({"ne", "nw", "se", "sw"})
_LONGEST_HIGHWAY: Final = 8  # words: "Old County State Aid Highway No 12 Business North"


def place_starts(
    words: Sequence[Word], region: str, gazetteer: Gazetteer | None, language: str, *, anchored: bool
) -> list[int]:
    """Indexes into `words` where the place may begin, the likeliest first; len(words) stands for "no place".

    A street keeps at least one word. Without a gazetteer the end of the street decides: its type, its direction, the
    number of a numbered road. `anchored` says that a state or postal code stood behind, so that a place is likely.
    """
    count = len(words)
    if count < 2:
        return [count]
    end = street_end(words, language)
    if not anchored and words[-1].key in street_types.STREET_TYPES and not _is_plain(words[(end or 0) - 1].key):
        end = count
    named = _named(words, region, gazetteer) if gazetteer is not None else []
    if not named:
        return [end] if end is not None else [count]
    if end == count:
        return [count, *named[:1]]
    closing = [start for start in named if _closes(words, start, language)]
    if end in named:
        best = [end]
    elif closing:
        best = closing[:1]
    else:
        best = [start for start in named if end is None or start > end][:1] or named[:1]
    return best + [start for start in named if start not in best][:2]


def street_end(words: Sequence[Word], language: str) -> int | None:
    """Where a street that opens `words` ends by its own words; None when they do not tell."""
    for length in range(min(len(words), _LONGEST_HIGHWAY), 0, -1):
        if highway.read(highway.taken_together(list(words[:length]))) is not None:
            return length
    if language == "fr" or words[0].key in french_types.UNMISTAKABLE:
        french = _french_end(words)
        if french is not None:
            return french
    ordinal = 1 if words[0].key in directions.ENGLISH and len(words) > 2 else 0
    if _is_bare_ordinal(words, ordinal):
        return _past_direction(words, ordinal + 1)
    if words[0].key in ("avenue", "ave") and len(words[1].key) == 1:
        return _past_direction(words, 2)
    return _type_end(words)


def _is_bare_ordinal(words: Sequence[Word], at: int) -> bool:
    """Whether "93rd" names the street without a type: "NE 93rd | Miami Shores"."""
    if not _ORDINAL.fullmatch(words[at].key) or at + 1 >= len(words):
        return False
    behind = _past_direction(words, at + 1)
    return behind >= len(words) or not _is_plain(words[behind].key)


def is_place(name: str, region: str, gazetteer: Gazetteer) -> bool:
    """Whether the gazetteer has the folded `name`, as it is or with its abbreviations written the other way."""
    if gazetteer.is_place(name, region):
        return True
    words = name.split()
    other = [OTHER_SPELLING.get(word, word) for word in words]
    return other != words and gazetteer.is_place(" ".join(other), region)


def _named(words: Sequence[Word], region: str, gazetteer: Gazetteer) -> list[int]:
    """Where names of places begin that reach to the end, the longest first."""
    count = len(words)
    keys = [word.key for word in words]
    starts = range(max(1, count - LONGEST_PLACE), count)
    return [start for start in starts if is_place(" ".join(keys[start:]), region, gazetteer)]


def _closes(words: Sequence[Word], start: int, language: str) -> bool:
    """Whether a street may well end before `start`: a type, a direction or a figure stands there."""
    key = words[start - 1].key
    table = directions.FRENCH if language == "fr" else directions.ENGLISH
    return start > 1 and (key in street_types.STREET_TYPES or key in table or key[-1:].isdigit())


def _french_end(words: Sequence[Word]) -> int | None:
    """Behind a direction: "rue Sherbrooke O | Montréal"; else before the last word, for places are hyphenated."""
    if words[0].key not in french_types.FRENCH_TYPES:
        return None
    for at in range(2, len(words)):
        if words[at].key in directions.FRENCH:
            return at + 1
    return len(words) - 1 if len(words) > 2 else None


def _type_end(words: Sequence[Word]) -> int | None:
    """Behind the last street type with words behind it, direction included."""
    types = [at for at in range(1, len(words)) if _is_type(words, at)]
    inner = [at for at in types if at < len(words) - 1 and _past_direction(words, at + 1) <= len(words)]
    plain = [at for at in inner if _is_plain(words[at].key)]
    closed = _is_plain(words[-1].key)
    weak = [at for at in inner if words[at].key not in street_types.TOWN_OPENERS]
    quadrants = [at for at in range(1, len(words) - 1) if words[at].key in _QUADRANTS]
    if plain and not (closed and words[plain[-1]].key == "st"):  # "Royal St Georges Ln" is one street
        at = plain[-1]
    elif closed or words[-1].key in directions.ENGLISH:
        return len(words)
    elif quadrants:
        return quadrants[0] + 1
    elif weak:
        at = weak[0]
    elif len(words) - 1 in types:
        return len(words)
    elif words[0].key == "broadway":
        return _past_direction(words, 1)
    else:
        return None
    return _past_direction(words, _past_number(words, at))


def _is_type(words: Sequence[Word], at: int) -> bool:
    key = words[at].key
    if key not in street_types.STREET_TYPES:
        return False
    if key == "st" and at + 1 < len(words) and words[at + 1].key not in directions.ENGLISH:
        # behind another type or a direction it is a saint: "Midway Square | St Simons", "N St Louis"
        if at == 1 and words[0].key in directions.ENGLISH:
            return False
        return not any(_is_plain(words[before].key) for before in range(1, at))
    return True


def _is_plain(key: str) -> bool:
    return street_types.STREET_TYPES.get(key) in street_types.PLAIN_TYPES


def _past_number(words: Sequence[Word], at: int) -> int:
    """Behind the type at `at`, and behind the figure of "Road 2100"."""
    behind = at + 1
    if behind < len(words) and words[behind].key.isdigit() and words[at].key in ("road", "rd"):
        return behind + 1
    return behind


def _past_direction(words: Sequence[Word], at: int) -> int:
    """Behind a direction at `at`: letters belong to the street, a whole word only where no place would follow it.

    "2nd St N | St Petersburg", but "Main St | West Lafayette"; "NW" is never part of a place.
    """
    if at >= len(words) or words[at].key not in directions.ENGLISH:
        return at
    key = words[at].key
    if at + 1 < len(words) and len(key) == 1 and f"{key} {words[at + 1].key}" in directions.ENGLISH:
        return at + 2
    whole_word = len(key) > 2
    return at if whole_word and at + 1 < len(words) and len(key) < 6 else at + 1

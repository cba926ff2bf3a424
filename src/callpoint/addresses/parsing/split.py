"""Takes words of a street and its place with no comma between, gives where the place may begin, the likeliest first."""

import re
from collections.abc import Sequence
from typing import Final, NamedTuple

from callpoint.addresses.domains import directions, french_types, street_types
from callpoint.addresses.domains.places import LONGEST_PLACE, OTHER_SPELLING, PLACES_WITH_DIRECTION
from callpoint.addresses.parsed import Gazetteer
from callpoint.addresses.parsing import highway
from callpoint.addresses.parsing.words import Word

_ORDINAL: Final = re.compile(r"\d+(?:st|nd|rd|th)")
_QUADRANTS: Final = frozenset({"ne", "nw", "se", "sw"})
_NEVER_LAST: Final = frozenset({"de", "la", "du", "des", "le", "les", "the", "of", "of the", "l", "d"})
_LONGEST_ABBREVIATION: Final = 2  # letters of a direction: "NW"
_LONGEST_WORD: Final = 5  # of "North"; "Northwest" opens no place
_MOST_READINGS: Final = 3


class Unparted(NamedTuple):
    """Words of street and place in one, and what is known besides.

    `anchored`: a state or postal code stood behind, so that a place is likely; `comma`: with a comma before it, so
    that the words may be the street alone.
    """

    words: Sequence[Word]
    region: str = ""
    country: str = ""
    language: str = ""
    gazetteer: Gazetteer | None = None
    anchored: bool = False
    comma: bool = False


def place_starts(line: Unparted) -> list[int]:
    """Indexes into the words where the place may begin, the likeliest first; their count stands for "no place".

    A street keeps at least one word. What the gazetteer knows and the end of the street (its type, its direction, the
    number of a numbered road) have to agree for one answer alone; else the other readings follow.
    """
    count = len(line.words)
    if count < 2:
        return [count]
    end, named = _end(line), _named(line)
    if not named:
        return _by_end_alone(line, end)
    if end == count:
        whole_name = count - named[0] > 1 and not _goes_on(line.words[-1])  # "Washington | Oak Park"
        return _likeliest(named[0], count) if whole_name else [count, named[0]]
    closing = [start for start in named if _closes(line.words, start, line.language)]
    if end is not None and end in named:
        best = end - 1 if end - 1 in named and _direction_is_of_place(line, end - 1) else end
        return _likeliest(best, *named)
    if closing:
        return _likeliest(closing[0], *named)
    behind = [start for start in named if end is None or start > end]
    return _likeliest((behind or named)[0], *named, count)


def _likeliest(best: int, *others: int) -> list[int]:
    return list(dict.fromkeys((best, *others)))[:_MOST_READINGS]


def _end(line: Unparted) -> int | None:
    """Where the street ends by its own words, unless what follows goes on with the street."""
    words, count = line.words, len(line.words)
    end = street_end(words, line.language, line.country)
    if end is None or end == count:
        return end
    if (
        not line.anchored
        and words[-1].key in street_types.STREET_TYPES
        and not any(_is_plain(word.key) for word in words[1:end])
    ):
        return count
    return count if all(_goes_on(word) for word in words[end:]) else end


def _goes_on(word: Word) -> bool:
    """Whether a street goes on with the word behind its type: "Old Trail | Rd", "Hill St | Ext"; but "| Summit" """
    kind = street_types.STREET_TYPES.get(word.key)
    return kind is not None and (kind in street_types.PLAIN_TYPES or word.key != kind.lower())


def _by_end_alone(line: Unparted, end: int | None) -> list[int]:
    count = len(line.words)
    if end is not None:
        return _likeliest(end, count)
    if not line.anchored or not _is_street(line.words[: count - 1]):
        return [count]
    if line.comma or line.gazetteer is not None:
        return [count, count - 1]
    return [count - 1, count]  # a place has to be there, and one word is likeliest


def _direction_is_of_place(line: Unparted, start: int) -> bool:
    """Whether "East" in "US Route 2 East Montpelier" is the place's, when it is known with and without.

    In the US directions behind a type are mostly letters; in Canada they are words: "Queen Street West Toronto".
    """
    if len(line.words[start].key) <= _LONGEST_ABBREVIATION:
        return False
    name = " ".join([word.key for word in line.words[start:]])
    return line.country != "CA" or line.region == "BC" or name in PLACES_WITH_DIRECTION


def street_end(words: Sequence[Word], language: str, country: str) -> int | None:
    """Where a street that opens `words` ends by its own words; None when they do not tell."""
    in_words = country == "CA"
    numbered_road = highway.opening(words)
    if numbered_road:
        return numbered_road
    if words[0].key in french_types.FRENCH_TYPES and (language == "fr" or words[0].key in french_types.UNMISTAKABLE):
        return _french_end(words)
    ordinal = 1 if words[0].key in directions.ENGLISH and len(words) > 2 else 0
    if _is_bare_ordinal(words, ordinal):
        return _past_direction(words, ordinal + 1, in_words)
    if words[0].key in ("avenue", "ave") and len(words[1].key) == 1:
        return _past_direction(words, 2, in_words)
    return _type_end(words, in_words)


def _is_bare_ordinal(words: Sequence[Word], at: int) -> bool:
    """Whether "93rd" names the street without a type: "NE 93rd | Miami Shores"."""
    if not _ORDINAL.fullmatch(words[at].key) or at + 1 >= len(words):
        return False
    behind = _past_direction(words, at + 1, in_words=True)
    return behind >= len(words) or not _is_plain(words[behind].key)


def is_place(name: str, region: str, gazetteer: Gazetteer) -> bool:
    """Whether the gazetteer has the folded `name`, as it is or with its abbreviations written the other way."""
    if gazetteer.is_place(name, region):
        return True
    words = name.split()
    other = [OTHER_SPELLING.get(word, word) for word in words]
    return other != words and gazetteer.is_place(" ".join(other), region)


def _named(line: Unparted) -> list[int]:
    """Where names of places begin that reach to the end and leave a street before them, the longest first."""
    if line.gazetteer is None:
        return []
    words, count = line.words, len(line.words)
    keys = [word.key for word in words]
    found = []
    for start in range(max(1, count - LONGEST_PLACE), count):
        # somewhere on the continent nearly every word is a place, so without a state the street has to have ended
        likely = line.anchored or _is_plain(keys[start - 1]) or keys[start - 1] in directions.ENGLISH
        if likely and _is_street(words[:start]) and is_place(" ".join(keys[start:]), line.region, line.gazetteer):
            found.append(start)
    return found


def _is_street(words: Sequence[Word]) -> bool:
    """Whether the words can be a street: not "Rue", "Avenue de", "The" or "N" alone."""
    last = words[-1].key
    if last in _NEVER_LAST:
        return False
    return len(words) > 1 or not (last in directions.ENGLISH or _is_plain(last) or last in french_types.FRENCH_TYPES)


def _closes(words: Sequence[Word], start: int, language: str) -> bool:
    """Whether a street may well end before `start`: a type, a direction or a figure stands there."""
    key = words[start - 1].key
    table = directions.FRENCH if language == "fr" else directions.ENGLISH
    return start > 1 and (key in street_types.STREET_TYPES or key in table or key[-1:].isdigit())


def _french_end(words: Sequence[Word]) -> int | None:
    """Behind a direction: "rue Sherbrooke O | Montréal"."""
    for at in range(2, len(words)):
        if words[at].key in directions.FRENCH:
            return at + 1
    return None


def _type_end(words: Sequence[Word], in_words: bool) -> int | None:
    """Behind the last street type with words behind it, direction included."""
    types = [at for at in range(1, len(words)) if _is_type(words, at)]
    inner = [at for at in types if at < len(words) - 1]
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
        return _past_direction(words, 1, in_words)
    else:
        return None
    return _past_direction(words, _past_number(words, at), in_words)


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


def _past_direction(words: Sequence[Word], at: int, in_words: bool) -> int:
    """Behind a direction at `at`: letters belong to the street, a whole word only where no place would follow it.

    "2nd St N | St Petersburg", but "Main St | West Lafayette"; "NW" is never part of a place. `in_words`: it is usual
    to write the street's directions in words, as in Canada: "Queen Street West | Toronto".
    """
    if at >= len(words) or words[at].key not in directions.ENGLISH:
        return at
    key = words[at].key
    if at + 1 < len(words) and len(key) == 1 and f"{key} {words[at + 1].key}" in directions.ENGLISH:
        return at + 2
    if in_words or len(key) <= _LONGEST_ABBREVIATION or len(key) > _LONGEST_WORD:
        return at + 1
    return at if at + 1 < len(words) else at + 1

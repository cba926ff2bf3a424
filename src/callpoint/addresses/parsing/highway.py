"""Takes the words of a street, gives the numbered road they name: "VT Route 100", "US 2", "County Road DD", "I-91"."""

import re
from collections.abc import Sequence
from typing import Final, NamedTuple

from callpoint.addresses.domains import directions, highways, regions
from callpoint.addresses.parsing.words import Word

_NUMBER: Final = re.compile(r"\d{1,4}(?!st|nd|rd|th)[a-z]?")
_LETTERS: Final = re.compile(r"[a-z]{1,2}")  # Wisconsin's county roads, Missouri's state routes
# Written together, meant apart: "VT-100" and "I 91" fold to two words in one, "SR520" to one.
_TOGETHER: Final = re.compile(r"([a-z]{1,7}?) ?(\d{1,4}[a-z]?)")
_TOGETHER_WORDS: Final = (
    frozenset(highways.SHORT_FORMS) | highways.BARE_ROAD_WORDS | {code.lower() for code in regions.COUNTRY_OF_REGION}
)


_LONGEST: Final = 8  # words: "Old County State Aid Highway No 12 Business North"
_FIRST_WORDS: Final = 5  # among these a road word stands: "N Old County State Aid Highway"
_ROADLIKE: Final = frozenset(highways.ROAD_WORDS) | {name.split()[0] for name in highways.SHORT_FORMS}


class Highway(NamedTuple):
    """A numbered road. `system` says whose it is: "state" (also when nothing is said), "us", "county" ..."""

    system: str
    old: bool
    before: str  # PRD
    type: str  # STP: "VT Route"
    number: str
    modifiers: str  # POM: "Business"
    behind: str  # POD


def taken_together(words: list[Word]) -> list[Word]:
    """The words with road and number apart: "VT-100" → "VT" "100"."""
    apart: list[Word] = []
    for word in words:
        match = _TOGETHER.fullmatch(word.key) if word.key[-1:].isalnum() and word.key[:1].isalpha() else None
        if match and match[1] in _TOGETHER_WORDS and any(map(str.isdigit, word.text)):
            number = match[2].upper()
            apart += (Word(word.text[: len(match[1])], match[1]), Word(number, match[2]))
        else:
            apart.append(word)
    return apart


def read(words: list[Word]) -> Highway | None:
    """The numbered road that `words` name from the first to the last, or None."""
    if len(words) < 2 or not any(_maybe_number(word.key) for word in words[1:]):
        return None
    at = 0
    before = ""
    first = directions.ENGLISH.get(words[0].key)
    if first is not None and len(words) > 2 and f"{words[0].key} {words[1].key}" not in regions.REGION_NAMES:
        before, at = first.english, 1
    old = words[at].key == "old"
    at += old
    head = _head(words, at)
    if head is None:
        return None
    system, words_of_type, at = head
    if at < len(words) and (words[at].key in highways.NUMBER_SIGNS or words[at].text == "#"):
        at += 1
    if at >= len(words) or not _is_number(words[at], bare=" " not in words_of_type):
        return None
    number = words[at].text.lstrip("#").upper()
    tail = _tail(words[at + 1 :])
    return tail and Highway(system, old, before, words_of_type, number, *tail)


def opening(words: Sequence[Word]) -> int:
    """How many of the first words name a numbered road, as many as can; 0 when they open with none."""
    if not any(word.key in _ROADLIKE or word.key[-1:].isdigit() for word in words[:_FIRST_WORDS]):
        return 0
    for length in range(min(len(words), _LONGEST), 0, -1):
        if read(taken_together(list(words[:length]))) is not None:
            return length
    return 0


def _maybe_number(key: str) -> bool:
    return key[:1].isdigit() or len(key) <= 2


def _is_number(word: Word, *, bare: bool) -> bool:
    if _NUMBER.fullmatch(word.key):
        return True
    if not _LETTERS.fullmatch(word.key) or (bare and word.key in directions.ENGLISH):
        return False
    if len(word.key) == 1:
        return True
    return not bare and (word.text.isupper() or word.key[0] == word.key[1])


def _head(words: list[Word], at: int) -> tuple[str, str, int] | None:
    """System, standard words and where the number stands."""
    keys = [word.key for word in words[at : at + 5]]
    for length in range(min(highways.LONGEST_SHORT_FORM, len(keys) - 1), 0, -1):
        short = highways.SHORT_FORMS.get(" ".join(keys[:length]))
        if short and (keys[length][:1].isdigit() or keys[length] in highways.NUMBER_SIGNS):
            return *short, at + length
    for length in range(min(highways.LONGEST_SYSTEM, len(keys) - 1), 0, -1):
        phrase = " ".join(keys[:length])
        system, called = highways.SYSTEMS.get(phrase) or _of_region(phrase, words[at : at + length])
        road = highways.ROAD_WORDS.get(keys[length])
        if not system:
            continue
        if road:
            return system, _called(called, road), at + length + 1
        if phrase.upper() in regions.COUNTRY_OF_REGION and keys[length].isalnum() and keys[length][:1].isdigit():
            return system, f"{called} Route", at + length
    if keys[0] in highways.BARE_ROAD_WORDS:
        return "state", highways.ROAD_WORDS[keys[0]], at + 1
    if keys[0] in ("business", "bus") and keys[1][:1].isdigit():
        return "state", "Business Route", at + 1
    return None


def _called(system_words: str, road: str) -> str:
    if system_words.endswith("Market"):
        return system_words
    return f"{system_words} {road}"


def _of_region(phrase: str, words: list[Word]) -> tuple[str, str]:
    """The system of a road named for its state: "VT Route", "Vermont Route"."""
    if phrase.upper() in regions.COUNTRY_OF_REGION:
        return "state", phrase.upper()
    if phrase in regions.REGION_NAMES:
        return "state", " ".join(word.text.capitalize() for word in words)
    return "", ""


def _tail(words: list[Word]) -> tuple[str, str] | None:
    """Modifiers and direction behind the number; None when other words stand there."""
    modifiers: list[str] = []
    behind: list[str] = []
    for word in words:
        if word.key in highways.MODIFIERS:
            modifiers.append(highways.MODIFIERS[word.key])
        elif word.key in directions.ENGLISH and not behind:
            behind.append(directions.ENGLISH[word.key].english)
        elif word.key in highways.BARE_ROAD_WORDS and word is words[0]:
            continue  # "US 401 Hwy"
        else:
            return None
    return " ".join(modifiers), " ".join(behind)

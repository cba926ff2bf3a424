"""Takes a street without its number ("N Main St", "boul. René-Lévesque O"), gives its CLDXF elements."""

from dataclasses import dataclass
from typing import Final, Literal

from callpoint.addresses.domains import directions, french_types, street_types
from callpoint.addresses.domains.directions import Direction
from callpoint.addresses.parsing import highway
from callpoint.addresses.parsing.spelling import spelled
from callpoint.addresses.parsing.words import Word, joined, words_of

Language = Literal["en", "fr"]
_BEFORE_ANY_NAME: Final = frozenset({"Avenue", "Boulevard", "Road", "Rue"})
_LINKS: Final = frozenset({"of", "de", "del", "des", "du", "at", "in", "on", "to"})


@dataclass(frozen=True, slots=True)
class StreetLine:
    """A street taken apart. `elements` are CLDXF elements in standard words.

    `type_key` and `directions` are folded concepts for comparing; `system` is filled for numbered roads.
    """

    elements: dict[str, str]
    type_key: str = ""
    directions: tuple[str, ...] = ()
    system: str = ""
    language: Language = "en"


def parse_street(line: str, country: str, language: str = "") -> dict[str, str]:
    """The elements PRM, PRD, STP, RD, STS, POD and POM, as far as they are there, of a street line without number.

    `country` is "US", "CA" or ""; `language` "fr" says that the data set is French, "" that it is not known.
    RD is never empty unless `line` is: "Boulevard Henri-Bourassa Ouest" gives STP, RD and POD, "Broadway" only RD.
    """
    return take_apart(words_of(line), country, language).elements


def take_apart(words: list[Word], country: str, language: str = "") -> StreetLine:
    """`words` of a street read as a numbered road, as a French or as an English name, in this order."""
    if not words:
        return StreetLine({})
    numbered = _numbered(highway.taken_together(words))
    if numbered is not None:
        return numbered
    if country != "US" and (language.startswith("fr") or _sounds_french(words)):
        return _french(words)
    return _english(words)


def _numbered(words: list[Word]) -> StreetLine | None:
    road = highway.read(words)
    if road is None:
        return None
    old_type = road.old and road.before  # PRM would stand before the direction: "W Old US Highway 90"
    elements = {
        "PRM": "Old" if road.old and not road.before else "",
        "PRD": road.before,
        "STP": f"Old {road.type}" if old_type else road.type,
        "RD": road.number,
        "POD": road.behind,
        "POM": road.modifiers,
    }
    concepts = tuple(word.lower() for word in (road.before, road.behind) if word)
    return StreetLine({name: text for name, text in elements.items() if text}, "route", concepts, road.system)


def _sounds_french(words: list[Word]) -> bool:
    """Whether a type stands before the name as only French does it: "rue X", "boulevard X", but "Avenue Road"."""
    first = words[0].key
    if first in french_types.UNMISTAKABLE:
        return True
    return len(words) > 1 and first in french_types.BILINGUAL and words[-1].key not in street_types.STREET_TYPES


def _french(words: list[Word]) -> StreetLine:
    words, behind = _direction_behind(words, directions.FRENCH)
    kind = french_types.FRENCH_TYPES.get(words[0].key)
    leading = len(words) > 1 and kind is not None and not _is_english_tail(words)
    if kind is None or not leading:
        return _trailing_type(words, behind)
    elements = {"STP": kind.word, "RD": spelled(joined(words[1:]), inside=True)} | _behind_in_french(behind)
    return StreetLine(elements, kind.concept, _concepts(behind), "", "fr")


def _is_english_tail(words: list[Word]) -> bool:
    """Whether an English type closes the line: "Place Road", but not "rue du Parc"."""
    return len(words) == 2 and words[1].key in ("road", "rd", "street", "st", "drive", "dr")


def _trailing_type(words: list[Word], behind: Direction | None) -> StreetLine:
    """A line of Québec without a type before its name: "39e Avenue", "Sherbrooke Ouest", "Cedar Crescent"."""
    french = french_types.FRENCH_TYPES.get(words[-1].key)
    ordinal = words[0].key[:1].isdigit() or words[0].key in ("premiere", "grande", "grand", "le", "la")
    if french is not None and len(words) > 1 and ordinal:
        elements = {"RD": spelled(joined(words[:-1])), "STS": french.word.capitalize()}
        return StreetLine(elements | _behind_in_french(behind), french.concept, _concepts(behind), "", "fr")
    line = _english(words)
    found = (*line.directions, *_concepts(behind))
    if "STS" in line.elements or behind is None:
        elements = line.elements | ({"POD": behind.english} if behind else {})
        return StreetLine(elements, line.type_key, found)
    return StreetLine(line.elements | _behind_in_french(behind), line.type_key, found, "", "fr")


def _behind_in_french(behind: Direction | None) -> dict[str, str]:
    return {"POD": behind.french} if behind is not None else {}


def _english(words: list[Word]) -> StreetLine:
    if len(words) == 2 and len(words[1].key) == 1 and _is_leading(words[0]):  # "Avenue N" is no "Avenue North"
        kind = street_types.STREET_TYPES[words[0].key]
        return StreetLine({"STP": kind, "RD": words[1].text.upper()}, kind.lower())
    words, behind = _direction_behind(words, directions.ENGLISH)
    before = None
    if len(words) > 2 and words[1].key in street_types.SPANISH_TYPES and words[1].key not in street_types.STREET_TYPES:
        words, before = _direction_before(words)
    words, before_type = _leading_type(words)
    type_behind = ""
    if before_type is None and len(words) > 1 and words[-1].key in street_types.STREET_TYPES and words[-2].key != "the":
        type_behind = street_types.STREET_TYPES[words[-1].key]
        words = words[:-1]
    if before is None:
        words, before = _direction_before(words)
    words = _direction_in_full(_name_in_full(words))
    elements = {
        "PRD": before.english if before else "",
        "STP": before_type or "",
        "RD": spelled(joined(words), inside=before_type is not None),
        "STS": type_behind,
        "POD": behind.english if behind else "",
    }
    concept = (before_type or type_behind).lower()
    filled = {name: text for name, text in elements.items() if text}
    return StreetLine(filled, concept, (*_concepts(before), *_concepts(behind)))


def _concepts(direction: Direction | None) -> tuple[str, ...]:
    return (direction.concept,) if direction is not None else ()


def _is_leading(word: Word) -> bool:
    return street_types.STREET_TYPES.get(word.key) in street_types.LEADING_TYPES


def _name_in_full(words: list[Word]) -> list[Word]:
    """The name with a type that closes it written out: "Main St" (Extension) → "Main Street"."""
    kind = street_types.STREET_TYPES.get(words[-1].key)
    if len(words) == 1 or kind not in street_types.PLAIN_TYPES or words[-1].key == kind.lower():
        return words
    return [*words[:-1], Word(kind.upper() if joined(words).isupper() else kind, kind.lower())]


def _direction_in_full(words: list[Word]) -> list[Word]:
    """ "The W" (Mall) → "The West": behind the article no direction opens the street, and none ends it."""
    if len(words) != 2 or words[0].key != "the" or (found := directions.ENGLISH.get(words[1].key)) is None:
        return words
    return [words[0], Word(found.english.upper() if joined(words).isupper() else found.english, found.concept)]


def _leading_type(words: list[Word]) -> tuple[list[Word], str | None]:
    """A type before the name: "Avenue B", "Avenue of the Americas", "Calle Sol", "Place Ville Marie"."""
    if len(words) < 2:
        return words, None
    first, second, last = words[0].key, words[1].key, words[-1].key
    closed = last in street_types.STREET_TYPES and street_types.STREET_TYPES[last] in street_types.PLAIN_TYPES
    spanish = street_types.SPANISH_TYPES.get(first)
    if spanish is not None and first not in ("ave", "cam") and not closed:
        return words[1:], spanish
    if not _is_leading(words[0]) or first in ("st", "ter") or closed:
        return words, None
    name = street_types.STREET_TYPES[first]
    if name in _BEFORE_ANY_NAME or second in _LINKS or (len(words) == 2 and last not in street_types.STREET_TYPES):
        return words[1:], name
    return words, None


def _direction_behind(words: list[Word], table: dict[str, Direction]) -> tuple[list[Word], Direction | None]:
    if len(words) > 2:
        pair = table.get(f"{words[-2].key} {words[-1].key}")
        if pair is not None:
            return words[:-2], pair
    if len(words) > 1 and words[-2].key != "the":
        found = table.get(words[-1].key)
        if found is not None:
            return words[:-1], found
    return words, None


def _direction_before(words: list[Word]) -> tuple[list[Word], Direction | None]:
    """A direction before the name; it stays in the name where it is all of it, or belongs to it ("West End")."""
    if len(words) > 2:
        pair = directions.ENGLISH.get(f"{words[0].key} {words[1].key}")
        if pair is not None:
            return words[2:], pair
    if len(words) < 2 or (found := directions.ENGLISH.get(words[0].key)) is None:
        return words, None
    if len(words) == 2 and street_types.STREET_TYPES.get(words[1].key) in street_types.PLAIN_TYPES:
        return words, None  # the "South St" of "South St Extension"
    second = words[1].key
    if len(words) == 2 and len(second) > 1:  # "E Lk" Road is East Lake Road
        second = street_types.STREET_TYPES.get(second, second).lower()
    if len(words) == 2 and second in directions.JOINED_TO_DIRECTION:
        text = spelled(words[1].text if second == words[1].key else second.title())
        return [Word(found.english, found.concept), Word(text, second)], None
    return words[1:], found

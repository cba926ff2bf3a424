"""Takes an address as one text, gives it taken apart: the order of the steps."""

import re
from typing import Final

from callpoint.addresses.domains import french_types, numerals, street_types, units
from callpoint.addresses.domains.street_types import PLAIN_TYPES
from callpoint.addresses.domains.units import URBANIZATIONS
from callpoint.addresses.parsed import Gazetteer, Parsed
from callpoint.addresses.parsing import highway
from callpoint.addresses.parsing.cleaning import clean
from callpoint.addresses.parsing.delivery import settle_kind, take_delivery
from callpoint.addresses.parsing.inside import take_inside
from callpoint.addresses.parsing.number import is_ordinal, read_number
from callpoint.addresses.parsing.place import take_places
from callpoint.addresses.parsing.reading import Reading
from callpoint.addresses.parsing.right_end import take_right_end
from callpoint.addresses.parsing.spelling import spelled
from callpoint.addresses.parsing.split import place_starts
from callpoint.addresses.parsing.street_line import StreetLine, take_apart
from callpoint.addresses.parsing.words import Word, joined, words_of
from callpoint.i3.civic import Civic

_STREET_ELEMENTS: Final = ("PRM", "PRD", "STP", "RD", "STS", "POD", "POM")
_FOR_SOMEBODY: Final = re.compile(r"^(?:attn|attention|c o|co|care of|a l attention de|a s)\b", re.IGNORECASE)
_SEPARATORS: Final = frozenset({"and", "et", "@", "at"})


def parse(text: str, gazetteer: Gazetteer | None = None) -> Parsed:
    """`text` taken apart; never raises, whatever the text. Nothing is looked up but names of places in `gazetteer`."""
    cleaned, notes = clean(text)
    reading = Reading(words_of(cleaned), gazetteer)
    reading.notes.extend(notes)
    return finish(reading)


def finish(reading: Reading) -> Parsed:
    """The steps from words to elements; what `reading` brings along in `fields` counts as found."""
    take_right_end(reading)
    take_delivery(reading)
    take_inside(reading)
    if not (reading.fields.get("A1") or reading.fields.get("PC")):
        take_right_end(reading)  # a floor or a box stood behind: "Montpelier VT 05633, 2nd floor"
    _take_number(reading)
    _take_street(reading)
    settle_kind(reading)
    return _parsed(reading)


def _take_number(reading: Reading) -> None:
    if "HNO" in reading.fields or reading.kind in ("military", "rural_route"):
        return
    at = _number_at(reading)
    if at is None:
        return
    number = read_number(reading.words[at:], reading.country)
    if number is None:
        return
    if at:
        _take_name(reading, reading.words[:at])
    for element, value in number.fields.items():
        reading.put(element, value)
    reading.alternatives.extend(number.alternatives)
    del reading.words[: at + number.length]


def _number_at(reading: Reading) -> int | None:
    """Where the house number stands: first, else behind a name that opens the text ("Acme Inc, 12 Main St")."""
    words = reading.words
    if not words or (words[0].text[0].isalpha() and highway.opening(words) > 0):
        return None
    if read_number(words, reading.country) is not None:
        return 0
    if reading.is_called_for:
        return None  # what is left beside a box are more of the post's figures
    plain_type_seen = False
    for at in range(1, len(words) - 1):
        word, before = words[at], words[at - 1]
        starts_part = word.part != before.part
        plain_type_seen |= street_types.STREET_TYPES.get(before.key) in street_types.PLAIN_TYPES
        if not word.text[0].isdigit() or is_ordinal(word) or words[at + 1].part != word.part:
            continue
        if starts_part or not (plain_type_seen or _names_its_number(before)):
            return at
    return None


def _names_its_number(word: Word) -> bool:
    """Whether a figure behind the word belongs to it: "Avenue 5", "Calle 7"."""
    kind = street_types.STREET_TYPES.get(word.key)
    return kind in street_types.LEADING_TYPES or word.key in street_types.SPANISH_TYPES


def _take_name(reading: Reading, words: list[Word]) -> None:
    """Words before the house number: a building's name, a Puerto Rican urbanización, or who is there."""
    name = joined(words)
    if words[0].key in URBANIZATIONS:
        reading.put("A5", spelled(joined(words[1:])))
    elif words[-1].key in units.BUILDING_ENDS and not _FOR_SOMEBODY.match(words[0].key):
        reading.put("BLD", spelled(name))
    else:
        reading.put("NAM", name)


def _take_street(reading: Reading) -> None:
    if "HNO" not in reading.fields and _take_intersection(reading):
        return
    streets = take_places(reading)
    if not streets or not streets[0].words:
        if not reading.fields:
            reading.kind = "nothing"
        return
    if reading.kind == "rural_route":
        reading.leftovers.extend(joined(street.words) for street in streets[:1])
        return
    words = _number_behind(reading, streets[0].words)
    best = take_apart(words, reading.country, reading.language)
    if best.language == "fr" and reading.country != "US":
        reading.french = True
    if "HNO" not in reading.fields and not _is_surely_street(best) and _is_landmark(reading, words):
        _put_landmark(reading, words)
        return
    reading.fields.update(best.elements)
    _read_unit_as_name(reading, best)
    for street in streets[1:]:
        other = take_apart(street.words, reading.country, reading.language).elements
        elements = {name: other.get(name, "") for name in _STREET_ELEMENTS}
        reading.alternatives.append({**elements, **street.changes})


def _read_unit_as_name(reading: Reading, street: StreetLine) -> None:
    """The other reading of "32 Sugar Lot #22": number 32 of a street called Sugar Lot, unit 22."""
    word, value = reading.unit_or_name
    name = street.elements.get("RD", "")
    if not word or not name or "HNO" not in reading.fields or street.type_key or street.system:
        return
    unit = reading.fields["UNIT"].replace(value, value.rpartition(" ")[2], 1)
    reading.alternatives.append({"RD": f"{name} {spelled(word)}", "UNIT": unit})


def _number_behind(reading: Reading, words: list[Word]) -> list[Word]:
    """The street without a number behind its name, as Spanish and most foreign addresses have it: "Calle Sol 150"."""
    if "HNO" in reading.fields or len(words) < 2 or not words[-1].key.isdigit():
        return words
    spanish = words[0].key in street_types.SPANISH_TYPES and len(words) > 2
    if not spanish and (reading.country in ("US", "CA") or _names_its_number(words[-2])):
        return words
    if highway.opening(words):
        return words
    reading.fields["HNO"] = words[-1].text
    return words[:-1]


def _put_landmark(reading: Reading, words: list[Word]) -> None:
    reading.kind = "landmark"
    if _FOR_SOMEBODY.match(words[0].key):
        reading.put("NAM", joined(words))
    else:
        reading.fields["LMK"] = spelled(joined(words))


def _is_surely_street(street: StreetLine) -> bool:
    elements = street.elements
    return bool(street.system or street.directions or "STP" in elements) or elements.get("STS") in PLAIN_TYPES


def _is_landmark(reading: Reading, words: list[Word]) -> bool:
    """Whether words without number, type or direction are no street: a place is known, and no numeral names them."""
    return (
        (bool(reading.fields.get("A3")) or len(words) > 2)
        and numerals.number_of(words[0].key) is None
        and words[0].key != "broadway"
    )


def _take_intersection(reading: Reading) -> bool:
    """Two streets and no number: "79th St. & Joliet Rd.". The words become LMK; the second street has no element."""
    groups = reading.groups()
    first = groups[0] if groups else []
    at = next((at for at, word in enumerate(first) if word.key in _SEPARATORS), 0)
    sides = first[:at], first[at + 1 :]
    if not all(sides) or not any(_speaks_of_street(side) for side in sides):
        return False
    reading.kind = "intersection"
    reading.words = [word for group in groups[1:] for word in group]
    if len(groups) > 1:
        reading.fields["A3"] = spelled(joined(groups[-1]))
    elif "A1" in reading.fields:
        end = at + 1 + place_starts(reading.unparted(sides[1]))[0]
        reading.put("A3", spelled(joined(first[end:])))
        first = first[:end]
    reading.fields["LMK"] = joined(first)
    reading.words = []
    return True


def _speaks_of_street(words: list[Word]) -> bool:
    return (
        any(
            street_types.STREET_TYPES.get(word.key) in street_types.PLAIN_TYPES
            or word.key in french_types.UNMISTAKABLE
            or is_ordinal(word)
            for word in words
        )
        or highway.opening(words) > 0
    )


def _parsed(reading: Reading) -> Parsed:
    country = reading.country
    if country:
        reading.fields["country"] = country
    fields = {name: text for name, text in reading.fields.items() if text}
    ours = country if country in ("US", "CA") else ""
    return Parsed(
        civic=Civic.from_fields(fields),
        kind=reading.kind if fields or reading.leftovers else "nothing",
        country="US" if ours == "US" else "CA" if ours == "CA" else "",
        country_words=reading.country_words,
        language="fr" if reading.french else "en",
        alternatives=tuple(Civic.from_fields({**fields, **change}) for change in reading.alternatives),
        leftovers=tuple(reading.leftovers),
        notes=tuple(reading.notes),
    )

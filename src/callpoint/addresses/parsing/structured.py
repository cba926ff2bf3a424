"""Takes an address that comes in fields, gives the same as for one text: fields are read, not believed."""

from typing import Final

from callpoint.addresses.domains.countries import COUNTRIES
from callpoint.addresses.domains.regions import REGIONS
from callpoint.addresses.folding import fold
from callpoint.addresses.parsed import Gazetteer, Parsed
from callpoint.addresses.parsing.cleaning import clean
from callpoint.addresses.parsing.inside import take_inside
from callpoint.addresses.parsing.parser import finish
from callpoint.addresses.parsing.reading import Reading
from callpoint.addresses.parsing.right_end import standard_code
from callpoint.addresses.parsing.spelling import spelled
from callpoint.addresses.parsing.words import words_of
from callpoint.i3.civic import Civic

_STREET: Final = ("PRM", "PRD", "STP", "RD", "STS", "POD", "POM")
_NUMBER: Final = ("HNP", "HNO", "HNS")
_INSIDE: Final = ("BLD", "FLR", "UNIT", "ROOM", "SEAT")
# What makes a value of the element readable by itself: FLR "2nd" is meant as "floor 2nd".
_DESIGNATOR: Final = {"FLR": "floor", "ROOM": "room", "SEAT": "seat"}


def parse_fields(civic: Civic, gazetteer: Gazetteer | None = None) -> Parsed:
    """The address of `civic` in standard form; never raises.

    People put whole lines into one field: RD may hold "422 LAKE VIEW RD APT 5" or even the whole address, HNO may hold
    "10-123". Elements found there fill what the fields leave empty, and never change what a field says of the place.
    """
    fields = civic.to_fields()
    number = () if "HNP" in fields else _NUMBER  # with its prefix apart the number has been read already
    known = {name: text for name, text in fields.items() if name not in (*_STREET, *number, *_INSIDE)}
    country_words = fields.get("country", "")
    _standardise_place(known)
    line = f"{_number_text(fields) if number else ''} {' '.join(fields[name] for name in _STREET if name in fields)}"
    text, notes = clean(line.strip())
    reading = Reading(words_of(text), gazetteer, fields=known, country_words=country_words)
    reading.notes.extend(notes)
    inside = _standard_inside(fields)
    if not reading.words and "POBOX" in known:
        reading.kind = "po_box"
    if known.get("LMK") and not reading.words:
        reading.kind = "landmark"
    known.update(inside)
    return finish(reading)


def _standardise_place(known: dict[str, str]) -> None:
    if "country" in known:
        known["country"] = COUNTRIES.get(fold(known["country"]), known["country"])
    if "A1" in known:
        known["A1"] = REGIONS.get(fold(known["A1"]), known["A1"])
    if "PC" in known:
        known["PC"] = standard_code(known["PC"]) or known["PC"].upper()
    for name in ("A2", "A3", "A4", "A5"):
        if name in known:
            known[name] = spelled(known[name])


def _number_text(fields: dict[str, str]) -> str:
    """The number as one would write it: a letter touches it, a fraction stands apart."""
    suffix = fields.get("HNS", "")
    gap = " " if suffix[:1].isdigit() or len(suffix) > 1 else ""
    return f"{fields.get('HNO', '')}{gap}{suffix}"


def _standard_inside(fields: dict[str, str]) -> dict[str, str]:
    """BLD, FLR, UNIT, ROOM and SEAT as the parser words them: UNIT "apt. 5" → "Apartment 5", FLR "2nd" → "2"."""
    inside: dict[str, str] = {}
    for name in _INSIDE:
        value = fields.get(name)
        if value:
            inside[name] = _standard_value(name, value)
    return inside


def _standard_value(name: str, value: str) -> str:
    for text in (value, f"{_DESIGNATOR.get(name, '')} {value}"):
        reading = Reading(words_of(clean(text)[0]))
        take_inside(reading)
        if not reading.words and set(reading.fields) == {name}:
            return reading.fields[name]
    return value

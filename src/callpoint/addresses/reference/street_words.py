"""The elements of a street as a data set has them, in standard words: "N", "MAIN", "ST" → North, Main, Street."""

from collections.abc import Mapping
from typing import Final

from callpoint.addresses.domains.directions import ENGLISH, FRENCH
from callpoint.addresses.domains.french_types import FRENCH_TYPES
from callpoint.addresses.domains.street_types import SPANISH_TYPES, STREET_TYPES
from callpoint.addresses.folding import fold
from callpoint.addresses.parsing import parse_street
from callpoint.addresses.reference.title_case import title_case

# NENA-STA-006.3 field → CLDXF element, in the order a street is written.
STREET_FIELDS: Final = {
    "St_PreMod": "PRM",
    "St_PreDir": "PRD",
    "St_PreTyp": "STP",
    "St_PreSep": "",
    "St_Name": "RD",
    "St_PosTyp": "STS",
    "St_PosDir": "POD",
    "St_PosMod": "POM",
}
STREET_ELEMENTS: Final = tuple(filter(None, STREET_FIELDS.values()))
_NAME_AND_DIRECTIONS: Final = frozenset({"St_Name", "St_PreDir", "St_PosDir"})
# What registries write where a street has no name, or nobody knows it.
_NO_NAME: Final = frozenset({"", "unnamed", "unknown", "no name", "null", "none", "n a", "na", "private", "tbd"})


def standard_street(values: Mapping[str, str], line: str, country: str, region: str) -> dict[str, str]:
    """The filled street elements, empty when no street is named.

    `values` are fields of STREET_FIELDS; `line` is the whole street for sources that have it in one ("Boulevard
    Henri-Bourassa Ouest"). A name that stands alone is taken apart as well: many tables keep the type in it.
    """
    french = region == "QC"
    filled = {name: text for name, text in values.items() if text}
    if fold(filled.get("St_Name", line)) in _NO_NAME:
        return {}
    if "St_Name" not in filled:
        return parse_street(title_case(line), country, "fr" if french else "")
    if filled.keys() <= _NAME_AND_DIRECTIONS:
        elements = _of_a_bare_name(filled, country, french)
        if elements:
            return elements
    separator = filled.pop("St_PreSep", "")
    elements = _one_by_one(filled, french)
    if separator and "RD" in elements:
        elements["RD"] = f"{separator.lower()} {elements['RD']}"
    return elements if "RD" in elements else {}


def _of_a_bare_name(filled: Mapping[str, str], country: str, french: bool) -> dict[str, str]:
    """A name without a type taken apart, its directions put back; empty when it holds a direction of its own."""
    elements = parse_street(title_case(filled["St_Name"]), country, "fr" if french else "")
    directions = {name: text for name, text in filled.items() if name != "St_Name"}
    if directions and not elements.keys() <= {"STP", "RD", "STS"}:
        return {}
    return elements | _one_by_one(directions, french)


def _one_by_one(filled: Mapping[str, str], french: bool) -> dict[str, str]:
    words = {STREET_FIELDS[name]: _standard(name, text, french) for name, text in filled.items()}
    return {name: text for name, text in words.items() if text}


def _standard(name: str, text: str, french: bool) -> str:
    word = fold(text)
    if name in ("St_PreDir", "St_PosDir"):
        return _direction(word, french) or title_case(text)
    if name == "St_PreTyp":
        return _leading_type(word, french) or title_case(text)
    if name == "St_PosTyp":
        return STREET_TYPES.get(word) or title_case(text)
    return title_case(text)


def _direction(word: str, french: bool) -> str:
    """The language is that of the province, but "Ouest" says itself what it is."""
    found = FRENCH.get(word)
    if found is None:
        return ""
    return found.french if french or word not in ENGLISH else found.english


def _leading_type(word: str, french: bool) -> str:
    if french and word in FRENCH_TYPES:
        return FRENCH_TYPES[word].word
    return SPANISH_TYPES.get(word, "") if word not in STREET_TYPES else STREET_TYPES[word]

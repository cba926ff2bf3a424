"""An address as people write it, in English and, for Québec, in French.

Every function takes the filled fields of an address (`Civic.to_fields`). Data sources differ in whether a floor
is "2", "2nd" or "Floor 2", so a designator is added only where the value does not bring its own word.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

Fields = Mapping[str, str]

# A word of four letters or more says itself what it is: "Mezzanine", "Boardroom A", "Suite 400".
_SPEAKS_FOR_ITSELF: Final = re.compile(r"[^\W\d_]{4,}|#")
# Short designators that data sources write out before or behind the value: "Fl 2", "Ste 400", "2nd fl".
_ABBREVIATED: Final = re.compile(
    r"(?:fl|flr|ste|apt|unit|rm|bldg|bld|bur|app|loc|ét|dept|lot|spc|trlr)\b\.?\s+\S|\S\s+(?:fl|flr|ét)\b",
    re.IGNORECASE,
)
_ORDINAL: Final = re.compile(r"\d+(?:st|nd|rd|th)", re.IGNORECASE)
_POSITIONS: Final = frozenset({"ground", "main", "upper", "lower", "top", "first", "second", "third"})


@dataclass(frozen=True)
class Wording:
    """How one language words the parts of an address."""

    floor: Callable[[str], str]
    designators: Mapping[str, str]  # element name -> word before its value
    after_number: str  # between house number and street
    before_region: str  # between place and province


def _floor_in_english(floor: str) -> str:
    if _ORDINAL.fullmatch(floor) or floor.lower() in _POSITIONS:
        return f"{floor} Floor"
    return f"Floor {floor}"


def _floor_in_french(floor: str) -> str:
    if floor == "1":
        return "1er étage"
    return f"{floor}e étage" if floor.isdecimal() else f"étage {floor}"


_ENGLISH: Final = Wording(
    floor=_floor_in_english,
    designators={
        "BLD": "Building",
        "UNIT": "Unit",
        "ROOM": "Room",
        "SEAT": "Seat",
        "POBOX": "PO Box",
        "MP": "Milepost",
        "PN": "Post",
        "RDSEC": "Section",
    },
    after_number=" ",
    before_region=", ",
)
_FRENCH: Final = Wording(
    floor=_floor_in_french,
    designators={
        "BLD": "bâtiment",
        "UNIT": "unité",
        "ROOM": "pièce",
        "SEAT": "poste",
        "POBOX": "C.P.",
        "MP": "borne",
        "PN": "poteau",
        "RDSEC": "section",
    },
    after_number=", ",
    before_region=" ",
)
_STREET: Final = ("PRM", "PRD", "STP", "RD", "STS", "POD", "POM")
_ROAD_PARTS: Final = ("RDSEC", "RDBR", "RDSUBBR", "MP", "PN")
_SPOT: Final = ("BLD", "FLR", "UNIT", "ROOM", "SEAT", "LOC")


def _wording(fields: Fields) -> Wording:
    return _FRENCH if fields.get("country") == "CA" and fields.get("A1") == "QC" else _ENGLISH


def _named(name: str, fields: Fields, wording: Wording) -> str:
    """The value of element `name` with the word that tells what it is, "" where there is none."""
    value = fields.get(name, "")
    if not value or _SPEAKS_FOR_ITSELF.match(value) or _ABBREVIATED.search(value):
        in_position = name == "FLR" and value.lower() in _POSITIONS
        return wording.floor(value) if in_position else value
    if name == "FLR":
        return value if _SPEAKS_FOR_ITSELF.search(value) else wording.floor(value)
    designator = wording.designators.get(name)
    return f"{designator} {value}" if designator else value


def house_number(fields: Fields) -> str:
    """Prefix, number and suffix: "N6W23001", "75-6214", "115A", "12 1/2" (RFC 6848 §5.4 for the prefix)."""
    prefix, number, suffix = fields.get("HNP", ""), fields.get("HNO", ""), fields.get("HNS", "")
    # Two figures that touch would be another number; everything else is written without a gap.
    if prefix[-1:].isdigit() and number[:1].isdigit():
        prefix += " "
    if suffix[:1].isdigit() or (len(suffix) > 1 and suffix[:1].isalpha()) or suffix[:1] in tuple("½¼¾"):
        suffix = f" {suffix}"
    return f"{prefix}{number}{suffix}".strip()


def street_line(fields: Fields) -> str:
    """Number and street, else whatever stands for them: post office box, landmark, name."""
    wording = _wording(fields)
    street = " ".join(fields[name] for name in _STREET if name in fields)
    line = wording.after_number.join(filter(None, (house_number(fields), street)))
    parts = [line, *(_named(name, fields, wording) for name in (*_ROAD_PARTS, "POBOX"))]
    return ", ".join(filter(None, parts)) or fields.get("LMK", "") or fields.get("NAM", "")


def spot_line(fields: Fields) -> str:
    """Building, floor, unit, room, seat and further words, as far as they are filled."""
    wording = _wording(fields)
    return ", ".join(filter(None, (_named(name, fields, wording) for name in _SPOT)))


def place_line(fields: Fields) -> str:
    """Place, state or province, postal code; the next best name stands in for a missing city."""
    place = next((fields[name] for name in ("A3", "PCN", "A4", "A5", "A2") if name in fields), "")
    region = " ".join(fields[name] for name in ("A1", "PC") if name in fields)
    line = _wording(fields).before_region.join(filter(None, (place, region)))
    country = fields.get("country", "")
    return line if country in ("", "US", "CA") else ", ".join(filter(None, (line, country)))


def formatted(fields: Fields) -> str:
    """Name, street, spot and place in one line; nothing is said twice."""
    street = street_line(fields)
    parts = (fields.get("NAM", ""), street, fields.get("LMK", ""), spot_line(fields), place_line(fields))
    return ", ".join(dict.fromkeys(filter(None, parts)))

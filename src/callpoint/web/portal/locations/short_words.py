"""Shorter words for a spot, where a PSAP's screen has no room for the long ones.

The designators of secondary units are those the post prints on envelopes, in English and French; call takers read
them every day.
"""

import re
from typing import Final

ENGLISH: Final = {
    "apartment": "APT",
    "basement": "BSMT",
    "building": "BLDG",
    "corner": "COR",
    "department": "DEPT",
    "east": "E",
    "entrance": "ENTR",
    "floor": "FL",
    "front": "FRNT",
    "ground": "GRND",
    "hallway": "HALL",
    "lobby": "LBBY",
    "lower": "LOWR",
    "north": "N",
    "northeast": "NE",
    "northwest": "NW",
    "number": "NO",
    "office": "OFC",
    "penthouse": "PH",
    "room": "RM",
    "south": "S",
    "southeast": "SE",
    "southwest": "SW",
    "suite": "STE",
    "trailer": "TRLR",
    "upper": "UPPR",
    "west": "W",
    "wing": "WG",
}
FRENCH: Final = {
    "appartement": "APP",
    "bureau": "BUR",
    "bâtiment": "BÂT",
    "est": "E",
    "ouest": "O",
    "nord": "N",
    "sud": "S",
    "pièce": "PCE",
    "rez-de-chaussée": "RDC",
    "sous-sol": "SS",
    "unité": "UNITÉ",
    "étage": "ÉT",
}
COMMON: Final = ("APT", "BLDG", "FL", "RM", "STE")
# Words that say nothing to somebody who comes looking.
_FILLERS: Final = frozenset(
    {"the", "of", "at", "in", "on", "to", "by", "a", "an", "next", "le", "la", "les", "de", "du", "des", "à"}
)
_WORD: Final = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")


def shorter(text: str, longest: int) -> str:
    """The text with the usual abbreviations, and without filler words if it is still too long; "" if that wins nothing.

    Nothing else is left out: what a person wrote stays in its order.
    """
    if len(text) <= longest:
        return ""
    known = ENGLISH | FRENCH
    short = _WORD.sub(lambda word: known.get(word.group().casefold(), word.group()), text)
    if len(short) > longest:
        kept = [word for word in short.split() if word.strip(",.").casefold() not in _FILLERS]
        short = " ".join(kept)
    return short if len(short) < len(text) else ""


def common() -> list[tuple[str, str]]:
    """The abbreviations everybody knows, with what they stand for."""
    meanings = {short: long for long, short in ENGLISH.items()}
    return [(short, meanings[short]) for short in COMMON]

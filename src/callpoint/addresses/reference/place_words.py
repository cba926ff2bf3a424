"""The names of places in a data set, and the areas a look-up may be narrowed by."""

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Final, NamedTuple

from callpoint.addresses.domains.regions import COUNTRY_OF_REGION, REGIONS
from callpoint.addresses.folding import fold
from callpoint.addresses.postal.place_key import place_key, without_its_kind
from callpoint.addresses.reference.title_case import title_case

ZIP_CHARS: Final = 5
FSA_CHARS: Final = 3

# NENA wants A3 filled, so where there is no municipality one of these is written.
_NO_PLACE: Final = frozenset({"unincorporated", "uninc", "unknown", "none", "null", "n a", "na", "county"})
_ZIP: Final = re.compile(r"(\d{5})(?:-?(\d{4}))?", re.ASCII)
_CANADIAN: Final = re.compile(r"([A-Z]\d[A-Z])\s*(\d[A-Z]\d)?", re.ASCII)
_COUNTRIES: Final = {"us": "US", "usa": "US", "united states": "US", "ca": "CA", "can": "CA", "canada": "CA"}


class Place(NamedTuple):
    """Where a street lies; one of these for every municipality."""

    country: str
    A1: str
    A2: str
    A3: str


class Locality(NamedTuple):
    """What changes along a street: district, neighbourhood, postal code, the post's name of the place."""

    A4: str
    A5: str
    PC: str
    PCN: str


@lru_cache(maxsize=1 << 15)
def place_name(text: str) -> str:
    """A place's name as people read it; "" for words that say there is none."""
    return "" if fold(text) in _NO_PLACE else title_case(text)


@lru_cache(maxsize=1 << 16)
def postal_code(text: str) -> str:
    """A ZIP code ("05633", "05633-0001") or Canadian postal code ("K1A 0A9", "K1A") in its usual form, or ""."""
    upper = text.upper().strip()
    if found := _ZIP.fullmatch(upper):
        return found[1] + (f"-{found[2]}" if found[2] and found[2] != "0000" else "")
    if found := _CANADIAN.fullmatch(upper):
        return " ".join(filter(None, found.groups()))
    return ""


def postal_area(code: str) -> str:
    """What a look-up is narrowed by: the ZIP code, or the forward sortation area.

    A Canadian code of six is a block face or a single building: too narrow to look for the street meant.
    """
    upper = code.upper().strip()
    return upper[:FSA_CHARS] if upper[:1].isalpha() else upper[:ZIP_CHARS]


def place_keys(names: Iterable[str]) -> set[str]:
    """Every key under which somebody may look for one of these places ("Barre City": "barre city" and "barre")."""
    keys = {place_key(name) for name in names if name}
    return (keys | {without_its_kind(key) for key in keys}) - {""}


def region_of(text: str) -> str:
    """The two letters of a state or province, however it is written; "" when it is neither."""
    return REGIONS.get(fold(text), "")


def country_of(text: str, region: str) -> str:
    """ "US" or "CA": by the country's name, else by its state or province; another country as it is written."""
    if text:
        return _COUNTRIES.get(fold(text), text.upper())
    return COUNTRY_OF_REGION.get(region, "")

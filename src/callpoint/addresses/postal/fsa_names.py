"""Names of places out of the words in which forward sortation areas are described.

The package describes an area rather than naming its city: "Downtown Toronto (St. James Park)", "Kitchener South
Central", "Eastern Alberta (St. Paul)", "E2H Saint John Northeast, Renforth". What is certain is taken, the rest left.
"""

import re
from types import MappingProxyType
from typing import Final

from callpoint.addresses.postal.merged_cities import MONTREAL_NEIGHBOURS, city_of_today
from callpoint.addresses.postal.place_key import place_key

_PARTS: Final = frozenset((
    "north", "south", "east", "west", "northeast", "northwest", "southeast", "southwest", "northern", "central",
    "inner", "outer", "upper", "lower", "outskirts", "extremities", "rcm", "and", "&",
))  # fmt: skip
_GOVERNMENT: Final = re.compile(
    r"\s(?:Newfoundland & Labrador|Nova Scotia|Prince Edward Island|New Brunswick|Saskatchewan|British Columbia"
    r"|Manitoba) Provincial Government$"
)
# Descriptions no rule reads. A name before "|" is the city, those behind lie in it or beside it.
_SPOKEN_OTHERWISE: Final = MappingProxyType(
    {
        "B3H": "Halifax", "B3J": "Halifax", "B3K": "Halifax", "B3M": "Halifax", "B3P": "Halifax", "B2V": "Dartmouth",
        "E1A": "Dieppe|Moncton", "E2N": "Saint John", "E2P": "Saint John", "E2R": "Saint John", "E2S": "Saint John",
        "E3G": "Fredericton", "G1A": "Québec", "G1J": "Québec", "G1K": "Québec", "G1T": "Québec",
        "G8T": "Cap-de-la-Madeleine", "H1B": "Montréal-Est", "H1G": "Montréal|Montréal-Nord",
        "H1H": "Montréal|Montréal-Nord", "H4X": "Montréal-Ouest", "H7B": "Saint-François",
        "J3V": "Saint-Bruno-de-Montarville|Saint-Bruno",
        "J5J": "Sainte-Sophie", "J7T": "Vaudreuil-Dorion", "K1A": "Ottawa|Gatineau|Hull", "K8A": "Pembroke",
        "M7A": "Toronto|Queen's Park", "M7Y": "Toronto", "M5W": "Toronto", "N8V": "Tecumseh|Windsor",
        "N8N": "Tecumseh", "N9H": "LaSalle", "N9J": "LaSalle", "L3T": "Thornhill|Markham", "L4J": "Thornhill|Vaughan",
        "T4E": "Red Deer County|Red Deer", "V1M": "Langley|Langley Township", "V2Y": "Langley|Langley Township",
        "V2Z": "Langley|Langley Township", "V4W": "Langley|Langley Township", "V3A": "Langley|Langley City",
        "V8K": "Salt Spring Island|Saltspring Island", "V9H": "Campbell River", "V9J": "Courtenay",
        "V8N": "Saanich|Victoria", "V8P": "Saanich|Victoria", "V8X": "Saanich|Victoria", "V8Y": "Saanich|Victoria",
        "V8Z": "Saanich|Victoria", "V9E": "Saanich|Victoria", "V8R": "Oak Bay|Victoria", "V8S": "Oak Bay|Victoria",
        "V9A": "Esquimalt|Victoria", "V9B": "Highlands|Langford|Victoria", "V9C": "Metchosin|Colwood|Langford|Victoria",
        "H0H": "", "H0M": "Akwesasne", "J6Z": "Lorraine", "J7A": "Rosemère|Lorraine", "J7B": "Blainville",
        "J7C": "Blainville", "J7E": "Sainte-Thérèse", "J7G": "Boisbriand", "J7H": "Boisbriand",
        "T9H": "Fort McMurray|Wood Buffalo", "T9J": "Fort McMurray|Wood Buffalo", "T9K": "Fort McMurray|Wood Buffalo",
    }
)  # fmt: skip
# Under which of two names an area is described is chance.
_ALSO: Final = MappingProxyType({"greater sudbury": "sudbury"})
# Names of today, in the spelling of those who live there.
_DISPLAY: Final = MappingProxyType(
    {
        "asbestos": "Val-des-Sources",
        "becancour": "Bécancour",
        "degelis": "Dégelis",
        "lac megantic": "Lac-Mégantic",
        "metabetchouan lac a la croix": "Métabetchouan–Lac-à-la-Croix",
        "montreal": "Montréal",
        "mount royal": "Mont-Royal",
        "quebec city": "Québec",
        "saint augustin de desmaures": "Saint-Augustin-de-Desmaures",
        "saint louis de kent": "Saint-Louis-de-Kent",
        "saint marys": "St. Marys",
        "sorel": "Sorel-Tracy",
        "tracadie sheila": "Tracadie",
    }
)
_PARTICLE: Final = re.compile(r"(?<=-)(?:De|Des|Du|La|Le|Les|Aux|Sur)(?=-)")


def names_of(fsa: str, description: str, province: str) -> tuple[str, tuple[str, ...]]:
    """City of today ("" when unknown) and the keys of every place known in the area, the city's first."""
    if fsa in _SPOKEN_OTHERWISE:
        names = [name for name in _SPOKEN_OTHERWISE[fsa].split("|") if name]
    else:
        names = _rural(description) if fsa[1] == "0" else _urban(description)
    keys = [place_key(name) for name in names]
    keys += [_ALSO[key] for key in keys if key in _ALSO]
    city = _city(fsa, province, names)
    if fsa.startswith("H") and city not in ("Laval", ""):
        keys.append("montreal")  # written there even by the neighbours that are their own
    ordered = dict.fromkeys(key for key in (place_key(city), *keys) if key)
    return city, tuple(ordered)


def _city(fsa: str, province: str, names: list[str]) -> str:
    if fsa.startswith("M"):
        return "Toronto"
    if not names or fsa[1] == "0":
        return ""  # one village of many would be a guess
    first = place_key(names[0])
    if fsa.startswith("H") and fsa[1] != "7" and first not in MONTREAL_NEIGHBOURS:
        return "Montréal"
    return city_of_today(province, first) or _DISPLAY.get(first, names[0])


def _rural(description: str) -> list[str]:
    town = re.search(r"\(([^)]+)\)", description)
    return [_tidy(town.group(1) if town else description)]


def _urban(description: str) -> list[str]:
    head = _GOVERNMENT.sub("", _tidy(re.sub(r"\s*\([^)]*\)", "", description)))
    return [_without_parts(name) for name in head.split(", ")]


def _without_parts(name: str) -> str:
    words = name.split()
    while len(words) > 1 and words[-1].lower() in _PARTS:
        words.pop()
    return " ".join(words)


def _tidy(text: str) -> str:
    joined = re.sub(r"-\s+", "-", text).strip()
    return _PARTICLE.sub(lambda match: match[0].lower(), joined)

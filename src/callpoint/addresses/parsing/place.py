"""Takes the words behind the house number, gives those of the street; the others become place, county and building."""

from dataclasses import dataclass, field
from typing import Final

from callpoint.addresses.domains import directions, highways, street_types, units
from callpoint.addresses.domains.places import INITIALS
from callpoint.addresses.parsed import Gazetteer
from callpoint.addresses.parsing import highway
from callpoint.addresses.parsing.reading import Reading
from callpoint.addresses.parsing.spelling import spelled
from callpoint.addresses.parsing.split import is_place, place_starts, street_end
from callpoint.addresses.parsing.words import Word, joined, keys_of

Group = list[Word]
_COUNTIES: Final = frozenset({"county", "parish", "borough", "comte"})
_SHORTEST_NAME: Final = 2  # letters; shorter ones are places only where a state or code follows ("Ely", "Oz")
_FIGURES_OF_UNIT: Final = 3  # "W Jackson 512" has a unit, "Charbo Unknown 4" is one of several lanes
_WORDS_OF_UNIT: Final = 2  # "12C", "106 D"
# Written out these are the name of a city too, and stand for it where no other place is named.
_CITIES_TOO: Final = {"New York": "NY", "Québec": "QC", "Quebec": "QC", "Washington": ""}
_DISTRICT_CODES: Final = "20"  # ZIPs of the District of Columbia


@dataclass(frozen=True, slots=True)
class StreetReading:
    """The words of the street in one reading of the address, and the elements that go with this reading.

    `changes` are against the fields of the likeliest reading; "" takes an element away.
    """

    words: Group
    changes: dict[str, str] = field(default_factory=dict)


def take_places(reading: Reading) -> list[StreetReading]:
    """Fills A3, A2, BLD and, for Washington, A1. Gives the street as likeliest read, then its other readings.

    `reading.words` is empty afterwards; words that are nothing become leftovers.
    """
    groups = _with_directions(reading.groups())
    reading.words = []
    if not groups:
        _city_of_region(reading)
        return []
    if "A3" in reading.fields:
        reading.leftovers.extend(joined(group) for group in groups[1:])
        return [StreetReading(groups[0])]
    if len(groups) == 1:
        streets = _from_one_group(reading, groups[0])
    elif reading.is_called_for and "HNO" not in reading.fields:
        streets = []
        _fill_places(reading, groups)
    else:
        _fill_places(reading, groups[1:])
        streets = _without_extra(reading, groups[0])
    if "A3" not in reading.fields:
        _city_of_region(reading)
    return streets


def _with_directions(groups: list[Group]) -> list[Group]:
    """A direction between commas belongs to the street before it: "Fifth Street, NW"."""
    if len(groups) < 2 or groups[1][0].key not in directions.ENGLISH:
        return groups
    before, direction = groups[0][-1].key, groups[1][0]
    ended = before in street_types.STREET_TYPES or before[:1].isdigit()
    if not ended or not (len(groups[1]) == 1 or len(direction.key) == 2):
        return groups
    rest = [groups[1][1:]] if len(groups[1]) > 1 else []
    return [[*groups[0], direction], *rest, *groups[2:]]


def _city_of_region(reading: Reading) -> None:
    """ "12 Broadway, New York" names city and state in one."""
    region = _CITIES_TOO.get(reading.region_name)
    if region is None:
        return
    reading.fields["A3"] = reading.region_name
    if not region:
        del reading.fields["A1"]
        if reading.fields.get("PC", "").startswith(_DISTRICT_CODES):
            reading.fields["A1"] = "DC"


def _from_one_group(reading: Reading, group: Group) -> list[StreetReading]:
    if "HNO" not in reading.fields and _is_only_place(reading, group):
        _put_place(reading, group)
        return []
    best, *others = place_starts(reading.unparted(group))
    streets = [StreetReading(group)]
    if best < len(group):
        _put_place(reading, group[best:])
        streets = _without_extra(reading, group[:best])
    for start in others:
        place = spelled(joined(group[start:])) if start < len(group) else ""
        streets.append(StreetReading(group[:start], {"A3": place}))
    return streets


def _is_only_place(reading: Reading, group: Group) -> bool:
    """Whether words without a number are just a place: state or code stand behind, and nothing speaks of a street."""
    if reading.is_called_for:
        return True
    if not (reading.fields.get("A1") or reading.fields.get("PC")):
        return False
    if reading.gazetteer is not None and is_place(keys_of(group), reading.fields.get("A1", ""), reading.gazetteer):
        return True
    if any(word.key[:1].isdigit() for word in group):
        return False
    return not any(street_types.STREET_TYPES.get(word.key) in street_types.PLAIN_TYPES for word in group[1:])


def _fill_places(reading: Reading, groups: list[Group]) -> None:
    rest: list[Group] = []
    for group in groups:
        if len(group) > 1 and group[-1].key in _COUNTIES:
            reading.fields["A2"] = spelled(joined(group))
        else:
            rest.append(group)
    if not rest:
        return
    while len(rest) > 1 and all(any(map(str.isdigit, word.key)) for word in rest[-1]):
        _put_figures(reading, rest.pop())
    *middle, last = rest
    if reading.gazetteer is not None:
        last = _known_end(reading, last, reading.gazetteer)
    _put_place(reading, last)
    for group in middle:
        _name_of_building_or_nothing(reading, group)


def _put_figures(reading: Reading, group: Group) -> None:
    """Figures behind the place: one is a unit, several a postal code that is none of ours: "Hull, HU5 2RD"."""
    if len(group) == 1:
        reading.put("UNIT", group[0].text)
    else:
        reading.leftovers.append(joined(group))


def _known_end(reading: Reading, group: Group, gazetteer: Gazetteer) -> Group:
    """The known place that closes `group`, if one does; what stands before it is nothing: "division Miramar"."""
    region = reading.fields.get("A1", "")
    start = next((at for at in range(len(group)) if is_place(keys_of(group[at:]), region, gazetteer)), 0)
    before = group[:start]
    if any(word.key[:1].isdigit() for word in before):
        reading.put("UNIT", joined(before))
    elif before:
        reading.leftovers.append(joined(before))
    return group[start:]


def _put_place(reading: Reading, group: Group) -> None:
    """The place, without a unit number that slipped in before it: "1025 Augusta"."""
    if reading.country not in ("US", "CA", ""):
        while len(group) > 1 and any(map(str.isdigit, group[-1].key)):
            reading.leftovers.append(group[-1].text)  # a postal code that is none of ours: "London SW1A 2AA"
            group = group[:-1]
    figures = [at for at, word in enumerate(group) if any(map(str.isdigit, word.key))]
    behind = figures[-1] + 1 if figures else 0
    if behind:
        reading.put("UNIT" if "HNO" in reading.fields else "LOC", joined(group[:behind]))
    name = INITIALS.get(keys_of(group[behind:])) or joined(group[behind:])
    if len(name) > _SHORTEST_NAME or reading.fields.get("A1") or reading.fields.get("PC"):
        reading.fields.update({"A3": spelled(name)} if name else {})
    elif name:
        reading.leftovers.append(name)


def _name_of_building_or_nothing(reading: Reading, group: Group) -> None:
    if len(group) <= _WORDS_OF_UNIT and group[0].key[:1].isdigit():
        reading.put("UNIT", joined(group))
    elif group[0].key in units.URBANIZATIONS and len(group) > 1:
        reading.fields["A5"] = spelled(joined(group[1:]))
    elif group[-1].key in units.BUILDING_ENDS and "BLD" not in reading.fields:
        reading.fields["BLD"] = spelled(joined(group))
    else:
        reading.leftovers.append(joined(group))


def _without_extra(reading: Reading, group: Group) -> list[StreetReading]:
    """The street without words behind its end, where the place is known already: a building, or a bare unit number.

    A second reading takes them for the street's, as in "Main St Derby Ctr" of Derby, Vermont.
    """
    end = _street_and_no_more(reading, group)
    extra = group[end:]
    if not extra:
        return [StreetReading(group)]
    element = "UNIT" if any(word.key[:1].isdigit() for word in extra) else "BLD"
    before = reading.fields.get(element, "")
    if _may_be_of_the_name(group, extra):
        return [StreetReading(group), StreetReading(group[:end], {element: f"{before} {extra[0].text}".strip()})]
    reading.put(element, joined(extra) if element == "UNIT" else spelled(joined(extra)))
    return [StreetReading(group[:end]), StreetReading(group, {element: before})]


def _may_be_of_the_name(group: Group, extra: Group) -> bool:
    """Whether a short figure behind a name without a type goes with it: "Charbo Unknown 4", but not "Main St 12"."""
    if len(extra) > 1 or not extra[0].key.isdigit() or len(extra[0].key) >= _FIGURES_OF_UNIT:
        return False
    return group[-2].key not in street_types.STREET_TYPES


def _street_and_no_more(reading: Reading, group: Group) -> int:
    """How many words of `group` are the street's."""
    if len(group) < 3:
        return len(group)
    if _ends_in_unit(group):
        return len(group) - 1
    end = street_end(group, reading.language, reading.country)
    if end is None or end >= len(group) or reading.language == "fr" or group[end].key in street_types.STREET_TYPES:
        return len(group)
    return end


def _ends_in_unit(group: Group) -> bool:
    """Whether a bare figure behind the street is a unit: "W Jackson 512", but not "Old Highway 12"."""
    if not group[-1].key.isdigit() or group[-2].key in highways.ROAD_WORDS or group[-2].key in ("no", "#"):
        return False
    return highway.read(highway.taken_together(group)) is None and group[0].key not in street_types.SPANISH_TYPES

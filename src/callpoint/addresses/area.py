"""The lowest rung: what can be said of an address from its postal code and its place alone.

That is never a door. It says in which area somebody is, or that postal code and place contradict each other.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

from callpoint.addresses.postal import FsaArea, PostalTables, ZipArea
from callpoint.addresses.postal.regions import country_of
from callpoint.addresses.query import FSA_CHARS, Query
from callpoint.addresses.rewording import reworded
from callpoint.addresses.verdict import ElementState, LatLon, Reason, Suggestion
from callpoint.addresses.wrong_country import COUNTRY_NAMES
from callpoint.i3.civic import Civic

# Every code of a town that has many is no help to anybody; they are named up to here.
NAMED_CODES: Final = 5

PlaceKnown = Callable[[str, str, str], bool]  # region, place, postal code: a loaded data set has doors there


@dataclass(frozen=True)
class Area:
    """`civic` is the reading with what was completed; `point` the middle of the area, None when nobody knows it."""

    status: Literal["area", "invalid", "ambiguous"]
    civic: Civic
    point: LatLon | None = None
    elements: dict[str, ElementState] = field(default_factory=dict)
    reasons: tuple[Reason, ...] = ()
    suggestions: tuple[Suggestion, ...] = ()


def area_of(query: Query, tables: PostalTables, known: PlaceKnown) -> Area:
    """Judges region, place and postal code of `query`; street and number are not looked at.

    `known` tells whether a data set has doors under this region, place and postal code, where the post has no
    such pair: the post does not know every place by name.
    """
    if query.wrong_country:
        return _other_country(query)
    if query.region and query.civic.A1 not in ("", query.region):
        return _other_region(query)
    if not query.region and query.place:
        return _region_missing(query, tables)
    if query.postal and query.place:
        return _both(query, tables, known)
    if query.postal:
        return _postal_alone(query, tables)
    if query.place:
        return _place_alone(query, tables, known)
    text = "Neither a place nor a postal code is given, so not even the area is known."
    return Area("invalid", query.civic, reasons=(Reason("place_missing", text),))


def _other_region(query: Query) -> Area:
    civic = query.civic
    place = civic.A3 or civic.PCN or civic.PC
    text = f"{place} and {civic.PC or 'its postal code'} lie in {query.region}, not in {civic.A1}."
    suggestion = Suggestion(reworded(civic, {"A1": query.region}), f"state or province: {query.region}, not {civic.A1}")
    return Area("invalid", civic, None, {"A1": "invalid"}, (Reason("region_contradicts", text),), (suggestion,))


def _other_country(query: Query) -> Area:
    civic = query.civic
    place = civic.A3 or civic.PCN or civic.PC
    country = COUNTRY_NAMES[civic.country]
    text = f"{place} lies in {country}, not in {query.wrong_country}."
    suggestion = Suggestion(civic, f"country: {country}, not {query.wrong_country}")
    reason = Reason("country_contradicts", text)
    return Area("invalid", civic, None, {"country": "invalid"}, (reason,), (suggestion,))


def _region_missing(query: Query, tables: PostalTables) -> Area:
    civic = query.civic
    named = tables.regions_of_place(query.place)
    named = frozenset([one for one in named if country_of(one) == civic.country]) or named
    regions = sorted(named & tables.regions_of_postal(query.postal) or named)
    suggestions = tuple(
        Suggestion(reworded(civic, {"A1": region}), f"{civic.A3 or civic.PCN} in {region}")
        for region in regions[:NAMED_CODES]
    )
    text = f"The state or province is not given, and {len(regions)} have a place called {civic.A3 or civic.PCN}."
    status: Literal["invalid", "ambiguous"] = "ambiguous" if len(regions) > 1 else "invalid"
    return Area(status, civic, None, {}, (Reason("region_missing", text),), suggestions)


def _area(postal: str, tables: PostalTables) -> ZipArea | FsaArea | None:
    return tables.fsa(postal) if postal[:1].isalpha() else tables.zip(postal)


def _lies_in(region: str, postal: str, tables: PostalTables) -> bool:
    return region in tables.regions_of_postal(postal)


def _both(query: Query, tables: PostalTables, known: PlaceKnown) -> Area:
    area = _area(query.postal, tables)
    fits = _lies_in(query.region, query.postal, tables)
    point = area.point if area else None
    if fits and tables.serves(query.postal, query.place):
        return _confirmed(query, query.civic, point, ("A3", "PC"))
    if fits and known(query.region, query.place, query.postal):
        return _confirmed(query, query.civic, point, ("A3", "PC"))
    if fits and isinstance(area, FsaArea) and area.rural:
        text = f"{query.postal[:FSA_CHARS]} is a rural postal area; that {query.civic.A3} lies in it is not known here."
        return _confirmed(query, query.civic, point, ("PC",), Reason("place_unchecked", text))
    place_known = tables.is_place(query.place, query.region) or known(query.region, query.place, "")
    if fits and area is None and place_known:
        text = f"The postal code {query.civic.PC} is not known here; the place is."
        middle = _middle(tables.zips_of(query.region, query.place), tables)
        return _confirmed(query, query.civic, middle, ("A3",), Reason("postal_unchecked", text))
    return _contradiction(query, tables, area if fits else None, place_known)


def _confirmed(query: Query, civic: Civic, point: LatLon | None, valid: Sequence[str], *reasons: Reason) -> Area:
    elements: dict[str, ElementState] = {name: "valid" for name in ("country", "A1", *valid) if getattr(civic, name)}
    if len(query.postal) > FSA_CHARS and query.postal[:1].isalpha() and "PC" in elements:
        # Only the first three characters have been compared with anything.
        elements["PC"] = "unchecked"
    return Area("area", civic, point, elements, reasons)


def _contradiction(query: Query, tables: PostalTables, area: ZipArea | FsaArea | None, place_known: bool) -> Area:
    """Both ways out are shown: the place may be right, and the postal code may be."""
    civic, suggestions = query.civic, []
    place = civic.A3 or civic.PCN or civic.A4
    if place_known:
        codes = _door_codes(query.region, query.place, tables)
        if len(codes) == 1:
            why = f"{place} has the postal code {codes[0]}, not {civic.PC}"
        else:
            why = f"{place} without the postal code {civic.PC}, which is not one of its own{_named(codes)}"
        suggestions.append(Suggestion(reworded(civic, {"PC": codes[0] if len(codes) == 1 else ""}), why))
    if area is not None:
        why = f"{civic.PC} is the postal code of {area.city}, not of {place}"
        suggestions.append(Suggestion(reworded(civic, {"A3": area.city, "PCN": ""}), why))
    elements: dict[str, ElementState] = {"country": "valid", "A1": "valid"}
    if not place_known:
        elements["A3"] = "invalid"
    if area is None or place_known:
        elements["PC"] = "invalid"
    text = f"{place}, {civic.A1} and the postal code {civic.PC} do not belong together."
    status: Literal["invalid", "ambiguous"] = "ambiguous" if len(suggestions) > 1 else "invalid"
    return Area(status, civic, None, elements, (Reason("place_contradicts_postal", text),), tuple(suggestions))


def _named(codes: Sequence[str]) -> str:
    if not codes:
        return ""
    return f" ({', '.join(codes[:NAMED_CODES])}{' …' if len(codes) > NAMED_CODES else ''})"


def _postal_alone(query: Query, tables: PostalTables) -> Area:
    area = _area(query.postal, tables)
    if area is None or not _lies_in(query.region, query.postal, tables):
        text = f"The postal code {query.civic.PC} is not one of {query.region}, and no place is given."
        return Area("invalid", query.civic, None, {"PC": "invalid"}, (Reason("postal_unknown", text),))
    civic = reworded(query.civic, {"A3": area.city})
    text = f"The place was not given; {query.postal} is {area.city}."
    return _confirmed(query, civic, area.point, ("A3", "PC"), Reason("place_completed", text))


def _place_alone(query: Query, tables: PostalTables, known: PlaceKnown) -> Area:
    civic = query.civic
    codes = _door_codes(query.region, query.place, tables)
    if not codes and not known(query.region, query.place, ""):
        text = f"No place called {civic.A3 or civic.PCN or civic.A4} is known in {query.region or 'any region'}."
        return Area("invalid", civic, None, {"A3": "invalid"}, (Reason("place_unknown", text),))
    valid = ["A3"]
    reasons: tuple[Reason, ...] = ()
    if len(codes) == 1 and codes[0].isdigit():
        civic = reworded(civic, {"PC": codes[0]})
        valid.append("PC")
        reasons = (Reason("postal_completed", f"The ZIP code was not given; {civic.A3} has {codes[0]} alone."),)
    return _confirmed(query, civic, _middle(codes, tables), valid, *reasons)


def _door_codes(region: str, place: str, tables: PostalTables) -> tuple[str, ...]:
    """The codes of a place under which doors are served: not those of its post office boxes or of one recipient."""
    codes = tables.zips_of(region, place)
    areas = [(code, tables.zip(code)) for code in codes]
    doors = tuple([code for code, area in areas if area is None or (area.kind == "STANDARD" and area.active)])
    return doors or codes


def _middle(codes: Sequence[str], tables: PostalTables) -> LatLon | None:
    """The middle of the middles; a town's codes lie close together."""
    points = [area.point for code in codes if (area := _area(code, tables)) is not None and area.point is not None]
    if not points:
        return None
    return sum(lat for lat, _ in points) / len(points), sum(lon for _, lon in points) / len(points)

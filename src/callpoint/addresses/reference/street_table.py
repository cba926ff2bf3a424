"""The streets of a data set while it is built: each is standardised once, in however many rows it stands."""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from callpoint.addresses.postal.place_key import place_key
from callpoint.addresses.reference.place_words import (
    Locality,
    Place,
    country_of,
    place_keys,
    place_name,
    postal_area,
    postal_code,
    region_of,
)
from callpoint.addresses.reference.schema import STREETS
from callpoint.addresses.reference.street_words import STREET_ELEMENTS, STREET_FIELDS, standard_street
from callpoint.addresses.street_key import street_key
from callpoint.datasets.building import Draft
from callpoint.i3.civic import Civic

_Key = tuple[str, str, str, str]
# Fields of RawStreet that tell of the street and not of its place.
_OF_THE_STREET: Final = len(STREET_FIELDS) + 1
_NAMES: Final = 1 << 16
_COUNTY: Final = re.compile(r" (?:County|Parish)$", re.IGNORECASE)


class RawStreet(NamedTuple):
    """A street as a row has it: fields of NENA-STA-006.3, the names first of the street, then of the place."""

    St_PreMod: str
    St_PreDir: str
    St_PreTyp: str
    St_PreSep: str
    St_Name: str
    St_PosTyp: str
    St_PosDir: str
    St_PosMod: str
    Street_Line: str
    Country: str
    A1: str
    A2: str
    A3: str
    Post_Comm: str


class RawLocality(NamedTuple):
    """The same for what changes along a street; the MSAG community is one more name people know a place by."""

    A4: str
    A5: str
    Post_Code: str
    PostCodeEx: str
    Post_Comm: str
    MSAGComm: str


class UnusableStreet(Exception):
    """A row whose street cannot be told; the text says why."""


class _Street(NamedTuple):
    """In the order streets are numbered."""

    key: _Key
    place: Place
    # Where no municipality is named, the post's name tells two streets apart.
    instead: str
    words: tuple[str, ...]


class StreetTable:
    """Gives rows the number of their street and locality, then writes the tables of `schema.STREETS`.

    Two spellings of one key in one municipality are one street; the first spelling met is kept.
    """

    def __init__(self) -> None:
        self._by_raw: dict[tuple[str, ...], int | str] = {}
        self._by_identity: dict[tuple[str, ...], int] = {}
        self._streets: list[_Street] = []
        self._localities: dict[tuple[str, ...], int] = {}
        self._locality_rows: dict[Locality, int] = {}
        self._names: list[tuple[str, ...]] = []
        self._pairs: set[tuple[int, int]] = set()

    def __len__(self) -> int:
        return len(self._streets)

    def street(self, raw: tuple[str, ...]) -> int:
        """A number for the street of the row, good until `write`; UnusableStreet tells why there is none.

        `raw` has the values of RawStreet: a plain tuple, because a million are made in one load.
        """
        known = self._by_raw.get(raw)
        if known is None:
            known = self._by_raw[raw] = self._standardised(RawStreet._make(raw))
        if isinstance(known, str):
            raise UnusableStreet(known)
        return known

    def locality(self, raw: tuple[str, ...], street: int) -> int:
        """The number of the locality of these values of RawLocality, which from now on is one of `street`."""
        known = self._localities.get(raw)
        if known is None:
            known = self._localities[raw] = self._known_locality(RawLocality._make(raw))
        self._pairs.add((street, known))
        return known

    def country(self, street: int) -> str:
        """ "US" or "CA"."""
        return self._streets[street].place.country

    def write(self, draft: Draft) -> NDArray[np.int64]:
        """Writes all tables; the answer maps the numbers `street` gave to the IDs in the file."""
        draft.script(STREETS)
        order = sorted(range(len(self._streets)), key=self._streets.__getitem__)
        ids = np.empty(len(order), dtype=np.int64)
        ids[order] = np.arange(1, len(order) + 1)
        areas = self._write_areas(draft, ids)
        places: dict[Place, int] = {}
        draft.executemany(
            "INSERT INTO street VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
            (self._row(number, at, areas, places) for number, at in enumerate(order, 1)),
        )
        draft.executemany("INSERT INTO place VALUES (?,?,?,?,?)", ((id_, *place) for place, id_ in places.items()))
        draft.executemany("INSERT INTO street_key VALUES (?,?,?,?,?,?)", self._keys(order))
        draft.executemany(
            "INSERT INTO locality VALUES (?,?,?,?,?)", ((id_, *row) for row, id_ in self._locality_rows.items())
        )
        return ids

    def _standardised(self, raw: RawStreet) -> int | str:
        region = region_of(raw.A1)
        country = country_of(raw.Country, region)
        if country and country not in ("US", "CA"):
            return f"lies in {raw.Country}, neither in the US nor in Canada"
        if not region or country_of("", region) != country:
            return f"has {raw.A1!r} where a state or province should be" if raw.A1 else "names no state or province"
        named = _named(raw[:_OF_THE_STREET], country, "QC" if region == "QC" else "")
        if named is None:
            return "names no street"
        key, words = named
        place = Place(country, region, _COUNTY.sub("", place_name(raw.A2)), place_name(raw.A3))
        instead = "" if place.A3 else place_name(raw.Post_Comm)
        return self._numbered(_Street(key, place, instead, words))

    def _numbered(self, street: _Street) -> int:
        place = street.place
        identity = (*street.key, *(name.casefold() for name in (place.A1, place.A2, place.A3, street.instead)))
        known = self._by_identity.setdefault(identity, len(self._streets))
        if known == len(self._streets):
            self._streets.append(street)
        return known

    def _known_locality(self, raw: RawLocality) -> int:
        code = postal_code(f"{raw.Post_Code}-{raw.PostCodeEx}" if raw.PostCodeEx else raw.Post_Code)
        row = Locality(place_name(raw.A4), place_name(raw.A5), code, place_name(raw.Post_Comm))
        known = self._locality_rows.setdefault(row, len(self._locality_rows))
        while len(self._names) <= known:
            self._names.append(())
        self._names[known] += tuple(filter(None, (row.A4, row.A5, row.PCN, place_name(raw.MSAGComm))))
        return known

    def _write_areas(self, draft: Draft, ids: NDArray[np.int64]) -> dict[int, set[str]]:
        """The area tables; the answer has the postal areas of every street."""
        localities = list(self._locality_rows)
        areas: dict[tuple[str, str, str], int] = {}
        own: set[int] = set()
        members: set[tuple[int, int]] = set()
        postals: dict[int, set[str]] = {}
        for at, locality in self._pairs:
            place, code, street = self._streets[at].place, localities[locality].PC, int(ids[at])
            names = (place.A3, *self._names[locality])
            exact = {place_key(name) for name in names if name}
            for key in place_keys(names):
                area = areas.setdefault((place.A1, key, ""), len(areas) + 1)
                members.add((area, street))
                if key in exact:
                    own.add(area)
            if code:
                postal = postal_area(code)
                postals.setdefault(at, set()).add(postal)
                area = areas.setdefault((place.A1, "", postal), len(areas) + 1)
                members.add((area, street))
        draft.executemany(
            "INSERT INTO area VALUES (?,?,?,?,?)", ((id_, *area, id_ in own) for area, id_ in areas.items())
        )
        draft.executemany("INSERT INTO street_area VALUES (?,?)", sorted(members))
        return postals

    def _row(self, number: int, at: int, postals: dict[int, set[str]], places: dict[Place, int]) -> tuple[object, ...]:
        street = self._streets[at]
        place = places.setdefault(street.place, len(places) + 1)
        return (number, place, *street.words, *street.key, " ".join(sorted(postals.get(at, ()))))

    def _keys(self, order: list[int]) -> Iterator[tuple[str | int, ...]]:
        first = 0
        for at in range(1, len(order) + 1):
            if at == len(order) or self._streets[order[at]].key != self._streets[order[first]].key:
                yield (*self._streets[order[first]].key, first + 1, at)
                first = at


@lru_cache(maxsize=_NAMES)
def _named(raw: tuple[str, ...], country: str, region: str) -> tuple[_Key, tuple[str, ...]] | None:
    """Key and words of a street by its own fields, which are the same in many towns; None when it has no name."""
    values = dict(zip(STREET_FIELDS, raw, strict=False))
    elements = standard_street(values, raw[-1], country, region)
    key = street_key(Civic.from_fields({**elements, "country": country, "A1": region}))
    if not elements or not key.full:
        return None
    words = tuple(elements.get(name, "") for name in STREET_ELEMENTS)
    return (key.name, key.type, key.direction, key.modifier), words

"""The tables: one place to ask whether a postal code, a place and a state or province belong together."""

from collections.abc import Iterable, Mapping
from functools import cached_property, lru_cache
from typing import Final

from callpoint.addresses.postal.areas import FsaArea, ZipArea
from callpoint.addresses.postal.fsa_source import read_fsas
from callpoint.addresses.postal.place_key import place_key, without_its_kind
from callpoint.addresses.postal.regions import MILITARY, PROVINCES, US_REGIONS, provinces_of
from callpoint.addresses.postal.zip_source import ListedZips, PackagedZips, ZipSource

_NOWHERE: Final[frozenset[str]] = frozenset()
_SERVED: Final = US_REGIONS | MILITARY
_CodesByPlace = Mapping[str, tuple[str, ...]]


class PostalTables:
    """ZIP codes, forward sortation areas and their places.

    Names of places may come in any spelling; they are turned into keys (`place_key`) here. Regions are two
    letters, upper case. What is asked for first takes a little longer (2 ms for a state's places; 0.3 s, once, when
    a place is asked for without its state); all of it may be shared between threads.
    """

    def __init__(self, zips: ZipSource | Iterable[ZipArea], fsas: Iterable[FsaArea]) -> None:
        self._zips = zips if isinstance(zips, ZipSource) else ListedZips(zips)
        self._fsas = {area.code: area for area in fsas}
        self._codes_by_region: dict[str, _CodesByPlace] = {}

    def zip(self, code: str) -> ZipArea | None:
        """The ZIP code, of which the first five digits count ("05633-0001"). None when the tables lack it."""
        return self._zips.get(code[:5])

    def fsa(self, code: str) -> FsaArea | None:
        """The area of a Canadian postal code, of which the first three characters count."""
        return self._fsas.get(code[:3].upper())

    def regions_of_postal(self, code: str) -> frozenset[str]:
        """States or provinces in which this postal code may lie.

        By the table; for a code the table lacks, by its prefix, because new ones come every month. Empty when no
        code of either country begins so.
        """
        if code[:1].isalpha():
            return provinces_of(code[:3].upper())
        area = self.zip(code)
        return (frozenset((area.A1,)) if area else self._zips.states_of_prefix(code[:3])) & _SERVED

    def serves(self, code: str, place: str) -> bool:
        """Whether the postal code is known to serve that place."""
        area = self.zip(code) or self.fsa(code)
        key = place_key(place)
        bare = without_its_kind(key)
        return area is not None and (area.serves(key) or bool(bare and area.serves(bare)))

    def zips_of(self, region: str, place: str) -> tuple[str, ...]:
        """ZIP codes, or forward sortation areas, of a place; empty when the region has none of that name."""
        codes = self._codes(region)
        key = place_key(place)
        return codes.get(key) or codes.get(without_its_kind(key), ())

    def is_place(self, name: str, region: str) -> bool:
        """Whether `region` ("" = any) has a place of that name (`addresses.parsed.Gazetteer`)."""
        return bool(self.zips_of(region, name) if region else self.regions_of_place(name))

    def regions_of_place(self, name: str) -> frozenset[str]:
        """Every state and province with a place of that name."""
        key = place_key(name)
        return self._regions.get(key) or self._regions.get(without_its_kind(key), _NOWHERE)

    def city_name(self, region: str, place: str) -> str:
        """The place as the post spells it, "" when unknown: "saint albans", "VT" → "Saint Albans"."""
        key = place_key(place)
        for code in self.zips_of(region, place):
            area = self.zip(code) or self.fsa(code)
            for name in _names(area) if area else ():
                if place_key(name) in (key, without_its_kind(key)):
                    return name
        return ""

    def areas_of(self, region: str) -> Iterable[ZipArea | FsaArea]:
        """Every postal area of a state or province; none of anything else."""
        if region in US_REGIONS:
            return self._zips.of_state(region)
        if region in PROVINCES:
            return (fsa for fsa in self._fsas.values() if region in provinces_of(fsa.code))
        return ()

    def _codes(self, region: str) -> _CodesByPlace:
        known = self._codes_by_region.get(region)
        if known is None:
            known = self._codes_by_region[region] = _codes_by_place(self.areas_of(region))
        return known

    @cached_property
    def _regions(self) -> Mapping[str, frozenset[str]]:
        found: dict[str, frozenset[str]] = {}
        shared: dict[frozenset[str], frozenset[str]] = {}
        for region in sorted(US_REGIONS | PROVINCES):
            for place in self._codes(region):
                regions = found.get(place, _NOWHERE) | {region}
                found[place] = shared.setdefault(regions, regions)
        return found


@lru_cache(maxsize=1)
def tables() -> PostalTables:
    """The tables out of the packages, one for the process."""
    return PostalTables(PackagedZips(), read_fsas())


def _names(area: ZipArea | FsaArea) -> tuple[str, ...]:
    return (area.city, *area.accepted) if isinstance(area, ZipArea) else (area.city,)


def _codes_by_place(areas: Iterable[ZipArea | FsaArea]) -> _CodesByPlace:
    found: dict[str, list[str]] = {}
    for area in areas:
        for place in area.places:
            found.setdefault(place, []).append(area.code)
    return {place: tuple(codes) for place, codes in found.items()}

"""ZIP codes, out of the package `zipcodes` or a list of a few.

The package unpacks itself in 0.25 s when first asked, and hands out its rows as dictionaries: all 42,789 cost another
0.3 s and 60 MB. So only those are made that somebody asks about, a hundredth of the country at a time.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from operator import itemgetter
from sys import intern
from typing import Any, Final

import zipcodes

from callpoint.addresses.postal.areas import ZipArea

_FIELDS: Final = itemgetter(
    *("zip_code", "state", "city", "acceptable_cities", "unacceptable_cities", "county"),
    *("lat", "long", "zip_code_type", "active"),
)
_BUCKET_DIGITS: Final = 2


class ZipSource(ABC):
    """Where ZIP codes come from."""

    @abstractmethod
    def bucket(self, digits: str) -> Mapping[str, ZipArea]:
        """Every code that begins with these two digits."""

    @abstractmethod
    def of_state(self, state: str) -> Iterable[ZipArea]:
        """Every code of a state, territory or military region."""

    def get(self, code: str) -> ZipArea | None:
        """The code of five digits, None when it is not there."""
        return self.bucket(code[:_BUCKET_DIGITS]).get(code)

    def states_of_prefix(self, prefix: str) -> frozenset[str]:
        """The states with codes that begin with these three digits."""
        bucket = self.bucket(prefix[:_BUCKET_DIGITS])
        return frozenset(area.A1 for area in bucket.values() if area.code.startswith(prefix))


class ListedZips(ZipSource):
    """A few codes, as tests and small countries have them."""

    def __init__(self, areas: Iterable[ZipArea]) -> None:
        self._areas = {area.code: area for area in areas}

    def bucket(self, digits: str) -> Mapping[str, ZipArea]:
        return {code: area for code, area in self._areas.items() if code.startswith(digits)}

    def of_state(self, state: str) -> Iterable[ZipArea]:
        return [area for area in self._areas.values() if state == area.A1]


class PackagedZips(ZipSource):
    """All codes. Two threads that ask for a bucket at once make it twice, the same."""

    def __init__(self) -> None:
        self._buckets: dict[str, Mapping[str, ZipArea]] = {}

    def bucket(self, digits: str) -> Mapping[str, ZipArea]:
        known = self._buckets.get(digits)
        if known is not None:
            return known
        if len(digits) != _BUCKET_DIGITS or not (digits.isascii() and digits.isdigit()):
            return {}
        rows: list[dict[str, Any]] = zipcodes.similar_to(digits)  # type: ignore[no-untyped-call]
        made = {area.code: area for area in map(_area, rows)}
        self._buckets[digits] = made
        return made

    def of_state(self, state: str) -> Iterable[ZipArea]:
        rows: list[dict[str, Any]] = zipcodes.filter_by(state=state)  # type: ignore[no-untyped-call]
        return map(_area, rows)


def _area(row: Mapping[str, Any]) -> ZipArea:
    code, state, city, accepted, disliked, county, latitude, longitude, kind, active = _FIELDS(row)
    return ZipArea(
        code,
        intern(state),
        city,
        tuple(accepted),
        tuple(disliked),
        intern(county),
        # Zeros stand for "unknown" in the package.
        (float(latitude), float(longitude)) if latitude.strip("0.") else None,
        intern(kind),  # type: ignore[arg-type]  # the package knows these four kinds
        active,
    )

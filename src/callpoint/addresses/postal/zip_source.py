"""ZIP codes out of the package `zipcodes`."""

from collections.abc import Iterator, Mapping
from operator import itemgetter
from sys import intern
from typing import Any, Final

import zipcodes

from callpoint.addresses.postal.areas import ZipArea

_FIELDS: Final = itemgetter(
    *("zip_code", "state", "city", "acceptable_cities", "unacceptable_cities", "county"),
    *("lat", "long", "zip_code_type", "active"),
)


def read_zips() -> Iterator[ZipArea]:
    """Every ZIP code, by first digit: the whole list at once, as the package would keep it, takes 130 MB."""
    for first in "0123456789":
        rows: list[dict[str, Any]] = zipcodes.similar_to(first)  # type: ignore[no-untyped-call]
        yield from map(_area, rows)


def _area(row: Mapping[str, Any]) -> ZipArea:
    code, state, city, accepted, disliked, county, latitude, longitude, kind, active = _FIELDS(row)
    return ZipArea(
        code,
        intern(state),
        city,
        tuple(accepted) if accepted else (),
        tuple(disliked) if disliked else (),
        intern(county),
        # Zeros stand for "unknown" in the package.
        (float(latitude), float(longitude)) if latitude.strip("0.") else None,
        intern(kind),  # type: ignore[arg-type]  # the package knows these four kinds
        active,
    )

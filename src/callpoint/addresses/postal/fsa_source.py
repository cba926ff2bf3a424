"""Forward sortation areas out of the package `pypostalcode`."""

from collections.abc import Iterator
from types import MappingProxyType
from typing import Final

from pypostalcode import PostalCodeDatabase

from callpoint.addresses.postal.areas import FsaArea
from callpoint.addresses.postal.fsa_names import names_of

_PROVINCES: Final = MappingProxyType(
    {
        "Alberta": "AB",
        "British Columbia": "BC",
        "Manitoba": "MB",
        "New Brunswick": "NB",
        "Newfoundland and Labrador": "NL",
        "Northwest Territory": "NT",
        "Nova Scotia": "NS",
        "Nunavut Territory": "NU",
        "Ontario": "ON",
        "Prince Edward Island": "PE",
        "Quebec": "QC",
        "Saskatchewan": "SK",
        "Yukon": "YT",
    }
)


def read_fsas() -> Iterator[FsaArea]:
    """Every forward sortation area the package knows: 1,645."""
    for row in PostalCodeDatabase().find_postalcode():
        province = _PROVINCES[row.province]
        city, places = names_of(row.postalcode, row.city, province)
        yield FsaArea(row.postalcode, province, city, places, (row.latitude, row.longitude))

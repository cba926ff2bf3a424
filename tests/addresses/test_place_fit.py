"""Names of places: what is one place, and what only sounds like it."""

import pytest

from callpoint.addresses.place_fit import place_fit
from callpoint.addresses.postal import place_key, tables
from callpoint.i3.civic import Civic

BARRE_CITY = {"A1": "VT", "A3": "Barre City", "PC": "05641"}
WATERBURY = {"A1": "VT", "A3": "Waterbury", "PC": "05677"}


@pytest.mark.parametrize(
    ("written", "known", "fit"),
    [
        ("Barre City", BARRE_CITY, "own"),
        ("BARRE CITY", BARRE_CITY, "own"),
        ("City of Barre City", BARRE_CITY, "own"),
        ("Barre", BARRE_CITY, "kind"),
        ("Barre Town", BARRE_CITY, "elsewhere"),
        ("Barre City", {"A3": "Barre", "PC": "05641"}, "kind"),
        ("Montpelier", BARRE_CITY, "elsewhere"),
        ("", BARRE_CITY, "not given"),
        ("Waterbury Center", WATERBURY, "postal"),
        ("Waterbury Ctr", WATERBURY, "postal"),
        ("Waterbury Center", WATERBURY | {"PC": ""}, "elsewhere"),
        ("Waterbury Center", WATERBURY | {"PCN": "Waterbury Center"}, "own"),
        ("St. Albans", {"A3": "Saint Albans City", "PC": "05478"}, "kind"),
        ("Montréal", {"A3": "MONTREAL"}, "own"),
        ("Scarborough", {"A3": "Toronto", "A4": "Scarborough"}, "own"),
        ("East Montpelier", {"A3": "Montpelier", "PC": "05602"}, "elsewhere"),
    ],
)
def test_a_place_fits_by_one_of_its_names_or_not(written: str, known: dict[str, str], fit: str) -> None:
    assert place_fit(place_key(written) if written else "", Civic.from_fields(known), tables()) == fit

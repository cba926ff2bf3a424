"""Addresses that come in fields: read, not believed."""

from typing import Final

import pytest

from callpoint.addresses.parsing import parse, parse_fields
from callpoint.i3.civic import Civic

BARRE: Final = {"country": "US", "A1": "VT", "A3": "Barre"}
MAIN: Final = {**BARRE, "HNO": "12", "RD": "Main", "STS": "Street"}

CASES = [
    ({**BARRE, "HNO": "12", "RD": "MAIN ST"}, MAIN),
    ({**BARRE, "HNO": "12", "RD": "Main", "STS": "St"}, MAIN),
    ({**BARRE, "RD": "12 Main St"}, MAIN),
    ({**BARRE, "A6": "12 Main St"}, MAIN),
    ({"country": "usa", "A1": "Vermont", "A3": "BARRE", "HNO": "12", "RD": "main st"}, MAIN),
    ({"RD": "12 Main St, Barre, VT"}, MAIN),
    ({**BARRE, "RD": "12 Main St Apt 5"}, {**MAIN, "UNIT": "Apartment 5"}),
    ({**BARRE, "HNO": "12 1/2", "RD": "Main St"}, {**MAIN, "HNS": "1/2"}),
    ({**BARRE, "HNO": "12", "HNS": "½", "RD": "Main St"}, {**MAIN, "HNS": "1/2"}),
    ({**BARRE, "HNO": "12", "HNS": "A", "RD": "Main St"}, {**MAIN, "HNS": "A"}),
    ({**BARRE, "HNP": "90-", "HNO": "22", "RD": "Main St"}, {**MAIN, "HNP": "90-", "HNO": "22"}),
    ({**BARRE, "HNO": "90-22", "RD": "Main St"}, {**MAIN, "HNP": "90-", "HNO": "22"}),
    ({**BARRE, "HNO": "5", "RD": "VT ROUTE 114"}, {**BARRE, "HNO": "5", "STP": "VT Route", "RD": "114"}),
    ({**BARRE, "HNO": "5", "RD": "100 Acre Wood Rd"}, {**BARRE, "HNO": "5", "RD": "100 Acre Wood", "STS": "Road"}),
    ({**MAIN, "FLR": "2nd floor", "UNIT": "#5", "ROOM": "Rm 12"}, {**MAIN, "FLR": "2", "UNIT": "5", "ROOM": "12"}),
    ({**MAIN, "FLR": "2nd", "UNIT": "ste 400"}, {**MAIN, "FLR": "2", "UNIT": "Suite 400"}),
    ({**MAIN, "FLR": "Penthouse", "LOC": "by the stairs"}, {**MAIN, "FLR": "Penthouse", "LOC": "by the stairs"}),
    ({**MAIN, "PC": "056410001", "A2": "WASHINGTON"}, {**MAIN, "PC": "05641-0001", "A2": "Washington"}),
    (
        {"country": "CA", "A1": "Ontario", "A3": "Toronto", "HNO": "10-123", "RD": "Main St", "PC": "m5v2t6"},
        {
            "country": "CA",
            "A1": "ON",
            "A3": "Toronto",
            "UNIT": "10",
            "HNO": "123",
            "RD": "Main",
            "STS": "Street",
            "PC": "M5V 2T6",
        },
    ),
    (
        {
            "country": "CA",
            "A1": "QC",
            "A3": "MONTRÉAL",
            "HNO": "1250",
            "STP": "boul.",
            "RD": "René-Lévesque",
            "POD": "O",
        },
        {
            "country": "CA",
            "A1": "QC",
            "A3": "Montréal",
            "HNO": "1250",
            "STP": "boulevard",
            "RD": "René-Lévesque",
            "POD": "Ouest",
        },
    ),
    ({}, {}),
]


@pytest.mark.parametrize(("given", "expected"), CASES)
def test_fields_come_out_in_standard_form(given: dict[str, str], expected: dict[str, str]) -> None:
    assert parse_fields(Civic.from_fields(given)).civic.to_fields() == Civic.from_fields(expected).to_fields()


@pytest.mark.parametrize(("given", "expected"), CASES)
def test_the_standard_form_stays_as_it_is(given: dict[str, str], expected: dict[str, str]) -> None:
    standard = Civic.from_fields(expected)
    assert parse_fields(standard).civic == standard


@pytest.mark.parametrize(
    "text",
    [
        "422 lake view rd averill vt 05901",
        "Suite 400, 12th Floor, 160 Water Street, New York, NY 10038",
        "1250 boul. René-Lévesque O, bureau 2200, Montréal (Québec) H3B 4W8",
        "N6W23001 Bluemound Rd, Waukesha, WI",
        "1221 Avenue of the Americas, New York, NY 10020",
        "3000 O Street NW, Washington DC 20007",
    ],
)
def test_what_was_read_from_text_is_read_alike_from_its_fields(text: str) -> None:
    civic = parse(text).civic
    assert parse_fields(civic).civic == civic


@pytest.mark.parametrize(
    ("fields", "kind"),
    [
        ({**BARRE, "POBOX": "12"}, "po_box"),
        ({**BARRE, "RD": "PO Box 12"}, "po_box"),
        ({**BARRE, "RD": "RR 2 Box 12"}, "rural_route"),
        ({**BARRE, "LMK": "Town Hall"}, "landmark"),
        ({"A1": "AE", "PC": "09499", "RD": "PSC 802 Box 74 APO"}, "military"),
        ({}, "nothing"),
    ],
)
def test_kinds_are_told_from_fields_too(fields: dict[str, str], kind: str) -> None:
    assert parse_fields(Civic.from_fields(fields)).kind == kind


def test_a_field_of_the_place_is_never_changed_by_the_street() -> None:
    civic = parse_fields(Civic.from_fields({**BARRE, "RD": "12 Main St, Toronto ON"})).civic
    assert (civic.A1, civic.A3) == ("VT", "Barre")


def test_a_foreign_country_keeps_its_words() -> None:
    parsed = parse_fields(Civic.from_fields({"country": "Deutschland", "A3": "Berlin", "RD": "Hauptstr. 5"}))
    assert (parsed.country, parsed.civic.country, parsed.country_words) == ("", "DE", "DEUTSCHLAND")

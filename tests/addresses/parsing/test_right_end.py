"""Country, postal code and region at the right end: what is taken, what is left, and what only looks like one."""

import pytest

from callpoint.addresses.parsing.reading import Reading
from callpoint.addresses.parsing.right_end import standard_code, take_right_end
from callpoint.addresses.parsing.words import joined, words_of


def taken(text: str) -> tuple[dict[str, str], str]:
    reading = Reading(words_of(text))
    take_right_end(reading)
    return reading.fields, joined(reading.words)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("05641", "05641"),
        ("05641-0001", "05641-0001"),
        ("056410001", "05641-0001"),
        ("05641 0001", "05641-0001"),
        ("K1A 0A9", "K1A 0A9"),
        ("k1a0a9", "K1A 0A9"),
        ("K1A-0A9", "K1A 0A9"),
        ("K1A", "K1A"),
        ("1A1 A1A", ""),
        ("D1A 0A9", ""),  # no Canadian code opens with D, F, I, O, Q, U, W or Z
        ("W1A 0A9", ""),
        ("K1O 0A9", ""),
        ("5641", ""),
        ("", ""),
        ("SW1A 2AA", ""),
    ],
)
def test_postal_codes_have_one_form(text: str, code: str) -> None:
    assert standard_code(text) == code


@pytest.mark.parametrize(
    ("text", "fields", "rest"),
    [
        ("12 Main St, Barre, VT 05641", {"A1": "VT", "PC": "05641"}, "12 Main St Barre"),
        ("12 Main St, Barre, 05641 VT", {"A1": "VT", "PC": "05641"}, "12 Main St Barre"),
        ("12 Main St, Barre, VT 05641 USA", {"A1": "VT", "PC": "05641", "country": "US"}, "12 Main St Barre"),
        ("12 Main St, Barre, USA, VT 05641", {"A1": "VT", "PC": "05641", "country": "US"}, "12 Main St Barre"),
        ("12 Main St, Barre 05641 0001", {"PC": "05641-0001"}, "12 Main St Barre"),
        ("12 Main St, Ottawa ON K1A 0A9", {"A1": "ON", "PC": "K1A 0A9"}, "12 Main St Ottawa"),
        ("12 Main St, Ottawa K1A 0A9 ON", {"A1": "ON", "PC": "K1A 0A9"}, "12 Main St Ottawa"),
        ("12 Main St, Ottawa ON K1A", {"A1": "ON", "PC": "K1A"}, "12 Main St Ottawa"),
        ("8 rue X, Montréal (Québec)", {"A1": "QC"}, "8 rue X Montréal"),
        ("12 Main St, Charleston, West Virginia", {"A1": "WV"}, "12 Main St Charleston"),
        ("12 Main St, Charleston, W. Va.", {"A1": "WV"}, "12 Main St Charleston"),
        ("12 Main St, Vancouver, Colombie-Britannique", {"A1": "BC"}, "12 Main St Vancouver"),
        ("12 Main St, Halifax, N.S.", {"A1": "NS"}, "12 Main St Halifax"),
        ("12 Main St, Memphis TN, TN 38103", {"A1": "TN", "PC": "38103"}, "12 Main St Memphis"),
        ("12 Main St, New York, New York", {"A1": "NY"}, "12 Main St New York"),
        ("greensboro north carolina", {"A1": "NC"}, "greensboro"),
        ("5 main st portland or", {"A1": "OR"}, "5 main st portland"),
        ("12 Main St, Barre", {}, "12 Main St Barre"),
    ],
)
def test_what_stands_at_the_end_is_taken_in_any_order(text: str, fields: dict[str, str], rest: str) -> None:
    assert taken(text) == (fields, rest)


@pytest.mark.parametrize(
    ("text", "fields", "rest"),
    [
        ("12 F St, Washington, DC NW", {"A1": "DC"}, "12 F St NW Washington"),
        ("12 F St, Washington, D.C., N.W.", {"A1": "DC"}, "12 F St N.W Washington"),
        ("12 F St, Washington, DC 20500 NW", {"A1": "DC", "PC": "20500"}, "12 F St NW Washington"),
        ("12 f st washington dc se", {"A1": "DC"}, "12 f st se washington"),
        ("12 F St NW, Washington, DC NW", {"A1": "DC"}, "12 F St NW Washington"),
        ("12 F St, Portland, OR NW", {}, "12 F St Portland OR NW"),
        ("Washington DC NW", {}, "Washington DC NW"),
        ("The Mall, Washington, DC NW", {}, "The Mall Washington DC NW"),
    ],
)
def test_a_quadrant_behind_the_district_goes_back_to_its_street(text: str, fields: dict[str, str], rest: str) -> None:
    assert taken(text) == (fields, rest)


@pytest.mark.parametrize(
    "text",
    [
        "100 Main St NE",  # a direction
        "5 Elm Ct",  # a court
        "4530 6th St Ct",
        "6811 Kenilworth Ave 6th Fl",  # a floor
        "5 Lane La",
        "12 Highway 33023",
        "PO Box 12345",
        "12 Main St Suite 40012",
        "12 Main St # 40012",
        "12 Old Virginia",
        "12 Fort Delaware",
    ],
)
def test_what_only_looks_like_a_region_or_code_stays(text: str) -> None:
    fields, rest = taken(text)
    assert fields == {}
    assert rest.split() == text.split()


def test_of_two_regions_the_last_counts() -> None:
    assert taken("12 Delaware Ave, Washington, VT") == ({"A1": "VT"}, "12 Delaware Ave Washington")


def test_a_province_does_not_stand_in_the_states() -> None:
    fields, rest = taken("12 Main St, Ontario, USA")
    assert fields == {"country": "US"}
    assert rest == "12 Main St Ontario"


@pytest.mark.parametrize(
    ("text", "code", "note"),
    [
        ("25 First St, Cambridge, MA 2141", "02141", "zip_zero_restored"),
        ("25 First St, Newark, NJ 7102", "07102", "zip_zero_restored"),
        ("25 First St, Marion, IA 5230", "", "postal_code_unreadable"),
        ("25 First St, Montréal, QC H3X 2S89", "", "postal_code_unreadable"),
        ("25 First St, Montréal, QC H3X 3P8H3X 3P7", "", "postal_code_unreadable"),
    ],
)
def test_broken_codes_are_told(text: str, code: str, note: str) -> None:
    reading = Reading(words_of(text))
    take_right_end(reading)
    assert reading.fields.get("PC", "") == code
    assert [one.code for one in reading.notes] == [note]
    assert reading.fields["A1"] in ("MA", "NJ", "IA", "QC")
    assert bool(reading.leftovers) == (not code)


@pytest.mark.parametrize(
    ("text", "comma"),
    [("12 Main St, VT 05641", True), ("12 Main St VT 05641", False), ("12 Main St VT, 05641", False), ("VT", False)],
)
def test_whether_a_comma_stood_before_is_kept(text: str, comma: bool) -> None:
    reading = Reading(words_of(text))
    take_right_end(reading)
    assert reading.comma is comma


def test_nothing_is_taken_where_the_place_came_in_fields() -> None:
    reading = Reading(words_of("12 Main St, Barre, VT"), fields={"A3": "Derby"})
    take_right_end(reading)
    assert reading.fields == {"A3": "Derby"}

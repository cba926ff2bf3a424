"""Shorter words for a spot, and the lines of a call taker's screen."""

import pytest

from callpoint.i3.civic import PSAP_SCREEN_CHARS, Civic
from callpoint.web.portal.locations.finding import Asked
from callpoint.web.portal.locations.screen import screen
from callpoint.web.portal.locations.short_words import COMMON, common, shorter


@pytest.mark.parametrize(
    ("text", "short"),
    [
        ("Room 12", ""),
        ("North building floor 3 room 12", "N BLDG FL 3 RM 12"),
        ("Suite 400 in the apartment wing", "STE 400 APT WG"),
        ("bâtiment B, étage 3, bureau 12", "BÂT B, ÉT 3, BUR 12"),
        ("rez-de-chaussée, aile ouest", "RDC, aile O"),
        ("xxxxxxxxxxxxxxxxxxxxxxxxx", ""),
        ("Northern lights conference hall", ""),
    ],
)
def test_shorter(text: str, short: str) -> None:
    assert shorter(text, PSAP_SCREEN_CHARS) == short


def test_everybody_knows_these() -> None:
    assert dict(common()) == {"APT": "apartment", "BLDG": "building", "FL": "floor", "RM": "room", "STE": "suite"}
    assert tuple(short for short, _ in common()) == COMMON


def test_a_screen_shows_twenty_characters_surely() -> None:
    civic = Civic.from_fields(
        {"country": "US", "A1": "VT", "A3": "Barre", "HNO": "6", "RD": "Main", "FLR": "2", "LOC": "x" * 20 + "yz"}
    )
    seen = screen(civic)
    assert (seen.sure, seen.cut) == ("x" * 20, "yz")
    assert (seen.street, seen.spot, seen.place) == ("6 Main", "Floor 2", "Barre, VT")


@pytest.mark.parametrize(
    ("query", "asked"),
    [
        ({}, Asked()),
        ({"q": "  desk  ", "people": "none", "page": "3"}, Asked(q="desk", people="none")),
        ({"verdict": "area", "people": "some"}, Asked(verdict="area")),
        ({"q": "x" * 500}, Asked(q="x" * 100)),
    ],
)
def test_what_is_asked(query: dict[str, str], asked: Asked) -> None:
    assert Asked.of(query) == asked


def test_what_is_asked_goes_from_page_to_page() -> None:
    assert Asked(q="a&b", region="VT").query == "q=a%26b&region=VT"
    assert not Asked().anything
    assert Asked(people="none").anything

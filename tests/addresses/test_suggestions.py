"""What suggestions say, and what they carry over from the question."""

from collections.abc import Callable
from pathlib import Path

import pytest

from callpoint.addresses.comparison import Match
from callpoint.addresses.ladder import Ladder
from callpoint.addresses.query import Query
from callpoint.addresses.suggestions import SHOWN, distinct, nearest_number, number_of, standard_form, suggested
from callpoint.addresses.verdict import Suggestion
from callpoint.addresses.warnings import warnings_of
from callpoint.i3.civic import Civic
from tests.addresses.town_map import draw, draw_all, ladder_over, query, sets_in

Best = Callable[[Query], Match]


@pytest.fixture(scope="module")
def ladder(tmp_path_factory: pytest.TempPathFactory) -> Ladder:
    folder = tmp_path_factory.mktemp("suggestions")
    draw_all(folder)
    return ladder_over(sets_in(folder))


@pytest.fixture(scope="module")
def best(ladder: Ladder) -> Best:
    return lambda asked: min((*ladder.twins(asked), *ladder.likely(asked)), key=lambda match: match.cost)


@pytest.mark.parametrize(
    ("asked", "why"),
    [
        (query("422", "Lake Veiw Rd", "Averill"), "street: Lake View Road, not Lake Veiw Road"),
        (query("422", "Lake View", "Averill"), "street type: Road (was not given)"),
        (query("422", "Lake View St", "Averill"), "street type: Road, not Street"),
        (query("124", "Main St", "Barre City"), "direction: North (was not given)"),
        (query("124", "S Main St", "Barre City"), "direction: North, not South"),
        (query("124", "Main St N", "Barre City"), "street: North Main Street, not Main Street North"),
        (query("422", "Lake View Rd", "Averill", postal="05902"), "ZIP code: 05901, not 05902"),
        (query("422", "Lake View Rd", "Averil"), "place: Averill, not Averil"),
        (query("139", "Henri-Bourassa Blvd E", "Montréal", "QC", "H3L 1B7"), "postal code: H3L 1B6, not H3L 1B7"),
        (query("422", "Lake View Rd", "Averill"), "the same number and street in Averill"),
    ],
)
def test_the_difference_is_said_in_words(best: Best, asked: Query, why: str) -> None:
    assert suggested(best(asked)).why == why


def test_several_differences_are_all_said(best: Best) -> None:
    why = suggested(best(query("422", "Lake Veiw Rd", "Averil", postal="05901"))).why
    assert why == "street: Lake View Road, not Lake Veiw Road; place: Averill, not Averil"


def test_what_only_the_asker_knows_goes_along(best: Best) -> None:
    found = suggested(best(query("422", "Lake Veiw Rd", "Averill", FLR="2", UNIT="7", NAM="Ada's"))).civic
    assert (found.FLR, found.UNIT, found.NAM) == ("2", "7", "Ada's")


@pytest.mark.parametrize(
    ("given", "kept"),
    [("05602", "05602"), ("05602-1234", "05602-1234"), ("05633", "05633"), ("05601", "05602"), ("", "05602")],
)
def test_the_postal_code_kept_is_the_fuller_or_the_right_one(best: Best, given: str, kept: str) -> None:
    found = standard_form(best(query("115", "State St", "Montpelier", postal=given)))
    assert kept == found.PC


def test_accents_that_were_given_stay_where_the_data_set_has_none(tmp_path: Path) -> None:
    place = ("CA", "QC", "Montreal", "H3B 4W8")
    row = (*place, 1250, "", "", "boulevard", "Rene-Levesque", "", "Ouest", 45.4974, -73.5711, 1, "")
    draw(tmp_path, "montreal", [row])
    ladder = ladder_over(sets_in(tmp_path))
    asked = query("1250", "boul. RENÉ-LÉVESQUE O", "Montréal", "QC")
    (match,) = ladder.exact(asked)
    assert standard_form(match).formatted() == "1250, boulevard René-Lévesque Ouest, Montréal QC H3B 4W8"
    other = query("1252", "boul. René-Lévesque O", "Montréal", "QC")
    (hit,) = ladder.near(other)
    near = nearest_number(hit, other.civic).civic
    assert near.formatted() == "1250, boulevard René-Lévesque Ouest, Montréal QC H3B 4W8"


def test_the_nearest_number_says_which_does_not_exist(ladder: Ladder) -> None:
    asked = query("13", "Grove St", "Barre City", UNIT="5")
    found = nearest_number(ladder.near(asked)[0], asked.civic)
    assert found.why == f"number {found.civic.HNO} exists on Grove Street, number 13 does not"
    assert found.civic.UNIT == "5"
    assert found.point is not None


@pytest.mark.parametrize(
    ("fields", "number"),
    [
        ({"HNO": "115"}, "115"),
        ({"HNO": "115", "HNS": "A"}, "115A"),
        ({"HNO": "12", "HNS": "1/2"}, "12 1/2"),
        ({"HNP": "N6W", "HNO": "23001"}, "N6W23001"),
        ({"HNP": "90-", "HNO": "22"}, "90-22"),
    ],
)
def test_numbers_are_written_as_on_the_door(fields: dict[str, str], number: str) -> None:
    assert number_of(Civic.from_fields(fields)) == number


def test_no_two_suggestions_read_alike_and_they_are_few() -> None:
    ones = [Suggestion(Civic(HNO=str(number // 2), RD="Main"), "why") for number in range(100)]
    shown = distinct(ones)
    assert len(shown) == SHOWN
    assert len({one.civic for one in shown}) == SHOWN


def test_a_house_for_one_needs_no_spot(best: Best) -> None:
    hit = best(query("10", "Grove St", "Montpelier")).hit
    assert warnings_of(hit, hit.civic) == ()

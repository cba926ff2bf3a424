"""What differs, and how much: completions cost nothing, corrections always something."""

import pytest

from callpoint.addresses.comparison import Match
from callpoint.addresses.ladder import Ladder
from callpoint.addresses.query import Query
from tests.addresses.town_map import draw_all, ladder_over, query, sets_in


@pytest.fixture(scope="module")
def ladder(tmp_path_factory: pytest.TempPathFactory) -> Ladder:
    folder = tmp_path_factory.mktemp("comparison")
    draw_all(folder)
    return ladder_over(sets_in(folder))


def match(ladder: Ladder, asked: Query, town: str) -> Match:
    """The cheapest known address in `town` for what is asked."""
    found = [one for one in (*ladder.twins(asked), *ladder.likely(asked)) if town in one.hit.civic.A3]
    return min(found, key=lambda one: one.cost)


@pytest.mark.parametrize(
    ("asked", "place"),
    [
        (query("422", "Lake View Rd", "Averill", "VT", "05901"), "Averill"),
        (query("422", "LAKE VIEW ROAD", "Averill"), "Averill"),
        (query("422", "Lake View Rd", postal="05901"), "Averill"),
        (query("422", "Lake View Rd", "Averill", postal="05901-1234"), "Averill"),
        (query("124", "N Main St", "Barre", postal="05641"), "Barre City"),
        (query("115", "State St", "Montpelier", postal="05633"), "Montpelier"),
        (query("139", "boul. Henri-Bourassa E", "Montreal", "QC", "H3L"), "Montréal"),
        (query("139", "Henri-Bourassa Blvd E", "Montreal", "QC", "h3l1b6"), "Montréal"),
    ],
)
def test_completions_cost_nothing(ladder: Ladder, asked: Query, place: str) -> None:
    assert match(ladder, asked, place).clean


@pytest.mark.parametrize(
    ("asked", "place", "elements"),
    [
        (query("422", "Lake View", "Averill", postal="05901"), "Averill", ["STS"]),
        (query("422", "Lake View St", "Averill", postal="05901"), "Averill", ["STS"]),
        (query("422", "Lake Veiw Rd", "Averill", postal="05901"), "Averill", ["RD"]),
        (query("422", "Lake View Raod", "Averill", postal="05901"), "Averill", ["RD"]),
        (query("422", "Lakeview Rd", "Averill", postal="05901"), "Averill", ["RD"]),
        (query("422", "Lake View Rd", "Averill", postal="05902"), "Averill", ["PC"]),
        (query("422", "Lake View Rd", "Derby", postal="05901"), "Averill", ["A3"]),
        (query("422", "Lake View Rd", "Averill", A2="Franklin"), "Averill", []),
        (query("124", "Main St", "Barre City"), "Barre City", ["POD"]),
        (query("124", "S Main St", "Barre City"), "Barre City", ["POD"]),
        (query("124", "Main St N", "Barre City"), "Barre City", ["POD"]),
        (query("10", "Grove St", "Barre Town", postal="05641"), "Barre City", ["A3"]),
        (query("115", "State St", "Montpelier", postal="05601"), "Montpelier", ["PC"]),
        (query("139", "boul. Henri-Bourassa O", "Montréal", "QC", "H3L 1B6"), "Montréal", ["POD"]),
        (query("139", "boul. Henri-Bourassa E", "Montréal", "QC", "H3L 1B7"), "Montréal", ["PC"]),
    ],
)
def test_corrections_are_told_by_element(ladder: Ladder, asked: Query, place: str, elements: list[str]) -> None:
    """Averill lies in Essex County, but the map does not say so: what a data set is silent about is no difference."""
    found = match(ladder, asked, place)
    assert [one.element for one in found.differences if one.cost] == elements
    assert found.clean == (not elements)


def test_a_small_slip_is_cheaper_than_a_large_one(ladder: Ladder) -> None:
    def cost(asked: Query) -> float:
        return match(ladder, asked, "Averill").cost

    missing = cost(query("422", "Lake View", "Averill"))
    misspelled = cost(query("422", "Lake Veiw Rd", "Averill"))
    other = cost(query("422", "Lake Voo Rd", "Averill"))
    assert missing < misspelled < other


def test_a_place_misspelled_is_cheaper_than_another(ladder: Ladder) -> None:
    misspelled = match(ladder, query("422", "Lake View Rd", "Averil"), "Averill").cost
    another = match(ladder, query("422", "Lake View Rd", "Derby"), "Averill").cost
    assert 0 < misspelled < another


def test_a_state_that_the_gate_found_wrong_is_a_correction(ladder: Ladder) -> None:
    asked = query("422", "Lake View Rd", "Averill", "NH", "05901")
    asked = Query.of(asked.civic, region="VT")
    assert [one.element for one in match(ladder, asked, "Averill").differences if one.cost] == ["A1"]

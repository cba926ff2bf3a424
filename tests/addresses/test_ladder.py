"""The rungs, on the small map."""

from pathlib import Path

import pytest

from callpoint.addresses.comparison import Match
from callpoint.addresses.ladder import Ladder
from callpoint.addresses.same_door import doors, metres_between
from tests.addresses.town_map import BERLIN, VERMONT, draw, draw_all, ladder_over, query, sets_in


@pytest.fixture(scope="module")
def ladder(tmp_path_factory: pytest.TempPathFactory) -> Ladder:
    folder = tmp_path_factory.mktemp("ladder")
    draw_all(folder)
    return ladder_over(sets_in(folder))


def places(matches: list[Match]) -> list[str]:
    return sorted(match.hit.civic.A3 for match in matches)


def test_a_door_is_found_in_its_place_and_its_twins_in_the_region(ladder: Ladder) -> None:
    asked = query("10", "Grove St", "Montpelier")
    assert places(ladder.exact(asked)) == ["Montpelier"]
    assert places(ladder.twins(asked)) == ["Barre City", "Barre Town", "Montpelier"]
    assert places([one for one in ladder.twins(asked) if one.clean]) == ["Montpelier"]


def test_place_and_code_that_differ_find_the_doors_of_both(ladder: Ladder) -> None:
    found = ladder.exact(query("10", "Grove St", "Montpelier", postal="05641"))
    assert places(found) == ["Barre City", "Barre Town", "Montpelier"]
    assert not any(one.clean for one in found)


def test_without_place_and_code_the_region_is_asked(ladder: Ladder) -> None:
    assert len(ladder.exact(query("10", "Grove St"))) == 3


def test_hundreds_of_twins_do_not_hide_the_one_of_the_place(tmp_path: Path) -> None:
    rows = [
        ("US", "VT", f"Town {n}", "", 100, "", "", "", "MAIN", "ST", "", 44 + n / 100, -72, 1, "") for n in range(90)
    ]
    draw(tmp_path, "many", rows)
    one = ladder_over(sets_in(tmp_path))
    for town in ("Town 0", "Town 45", "Town 89"):
        assert places(one.exact(query("100", "Main St", town))) == [town]


def test_both_towns_of_one_name_are_found(ladder: Ladder) -> None:
    found = ladder.exact(query("10", "Grove St", "Barre", postal="05641"))
    assert places([one for one in found if one.clean]) == ["Barre City", "Barre Town"]


def test_no_number_and_no_street_find_no_door(ladder: Ladder) -> None:
    assert ladder.exact(query("", "Grove St", "Montpelier")) == []
    assert ladder.exact(query("10", "", "Montpelier")) == []
    assert ladder.twins(query("10", "", "Montpelier")) == []
    assert ladder.likely(query("10", "", "Montpelier")) == []


def test_a_road_range_answers_by_parity_and_is_called_one(ladder: Ladder) -> None:
    (odd,) = ladder.exact(query("41", "Airport Road", "Berlin", postal="05602"))
    (even,) = ladder.exact(query("42", "Airport Road", "Berlin", postal="05602"))
    assert (odd.hit.accuracy, even.hit.accuracy) == ("range", "range")
    assert odd.hit.point != even.hit.point


def test_ranges_are_not_asked_where_every_door_is_listed(tmp_path: Path) -> None:
    """A range is what numbers there may be; who lists all there are knows better."""
    rows = [("US", "VT", "Berlin", "05602", 41, "", "", "", "AIRPORT", "RD", "", 44.2, -72.56, 1, "")]
    draw(tmp_path, "doors", rows)
    draw(tmp_path, "roads", BERLIN, kind="roads", complete=False)
    both = ladder_over(sets_in(tmp_path))
    assert [one.hit.accuracy for one in both.exact(query("41", "Airport Road", "Berlin"))] == ["point"]
    assert both.exact(query("43", "Airport Road", "Berlin")) == []


def test_likely_streets_are_of_the_place_or_the_postal_code_and_have_the_number(ladder: Ladder) -> None:
    found = ladder.likely(query("422", "Lake Veiw Rd", "Averill"))
    assert [one.hit.civic.STS for one in found] == ["Road"]
    assert ladder.likely(query("422", "Lake Veiw Rd", "Montpelier", postal="05602")) == []
    assert places(ladder.likely(query("422", "Lake Veiw Rd", postal="05901"))) == ["Averill"]


@pytest.mark.parametrize("street", ["Grove Stret", "Grove Sreet", "Grov St", "Grove"])
def test_a_type_misspelled_does_not_hide_the_street(ladder: Ladder, street: str) -> None:
    assert places(ladder.likely(query("12", street, "Barre City"))) == ["Barre City"]


def test_siblings_have_the_same_name_and_a_type(ladder: Ladder) -> None:
    asked = query("424", "Lake View", "Averill")
    assert sorted(one.hit.civic.STS for one in ladder.siblings(asked)) == ["Lane", "Road"]
    assert ladder.siblings(query("424", "Lake View Rd", "Averill")) == []


def test_near_numbers_are_of_the_very_street(ladder: Ladder) -> None:
    near = ladder.near(query("11", "Grove St", "Barre City"))
    assert {hit.civic.HNO for hit in near} == {"10", "12", "14"}
    assert {hit.civic.A3 for hit in near} == {"Barre City"}
    assert ladder.near(query("11", "Grove Ln", "Barre City")) == []


def test_another_suffix_counts_as_near(ladder: Ladder) -> None:
    near = ladder.near(query("117", "State St", "Montpelier"))
    assert near[0].civic.HNS == "A"


def test_only_a_place_by_its_own_name_is_listed_whole(ladder: Ladder) -> None:
    complete = ladder.complete_for(query("1", "Grove St", "Barre City"))
    assert complete is not None
    assert complete.dataset.name == "vermont"
    assert ladder.complete_for(query("1", "Grove St", "Barre", postal="05641")) is None
    assert ladder.complete_for(query("1", "Grove St", postal="05641")) is None
    assert ladder.complete_for(query("1", "Saint-Denis", "Montréal", "QC")) is None


def test_covering_asks_for_place_or_code(ladder: Ladder) -> None:
    assert ladder.covering(query("1", "x", "Burlington", postal="05641")) is not None
    assert ladder.covering(query("1", "x", "Burlington", postal="05401")) is None


def test_the_same_door_twice_is_one(ladder: Ladder) -> None:
    found = ladder.twins(query("10", "Grove St", "Barre City"))
    assert len(doors([*found, *found])) == 3


def test_a_door_told_by_two_sets_is_one_and_two_towns_are_two(tmp_path: Path) -> None:
    draw(tmp_path, "one", VERMONT)
    draw(tmp_path, "two", VERMONT, complete=False)
    found = ladder_over(sets_in(tmp_path)).twins(query("10", "Grove St", "Barre City"))
    assert len(found) == 6
    kept = doors(found)
    assert places(kept) == ["Barre City", "Barre Town", "Montpelier"]
    assert kept[0].clean
    assert kept[0].hit.dataset.name == "one"


def test_one_address_in_two_far_places_is_two_doors(tmp_path: Path) -> None:
    door = VERMONT[11]
    draw(tmp_path, "one", [door])
    draw(tmp_path, "two", [(*door[:11], 44.2825, *door[12:])])
    assert len(doors(ladder_over(sets_in(tmp_path)).exact(query("115", "State St", "Montpelier")))) == 2


def test_metres_between_two_points() -> None:
    assert metres_between((44.0, -72.0), (45.0, -72.0)) == pytest.approx(111_320)
    assert metres_between((60.0, -72.0), (60.0, -71.0)) == pytest.approx(55_660)


def test_a_place_known_to_the_post_alone_is_searched_by_its_codes(tmp_path: Path) -> None:
    door = ("US", "VT", "Waterbury", "05677", 23, "", "", "", "GROVE", "LN", "", 44.36, -72.68, 1, "")
    draw(tmp_path, "waterbury", [door])
    one = ladder_over(sets_in(tmp_path))
    asked = query("23", "Grov Ln", "Waterbury Center")
    assert places(one.likely(asked)) == ["Waterbury"]
    assert one.covering(asked) is not None
    assert one.covering(query("23", "Grove Ln", "Burlington")) is None


def test_half_a_name_of_a_place_is_covered_but_not_whole(ladder: Ladder) -> None:
    asked = query("11", "Grove St", "Barre")
    assert ladder.covering(asked) is not None
    assert ladder.complete_for(asked) is None

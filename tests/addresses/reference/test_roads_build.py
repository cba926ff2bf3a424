"""Road centre lines into a set: what becomes of every row, drawn on small maps."""

from pathlib import Path

import pytest
import shapely

from callpoint.addresses.reference import PointHit, ReferenceSet
from callpoint.addresses.street_key import StreetKey
from tests.addresses.reference.drawn_map import drawn, metres_east, metres_north, moved
from tests.addresses.reference.small_sets import build, point, road, told

MAIN = StreetKey("main", "street")
MAP = drawn("""
a         b         c

          d
""")
A_TO_C = [MAP["a"], MAP["c"]]


def doors(reference: ReferenceSet, number: str, prefix: str = "", suffix: str = "") -> list[PointHit]:
    return [hit for street in reference.streets(MAIN, "VT") for hit in reference.at(street, prefix, number, suffix)]


def test_a_number_in_the_range_is_said_to_be_one(tmp_path: Path) -> None:
    reference, log = build(tmp_path, "roads", [road(1, "1-99", "2-98", A_TO_C)])
    (hit,) = doors(reference, "51")
    assert hit.accuracy == "range"
    assert hit.civic.formatted() == "51 Main Street, Sampleton, VT 05999"
    assert hit.units == 1
    assert log.counts == {"streets": 1, "lines": 1, "ranges": 2}
    assert (log.loaded, log.rejected, log.mended) == (1, 0, 0)


def test_odd_numbers_lie_on_the_left_and_even_ones_on_the_right(tmp_path: Path) -> None:
    reference, _ = build(tmp_path, "roads", [road(1, "1-99", "2-98", A_TO_C)])
    (left,), (right,) = doors(reference, "51"), doors(reference, "50")
    assert metres_north(MAP["a"], left.point) == pytest.approx(8, abs=0.3)
    assert metres_north(MAP["a"], right.point) == pytest.approx(-8, abs=0.3)
    for hit in (left, right):
        assert metres_east(MAP["a"], hit.point) == pytest.approx(100, abs=3)


def test_a_line_drawn_the_other_way_changes_the_sides(tmp_path: Path) -> None:
    reference, _ = build(tmp_path, "roads", [road(1, "1-99", "2-98", A_TO_C[::-1])])
    (hit,) = doors(reference, "1")
    assert metres_north(MAP["a"], hit.point) == pytest.approx(-8, abs=0.3)
    assert metres_east(MAP["a"], hit.point) == pytest.approx(190, abs=0.5)


@pytest.mark.parametrize("number", ["0", "100", "101", "1000", "", "x"])
def test_a_number_outside_is_not_known(number: str, tmp_path: Path) -> None:
    reference, _ = build(tmp_path, "roads", [road(1, "1-99", "2-98", A_TO_C)])
    assert doors(reference, number) == []


def test_a_number_of_the_other_parity_is_not_known_where_its_side_has_none(tmp_path: Path) -> None:
    reference, _ = build(tmp_path, "roads", [road(1, "1-99", "", A_TO_C)])
    assert doors(reference, "50") == []
    assert len(doors(reference, "51")) == 1


def test_a_prefix_must_be_the_roads_and_a_suffix_is_taken_over(tmp_path: Path) -> None:
    features = [road(1, "1-99", "2-98", A_TO_C, AdNumPre_L="90-")]
    reference, _ = build(tmp_path, "roads", features)
    assert doors(reference, "51") == []
    assert [hit.civic.street_line() for hit in doors(reference, "51", prefix="90")] == ["90-51 Main Street"]
    assert [hit.civic.street_line() for hit in doors(reference, "50", suffix="A")] == ["50A Main Street"]
    assert doors(reference, "50", prefix="N") == []


def test_sides_may_lie_in_two_towns(tmp_path: Path) -> None:
    features = [road(1, "1-99", "2-98", A_TO_C, A3_R="Otherton", PostCode_R="05998", A1_R="NH")]
    reference, log = build(tmp_path, "roads", features)
    (street,) = reference.streets(MAIN, "NH", "otherton", "05998")
    assert [hit.civic.A3 for hit in reference.at(street, "", "50", "")] == ["Otherton"]
    assert reference.at(street, "", "51", "") == []
    assert [hit.civic.A3 for hit in doors(reference, "51")] == ["Sampleton"]
    assert log.counts["streets"] == 2


REJECTED = {
    "no numbers at all": (road(7, "", "", A_TO_C), "has no numbers on either side"),
    "zeros": (road(7, "0-0", "0-0", A_TO_C), "has no numbers on either side"),
    "no name": (road(7, "1-99", "2-98", A_TO_C, St_Name=""), "names no street"),
    "no state": (
        road(7, "1-99", "2-98", A_TO_C, A1_L="", A1_R="", Country_L="", Country_R=""),
        "names no state or province",
    ),
    "every side contradicts itself": (
        road(7, "1-99", "", A_TO_C, Parity_L="E"),
        "says that the numbers on the left are even, but has 1 to 99 there",
    ),
    "not for validation": (
        road(7, "1-99", "2-98", A_TO_C, Valid_L="N", Valid_R="No"),
        "has no numbers on either side",
    ),
    "in Europe": (
        road(7, "1-99", "2-98", [(52.5, 13.4), (52.6, 13.4)]),
        "lies at 52.5, 13.4, outside the US and Canada",
    ),
    "no line": (road(7, "1-99", "2-98", A_TO_C)._replace(geometry=None), "has no line"),
    "an empty line": (
        road(7, "1-99", "2-98", A_TO_C)._replace(geometry=shapely.to_wkb(shapely.LineString())),
        "has no line",
    ),
}


@pytest.mark.parametrize("case", REJECTED)
def test_a_broken_row_is_told_and_the_rest_is_loaded(case: str, tmp_path: Path) -> None:
    broken, message = REJECTED[case]
    features = [road(6, "101-199", "102-198", A_TO_C), broken, road(8, "201-299", "202-298", A_TO_C)]
    reference, log = build(tmp_path, "roads", features)
    assert told(log) == [(7, "rejected", message)]
    assert (log.loaded, log.rejected) == (2, 1)
    assert doors(reference, "51") == []
    assert len(doors(reference, "151")) == len(doors(reference, "251")) == 1


MENDED = {
    "one side contradicts itself": (
        road(7, "1-99", "2-98", A_TO_C, Parity_L="E"),
        "says that the numbers on the left are even, but has 1 to 99 there",
        {"51": 0, "50": 1},
    ),
    "one side mixes": (
        road(7, "100-198", "101-198", A_TO_C),
        "has 101 to 198 on the right, of which only the odd ones were taken",
        {"150": 1, "151": 1},
    ),
    "one side has all": (
        road(7, "100-199", "", A_TO_C),
        "has 100 to 199 on the left, odd and even ones",
        {"150": 1, "151": 1},
    ),
    "both sides alike": (
        road(7, "100-198", "100-198", A_TO_C),
        "has even numbers on both sides",
        {"150": 1, "151": 0},
    ),
    "sides that count against each other": (
        road(7, "139-133", "102-130", A_TO_C),
        "counts up on one side and down on the other (139 to 133 on the left, 102 to 130 on the right)",
        {"135": 1, "110": 1, "111": 0},
    ),
}


@pytest.mark.parametrize("case", MENDED)
def test_a_doubtful_row_is_told_and_says_only_what_can_be_true(case: str, tmp_path: Path) -> None:
    doubtful, message, known = MENDED[case]
    reference, log = build(tmp_path, "roads", [doubtful])
    assert told(log) == [(7, "mended", message)]
    assert (log.loaded, log.rejected, log.mended) == (1, 0, 1)
    assert {number: len(doors(reference, number)) for number in known} == known


def test_a_line_in_pieces_is_told(tmp_path: Path) -> None:
    east, west = moved(MAP["a"], 0, 100), moved(MAP["a"], 0, 400)
    parts = [[MAP["a"], east], [west, moved(west, 0, 100)]]
    lines = shapely.MultiLineString([[(lon, lat) for lat, lon in part] for part in parts])
    feature = road(7, "1-99", "2-98", A_TO_C)._replace(geometry=shapely.to_wkb(lines))
    reference, log = build(tmp_path, "roads", [feature])
    assert told(log) == [(7, "mended", "has a line of 2 pieces that do not meet")]
    (first,), (last,) = doors(reference, "1"), doors(reference, "99")
    assert metres_east(MAP["a"], first.point) == pytest.approx(10, abs=1)
    assert metres_east(MAP["a"], last.point) == pytest.approx(490, abs=1)


def test_a_line_without_length_is_told(tmp_path: Path) -> None:
    reference, log = build(tmp_path, "roads", [road(7, "1-99", "2-98", [MAP["a"], MAP["a"]])])
    assert told(log) == [(7, "mended", "has a line without length, so that all its numbers lie at one place")]
    assert [hit.point for number in ("1", "98") for hit in doors(reference, number)] == [pytest.approx(MAP["a"])] * 2


def test_stretches_of_one_street_follow_each_other(tmp_path: Path) -> None:
    features = [
        road(1, "1-99", "2-98", [MAP["a"], MAP["b"]]),
        road(2, "101-199", "102-198", [MAP["b"], MAP["c"]]),
    ]
    reference, log = build(tmp_path, "roads", features)
    assert log.counts == {"streets": 1, "lines": 2, "ranges": 4}
    easts = [metres_east(MAP["a"], doors(reference, str(number))[0].point) for number in range(1, 200, 2)]
    assert easts == sorted(easts)


def test_ranges_with_numbers_in_common_are_counted(tmp_path: Path) -> None:
    features = [
        road(1, "1-99", "2-98", [MAP["a"], MAP["b"]]),
        road(2, "51-149", "100-198", [MAP["b"], MAP["c"]]),
    ]
    _, log = build(tmp_path, "roads", features)
    assert log.counts["overlaps"] == 1
    assert log.report().notes == ("1 ranges have numbers in common with another of their street.",)


def test_a_number_in_two_stretches_near_each_other_is_one_door(tmp_path: Path) -> None:
    features = [
        road(1, "1-99", "", [MAP["a"], MAP["b"]]),
        road(2, "51-149", "", [MAP["b"], MAP["c"]]),
    ]
    reference, _ = build(tmp_path, "roads", features)
    assert len(doors(reference, "75")) == 1


def test_a_number_in_two_stretches_far_apart_is_two(tmp_path: Path) -> None:
    far = moved(MAP["a"], 2000, 0)
    features = [road(1, "1-99", "", A_TO_C), road(2, "1-99", "", [far, moved(far, 0, 200)])]
    reference, _ = build(tmp_path, "roads", features)
    assert len(doors(reference, "51")) == 2


def test_a_side_of_one_parity_is_believed_before_one_of_both(tmp_path: Path) -> None:
    features = [road(1, "2-98", "1-100", A_TO_C, Parity_R="B")]
    reference, _ = build(tmp_path, "roads", features)
    (hit,) = doors(reference, "50")
    assert metres_north(MAP["a"], hit.point) > 0


def test_near_numbers_are_the_ends_of_the_ranges(tmp_path: Path) -> None:
    features = [
        road(1, "1-99", "2-98", [MAP["a"], MAP["b"]]),
        road(2, "301-399", "302-398", [MAP["b"], MAP["c"]]),
    ]
    reference, _ = build(tmp_path, "roads", features)
    (street,) = reference.streets(MAIN, "VT")
    assert [hit.civic.HNO for hit in reference.near_numbers(street, "251")] == ["301", "302", "99"]
    assert [hit.civic.HNO for hit in reference.near_numbers(street, "51", limit=2)] == ["51", "50"]
    assert reference.near_numbers(street, "") == []


def test_the_same_number_elsewhere(tmp_path: Path) -> None:
    far = moved(MAP["a"], 9000, 0)
    elsewhere = {f"{name}_{side}": text for side in "LR" for name, text in (("A3", "Otherton"), ("A1", "NH"))}
    features = [
        road(1, "1-99", "2-98", A_TO_C),
        road(2, "1-49", "2-48", [far, moved(far, 0, 200)], **elsewhere),
    ]
    reference, _ = build(tmp_path, "roads", features)
    assert sorted(hit.civic.A3 for hit in reference.elsewhere(MAIN, "", "31", "")) == ["Otherton", "Sampleton"]
    assert [hit.civic.A3 for hit in reference.elsewhere(MAIN, "", "31", "", "NH")] == ["Otherton"]
    assert [hit.civic.A3 for hit in reference.elsewhere(MAIN, "", "71", "")] == ["Sampleton"]
    assert len(reference.elsewhere(MAIN, "", "31", "", limit=1)) == 1


def test_roads_and_points_agree_on_what_a_street_is(tmp_path: Path) -> None:
    roads, _ = build(tmp_path, "roads", [road(1, "1-99", "2-98", A_TO_C)])
    points, _ = build(tmp_path, "address-points", [point(2, "51")])
    (of_roads,), (of_points,) = roads.streets(MAIN, "VT", "sampleton"), points.streets(MAIN, "VT", "sampleton")
    assert of_roads.civic == of_points.civic
    assert of_roads.key == of_points.key
    assert of_roads.postals == of_points.postals
    assert of_roads != of_points

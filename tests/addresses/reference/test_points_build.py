"""Address points into a set: what becomes of every row, drawn on small maps."""

from pathlib import Path

import pytest

from callpoint.addresses.reference import PointHit, ReferenceSet
from callpoint.addresses.street_key import StreetKey
from callpoint.datasets.feature import Feature
from tests.addresses.reference.drawn_map import ORIGIN, drawn, moved
from tests.addresses.reference.small_sets import build, point, told

MAIN = StreetKey("main", "street")
CAMPUS = drawn("""
1     2     3
4     5     6
""")


def doors(
    reference: ReferenceSet, number: str, prefix: str = "", suffix: str = "", key: StreetKey = MAIN
) -> list[PointHit]:
    """Every door of that number on streets of the key."""
    return [hit for street in reference.streets(key, "VT") for hit in reference.at(street, prefix, number, suffix)]


def test_a_point_is_found_with_all_that_was_said_of_it(tmp_path: Path) -> None:
    reference, log = build(tmp_path, "address-points", [point(2, "10", Place_Type="SINGLE FAMILY DWELLING")])
    (hit,) = doors(reference, "10")
    assert hit.civic.to_fields() == {
        "country": "US",
        "A1": "VT",
        "A2": "Sample",
        "A3": "Sampleton",
        "RD": "Main",
        "STS": "Street",
        "HNO": "10",
        "PC": "05999",
    }
    assert hit.point == pytest.approx(ORIGIN, abs=1e-7)
    assert (hit.accuracy, hit.units, hit.place_type) == ("point", 1, "SINGLE FAMILY DWELLING")
    assert hit.dataset == reference.dataset
    assert hit.complete
    assert (log.loaded, log.rejected) == (1, 0)
    assert log.counts == {"streets": 1, "points": 1, "rows": 1}


def test_a_number_that_was_never_said_is_not_there(tmp_path: Path) -> None:
    reference, _ = build(tmp_path, "address-points", [point(2, "10"), point(3, "12", moved(ORIGIN, 0, 30))])
    assert doors(reference, "11") == []
    assert doors(reference, "1") == []
    assert doors(reference, "ten") == []
    assert doors(reference, "") == []
    assert doors(reference, "10", suffix="A") == []
    assert doors(reference, "10", prefix="N") == []


BROKEN = {
    "no number": (point(7, ""), "has no house number"),
    "number 0": (point(7, "0"), "has no house number (it says 0)"),
    "a name for a number": (point(7, "Branch"), "has 'Branch' for a house number, which cannot be told for sure"),
    "no street": (point(7, "10", St_Name=""), "names no street"),
    "an unnamed street": (point(7, "10", St_Name="UNNAMED"), "names no street"),
    "no state": (point(7, "10", A1="", Country=""), "names no state or province"),
    "another country": (point(7, "10", Country="MX", A1="JAL"), "lies in MX, neither in the US nor in Canada"),
    "no such state": (point(7, "10", A1="XX", Country=""), "has 'XX' where a state or province should be"),
    "a province of the other country": (point(7, "10", A1="ON"), "has 'ON' where a state or province should be"),
    "on the other side of the world": (point(7, "10", (44.0, 72.0)), "lies at 44, 72, outside the US and Canada"),
    "not a number": (point(7, "10", (float("nan"), -72.0)), "lies at nan, -72, outside the US and Canada"),
    "no position": (point(7, "10")._replace(point=None), "has no position"),
}


@pytest.mark.parametrize("case", BROKEN)
def test_a_broken_row_is_told_and_the_rest_is_loaded(case: str, tmp_path: Path) -> None:
    broken, message = BROKEN[case]
    reference, log = build(tmp_path, "address-points", [point(6, "8"), broken, point(8, "12", moved(ORIGIN, 0, 30))])
    assert told(log) == [(7, "rejected", message)]
    assert (log.loaded, log.rejected) == (2, 1)
    assert len(doors(reference, "8")) == len(doors(reference, "12")) == 1
    assert doors(reference, "10") == []


def test_units_of_one_building_are_one_point_with_a_count(tmp_path: Path) -> None:
    features = [point(line, "10", CAMPUS[sign], Unit=f"Apt {sign}") for line, sign in enumerate("123456", 2)]
    reference, log = build(tmp_path, "address-points", features)
    (hit,) = doors(reference, "10")
    assert hit.units == 6
    # A door of the middle, not an average in the yard.
    assert hit.point in [pytest.approx(CAMPUS[sign], abs=1e-7) for sign in "25"]
    assert log.counts == {"streets": 1, "points": 1, "rows": 6}
    assert (log.loaded, log.rejected) == (6, 0)


def test_a_count_of_units_in_one_row_counts(tmp_path: Path) -> None:
    features = [point(2, "10", CAMPUS["1"], Unit_Count="24"), point(3, "10", CAMPUS["2"], Unit_Count="0")]
    reference, _ = build(tmp_path, "address-points", features)
    assert [hit.units for hit in doors(reference, "10")] == [25]


def test_two_places_far_apart_stay_two(tmp_path: Path) -> None:
    far = moved(ORIGIN, 900, 0)
    features = [point(2, "10"), point(3, "10", far, Unit="B"), point(4, "10", moved(far, 20, 0), Unit="C")]
    reference, log = build(tmp_path, "address-points", features)
    hits = doors(reference, "10")
    assert [hit.units for hit in hits] == [1, 2]
    assert hits[0].point == pytest.approx(ORIGIN, abs=1e-7)
    assert hits[1].point[0] == pytest.approx(far[0], abs=3e-4)
    assert log.counts["twins"] == 1
    assert "far apart" in log.report().notes[0]


@pytest.mark.parametrize(("metres", "places"), [(190, 1), (210, 2), (390, 2)])
def test_places_are_one_only_where_whoever_is_sent_sees_both(tmp_path: Path, metres: int, places: int) -> None:
    reference, _ = build(tmp_path, "address-points", [point(2, "10"), point(3, "10", moved(ORIGIN, metres, 0))])
    assert len(doors(reference, "10")) == places


def test_the_point_of_a_place_is_far_from_none_of_its_rows(tmp_path: Path) -> None:
    """Most homes of the park stand at one end; from there the one at the other end is out of sight."""
    ends = [moved(ORIGIN, -190, 0), *(moved(ORIGIN, 190, east) for east in range(5))]
    features = [point(line, "10", at) for line, at in enumerate((ORIGIN, *ends), 2)]
    reference, _ = build(tmp_path, "address-points", features)
    (hit,) = doors(reference, "10")
    assert hit.point == pytest.approx(ORIGIN, abs=1e-7)


def test_a_large_building_keeps_all_its_postal_codes(tmp_path: Path) -> None:
    codes = ("05997", "05998", "05998", "05997", "05999")
    features = [point(line, "10", CAMPUS[str(line)], Post_Code=code) for line, code in enumerate(codes, 1)]
    reference, log = build(tmp_path, "address-points", [*features, point(6, "12", Post_Code="05997")])
    hits = doors(reference, "10")
    assert hits[0].point in [pytest.approx(CAMPUS[sign], abs=1e-7) for sign in "25"]
    assert sorted(hit.civic.PC for hit in hits) == ["05997", "05998", "05999"]
    assert {hit.units for hit in hits} == {5}
    assert log.counts == {"streets": 1, "points": 2, "rows": 6}
    (street,) = reference.streets(MAIN, "VT")
    assert [hit.civic.HNO for hit in reference.near_numbers(street, "11")] == ["10", "12"]


def test_a_row_that_says_the_same_again_is_told(tmp_path: Path) -> None:
    features = [point(2, "10"), point(3, "10", Unit="2"), point(4, "10"), point(5, "10", Unit="2")]
    reference, log = build(tmp_path, "address-points", features)
    assert told(log) == [(4, "rejected", "repeats line 2"), (5, "rejected", "repeats line 3")]
    assert (log.loaded, log.rejected) == (2, 2)
    assert [hit.units for hit in doors(reference, "10")] == [2]


def test_a_building_of_several_numbers_has_them_all(tmp_path: Path) -> None:
    features = [point(2, "", AddNum_Cmp="14;16"), point(3, "", AddNum_Cmp="20-24"), point(4, "", AddNum_Cmp="0;16;18")]
    reference, log = build(tmp_path, "address-points", features)
    assert [number for number in range(30) if doors(reference, str(number))] == [14, 16, 18, 20, 24]
    assert (log.loaded, log.rejected) == (3, 0)
    assert told(log) == []


def test_several_numbers_that_all_were_said_before_are_told_once(tmp_path: Path) -> None:
    features = [point(2, "", AddNum_Cmp="14;16"), point(3, "", AddNum_Cmp="14;16")]
    _, log = build(tmp_path, "address-points", features)
    assert told(log) == [(3, "rejected", "repeats line 2")]
    assert (log.loaded, log.rejected) == (1, 1)


def test_prefixes_and_suffixes_belong_to_the_number(tmp_path: Path) -> None:
    features = [
        point(2, "36"),
        point(3, "36", AddNum_Suf="A"),
        point(4, "36", AddNum_Suf="½"),
        point(5, "23001", AddNum_Pre="N6W"),
        point(6, "22", AddNum_Pre="90-"),
        point(7, "", AddNum_Cmp="48B"),
    ]
    reference, _ = build(tmp_path, "address-points", features)
    assert [hit.civic.HNS for hit in doors(reference, "36")] == [""]
    assert [hit.civic.HNS for hit in doors(reference, "36", suffix="a")] == ["A"]
    assert [hit.civic.HNS for hit in doors(reference, "36", suffix="1/2")] == ["½"]
    assert [hit.civic.HNP for hit in doors(reference, "23001", prefix="n6w")] == ["N6W"]
    assert [hit.civic.HNP for hit in doors(reference, "22", prefix="90")] == ["90-"]
    assert [hit.civic.street_line() for hit in doors(reference, "48", suffix="B")] == ["48B Main Street"]
    assert doors(reference, "23001") == doors(reference, "48") == []


def test_spellings_of_one_street_are_one_street(tmp_path: Path) -> None:
    features = [
        point(2, "10", St_Name="MAIN", St_PosTyp="ST", A3="SAMPLETON"),
        point(3, "12", moved(ORIGIN, 0, 30), St_Name="", St_PosTyp="", Street_Line="Main St."),
        point(4, "14", moved(ORIGIN, 0, 60)),
    ]
    reference, log = build(tmp_path, "address-points", features)
    (street,) = reference.streets(MAIN, "VT")
    assert street.civic.street_line() == "Main Street"
    assert street.civic.A3 == "Sampleton"
    assert log.counts["streets"] == 1
    assert [len(reference.at(street, "", number, "")) for number in ("10", "12", "14")] == [1, 1, 1]


def test_one_key_in_two_towns_is_two_streets(tmp_path: Path) -> None:
    features = [point(2, "10"), point(3, "10", A3="Otherton"), point(4, "10", A3="", Post_Comm="Thirdton")]
    reference, _ = build(tmp_path, "address-points", features)
    assert sorted(street.civic.A3 for street in reference.streets(MAIN, "VT")) == ["", "Otherton", "Sampleton"]


def test_where_no_municipality_is_named_the_post_tells_two_streets_apart(tmp_path: Path) -> None:
    features = [
        point(line, "10", A3="Unincorporated", Post_Comm=name, Post_Code="")
        for line, name in enumerate(("Eastham", "Westham"), 2)
    ]
    reference, _ = build(tmp_path, "address-points", features)
    (street,) = reference.streets(MAIN, "VT", "westham")
    (hit,) = reference.at(street, "", "10", "")
    assert hit.civic.formatted() == "10 Main Street, Westham, VT"


def test_villages_of_one_town_keep_their_own_postal_names(tmp_path: Path) -> None:
    far = moved(ORIGIN, 5000, 0)
    features = [
        point(2, "10", Post_Comm="East Sampleton", Post_Code="05998"),
        point(3, "10", far, Post_Comm="West Sampleton", Post_Code="05997"),
    ]
    reference, _ = build(tmp_path, "address-points", features)
    hits = doors(reference, "10")
    assert [(hit.civic.PC, hit.civic.PCN) for hit in hits] == [("05998", "East Sampleton"), ("05997", "West Sampleton")]


def test_a_postal_name_that_is_the_towns_is_not_repeated(tmp_path: Path) -> None:
    reference, _ = build(tmp_path, "address-points", [point(2, "10", Post_Comm="SAMPLETON")])
    assert doors(reference, "10")[0].civic.PCN == ""


def test_a_french_line_of_canada(tmp_path: Path) -> None:
    montreal = {"Country": "CA", "A1": "QC", "A2": "", "A3": "Montréal", "Post_Code": "H3L 1B6"}
    line = {"St_Name": "", "St_PosTyp": "", "Street_Line": "Boulevard Henri-Bourassa Est"}
    feature = point(2, "", (45.55195, -73.67026), AddNum_Cmp="139", **montreal, **line)
    reference, _ = build(tmp_path, "address-points", [feature], complete=False)
    (street,) = reference.streets(StreetKey("henri bourassa", "boulevard", "east"), "QC", "montreal", "H3L 9Z9")
    (hit,) = reference.at(street, "", "139", "")
    assert hit.civic.formatted() == "139, boulevard Henri-Bourassa Est, Montréal QC H3L 1B6"
    assert street.postals == ("H3L",)
    assert not hit.complete


def test_a_unit_in_the_number_column_is_counted_and_not_part_of_the_number(tmp_path: Path) -> None:
    features = [
        point(line, "", (45.5, -73.6), AddNum_Cmp=text, Country="CA", A1="ON")
        for line, text in enumerate(("803-58", "804-58", "58", "600 Suite 203"), 2)
    ]
    reference, _ = build(tmp_path, "address-points", features)
    (street,) = reference.streets(MAIN, "ON")
    assert [hit.units for hit in reference.at(street, "", "58", "")] == [3]
    assert [hit.civic.to_fields().get("UNIT") for hit in reference.at(street, "", "600", "")] == [None]


def test_no_rows_make_an_empty_set(tmp_path: Path) -> None:
    nothing: list[Feature] = []
    reference, log = build(tmp_path, "address-points", nothing)
    assert log.counts == {"streets": 0, "points": 0, "rows": 0}
    assert reference.streets(MAIN, "VT") == []
    assert not reference.covers("VT", "Sampleton")

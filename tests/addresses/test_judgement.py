"""What the rungs mean, on the small map: every status, and what is said with it."""

import pytest

from callpoint.addresses.judgement import judge as judge_readings
from callpoint.addresses.ladder import Ladder
from callpoint.addresses.query import Query
from callpoint.addresses.readings import Readings
from callpoint.addresses.verdict import Verdict
from tests.addresses.town_map import draw, draw_all, ladder_over, query, sets_in


@pytest.fixture(scope="module")
def ladder(tmp_path_factory: pytest.TempPathFactory) -> Ladder:
    folder = tmp_path_factory.mktemp("judgement")
    draw_all(folder)
    return ladder_over(sets_in(folder))


def judge(queries: list[Query], ladder: Ladder, given: str) -> Verdict:
    """Of readings none of which leaves a word over."""
    return judge_readings(Readings(tuple(queries)), ladder, given)


def codes(verdict: Verdict) -> list[str]:
    return [reason.code for reason in verdict.reasons]


def suggested(verdict: Verdict) -> list[str]:
    return [one.civic.formatted() for one in verdict.suggestions]


def test_a_known_door_is_valid_and_says_who_knows_it(ladder: Ladder) -> None:
    verdict = judge([query("422", "lake view rd", "averill", postal="05901")], ladder, "as given")
    assert verdict.status == "valid"
    assert verdict.input == "as given"
    assert verdict.civic.formatted() == "422 Lake View Road, Averill, VT 05901"
    assert (verdict.point, verdict.accuracy) == ((44.9965, -71.7097), "point")
    assert verdict.dataset is not None
    assert (verdict.dataset.name, bool(verdict.dataset.version)) == ("vermont", True)
    assert set(verdict.elements.values()) == {"valid"}
    assert codes(verdict) == ["point_confirms"]


def test_a_range_is_valid_and_flagged(ladder: Ladder) -> None:
    verdict = judge([query("41", "Airport Rd", "Berlin", postal="05602")], ladder, "")
    assert (verdict.status, verdict.accuracy) == ("valid", "range")
    assert codes(verdict) == ["range_confirms"]


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        (query("422", "Lake View Rd", "Averill"), "postal_completed"),
        (query("422", "Lake View Rd", postal="05901"), "place_completed"),
        (query("124", "N Main St", "Barre", postal="05641"), "place_named"),
        (query("115", "State St", "Montpelier", postal="05633"), "postal_of_recipient"),
    ],
)
def test_completions_stay_valid_and_are_told(ladder: Ladder, asked: Query, code: str) -> None:
    verdict = judge([asked], ladder, "")
    assert verdict.status == "valid"
    assert code in codes(verdict)


def test_a_recipients_own_code_and_the_last_four_are_kept(ladder: Ladder) -> None:
    own = judge([query("115", "State St", "Montpelier", postal="05633-0001")], ladder, "")
    assert own.civic.PC == "05633-0001"
    four = judge([query("115", "State St", "Montpelier", postal="05602-1234")], ladder, "")
    assert four.civic.PC == "05602-1234"


@pytest.mark.parametrize(
    ("asked", "first", "refuted"),
    [
        (query("422", "Lake Veiw Rd", "Averill"), "422 Lake View Road, Averill, VT 05901", {"RD"}),
        (query("422", "Lake View", "Averill"), "422 Lake View Road, Averill, VT 05901", {"STS"}),
        (query("422", "Lake View Rd", "Averill", postal="05902"), "422 Lake View Road, Averill, VT 05901", {"PC"}),
        (query("124", "S Main St", "Barre City"), "124 North Main Street, Barre City, VT 05641", {"PRD"}),
        (query("124", "Main St N", "Barre City"), "124 North Main Street, Barre City, VT 05641", {"POD"}),
        (query("422", "Lake View Rd", "Averil"), "422 Lake View Road, Averill, VT 05901", {"A3"}),
        (query("422", "Lake View Rd", "Burlington", postal="05901"), "422 Lake View Road, Averill, VT 05901", {"A3"}),
    ],
)
def test_one_likely_correction_is_invalid_and_shown_first(
    ladder: Ladder, asked: Query, first: str, refuted: set[str]
) -> None:
    verdict = judge([asked], ladder, "")
    assert verdict.status == "invalid"
    assert verdict.point is None
    assert suggested(verdict)[0] == first
    assert verdict.suggestions[0].why
    assert {name for name, state in verdict.elements.items() if state == "invalid"} == refuted
    assert "correction_needed" in codes(verdict)


@pytest.fixture(scope="module")
def roads(tmp_path_factory: pytest.TempPathFactory) -> Ladder:
    folder = tmp_path_factory.mktemp("routes")
    dover = ("US", "VT", "Dover", "05356", 76, "", "", "")
    rows = [
        (*dover, "VT ROUTE 100", "", "", 42.93, -72.85, 1, ""),
        (*dover, "OLD COUNTY", "RD", "", 42.9, -72.8, 1, ""),
    ]
    draw(folder, "dover", rows)
    return ladder_over(sets_in(folder))


@pytest.mark.parametrize(
    "street", ["VA Route 100", "uT Route 100", "Vi Route 100", "New Hampshire Route 100", "NH-100"]
)
def test_a_route_of_another_state_is_a_correction(roads: Ladder, street: str) -> None:
    verdict = judge([query("76", street, "Dover", postal="05356")], roads, "")
    assert (verdict.status, verdict.point) == ("invalid", None)
    assert suggested(verdict) == ["76 VT Route 100, Dover, VT 05356"]
    assert verdict.suggestions[0].why.startswith("street: VT Route 100, not ")
    assert verdict.elements["STP"] == "invalid"


@pytest.mark.parametrize(
    "street", ["VT Route 100", "Vermont Route 100", "VT-100", "State Route 100", "Route 100", "Rte. 100", "Hwy 100"]
)
def test_a_route_of_the_state_or_of_none_named_is_its_own(roads: Ladder, street: str) -> None:
    assert judge([query("76", street, "Dover", postal="05356")], roads, "").status == "valid"


def test_several_equally_likely_corrections_are_ambiguous(ladder: Ladder) -> None:
    verdict = judge([query("424", "Lake View", "Averill")], ladder, "")
    assert verdict.status == "ambiguous"
    assert {one.civic.STS for one in verdict.suggestions} == {"Road", "Lane"}


@pytest.mark.parametrize(
    ("asked", "twins"),
    [
        (query("10", "Grove St", "Barre", postal="05641"), {"Barre City", "Barre Town"}),
        (query("10", "Grove St", postal="05641"), {"Barre City", "Barre Town"}),
        (query("10", "Grove St"), {"Barre City", "Barre Town", "Montpelier"}),
        (query("10", "Grove St", "Derby"), set()),
    ],
)
def test_twins_are_listed_and_a_choice_is_demanded(ladder: Ladder, asked: Query, twins: set[str]) -> None:
    """Derby is a place of its own: that doors elsewhere have the name is no reason to doubt it."""
    verdict = judge([asked], ladder, "")
    assert verdict.status == ("ambiguous" if twins else "area")
    assert {one.civic.A3 for one in verdict.suggestions} == twins
    assert verdict.point is None or verdict.accuracy == "area"


def test_one_door_in_the_whole_region_does_not_stand_for_a_place(ladder: Ladder) -> None:
    """The map has a few towns of Vermont; the other 240 may have a Websterville Road, too."""
    verdict = judge([query("100", "Websterville Rd")], ladder, "")
    assert verdict.status == "ambiguous"
    assert suggested(verdict) == ["100 Websterville Road, Barre Town, VT 05641"]
    assert codes(verdict) == ["place_missing"]


@pytest.mark.parametrize("place", ["Montpelier", "Barre Town"])
def test_a_place_told_apart_is_not_ambiguous(ladder: Ladder, place: str) -> None:
    verdict = judge([query("10", "Grove St", place)], ladder, "")
    assert (verdict.status, verdict.civic.A3) == ("valid", place)


def test_a_number_that_does_not_exist_shows_the_nearest(ladder: Ladder) -> None:
    verdict = judge([query("11", "Grove St", "Barre City")], ladder, "")
    assert verdict.status == "invalid"
    assert codes(verdict) == ["number_unknown"]
    assert {one.civic.HNO for one in verdict.suggestions} == {"10", "12", "14"}
    assert (verdict.elements["HNO"], verdict.elements["RD"]) == ("invalid", "valid")


def test_a_street_that_does_not_exist_is_invalid(ladder: Ladder) -> None:
    verdict = judge([query("11", "Quartz Plateau Blvd", "Barre City")], ladder, "")
    assert verdict.status == "invalid"
    assert codes(verdict) == ["street_unknown"]
    assert (verdict.elements["RD"], verdict.elements["A3"]) == ("invalid", "valid")
    assert verdict.suggestions == ()


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        (query("141", "boul. Henri-Bourassa E", "Montréal", "QC", "H3L 1B6"), "number_not_listed"),
        (query("139", "rue Peel", "Montréal", "QC", "H3L 1B6"), "street_not_listed"),
        (query("11", "Grove St", "Barre", postal="05641"), "number_not_listed"),
        (query("10", "Main St", "Burlington", postal="05401"), "no_data"),
        (query("", "Grove St", "Barre City"), "no_number"),
        (query("", "", "Barre City"), "no_street"),
    ],
)
def test_what_no_set_can_refute_is_an_area_and_flagged(ladder: Ladder, asked: Query, code: str) -> None:
    verdict = judge([asked], ladder, "")
    assert (verdict.status, verdict.accuracy) == ("area", "area")
    assert verdict.point is not None
    assert not verdict.dispatchable
    assert code in codes(verdict)
    assert "not_dispatchable" in codes(verdict)
    assert verdict.elements.get("RD", "unchecked") in ("unchecked", "valid")
    assert verdict.elements.get("HNO", "unchecked") == "unchecked"


def test_an_area_shows_likely_doors_all_the_same(ladder: Ladder) -> None:
    verdict = judge([query("139", "boul. Henri-Bourasa E", "Montréal", "QC", "H3L 1B6")], ladder, "")
    assert verdict.status == "area"
    assert suggested(verdict)[0] == "139, boulevard Henri-Bourassa Est, Montréal QC H3L 1B6"


def test_code_and_place_that_contradict_show_both(ladder: Ladder) -> None:
    verdict = judge([query("1", "Main St", "Burlington", postal="05478")], ladder, "")
    assert verdict.status == "ambiguous"
    assert {one.civic.A3 for one in verdict.suggestions} == {"Burlington", "Saint Albans"}


def test_the_reading_that_is_confirmed_wins(ladder: Ladder) -> None:
    unit = query("139", "boul. Henri-Bourassa E", "Montréal", "QC", "H3L 1B6", UNIT="10")
    number = query("139", "boul. Henri-Bourassa E", "Montréal", "QC", "H3L 1B6", HNP="10-")
    for readings in ([unit, number], [number, unit]):
        verdict = judge(readings, ladder, "")
        assert (verdict.status, verdict.civic.UNIT, verdict.civic.HNP) == ("valid", "10", "")


@pytest.fixture(scope="module")
def hills(tmp_path_factory: pytest.TempPathFactory) -> Ladder:
    """Number 12 on a hill, on what extends it and on a road of that name; number 13 on the last two alone."""
    folder = tmp_path_factory.mktemp("hills")

    def row(town: str, number: int, street: str, kind: str, lat: float) -> tuple[object, ...]:
        return ("US", "VT", town, "", number, "", "", "", street, kind, "", lat, -72.8, 1, "")

    dover = [row("Dover", 12, "Challenger", "HL", 42.95), row("Dover", 12, "Challenger Hill", "EXT", 42.96)]
    dover += [row("Dover", 13, "Challenger Hill", "EXT", 42.97)]
    wardsboro = [row("Wardsboro", 12, "Challenger", "HL", 43.04), row("Wardsboro", 12, "Challenger Hill", "RD", 43.06)]
    draw(folder, "hills", [*dover, *wardsboro])
    return ladder_over(sets_in(folder))


@pytest.mark.parametrize("street", ["Challenger Hl", "Challenger Hill"])
def test_the_name_of_a_street_does_not_mean_its_extension(hills: Ladder, street: str) -> None:
    verdict = judge([query("12", street, "Dover")], hills, "")
    assert (verdict.status, verdict.point) == ("valid", (42.95, -72.8))
    assert judge([query("12", f"{street} Ext", "Dover")], hills, "").point == (42.96, -72.8)
    only_there = judge([query("13", street, "Dover")], hills, "")
    assert only_there.status == "invalid"
    assert "13 Challenger Hill Extension, Dover, VT" in suggested(only_there)
    assert judge([query("12", street, "Wardsboro")], hills, "").status == "ambiguous"


def test_two_readings_confirmed_are_ambiguous(ladder: Ladder) -> None:
    one = query("123", "rue Saint-Denis", "Montréal", "QC", "H3L 1B6", UNIT="10")
    other = query("10", "rue Saint-Denis", "Montréal", "QC", "H3L 1B6", UNIT="123")
    verdict = judge([one, other], ladder, "")
    assert verdict.status == "ambiguous"
    assert {(found.civic.HNO, found.civic.UNIT) for found in verdict.suggestions} == {("123", "10"), ("10", "123")}


def test_the_spot_passes_through_unchecked(ladder: Ladder) -> None:
    verdict = judge([query("115", "State St", "Montpelier", FLR="2", ROOM="212")], ladder, "")
    assert (verdict.civic.FLR, verdict.civic.ROOM) == ("2", "212")
    assert (verdict.elements["FLR"], verdict.elements["ROOM"]) == ("unchecked", "unchecked")
    assert verdict.elements["HNO"] == "valid"


@pytest.mark.parametrize(
    ("asked", "warned"),
    [
        (query("115", "State St", "Montpelier"), ["spot_missing"]),
        (query("115", "State St", "Montpelier", FLR="2"), []),
        (query("6", "N Main St", "Barre City"), ["spot_missing"]),
        (query("6", "N Main St", "Barre City", UNIT="3"), []),
        (query("10", "Grove St", "Montpelier"), []),
    ],
)
def test_a_building_of_many_without_a_spot_gets_a_warning(ladder: Ladder, asked: Query, warned: list[str]) -> None:
    assert [warning.code for warning in judge([asked], ladder, "").warnings] == warned

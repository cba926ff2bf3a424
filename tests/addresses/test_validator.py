"""The whole way from words to a verdict, on the small map."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis.strategies import dictionaries, sampled_from, text

from callpoint.addresses.postal import tables
from callpoint.addresses.validator import LONGEST_INPUT, Validator
from callpoint.addresses.verdict import Verdict
from callpoint.i3.civic import FIELDS, Civic
from tests.addresses.town_map import VERMONT, draw, draw_all, sets_in


@pytest.fixture(scope="module")
def validator(tmp_path_factory: pytest.TempPathFactory) -> Validator:
    folder = tmp_path_factory.mktemp("validator")
    draw_all(folder)
    return Validator(sets_in(folder), tables())


def codes(verdict: Verdict) -> set[str]:
    return {reason.code for reason in verdict.reasons}


@pytest.mark.parametrize(
    ("text", "formatted"),
    [
        ("422 Lake View Rd, Averill, VT 05901", "422 Lake View Road, Averill, VT 05901"),
        ("422 lake view rd averill vt 05901", "422 Lake View Road, Averill, VT 05901"),
        ("422 LAKE VIEW ROAD AVERILL VERMONT", "422 Lake View Road, Averill, VT 05901"),
        ("422 Lake View Rd, Averill, VT, USA", "422 Lake View Road, Averill, VT 05901"),
        ("422 Lake View Rd, VT 05901", "422 Lake View Road, Averill, VT 05901"),
        ("422 Lake View Rd, Averill 05901", "422 Lake View Road, Averill, VT 05901"),
        ("124 N. Main St., Barre, VT 05641", "124 North Main Street, Barre City, VT 05641"),
        ("117A State Street, Montpelier, VT 05602", "117A State Street, Montpelier, VT 05602"),
        ("117 A State Street, Montpelier, VT 05602", "117A State Street, Montpelier, VT 05602"),
        ("115 State St Fl 2, Montpelier VT 05633", "115 State Street, Floor 2, Montpelier, VT 05633"),
        (
            "139 boul. Henri-Bourassa E, Montréal (Québec) H3L 1B6",
            "139, boulevard Henri-Bourassa Est, Montréal QC H3L 1B6",
        ),
        (f"117A State Street, Montpelier, VT 05602{' ' * LONGEST_INPUT}", "117A State Street, Montpelier, VT 05602"),
        ("139 Henri-Bourassa Blvd E, Montreal QC", "139, boulevard Henri-Bourassa Est, Montréal QC H3L 1B6"),
    ],
)
def test_any_usual_spelling_of_a_known_door_is_valid(validator: Validator, text: str, formatted: str) -> None:
    verdict = validator.check(text)
    assert (verdict.status, verdict.civic.formatted()) == ("valid", formatted)
    assert verdict.input == text
    assert verdict.dispatchable


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "nothing_given"),
        (" ,, ", "nothing_given"),
        ("P.O. Box 12, Montpelier, VT 05602", "po_box"),
        ("C.P. 1234, Montréal (Québec) H3C 3X6", "po_box"),
        ("General Delivery, Montpelier, VT 05602", "general_delivery"),
        ("Poste restante, Montréal QC", "general_delivery"),
        ("PSC 1234 Box 12, APO AE 09204", "military_address"),
        ("Unter den Linden 77, 10117 Berlin, Germany", "foreign_address"),
        ("Unter den Linden 77, 10117 Berlin", "country_undetermined"),
        ("12 Main Street", "country_undetermined"),
        ("x" * (LONGEST_INPUT + 1), "too_long"),
    ],
)
def test_what_is_never_looked_up_is_refused(validator: Validator, text: str, code: str) -> None:
    verdict = validator.check(text)
    assert verdict.status == "refused"
    assert code in codes(verdict)
    assert (verdict.point, verdict.suggestions) == (None, ())


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("RR 2 Box 15, Barre, VT 05641", "rural_route"),
        ("Main St & State St, Montpelier, VT 05602", "intersection"),
    ],
)
def test_what_names_no_door_is_an_area_at_best(validator: Validator, text: str, code: str) -> None:
    verdict = validator.check(text)
    assert (verdict.status, verdict.accuracy) == ("area", "area")
    assert {code, "not_dispatchable"} <= codes(verdict)


def test_a_wrong_state_is_a_correction(validator: Validator) -> None:
    verdict = validator.check("422 Lake View Rd, Averill, NH 05901")
    assert verdict.status == "invalid"
    assert verdict.elements["A1"] == "invalid"
    assert verdict.suggestions[0].civic.formatted() == "422 Lake View Road, Averill, VT 05901"


def test_a_valid_address_has_nothing_said_against_it(tmp_path: Path) -> None:
    """The post does not know East Montpelier under 05602; the data set does, and that settles it."""
    draw(
        tmp_path, "east", [("US", "VT", "East Montpelier", "05602", 9, "", "", "", "ELM", "ST", "", 44.2, -72.5, 1, "")]
    )
    verdict = Validator(sets_in(tmp_path), tables()).check("9 Elm St, East Montpelier, VT 05602")
    assert verdict.status == "valid"
    assert codes(verdict) == {"point_confirms"}


def test_fields_are_judged_like_text(validator: Validator) -> None:
    fields = {"country": "US", "A1": "VT", "A3": "AVERILL", "RD": "LAKE VIEW RD", "HNO": "422", "FLR": "2"}
    verdict = validator.check(Civic.from_fields(fields))
    assert verdict.status == "valid"
    assert verdict.civic.formatted() == "422 Lake View Road, Floor 2, Averill, VT 05901"


def test_a_whole_line_in_one_field_is_taken_apart(validator: Validator) -> None:
    verdict = validator.check(
        Civic.from_fields({"country": "US", "A1": "VT", "A3": "Averill", "RD": "422 Lake View Rd"})
    )
    assert (verdict.status, verdict.civic.HNO) == ("valid", "422")


def test_a_unit_before_the_number_is_confirmed_by_the_data(validator: Validator) -> None:
    verdict = validator.check("7-139 boul. Henri-Bourassa E, Montréal QC H3L 1B6")
    assert (verdict.status, verdict.civic.HNO, verdict.civic.UNIT) == ("valid", "139", "7")


def test_two_readings_that_both_exist_demand_a_choice(tmp_path: Path) -> None:
    """Unit 10 of number 123, and the number 10-123: somebody drew both."""
    door = ("US", "NY", "Jamaica", "11432", 22, "", "", "", "161ST", "ST", "", 40.71, -73.80, 1, "")
    hyphenated = ("US", "NY", "Jamaica", "11432", "90-22", "", "", "", "161ST", "ST", "", 40.70, -73.79, 1, "")
    draw(tmp_path, "queens", [door, hyphenated])
    verdict = Validator(sets_in(tmp_path), tables()).check("90-22 161st St, Jamaica, NY 11432")
    assert verdict.status in ("valid", "ambiguous")
    assert verdict.status == "ambiguous" or verdict.civic.HNP.startswith("90")


def test_a_street_with_words_behind_it_is_not_cut_short(tmp_path: Path) -> None:
    short = ("US", "VT", "Derby", "05829", 50, "", "", "", "MAIN", "ST", "", 44.95, -72.13, 1, "")
    long = ("US", "VT", "Derby", "05829", 50, "", "", "", "MAIN ST DERBY CTR", "", "", 44.99, -72.20, 1, "")
    draw(tmp_path, "derby", [short, long])
    both = Validator(sets_in(tmp_path), tables())
    assert both.check("50 Main St Derby Ctr, Derby, VT 05829").point == (44.99, -72.20)
    assert both.check("50 Main St, Derby, VT 05829").point == (44.95, -72.13)


def test_words_that_may_be_a_direction_are_not_passed_over(validator: Validator) -> None:
    verdict = validator.check("10 Grove St Nroth, Montpelier, VT 05602")
    assert verdict.status == "ambiguous"
    assert "words_unexplained" in codes(verdict)


def test_words_that_may_be_a_building_get_a_warning(validator: Validator) -> None:
    verdict = validator.check("10 Grove St Fairbanks, Montpelier, VT 05602")
    assert verdict.status == "valid"
    assert [warning.code for warning in verdict.warnings] == ["words_unexplained"]


def test_a_letter_behind_the_number_may_begin_the_street(tmp_path: Path) -> None:
    door = ("US", "VT", "East Montpelier", "05651", 150, "", "", "", "L BROWN", "DR", "", 44.28, -72.47, 1, "")
    draw(tmp_path, "brown", [door])
    verdict = Validator(sets_in(tmp_path), tables()).check("150 L Brown Dr, East Montpelier, VT 05651")
    assert (verdict.status, verdict.civic.RD) == ("valid", "L Brown")


def test_a_letter_stays_a_letter_where_nobody_knows_every_street(tmp_path: Path) -> None:
    east = ("US", "VT", "Waterbury", "05676", 17, "", "", "", "EAST", "ST", "", 44.33, -72.75, 1, "")
    for complete, status in ((True, "valid"), (False, "area")):
        draw(tmp_path, "waterbury", [east], complete=complete)
        one = Validator(sets_in(tmp_path), tables())
        assert one.check("17 East St, Waterbury, VT 05676").status == "valid"
        assert one.check("17 E St, Waterbury, VT 05676").status == status


def test_an_o_street_is_no_west_street(tmp_path: Path) -> None:
    place = ("US", "DC", "Washington", "20001")
    o_street = (*place, 100, "", "", "", "O", "ST", "NW", 38.9086, -77.0110, 1, "")
    w_street = (*place, 100, "", "", "", "W", "ST", "NW", 38.9190, -77.0115, 1, "")
    draw(tmp_path, "dc", [o_street, w_street])
    both = Validator(sets_in(tmp_path), tables())
    assert both.check("100 O St NW, Washington, DC 20001").point == (38.9086, -77.0110)
    assert both.check("100 W St NW, Washington, DC 20001").point == (38.9190, -77.0115)


@given(text(max_size=120))
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_written_gets_a_verdict(validator: Validator, words: str) -> None:
    verdict = validator.check(words)
    assert verdict.status in ("refused", "invalid", "area", "ambiguous")
    assert json.dumps(verdict.to_json())


@given(dictionaries(sampled_from(sorted(FIELDS)), text(max_size=30), max_size=8))
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_fields_are_filled_get_a_verdict(validator: Validator, fields: dict[str, str]) -> None:
    verdict = validator.check(Civic.from_fields(fields | {"A1": "VT", "A3": "Averill", "country": "US"}))
    assert verdict.status != "valid" or verdict.civic.HNO


def test_a_route_is_not_guessed_where_two_systems_have_its_number(tmp_path: Path) -> None:
    place = ("US", "VT", "Derby", "05829", 50, "", "")
    state = (*place, "", "VT ROUTE 5", "", "", 44.95, -72.13, 1, "")
    federal = (*place, "", "US ROUTE 5", "", "", 44.99, -72.20, 1, "")
    draw(tmp_path, "derby", [state, federal])
    both = Validator(sets_in(tmp_path), tables())
    assert both.check("50 VT Route 5, Derby, VT 05829").point == (44.95, -72.13)
    assert both.check("50 US-5, Derby, VT 05829").point == (44.99, -72.20)
    assert both.check("50 Route 5, Derby, VT 05829").status == "ambiguous"


def test_a_letter_for_a_direction_is_the_streets_name_where_no_street_is_that_letter(tmp_path: Path) -> None:
    def row(number: int, name: str, lat: float) -> tuple[object, ...]:
        return ("US", "VT", "Montpelier", "05602", number, "", "", "", name, "ST", "", lat, -72.5, 1, "")

    draw(tmp_path, "north", [row(796, "NORTH", 44.3)])
    assert Validator(sets_in(tmp_path), tables()).check("796 N St, Montpelier, VT 05602").point == (44.3, -72.5)
    draw(tmp_path, "north", [row(796, "NORTH", 44.3), row(796, "N", 44.2)])
    assert Validator(sets_in(tmp_path), tables()).check("796 N St, Montpelier, VT 05602").point == (44.2, -72.5)
    draw(tmp_path, "north", [row(796, "NORTH", 44.3), row(12, "N", 44.2)])
    assert Validator(sets_in(tmp_path), tables()).check("796 N St, Montpelier, VT 05602").status == "invalid"


def test_a_direction_that_is_part_of_the_name_makes_no_street_look_alike(tmp_path: Path) -> None:
    place = ("US", "VT", "Ludlow", "05149", 7, "", "W", "")
    hill = [(*place, "HILL", kind, "", lat, -72.7, 1, "") for kind, lat in (("ST", 43.4), ("RD", 43.5))]
    draw(tmp_path, "hill", hill)
    assert Validator(sets_in(tmp_path), tables()).check("7 W Hill St, Ludlow, VT 05149").point == (43.4, -72.7)


def test_a_name_only_the_post_gives_wants_the_postal_code(tmp_path: Path) -> None:
    """Montpelier's post serves a part of East Montpelier; its street list is complete and has no County Road."""
    east = ("US", "VT", "East Montpelier", "05602", 841, "", "", "", "COUNTY", "RD", "", 44.3, -72.5, 1, "")
    draw(tmp_path, "both", [east, *VERMONT])
    both = Validator(sets_in(tmp_path), tables())
    assert both.check("841 County Rd, Montpelier, VT 05602").status == "valid"
    unsaid = both.check("841 County Rd, Montpelier, VT")
    assert unsaid.status != "valid"
    assert unsaid.suggestions[0].civic.A3 == "East Montpelier"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("124 Main St, Barre City, VT 05641", "124 North Main Street, Barre City, VT 05641"),
        ("10 N Grove St, Montpelier, VT 05602", "10 Grove Street, Montpelier, VT 05602"),
        ("115 Stat, Montpelier, VT 05602", "115 State Street, Montpelier, VT 05602"),
    ],
)
def test_a_direction_more_or_less_is_shown_and_not_passed_over(validator: Validator, text: str, shown: str) -> None:
    verdict = validator.check(text)
    assert verdict.status == "invalid"
    assert verdict.suggestions[0].civic.formatted() == shown


# --- accepting ------------------------------------------------------------------------------------------------

TYPO = "422 Lake Veiw Rd, Fl 2, Averill, VT 05901"


def test_an_accepted_suggestion_is_valid_corrected(validator: Validator) -> None:
    shown = validator.check(TYPO)
    verdict = validator.check(TYPO, accepted=shown.suggestions[0].civic)
    assert verdict.status == "valid_corrected"
    assert verdict.input == TYPO
    assert verdict.civic.formatted() == "422 Lake View Road, Floor 2, Averill, VT 05901"
    assert (verdict.point, verdict.accuracy) == ((44.9965, -71.7097), "point")
    assert verdict.dataset is not None
    assert codes(verdict) == {"corrected"}
    assert verdict.elements["FLR"] == "unchecked"
    assert verdict.elements["RD"] == "valid"


def test_what_was_accepted_may_come_back_from_where_it_was_kept(validator: Validator) -> None:
    kept = validator.check(TYPO).suggestions[0].civic.to_fields()
    assert validator.check(TYPO, accepted=Civic.from_fields(kept)).status == "valid_corrected"


def test_the_spot_may_be_filled_in_while_accepting(validator: Validator) -> None:
    shown = validator.check(TYPO).suggestions[0].civic
    accepted = Civic.from_fields(shown.to_fields() | {"ROOM": "212"})
    assert validator.check(TYPO, accepted=accepted).civic.ROOM == "212"


def test_a_choice_among_twins_is_accepted(validator: Validator) -> None:
    asked = "10 Grove St, Barre, VT 05641"
    shown = validator.check(asked)
    assert shown.status == "ambiguous"
    for one in shown.suggestions:
        verdict = validator.check(asked, accepted=one.civic)
        assert (verdict.status, verdict.civic.A3, verdict.point) == ("valid_corrected", one.civic.A3, one.point)


TWINS = "5000 Yonge Street, Toronto, ON M2N 7E9"


@pytest.fixture(scope="module")
def twins(tmp_path_factory: pytest.TempPathFactory) -> Validator:
    """One address at two places 3.7 km apart, as a map of volunteers has it."""
    folder = tmp_path_factory.mktemp("twins")
    row = ("CA", "ON", "Toronto", "M2N 7E9", 5000, "", "", "", "Yonge", "Street", "")
    draw(folder, "toronto", [(*row, 43.7735, -79.3675, 1, ""), (*row, 43.7662, -79.4128, 1, "")], complete=False)
    return Validator(sets_in(folder), tables())


def test_twins_that_read_the_same_are_both_shown_and_told_apart(twins: Validator) -> None:
    verdict = twins.check(TWINS)
    assert (verdict.status, verdict.point) == ("ambiguous", None)
    first, second = verdict.suggestions
    assert first.civic.formatted() == second.civic.formatted() == TWINS
    assert {first.point, second.point} == {(43.7735, -79.3675), (43.7662, -79.4128)}
    assert first.why.endswith("the one at 43.77350, -79.36750")
    assert second.why.endswith("the one at 43.76620, -79.41280, 3.7 km west of the first")


def test_of_twins_that_read_the_same_one_is_accepted_by_its_position_alone(twins: Validator) -> None:
    shown = twins.check(TWINS).suggestions
    for one in shown:
        verdict = twins.check(TWINS, accepted=one)
        assert (verdict.status, verdict.point) == ("valid_corrected", one.point)
    unsaid = twins.check(TWINS, accepted=shown[0].civic)
    assert (unsaid.status, unsaid.point) == ("ambiguous", None)
    assert "accepted_ambiguous" in codes(unsaid)
    moved = twins.check(TWINS, accepted=replace(shown[0], point=(43.7, -79.4)))
    assert (moved.status, moved.point) == ("ambiguous", None)
    assert "accepted_unknown" in codes(moved)


@pytest.mark.parametrize(
    "fields",
    [
        {"country": "US", "A1": "VT", "A3": "Averill", "RD": "Lake View", "STS": "Road", "HNO": "99999", "PC": "05901"},
        {"country": "US", "A1": "VT", "A3": "Montpelier", "RD": "State", "STS": "Street", "HNO": "115", "PC": "05602"},
        {},
    ],
)
def test_what_was_not_suggested_is_not_accepted(validator: Validator, fields: dict[str, str]) -> None:
    verdict = validator.check(TYPO, accepted=Civic.from_fields(fields))
    assert verdict.status == "invalid"
    assert verdict.point is None
    assert "accepted_unknown" in codes(verdict)


def test_a_suggestion_of_the_post_is_looked_up_before_it_counts(validator: Validator) -> None:
    """Burlington with Montpelier's code: either may be right, and only one of them has the door."""
    asked = "115 State St, Burlington, VT 05602"
    shown = validator.check(asked)
    doors = {one.civic.A3: one for one in shown.suggestions}
    assert validator.check(asked, accepted=doors["Montpelier"].civic).status == "valid_corrected"
    assert validator.check(asked, accepted=doors["Burlington"].civic).status == "area"


def test_accepting_changes_nothing_on_a_valid_address(validator: Validator) -> None:
    asked = "422 Lake View Rd, Averill, VT 05901"
    assert validator.check(asked, accepted=Civic.from_fields({"HNO": "1"})).status == "valid"


def test_the_acceptance_ends_with_the_door(tmp_path: Path) -> None:
    draw(tmp_path, "vermont", VERMONT)
    before = Validator(sets_in(tmp_path), tables())
    accepted = before.check(TYPO).suggestions[0].civic
    draw(tmp_path, "vermont", VERMONT[1:])
    after = Validator(sets_in(tmp_path), tables()).check(TYPO, accepted=accepted)
    assert after.status == "invalid"
    assert "accepted_unknown" in codes(after)


# --- honesty --------------------------------------------------------------------------------------------------


def test_sample_data_says_so(tmp_path: Path) -> None:
    draw(tmp_path, "trial", VERMONT, sample=True)
    verdict = Validator(sets_in(tmp_path), tables()).check("422 Lake View Rd, Averill, VT 05901")
    assert verdict.dataset is not None
    assert verdict.dataset.sample
    assert [warning.code for warning in verdict.warnings] == ["sample_data"]


def test_without_any_set_nothing_is_better_than_an_area() -> None:
    verdict = Validator([], tables()).check("115 State Street, Montpelier, VT 05633")
    assert (verdict.status, verdict.accuracy, verdict.dataset) == ("area", "area", None)
    assert "no_data" in codes(verdict)


def test_a_set_that_is_not_complete_refutes_nothing(tmp_path: Path) -> None:
    draw(tmp_path, "some", VERMONT, complete=False)
    some = Validator(sets_in(tmp_path), tables())
    for asked in ("423 Lake View Rd, Averill, VT 05901", TYPO, "1 Elm St, Averill, VT"):
        assert some.check(asked).status == "area"
    assert some.check("422 Lake View Rd, Averill, VT 05901").status == "valid"

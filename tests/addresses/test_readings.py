"""Which readings are looked up besides the parser's, and when."""

import pytest

from callpoint.addresses.country_gate import judge
from callpoint.addresses.parsing import parse
from callpoint.addresses.postal import tables
from callpoint.addresses.readings import Readings, readings


def of(text: str) -> Readings:
    known = tables()
    parsed = parse(text, known)
    return readings(parsed, judge(parsed, known, known), text, known, known)


def streets(found: Readings) -> list[str]:
    return [one.key.full for one in found.likely]


def test_a_plain_address_has_one_reading() -> None:
    found = of("422 Lake View Rd, Averill, VT 05901")
    assert len(found.likely) == 1
    assert (found.fuller, found.desperate, found.unexplained) == ((), (), "")


def test_what_the_gate_found_out_is_filled_in() -> None:
    found = of("422 Lake View Rd, Averill 05901")
    (query,) = found.likely
    assert (query.civic.country, query.civic.A1, query.region) == ("US", "VT", "VT")


def test_a_letter_that_stands_alone_is_read_both_ways() -> None:
    assert streets(of("150 L Brown Dr, East Montpelier, VT 05651")) == ["brown drive", "l brown drive"]
    assert streets(of("150L Brown Dr, East Montpelier, VT 05651")) == ["brown drive"]


@pytest.mark.parametrize("building", ["Pavilion Building", "Bldg 5", "Tower 2", ", Fairbanks"])
def test_a_building_that_says_so_or_stands_apart_is_one(building: str) -> None:
    assert of(f"115 State St {building}, Montpelier, VT 05602").unexplained == ""


def test_words_right_behind_the_street_may_be_its_end() -> None:
    found = of("50 Main St Derby Ctr, Derby, VT 05829")
    assert found.unexplained == "Derby Ctr"
    assert [one.civic.BLD for one in found.fuller] == [""]
    assert "derby" in found.fuller[0].key.full
    assert found.speaks_of_street
    assert not of("115 State St Fairbanks, Montpelier, VT 05602").speaks_of_street


@pytest.mark.parametrize("slip", ["Nroth", "Noth", "Eats", "Wets", "Soutth"])
def test_a_misspelled_direction_is_noticed(slip: str) -> None:
    assert of(f"50 Main St {slip}, Derby, VT 05829").speaks_of_street


def test_words_nobody_understands_are_kept() -> None:
    (query,) = of("115 State St, north wing, Montpelier, VT 05602").likely
    assert query.civic.LOC == "north wing"


def test_a_direction_behind_a_comma_is_noticed_too() -> None:
    assert of("115 State St, Nroth, Montpelier, VT 05602").speaks_of_street


@pytest.mark.parametrize(
    ("text", "street"),
    [
        ("151 Rue Villeray, QC H2R 1G4", "villeray street"),
        ("4840 Avenue Beaconsfield, QC H3X 3R6", "beaconsfield avenue"),
    ],
)
def test_a_place_that_may_be_the_street_is_read_as_one_at_last(text: str, street: str) -> None:
    found = of(text)
    assert street in [one.key.full for one in (*found.likely, *found.desperate)]

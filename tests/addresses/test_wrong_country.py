"""An address that names the wrong one of our two countries."""

import pytest

from callpoint.addresses.postal import tables
from callpoint.addresses.validator import Validator
from callpoint.addresses.wrong_country import without_country
from callpoint.i3.civic import Civic
from tests.addresses.town_map import VERMONT, draw, sets_in

BATHURST = "736 Bathurst Street, Toronto, ON M5S 2R4"
STATE = "115 State Street, Montpelier, VT 05602"
PLACE = {"A1": "ON", "A3": "Toronto", "PC": "M5S 2R4"}


@pytest.fixture(scope="module")
def validator(tmp_path_factory: pytest.TempPathFactory) -> Validator:
    folder = tmp_path_factory.mktemp("countries")
    row = ("CA", "ON", "Toronto", "M5S 2R4", 736, "", "", "", "Bathurst", "Street", "", 43.6636, -79.4109, 1, "")
    draw(folder, "toronto", [row], complete=False)
    draw(folder, "vermont", VERMONT)
    return Validator(sets_in(folder), tables())


@pytest.mark.parametrize(
    ("asked", "right", "why"),
    [
        (f"{BATHURST}, USA", BATHURST, "country: Canada, not USA"),
        ("736 Bathurst Street, Toronto ON M5S 2R4 USA", BATHURST, "country: Canada, not USA"),
        ("736 Bathurst St, Toronto, Ontario M5S 2R4, United States", BATHURST, "country: Canada, not United States"),
        ("736 Bathurst Street, Toronto, M5S 2R4, USA", BATHURST, "country: Canada, not USA"),
        ("736 Bathurst Street, Toronto, ON, USA", BATHURST, "country: Canada, not USA"),
        ("115 State Street, Montpelier, Vermont, Canada", STATE, "country: the United States, not Canada"),
    ],
)
def test_the_other_country_is_a_correction(validator: Validator, asked: str, right: str, why: str) -> None:
    verdict = validator.check(asked)
    assert (verdict.status, verdict.point) == ("invalid", None)
    assert "country_contradicts" in {reason.code for reason in verdict.reasons}
    assert verdict.elements["country"] == "invalid"
    first = verdict.suggestions[0]
    assert (first.civic.formatted(), first.why) == (right, why)
    assert validator.check(asked, accepted=first).status == "valid_corrected"


def test_in_fields_it_is_one_as_well(validator: Validator) -> None:
    verdict = validator.check(Civic.from_fields(PLACE | {"country": "US", "HNO": "736", "RD": "Bathurst Street"}))
    assert verdict.status == "invalid"
    assert verdict.suggestions[0].civic.formatted() == BATHURST
    assert verdict.suggestions[0].civic.country == "CA"


@pytest.mark.parametrize(
    "asked", [f"{BATHURST}, Canada", f"{STATE}, USA", STATE.replace(",", ", north wing,", 1) + " USA"]
)
def test_the_right_country_is_none(validator: Validator, asked: str) -> None:
    assert validator.check(asked).status == "valid"


def test_without_a_door_the_country_is_corrected_first() -> None:
    empty = Validator([], tables())
    asked = "12 Main St, Calgary, AB T2P 1J9, USA"
    verdict = empty.check(asked)
    assert verdict.status == "invalid"
    (only,) = verdict.suggestions
    assert only.civic.formatted() == "12 Main Street, Calgary, AB T2P 1J9"
    assert empty.check(asked, accepted=only).status == "area"


@pytest.mark.parametrize(
    ("text", "words", "left"),
    [
        ("12 Main St, Barre, VT, USA", "USA", "12 Main St, Barre, VT"),
        ("12 Canada St, Lake George, NY Canada", "Canada", "12 Canada St, Lake George, NY"),
        ("Canada", "Canada", "Canada"),
    ],
)
def test_only_the_last_of_the_words_is_the_country(text: str, words: str, left: str) -> None:
    assert without_country(text, words) == left

"""A seeded sample of the judgement, small enough for every run; all of it: `python -m tests.addresses.judge`."""

from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from random import Random

import pytest

from callpoint.addresses.validator import Validator
from tests.addresses.judge.loaded_sets import SETS, validator_over
from tests.addresses.judge.tally import Tally, judge
from tests.addresses.judge.truth import Truth
from tests.addresses.judge.variants import CLEAN, WRONG, Pen

SEED = 4711
DOORS = 250


@pytest.fixture(scope="module")
def geo(shared_data: Path) -> Path:
    return shared_data / "geo"


@pytest.fixture(scope="module")
def validator(geo: Path, tmp_path_factory: pytest.TempPathFactory) -> Validator:
    return validator_over(tmp_path_factory.mktemp("judge"), geo)


@pytest.fixture(scope="module", params=list(SETS))
def tally(request: pytest.FixtureRequest, validator: Validator, geo: Path) -> Tally:
    everything = SETS[request.param](geo)
    return judge(validator, Random(SEED).sample(everything, DOORS), everything, SEED)


def test_what_is_valid_is_there(tally: Tally) -> None:
    assert tally.wrong() == []


def test_clean_forms_are_found(tally: Tally) -> None:
    assert tally.clean_share() >= 0.99


@pytest.mark.parametrize("form", list(CLEAN))
def test_no_clean_form_falls_behind(tally: Tally, form: str) -> None:
    """Of 250 doors a few may be told in two ways by the data itself; none may be lost."""
    assert tally.share(form, "right", "listed") >= 0.98


def test_a_typo_shows_the_right_door(tally: Tally) -> None:
    assert tally.share("typo", "right", "listed") >= 0.96


def test_a_wrong_postal_code_shows_the_right_door(tally: Tally) -> None:
    assert tally.share("wrong ZIP", "listed") >= 0.99
    assert tally.share("wrong ZIP", "right") == 0


def test_numbers_that_do_not_exist_are_never_valid(tally: Tally) -> None:
    assert tally.share("no such number", "right", "wrong") == 0


@pytest.mark.parametrize("name", list(SETS))
def test_what_is_told_at_several_places_is_valid_only_within_sight_of_all(
    name: str, validator: Validator, geo: Path
) -> None:
    wrong, asked = [], 0
    for truth in SETS[name](geo):
        if any(not replace(truth, points=(point,)).near(other) for point, other in pairwise(truth.points)):
            verdict = validator.check(CLEAN["as it is"](truth, Pen("", {}, [])))
            places = [replace(truth, points=(point,)) for point in truth.points]
            asked += 1
            if verdict.status == "valid" and not all(verdict.point and one.near(verdict.point) for one in places):
                wrong.append(verdict.input)
    assert asked
    assert wrong == []


# --- the judge itself -----------------------------------------------------------------------------------------

HERE = Truth("US", "VT", "Averill", "05901", "422", "Lake View Rd", ((44.9965, -71.7097),))


@pytest.mark.parametrize("form", [*CLEAN, *WRONG])
def test_every_form_is_written_the_same_for_the_same_seed(form: str) -> None:
    def written() -> str:
        return (CLEAN | WRONG)[form](HERE, Pen("seed", {}, ["05602", "05901"]))

    assert written() == written()


def test_a_typo_changes_the_name_alone_and_is_no_other_street() -> None:
    other = {"Averill": frozenset(("lake veiw rd",))}
    for seed in range(200):
        text = WRONG["typo"](HERE, Pen(str(seed), other, []))
        assert text != CLEAN["as it is"](HERE, Pen("", {}, []))
        assert text.startswith("422 ")
        assert text.endswith(" Rd, Averill, VT 05901")
        assert "lake veiw rd" not in text.casefold()


def test_both_halves_have_towns() -> None:
    towns = [Truth("US", "VT", f"Town {number}", "", "", "", ()).half for number in range(40)]
    assert 10 < towns.count("seen") < 30


def test_near_is_a_few_houses_not_a_few_streets() -> None:
    assert HERE.near((44.9970, -71.7100))
    assert not HERE.near((45.0065, -71.7097))

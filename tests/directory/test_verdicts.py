"""What is kept of a verdict, and what is never taken for better than it is."""

from dataclasses import replace

import pytest
from tests.directory.cast import Cast
from tests.directory.judges import (
    STATE_STREET,
    STATE_STREET_POINT,
    VERMONT,
    Told,
    area,
    invalid,
    refused,
    valid,
    with_number,
)

from callpoint.addresses.verdict import Reason, Verdict
from callpoint.directory import provision
from callpoint.directory.models import Address, Building, acting
from callpoint.directory.tenancy import everywhere
from callpoint.directory.verdicts import (
    AddressError,
    accept,
    civic_of,
    columns_of,
    complaint,
    settle,
    unchecked_columns,
)
from callpoint.i3.civic import Civic

GIVEN = {"country": "US", "A1": "VT", "A3": "montpelier", "RD": "115 state st", "PC": "05633"}


def kept(verdict: Verdict) -> tuple[object, ...]:
    columns = columns_of(verdict)
    return tuple(columns[name] for name in ("verdict", "dataset", "dataset_version", "latitude", "accuracy"))


def test_a_valid_address_keeps_who_said_so_and_where_it_is() -> None:
    assert kept(valid()) == ("valid", "vermont", "2026-11-01.1", STATE_STREET_POINT[0], "point")
    columns = columns_of(valid(accuracy="range"))
    assert (columns["accuracy"], columns["elements"]) == ("range", {"HNO": "valid", "RD": "valid"})
    assert (columns["hno"], columns["rd"], columns["sts"], columns["a2"]) == ("115", "State", "Street", "")


def test_the_middle_of_a_postal_area_is_no_point_of_an_address() -> None:
    assert kept(area()) == ("area", "", "", None, "")


def test_a_correction_that_was_accepted_keeps_what_was_given() -> None:
    columns = columns_of(replace(valid(), status="valid_corrected", input="115 Stat St"))
    assert columns["chosen"] == {"given": "115 Stat St", "chosen": "115 State Street, Montpelier, VT 05633"}


def test_columns_become_the_address_again() -> None:
    assert civic_of(columns_of(valid())) == STATE_STREET


def test_an_element_longer_than_its_column_is_refused() -> None:
    with pytest.raises(AddressError, match="longer than the 64 characters kept"):
        unchecked_columns(replace(STATE_STREET, STS="x" * 65))


@pytest.mark.parametrize(
    ("verdict", "told"),
    [
        (invalid(), "State Street has no such number; correct it"),
        (
            invalid(STATE_STREET, with_number("113"), with_number("117")),
            "State Street has no such number; did you mean 113 State Street, Montpelier, VT 05633 | "
            "117 State Street, Montpelier, VT 05633?",
        ),
        (refused(), "Nobody can be found at a PO box; correct it"),
        (Verdict("x", "invalid", STATE_STREET), "the address is invalid; correct it"),
    ],
)
def test_a_complaint_says_why_and_which_are_likely(verdict: Verdict, told: str) -> None:
    assert complaint(verdict) == told
    with pytest.raises(AddressError) as caught:
        accept(STATE_STREET, Told(lambda civic: verdict).judge)
    assert str(caught.value) == told
    assert len(caught.value.suggestions) == len(verdict.suggestions)


def test_a_choice_is_demanded_and_many_are_counted() -> None:
    verdict = replace(invalid(STATE_STREET, *(with_number(str(number)) for number in range(8))), status="ambiguous")
    assert "write out the one that is meant: 0 State Street" in complaint(verdict)
    assert complaint(verdict).endswith("| and 3 more")


def test_the_first_wrong_element_is_named() -> None:
    assert AddressError("x", invalid(elements={"PC": "invalid", "HNO": "invalid"})).element == "HNO"
    assert AddressError("x", invalid(elements={"HNO": "unchecked"})).element == ""
    assert AddressError("x").element == ""


def test_without_any_set_of_addresses_only_refusals_count() -> None:
    accepted = accept(STATE_STREET, Told(lambda civic: invalid(with_number("9")), knows_addresses=False).judge)
    assert (accepted.columns["verdict"], accepted.columns["hno"], accepted.dispatchable) == ("unchecked", "9", False)
    assert [warning.code for warning in accepted.warnings] == ["not_confirmed"]
    with pytest.raises(AddressError):
        accept(STATE_STREET, Told(lambda civic: refused(), knows_addresses=False).judge)


def test_warnings_come_along() -> None:
    verdict = replace(valid(), warnings=(Reason("spot_missing", "Give the floor."),))
    accepted = accept(STATE_STREET, Told(lambda civic: verdict).judge)
    assert (accepted.dispatchable, [warning.text for warning in accepted.warnings]) == (True, ["Give the floor."])


SAMPLE = replace(VERMONT, name="sample", sample=True)


def test_sample_data_says_something_to_the_sample_organization_alone(people: Cast) -> None:
    judge = Told(lambda civic: valid(dataset=SAMPLE)).judge
    with acting("test", "sample"):
        provision.create_organization("demo", "Demo", sample=True)
        demo = provision.create_organization("demo", "Demo")
        real = provision.create_building(people.acme, "Capitol", GIVEN, judge=judge).address
        tried = provision.create_building(demo, "Capitol", GIVEN, judge=judge).address
    assert (real.verdict, real.dataset, real.latitude, real.sts) == ("unchecked", "", None, "Street")
    assert (tried.verdict, tried.dataset) == ("valid", "sample")
    accepted = accept(STATE_STREET, Told(lambda civic: replace(invalid(), dataset=SAMPLE)).judge)
    assert [warning.code for warning in accepted.warnings] == ["sample_data"]


# --- what is known better is never replaced by what is known less


def address(verdict: Verdict) -> Address:
    found = Address()
    settle(found, columns_of(verdict))
    return found


def state(found: Address) -> tuple[object, ...]:
    return found.verdict, found.hno, found.latitude, found.dataset_version


@pytest.mark.parametrize("worse", [columns_of(area()), unchecked_columns(STATE_STREET)], ids=["area", "unchecked"])
def test_the_same_place_keeps_the_better_verdict(worse: dict[str, object]) -> None:
    found = address(valid())
    settle(found, worse)
    assert state(found) == ("valid", "115", STATE_STREET_POINT[0], "2026-11-01.1")


def test_the_same_place_takes_the_better_verdict() -> None:
    found = Address()
    settle(found, unchecked_columns(STATE_STREET))
    for verdict, status in ((area(), "area"), (valid(), "valid")):
        settle(found, columns_of(verdict))
        assert found.verdict == status


def test_a_newer_version_of_the_set_is_taken_over_and_an_accepted_correction_kept() -> None:
    found = address(replace(valid(), status="valid_corrected", input="115 Stat St"))
    settle(found, columns_of(valid(dataset=replace(VERMONT, version="2027"))))
    assert (found.verdict, found.dataset_version) == ("valid_corrected", "2027")
    assert found.chosen == {"given": "115 Stat St", "chosen": "115 State Street, Montpelier, VT 05633"}


def test_another_place_brings_its_own_verdict() -> None:
    found = address(valid())
    settle(found, unchecked_columns(with_number("9")))
    assert state(found) == ("unchecked", "9", None, "")
    assert (found.elements, found.accuracy) == ({}, "")


def test_a_point_given_by_hand_stays_where_no_set_has_one() -> None:
    found = address(area())
    found.latitude, found.longitude = 44.1, -72.1
    settle(found, columns_of(area()))
    assert found.latitude == 44.1
    settle(found, columns_of(area(with_number("9"))))
    assert found.latitude is None


# --- provisioning


def test_a_building_gets_its_verdict_and_its_standard_form(people: Cast) -> None:
    told = Told(lambda civic: valid())
    with acting("test", "judged"):
        building = provision.create_building(people.acme, "Capitol", GIVEN, (1.0, 1.0), told.judge)
        again = provision.create_building(people.acme, "Capitol", GIVEN, (1.0, 1.0), told.judge)
    assert state(building.address) == ("valid", "115", STATE_STREET_POINT[0], "2026-11-01.1")
    assert (building.address.rd, building.address.a3) == ("State", "Montpelier")
    assert again.address_id == building.address_id
    assert told.asked == [Civic.from_fields(GIVEN)] * 2


def test_a_point_by_hand_counts_where_no_set_has_one(people: Cast) -> None:
    with acting("test", "judged"):
        building = provision.create_building(people.acme, "Capitol", GIVEN, (44.3, -72.6), Told(lambda _: area()).judge)
    assert (building.address.latitude, building.address.accuracy) == (44.3, "")


def test_an_address_that_is_not_accepted_is_never_kept(people: Cast) -> None:
    judge = Told(lambda civic: invalid(civic, STATE_STREET)).judge
    with acting("test", "wrong"):
        with pytest.raises(AddressError, match="did you mean 115 State Street"):
            provision.create_building(people.acme, "Capitol", GIVEN, judge=judge)
        with pytest.raises(AddressError):
            provision.create_home(people.ada, GIVEN, judge=judge)
    with everywhere():
        assert not Building.objects.filter(name="Capitol").exists()
        assert Address.objects.count() == 1


def test_a_home_is_judged_as_well(people: Cast) -> None:
    with acting("test", "home"):
        home = provision.create_home(people.ada, GIVEN, judge=Told(lambda civic: valid()).judge)
    assert home.address is not None
    assert home.address.verdict == "valid"

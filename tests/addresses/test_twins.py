"""Suggestions that read the same, and what tells them apart."""

import pytest

from callpoint.addresses.twins import distance_and_direction, told_apart
from callpoint.addresses.verdict import LatLon, Suggestion
from callpoint.i3.civic import Civic

HERE = (43.7700, -79.4000)
NEXT_DOOR = (43.7705, -79.4000)
FAR = (43.7790, -79.4000)


def suggestion(point: LatLon | None, why: str = "why", **fields: str) -> Suggestion:
    return Suggestion(Civic(HNO="5000", RD="Yonge", **fields), why, point)


def test_one_door_told_twice_is_shown_once() -> None:
    ones = [suggestion(HERE), suggestion(NEXT_DOOR), suggestion(None)]
    assert told_apart(ones, 10) == (ones[0],)


def test_doors_that_read_differently_are_left_as_they_are() -> None:
    ones = (suggestion(HERE), suggestion(HERE, PC="M2N 7E9"))
    assert told_apart(ones, 10) == ones


def test_twins_without_other_names_are_told_apart_by_position() -> None:
    first, second = told_apart([suggestion(HERE), suggestion(FAR)], 10)
    assert (first.point, second.point) == (HERE, FAR)
    assert first.why == "why; the one at 43.77000, -79.40000"
    assert second.why == "why; the one at 43.77900, -79.40000, 1.0 km north of the first"


@pytest.mark.parametrize(
    ("element", "word"), [("A5", "neighbourhood"), ("A4", "district"), ("A2", "county"), ("PCN", "post office")]
)
def test_twins_are_told_apart_by_a_name_if_all_have_one(element: str, word: str) -> None:
    ones = [suggestion(HERE, A3="Toronto", **{element: "Lansing"}), suggestion(FAR, A3="Toronto", **{element: "Mills"})]
    assert [one.why for one in told_apart(ones, 10)] == [f"why; {word}: Lansing", f"why; {word}: Mills"]


@pytest.mark.parametrize("name", ["", "Lansing", "LANSING"])
def test_a_name_that_does_not_tell_them_apart_is_not_used(name: str) -> None:
    ones = [suggestion(HERE, A3="Toronto", A5="Lansing"), suggestion(FAR, A3="Toronto", A5=name)]
    assert all("the one at" in one.why for one in told_apart(ones, 10))


def test_no_more_than_asked_for_are_shown_and_compared() -> None:
    (only,) = told_apart([suggestion(HERE), suggestion(FAR)], 1)
    assert only.why == "why"


@pytest.mark.parametrize(
    ("end", "said"),
    [
        ((44.0022, -72.0), "245 m north"),
        ((44.0, -71.9975), "200 m east"),
        ((43.9778, -72.0), "2.5 km south"),
        ((44.0, -72.0375), "3.0 km west"),
        ((43.99, -72.0139), "1.6 km south-west"),
        ((44.0022, -72.0031), "349 m north-west"),
    ],
)
def test_the_way_is_said_as_people_say_it(end: LatLon, said: str) -> None:
    assert distance_and_direction((44.0, -72.0), end) == said

"""Numbers on the two sides of a road: parity, shares, and contradictions."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callpoint.addresses.reference.road_ranges import Range, fits, nearest_in, read_ranges, share_of

numbers = st.integers(1, 99_999)
parities = st.sampled_from("OEB")


def fields(left: str, right: str, **more: str) -> dict[str, str]:
    """ "1-99" on a side; "" has none."""
    values = {}
    for side, text in (("L", left), ("R", right)):
        start, _, end = text.partition("-")
        values |= {f"FromAddr_{side}": start, f"ToAddr_{side}": end}
    return {name: text for name, text in (values | more).items() if text}


def test_two_usual_sides() -> None:
    ranges, problems = read_ranges(fields("1-99", "2-98"))
    assert ranges == [Range("L", 1, 99, "O"), Range("R", 2, 98, "E")]
    assert problems == []


def test_a_range_may_fall_when_both_do() -> None:
    ranges, problems = read_ranges(fields("99-1", "98-2"))
    assert [(one.low, one.high) for one in ranges] == [(1, 99), (2, 98)]
    assert problems == []


@pytest.mark.parametrize("nothing", ["0-0", ""])
def test_a_side_without_numbers_is_no_mistake(nothing: str) -> None:
    assert read_ranges(fields("1-99", nothing)) == ([Range("L", 1, 99, "O")], [])
    assert read_ranges(fields(nothing, nothing)) == ([], [])
    assert read_ranges({}) == ([], [])


def test_a_declared_parity_is_taken() -> None:
    ranges, problems = read_ranges(fields("1-99", "2-98", Parity_L="B", Parity_R="E"))
    assert [one.parity for one in ranges] == ["B", "E"]
    assert problems == []
    ranges, _ = read_ranges(fields("1-99", "2-98", Parity_L="Odd", Parity_R="even"))
    assert [one.parity for one in ranges] == ["O", "E"]


@pytest.mark.parametrize(
    ("given", "left_out", "words"),
    [
        (fields("1-99", "2-98", Parity_L="E"), "L", "left are even, but has 1 to 99"),
        (fields("1-99", "2-98", Parity_R="O"), "R", "right are odd, but has 2 to 98"),
        (fields("1-98", "2-98", Parity_L="O"), "L", "left are odd, but has 1 to 98"),
        (fields("1-99", "2-98", Parity_R="Z"), "R", "no numbers on the right, but has 2 to 98"),
        (fields("1-99", "two-98"), "R", "'two' to '98' for numbers on the right"),
    ],
)
def test_a_side_that_contradicts_itself_confirms_nothing(given: dict[str, str], left_out: str, words: str) -> None:
    ranges, problems = read_ranges(given)
    assert [one.side for one in ranges] == [side for side in "LR" if side != left_out]
    assert len(problems) == 1
    assert words in problems[0]


def test_a_side_that_mixes_has_only_what_the_other_leaves() -> None:
    ranges, problems = read_ranges(fields("100-198", "101-198"))
    assert [one.parity for one in ranges] == ["E", "O"]
    assert problems == ["has 101 to 198 on the right, of which only the odd ones were taken"]


def test_a_side_that_mixes_alone_has_both() -> None:
    ranges, problems = read_ranges(fields("1470-2133", "0-0"))
    assert ranges == [Range("L", 1470, 2133, "B")]
    assert problems == ["has 1470 to 2133 on the left, odd and even ones"]


def test_both_sides_alike_are_told() -> None:
    _, problems = read_ranges(fields("400-400", "400-400"))
    assert problems == ["has even numbers on both sides"]


def test_sides_that_count_against_each_other_are_told() -> None:
    _, problems = read_ranges(fields("139-133", "102-130"))
    assert problems == ["counts up on one side and down on the other (139 to 133 on the left, 102 to 130 on the right)"]


def test_no_number_is_0() -> None:
    ranges, problems = read_ranges(fields("0-98", "1-99"))
    assert (ranges[0].low, ranges[0].high) == (1, 98)
    assert problems == []


@given(numbers, parities)
def test_a_number_fits_its_own_parity_alone(number: int, parity: str) -> None:
    assert fits(number, parity) == (parity == "B" or parity == ("O" if number % 2 else "E"))
    assert fits(number, "O") != fits(number, "E")


@given(numbers, numbers, st.data())
def test_shares_grow_along_the_line(start: int, end: int, data: st.DataObject) -> None:
    low, high = min(start, end), max(start, end)
    one, other = (data.draw(st.integers(low, high)) for _ in range(2))
    assert 0 <= share_of(one, start, end) <= 1
    if start < end and one < other:
        assert share_of(one, start, end) < share_of(other, start, end)
    if start > end and one < other:
        assert share_of(one, start, end) > share_of(other, start, end)


@given(numbers, numbers)
def test_the_ends_are_the_ends(start: int, end: int) -> None:
    if start == end:
        assert share_of(start, start, end) == 0.5
    else:
        assert (share_of(start, start, end), share_of(end, start, end)) == (0, 1)


@given(st.integers(0, 500), st.integers(1, 200), st.integers(0, 200), parities)
def test_the_nearest_number_of_a_range(number: int, low: int, width: int, parity: str) -> None:
    candidates = [one for one in range(low, low + width + 1) if fits(one, parity)]
    nearest = nearest_in(number, low, low + width, parity)
    assert (nearest is None) == (not candidates)
    if nearest is not None:
        assert nearest in candidates
        assert abs(nearest - number) == min(abs(one - number) for one in candidates)


@given(numbers, numbers, numbers, numbers, parities, parities)
def test_whatever_is_kept_contradicts_nothing(a: int, b: int, c: int, d: int, left: str, right: str) -> None:
    ranges, _ = read_ranges(fields(f"{a}-{b}", f"{c}-{d}", Parity_L=left, Parity_R=right))
    for one in ranges:
        assert one.parity == {"L": left, "R": right}[one.side]
        assert fits(one.start, one.parity)
        assert fits(one.end, one.parity)

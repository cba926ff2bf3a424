"""Which of two spellings of a name keeps its accents."""

import pytest
from hypothesis import given
from hypothesis.strategies import text

from callpoint.addresses.accents import with_accents
from callpoint.addresses.folding import fold


@pytest.mark.parametrize(
    ("known", "written", "right"),
    [
        ("Montreal", "Montréal", "Montréal"),
        ("Montreal", "MONTRÉAL", "Montréal"),
        ("Montreal", "montre\u0301al", "Montréal"),
        ("MONTREAL", "Montréal", "MONTRÉAL"),
        ("Montréal", "Montreal", "Montréal"),
        ("Montréal", "Montrèal", "Montréal"),
        ("Rene-Levesque", "René-Lévesque", "René-Lévesque"),
        ("Rene-Lévesque", "René Levesque", "René-Lévesque"),
        ("Canon City", "Cañon City", "Cañon City"),
        ("", "Montréal", ""),
    ],
)
def test_no_accent_of_either_is_lost(known: str, written: str, right: str) -> None:
    assert with_accents(known, written) == right


@pytest.mark.parametrize(
    ("known", "written"), [("Montreal", "Montréals"), ("Laval", "Lévis"), ("Barre", "Bårre"), ("Main", "Máni")]
)
def test_another_name_and_other_signs_leave_it_alone(known: str, written: str) -> None:
    assert with_accents(known, written) == known


@given(text(max_size=12), text(max_size=12))
def test_the_name_stays_the_same_to_whoever_compares(known: str, written: str) -> None:
    assert fold(with_accents(known, written)) == fold(known)

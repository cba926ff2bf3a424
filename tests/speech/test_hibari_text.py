"""What is changed in a text before hibari reads it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callpoint.speech.hibari_text import prepare
from callpoint.speech.pronunciations import PRONUNCIATIONS

LETTER = "[A](/ˈA/)"


@pytest.mark.parametrize(
    ("text", "prepared"),
    {
        "K one A, zero A nine.": f"K one {LETTER}, zero {LETTER} nine.",
        "five Avenue A.": f"five Avenue {LETTER}.",
        "room A": f"room {LETTER}",
        "A real call.": "A real call.",
        "Thank you. A real call.": "Thank you. A real call.",
        "A nine": f"{LETTER} nine",
        "Tower A is near": f"Tower {LETTER} is near",
        "a test": "a test",
        "one Quay Street": "one [Quay](/kˈi/) Street",
        "State Street": "State Street",
    }.items(),
)
def test_letters_and_odd_words(text: str, prepared: str) -> None:
    assert prepare(text) == prepared


@given(st.text(alphabet="[]()/*ab A\n"))
def test_no_markup_of_the_caller_gets_through(text: str) -> None:
    left = prepare(text).replace(LETTER, "")
    assert not set("[]()/*") & set(left)


def test_pronunciations_are_keyed_in_lower_case() -> None:
    assert all(word == word.lower() for word in PRONUNCIATIONS)

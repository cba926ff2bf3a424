"""A pass is good for whom it was made, until it is over, and nothing else is a pass."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callpoint.routing.board_pass import Holder, make, read

KEY = "a key"
HOLDER = Holder("acme", "17")
NOW = 1_000_000.0


def test_it_is_good_until_it_is_over() -> None:
    text = make(KEY, HOLDER, NOW, 60)
    assert read(KEY, text, NOW) == HOLDER
    assert read(KEY, text, NOW + 59.9) == HOLDER
    assert read(KEY, text, NOW + 60) is None


def test_another_key_or_another_letter_is_no_pass() -> None:
    text = make(KEY, HOLDER, NOW)
    assert read("another", text, NOW) is None
    for at in range(0, len(text), 7):
        changed = text[:at] + ("A" if text[at] != "A" else "B") + text[at + 1 :]
        assert read(KEY, changed, NOW) is None


def test_a_stay_is_no_pass_and_a_pass_no_stay() -> None:
    assert read(KEY, make(KEY, HOLDER, NOW, 60, "stay"), NOW) is None
    assert read(KEY, make(KEY, HOLDER, NOW, 60), NOW, "stay") is None
    assert read(KEY, make(KEY, HOLDER, NOW, 60, "stay"), NOW, "stay") == HOLDER


@pytest.mark.parametrize("text", ["", ".", "a.b", "é.é", "..", "a" * 100_000])
def test_what_is_no_pass(text: str) -> None:
    assert read(KEY, text, NOW) is None


@given(st.text())
def test_any_text_is_survived(text: str) -> None:
    assert read(KEY, text, NOW) is None

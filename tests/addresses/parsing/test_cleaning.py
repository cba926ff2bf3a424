"""Text made fit for reading, and its words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callpoint.addresses.parsing.cleaning import CONTROLS, CUT, MAX_CHARS, clean
from callpoint.addresses.parsing.words import Word, joined, keys_of, words_of


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("12 Main St, Barre", "12 Main St, Barre"),
        ("12½ Main St", "12 1/2 Main St"),
        ("12 ¾ Main St", "12 3/4 Main St"),
        ("10 - 123 Main St", "10-123 Main St"),
        ("10–123 Main St", "10-123 Main St"),
        ("#10 - 123 Main St", "#10-123 Main St"),
        ("Suite 5 - 12 Main St", "Suite 5 - 12 Main St"),
        ("12 Main St\r\nBarre", "12 Main St,Barre"),
        ("12 Main St\u2028Barre", "12 Main St,Barre"),
        ("12\tMain St", "12 Main St"),
        ("１２ Main St", "12 Main St"),
        ("№5", "#5"),
    ],
)
def test_signs_are_made_plain(text: str, cleaned: str) -> None:
    assert clean(text) == (cleaned, ())


@pytest.mark.parametrize("sign", ["\x00", "\x1b", "\u200b", "\u202e", "\ufeff", "\udc80"])
def test_what_cannot_be_seen_is_left_out_and_told(sign: str) -> None:
    assert clean(f"12{sign}Main St") == ("12 Main St", (CONTROLS,))


def test_long_text_is_cut_and_told() -> None:
    text, notes = clean("a" * (MAX_CHARS + 1))
    assert (len(text), notes) == (MAX_CHARS, (CUT,))
    assert clean("a" * MAX_CHARS)[1] == ()
    assert clean(" " * MAX_CHARS + "12 Main St" + " " * MAX_CHARS) == ("12 Main St", ())


@given(st.text(max_size=2 * MAX_CHARS))
def test_cleaned_text_is_bounded_and_can_be_written(text: str) -> None:
    cleaned, _ = clean(text)
    assert len(cleaned) <= MAX_CHARS
    assert "\n" not in cleaned
    cleaned.encode("utf-8")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("12 Main St.", [Word("12", "12"), Word("Main", "main"), Word("St", "st")]),
        ("Main, Barre", [Word("Main", "main"), Word("Barre", "barre", 1)]),
        ("(Québec) X", [Word("Québec", "quebec", 1), Word("X", "x", 2)]),
        ("#5", [Word("#", "#"), Word("5", "5")]),
        ("P.O. Box", [Word("P.O", "po"), Word("Box", "box")]),
        ("a - b", [Word("a", "a"), Word("b", "b", 1)]),
        ("Monroe- 40th", [Word("Monroe", "monroe"), Word("40th", "40th", 1)]),
        ("Henri-Bourassa", [Word("Henri-Bourassa", "henri bourassa")]),
        ("東京 X", [Word("東京", "東京"), Word("X", "x")]),
        (" ,.; ", []),
    ],
)
def test_words_know_what_was_written_and_which_comma_parted_them(text: str, words: list[Word]) -> None:
    assert words_of(text) == words


def test_words_are_joined_as_written_or_folded() -> None:
    words = words_of("Rue   Saint-Denis")
    assert (joined(words), keys_of(words)) == ("Rue Saint-Denis", "rue saint denis")


@given(st.text(max_size=80))
def test_every_word_has_text_and_key(text: str) -> None:
    words = words_of(text)
    assert all(word.text and word.key for word in words)
    assert [word.part for word in words] == sorted(word.part for word in words)

"""What an ID looks like, and how two that look the same differ."""

import pytest

from callpoint.directory.editing.near_duplicates import folded, how_they_differ

NEAR = [
    ("e1023", "upper and lower case differ"),
    ("E 1023", "separators differ"),
    ("E1023\u00a0", "characters that look alike differ"),
    ("E-1023", "separators differ"),
    ("E001023", "leading zeros differ"),
    ("E1O23", "characters that look alike differ"),
    ("El023", "characters that look alike differ"),
    ("EI023", "characters that look alike differ"),
    ("\uff25\uff11\uff10\uff12\uff13", "characters that look alike differ"),
    ("\u04151023", "characters that look alike differ"),
]


@pytest.mark.parametrize(("other", "words"), NEAR)
def test_how_near_ids_differ(other: str, words: str) -> None:
    assert folded("E1023") == folded(other)
    assert how_they_differ("E1023", other) == words


@pytest.mark.parametrize("text", ["", "--", "\u00e9", "x" * 4000, "\u0130", "\ufdfa"])
def test_folding_takes_any_text(text: str) -> None:
    assert folded(folded(text)) == folded(text)

"""Takes text, gives its words: as written, and folded for looking them up in the tables."""

from typing import Final, NamedTuple

from callpoint.addresses.folding import fold

_EDGES: Final = ' \t\r\n.,;:!?"“”«»'


class Word(NamedTuple):
    """One word: `text` as written without the punctuation around it, `key` folded."""

    text: str
    key: str


def words_of(text: str) -> list[Word]:
    """The words of `text` in order; what is punctuation alone is left out."""
    words = []
    for piece in text.split():
        bare = piece.strip(_EDGES)
        if bare:
            words.append(Word(bare, fold(bare)))
    return words


def joined(words: list[Word]) -> str:
    """The words as written, a blank between two."""
    return " ".join([word.text for word in words])

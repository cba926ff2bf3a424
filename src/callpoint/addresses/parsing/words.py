"""Takes text, gives its words: as written, folded for looking them up in the tables, and by which comma parted."""

import re
from typing import Final, NamedTuple

from callpoint.addresses.folding import fold

_EDGES: Final = ' \t\r\n.,;:!?-*"“”«»'
_PIECES: Final = re.compile(r"[,;()\[\]|\n]|[^\s,;()\[\]|]+")
_PARTING: Final = frozenset(",;()[]|\n")


class Word(NamedTuple):
    """One word: `text` as written without punctuation around it, `key` folded, `part` counting the commas before."""

    text: str
    key: str
    part: int = 0


def words_of(text: str) -> list[Word]:
    """The words of `text` in order; what is punctuation alone is left out, and a number sign is a word of its own.

    A word without Latin letters or figures is its own key.
    """
    words: list[Word] = []
    part = 0
    for piece in _PIECES.findall(text):
        if piece in _PARTING or piece == "-":
            part += 1
            continue
        bare = piece.strip(_EDGES)
        if bare[:1] == "#":
            words.append(Word("#", "#", part))
            bare = bare.lstrip("#")
        if bare:
            words.append(Word(bare, fold(piece) or bare, part))
        if piece[-1] == "-":
            part += 1
    return words


def joined(words: list[Word]) -> str:
    """The words as written, a blank between two."""
    return " ".join([word.text for word in words])


def keys_of(words: list[Word]) -> str:
    """The folded words, a blank between two."""
    return " ".join([word.key for word in words])

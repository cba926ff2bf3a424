"""Takes two spellings of one name, gives the one with the accents of both: "Montreal" and "MONTRÉAL" → "Montréal".

Many a data set was typed without accents. Nobody writes one by accident, so the one that has it knows the name better.
"""

import unicodedata
from typing import Final

# Grave, acute, circumflex, tilde, diaeresis, cedilla: what names of both countries are written with.
_MARKS: Final = frozenset("\u0300\u0301\u0302\u0303\u0308\u0327")


def with_accents(known: str, given: str) -> str:
    """`known` with the accents that `given` has besides, in the case of `known`; `known` where the names differ."""
    if given.isascii() or not known:
        return known
    letters, others = unicodedata.normalize("NFC", known), unicodedata.normalize("NFC", given)
    if len(letters) != len(others):
        return known
    found = [_letter(one, other) for one, other in zip(letters, others, strict=True)]
    return known if "" in found else "".join(found)


def _letter(known: str, given: str) -> str:
    """The one with an accent, "" where these are two letters."""
    bare, marks = _taken_apart(known)
    other, other_marks = _taken_apart(given)
    if bare.casefold() != other.casefold() and (bare.isalnum() or other.isalnum()):
        return ""
    if marks or not other_marks or not _MARKS.issuperset(other_marks):
        return known
    return given.upper() if known.isupper() else given.lower()


def _taken_apart(letter: str) -> tuple[str, str]:
    apart = unicodedata.normalize("NFD", letter)
    return apart[:1], apart[1:]

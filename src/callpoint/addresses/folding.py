"""Text made comparable: what differs only in case, accents, punctuation or blanks becomes equal."""

import re
import unicodedata
from functools import lru_cache
from typing import Final

# Longer text is no name; it is folded all the same but not remembered.
_REMEMBERED_CHARS: Final = 120
# Letters that have no base letter of their own in Unicode's decomposition.
_LETTERS: Final = str.maketrans(
    {"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i", "⁄": "/"}
)
_APOSTROPHES: Final = re.compile(r"['’‘`´ʼ]")
_DOTTED: Final = re.compile(r"(?<![a-z0-9])(?:[a-z]\.)+[a-z](?![a-z0-9])\.?")
_REST: Final = re.compile(r"[^a-z0-9]+")
_PLAIN: Final = re.compile(r"[a-z0-9]+(?: [a-z0-9]+)*")


def fold(text: str) -> str:
    """`text` for comparing: lower case, no accents, no punctuation, single blanks.

    Apostrophes and the dots of abbreviations close up ("O'Brien" → "obrien", "U.S." → "us"), every other sign
    parts words ("Saint-Denis" → "saint denis"), "&" is read as "and". Scripts without Latin letters vanish.
    """
    return _remembered(text) if len(text) <= _REMEMBERED_CHARS else _folded(text)


def _folded(text: str) -> str:
    lower = text.lower()
    if _PLAIN.fullmatch(lower):
        return lower
    if not lower.isascii():
        decomposed = unicodedata.normalize("NFKD", _APOSTROPHES.sub("'", lower).translate(_LETTERS))
        lower = decomposed.encode("ascii", "ignore").decode("ascii")
    if "." in lower:
        lower = _DOTTED.sub(lambda match: match[0].replace(".", "") + " ", lower)
    return _REST.sub(" ", lower.replace("'", "").replace("&", " and ")).strip()


_remembered: Final = lru_cache(maxsize=1 << 16)(_folded)

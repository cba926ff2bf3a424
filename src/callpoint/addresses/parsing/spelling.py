"""Takes a name, gives it in the mixed case of the standard form; a name that has mixed case stays as it is."""

import re
from typing import Final

from callpoint.addresses.domains.listing import listed

_PARTICLES: Final = frozenset(listed("de la du des le les et d l of the and in at on sur aux"))
_WORD: Final = re.compile(r"[^\W_]+")
_ROMAN: Final = frozenset(listed("II III IV VI VII VIII IX"))
_CAPITALS: Final = frozenset(listed("US JFK MLK NE NW SE SW"))
_ELIDED: Final = frozenset("dl")


def spelled(name: str, *, inside: bool = False) -> str:
    """`name` in mixed case: "LAKE VIEW" → "Lake View", "o'brien" → "O'Brien", "1ST" → "1st", "B2" → "B2".

    Only a name without mixed case is changed: "McKean" and "LaSalle" are left alone, and "MCKEAN" becomes "Mckean",
    for no rule tells how that family writes it. `inside` says that words stand before it, so that a particle at its
    start stays small: rue "de la Montagne".
    """
    if not (name.isupper() or name.islower()):
        return name
    return _WORD.sub(lambda match: _word(match, name, inside), name)


def _word(match: re.Match[str], name: str, inside: bool) -> str:
    word, start, end = match[0], match.start(), match.end()
    later = bool(start) or inside
    lower, upper = word.lower(), word.upper()
    before, after = name[start - 1 : start], name[end : end + 1]
    if upper in _CAPITALS or (upper in _ROMAN and start):
        return upper
    if before in ("'", "’"):
        return lower if len(word) == 1 and name[start - 2 : start - 1].isalnum() else _first_up(word)
    if later and lower in _ELIDED and after in ("'", "’"):
        return lower
    if later and lower in _PARTICLES and after != "." and len(word) > 1:
        return lower
    if word[0].isdigit():
        return lower if word[-2:].lower() in ("st", "nd", "rd", "th", "re", "er") or lower.endswith("e") else upper
    return _first_up(word)


def _first_up(word: str) -> str:
    return word[:1].upper() + word[1:].lower()

"""What is said of a name nobody knows: the one that was probably meant."""

from collections.abc import Collection
from difflib import get_close_matches
from typing import Final

_LIKE: Final = 0.6
_MOST_NAMED: Final = 40


def did_you_mean(name: str, known: Collection[str]) -> str:
    """The sentence; it names the nearest known name, or all of them where none is near."""
    by_small = {one.lower(): one for one in known}
    near = get_close_matches(name.lower()[:60], by_small, n=1, cutoff=_LIKE)
    if near:
        return f"is unknown here; did you mean {by_small[near[0]]}?"
    if not known:
        return "is unknown here; nothing is taken"
    return f"is unknown here; known are {', '.join(sorted(known)[:_MOST_NAMED])}"

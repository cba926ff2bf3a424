"""The numbers on the two sides of a stretch of road, and what cannot be true about them.

NENA-STA-006.3, RoadCenterLine: FromAddr and ToAddr are the theoretical first and last number of a side in the
direction the line was drawn, and may fall; 0 to 0 says that the side has none. Parity is O (odd), E (even), B (both)
or Z (none). Files without a parity column are read by their numbers.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final, Literal

from callpoint.addresses.reference.house_number import whole_number

Parity = Literal["O", "E", "B"]
SideName = Literal["L", "R"]

SIDES: Final[tuple[SideName, ...]] = ("L", "R")
IN_WORDS: Final[Mapping[str, str]] = {"L": "left", "R": "right", "O": "odd", "E": "even", "B": "odd and even"}
_PARITIES: Final[Mapping[str, Parity]] = {"O": "O", "E": "E", "B": "B"}


@dataclass(frozen=True, slots=True)
class Range:
    """One side: from `start` at the beginning of the line to `end` at its end; `start` may be the greater one.

    `declared`: the source names the parity; otherwise it was read off the numbers.
    """

    side: SideName
    start: int
    end: int
    parity: Parity
    declared: bool = field(default=False, compare=False)

    @property
    def low(self) -> int:
        """The smallest number; 0 is none."""
        return max(1, min(self.start, self.end))

    @property
    def high(self) -> int:
        """The greatest number."""
        return max(self.start, self.end)


def fits(number: int, parity: str) -> bool:
    """Whether a number may stand on a side of that parity."""
    return parity == "B" or (number % 2 == 1) == (parity == "O")


def share_of(number: int, start: int, end: int) -> float:
    """How far along the range `number` lies, from 0 at `start` to 1 at `end`; the middle of a range of one."""
    return (number - start) / (end - start) if start != end else 0.5


def nearest_in(number: int, low: int, high: int, parity: str) -> int | None:
    """The number of the range and parity that is nearest to `number`; None when the range holds none."""
    inside = min(max(number, low), high)
    candidates = [inside, inside - 1, inside + 1]
    fitting = [one for one in candidates if low <= one <= high and fits(one, parity)]
    return min(fitting, key=lambda one: (abs(one - number), one), default=None)


def read_ranges(fields: Mapping[str, str]) -> tuple[list[Range], list[str]]:
    """The sides that have numbers, and clauses saying what is wrong with any of them ("has odd numbers …").

    A side that contradicts itself is left out, so that it confirms nothing; what can be true is kept and told.
    """
    ranges, problems = [], []
    for side in SIDES:
        found = _side(fields, side)
        if isinstance(found, Range):
            ranges.append(found)
        elif found:
            problems.append(found)
    ranges, mixed = _settled(ranges)
    return ranges, problems + mixed + _between(ranges)


def _side(fields: Mapping[str, str], side: SideName) -> Range | str | None:
    """The range of one side, the clause that tells why it cannot be used, or None for a side without numbers."""
    ends = [fields.get(f"{name}_{side}", "") for name in ("FromAddr", "ToAddr")]
    numbers = [whole_number(text) if text else 0 for text in ends]
    start, end = numbers
    if start is None or end is None:
        return f"has {' to '.join(map(repr, ends))} for numbers on the {IN_WORDS[side]}"
    declared = fields.get(f"Parity_{side}", "").upper()[:1]
    if not start and not end:
        return None
    if declared == "Z":
        return f"says that there are no numbers on the {IN_WORDS[side]}, but has {start} to {end} there"
    parity = _PARITIES.get(declared) or _parity(start, end)
    if not (fits(start, parity) and fits(end, parity)):
        return f"says that the numbers on the {IN_WORDS[side]} are {IN_WORDS[parity]}, but has {start} to {end} there"
    return Range(side, start, end, parity, declared in _PARITIES)


def _parity(start: int, end: int) -> Parity:
    if start % 2 != end % 2:
        return "B"
    return "O" if start % 2 else "E"


def _settled(ranges: list[Range]) -> tuple[list[Range], list[str]]:
    """Where a side mixes odd and even and the other does not, it can only have what the other leaves."""
    problems, settled = [], []
    for one in ranges:
        other = next((candidate for candidate in ranges if candidate is not one), None)
        if one.declared or one.start % 2 == one.end % 2:
            settled.append(one)
        elif other is not None and other.parity != "B":
            settled.append(replace(one, parity="E" if other.parity == "O" else "O"))
            problems.append(f"has {_words(one)}, of which only the {IN_WORDS[settled[-1].parity]} ones were taken")
        else:
            settled.append(one)
            problems.append(f"has {_words(one)}, odd and even ones")
    return settled, problems


def _words(one: Range) -> str:
    return f"{one.start} to {one.end} on the {IN_WORDS[one.side]}"


def _between(ranges: list[Range]) -> list[str]:
    if len(ranges) < 2:
        return []
    left, right = ranges
    problems = []
    if left.parity == right.parity != "B":
        problems.append(f"has {IN_WORDS[left.parity]} numbers on both sides")
    if (left.end - left.start) * (right.end - right.start) < 0:
        problems.append(f"counts up on one side and down on the other ({_words(left)}, {_words(right)})")
    return problems

"""A street line as people write it, taken apart only as far as nothing can be misread.

Standardising and checking come from a reference data set; until then number and suffix are split off, and all
the rest of the line stays together as the street's name, in the words that were given.
"""

import re
from typing import Final

# 115 | 115A | 12-34 | 1234 1/2 - before a blank and anything that is not a number again.
_NUMBER: Final = re.compile(r"(?P<hno>\d+(?:-\d+)?)(?P<hns>[A-Za-z]|\s+1/2)?,?\s+(?P<rd>\D.*|\d+\D.*)")


class StreetError(ValueError):
    """A line without a house number: nobody could be sent there."""


def street_elements(line: str) -> dict[str, str]:
    """HNO, HNS and RD (lower-case column names) of "115 State Street". Raises `StreetError` without a house number."""
    parts = _NUMBER.fullmatch(" ".join(line.split()))
    if parts is None:
        raise StreetError(f"{line!r} does not begin with a house number; write it as 115 State Street")
    return {"hno": parts["hno"], "hns": (parts["hns"] or "").strip(), "rd": parts["rd"]}

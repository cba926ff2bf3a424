"""Numbers as text messages have them."""

import re
from typing import Final

from callpoint.channels.cleaning import one_line
from callpoint.channels.notice import DeliveryError

_E_164: Final = re.compile(r"\+[1-9][0-9]{6,14}\Z")
# Type of number and numbering plan (SMPP 3.4 §5.2.5, §5.2.6).
INTERNATIONAL: Final = (1, 1)
NETWORK: Final = (3, 0)
ALPHANUMERIC: Final = (5, 0)
LONGEST_SHORT_CODE: Final = 8


def checked_number(text: str) -> str:
    """The number with its plus sign. Raises DeliveryError (permanent) for what is none."""
    number = "".join(sign for sign in text if sign not in " -.()\u00a0")
    if not _E_164.match(number):
        raise DeliveryError(f"“{one_line(text, 40)}” is no telephone number", permanent=True)
    return number


def typed(address: str) -> tuple[str, int, int]:
    """An address as SMPP wants it: without the plus sign, with its type of number and its plan."""
    bare = address.removeprefix("+")
    if not bare.isdecimal():
        return bare, *ALPHANUMERIC
    return (bare, *NETWORK) if len(bare) <= LONGEST_SHORT_CODE else (bare, *INTERNATIONAL)

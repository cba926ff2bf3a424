"""Numbers as XML documents write them: decimal, never with an exponent."""

import math
import re
from decimal import Decimal
from typing import Final

from callpoint.i3.errors import DocumentError

_NUMBER: Final = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,3})?", re.ASCII)


def write_number(number: float) -> str:
    """The shortest decimal text that reads back as `number`; DocumentError unless it is finite."""
    if not math.isfinite(number):
        raise DocumentError(f"{number} is not a number a document can carry")
    text = repr(float(number))
    return format(Decimal(text), "f") if "e" in text else text


def read_number(text: str) -> float:
    """The finite number in `text`; DocumentError for anything else."""
    text = text.strip()
    if not _NUMBER.fullmatch(text):
        raise DocumentError(f"{text[:40]!r} is not a number")
    number = float(text)
    if not math.isfinite(number):
        raise DocumentError(f"{text[:40]!r} is too large")
    return number

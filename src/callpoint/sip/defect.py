"""One thing wrong with a message: found while it is cut (`parsing`) or when it is judged (`defects`)."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Defect:
    """What to answer with, and the field's name ("" for the start line or framing)."""

    status: int
    reason: str
    header: str

"""What is wrong with a message that could still be read (RFC 4475 shows most of it)."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from callpoint.sip.message import Request, Response


@dataclass(frozen=True, slots=True)
class Defect:
    """One thing wrong: what to answer with, and the field's name ("" for the start line or framing)."""

    status: int
    reason: str
    header: str


def request_defects(request: "Request") -> list[Defect]:
    """All defects of a request."""
    return list(request.tolerated)


def response_defects(response: "Response") -> list[Defect]:
    """All defects of a response."""
    return list(response.tolerated)

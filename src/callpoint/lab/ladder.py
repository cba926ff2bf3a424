"""The ladder of a call: which message went which way, and when."""

from dataclasses import asdict, dataclass
from typing import Any, Literal

from callpoint.sip.message import Request, Response

Direction = Literal["out", "in"]


@dataclass(frozen=True)
class Rung:
    """One message; `at_ms` counts from the first message of the ladder."""

    at_ms: float
    direction: Direction
    label: str  # "INVITE", "180 Ringing", "200 OK (BYE)"

    def __str__(self) -> str:
        arrow = "──▶" if self.direction == "out" else "◀──"
        return f"{self.at_ms:9.1f} ms  {arrow}  {self.label}"


class Ladder:
    """Grows while a call lasts. `now` is monotonic seconds."""

    def __init__(self) -> None:
        self.rungs: list[Rung] = []
        self._began: float | None = None

    def note(self, direction: Direction, message: Request | Response, now: float) -> Rung:
        if self._began is None:
            self._began = now
        rung = Rung(round((now - self._began) * 1000, 1), direction, label(message))
        self.rungs.append(rung)
        return rung

    def to_json(self) -> list[dict[str, Any]]:
        return [asdict(rung) for rung in self.rungs]


def label(message: Request | Response) -> str:
    """A request's method; a response's status and reason, with its method unless that is INVITE."""
    if isinstance(message, Request):
        return message.method
    method = (message.get("CSeq") or "").rpartition(" ")[2]
    return f"{message.status} {message.reason}" + ("" if method in ("", "INVITE") else f" ({method})")

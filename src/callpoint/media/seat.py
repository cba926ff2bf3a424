"""A seat: one guard's place in a room, at a browser or a phone."""

from dataclasses import dataclass
from typing import Final, Literal, Protocol

from callpoint.routing.alert_records import Monitoring
from callpoint.speech.mu_law import Pcm

SeatMode = Literal["listen", "join"]
How = Literal["browser", "phone"]
MODES: Final[tuple[SeatMode, ...]] = ("listen", "join")


class SoundLine(Protocol):
    """How sound gets to a guard and back. `take` and `give` are called once a tick and never wait."""

    @property
    def can_speak(self) -> bool:
        """Whether the guard's own sound can come this way at all, without asking him anew."""
        ...

    def take(self) -> Pcm:
        """What the guard said in this tick."""
        ...

    def give(self, pcm: Pcm) -> None:
        """What the guard is to hear in this tick."""
        ...

    def skip(self, ticks: int) -> None:
        """So many ticks passed without `give`."""
        ...

    async def close(self) -> None:
        """Hang up; again is harmless."""
        ...


@dataclass
class Seat:
    """`session` names it to others, `who` is the guard in words, `account` whoever is signed in ("" at a phone).

    In mode "listen" nobody hears him.
    """

    session: str
    call_id: str
    organization: str
    who: str
    how: How
    mode: SeatMode
    line: SoundLine
    account: str = ""
    joined: bool = False

    @property
    def audible(self) -> bool:
        return self.joined and self.mode == "join"


def allowed(monitoring: Monitoring, mode: SeatMode) -> str:
    """Why an organization with these settings does not let anybody do that; "" when it does."""
    if monitoring.mode == "off":
        return "Listening to calls is turned off for this organization."
    if mode == "join" and monitoring.mode != "join":
        return "This organization lets guards listen to calls, not join them."
    return ""

"""What people at a screen can do, as the dispatcher's engine lets them."""

from typing import Literal, Protocol

How = Literal["screen", "board"]
Sign = Literal["connected", "lost", "volume_checked"]


class Actions(Protocol):
    """Each becomes a fact of the dispatcher's journal, which is how every screen hears of it. All may raise OSError
    or sqlite3.Error when the journal cannot be written."""

    async def acknowledge(self, organization: str, alert: str, by: str, how: How, recipient_id: str = "") -> bool:
        """Whether the organization has that alert; further acknowledgements of one are noted like the first."""
        ...

    async def chat(self, organization: str, alert: str, by: str, text: str) -> bool:
        """A word among those who see to that alert; whether the organization has it."""
        ...

    async def screen_sign(self, organization: str, screen: str, state: Sign, program: str, origin: str) -> None:
        """A screen came, went, or somebody there heard its sound."""
        ...

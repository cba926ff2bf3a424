"""A channel that is not set up: every notice is told which setting is missing."""

from callpoint.channels.notice import DeliveryError, Notice, Receipt
from callpoint.routing.alert_records import Recipient


class MissingSender:
    """Refuses for good. `why` names the setting and the remedy."""

    def __init__(self, why: str) -> None:
        self._why = why

    async def send(self, notice: Notice, recipient: Recipient) -> Receipt:
        raise DeliveryError(self._why, permanent=True)

    async def close(self) -> None:
        """Nothing is held."""

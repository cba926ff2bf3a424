"""Notices to screens: nothing is handed over here; whoever serves the stream says whether a screen has it."""

from collections.abc import Callable

from callpoint.channels.notice import DeliveryError, Notice, Receipt
from callpoint.routing.alert_records import EVERY_SCREEN, Recipient

IsShown = Callable[[Notice, Recipient], bool]
"""Whether a live screen that `recipient` stands for (its id, or EVERY_SCREEN) has been given the alert."""


class OnsiteSender:
    """Delivered where a live screen has it; else tried again, as a screen may come back."""

    def __init__(self, is_shown: IsShown) -> None:
        self._is_shown = is_shown

    async def send(self, notice: Notice, recipient: Recipient) -> Receipt:
        if self._is_shown(notice, recipient):
            return Receipt(delivered=True)
        nobody = recipient.address == EVERY_SCREEN
        raise DeliveryError("no screen is connected now" if nobody else "the screen is not connected now")

    async def close(self) -> None:
        """Nothing is held."""

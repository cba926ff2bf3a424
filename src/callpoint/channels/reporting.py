"""What the other side tells later, handed on not before the receipt it belongs to has been written down."""

import asyncio
from typing import Final

from callpoint.channels.notice import OnReport, Report

# A receipt for delivery can come in the same packet as the answer to the message; whoever called `send` has to know
# the reference first.
AFTER_SECONDS: Final = 0.05


class Reports:
    """Belongs to one event loop."""

    def __init__(self, on_report: OnReport) -> None:
        self._on_report = on_report

    def tell(self, report: Report) -> None:
        asyncio.get_running_loop().call_later(AFTER_SECONDS, self._on_report, report)

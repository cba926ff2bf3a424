"""Calls to numbers that are neither 911 nor 933, and whoever may want them: PSAPs calling back, guards dialling in."""

from dataclasses import dataclass
from typing import Protocol

from callpoint.routing.dialled import Dialled
from callpoint.routing.records import Trunk
from callpoint.sip.events import ServerTransaction
from callpoint.sip.hop import Hop
from callpoint.sip.message import Request


@dataclass(frozen=True)
class Arrived:
    """A new INVITE for a number that is neither 911 nor 933. `trunk` is None for a PSAP that is no trunk."""

    request: Request
    tx: ServerTransaction
    source: Hop
    trunk: Trunk | None
    dialled: Dialled


class OtherCalls(Protocol):
    """Whoever may want such a call. Asked in turn, behind every emergency."""

    def takes(self, arrived: Arrived) -> bool:
        """True: it is taken, and answered by whoever took it."""

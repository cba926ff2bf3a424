"""What is told to everybody linked, and kept for whoever writes the record while he is away.

A client that has asked for `sessions` keeps the record of who listened. While none is linked, what happens is kept
and handed over to the next that asks, so that a restart of the dispatcher leaves no gap in the record.
"""

from collections import deque
from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any, Final

from callpoint.transport.control import LinkLostError, Peer

MOST_KEPT: Final = 1000


class Notifications:
    """`tell(what, particulars)` is for `guards.Guards`."""

    def __init__(self, peers: Callable[[], Iterable[Peer]]) -> None:
        self._peers = peers
        self._keepers: set[Peer] = set()
        self._missed: deque[dict[str, Any]] = deque(maxlen=MOST_KEPT)

    def tell(self, what: str, particulars: dict[str, Any]) -> None:
        at = datetime.now(UTC).isoformat(timespec="milliseconds")[:-6] + "Z"
        told = {**particulars, "at": at}
        for peer in tuple(self._peers()):
            with suppress(LinkLostError):
                peer.tell(what, **told)
        if not self._keepers and what != "digit":
            self._missed.append({"what": what, **told})

    def keeps_record(self, peer: Peer) -> list[dict[str, Any]]:
        """That client writes down what happens from now on; what it has missed, oldest first."""
        self._keepers.add(peer)
        missed = list(self._missed)
        self._missed.clear()
        return missed

    def lost(self, peer: Peer) -> None:
        self._keepers.discard(peer)

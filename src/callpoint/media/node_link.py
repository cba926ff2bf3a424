"""The node, found among those who are linked to us: it is the one that serves `anchor`."""

from collections.abc import Callable, Iterable
from typing import Any

from callpoint.transport.control import ControlError, Peer


class NodeLink:
    """An `anchoring.Node`. Several processes hold a link to us; whoever answers is asked first the next time."""

    def __init__(self, peers: Callable[[], Iterable[Peer]]) -> None:
        self._peers = peers
        self._node: Peer | None = None

    @property
    def connected(self) -> bool:
        """Whether anybody is linked who may be the node."""
        return any(True for _ in self._peers())

    async def ask(self, method: str, seconds: float, **params: Any) -> dict[str, Any]:
        """Raises ControlError, LinkLostError, TimeoutError."""
        linked = sorted(self._peers(), key=lambda peer: peer is not self._node)
        for peer in linked:
            try:
                answer = await peer.ask(method, seconds, **params)
            except ControlError as refused:
                if str(refused) == f"{method} is not served here":
                    continue
                raise
            self._node = peer
            return answer
        raise ControlError("The node cannot be asked now.")

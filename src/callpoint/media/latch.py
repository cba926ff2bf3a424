"""Where to send: the address of the SDP, until the peer is heard from another (symmetric RTP, RFC 4961 §4)."""

from typing import NamedTuple

# A peer that was silent for this long may come back from elsewhere (NAT rebinding, re-INVITE of a gateway);
# while it is heard, a stranger's packet changes nothing.
RELEASE_AFTER = 1.0


class Address(NamedTuple):
    """Host (an IP address) and port."""

    host: str
    port: int


class Latch:
    """Follows the source of the peer's packets, once, and holds it against strangers who guess the port.

    The SDP address is believed first: packets from exactly there are always accepted.
    """

    def __init__(self) -> None:
        self._signalled: Address | None = None
        self._heard: Address | None = None
        self._heard_at = 0.0

    @property
    def target(self) -> Address | None:
        """Where packets are to go now; None before anything is known."""
        return self._heard or self._signalled

    def signal(self, address: Address | None) -> None:
        """The peer's SDP named this address; None is hold. What was heard before belongs to the old address."""
        if address != self._signalled:
            self._signalled, self._heard = address, None

    def accept(self, source: Address, now: float) -> bool:
        """Whether a packet from `source` is the peer's, at `now` (monotonic seconds)."""
        held = self._heard is not None and now - self._heard_at < RELEASE_AFTER
        if held and source not in (self._heard, self._signalled):
            return False
        if self._signalled is not None:
            self._heard, self._heard_at = source, now
        return True

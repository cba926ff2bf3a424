"""One end of a transport association: where a message came from or goes to."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Hop:
    """`host` is an IP address without brackets; `connection` numbers an open stream so that it is used again."""

    transport: Literal["udp", "tcp", "tls"]
    host: str
    port: int
    connection: int | None = None

    @property
    def reliable(self) -> bool:
        """Whether the transport itself delivers or fails (RFC 3261 §17): no retransmissions of ours over it."""
        return self.transport != "udp"

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.transport}:{host}:{self.port}"

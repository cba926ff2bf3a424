"""What a node is told at its start. Built by `ops` from the one configuration; the node reads no file of it."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

Transport = Literal["udp", "tcp", "tls"]


@dataclass(frozen=True)
class Listen:
    """One address SIP is taken at."""

    transport: Transport
    host: str
    port: int


@dataclass(frozen=True)
class NodeConfig:
    """Settings of one node. Seconds are floats; `fallback_relay` are SIP URIs used while no snapshot was ever seen."""

    data_dir: Path
    listen: tuple[Listen, ...]
    host_name: str = "callpoint.invalid"  # in identifiers, Call-IDs and Content-IDs (RFC 2606 §2 until configured)
    advertised_host: str = ""
    tls_certificate: Path | None = None
    tls_key: Path | None = None
    tls_authorities: Path | None = None
    reroute_seconds: float = 2.0
    fallback_relay: tuple[str, ...] = ()
    rtp_ports: tuple[int, int] = (10000, 10999)
    max_read_back_calls: int = 40
    # Answers to unknown sources, per second in all: enough to tell a telephony engineer that the trunk is not known
    # here, too little to be of use in a flood. More are dropped unanswered.
    stranger_rate: float = 20.0
    # The voice gateway, which the node calls people by; "" = none (see `outbound_call.Gateway`).
    voice_gateway: str = ""
    voice_username: str = ""
    voice_password: str = field(default="", repr=False)
    voice_caller: str = ""
    max_call_outs: int = 20
    ring_seconds: float = 45.0
    # Between two OPTIONS to the same target or trunk; 0 asks nobody.
    options_seconds: float = 60.0

    @property
    def gateways(self) -> tuple[str, ...]:
        """The URIs that are called beside targets and trunks."""
        return (self.voice_gateway,) if self.voice_gateway else ()

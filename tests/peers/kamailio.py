"""Kamailio as somebody else's SBC in front of the node, and, if wanted, as the routing proxy (ESRP) behind it."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from tests.peers.process import ForeignProcess, free_port
from tests.peers.tls import Certificate

CONFIG = Path(__file__).with_name("kamailio.cfg")


@dataclass(frozen=True)
class TlsFiles:
    """What Kamailio shows and whom it trusts."""

    own: Certificate
    authority: Path


class Kamailio(ForeignProcess):
    """One Kamailio on ephemeral loopback ports (`port` UDP and TCP, `tls_port`).

    A call from a phone gets `X-Employee-ID` (the user part of its From; what the phone itself put there is taken off)
    and goes to `node` ("127.0.0.1:5060") over `towards_node`. A call to `urn:service:sos` from the node goes to `psap`;
    with `psap_is_a_phone` only the SDP of its body does, as plain phones take no multipart.
    """

    def __init__(
        self,
        binary: str,
        folder: Path,
        node: str,
        *,
        towards_node: Literal["udp", "tcp", "tls"] = "udp",
        psap: str | None = None,
        psap_is_a_phone: bool = False,
        tls: TlsFiles | None = None,
    ) -> None:
        self.port = free_port()
        self.tls_port = free_port()
        words = {
            "LISTEN_PORT": str(self.port),
            "NODE": f'"sip:{node};transport={towards_node}"',
            "RUN_FOLDER": f'"{folder}"',
        }
        flags = []
        if psap is not None:
            words["PSAP"] = f'"sip:911@{psap}"'
            flags += ["WITH_PSAP", *(["WITH_PHONE"] if psap_is_a_phone else [])]
        if tls is not None:
            words |= {
                "TLS_PORT": str(self.tls_port),
                "TLS_CERTIFICATE": f'"{tls.own.certificate}"',
                "TLS_KEY": f'"{tls.own.key}"',
                "TLS_AUTHORITY": f'"{tls.authority}"',
            }
            flags.append("WITH_TLS")
        defines = [*flags, *(f"{name}={value}" for name, value in words.items())]
        super().__init__(
            [
                binary, "-f", CONFIG, "-DD", "-E", "-m", "32", "-M", "4", "-Y", folder, "-w", folder,
                *(part for define in defines for part in ("-A", define)),
            ],
            folder,
        )  # fmt: skip

    @property
    def address(self) -> str:
        """host:port for UDP and TCP."""
        return f"127.0.0.1:{self.port}"

    def wait_until_ready(self, seconds: float = 10.0) -> None:
        """Returns once it takes calls."""
        self.wait_for(lambda: "SBC takes calls" in self.output(), seconds, "Kamailio is up")

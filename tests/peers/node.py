"""The node as a process of its own, with a directory in its snapshot, between the foreign programs."""

import socket
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from tests.peers.process import ForeignProcess, free_even_port, free_port
from tests.peers.tls import Certificate

from callpoint.i3.civic import Civic
from callpoint.routing.records import Identity, LocationRecord, Organization, Profile, Provider, Psap, Target, Trunk
from callpoint.snapshot.changes import Change, Put
from callpoint.snapshot.facts import Fact, facts_after
from callpoint.snapshot.writer import SnapshotWriter

STATE_STREET = Civic(
    country="US", A1="VT", A2="Washington", A3="Montpelier", HNO="115", RD="State", STS="Street", FLR="2", PC="05633"
)
CALLBACK = "+18025550143"
TRUNK = Trunk("contact-center", "demo", source_networks=("127.0.0.0/8", "::1/128"))
ORGANIZATION = Organization("demo", "Demo Contact Center", time_zone="America/New_York")


@dataclass(frozen=True)
class Places:
    """SIP URIs of the targets: those of the PSAP in their order, and the relay center's; and how the PSAP is called."""

    psap: Sequence[str] = ()
    relay: Sequence[str] = ()
    profile: Profile = "i3"


def directory(places: Places, trunk: Trunk = TRUNK) -> list[Change]:
    """E1001 at 115 State Street, E1099 known but nowhere, one PSAP, one relay center."""
    psap = Psap(
        "Montpelier dispatch", tuple(Target(f"psap-{n}", uri, places.profile) for n, uri in enumerate(places.psap, 1))
    )
    relay = tuple(Target(f"relay-{n}", uri, kind="relay_center") for n, uri in enumerate(places.relay, 1))
    office = LocationRecord(
        "state-street-2", STATE_STREET, (44.26055, -72.57725), "valid", "test", psap, "fixed route",
        source="administrator", updated_at="2026-01-05T10:00:00Z",
    )  # fmt: skip
    amy = Identity(
        "demo", "device_user_id", "E1001", name="Amy Agent", callback_number=CALLBACK, assigned_location=office
    )
    nowhere = replace(amy, identity="E1099", name="Ned Nowhere", assigned_location=None)
    records = (ORGANIZATION, trunk, Provider(relay, name="Callpoint test", provider_id="callpoint.example"))
    return [Put(record) for record in (*records, psap, office, amy, nowhere)]


class Node(ForeignProcess):
    """`callpoint node` on ephemeral loopback ports: `port` for UDP and TCP over IPv4 and IPv6, `tls_port`.

    `prompts` is a folder of rendered speech shared by the nodes of one test run: rendering takes seconds.
    """

    def __init__(
        self,
        folder: Path,
        changes: Sequence[Change],
        *,
        tls: tuple[Certificate, Path] | None = None,
        reroute_seconds: float = 1.0,
        prompts: Path | None = None,
        extra: Sequence[str] = (),
    ) -> None:
        """`extra` are further lines of its configuration."""
        self.port = free_port()
        self.tls_port = free_port()
        self._stream_ports = (self.port,) if tls is None else (self.port, self.tls_port)
        self.data = folder / "data"
        self.journal = self.data / "node" / "journal.db"
        with SnapshotWriter(self.data / "node" / "snapshot.db") as snapshot:
            snapshot.apply(changes)
        if prompts is not None:
            (self.data / "node" / "prompts").symlink_to(prompts, target_is_directory=True)
        config = folder / "callpoint.toml"
        config.write_text("\n".join([self._configuration(tls, reroute_seconds), *extra]), encoding="utf-8")
        super().__init__([sys.executable, "-m", "callpoint", "node", "--data", self.data, "--config", config], folder)

    def _configuration(self, tls: tuple[Certificate, Path] | None, reroute_seconds: float) -> str:
        rtp = free_even_port()
        addresses = f'["127.0.0.1:{self.port}", "[::1]:{self.port}"]'
        lines = ["[sip]", f"udp = {addresses}", f"tcp = {addresses}", f"reroute_seconds = {reroute_seconds}"]
        # SIPp's scenarios know no OPTIONS; what becomes of these is tested where they are the subject.
        lines += ['host_name = "callpoint.example"', "options_seconds = 0"]
        if tls is None:
            lines.append("tls = []")
        else:
            own, authority = tls
            lines += [f'tls = ["127.0.0.1:{self.tls_port}"]', f'tls_ca = "{authority}"']
            lines += [f'tls_certificate = "{own.certificate}"', f'tls_key = "{own.key}"']
        lines += ["[read_back]", "max_calls = 4", f"rtp_port_min = {rtp}", f"rtp_port_max = {rtp + 19}"]
        return "\n".join(lines) + "\n"

    @property
    def address(self) -> str:
        """host:port for UDP and TCP."""
        return f"127.0.0.1:{self.port}"

    def wait_until_ready(self, seconds: float = 20.0) -> None:
        """Returns once it answers OPTIONS over UDP and takes connections."""
        self.wait_for(self._answers, seconds, "the node answers OPTIONS")
        self.wait_for(lambda: all(map(takes_connections, self._stream_ports)), 5, "the node takes connections")

    def facts(self, kind: str = "") -> list[Fact]:
        """What the journal holds, oldest first; of one kind, or all."""
        if not self.journal.exists():
            return []
        return [fact for fact in facts_after(self.journal, 0) if kind in ("", fact.kind)]

    def wait_for_fact(self, kind: str, seconds: float = 5.0) -> Fact:
        """The first fact of that kind, waited for."""
        self.wait_for(lambda: bool(self.facts(kind)), seconds, f"the journal tells {kind}")
        return self.facts(kind)[0]

    def _answers(self) -> bool:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asker:
            asker.settimeout(0.3)
            asker.connect(("127.0.0.1", self.port))
            own = asker.getsockname()[1]
            token = f"{time.monotonic_ns():x}"
            lines = (
                f"OPTIONS sip:127.0.0.1:{self.port} SIP/2.0",
                f"Via: SIP/2.0/UDP 127.0.0.1:{own};branch=z9hG4bK{token};rport",
                "Max-Forwards: 70",
                f"From: <sip:ready@127.0.0.1>;tag={token}",
                f"To: <sip:127.0.0.1:{self.port}>",
                f"Call-ID: {token}",
                "CSeq: 1 OPTIONS",
                "Content-Length: 0",
            )
            try:
                asker.send(("\r\n".join(lines) + "\r\n\r\n").encode())
                return asker.recv(65535).startswith(b"SIP/2.0 ")
            except OSError:
                return False

    def report(self) -> str:
        told = "\n".join(f"  {fact.kind:15} {fact.data}" for fact in self.facts()[-25:])
        return f"{super().report()}\n--- its journal:\n{told}"


def takes_connections(port: int) -> bool:
    """Whether somebody listens for TCP there."""
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True

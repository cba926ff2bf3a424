"""A node of its own for a bench: a snapshot with one person, a SIPp behind it as PSAP, nothing else running."""

import socket
import subprocess
import sys
import time
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Self

from callpoint.i3.civic import Civic
from callpoint.ops.bench.sipp import free_port, start_psap
from callpoint.ops.bench.usage import Usage, usage
from callpoint.ops.errors import OperatorError
from callpoint.routing.records import FixedRoute, Identity, LocationRecord, Organization, Provider, Psap, Target, Trunk
from callpoint.snapshot.changes import Change, Put
from callpoint.snapshot.writer import SnapshotWriter

START_SECONDS = 20.0
NOBODY = "sip:127.0.0.1:9;transport=udp"  # the relay center of a bench: the PSAP answers every call
_OPTIONS = (
    "OPTIONS sip:127.0.0.1:{port} SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1:{own};branch=z9hG4bKbench{own};rport\r\n"
    "From: <sip:bench@127.0.0.1>;tag=1\r\nTo: <sip:127.0.0.1>\r\nCall-ID: bench-{own}\r\nCSeq: 1 OPTIONS\r\n"
    "Max-Forwards: 70\r\nContent-Length: 0\r\n\r\n"
)


class NodeUnderLoad:
    """A context manager; `port` is where the node takes calls, `psap_port` where SIPp answers them."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._stack = ExitStack()
        self._process: subprocess.Popen[bytes] | None = None
        self.port = free_port()
        self.psap_port = free_port()
        self.start_seconds = 0.0

    def __enter__(self) -> Self:
        try:
            self._prepare()
            began = time.monotonic()
            self._stack.callback(stop, start_psap(self.psap_port, self._folder))
            self._process = subprocess.Popen(
                [sys.executable, "-m", "callpoint", "node", "--data", str(self._folder), "--config", str(self._toml)]
            )
            self._stack.callback(stop, self._process)
            self._wait(began)
        except BaseException:
            self._stack.close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()

    def usage(self) -> Usage:
        """What the node has used so far."""
        if self._process is None:
            raise OperatorError("The node was not started.", "Use NodeUnderLoad in a with statement.")
        return usage(self._process.pid)

    @property
    def _toml(self) -> Path:
        return self._folder / "callpoint.toml"

    def _prepare(self) -> None:
        # SIPp's scenarios know no OPTIONS, and would count each as a call that failed.
        asks_nobody = "reroute_seconds = 5.0\noptions_seconds = 0\n"
        self._toml.write_text(f'[sip]\nudp = ["127.0.0.1:{self.port}"]\ntcp = []\ntls = []\n{asks_nobody}')
        writer = SnapshotWriter(self._folder / "node" / "snapshot.db")
        writer.apply(directory(self.psap_port))
        writer.close()

    def _wait(self, began: float) -> None:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            probe.bind(("127.0.0.1", 0))
            probe.settimeout(0.05)
            own = probe.getsockname()[1]
            while time.monotonic() - began < START_SECONDS:
                probe.sendto(_OPTIONS.format(port=self.port, own=own).encode(), ("127.0.0.1", self.port))
                try:
                    probe.recv(4096)
                except OSError:  # not there yet: silence, or a port that is still closed
                    time.sleep(0.02)
                    continue
                self.start_seconds = time.monotonic() - began
                return
        raise OperatorError("The node did not start.", "Read its words above; callpoint doctor may know more.")


def directory(psap_port: int) -> list[Change]:
    """One organization, one trunk, one person at one address, one PSAP."""
    uri = f"sip:127.0.0.1:{psap_port};transport=udp"
    psap = Psap("Bench PSAP", (Target("bench", uri),))
    civic = Civic(country="US", A1="VT", A3="Montpelier", RD="State", STS="Street", HNO="115", FLR="2", PC="05633")
    location = LocationRecord("bench", civic, (44.2601, -72.5806), "valid", "bench", psap, "fixed route")
    person = Identity(
        "bench", "device_user_id", "E1001", "Bench Person", "", "en", "+18025550101", assigned_location=location
    )
    return [
        Put(Organization("bench", "Bench")),
        Put(Provider((Target("relay", NOBODY, "i3", "relay_center"),), "100.00", "USD", "Bench")),
        Put(Trunk("bench", "bench", ("127.0.0.0/8",))),
        Put(FixedRoute(psap, "US")),
        Put(person),
    ]


def stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(5)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()

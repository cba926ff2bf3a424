"""SIPp as caller and as PSAP, for load."""

import csv
import shutil
import socket
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from callpoint.ops.errors import OperatorError

SCENARIOS = Path(__file__).parent
GRACE_SECONDS = 40.0  # behind the last call: a lost BYE is repeated for 32 s before sipp gives up


@dataclass(frozen=True)
class Load:
    """What SIPp counted over one run."""

    calls: int
    failed: int
    retransmissions: int


def sipp_program() -> str:
    """Where SIPp is; OperatorError with the remedy when it is not."""
    path = shutil.which("sipp")
    if path is None:
        raise OperatorError("SIPp is not installed.", "On Debian: apt-get install sip-tester (or: make peers).")
    return path


def free_port() -> int:
    """A UDP port nobody uses now; SIPp has no way to take any free one and tell which."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def free_tcp_port() -> int:
    """A TCP port nobody uses now."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


def start_psap(port: int, folder: Path) -> subprocess.Popen[bytes]:
    """A PSAP at 127.0.0.1:`port` until it is terminated."""
    command = [sipp_program(), "-sf", str(SCENARIOS / "psap.xml"), "-i", "127.0.0.1", "-p", str(port), "-nostdin"]
    return subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def call(port: int, rate: int, calls: int) -> Load:
    """Places `calls` calls at `rate` a second to 127.0.0.1:`port`; blocks until the last one is over."""
    with tempfile.TemporaryDirectory(prefix="callpoint-bench-") as name:
        statistics = Path(name) / "statistics.csv"
        command = [sipp_program(), f"127.0.0.1:{port}", "-sf", str(SCENARIOS / "caller.xml"), "-i", "127.0.0.1"]
        command += ["-p", str(free_port()), "-r", str(rate), "-m", str(calls), "-l", str(max(rate * 4, 100))]
        command += ["-trace_stat", "-stf", str(statistics), "-fd", "1", "-nostdin"]
        command += ["-timeout", f"{calls / rate + GRACE_SECONDS:.0f}s"]
        # SIPp exits 1 when a call failed; that is a figure here, not an error.
        subprocess.run(command, cwd=name, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
        return read_statistics(statistics, calls)


def read_statistics(path: Path, calls: int) -> Load:
    """The last line of a SIPp statistics file; calls that never came to an end count as failed."""
    try:
        with path.open(newline="") as file:
            rows = list(csv.DictReader(file, delimiter=";"))
    except OSError as error:
        raise OperatorError(
            f"SIPp wrote no statistics: {error}.", "Run the bench again with nothing on its ports."
        ) from error
    if not rows:
        raise OperatorError("SIPp wrote empty statistics.", "Run the bench again.")
    last = rows[-1]
    done = int(last["SuccessfulCall(C)"])
    return Load(calls, calls - done, int(last["Retransmissions(C)"]))

"""`callpoint bench calls`: calls a second through a node, beside the same callers and PSAP without one.

Each rate runs twice: SIPp to SIPp directly, then SIPp through the node. A phone of our own measures the time to the
answer beside the load. Afterwards a longer run shows whether memory stays flat, then the directory is measured at a
million identities and the parser alone.
"""

import asyncio
import tempfile
import threading
from dataclasses import asdict
from pathlib import Path

from callpoint.ops.bench import parsing
from callpoint.ops.bench.first_audio import CALLS, first_audio
from callpoint.ops.bench.node_under_load import NodeUnderLoad
from callpoint.ops.bench.probe import Probe, milliseconds
from callpoint.ops.bench.report import Aim, Report
from callpoint.ops.bench.sipp import Load, call
from callpoint.snapshot.measure import measure_lookup

RATES = (50, 200, 500)
SECONDS = 10
# Slow enough that the first 5,000 calls last longer than a transaction lives (32 s): from then on nothing should grow.
MEMORY_FIRST, MEMORY_LAST, MEMORY_RATE = 5_000, 20_000, 150
IDENTITIES = 1_000_000

AIMS = (
    *(Aim(f"node_{rate}_failed", "at most", 0, f"no failed call at {rate} calls/s") for rate in RATES),
    Aim("node_200_setup_p50_ms", "at most", 3.0, "INVITE to 200 p50 at most 3 ms at 200 calls/s"),
    Aim("node_200_cpu_ms_per_call", "at most", 2.0, "at most 2 ms of processor time a call at 200 calls/s"),
    Aim("memory_change_percent", "at most", 10.0, "memory flat within 10 % between call 5,000 and call 20,000"),
    Aim("read_back_first_audio_p99_ms", "at most", 300, "first audio of 933 at most 300 ms after the answer"),
    Aim("parse_serialise_per_second", "at least", 40_000, "40,000 INVITEs parsed and serialised a second and core"),
    Aim("lookup_decide_p99_ms", "at most", 1.0, "look-up p99 at most 1 ms at a million identities"),
    Aim("lookup_reader_mb", "at most", 600, "memory of the node at most 600 MB at a million identities"),
    Aim("lookup_start_s", "at most", 15, "start at most 15 s at a million identities"),
)


def run(quick: bool = False) -> Report:
    """All of it; `quick` runs a fiftieth of everything, to see that the bench itself works."""
    report = Report("calls", AIMS)
    seconds = 1 if quick else SECONDS
    report.figures.update(parsing.measure(0.2 if quick else 2.0))
    with tempfile.TemporaryDirectory(prefix="callpoint-bench-") as name, NodeUnderLoad(Path(name)) as node:
        report.figures["node_start_seconds"] = round(node.start_seconds, 3)
        for rate in RATES:
            _rate(report, node, rate, seconds)
        _memory(report, node, scale=50 if quick else 1)
        _first_audio(report, node, calls=3 if quick else CALLS)
    with tempfile.TemporaryDirectory(prefix="callpoint-bench-") as name:
        lookup = measure_lookup(IDENTITIES // 50 if quick else IDENTITIES, Path(name))
        report.figures.update({f"lookup_{key}": value for key, value in asdict(lookup).items()})
    return report


def _rate(report: Report, node: NodeUnderLoad, rate: int, seconds: int) -> None:
    load, probe = under_load(node.psap_port, rate, seconds)
    _note(report, f"direct_{rate}", load, probe)
    before = node.usage()
    load, probe = under_load(node.port, rate, seconds)
    used = node.usage().cpu_seconds - before.cpu_seconds
    _note(report, f"node_{rate}", load, probe)
    calls = load.calls + len(probe.setups)
    report.figures[f"node_{rate}_cpu_ms_per_call"] = round(used * 1000 / calls, 3)


def under_load(port: int, rate: int, seconds: int) -> tuple[Load, Probe]:
    """SIPp at `rate` for `seconds` against `port`, and the probe beside it."""
    probe = Probe(port)
    beside = threading.Thread(target=lambda: asyncio.run(probe.run(seconds)))
    beside.start()
    load = call(port, rate, rate * seconds)
    beside.join()
    return load, probe


def _note(report: Report, name: str, load: Load, probe: Probe) -> None:
    p50, p99 = milliseconds(probe.setups)
    report.figures[f"{name}_failed"] = load.failed + probe.failures
    report.figures[f"{name}_retransmissions"] = load.retransmissions
    report.figures[f"{name}_setup_p50_ms"] = round(p50, 3)
    report.figures[f"{name}_setup_p99_ms"] = round(p99, 3)


def _first_audio(report: Report, node: NodeUnderLoad, calls: int) -> None:
    p50, p99 = milliseconds(asyncio.run(first_audio(node.port, calls)))
    report.figures["read_back_first_audio_p50_ms"] = round(p50, 1)
    report.figures["read_back_first_audio_p99_ms"] = round(p99, 1)


def _memory(report: Report, node: NodeUnderLoad, scale: int) -> None:
    """Memory after the first calls of a long run and at its end, in percent of the first."""
    call(node.port, MEMORY_RATE, MEMORY_FIRST // scale)
    first = node.usage().rss_mib
    call(node.port, MEMORY_RATE, (MEMORY_LAST - MEMORY_FIRST) // scale)
    last = node.usage().rss_mib
    report.figures["memory_first_mib"] = round(first, 1)
    report.figures["memory_last_mib"] = round(last, 1)
    report.figures["memory_change_percent"] = round(abs(last - first) / first * 100, 1)

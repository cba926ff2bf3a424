"""How fast and how large the snapshot is: a directory of any size, read as calls read it, in a process of its own.

`callpoint bench calls` shows these figures. Every fifth caller is one the directory does not know, because such a
call asks most of it: the person, look-alikes, and the calling number.
"""

import gc
import json
import random
import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from callpoint.i3.civic import Civic
from callpoint.routing.decide import decide
from callpoint.routing.plan import IncomingCall
from callpoint.routing.records import (
    FixedRoute,
    Identity,
    LocationRecord,
    Organization,
    Provider,
    Psap,
    Target,
    Trunk,
)
from callpoint.snapshot.changes import Change, Put
from callpoint.snapshot.store import Snapshot
from callpoint.snapshot.writer import SnapshotWriter

ORGANIZATIONS: Final = 50
PEOPLE_AT_ONE_LOCATION: Final = 20
LOOK_UPS: Final = 20_000
_MODULE: Final = "callpoint.snapshot.measure"  # __name__ is another one where this is started by itself
_RELAY: Final = Target("Relay center", "sip:relay.example.net", "i3", "relay_center")


@dataclass(frozen=True)
class LookupFigures:
    """Seconds and megabytes, but for `decide_*`: milliseconds of one look-up and decision.

    `decide_cpu_ms` is the mean of processor time: what stays true on a machine that others use, too.
    """

    identities: int
    load_s: float
    file_mb: float
    start_s: float
    decide_p50_ms: float
    decide_p99_ms: float
    decide_max_ms: float
    decide_cpu_ms: float
    reader_mb: float


def measure_lookup(count: int, directory: Path, look_ups: int = LOOK_UPS) -> LookupFigures:
    """Write a snapshot of `count` identities below `directory`, then look people up in a fresh process.

    Takes about half a minute for a million. Raises subprocess.CalledProcessError when the reader fails.
    """
    path = directory / f"bench-{count}.db"
    began = time.perf_counter()
    with SnapshotWriter(path) as writer:
        writer.apply(synthetic_directory(count))
        writer.shrink_log()
    load_s = time.perf_counter() - began
    command = [sys.executable, "-m", _MODULE, str(path), str(count), str(look_ups)]
    reader = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    return LookupFigures(count, round(load_s, 2), round(path.stat().st_size / 1e6, 1), **reader)


def synthetic_directory(count: int) -> Iterator[Change]:
    """`count` people E0000000… in ORGANIZATIONS organizations, twenty at one location, every tenth also at home."""
    psaps = [Psap(f"PSAP {n}", (Target(f"PSAP {n}", f"sip:psap{n}.example.net;transport=tls"),)) for n in range(200)]
    yield Put(Provider((_RELAY,), "100.00", "USD", "Bench"))
    yield Put(FixedRoute(psaps[0], "US", "VT"))
    for number in range(ORGANIZATIONS):
        yield Put(Organization(f"org{number}", f"Organization {number}"))
        yield Put(Trunk(f"trunk{number}", f"org{number}", (f"10.0.{number}.0/24",)))
    office: LocationRecord | None = None
    for number in range(count):
        if number % PEOPLE_AT_ONE_LOCATION == 0:
            office = _location(f"office{number}", number, psaps[number % len(psaps)])
        home = _location(f"home{number}", number, psaps[number % 7]) if number % 10 == 0 else None
        yield Put(
            Identity(
                f"org{number % ORGANIZATIONS}",
                "device_user_id",
                f"E{number:07}",
                f"Person {number}",
                f"person{number}@example.com",
                "en",
                f"+1802555{number % 10000:04}",
                current_location=home,
                assigned_location=office,
                notified=("security",),
            )
        )


def _location(name: str, number: int, psap: Psap) -> LocationRecord:
    civic = Civic(
        country="US", A1="VT", A3="Montpelier", RD="State", STS="Street", HNO=str(number), PC="05633", FLR="2"
    )
    point = (44.26, -72.58)
    return LocationRecord(name, civic, point, "valid", "bench", psap, "boundary", updated_at="2026-11-01T00:00:00Z")


def _read(path: Path, count: int, look_ups: int) -> dict[str, float]:
    """What the reading process does and measures."""
    began = time.perf_counter()
    snapshot = Snapshot(path)
    trunk = snapshot.trunks()[0]
    start_s = time.perf_counter() - began
    order = random.Random(911)  # noqa: S311 - the same callers in every run
    gc.collect()
    gc.freeze()
    times: list[float] = []
    cpu_began = time.process_time()
    for turn in range(look_ups):
        number = order.randrange(count)
        identity = f"e{number:07}" if turn % 5 == 0 else f"E{number:07}"
        call = IncomingCall(
            *(f"org{number % ORGANIZATIONS}", "911", "emergency", "urn:service:sos", identity, "X-Employee-ID"),
            trunk=trunk,
            caller_number="+18025550100",
        )
        began = time.perf_counter()
        plan = decide(call, snapshot)
        times.append((time.perf_counter() - began) * 1000)
        if (plan.identity is None) != (turn % 5 == 0):
            raise RuntimeError(f"{identity} was not looked up rightly")
    cpu_ms = (time.process_time() - cpu_began) * 1000 / look_ups
    times.sort()
    return {
        "start_s": round(start_s, 3),
        "decide_p50_ms": round(times[len(times) // 2], 4),
        "decide_p99_ms": round(times[int(len(times) * 0.99)], 4),
        "decide_max_ms": round(times[-1], 4),
        "decide_cpu_ms": round(cpu_ms, 4),
        "reader_mb": round(_peak_memory_mb(), 1),
    }


def _peak_memory_mb() -> float:
    """Of this process alone: getrusage also remembers the process that started it, before exec."""
    status = Path("/proc/self/status")
    if status.exists():
        lines = [line.split() for line in status.read_text().splitlines() if line.startswith("VmHWM")]
        return int(lines[0][1]) / 1e3
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6


def main(arguments: list[str]) -> None:
    """`python -m callpoint.snapshot.measure PATH COUNT LOOK_UPS` reads; `… DIRECTORY COUNT` does it all."""
    if len(arguments) == 3:
        figures = _read(Path(arguments[0]), int(arguments[1]), int(arguments[2]))
    else:
        figures = asdict(measure_lookup(int(arguments[1]), Path(arguments[0])))
    sys.stdout.write(json.dumps(figures) + "\n")


if __name__ == "__main__":
    main(sys.argv[1:])

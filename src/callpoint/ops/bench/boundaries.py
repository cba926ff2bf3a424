"""How fast and how large the boundary index is: a nation of detailed boundaries, each figure in a process of its own.

One process draws them and makes them ready, as the first process of an installation does. A second reads what came of
it into its own memory, as the node does, and asks; a third maps it, as the web server does, to see what a further
process costs. Places are asked one by one in one thread, by wall clock; `…_cpu_us` is what stays true on a machine
that others use, too.
"""

import json
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Final

from callpoint.i3.shapes import Circle, Point, Shape
from callpoint.ops.bench.drawn_boundaries import EAST, NORTH, SEED, SOUTH, WEST, drawn_boundaries
from callpoint.ops.bench.probe import milliseconds
from callpoint.ops.bench.report import Aim, Report
from callpoint.routing.boundaries import BoundaryIndex
from callpoint.routing.rings import build_rings
from callpoint.snapshot.boundary_store import BoundaryStore

BOUNDARIES: Final = 6_000
ASKED: Final = 20_000
QUICK: Final = 50
RADII: Final = {"circle_100m": 100.0, "circle_2km": 2_000.0}
_SERVICE: Final = "urn:service:sos"
_AT: Final = "2026-01-01T00:00:00Z"
_KEY: Final = "bench"
_MODULE: Final = "callpoint.ops.bench.boundaries"  # __name__ is another one where this is started by itself

Figures = dict[str, float]

AIMS: Final = (
    Aim("index_rss_mib", "at most", 800, "a process with the boundaries of a nation takes at most 800 MB"),
    Aim("point_p50_ms", "at most", 1, "a call with coordinates is looked up within 1 ms (p50)"),
    Aim("point_p99_ms", "at most", 1, "a call with coordinates is looked up within 1 ms (p99)"),
    Aim("circle_100m_p99_ms", "at most", 1, "a call with a circle of 100 m is looked up within 1 ms (p99)"),
    Aim("not_found", "at most", 0, "every place is found in a boundary"),
)


def run(quick: bool = False) -> Report:
    """All of it as a bench of its own; `quick` a fiftieth."""
    report = Report("boundaries", AIMS)
    scale = QUICK if quick else 1
    report.figures |= measure(BOUNDARIES // scale, ASKED // scale)
    return report


def measure(boundaries: int, asked: int) -> Figures:
    """Seconds, MiB and milliseconds of about so many boundaries of 2,000 corners each, and so many look-ups.

    Takes half a minute for a nation. Raises subprocess.CalledProcessError when one of the processes fails.
    """
    with tempfile.TemporaryDirectory(prefix="callpoint-bench-") as folder:
        figures = _in_a_process("make", folder, boundaries)
        figures |= _in_a_process("ask", folder, asked)
        return figures | _in_a_process("map", folder, asked // 10)


def _in_a_process(what: str, folder: str, count: int) -> Figures:
    command = [sys.executable, "-m", _MODULE, what, folder, str(count)]
    told: Figures = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    return told


def _make(folder: Path, count: int) -> Figures:
    boundaries, wkb = drawn_boundaries(count)
    began = time.perf_counter()
    arrays = build_rings(wkb)
    built = time.perf_counter()
    BoundaryStore(folder).keep(_KEY, boundaries, arrays)
    return {
        "boundaries": len(boundaries),
        "corners": len(arrays.x),
        "build_s": round(built - began, 2),
        "keep_s": round(time.perf_counter() - built, 2),
    }


def _ask(folder: Path, asked: int) -> Figures:
    bare = _memory()["Rss"]
    index, load_s, warm_s = _opened(folder, mapped=False)
    figures = {"load_s": load_s, "warm_s": warm_s}
    places = _places(asked)
    figures |= _looked_up("point", index, places)
    for name, radius in RADII.items():
        figures |= _looked_up(name, index, [Circle(place, radius) for place in places[: asked // 10]])
    rss = _memory()["Rss"]
    return figures | {"index_rss_mib": rss, "index_rss_added_mib": round(rss - bare, 1)}


def _map(folder: Path, asked: int) -> Figures:
    index, load_s, warm_s = _opened(folder, mapped=True)
    _looked_up("point", index, _places(asked))
    memory = _memory()
    own = round(memory["Private_Dirty"], 1)
    return {"mapped_load_s": load_s, "mapped_warm_s": warm_s, "mapped_private_mib": own}


def _opened(folder: Path, *, mapped: bool) -> tuple[BoundaryIndex, float, float]:
    """The index, and the seconds of loading and of warming it. RuntimeError when nothing was kept."""
    began = time.perf_counter()
    kept = BoundaryStore(folder).open(_KEY, mapped=mapped)
    if kept is None:
        raise RuntimeError(f"no boundaries were kept in {folder}")
    index = BoundaryIndex.of_arrays(*kept)
    loaded = time.perf_counter()
    index.warm()
    return index, round(loaded - began, 2), round(time.perf_counter() - loaded, 2)


def _places(count: int) -> list[Point]:
    order = random.Random(SEED)  # noqa: S311 - the same places in every run
    return [Point(order.uniform(SOUTH + 1, NORTH - 1), order.uniform(WEST + 1, EAST - 1)) for _ in range(count)]


def _looked_up(name: str, index: BoundaryIndex, shapes: list[Point] | list[Circle]) -> Figures:
    times: list[float] = []
    missed = 0
    cpu_began = time.process_time()
    for shape in shapes:
        began = time.perf_counter()
        missed += not _find(index, shape)
        times.append(time.perf_counter() - began)
    cpu = time.process_time() - cpu_began
    p50, p99 = milliseconds(times)
    figures = {f"{name}_p50_ms": round(p50, 4), f"{name}_p99_ms": round(p99, 4)}
    figures[f"{name}_cpu_us"] = round(cpu * 1e6 / max(len(shapes), 1), 1)
    if name == "point":
        figures |= {"finds_per_second": round(len(times) / max(sum(times), 1e-9)), "not_found": missed}
    return figures


def _find(index: BoundaryIndex, shape: Shape) -> bool:
    return bool(index.find(shape, _SERVICE, _AT))


def _memory() -> dict[str, float]:
    """MiB of this process by kind, as Linux tells them."""
    lines = [line.split() for line in Path("/proc/self/smaps_rollup").read_text(encoding="ascii").splitlines()[1:]]
    return {line[0].rstrip(":"): round(int(line[1]) / 1024, 1) for line in lines}


def main(arguments: list[str]) -> None:
    """`python -m callpoint.ops.bench.boundaries make|ask|map FOLDER COUNT`: one process of the bench."""
    what, folder, count = arguments
    figures = {"make": _make, "ask": _ask, "map": _map}[what](Path(folder), int(count))
    sys.stdout.write(json.dumps(figures) + "\n")


if __name__ == "__main__":
    main(sys.argv[1:])

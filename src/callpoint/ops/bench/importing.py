"""`callpoint bench import`: a company of 100,000 people at 23,131 locations comes in by two files, twice.

On SQLite, and on PostgreSQL where one is given or installed. The files are drawn (`synthetic_people`), the addresses
judged by address points as an installation has them. Administrator and worker are two processes, as in production; the
worker does all a real one does but speech. Each duration by the clock stands beside the worker's processor time: the
first is what people wait, the second hardly depends on who else uses the machine.
"""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from callpoint.addresses.reference import load
from callpoint.datasets.loading import LoadRequest
from callpoint.ops.bench import postgres_server
from callpoint.ops.bench.report import Aim, Report
from callpoint.ops.bench.synthetic_points import write_csv

POINTS: Final = 100_000
QUICK: Final = 50
NAME: Final = "bench"
DATASETS: Final = "datasets"  # where an installation has them, below its data directory
_URL: Final = "CALLPOINT_DATABASE_URL"
_SAY: Final = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}


def aims(database: str) -> tuple[Aim, ...]:
    """What is promised of each database."""
    where = f"on {_SAY[database]}"
    return (
        Aim(f"{database}_preview_s", "at most", 30, f"100,000 people and 23,131 locations compared in 30 s {where}"),
        Aim(f"{database}_apply_s", "at most", 20, f"and written in 20 s {where}"),
        Aim(f"{database}_again_s", "at most", 15, f"the same files again in 15 s {where}"),
        Aim(f"{database}_again_changes", "at most", 0, f"with no change {where}"),
        Aim(f"{database}_meanwhile_changes_refused", "at most", 0, f"while nobody else's change is refused {where}"),
        Aim(f"{database}_worker_peak_mb", "at most", 500, f"with at most 500 MB {where}"),
        Aim(f"{database}_list_page_slowest_ms", "at most", 150, f"every page of the list within 150 ms {where}"),
    )


def run(quick: bool = False, postgres: str = "") -> Report:
    """All of it; `quick` a fiftieth. `postgres` is the URL of an empty PostgreSQL database, "" for one of our own."""
    with tempfile.TemporaryDirectory(prefix="callpoint-bench-") as name, _databases(postgres) as urls:
        folder = Path(name)
        report = Report("import", tuple(aim for database in urls for aim in aims(database)))
        source = folder / "points.csv"
        write_csv(source, POINTS)
        load(LoadRequest("address-points", source, NAME, folder / DATASETS, complete=True))
        for database, url in urls.items():
            report.figures |= _figures(folder, database, url, QUICK if quick else 1)
    return report


@contextmanager
def _databases(postgres: str) -> Iterator[dict[str, str]]:
    """The URL of each database there is to measure on; "" is SQLite in the data directory."""
    binaries = postgres_server.programs()
    if postgres:
        yield {"sqlite": "", "postgresql": postgres}
    elif binaries is not None:
        with postgres_server.server(binaries) as url:
            yield {"sqlite": "", "postgresql": url}
    else:
        yield {"sqlite": ""}


def _figures(folder: Path, database: str, url: str, scale: int) -> dict[str, float]:
    data = folder / database
    data.mkdir()
    (data / DATASETS).symlink_to(folder / DATASETS)
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("CALLPOINT_", "DJANGO_"))}
    command = [sys.executable, "-m", "callpoint.ops.bench.import_process", "session", str(data), str(scale)]
    done = subprocess.run(command, env=environment | ({_URL: url} if url else {}), stdout=subprocess.PIPE, check=True)
    figures = json.loads(done.stdout.splitlines()[-1])
    figures["again_s"] = round(figures["again_preview_s"] + figures["again_apply_s"], 3)
    figures["again_cpu_s"] = round(figures["again_preview_cpu_s"] + figures["again_apply_cpu_s"], 3)
    return {f"{database}_{name}": value for name, value in figures.items()}

"""`callpoint bench validate`: addresses judged a second, against a million address points.

The points are drawn (`synthetic_points`) and loaded as an operator's would be; the rows asked for are some of them, a
part written in other ways. What single addresses take is measured one by one in this process, after as many others:
a process reads the ZIP codes of a region when it first meets one, which takes it some milliseconds. The rows of a file
go the way of `callpoint validate --file`. Nothing can be compared with a peer: no published rate of structured
validation was found; Nominatim's structured search did 20 a second on a similar machine.
"""

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from random import Random
from time import perf_counter, thread_time
from typing import Final

from callpoint.addresses.live_validator import LiveValidator, open_validator
from callpoint.addresses.reference import load
from callpoint.datasets.loading import LoadRequest
from callpoint.ops.bench.probe import milliseconds
from callpoint.ops.bench.report import Aim, Report
from callpoint.ops.bench.synthetic_points import SEED, SyntheticPoint, points, write_csv
from callpoint.ops.validate_bulk import judged

POINTS: Final = 1_000_000
ROWS: Final = 100_000
SINGLES: Final = 3_000
QUICK: Final = 50

AIMS: Final = (
    Aim("load_s", "at most", 60, "1,000,000 address points loaded in at most 60 s"),
    Aim("size_mb", "at most", 120, "at most 120 MB on disk for them"),
    Aim("rows_s", "at most", 30, "100,000 rows of free text judged in at most 30 s on two cores"),
    Aim("exact_p99_ms", "at most", 2, "a single exact address p99 at most 2 ms"),
    Aim("suggestions_p99_ms", "at most", 15, "a single address that needs suggestions p99 at most 15 ms"),
)
NAME: Final = "bench"
DATASETS: Final = "datasets"  # where an installation has them, below its data directory


def run(quick: bool = False) -> Report:
    """All of it; `quick` a fiftieth."""
    report = Report("validate", AIMS)
    scale = QUICK if quick else 1
    with tempfile.TemporaryDirectory(prefix="callpoint-bench-") as folder:
        data = Path(folder)
        _load(report, data, POINTS // scale)
        rows = _rows(POINTS // scale, ROWS // scale)
        _singles(report, open_validator(data / DATASETS), rows[: 2 * max(SINGLES // scale, 100)])
        _file(report, data, [_written(row, number) for number, row in enumerate(rows)], one_process=not quick)
    return report


def _load(report: Report, data: Path, count: int) -> None:
    source = data / "points.csv"
    write_csv(source, count)
    began = perf_counter()
    meta = load(LoadRequest("address-points", source, NAME, data / DATASETS, complete=True))
    report.figures["points"] = meta.counts["points"]
    report.figures["load_s"] = round(perf_counter() - began, 2)
    size = sum(file.stat().st_size for file in (data / DATASETS).rglob("*.sqlite"))
    report.figures["size_mb"] = round(size / 1e6, 1)
    source.unlink()


def _rows(count: int, wanted: int) -> list[SyntheticPoint]:
    """`wanted` of the points, in random order as people live."""
    random = Random(SEED)  # noqa: S311 - nothing here is secret
    chosen = set(random.sample(range(count), wanted))
    rows = [point for number, point in enumerate(points(count)) if number in chosen]
    random.shuffle(rows)
    return rows


def _written(point: SyntheticPoint, number: int) -> str:
    """As a list of addresses has them: most as they should be, every tenth carelessly, every fiftieth wrong."""
    text = point.text()
    if number % 50 == 0:
        return _misspelled(point)
    if number % 10 == 0:
        return text.replace(",", "").lower()
    return f"{text.replace(',', ' Apt 3,', 1)}" if number % 10 == 5 else text


def _misspelled(point: SyntheticPoint) -> str:
    """Two letters of the street's name swapped."""
    name = point.St_Name
    return point.text().replace(name, f"{name[0]}{name[2:3]}{name[1:2]}{name[3:]}", 1)


def _singles(report: Report, validator: LiveValidator, rows: list[SyntheticPoint]) -> None:
    warming, rows = rows[: len(rows) // 2], rows[len(rows) // 2 :]
    for row in warming:
        validator.check(row.text())
    kinds: dict[str, Iterator[str]] = {
        "exact": (row.text() for row in rows),
        "suggestions": (_misspelled(row) for row in rows),
        "no_such_number": (row._replace(Add_Number=99_998).text() for row in rows),
        "no_street_type": (row.text().replace(f" {row.text().split(',')[0].split()[-1]},", ",", 1) for row in rows),
    }
    for kind, texts in kinds.items():
        seconds, used = [], []
        for text in texts:
            began, before = perf_counter(), thread_time()
            validator.check(text)
            used.append(thread_time() - before)
            seconds.append(perf_counter() - began)
        p50, p99 = milliseconds(seconds)
        report.figures[f"{kind}_p50_ms"] = round(p50, 3)
        report.figures[f"{kind}_p99_ms"] = round(p99, 3)
        # Without the time others had the processor: how much of a bad p99 is the machine's.
        report.figures[f"{kind}_p99_cpu_ms"] = round(milliseconds(used)[1], 3)


def _file(report: Report, data: Path, lines: list[str], *, one_process: bool) -> None:
    began, before = perf_counter(), os.times()
    answers = list(judged(lines, data, processes=2))
    after = os.times()
    report.figures["rows"] = len(answers)
    report.figures["rows_s"] = round(perf_counter() - began, 2)
    used = after.children_user + after.children_system - before.children_user - before.children_system
    report.figures["rows_cpu_s"] = round(used, 2)
    report.figures["rows_valid_percent"] = round(
        100 * sum('"status": "valid"' in one for one in answers) / len(lines), 2
    )
    if one_process:
        began = perf_counter()
        for _ in judged(lines[: len(lines) // 5], data, processes=1):
            pass
        report.figures["rows_one_process_s"] = round((perf_counter() - began) * 5, 2)

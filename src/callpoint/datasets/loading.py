"""Loading a file into a data set: what is the same whatever the kind.

A kind brings a `Build`: it makes its tables in the draft, puts every feature of the source in them, and tells the
log each feature's fate. Everything else (reading, locking, version, report, putting in place) is here.
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import monotonic
from typing import Final

from callpoint.datasets.building import Draft
from callpoint.datasets.errors import DatasetError
from callpoint.datasets.feature import Feature
from callpoint.datasets.kinds import FORMATS, Kind
from callpoint.datasets.meta import DatasetMeta
from callpoint.datasets.report import LoadLog, LoadReport
from callpoint.datasets.sources import Source, open_source

Build = Callable[[Iterable[Feature], Draft, LoadLog], None]
Progress = Callable[[int, int], None]

_NOTHING_LOADED: Final = "Look at the first problems, and whether the columns are what they were taken for."
PROGRESS_EVERY: Final = 500  # features: a bar moves smoothly, and nobody waits for it


def _silent(done: int, total: int) -> None:
    """Nobody watches."""


@dataclass(frozen=True)
class LoadRequest:
    """What to load, and how. `directory` is the one of all data sets.

    `columns` is the operator's map, field to column. `complete` None leaves it to what is known of the publisher.
    `progress` is told (done, total) in units of the source. `now` is the wall clock, in UTC.
    """

    kind: Kind
    path: Path
    name: str
    directory: Path
    columns: Mapping[str, str] = field(default_factory=dict)
    complete: bool | None = None
    sample: bool = False
    attribution: str = ""
    progress: Progress = _silent
    now: datetime = field(default_factory=lambda: datetime.now(UTC))


def load(request: LoadRequest, build: Build) -> DatasetMeta:
    """Loads the file; the set is in its place when this returns.

    DatasetError when nothing was changed: the file is broken or none of its rows can be used (then with a report),
    the set is being loaded by somebody else, the disk is full.
    """
    started = monotonic()
    before = _stamp(request.path)
    source = open_source(request.path, request.kind, request.columns)
    try:
        with Draft(request.directory, request.kind, request.name) as draft:
            log = LoadLog()
            build(_watched(source, request, log), draft, log)
            report = _report(source, log, monotonic() - started)
            if not log.loaded:
                raise DatasetError(
                    f"No row of {request.path.name} can be used ({log.read:,} read).", _NOTHING_LOADED, report
                )
            sha256 = _sha256(request.path)
            if _stamp(request.path) != before:
                raise DatasetError(f"{request.path.name} was changed while it was read.", "Load it again.", report)
            meta = _meta(request, source, log, report, sha256)
            draft.publish(meta)
    finally:
        source.close()
    return meta


def _watched(source: Source, request: LoadRequest, log: LoadLog) -> Iterator[Feature]:
    request.progress(0, source.total)
    for number, feature in enumerate(source.features(log)):
        if not number % PROGRESS_EVERY:
            request.progress(source.position, source.total)
        yield feature
    request.progress(source.total, source.total)


def _report(source: Source, log: LoadLog, seconds: float) -> LoadReport:
    if log.rejected > log.loaded:
        log.note("More rows were rejected than loaded: look whether the columns are what they were taken for.")
    return log.report(
        rows_are=source.rows_are,
        column_map=source.column_map.name,
        columns=source.column_map.columns,
        ignored_columns=source.column_map.ignored,
        seconds=round(seconds, 3),
    )


def _meta(request: LoadRequest, source: Source, log: LoadLog, report: LoadReport, sha256: str) -> DatasetMeta:
    complete = source.column_map.complete if request.complete is None else request.complete
    return DatasetMeta(
        kind=request.kind,
        name=request.name,
        version=_version(request, report, sha256, complete, log.newest),
        source=request.path.name,
        sha256=sha256,
        loaded_at=_utc(request.now),
        counts=dict(log.counts),
        complete=complete,
        sample=request.sample,
        attribution=request.attribution,
        report=report,
    )


def _version(request: LoadRequest, report: LoadReport, sha256: str, complete: bool, newest: str) -> str:
    """The newest date of record and a hash of all that decides what is inside."""
    content = [sha256, FORMATS[request.kind], sorted(report.columns.items()), complete, request.sample]
    short = hashlib.sha256(json.dumps(content).encode()).hexdigest()[:8]
    # A date ahead of the clock is a slip of the pen and would stay the newest for years.
    plausible = newest and newest <= _utc(request.now + timedelta(days=1))
    return f"{newest[:10] if plausible else 'undated'}-{short}"


def _stamp(path: Path) -> tuple[int, int]:
    try:
        found = path.stat()
    except OSError as error:
        raise DatasetError(f"{path} cannot be read: {error.strerror}.", "Look at its name and its owner.") from error
    return found.st_size, found.st_mtime_ns


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _utc(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")

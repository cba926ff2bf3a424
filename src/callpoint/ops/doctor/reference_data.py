"""The data sets addresses are confirmed by and PSAPs found by: are there any, are they whole, and of this year?"""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

from callpoint.datasets.catalogue import Catalogue
from callpoint.datasets.dates import iso_utc
from callpoint.datasets.file import DatasetFile
from callpoint.datasets.report import Seam
from callpoint.ops.doctor.check import Check, Subject
from callpoint.ops.doctor.finding import Finding, FindingKind, counted, listed

OLD: Final = timedelta(days=365)
SHOWN: Final = 3
_DATE_CHARS: Final = 10

NO_BOUNDARIES = FindingKind(
    "reference.no-boundaries",
    "warning",
    "No PSAP boundaries are loaded: addresses lead to a PSAP by fixed routes alone, and a call that brings only "
    "coordinates leads to none.",
    "Get the PSAP boundaries of your states or provinces and `callpoint data load psaps FILE`.",
)
NO_ADDRESSES = FindingKind(
    "reference.no-addresses",
    "warning",
    "No address points or roads are loaded: no address can be confirmed further than its postal area.",
    "`callpoint data load address-points FILE`, or `roads`, with what your states or provinces publish.",
)
UNREADABLE = FindingKind(
    "reference.unreadable",
    "error",
    "A data set cannot be read. What it confirmed stays, but nothing is confirmed or mapped by it any more.",
    "Load it again: `callpoint data load KIND FILE --name NAME`.",
)
OLD_SET = FindingKind(
    "reference.old",
    "warning",
    "A data set is more than a year old: new streets are missing in it, and PSAPs may have been joined since.",
    "Load the newest edition under the same name.",
)
GAPS = FindingKind(
    "reference.gaps",
    "warning",
    "Between the boundaries of a set lie gaps: an address there leads to no PSAP but by a fixed route.",
    "Tell whoever publishes the boundaries; `callpoint data list` shows where. Until then add fixed routes.",
)
OVERLAPS = FindingKind(
    "reference.overlaps",
    "warning",
    "Boundaries of a set overlap: there the smaller one is taken, which may be the wrong PSAP.",
    "Tell whoever publishes the boundaries; `callpoint data list` shows where.",
)
NO_URI = FindingKind(
    "reference.no-uri",
    "warning",
    "Boundaries do not say where their PSAP takes calls: a call from there goes to the relay center, unless a PSAP of "
    "that name has targets of its own.",
    "Add PSAPs of the same names with targets, or load boundaries that have a ServiceURI.",
)
SAMPLE = FindingKind(
    "reference.sample",
    "error",
    "Sample data is loaded while organizations other than the sample one are served. Its boundaries and points are "
    "made up by hand: a real call could be routed by them.",
    "`callpoint data remove KIND sample`, and load real data.",
)
FINE = FindingKind("reference.fine", "ok", "Boundaries and sets of addresses are loaded, whole and of this year.")


def look(subject: Subject) -> Iterator[Finding]:
    """What the files say of themselves. An installation that has not been started has nothing to look at."""
    if not subject.data.is_dir():
        return
    catalogue = Catalogue(subject.data / "datasets")
    files = catalogue.all_files()
    found = [UNREADABLE.found(f"{problem.sentence.rstrip('.')}.") for problem in catalogue.problems()]
    found += _missing(files)
    for file in files:
        found += _old(file, subject.now)
        found += [*_seams(file), *_without_uri(file)]
    yield from found
    if not found:
        yield FINE.found(f"{counted(len(files), 'data set')} loaded: {listed([_name(file) for file in files])}.")


def sample_sets(subject: Subject) -> list[str]:
    """Names of the sample data sets that are loaded."""
    return [_name(file) for file in Catalogue(subject.data / "datasets").all_files() if file.meta.sample]


def _missing(files: Sequence[DatasetFile]) -> Iterator[Finding]:
    kinds = {file.meta.kind for file in files}
    if "psaps" not in kinds:
        yield NO_BOUNDARIES.found("No PSAP boundaries are loaded.")
    if not kinds & {"address-points", "roads"}:
        yield NO_ADDRESSES.found("Neither address points nor roads are loaded.")


def _old(file: DatasetFile, now: datetime) -> Iterator[Finding]:
    """By the newest date of record, which the version begins with; else by when it was loaded."""
    written = iso_utc(file.meta.version[:_DATE_CHARS]) or iso_utc(file.meta.loaded_at)
    date = datetime.fromisoformat(written) if written else None
    if date is not None and not file.meta.sample and now - date.astimezone(UTC) > OLD:
        yield OLD_SET.found(f"{_name(file)} is of {written[:_DATE_CHARS]}.")


def _seams(file: DatasetFile) -> Iterator[Finding]:
    report = file.meta.report
    for kind, what, seams in ((GAPS, "gap", report.gaps), (OVERLAPS, "overlap", report.overlaps)):
        if seams:
            largest = listed([_seam(seam) for seam in seams], SHOWN)
            yield kind.found(f"{_name(file)} has {counted(len(seams), what)}: {largest}.")


def _without_uri(file: DatasetFile) -> Iterator[Finding]:
    counts = file.meta.counts
    if missing := counts.get("without_uri", 0):
        yield NO_URI.found(
            f"{_name(file)}: {missing:,} of {counted(counts['boundaries'], 'boundary', 'boundaries')} without a URI."
        )


def _seam(seam: Seam) -> str:
    where = " and ".join(seam.agencies[:SHOWN])
    return f"{seam.area_km2:,.2f} km² near {seam.point[0]:.3f}, {seam.point[1]:.3f}{f' ({where})' if where else ''}"


def _name(file: DatasetFile) -> str:
    return f"{file.meta.kind}/{file.meta.name}"


CHECKS = (Check("the data sets", look),)

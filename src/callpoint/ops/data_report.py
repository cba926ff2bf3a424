"""What `callpoint data` says: a load's report and the list of data sets, for people and for programs."""

from collections.abc import Iterator, Sequence
from typing import Any, Final

from rich.console import Console
from rich.text import Text

from callpoint.datasets.errors import DatasetError
from callpoint.datasets.file import DatasetFile
from callpoint.datasets.meta import DatasetMeta
from callpoint.datasets.report import LoadReport, RowProblem, Seam

PROBLEMS_SHOWN: Final = 10  # a wrong column map makes every row wrong; the JSON has the first thousand
SEAMS_SHOWN: Final = 10


def failure_json(error: DatasetError) -> dict[str, Any]:
    """The document of a load that changed nothing."""
    report = error.report.to_json() if error.report is not None else None
    return {"loaded": False, "error": error.sentence, "remedy": error.remedy, "report": report}


def catalogue_json(files: Sequence[DatasetFile], problems: Sequence[DatasetError]) -> dict[str, Any]:
    """The document of `data list --json`: each set's own description, without the rows of its report."""
    return {
        "datasets": [_brief(file.meta) for file in files],
        "problems": [{"error": error.sentence, "remedy": error.remedy} for error in problems],
    }


def show_loaded(meta: DatasetMeta, console: Console) -> None:
    """What was loaded, then what was found."""
    report = meta.report
    sample = ", sample" if meta.sample else ""
    _say(console, f"Loaded {meta.kind}/{meta.name}, version {meta.version}{sample}, in {report.seconds:.1f} s", "bold")
    counts = ", ".join(f"{number:,} {what.replace('_', ' ')}" for what, number in meta.counts.items())
    _say(console, f"  Read as {report.column_map}. It holds {counts or 'nothing to count'}.")
    if meta.kind != "psaps":
        _say(console, f"  {_COMPLETE[meta.complete]}")
    show_report(report, console)


_COMPLETE: Final = {
    True: "Taken as complete: a number it lacks on a street it knows does not exist (--partial says otherwise).",
    False: "Taken as partial: a number it lacks may exist (--complete says otherwise).",
}


def show_report(report: LoadReport, console: Console) -> None:
    """Rows, problems, gaps and overlaps."""
    mended = f", {report.mended:,} of them mended" if report.mended else ""
    _say(console, f"  Rows: {report.read:,} read, {report.loaded:,} loaded{mended}, {report.rejected:,} rejected")
    for note in report.notes:
        _say(console, f"  {note}", "yellow")
    for problem in report.problems[:PROBLEMS_SHOWN]:
        _say(console, f"  {_problem(problem, report)}", "red" if problem.outcome == "rejected" else "yellow")
    more = report.rejected + report.mended - PROBLEMS_SHOWN
    if more > 0:
        _say(console, f"  and {more:,} more (--json and the data set keep the first thousand)", "dim")
    _show_seams("Gaps", "between", report.gaps, console)
    _show_seams("Overlaps", "of", report.overlaps, console)
    if report.seams_left_out:
        _say(console, f"  {report.seams_left_out:,} smaller gaps and overlaps are not kept", "dim")


def show_catalogue(files: Sequence[DatasetFile], problems: Sequence[DatasetError], console: Console) -> None:
    """A line for each set, and why files are left out."""
    for file in files:
        meta = file.meta
        remarks = "".join(f", {words}" for words in _remarks(meta))
        rows = f"{meta.report.loaded:,} rows of {meta.source}, loaded {meta.loaded_at}"
        _say(console, f"{meta.kind}/{meta.name}  {meta.version}  {rows}{remarks}")
        if meta.attribution:
            _say(console, f"    {meta.attribution}", "dim")
    if not files:
        _say(console, "No data sets: addresses are checked to the ZIP code or postal area only.")
    for error in problems:
        _say(console, f"{error.sentence} {error.remedy}", "red")


def _show_seams(title: str, word: str, seams: Sequence[Seam], console: Console) -> None:
    if not seams:
        return
    _say(console, f"  {title}: {len(seams)}", "yellow")
    for one in seams[:SEAMS_SHOWN]:
        latitude, longitude = one.point
        since = f", from {one.at}" if one.at else ""
        where = f"{one.area_km2:,.3f} km² at {latitude}, {longitude}"
        _say(console, f"    {where} {word} {', '.join(one.agencies)} ({one.service}{since})")
    if len(seams) > SEAMS_SHOWN:
        _say(console, f"    and {len(seams) - SEAMS_SHOWN} smaller ones (--json has them)", "dim")


def _problem(problem: RowProblem, report: LoadReport) -> str:
    layer = f" of {problem.layer}" if problem.layer and report.rows_are == "feature" else ""
    return f"{report.rows_are} {problem.line}{layer} {problem.message}"


def _remarks(meta: DatasetMeta) -> Iterator[str]:
    report = meta.report
    if meta.sample:
        yield "sample"
    if meta.kind != "psaps":
        yield "complete" if meta.complete else "partial"
    for number, what in ((report.rejected, "rejected"), (len(report.gaps), "gaps"), (len(report.overlaps), "overlaps")):
        if number:
            yield f"{number:,} {what}"


def _brief(meta: DatasetMeta) -> dict[str, Any]:
    report = meta.report
    found = {"read": report.read, "loaded": report.loaded, "rejected": report.rejected, "mended": report.mended}
    faults = {"gaps": len(report.gaps), "overlaps": len(report.overlaps)}
    return meta.to_json() | {"report": found | faults}


def _say(console: Console, words: str, style: str = "") -> None:
    # File and agency names are not ours: no markup in them is followed, no line is folded.
    console.print(Text("".join(sign if sign.isprintable() else "?" for sign in words), style), soft_wrap=True)

"""What a load found, and keeping it."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callpoint.datasets.feature import Feature
from callpoint.datasets.meta import DatasetMeta
from callpoint.datasets.report import PROBLEMS_KEPT, LoadLog, LoadReport, RowProblem, Seam

TEXT = st.text(max_size=12)
FAR = st.floats(-180, 180)
SEAMS = st.lists(
    st.builds(
        Seam,
        service=TEXT,
        agencies=st.lists(TEXT, max_size=3).map(tuple),
        area_km2=st.floats(0, 1e6),
        point=st.tuples(FAR, FAR),
        at=TEXT,
    ),
    max_size=2,
).map(tuple)
PROBLEMS = st.lists(
    st.builds(
        RowProblem, line=st.integers(), message=TEXT, layer=TEXT, outcome=st.sampled_from(["rejected", "mended"])
    ),
    max_size=3,
).map(tuple)
REPORTS = st.builds(
    LoadReport,
    read=st.integers(0),
    problems=PROBLEMS,
    notes=st.lists(TEXT, max_size=2).map(tuple),
    gaps=SEAMS,
    overlaps=SEAMS,
    rows_are=st.sampled_from(["line", "feature"]),
    columns=st.dictionaries(TEXT, TEXT, max_size=2),
    ignored_columns=st.lists(TEXT, max_size=2).map(tuple),
    seconds=st.floats(0, 1e6),
)


def feature(date: str = "") -> Feature:
    return Feature(1, "", {"DateUpdate": date} if date else {})


@given(REPORTS)
def test_a_report_survives_its_file(report: LoadReport) -> None:
    assert LoadReport.from_json(json.loads(json.dumps(report.to_json()))) == report


@given(REPORTS, TEXT, st.booleans())
def test_so_does_what_a_set_says_about_itself(report: LoadReport, text: str, sample: bool) -> None:
    meta = DatasetMeta("psaps", "ks", "v", text, text, text, {"a": 1}, False, sample, text, report)
    assert DatasetMeta.parse(meta.dump()) == meta


@pytest.mark.parametrize("text", ["", "{}", "[]", "null", '{"report": 1}', '{"kind": "roads", "report": {}}'])
def test_what_is_none_is_an_error_of_three_kinds(text: str) -> None:
    with pytest.raises((ValueError, TypeError, KeyError)):
        DatasetMeta.parse(text)


def test_every_row_has_one_fate() -> None:
    log = LoadLog()
    log.read = 3
    log.took(feature())
    log.took(feature())
    log.mend(2, "had no name", "L")
    log.reject(3, "has no place")
    report = log.report(seconds=1.5)
    assert (report.read, report.loaded, report.mended, report.rejected, report.seconds) == (3, 2, 1, 1, 1.5)
    assert report.problems == (RowProblem(2, "had no name", "L", "mended"), RowProblem(3, "has no place"))


def test_only_the_first_problems_are_kept_and_all_are_counted() -> None:
    log = LoadLog()
    for line in range(PROBLEMS_KEPT + 500):
        log.reject(line, "is broken")
    report = log.report()
    assert report.rejected == PROBLEMS_KEPT + 500
    assert [one.line for one in report.problems] == list(range(PROBLEMS_KEPT))


def test_a_note_is_said_once() -> None:
    log = LoadLog()
    for sentence in ("One.", "Two.", "One."):
        log.note(sentence)
    assert log.report().notes == ("One.", "Two.")


def test_the_newest_date_of_record_is_that_of_rows_taken() -> None:
    log = LoadLog()
    for date in ("2021-05-01", "Fri, 27 Jan 2023 23:04:51 GMT", "2022/12/31", "never", ""):
        log.took(feature(date))
    assert log.newest == "2023-01-27T23:04:51Z"

"""Loading as a whole: versions, reports, files that change nothing."""

import dataclasses
import hashlib
import os
from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from callpoint.datasets.building import Draft
from callpoint.datasets.errors import DatasetError
from callpoint.datasets.feature import Feature
from callpoint.datasets.file import DatasetFile
from callpoint.datasets.kinds import dataset_path
from callpoint.datasets.loading import LoadRequest, load
from callpoint.datasets.meta import DatasetMeta
from callpoint.datasets.report import LoadLog
from tests.datasets.making import NOW

HEADER = "Add_Number,St_Name,Longitude,Latitude,DateUpdate\n"
ROWS = "10,Main,-72.5,44.2,2023-01-27\n11,Main,-72.5,44.2,2022-05-01\n"


def build(features: Iterable[Feature], draft: Draft, log: LoadLog) -> None:
    """Numbers into a table; number 13 is one nobody wants."""
    draft.script("CREATE TABLE number (number TEXT)")
    for feature in features:
        if feature.fields["Add_Number"] == "13":
            log.reject(feature.line, "is unlucky")
        else:
            draft.execute("INSERT INTO number VALUES (?)", [feature.fields["Add_Number"]])
            log.took(feature)
    log.counts["numbers"] = draft.execute("SELECT count(*) FROM number")[0][0]


def request(tmp_path: Path, text: str = HEADER + ROWS, **about: Any) -> LoadRequest:
    path = tmp_path / "points.csv"
    path.write_text(text)
    wanted = LoadRequest("address-points", path, "vt", tmp_path / "datasets", now=NOW)
    return dataclasses.replace(wanted, **about)


def loaded(tmp_path: Path) -> DatasetMeta | None:
    path = dataset_path(tmp_path / "datasets", "address-points", "vt")
    return DatasetFile(path).meta if path.exists() else None


def test_a_load_tells_everything_and_the_set_keeps_it(tmp_path: Path) -> None:
    meta = load(request(tmp_path, HEADER + ROWS + "13,Main,-72,44,\nbroken\n", attribution="State of X"), build)
    assert loaded(tmp_path) == meta
    assert (meta.kind, meta.name, meta.source, meta.loaded_at) == (
        "address-points",
        "vt",
        "points.csv",
        "2026-03-01T12:00:00Z",
    )
    assert meta.sha256 == hashlib.sha256((tmp_path / "points.csv").read_bytes()).hexdigest()
    assert (meta.counts, meta.attribution, meta.sample, meta.complete) == ({"numbers": 2}, "State of X", False, True)
    report = meta.report
    assert (report.read, report.loaded, report.rejected, report.rows_are) == (4, 2, 2, "line")
    assert [(one.line, one.message[:6]) for one in report.problems] == [(4, "is unl"), (5, "has 1 ")]
    assert report.column_map == "NENA-STA-006.3"
    assert report.columns["St_Name"] == "St_Name"


def test_the_same_file_has_the_same_version_every_time(tmp_path: Path) -> None:
    first = load(request(tmp_path), build)
    again = load(request(tmp_path, now=NOW + timedelta(days=5), name="other"), build)
    assert first.version.startswith("2023-01-27-")
    assert again.version == first.version


@pytest.mark.parametrize(
    "change",
    [
        {"text": HEADER + ROWS.replace("11,", "12,")},
        {"complete": False},
        {"sample": True},
        {"text": HEADER.replace("\n", ",Road\n") + ROWS.replace("\n", ",x\n"), "columns": {"St_Name": "Road"}},
    ],
    ids=["content", "partial", "sample", "columns"],
)
def test_what_changes_the_set_changes_its_version(tmp_path: Path, change: dict[str, Any]) -> None:
    assert load(request(tmp_path), build).version != load(request(tmp_path, **change), build).version


def test_dates_ahead_of_the_clock_and_of_rows_turned_away_do_not_count(tmp_path: Path) -> None:
    meta = load(request(tmp_path, HEADER + ROWS + "13,Main,-72,44,2025-01-01\n"), build)
    assert meta.version.startswith("2023-01-27-")
    meta = load(request(tmp_path, HEADER + ROWS + "14,Main,-72,44,2091-01-01\n"), build)
    assert meta.version.startswith("undated-")


def test_whether_it_is_complete_is_the_publishers_word_or_the_operators(tmp_path: Path) -> None:
    osm = "house_number,street,lon,lat\n1,Rue A,-73.5,45.5\n"
    own = "no,road,lon,lat\n1,Rue A,-73.5,45.5\n"
    columns = {"Add_Number": "no", "St_Name": "road", "Longitude": "lon", "Latitude": "lat"}
    assert not load(request(tmp_path, osm), _anything).complete
    assert load(request(tmp_path, osm, complete=True), _anything).complete
    assert load(request(tmp_path), build).complete
    assert not load(request(tmp_path, complete=False), build).complete
    assert not load(request(tmp_path, own, columns=columns), _anything).complete


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (HEADER, "No row of points.csv can be used (0 read)."),
        (HEADER + "13,Main,-72,44,\n13,Main,-72,44,\n", "No row of points.csv can be used (2 read)."),
        ("colour\nred\n", "The columns colour are not those of address-points known here."),
    ],
)
def test_a_broken_file_changes_nothing(tmp_path: Path, text: str, sentence: str) -> None:
    before = load(request(tmp_path), build)
    with pytest.raises(DatasetError) as caught:
        load(request(tmp_path, text), build)
    assert caught.value.sentence == sentence
    assert loaded(tmp_path) == before
    assert not list((tmp_path / "datasets").rglob("*.part"))


def test_a_file_that_cannot_be_loaded_makes_no_directories(tmp_path: Path) -> None:
    with pytest.raises(DatasetError):
        load(request(tmp_path, "colour\nred\n"), build)
    assert not (tmp_path / "datasets").exists()


def test_the_rows_turned_away_are_told_with_the_failure(tmp_path: Path) -> None:
    with pytest.raises(DatasetError) as caught:
        load(request(tmp_path, HEADER + "13,Main,-72,44,\n"), build)
    assert caught.value.report is not None
    assert caught.value.report.problems[0].message == "is unlucky"


def test_more_turned_away_than_taken_is_suspicious(tmp_path: Path) -> None:
    meta = load(request(tmp_path, HEADER + "1,Main,-72,44,\n13,Main,-72,44,\n13,Main,-72,44,\n"), build)
    assert "More rows were rejected than loaded" in meta.report.notes[0]


def test_a_file_changed_while_it_is_read_changes_nothing(tmp_path: Path) -> None:
    wanted = request(tmp_path)

    def touching(features: Iterable[Feature], draft: Draft, log: LoadLog) -> None:
        build(features, draft, log)
        os.utime(wanted.path, ns=(1, 1))

    with pytest.raises(DatasetError, match="was changed while it was read"):
        load(wanted, touching)
    assert loaded(tmp_path) is None


def test_a_file_that_is_gone(tmp_path: Path) -> None:
    wanted = request(tmp_path)
    wanted.path.unlink()
    with pytest.raises(DatasetError, match="cannot be read: No such file"):
        load(wanted, build)


def test_progress_grows_from_nothing_to_everything(tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    text = HEADER + "10,Main,-72.5,44.2,\n" * 3000
    load(request(tmp_path, text, progress=lambda done, total: told.append((done, total))), build)
    assert told[0] == (0, len(text))
    assert told[-1] == (len(text), len(text))
    assert len(told) >= 6
    assert [done for done, _ in told] == sorted(done for done, _ in told)


def _anything(features: Iterable[Feature], draft: Draft, log: LoadLog) -> None:
    for feature in features:
        log.took(feature)

"""Service boundaries from a file into a data set and back."""

import sqlite3
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import shapely

from callpoint.datasets import boundary_build
from callpoint.datasets.boundary_build import load_boundaries
from callpoint.datasets.boundary_file import BoundarySet, read
from callpoint.datasets.errors import DatasetError
from callpoint.datasets.file import DatasetFile
from callpoint.datasets.kinds import dataset_path
from callpoint.datasets.loading import LoadRequest
from callpoint.datasets.meta import DatasetMeta
from tests.datasets.making import NOW, agency, square, write_layer

PLANNED = "2026-07-01T00:00:00Z"
LATER = "2026-09-01T00:00:00Z"


def load(tmp_path: Path, file: Path, **about: Any) -> DatasetMeta:
    return load_boundaries(LoadRequest("psaps", file, "ks", tmp_path / "datasets", now=NOW, **about))


def loaded(tmp_path: Path) -> BoundarySet:
    return read(DatasetFile(dataset_path(tmp_path / "datasets", "psaps", "ks")))


def layer(path: Path, *rows: tuple[dict[str, Any], Any], name: str = "PsapPolygon") -> Path:
    return write_layer(path, name, [row for row, _ in rows], [shape for _, shape in rows])


def test_boundaries_come_back_as_they_went_in(tmp_path: Path) -> None:
    file = layer(tmp_path / "a.gpkg", (agency("A"), square(0, 0)), (agency("B"), square(1, 0)))
    meta = load(tmp_path, file, sample=True)
    found = loaded(tmp_path)
    assert found.meta == meta
    assert [one.display_name for one in found.boundaries] == ["A", "B"]
    first = found.boundaries[0]
    assert (first.service, first.uri, first.agency_id) == ("urn:service:sos", "sip:911@a.example", "a.ks.gov")
    assert (first.dataset, first.dataset_version, first.sample) == ("ks", meta.version, True)
    assert shapely.from_wkb(found.wkb[1]).equals(square(1, 0))


def test_what_is_inside_is_counted(tmp_path: Path) -> None:
    holed = square(0, 0, wide=3, high=3).difference(square(1, 1))
    file = layer(
        tmp_path / "a.gpkg",
        (agency("A"), shapely.MultiPolygon([holed, square(8, 8)])),
        (agency("B", ServiceURI=""), square(1, 1)),
    )
    layer(file, (agency("F"), square(0, 0)), name="FirePolygon")
    counts = load(tmp_path, file).counts
    assert (counts["PsapPolygon"], counts["FirePolygon"], counts["boundaries"]) == (2, 1, 3)
    assert (counts["polygons"], counts["rings"], counts["without_uri"]) == (4, 5, 1)
    assert counts["vertices"] == 5 * 5


def test_each_layer_is_looked_at_by_itself(tmp_path: Path) -> None:
    file = layer(tmp_path / "a.gpkg", (agency("A"), square(0, 0)))
    layer(
        file, (agency("F", ServiceURN=""), square(0, 0)), (agency("G", ServiceURN=""), square(0, 0)), name="FirePolygon"
    )
    report = load(tmp_path, file).report
    assert [one.agencies for one in report.overlaps] == [("F", "G")]
    assert report.overlaps[0].service == "urn:emergency:service:responder.fire (FirePolygon)"


def test_the_layer_of_all_services_is_looked_at_by_service(tmp_path: Path) -> None:
    def row(name: str, service: str) -> dict[str, Any]:
        return agency(name, ServiceURN=f"urn:emergency:service:responder.{service}")

    rows = [(row(name, service), square(0, 0)) for name, service in (("A", "gas"), ("B", "poison"), ("C", "gas"))]
    report = load(tmp_path, layer(tmp_path / "a.gpkg", *rows, name="ServiceBoundaryPolygon")).report
    assert [one.agencies for one in report.overlaps] == [("A", "C")]


def test_gaps_and_overlaps_are_told_with_names_size_and_place(tmp_path: Path) -> None:
    fields = {(x, y): f"P{x}{y}" for x in range(3) for y in range(3) if (x, y) != (1, 1)}
    rows = [(agency(name), square(*at, overhang=0.5 if at == (0, 0) else 0)) for at, name in fields.items()]
    report = load(tmp_path, layer(tmp_path / "a.gpkg", *rows)).report
    assert [(one.agencies, one.at) for one in report.overlaps] == [(("P00", "P10"), "")]
    assert len(report.gaps) == 1
    assert set(report.gaps[0].agencies) == set(fields.values())
    assert report.gaps[0].area_km2 == pytest.approx(0.975, abs=0.01)
    assert report.gaps[0].point == pytest.approx((38.015, -97.985), abs=0.001)


def test_what_does_not_hold_at_one_time_does_not_overlap(tmp_path: Path) -> None:
    rows = [(agency("Old", Expire=PLANNED), square(0, 0)), (agency("New", Effective=PLANNED), square(0, 0))]
    assert load(tmp_path, layer(tmp_path / "a.gpkg", *_dated(rows))).report.overlaps == ()


def test_a_planned_change_that_makes_a_gap_and_an_overlap_is_told_ahead(tmp_path: Path) -> None:
    board = [(agency(f"P{x}{y}"), square(x, y)) for x in range(3) for y in range(3) if (x, y) != (1, 1)]
    middle = (agency("Middle", Expire=LATER), square(1, 1))
    coming = (agency("Coming", Effective=PLANNED), square(0, 0))
    report = load(tmp_path, layer(tmp_path / "a.gpkg", *_dated([*board, middle, coming]))).report
    assert [(set(one.agencies), one.at) for one in report.overlaps] == [({"P00", "Coming"}, PLANNED)]
    assert [one.at for one in report.gaps] == [LATER]


def test_what_has_ended_and_what_lies_far_ahead_is_kept_and_not_in_the_way(tmp_path: Path) -> None:
    gone = agency("Gone", Expire="2020-01-01T00:00:00Z")
    file = layer(tmp_path / "a.gpkg", *_dated([(gone, square(0, 0)), (agency("Now"), square(0, 0))]))
    assert load(tmp_path, file).report.overlaps == ()
    assert [one.expires for one in loaded(tmp_path).boundaries] == ["2020-01-01T00:00:00Z", ""]


def test_only_the_next_changes_are_looked_at(tmp_path: Path) -> None:
    rows = [
        (agency(f"P{number}", Effective=f"{(NOW + timedelta(days=number)):%Y-%m-%dT00:00:00Z}"), square(number, 0))
        for number in range(1, 12)
    ]
    assert "plans 11 changes" in load(tmp_path, layer(tmp_path / "a.gpkg", *_dated(rows))).report.notes[0]


def test_of_very_many_the_largest_are_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(boundary_build, "SEAMS_KEPT", 2)
    rows = [(agency(f"P{x}"), square(x, 0, overhang=x / 10)) for x in range(1, 6)]
    report = load(tmp_path, layer(tmp_path / "a.gpkg", *rows)).report
    assert [one.agencies for one in report.overlaps] == [("P4", "P5"), ("P3", "P4")]
    assert report.seams_left_out == 2


def test_areas_nobody_can_compare_are_loaded_all_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(areas: Any) -> Any:
        raise shapely.errors.GEOSException("TopologyException: side location conflict")

    monkeypatch.setattr(boundary_build, "overlaps_and_gaps", fail)
    report = load(tmp_path, layer(tmp_path / "a.gpkg", (agency("A"), square(0, 0)))).report
    assert report.loaded == 1
    assert "could not be looked for: TopologyException" in report.notes[0]


def test_rows_that_are_no_boundary_are_told_and_mended_ones_kept(tmp_path: Path) -> None:
    nobody = dict.fromkeys(agency("X"), "")
    bow = shapely.Polygon([(-98, 38), (-97.9, 38.1), (-97.9, 38), (-98, 38.1)])
    file = layer(
        tmp_path / "a.gpkg", (agency("A"), square(30, 0)), (nobody, square(40, 0)), (agency("B", ServiceURI="911"), bow)
    )
    report = load(tmp_path, file).report
    assert (report.read, report.loaded, report.rejected, report.mended) == (3, 2, 1, 1)
    assert [(one.line, one.outcome) for one in report.problems] == [(2, "rejected"), (3, "mended")]
    assert "was repaired" in report.problems[1].message
    assert "as its URI" in report.problems[1].message
    assert all(shapely.from_wkb(wkb).is_valid for wkb in loaded(tmp_path).wkb)


def test_ids_that_stand_twice_are_told_apart(tmp_path: Path) -> None:
    same = {"NGUID": "RACO"}
    rows = [
        (agency("A", **same), square(0, 0)),
        (agency("B", **same), square(1, 0)),
        (agency("C", **same), square(2, 0)),
    ]
    report = load(tmp_path, layer(tmp_path / "a.gpkg", *rows)).report
    assert [one.id for one in loaded(tmp_path).boundaries] == ["RACO", "RACO#PsapPolygon:2", "RACO#PsapPolygon:3"]
    assert [note for note in report.notes if "share an ID" in note]


def test_one_id_in_two_layers_is_told_apart(tmp_path: Path) -> None:
    file = layer(tmp_path / "a.gpkg", (agency("A"), square(0, 0)))
    layer(file, (agency("A"), square(0, 0)), name="FirePolygon")
    load(tmp_path, file)
    assert len({one.id for one in loaded(tmp_path).boundaries}) == 2


def test_a_table_with_areas_as_text(tmp_path: Path) -> None:
    file = tmp_path / "FirePolygon.csv"
    file.write_text(f'DsplayName;ServiceURI;WKT\nA;sip:a@a.example;"{square(0, 0).wkt}"\nB;;nonsense\n')
    report = load(tmp_path, file).report
    assert [one.service for one in loaded(tmp_path).boundaries] == ["urn:emergency:service:responder.fire"]
    assert [one.line for one in report.problems] == [3]


def test_a_file_without_any_boundary_changes_nothing(tmp_path: Path) -> None:
    load(tmp_path, layer(tmp_path / "a.gpkg", (agency("A"), square(0, 0))))
    nobody = dict.fromkeys(agency("X"), "")
    with pytest.raises(DatasetError, match=r"No row of b\.gpkg can be used"):
        load(tmp_path, layer(tmp_path / "b.gpkg", (nobody, square(0, 0))))
    assert [one.display_name for one in loaded(tmp_path).boundaries] == ["A"]


def test_a_damaged_set_is_told(tmp_path: Path) -> None:
    load(tmp_path, layer(tmp_path / "a.gpkg", (agency("A"), square(0, 0))))
    path = dataset_path(tmp_path / "datasets", "psaps", "ks")
    database = sqlite3.connect(path)
    database.execute("DROP TABLE boundary")
    database.close()
    with pytest.raises(DatasetError, match="is damaged"):
        loaded(tmp_path)


def _dated(rows: list[tuple[dict[str, Any], Any]]) -> list[tuple[dict[str, Any], Any]]:
    """The same, all with both columns of dates."""
    return [({"Effective": "", "Expire": ""} | row, shape) for row, shape in rows]
